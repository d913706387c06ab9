//! What the tree tells of a node, put together from the node and what hangs under it.

use std::sync::Arc;

use super::{Load, Node, NodeId, Role, Tree, What};
use crate::oci::{ConfigDocument, Descriptor, Image, Kind, Manifest, Platform, Via, keys};

/// The layers of what cosign 3.1.3 attaches by tags: `.sig` and `.att`.
const SIGNED: &str = "application/vnd.dev.cosign.simplesigning.v1+json";
const ENVELOPE: &str = "application/vnd.dsse.envelope.v1+json";

/// What the images below a node come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Images (attestations and artifacts not counted).
    pub images: usize,
    /// Attestations.
    pub attestations: usize,
    /// Nested indexes, and everything else.
    pub others: usize,
    /// The bytes of all layers of the images loaded so far; one that images share counts once.
    pub layers_size: u64,
}

impl Tree {
    /// The config node of an image.
    #[must_use]
    pub fn config_of(&self, id: NodeId) -> Option<NodeId> {
        // It is the first thing that grows under an image.
        self.children(id)
            .next()
            .filter(|(_, child)| matches!(child.what, What::Config { .. }))
            .map(|(id, _)| id)
    }

    /// The image config of an image, once loaded.
    #[must_use]
    pub fn config_document(&self, id: NodeId) -> Option<&Arc<ConfigDocument>> {
        self.node(self.config_of(id)?)?.config()
    }

    /// The image that a config or layer belongs to, or the node itself if it is an image.
    #[must_use]
    pub fn image_at(&self, id: NodeId) -> Option<(NodeId, &Image)> {
        std::iter::once(id).chain(self.ancestors(id)).find_map(|id| {
            match &self.node(id)?.document()?.manifest {
                Manifest::Image(image) => Some((id, image)),
                _ => None,
            }
        })
    }

    /// The bytes of an image's layers, or of a layer; `None` of anything else, and of attestations.
    #[must_use]
    pub fn size_of(&self, id: NodeId) -> Option<u64> {
        let node = self.node(id)?;
        match &node.what {
            What::Layer { descriptor, .. } => Some(descriptor.size),
            What::Manifest { document, .. } if node.kind() == Kind::Image => {
                match &document.as_ref()?.manifest {
                    Manifest::Image(image) => Some(image.layers_size()),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The platform of a manifest: the entry's, else the config's (schema 1: its own field).
    #[must_use]
    pub fn platform_of(&self, id: NodeId) -> Option<Platform> {
        let node = self.node(id)?;
        if let Some(platform) = node.descriptor().and_then(|it| it.platform.clone()) {
            return Some(platform);
        }
        if let Some(Manifest::Schema1(schema1)) = node.document().map(|it| &it.manifest) {
            return Some(Platform::new("linux", &schema1.architecture, ""));
        }
        let config = match node.config() {
            Some(config) => config,
            None => self.config_document(id)?,
        };
        let platform = &config.config.platform;
        (!platform.os.is_empty() || !platform.architecture.is_empty()).then(|| platform.clone())
    }

    /// What made a layer, if the image's config tells.
    #[must_use]
    pub fn created_by(&self, id: NodeId) -> Option<&str> {
        let node = self.node(id)?;
        let What::Layer { number, .. } = &node.what else { return None };
        let (image, config) = (node.parent?, self.config_document(node.parent?)?);
        let Manifest::Image(image) = &self.node(image)?.document()?.manifest else { return None };
        config.config.created_by(number.checked_sub(1)?, image.layers.len())
    }

    /// The blob of a node that is neither a layer of an image nor an image config: a statement, a
    /// signature, a file, the config of a chart.
    #[must_use]
    pub fn blob_of(&self, id: NodeId) -> Option<&Arc<Descriptor>> {
        let node = self.node(id)?;
        match &node.what {
            What::Layer { descriptor, .. } => {
                Some(descriptor).filter(|it| !it.media_type.is_layer())
            }
            What::Config { descriptor, document: None } => {
                Some(descriptor).filter(|_| node.load == Load::Ready)
            }
            _ => None,
        }
    }

    /// What a blob of a manifest is called: `layer`, `statement`, `signature` or `blob`.
    #[must_use]
    pub fn noun(&self, id: NodeId) -> &'static str {
        let node = self.node(id);
        let parent = node.and_then(|node| self.node(node.parent?)).map(Node::kind);
        let media_type = match node.map(|node| &node.what) {
            Some(What::Layer { descriptor, .. }) => Some(&descriptor.media_type),
            _ => None,
        };
        match (parent, media_type) {
            (_, Some(it)) if it.as_str() == SIGNED => "signature",
            (_, Some(it)) if it.as_str() == ENVELOPE => "statement",
            (Some(Kind::Attestation), _) => "statement",
            (Some(Kind::Artifact), _) => "blob",
            (_, Some(it)) if !it.is_layer() => "blob",
            _ => "layer",
        }
    }

    /// What the blobs of a manifest are called together: `layer`, `statement`, `signature`, or `blob`
    /// if they are of several kinds.
    #[must_use]
    pub fn noun_of_all(&self, id: NodeId) -> &'static str {
        let is_blob = |(_, node): &(NodeId, &Node)| matches!(node.what, What::Layer { .. });
        let mut nouns = self.children(id).filter(is_blob).map(|(child, _)| self.noun(child));
        match nouns.next() {
            Some(first) if nouns.all(|noun| noun == first) => first,
            None if self.node(id).is_some_and(|node| node.kind() == Kind::Image) => "layer",
            _ => "blob",
        }
    }

    /// What an attestation carries, by the predicate types of its layers: `provenance`, `sbom`,
    /// or the last part of another type.
    #[must_use]
    pub fn predicates(&self, id: NodeId) -> Vec<String> {
        self.children(id)
            .filter_map(|(_, child)| match &child.what {
                What::Layer { descriptor, .. } => {
                    descriptor.annotations.get(keys::PREDICATE_TYPE).map(|it| predicate_word(it))
                }
                _ => None,
            })
            .collect()
    }

    /// Whether an attestation of the list was found as a referrer too.
    #[must_use]
    pub fn is_also_referrer(&self, id: NodeId) -> bool {
        self.also_referrers.contains_key(&id)
    }

    /// How an attestation of the list was found as a referrer too.
    #[must_use]
    pub fn also_referrer(&self, id: NodeId) -> Option<&Via> {
        self.also_referrers.get(&id)
    }

    /// What hangs below an index.
    #[must_use]
    pub fn totals(&self, id: NodeId) -> Totals {
        self.totals.get(&id).copied().unwrap_or_default()
    }

    /// What a node itself, without what hangs under it, adds to the totals above it.
    pub(super) fn share(&self, id: NodeId) -> Totals {
        let mut share = Totals::default();
        let Some(node) = self.node(id) else { return share };
        let What::Manifest { .. } = &node.what else { return share };
        match node.kind() {
            Kind::Image => share.images = 1,
            Kind::Attestation => share.attestations = 1,
            Kind::Index | Kind::Artifact | Kind::Schema1 | Kind::Unknown => share.others = 1,
        }
        share
    }

    /// Corrects the totals above a node whose share was `before`. So they cost nothing to read,
    /// and an answer costs as many steps as it is deep, however many nodes there are.
    pub(super) fn retotal(&mut self, id: NodeId, before: Totals) {
        let after = self.share(id);
        if after == before {
            return;
        }
        let mut at = id;
        while let Some(node) = self.node(at)
            && let What::Manifest { role, .. } = &node.what
            && !matches!(role, Role::Referrer { .. })
            && let Some(parent) = node.parent
        {
            let totals = self.totals.entry(parent).or_default();
            totals.images = (totals.images + after.images).saturating_sub(before.images);
            totals.attestations =
                (totals.attestations + after.attestations).saturating_sub(before.attestations);
            totals.others = (totals.others + after.others).saturating_sub(before.others);
            // What hangs under an attestation, whatever it is, is part of it.
            if self.node(parent).is_some_and(|node| node.kind() == Kind::Attestation) {
                break;
            }
            at = parent;
        }
    }
}

impl Tree {
    /// Adds the layers of an image that came in to the sums above it: each layer once.
    pub(super) fn sum_layers(&mut self, id: NodeId) {
        let Some(node) = self.node(id).filter(|node| node.kind() == Kind::Image) else { return };
        let Some(Manifest::Image(image)) = node.document().map(|it| &it.manifest) else { return };
        let layers: Vec<_> = image.layer_descriptors().map(Arc::clone).collect();
        let mut at = id;
        while let Some(node) = self.node(at)
            && let What::Manifest { role, .. } = &node.what
            && !matches!(role, Role::Referrer { .. })
            && let Some(parent) = node.parent
        {
            let summed = self.summed.entry(parent).or_default();
            let new = layers.iter().filter(|layer| summed.insert(layer.digest.clone()));
            let new = new.fold(0_u64, |sum, layer| sum.saturating_add(layer.size));
            let totals = self.totals.entry(parent).or_default();
            totals.layers_size = totals.layers_size.saturating_add(new);
            if self.node(parent).is_some_and(|node| node.kind() == Kind::Attestation) {
                break;
            }
            at = parent;
        }
    }
}

fn predicate_word(predicate: &str) -> String {
    if predicate.contains("slsa.dev/provenance") {
        return "provenance".to_owned();
    }
    if predicate.contains("spdx.dev") || predicate.contains("cyclonedx") {
        return "sbom".to_owned();
    }
    predicate.trim_end_matches('/').rsplit('/').next().unwrap_or(predicate).to_owned()
}
