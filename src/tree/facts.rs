//! What the tree tells of a node, put together from the node and what hangs under it.

use std::sync::Arc;

use super::{Node, NodeId, Role, Tree, What};
use crate::oci::{ConfigDocument, Image, Kind, Manifest, Platform, keys};

/// What the images below a node come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Images (attestations and artifacts not counted).
    pub images: usize,
    /// Attestations.
    pub attestations: usize,
    /// Nested indexes, and everything else.
    pub others: usize,
    /// The bytes of all layers of the images loaded so far, each layer counted once for every
    /// image that has it.
    pub layers_size: u64,
}

impl Tree {
    /// The config node of an image.
    #[must_use]
    pub fn config_of(&self, id: NodeId) -> Option<NodeId> {
        self.children(id)
            .take_while(|(_, child)| !matches!(child.what, What::Layer { .. }))
            .find(|(_, child)| matches!(child.what, What::Config { .. }))
            .map(|(id, _)| id)
    }

    /// The image config of an image, once loaded.
    #[must_use]
    pub fn config_document(&self, id: NodeId) -> Option<&Arc<ConfigDocument>> {
        self.node(self.config_of(id)?)?.config()
    }

    /// The image that a config or layer belongs to, or the node itself where it is an image.
    #[must_use]
    pub fn image_at(&self, id: NodeId) -> Option<(NodeId, &Image)> {
        std::iter::once(id).chain(self.ancestors(id)).find_map(|id| {
            match &self.node(id)?.document()?.manifest {
                Manifest::Image(image) => Some((id, image)),
                _ => None,
            }
        })
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

    /// What made a layer, where the image's config tells.
    #[must_use]
    pub fn created_by(&self, id: NodeId) -> Option<&str> {
        let node = self.node(id)?;
        let What::Layer { number, .. } = &node.what else { return None };
        self.config_document(node.parent?)?.config.created_by(number.checked_sub(1)?)
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

    /// What hangs below an index.
    #[must_use]
    pub fn totals(&self, id: NodeId) -> Totals {
        let mut totals = Totals::default();
        for (child_id, child) in self.children(id) {
            self.count(child_id, child, &mut totals);
        }
        totals
    }

    fn count(&self, id: NodeId, node: &Node, totals: &mut Totals) {
        let What::Manifest { role, document, .. } = &node.what else { return };
        if matches!(role, Role::Referrer { .. }) {
            return;
        }
        match node.kind() {
            Kind::Image => {
                totals.images += 1;
                if let Some(Manifest::Image(image)) = document.as_ref().map(|it| &it.manifest) {
                    totals.layers_size = totals.layers_size.saturating_add(image.layers_size());
                }
            }
            Kind::Attestation => totals.attestations += 1,
            Kind::Index => {
                let below = self.totals(id);
                totals.images += below.images;
                totals.attestations += below.attestations;
                totals.others += below.others + 1;
                totals.layers_size = totals.layers_size.saturating_add(below.layers_size);
                return;
            }
            Kind::Artifact | Kind::Schema1 | Kind::Unknown => totals.others += 1,
        }
        totals.attestations +=
            self.children(id).filter(|(_, child)| child.kind() == Kind::Attestation).count();
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
