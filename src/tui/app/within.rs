//! Searching in a long text that is looked at: the line that is typed, and where the match is.

use crossterm::event::KeyCode;
use tui_input::{Input, InputRequest};

use super::detail::Sought;
use super::view::{Prompt, TypingKey, typing_keys};
use super::{Key, RequestId};
use crate::text::escape;

/// The state of the search.
#[derive(Debug, Clone, Default)]
pub struct Within {
    /// The line being typed, while it is.
    pub input: Option<Input>,
    /// What is looked for.
    pub needle: String,
    /// The line with the match.
    pub at: Option<usize>,
    /// A very long text is searched beside the loop.
    pub(super) searching: Searching,
}

/// Whether a search beside the loop is under way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Searching {
    /// None is.
    #[default]
    None,
    /// One is wanted.
    Wanted(Sought),
    /// One was asked for.
    Asked(RequestId),
}

impl Within {
    /// Begins to type.
    pub(super) fn start(&mut self) {
        self.input = Some(Input::default());
    }

    /// The lines that were found are those of another text.
    pub(super) fn forget(&mut self) {
        self.at = None;
        self.searching = Searching::None;
    }

    /// A key of the line in which the needle is typed; whether it is to be looked for now.
    pub(super) fn typed(&mut self, key: Key, request: Option<InputRequest>) -> bool {
        let Some(input) = &mut self.input else { return false };
        match (key.code, request) {
            (KeyCode::Esc, _) => self.input = None,
            (KeyCode::Enter, _) => {
                self.needle = input.value().to_owned();
                self.input = None;
                self.forget();
                return !self.needle.is_empty();
            }
            (_, Some(request)) => {
                input.handle(request);
            }
            _ => {}
        }
        false
    }

    /// The line, with what it is for.
    pub(super) fn prompt(&self) -> Option<Prompt<'_>> {
        let words = "in this text; upper and lower case are the same".into();
        Some(Prompt { label: "/", input: self.input.as_ref()?, words, tells_problems: false })
    }

    pub(super) fn typing_keys(&self) -> Vec<TypingKey> {
        typing_keys(&[("↵", "search"), ("esc", "cancel"), ("ctrl-u", "clear")])
    }

    /// What the search came to; `place` says where.
    pub(super) fn words(&self, place: impl FnOnce(usize) -> String) -> String {
        let needle = escape(&self.needle);
        match (&self.searching, self.at) {
            (Searching::Wanted(_) | Searching::Asked(_), _) => {
                format!("“{needle}”  looking for it")
            }
            (Searching::None, Some(at)) => format!("“{needle}”  {}", place(at)),
            (Searching::None, None) => format!("“{needle}” is nowhere in this text"),
        }
    }
}
