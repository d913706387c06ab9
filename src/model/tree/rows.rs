//! The open part of the tree as rows, and what opens and closes it.

use super::{Load, NodeId, Tree, What};

/// A visible node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The node.
    pub node: NodeId,
    /// How far it is indented; the root's children are at 1.
    pub depth: u16,
}

impl Tree {
    /// Every node that no closed node hides, in order. True after [`Tree::settle`].
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The row of a node; `None` if a closed node hides it.
    #[must_use]
    pub fn row_of(&self, id: NodeId) -> Option<usize> {
        self.row_of.get(id.index()).copied().flatten().map(|row| row as usize)
    }

    /// Lays the rows out anew where something changed since the last time.
    pub fn settle(&mut self) {
        if !std::mem::take(&mut self.rows_stale) {
            return;
        }
        self.rows.clear();
        self.row_of.clear();
        self.row_of.resize(self.nodes.len(), None);
        let mut ahead = vec![NodeId::ROOT];
        while let Some(id) = ahead.pop() {
            let Some(node) = self.nodes.get(id.index()) else { continue };
            if let Some(row) = self.row_of.get_mut(id.index()) {
                *row = u32::try_from(self.rows.len()).ok();
            }
            self.rows.push(Row { node: id, depth: node.depth });
            if node.open {
                ahead.extend(node.children.iter().rev());
            }
        }
    }

    /// Whether the node has, or may come to have, something below it.
    #[must_use]
    pub fn can_open(&self, id: NodeId) -> bool {
        self.node(id).is_some_and(|node| match &node.what {
            What::Manifest { .. } => !node.children.is_empty() || node.load.is_pending(),
            What::Referrers { .. } => !(node.load == Load::Ready && node.children.is_empty()),
            What::Config { .. } | What::Layer { .. } | What::Odd { .. } => false,
        })
    }

    /// Shows or hides what is below a node; asks for what is fetched only on request.
    pub fn set_open(&mut self, id: NodeId, open: bool) {
        let changes = !open || self.can_open(id);
        let Some(node) = self.nodes.get_mut(id.index()) else { return };
        if !changes || node.open == open {
            return;
        }
        node.open = open;
        let on_request = open && matches!(node.what, What::Referrers { .. });
        self.rows_stale = true;
        if on_request {
            self.want(id);
        }
    }

    /// Opens everything above a node, so that it has a row.
    pub fn reveal(&mut self, id: NodeId) {
        let above: Vec<NodeId> = self.ancestors(id).collect();
        for id in above {
            self.set_open(id, true);
        }
    }

    /// The nearest node at or above this one that has a row.
    #[must_use]
    pub fn nearest_visible(&self, id: NodeId) -> NodeId {
        std::iter::once(id)
            .chain(self.ancestors(id))
            .find(|id| self.row_of(*id).is_some())
            .unwrap_or(NodeId::ROOT)
    }
}
