//! Moving about.

use super::{Explorer, Pane, Tab};
use crate::model::tree::{NodeId, What};
use crate::tui::app::Action;

impl Explorer {
    /// Moves the cursor, or scrolls the detail when that is in focus.
    pub(in crate::tui::app) fn go(&mut self, action: Action) {
        let (position, length, page) = match self.focus {
            Pane::Tree => (
                self.tree.row_of(self.cursor).unwrap_or(0),
                self.tree.rows().len(),
                self.areas.main.height,
            ),
            Pane::Detail => (self.scroll, self.content.len(), self.areas.detail.height),
        };
        let page = usize::from(page.max(1));
        let target = super::super::list::target(action, position, length, page);
        match self.focus {
            Pane::Tree => {
                if let Some(row) = self.tree.rows().get(target) {
                    self.put_cursor(row.node);
                }
            }
            Pane::Detail if action == Action::Last => {
                // Of a large text the end is on its way; until it comes, what is there ends here.
                self.want_rest();
                self.scroll = self.content.len();
            }
            Pane::Detail => self.scroll = target,
        }
    }

    /// Scrolls what is under the mouse; the cursor stays on the screen.
    pub(in crate::tui::app) fn wheel(&mut self, over_detail: bool, lines: i32) {
        let step = lines.unsigned_abs() as usize;
        let shift = |from: usize| {
            if lines < 0 { from.saturating_sub(step) } else { from.saturating_add(step) }
        };
        if over_detail {
            self.scroll = shift(self.scroll);
            return;
        }
        let height = usize::from(self.areas.main.height.max(1));
        let last_top = self.tree.rows().len().saturating_sub(height);
        self.top = shift(self.top).min(last_top);
        let row = self.tree.row_of(self.cursor).unwrap_or(0);
        let kept = row.clamp(self.top, self.top + height - 1);
        if let Some(row) = self.tree.rows().get(kept) {
            self.put_cursor(row.node);
        }
    }

    /// Puts the cursor on a node that has a row.
    pub(in crate::tui::app) fn put_cursor(&mut self, node: NodeId) {
        if self.cursor != node {
            self.cursor = node;
            self.scroll = 0;
        }
    }

    /// Whether the node under the cursor has content of its own.
    pub(in crate::tui::app) fn can_compare(&self) -> bool {
        let node = self.tree.node(self.cursor);
        node.is_some_and(|node| !matches!(node.what, What::Referrers { .. }))
    }

    pub(in crate::tui::app) fn toggle(&mut self) {
        let open = self.tree.node(self.cursor).is_some_and(|node| node.open);
        self.tree.set_open(self.cursor, !open);
    }

    pub(in crate::tui::app) fn go_in(&mut self) {
        let Some(node) = self.tree.node(self.cursor) else { return };
        if !node.open && self.tree.can_open(self.cursor) {
            self.tree.set_open(self.cursor, true);
        } else if let Some(child) = node.children.first().copied().filter(|_| node.open) {
            self.put_cursor(child);
        }
    }

    pub(in crate::tui::app) fn go_out(&mut self) {
        let Some(node) = self.tree.node(self.cursor) else { return };
        if node.open {
            self.tree.set_open(self.cursor, false);
        } else if let Some(parent) = node.parent {
            self.put_cursor(parent);
        }
    }

    pub(in crate::tui::app) fn show(&mut self, tab: Tab) {
        self.tab = tab;
        self.scroll = 0;
        if self.areas.detail.height == 0 {
            self.focus = Pane::Detail;
        }
    }

    pub(in crate::tui::app) fn switch_pane(&mut self) {
        self.focus = match self.focus {
            Pane::Tree => Pane::Detail,
            Pane::Detail => Pane::Tree,
        };
    }

    /// Keeps the cursor on a row and on the screen, without moving the rows more than needed.
    pub(super) fn keep_in_view(&mut self) {
        self.cursor = self.tree.nearest_visible(self.cursor);
        let height = usize::from(self.areas.main.height);
        if height == 0 {
            return;
        }
        let row = self.tree.row_of(self.cursor).unwrap_or(0);
        let last_top = self.tree.rows().len().saturating_sub(height);
        let lowest = row.saturating_sub(height - 1);
        self.top = self.top.clamp(lowest, row).min(last_top);
    }
}
