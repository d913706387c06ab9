//! Which evidence there is for a list and for each of its platforms, without reading any of it:
//! from manifests and descriptors alone.

use std::sync::Arc;

use super::items::{Item, of_document, of_referrer};
use super::place::Place;
use crate::model::tree::{Load, Node, NodeId, Role, Tree, What};
use crate::oci::{Class, Digest, Failure, Kind as Document, Platform};

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

impl Row {
    /// Whether a local engine lists the manifest and does not have it, so that nothing is known of
    /// what refers to it.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        matches!(&self.asked, Asked::Failed(failure) if failure.class == Class::NotHere)
    }
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
    /// What a tree knows.
    #[must_use]
    pub fn of(tree: &Tree) -> Self {
        let mut coverage = Self::default();
        coverage.add(tree, tree.root());
        coverage
    }

    fn add(&mut self, tree: &Tree, id: NodeId) {
        let Some(node) = tree.node(id) else { return };
        let What::Manifest { .. } = &node.what else { return };
        let is_list = node.kind() == Document::Index;
        let row = node.digest().filter(|_| is_row(node.kind())).map(|digest| Row {
            node: id,
            is_list,
            platform: (!is_list).then(|| tree.platform_of(id)).flatten(),
            digest: digest.clone(),
            items: items(tree, id),
            asked: asked(tree, id),
        });
        self.rows.extend(row);
        if is_list {
            for (child, node) in tree.children(id) {
                if matches!(&node.what, What::Manifest { role: Role::Entry { .. }, .. }) {
                    self.add(tree, child);
                }
            }
        }
    }

    /// The same, with a row for each manifest of evidence that is signed by others: of its signatures,
    /// behind the row of the image.
    #[must_use]
    pub fn with_signed_evidence(&self) -> Self {
        let mut all = Self::default();
        self.rows.iter().for_each(|row| all.add_signed(row));
        all
    }

    fn add_signed(&mut self, row: &Row) {
        if self.rows.iter().any(|known| known.digest == row.digest && known.node == row.node) {
            return;
        }
        self.rows.push(row.clone());
        for item in &row.items {
            let of = |signature: &Item| Item {
                name: format!("{} of {}", signature.name, item.name),
                ..signature.clone()
            };
            let items: Vec<Item> = item.signatures().map(of).collect();
            if let (Some(node), false) = (item.node, items.is_empty()) {
                self.add_signed(&Row { node, digest: item.manifest.clone(), items, ..row.clone() });
            }
        }
    }

    /// All evidence, with the row that it is for.
    pub fn items(&self) -> impl Iterator<Item = (&Row, &Item)> {
        self.rows.iter().flat_map(|row| row.items.iter().map(move |item| (row, item)))
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
        // Of a manifest that cannot be had nothing is asked.
        Some(Load::Idle) | None => match tree.node(id).map(|node| &node.load) {
            Some(Load::Failed(failure)) => Asked::Failed(Arc::clone(failure)),
            _ => Asked::NotYet,
        },
    }
}

/// Everything that vouches for a manifest: its attestations in the list, and what refers to it.
fn items(tree: &Tree, id: NodeId) -> Vec<Item> {
    let mut found: Vec<Item> = Vec::new();
    let attestations = tree.children(id);
    let referrers = group(tree, id).into_iter().flat_map(|(id, _)| tree.children(id));
    for (child, node) in attestations.chain(referrers) {
        let What::Manifest { role, document, descriptor: Some(descriptor) } = &node.what else {
            continue;
        };
        let places: Vec<Place> = match role {
            Role::Attestation { .. } => std::iter::once(Place::List)
                .chain(tree.also_referrer(child).map(Place::of))
                .collect(),
            Role::Referrer { via } => vec![Place::of(via)],
            Role::Root | Role::Entry { .. } => continue,
        };
        let mut of = match document {
            Some(document) => of_document(descriptor, document, &places),
            None => vec![of_referrer(descriptor, &places)],
        };
        let below = items(tree, child);
        let is_gone = node.load.failure().is_some_and(|it| it.class == Class::NotFound);
        for item in &mut of {
            item.node = Some(child);
            item.is_gone = is_gone;
            item.referrers.clone_from(&below);
        }
        add(&mut found, of);
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
