//! A node as a mark or as a side of a comparison.

use super::opened::{OpenedId, OpenedRef};
use crate::model::tree::{NodeId, Tree};
use crate::oci::Digest;

/// A node of an opened reference, as a mark or as a side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// Where it is open.
    pub id: OpenedId,
    /// Which node.
    pub node: NodeId,
    /// What it held when it was pointed at; nothing if it was not loaded. A tag that is asked
    /// again may have moved, and its nodes with it.
    pub digest: Option<Digest>,
}

impl Point {
    /// A node of an opened reference.
    #[must_use]
    pub fn of(open: &OpenedRef, node: NodeId) -> Self {
        let digest = open.tree.node(node).and_then(|it| it.digest().cloned());
        Self { id: open.id, node, digest }
    }

    /// The whole of a reference that is not loaded yet.
    pub(super) fn whole(open: &OpenedRef) -> Self {
        Self { id: open.id, node: open.tree.root(), digest: None }
    }

    /// The node, if it is still there.
    pub(super) fn find(&self, tree: &Tree) -> Option<NodeId> {
        let node = tree.node(self.node)?;
        (self.digest.is_none() || node.digest() == self.digest.as_ref()).then_some(self.node)
    }

    /// Whether it is this node.
    #[must_use]
    pub fn is(&self, id: OpenedId, node: NodeId) -> bool {
        (self.id, self.node) == (id, node)
    }
}
