//! Sums over the tree.

use super::node::State;
use super::{Files, Sums};

impl Files {
    /// The sums of a file or folder.
    #[must_use]
    pub fn sums(&self, id: super::FileId) -> Sums {
        self.nodes.get(id.0 as usize).map(|node| node.sums).unwrap_or_default()
    }

    pub(super) fn roll_up(&mut self) {
        for waste in &self.waste {
            if let Some(node) = self.nodes.get_mut(waste.file.0 as usize) {
                node.sums.wasted = node.sums.wasted.saturating_add(waste.bytes);
            }
        }
        // A folder comes before what is in it, so the last is added first.
        for at in (0..self.nodes.len()).rev() {
            let Some(node) = self.nodes.get(at) else { continue };
            let (parent, mut sums) = (node.parent as usize, node.sums);
            if let State::Present { entry, .. } = node.state {
                let bytes = self.entry(entry).map_or(0, |entry| entry.size);
                sums.add(Sums { bytes, entries: 1, wasted: 0 });
            }
            if let Some(node) = self.nodes.get_mut(at) {
                node.sums = sums;
            }
            if at > 0
                && let Some(parent) = self.nodes.get_mut(parent)
            {
                parent.sums.add(sums);
            }
        }
    }
}
