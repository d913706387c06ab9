//! The tree as what engines choose from.

use std::collections::HashMap;
use std::sync::Arc;

use super::{NodeId, Tree};
use crate::oci::{Digest, Document, Kind, Platform};
use crate::select::{Lookup, Offer};

/// What the tree has read, by digest.
#[derive(Debug, Default)]
struct Read {
    manifests: HashMap<Digest, Arc<Document>>,
    configs: HashMap<Digest, Platform>,
}

impl Lookup for Read {
    fn manifest(&self, digest: &Digest) -> Option<Arc<Document>> {
        self.manifests.get(digest).cloned()
    }

    fn config_platform(&self, digest: &Digest) -> Option<Platform> {
        self.configs.get(digest).cloned()
    }
}

impl Tree {
    /// What stands behind the reference, for [`crate::select`]; `None` before the root is read.
    #[must_use]
    pub fn offer(&self, reference: &str) -> Option<Offer> {
        let mut read = Read::default();
        for node in &self.nodes {
            if let Some(document) = node.document() {
                read.manifests.insert(document.digest.clone(), Arc::clone(document));
            }
            if let (Some(config), Some(descriptor)) = (node.config(), node.descriptor()) {
                let platform = config.config.platform.clone();
                read.configs.insert(descriptor.digest.clone(), platform);
            }
        }
        let root = self.node(self.root())?.document()?;
        Some(Offer::new(reference, root, &read))
    }

    /// The node at a path of positions in the indexes from the root down.
    #[must_use]
    pub fn at_path(&self, path: &[usize]) -> Option<NodeId> {
        path.iter().try_fold(self.root(), |above, position| {
            self.entries(above).find(|(at, _)| at == position).map(|(_, id)| id)
        })
    }

    /// The entries of an index with their positions in it.
    pub fn entries(&self, index: NodeId) -> impl Iterator<Item = (usize, NodeId)> {
        let direct = self.children(index);
        // Attestations hang under the image that they speak of.
        // Those of a nested index have positions in that index.
        let images = self.children(index).filter(|(_, node)| node.kind() != Kind::Index);
        let attestations = images.flat_map(|(id, _)| {
            self.children(id).filter(|(_, node)| node.kind() == Kind::Attestation)
        });
        direct.chain(attestations).filter_map(|(id, node)| Some((node.position()?, id)))
    }
}
