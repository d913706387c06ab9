//! Searching in a long text that is looked at: the line that is typed, and where the match is.

use crossterm::event::KeyCode;
use tui_input::{Input, InputRequest};

use super::detail::{Searched, Sought};
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
    /// What came of looking for it.
    pub found: Found,
    /// A very long text is searched beside the loop.
    pub(super) searching: Searching,
}

/// What a search came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Found {
    /// Nothing: this text was not searched, or not since it was laid out anew.
    #[default]
    NotSearched,
    /// The needle is not in it.
    Nowhere,
    /// It is in this line.
    At(usize),
}

impl From<Option<usize>> for Found {
    fn from(line: Option<usize>) -> Self {
        line.map_or(Self::Nowhere, Self::At)
    }
}

/// Whether a search beside the loop is under way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Searching {
    /// None is.
    #[default]
    None,
    /// One is wanted as soon as the text is there.
    Waiting,
    /// One was under way in the text as it was laid out before: it is wanted again as soon as it is
    /// known which row has the place where it began.
    Again {
        /// The place in the content.
        place: usize,
        /// What was looked for.
        sought: Sought,
        /// How many matches further it is to go from what it finds; back if negative.
        steps: isize,
    },
    /// One was asked for.
    Asked {
        /// By this request.
        request: RequestId,
        /// This is looked for.
        sought: Sought,
        /// How many matches further it is to go from what it finds; back if negative.
        steps: isize,
    },
}

impl Within {
    /// Begins to type.
    pub(super) fn start(&mut self) {
        self.input = Some(Input::default());
    }

    /// The line with the match.
    #[must_use]
    pub fn at(&self) -> Option<usize> {
        match self.found {
            Found::At(line) => Some(line),
            Found::NotSearched | Found::Nowhere => None,
        }
    }

    /// The request that looks for it.
    pub(super) fn under_way(&self) -> Option<RequestId> {
        match &self.searching {
            Searching::Asked { request, .. } => Some(*request),
            Searching::None | Searching::Waiting | Searching::Again { .. } => None,
        }
    }

    /// The lines that were found are those of another text.
    pub(super) fn forget(&mut self) {
        self.found = Found::NotSearched;
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
    pub(super) fn prompt(&self, what: Searched) -> Option<Prompt<'_>> {
        let input = self.input.as_ref()?;
        let words = what.how().into();
        Some(Prompt::new("/", input, words, false))
    }

    pub(super) fn typing_keys(&self) -> Vec<TypingKey> {
        typing_keys(&[("↵", "search"), ("esc", "cancel"), ("ctrl-u", "clear")])
    }

    /// What the search came to; `next` is the key that searches on, `place` says where a line is.
    pub(super) fn words(
        &self,
        what: Searched,
        next: &str,
        place: impl FnOnce(usize) -> String,
    ) -> String {
        let needle = escape(&self.needle);
        match (&self.searching, self.found) {
            (Searching::None, Found::At(at)) => format!("“{needle}”  {}", place(at)),
            (Searching::None, Found::Nowhere) => {
                format!("“{needle}” is nowhere in this {}", what.word())
            }
            (Searching::None, Found::NotSearched) if next.is_empty() => {
                format!("“{needle}”  not looked for here yet")
            }
            (Searching::None, Found::NotSearched) => format!("“{needle}”; {next} searches on"),
            _ => format!("“{needle}”  looking for it"),
        }
    }
}
