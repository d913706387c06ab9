//! Searching the loaded tree.

use tui_input::Input;

use super::Explorer;
use crate::model::tree::{Found, NodeId};
use crate::tui::app::Pane;
use crate::tui::app::opened::OpenedRef;

/// The state of the search.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// The line being typed, while it is.
    pub input: Option<Input>,
    /// What is looked for.
    pub needle: String,
    /// What was found.
    pub found: Found,
    /// Where the cursor was when typing began.
    origin: Option<NodeId>,
}

impl Search {
    /// Drops what was found; the needle stays for the next `n`.
    pub(super) fn forget(&mut self) {
        self.found = Found::default();
    }

    /// Whether a node matches.
    #[must_use]
    pub fn matches(&self, node: NodeId) -> bool {
        !self.needle.is_empty() && self.found.number(node).is_some()
    }
}

impl Explorer {
    pub(super) fn start_search(&mut self) {
        self.search.origin = Some(self.cursor);
        self.search.input = Some(Input::default());
        self.focus = Pane::Tree;
    }

    /// The typed line changed: goes to the first match at or after where the search began.
    pub(super) fn search_typed(&mut self, open: &mut OpenedRef) {
        let Some(input) = &self.search.input else { return };
        self.search.needle = input.value().to_owned();
        self.search.found = open.tree.search(&self.search.needle);
        let origin = self.search.origin.unwrap_or(self.cursor);
        self.cursor = origin;
        self.go_to_match(open, true, true);
    }

    /// Ends typing; the match stays under the cursor.
    pub(super) fn accept_search(&mut self) {
        self.search.input = None;
        self.search.origin = None;
    }

    /// Gives the search up; the cursor goes back to where it was.
    pub(super) fn cancel_search(&mut self) {
        if let Some(origin) = self.search.origin.take() {
            self.put_cursor(origin);
        }
        self.search = Search::default();
    }

    /// Goes to the next or previous match, around the ends.
    pub(super) fn next_match(&mut self, open: &mut OpenedRef, forward: bool) {
        // What was loaded since the search was typed is searched too.
        self.search.found = open.tree.search(&self.search.needle);
        self.go_to_match(open, forward, false);
    }

    fn go_to_match(&mut self, open: &mut OpenedRef, forward: bool, here_too: bool) {
        let next = self.search.found.nearest(self.cursor, forward, here_too);
        if let Some(next) = next {
            open.tree.reveal(next);
            open.tree.settle();
            self.put_cursor(next);
        }
    }
}
