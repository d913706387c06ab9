//! A filter above a list: text that is typed while the list stays under the cursor keys.

use crossterm::event::KeyCode;
use tui_input::{Input, InputRequest};

use super::view::{TypingKey, insert, typing_keys};
use super::{Action, Key};

/// What is typed to narrow a list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// The text.
    pub input: Input,
    /// Whether keys go there.
    pub typing: bool,
}

/// What a key that went to a filter asks of its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filtered {
    /// Nothing.
    Same,
    /// The text is another one: the cursor goes to the first line that it leaves.
    Narrowed,
    /// The text is gone: all is shown again, and the cursor stays.
    Cleared,
    /// A movement in the list.
    Go(Action),
}

impl Filter {
    /// The text.
    #[must_use]
    pub fn value(&self) -> &str {
        self.input.value()
    }

    /// Whether it is seen: something is typed, or about to be.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        self.typing || !self.value().is_empty()
    }

    /// The keys while it is typed; `there` is where enter leads.
    pub(super) fn keys(&self, there: &'static str) -> Vec<TypingKey> {
        if !self.typing {
            return Vec::new();
        }
        typing_keys(&[("↵", there), ("↓ ↑", "move"), ("esc", "show all")])
    }

    /// Takes a key while it is typed; `None` if it is not.
    pub(super) fn typed(&mut self, key: Key, request: Option<InputRequest>) -> Option<Filtered> {
        if !self.typing {
            return None;
        }
        Some(match (key.code, request) {
            (KeyCode::Esc, _) => {
                *self = Self::default();
                Filtered::Cleared
            }
            (KeyCode::Enter, _) => {
                self.typing = false;
                Filtered::Same
            }
            (KeyCode::Down, _) => Filtered::Go(Action::Down),
            (KeyCode::Up, _) => Filtered::Go(Action::Up),
            (_, Some(request)) if self.input.handle(request).is_some_and(|it| it.value) => {
                Filtered::Narrowed
            }
            _ => Filtered::Same,
        })
    }

    /// Takes pasted text, as if it was typed.
    pub(super) fn paste(&mut self, line: &str) {
        self.typing = true;
        insert(&mut self.input, line);
    }
}
