//! Moving about.

use super::Explorer;
use crate::model::tree::{Load, NodeId, What};
use crate::tui::app::opened::OpenedRef;
use crate::tui::app::{Action, Pane, Tab, list};

impl Explorer {
    /// Moves the cursor, or scrolls the detail when that is in focus.
    pub(super) fn go(&mut self, open: &mut OpenedRef, action: Action) {
        if self.focus == Pane::Detail {
            return self.sheet.go(action, self.detail_rows());
        }
        let page = usize::from(self.areas.main.height.max(1));
        let position = open.tree.row_of(self.cursor).unwrap_or(0);
        let target = list::target(action, position, open.tree.rows().len(), page);
        if let Some(row) = open.tree.rows().get(target) {
            self.put_cursor(row.node);
        }
    }

    /// How many rows of the detail there are on the screen.
    pub(super) fn detail_rows(&self) -> usize {
        usize::from(self.areas.detail.height)
    }

    /// Turns the wheel over the tree.
    pub(super) fn wheel_over(&mut self, open: &OpenedRef, lines: i32) {
        let (rows, height) = (open.tree.rows(), usize::from(self.areas.main.height));
        let mut row = open.tree.row_of(self.cursor).unwrap_or(0);
        list::wheel(&mut self.top, &mut row, (rows.len(), height), lines);
        if let Some(row) = rows.get(row) {
            self.put_cursor(row.node);
        }
    }

    /// Puts the cursor on a node that has a row.
    pub(super) fn put_cursor(&mut self, node: NodeId) {
        if self.cursor != node {
            self.cursor = node;
            self.sheet.scroll = 0;
        }
    }

    /// Whether what is under the cursor could not be had.
    pub(super) fn has_failed(&self, open: &OpenedRef) -> bool {
        open.tree.node(self.cursor).is_some_and(|node| matches!(node.load, Load::Failed(_)))
    }

    /// Whether the node under the cursor has content of its own.
    pub(super) fn can_compare(&self, open: &OpenedRef) -> bool {
        let node = open.tree.node(self.cursor);
        node.is_some_and(|node| !matches!(node.what, What::Referrers { .. }))
    }

    pub(super) fn toggle(&mut self, open: &mut OpenedRef) {
        let is_open = open.tree.node(self.cursor).is_some_and(|node| node.open);
        open.tree.set_open(self.cursor, !is_open);
    }

    pub(super) fn go_in(&mut self, open: &mut OpenedRef) {
        let Some(node) = open.tree.node(self.cursor) else { return };
        if !node.open && open.tree.can_open(self.cursor) {
            open.tree.set_open(self.cursor, true);
        } else if let Some(child) = node.children.first().copied().filter(|_| node.open) {
            self.put_cursor(child);
        }
    }

    pub(super) fn go_out(&mut self, open: &mut OpenedRef) {
        let Some(node) = open.tree.node(self.cursor) else { return };
        if node.open {
            open.tree.set_open(self.cursor, false);
        } else if let Some(parent) = node.parent {
            self.put_cursor(parent);
        }
    }

    pub(super) fn show(&mut self, tab: Tab) {
        self.tab = tab;
        self.sheet.scroll = 0;
        if self.areas.detail.height == 0 {
            self.focus = Pane::Detail;
        }
    }

    pub(super) fn switch_pane(&mut self) {
        self.focus = match self.focus {
            Pane::Tree => Pane::Detail,
            Pane::Detail => Pane::Tree,
        };
    }

    /// Keeps the cursor on a row and on the screen, without moving the rows more than needed.
    pub(super) fn keep_in_view(&mut self, open: &OpenedRef) {
        self.cursor = open.tree.nearest_visible(self.cursor);
        let height = usize::from(self.areas.main.height);
        if height == 0 {
            return;
        }
        let row = open.tree.row_of(self.cursor).unwrap_or(0);
        let last_top = open.tree.rows().len().saturating_sub(height);
        let lowest = row.saturating_sub(height - 1);
        self.top = self.top.clamp(lowest, row).min(last_top);
    }
}
