//! The tree as what engines choose from.

use super::{NodeId, Tree};
use crate::model::select::Offer;

impl Tree {
    /// What is behind the reference, for [`crate::model::select`]; `None` before the root is read.
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
