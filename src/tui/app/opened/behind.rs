//! What rules reason about, prepared once for all who ask: marks in the tree, the why view, what is
//! asked outside.

use std::sync::Arc;

use super::OpenedRef;
use crate::model::diagnose::{Behind, Fact};

/// What is behind the reference, and the revisions of tree and truths that it was made from.
#[derive(Debug, Clone, Default)]
pub(super) struct Prepared {
    made: Option<(usize, u64)>,
    behind: Option<Arc<Behind>>,
}

impl OpenedRef {
    /// What is behind the reference as far as it is read, with what the user had read of the
    /// images; `None` before its root is.
    pub(in crate::tui::app) fn behind(&mut self) -> Option<Arc<Behind>> {
        let made = Some((self.tree.revision(), self.truths.revision()));
        if self.prepared.made != made {
            self.prepared.made = made;
            self.prepared.behind = self.prepare().map(Arc::new);
        }
        self.prepared.behind.clone()
    }

    fn prepare(&self) -> Option<Behind> {
        let mut behind = match self.picks.offer_at(self.tree.revision()) {
            Some(offer) => Behind::with_offer(&self.tree, &self.location, Arc::clone(offer))?,
            None => Behind::of_tree(&self.tree, &self.location)?,
        };
        if self.truths.is_empty() {
            return Some(behind);
        }
        for image in &mut behind.entries {
            let node = self.tree.at_path(&image.path);
            if let Some(row) = node.and_then(|node| self.truths.row(node)) {
                image.truth = Fact::Known(Arc::new(row.clone()));
            }
        }
        Some(behind)
    }
}
