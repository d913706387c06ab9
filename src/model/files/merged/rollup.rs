//! Sums over the tree.

use super::nodes::State;
use super::{FileId, Files, Sums};

impl Files {
    /// The sums of a file or folder.
    #[must_use]
    pub fn sums(&self, id: FileId) -> Sums {
        self.nodes.sums(id.0).unwrap_or_else(|| self.own_sums(id.0))
    }

    fn own_sums(&self, id: u32) -> Sums {
        match self.nodes.state(id) {
            Some(State::Present { entry, .. }) => {
                Sums { bytes: self.size(entry), entries: 1, wasted: 0 }
            }
            _ => Sums::default(),
        }
    }

    pub(super) fn roll_up(&mut self) {
        for waste in &self.waste {
            if let Some(sums) = self.nodes.sums_mut(waste.file.0) {
                sums.wasted = sums.wasted.saturating_add(waste.bytes);
            }
        }
        // A folder comes before what is in it, so the last is added first.
        for id in (0..self.nodes.len()).rev() {
            let mut sums = self.own_sums(id);
            if let Some(below) = self.nodes.sums(id) {
                sums.add(below);
                if let Some(place) = self.nodes.sums_mut(id) {
                    *place = sums;
                }
            }
            if let Some(parent) = self.nodes.parent(id).and_then(|it| self.nodes.sums_mut(it)) {
                parent.add(sums);
            }
        }
    }
}
