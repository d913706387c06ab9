//! Searching in the text of the detail pane.

use crossterm::event::KeyCode;
use tui_input::{Input, InputRequest};

use super::Explorer;
use crate::text::{count, escape};
use crate::tui::app::Key;

/// The state of the search.
#[derive(Debug, Clone, Default)]
pub struct Within {
    /// The line being typed, while it is.
    pub input: Option<Input>,
    /// What is looked for.
    pub needle: String,
    /// The line with the match.
    pub at: Option<usize>,
    /// Nothing was found in what is laid out: the direction to go on in once the rest is.
    waiting: Option<bool>,
}

impl Within {
    /// The lines that were found are those of another text.
    pub(super) fn forget(&mut self) {
        self.at = None;
        self.waiting = None;
    }

    /// What the search came to.
    pub(super) fn words(&self, lines: usize) -> String {
        let needle = escape(&self.needle);
        match (self.at, self.waiting) {
            (Some(at), _) => {
                format!("“{needle}”  line {} of {}", count(at as u64 + 1), count(lines as u64))
            }
            (None, Some(_)) => format!("“{needle}”  looking in the rest of the text"),
            (None, None) => format!("“{needle}” is nowhere in this text"),
        }
    }
}

impl Explorer {
    /// A key of the line in which the needle is typed.
    pub(super) fn within_typed(&mut self, key: Key, request: Option<InputRequest>) {
        let Some(input) = &mut self.within.input else { return };
        match (key.code, request) {
            (KeyCode::Esc, _) => self.within.input = None,
            (KeyCode::Enter, _) => {
                self.within.needle = input.value().to_owned();
                self.within.input = None;
                self.within.forget();
                self.find_within(true, true);
            }
            (_, Some(request)) => {
                input.handle(request);
            }
            _ => {}
        }
    }

    /// Goes to the next or previous match, around the ends; `here_too`: the first line on the
    /// screen counts.
    pub(super) fn find_within(&mut self, forward: bool, here_too: bool) {
        if self.within.needle.is_empty() {
            return;
        }
        let from = self.within.at.unwrap_or(self.scroll);
        let here_too = here_too || self.within.at.is_none();
        let found = self.content.find(&self.within.needle, from, forward, here_too);
        // Around the end of a text is where it is laid out to.
        let goes_on = !self.content.is_whole()
            && found.is_none_or(|at| forward && (at < from || at == from && !here_too));
        if goes_on {
            self.within.waiting = Some(forward);
            self.want_rest();
            return;
        }
        self.within.waiting = None;
        self.within.at = found;
        if let Some(at) = found {
            let page = usize::from(self.areas.detail.height.max(1));
            if !(self.scroll..self.scroll + page).contains(&at) {
                self.scroll = at.saturating_sub(page / 3);
            }
        }
    }

    /// The rest of the text is there.
    pub(super) fn find_in_rest(&mut self) {
        if let Some(forward) = self.within.waiting.take() {
            self.find_within(forward, false);
        }
    }
}
