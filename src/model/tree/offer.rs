//! The tree as what engines choose from.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Load, NodeId, Read, Tree};
use crate::model::select::{Lookup, Offer};
use crate::oci::{ConfigDocument, Digest, Document, Failure};

impl Tree {
    /// What is behind the reference, for [`crate::model::select`]; `None` before the root is read.
    #[must_use]
    pub fn offer(&self, reference: &str) -> Option<Offer> {
        let root = self.node(self.root())?.document()?;
        let failures = self.nodes.iter().filter_map(|node| match &node.load {
            Load::Failed(failure) => Some((node.digest()?, failure)),
            _ => None,
        });
        let seen = Seen { read: &self.read, failures: failures.collect() };
        Some(Offer::new(reference, root, &seen))
    }

    /// The node at a path of positions in the indexes from the root down.
    #[must_use]
    pub fn at_path(&self, path: &[usize]) -> Option<NodeId> {
        path.iter().try_fold(self.root(), |above, position| {
            self.entries.get(&above)?.get(*position).copied()
        })
    }
}

/// What was read, and what could not be.
struct Seen<'t> {
    read: &'t Read,
    failures: HashMap<&'t Digest, &'t Arc<Failure>>,
}

impl Lookup for Seen<'_> {
    fn manifest(&self, digest: &Digest) -> Option<Arc<Document>> {
        self.read.manifest(digest)
    }

    fn config(&self, digest: &Digest) -> Option<Arc<ConfigDocument>> {
        self.read.config(digest).cloned()
    }

    fn failure(&self, digest: &Digest) -> Option<Arc<Failure>> {
        self.failures.get(digest).map(|failure| Arc::clone(failure))
    }
}
