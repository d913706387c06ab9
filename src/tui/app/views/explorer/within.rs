//! Searching in the text of the detail pane.

use std::sync::Arc;

use super::Explorer;
use crate::tui::app::cx::Cx;
use crate::tui::app::detail::{Content, Sought};
use crate::tui::app::within::{Searching, Within};
use crate::tui::app::{Query, RequestId};

impl Explorer {
    /// Goes to the next or previous match, around the ends; `here_too`: the first line on the
    /// screen counts.
    pub(super) fn find_within(&mut self, forward: bool, here_too: bool) {
        if self.within.needle.is_empty() {
            return;
        }
        let sought = Sought {
            needle: self.within.needle.clone(),
            from: self.within.at().unwrap_or(self.scroll),
            forward,
            here_too: here_too || self.within.at().is_none(),
        };
        if self.content.is_short() {
            self.go_to_found(self.content.find(&sought));
        } else {
            self.within.searching = Searching::Wanted(sought);
        }
    }

    /// Asks for the search of a long text, if it is wanted.
    pub(super) fn ask_search(&mut self, cx: &mut Cx) {
        if let Searching::Wanted(sought) = &self.within.searching {
            let question = Query::Find(Arc::new(self.content.clone()), sought.clone());
            self.within.searching = Searching::Asked(cx.ask(self.session, question));
        }
    }

    /// Takes what was found, unless something else is looked for by now. The text comes back gone
    /// through to its end.
    pub(super) fn found(&mut self, request: RequestId, content: Arc<Content>, at: Option<usize>) {
        if self.within.searching == Searching::Asked(request) {
            self.content = Arc::unwrap_or_clone(content);
            self.go_to_found(at);
        }
    }

    /// The text could not be searched.
    pub(super) fn not_searched(&mut self, request: RequestId) {
        if self.within.searching == Searching::Asked(request) {
            self.within = Within::default();
        }
    }

    fn go_to_found(&mut self, found: Option<usize>) {
        self.within.searching = Searching::None;
        self.within.found = found.into();
        if let Some(at) = found {
            let page = usize::from(self.areas.detail.height.max(1));
            if !(self.scroll..self.scroll + page).contains(&at) {
                self.scroll = at.saturating_sub(page / 3);
            }
        }
    }
}
