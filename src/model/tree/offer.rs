//! The tree as what engines choose from.

use std::collections::HashMap;
use std::sync::Arc;

use super::{NodeId, Tree};
use crate::model::select::{Lookup, Offer};
use crate::oci::{ConfigDocument, Digest, Document, Platform};

/// What the tree has read, by digest.
#[derive(Debug, Clone, Default)]
pub(super) struct Read {
    manifests: HashMap<Digest, Arc<Document>>,
    configs: HashMap<Digest, Arc<ConfigDocument>>,
}

impl Read {
    pub(super) fn manifest(&mut self, document: &Arc<Document>) {
        self.manifests.insert(document.digest.clone(), Arc::clone(document));
    }

    pub(super) fn config(&mut self, digest: &Digest, document: &Arc<ConfigDocument>) {
        self.configs.insert(digest.clone(), Arc::clone(document));
    }
}

impl Lookup for Read {
    fn manifest(&self, digest: &Digest) -> Option<Arc<Document>> {
        self.manifests.get(digest).cloned()
    }

    fn config_platform(&self, digest: &Digest) -> Option<Platform> {
        self.configs.get(digest).map(|config| config.config.platform.clone())
    }
}

impl Tree {
    /// What stands behind the reference, for [`crate::model::select`]; `None` before the root is read.
    #[must_use]
    pub fn offer(&self, reference: &str) -> Option<Offer> {
        let root = self.node(self.root())?.document()?;
        Some(Offer::new(reference, root, &self.read))
    }

    /// The node at a path of positions in the indexes from the root down.
    #[must_use]
    pub fn at_path(&self, path: &[usize]) -> Option<NodeId> {
        path.iter().try_fold(self.root(), |above, position| {
            self.entries.get(&above)?.get(*position).copied()
        })
    }
}
