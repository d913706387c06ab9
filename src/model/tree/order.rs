//! The order of the tree: every node before what hangs under it, siblings as they are shown.

use std::sync::Arc;

use super::{NodeId, Tree};

/// All nodes in the order of the tree, open or not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Order {
    nodes: Vec<NodeId>,
    /// The place of each node in `nodes`.
    places: Vec<u32>,
}

impl Order {
    /// The nodes from the root on.
    pub(super) fn nodes(&self) -> &[NodeId] {
        &self.nodes
    }

    /// The place of a node; `None` if it came later.
    pub(super) fn place(&self, id: NodeId) -> Option<u32> {
        self.places.get(id.index()).copied()
    }
}

impl Tree {
    /// The order of all nodes; worked out once for each shape of the tree.
    pub(super) fn order(&self) -> &Arc<Order> {
        self.order.get_or_init(|| {
            let mut order =
                Order { nodes: Vec::with_capacity(self.len()), places: vec![0; self.len()] };
            let mut ahead = vec![self.root()];
            while let Some(id) = ahead.pop() {
                let Some(node) = self.node(id) else { continue };
                if let Some(place) = order.places.get_mut(id.index()) {
                    *place = u32::try_from(order.nodes.len()).unwrap_or(u32::MAX);
                }
                order.nodes.push(id);
                ahead.extend(node.children.iter().rev());
            }
            Arc::new(order)
        })
    }
}
