//! The state of the page.

use crate::tui::app::{Action, Areas, Pane, list};

/// The state of the page.
#[derive(Debug, Clone, Default)]
pub struct DraftsPage {
    /// The line under the cursor.
    pub cursor: usize,
    /// The first line on the screen.
    pub top: usize,
    lines: usize,
    height: usize,
}

impl DraftsPage {
    pub(super) fn settle(&mut self, lines: usize, size: (u16, u16)) {
        let body = Areas::of(size.0, size.1, Pane::Tree).body;
        self.lines = lines;
        self.height = usize::from(body.height.saturating_sub(2)).max(1);
        self.cursor = self.cursor.min(lines.saturating_sub(1));
        let lowest = (self.cursor + 1).saturating_sub(self.height);
        self.top = self.top.clamp(lowest, self.cursor.max(lowest));
    }

    /// Turns the wheel over the lines.
    pub(super) fn wheel_over(&mut self, lines: i32) {
        list::wheel(&mut self.top, &mut self.cursor, (self.lines, self.height), lines);
    }

    pub(super) fn go(&mut self, action: Action) {
        self.cursor = list::target(action, self.cursor, self.lines, self.height);
    }
}
