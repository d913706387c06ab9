//! Which evidence there is for a list and for each of its platforms, without reading any of it:
//! from manifests and descriptors alone.

use std::collections::HashMap;
use std::sync::Arc;

use super::items::{Item, of_document, of_referrer};
use super::place::Place;
use crate::model::tree::{Load, Node, NodeId, Role, Tree, What};
use crate::oci::{Digest, Failure, Kind as Document, Platform, Referrer};

/// What refers to evidence itself, by the digest of the manifest that holds it.
pub type Nested = HashMap<Digest, Vec<Referrer>>;

/// The evidence for a reference: a row for the list and for each image.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// The rows: the list first, then its images in its order.
    pub rows: Vec<Row>,
}

/// The evidence for one manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The node of the manifest.
    pub node: NodeId,
    /// Whether it is a list.
    pub is_list: bool,
    /// The platform of an image.
    pub platform: Option<Platform>,
    /// Its digest.
    pub digest: Digest,
    /// The evidence, in the order in which it was found.
    pub items: Vec<Item>,
    /// Whether it was asked what refers to it.
    pub asked: Asked,
}

/// Whether it was asked what refers to a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Not yet; only what is in the list is known.
    NotYet,
    /// It is being asked.
    UnderWay,
    /// It was.
    Yes,
    /// It could not be.
    Failed(Arc<Failure>),
}

impl Coverage {
    /// What a tree knows; `nested` has what refers to evidence, beside what the tree itself holds.
    #[must_use]
    pub fn of(tree: &Tree, nested: &Nested) -> Self {
        let mut coverage = Self::default();
        coverage.add(tree, tree.root(), nested);
        coverage
    }

    fn add(&mut self, tree: &Tree, id: NodeId, nested: &Nested) {
        let Some(node) = tree.node(id) else { return };
        let What::Manifest { .. } = &node.what else { return };
        let is_list = node.kind() == Document::Index;
        let row = node.digest().filter(|_| is_row(node.kind())).map(|digest| Row {
            node: id,
            is_list,
            platform: (!is_list).then(|| tree.platform_of(id)).flatten(),
            digest: digest.clone(),
            items: items(tree, id, nested),
            asked: asked(tree, id),
        });
        self.rows.extend(row);
        if is_list {
            for (child, node) in tree.children(id) {
                if matches!(&node.what, What::Manifest { role: Role::Entry { .. }, .. }) {
                    self.add(tree, child, nested);
                }
            }
        }
    }

    /// All evidence, with the row that it is for.
    pub fn items(&self) -> impl Iterator<Item = (&Row, &Item)> {
        self.rows.iter().flat_map(|row| row.items.iter().map(move |item| (row, item)))
    }

    /// The manifests of evidence of which it is worth asking what refers to them: those that carry
    /// no signature of their own. Attestations of the list are asked about if the image or the list
    /// is signed itself (`cosign sign --recursive` signs them too).
    #[must_use]
    pub fn unsigned(&self) -> Vec<Digest> {
        let has_signature =
            |row: &Row| row.items.iter().any(|item| item.kind == super::Kind::Signature);
        let list_is_signed = self.rows.iter().any(|row| row.is_list && has_signature(row));
        let mut found: Vec<Digest> = Vec::new();
        for (row, item) in self.items() {
            let in_list = item.places.contains(&Place::List);
            let worth =
                !item.is_signed_itself() && (!in_list || list_is_signed || has_signature(row));
            if worth && !found.contains(&item.manifest) {
                found.push(item.manifest.clone());
            }
        }
        found
    }
}

fn is_row(kind: Document) -> bool {
    matches!(kind, Document::Index | Document::Image | Document::Schema1 | Document::Artifact)
}

/// The group of what refers to a manifest.
fn group(tree: &Tree, id: NodeId) -> Option<(NodeId, &Node)> {
    tree.children(id).find(|(_, node)| matches!(node.what, What::Referrers { .. }))
}

fn asked(tree: &Tree, id: NodeId) -> Asked {
    match group(tree, id).map(|(_, node)| &node.load) {
        Some(Load::Ready) => Asked::Yes,
        Some(Load::Failed(failure)) => Asked::Failed(Arc::clone(failure)),
        Some(Load::Loading | Load::Waiting) => Asked::UnderWay,
        Some(Load::Idle) | None => Asked::NotYet,
    }
}

fn items(tree: &Tree, id: NodeId, nested: &Nested) -> Vec<Item> {
    let mut found: Vec<Item> = Vec::new();
    for (child, node) in tree.children(id) {
        let What::Manifest { role: Role::Attestation { .. }, document, descriptor } = &node.what
        else {
            continue;
        };
        let Some(descriptor) = descriptor else { continue };
        let mut places = vec![Place::List];
        places.extend(tree.also_referrer(child).map(Place::of));
        let of = match document {
            Some(document) => of_document(descriptor, document, &places),
            None => vec![of_referrer(descriptor, &places)],
        };
        add(&mut found, of);
    }
    for (_, node) in group(tree, id).into_iter().flat_map(|(id, _)| tree.children(id)) {
        let What::Manifest { role: Role::Referrer { via }, document, descriptor } = &node.what
        else {
            continue;
        };
        let Some(descriptor) = descriptor else { continue };
        let places = [Place::of(via)];
        let of = match document {
            Some(document) => of_document(descriptor, document, &places),
            None => vec![of_referrer(descriptor, &places)],
        };
        add(&mut found, of);
    }
    for item in &mut found {
        let of = nested.get(&item.manifest).into_iter().flatten();
        item.referrers = of.map(|it| of_referrer(&it.descriptor, &[Place::of(&it.via)])).collect();
    }
    found
}

/// Adds what was found; one thing found in two places is one thing.
fn add(found: &mut Vec<Item>, more: Vec<Item>) {
    for item in more {
        let known = found
            .iter_mut()
            .find(|known| known.manifest == item.manifest && known.position == item.position);
        match known {
            Some(known) => {
                for place in item.places {
                    if !known.places.contains(&place) {
                        known.places.push(place);
                    }
                }
            }
            None => found.push(item),
        }
    }
}
