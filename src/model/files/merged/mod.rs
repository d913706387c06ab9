//! The files of an image: the listings of its layers merged as an engine unpacks them (OCI image
//! specification, `layer.md`, "Applying Changesets").

mod apply;
mod lookup;
mod node;
mod nodes;
mod rollup;
mod sums;
mod waste;

pub(in crate::model::files) use lookup::Spot;
pub use lookup::{Found, Lookup};
pub use node::{Change, FileId};
pub use sums::Sums;
pub use waste::{Fate, Waste};

use std::sync::Arc;

use self::nodes::Nodes;
use super::{Listing, Path};

/// The merged tree. A layer that was not read may be left open: then a path that no read layer
/// speaks of is unknown instead of missing.
#[derive(Debug, Clone)]
pub struct Files {
    /// Bottom first.
    layers: Vec<Option<Arc<Listing>>>,
    nodes: Nodes,
    /// What each entry of each layer does to what lies below.
    changes: Vec<Vec<Change>>,
    waste: Vec<Waste>,
    /// Hard links whose target no layer holds: the layer and the link's path.
    dangling: Vec<(usize, Path)>,
}

impl Files {
    /// Merges the layers of an image, the lowest first; `None` for a layer that was not read.
    #[must_use]
    pub fn merge(layers: Vec<Option<Arc<Listing>>>) -> Self {
        let mut files = Self {
            changes: Vec::with_capacity(layers.len()),
            layers,
            nodes: Nodes::new(),
            waste: Vec::new(),
            dangling: Vec::new(),
        };
        for layer in 0..files.layers.len() {
            files.apply(layer);
        }
        files.nodes.order();
        files.waste.shrink_to_fit();
        files.roll_up();
        files
    }

    /// The listing of a layer (from 0, the lowest), if it was read.
    #[must_use]
    pub fn layer(&self, layer: usize) -> Option<&Arc<Listing>> {
        self.layers.get(layer)?.as_ref()
    }

    /// How many layers the image has, read or not.
    #[must_use]
    pub fn layers(&self) -> usize {
        self.layers.len()
    }

    /// Whether every layer was read and fits into its listing.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.layers
            .iter()
            .all(|layer| layer.as_ref().is_some_and(|it| it.is_complete() && it.left_out == 0))
    }

    /// What an entry of a layer's listing, by its position there, does to the layers below.
    #[must_use]
    pub fn change(&self, layer: usize, entry: usize) -> Option<Change> {
        self.changes.get(layer)?.get(entry).copied()
    }

    /// What was written in one layer and replaced or removed in a later one, in the order of the
    /// layers that did so.
    #[must_use]
    pub fn waste(&self) -> &[Waste] {
        &self.waste
    }

    /// The bytes of all files that were written in one layer and are gone from the image.
    #[must_use]
    pub fn wasted(&self) -> u64 {
        self.waste.iter().fold(0, |sum, waste| sum.saturating_add(waste.bytes))
    }

    /// Hard links whose target neither their own layer nor one below holds: the layer and the
    /// link. Nothing is said where a layer below was not read.
    #[must_use]
    pub fn dangling(&self) -> &[(usize, Path)] {
        &self.dangling
    }
}

/// The same layers make the same tree.
impl PartialEq for Files {
    fn eq(&self, other: &Self) -> bool {
        self.layers == other.layers
    }
}

impl Eq for Files {}

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;
