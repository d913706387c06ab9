//! The line in which a path is typed, and what is saved there.

use crossterm::event::KeyCode;
use tui_input::{Input, InputRequest};

use super::cx::{Cx, ToastKind};
use super::view::{Prompt, TypingKey, insert, typing_keys};
use super::{Key, Query, Reply, RequestId, SessionId};
use crate::oci::Failure;
use crate::text::bytes;

/// Something that is to be saved to this machine's disk, while its path is typed and until it is
/// there.
#[derive(Debug, Clone)]
pub struct SaveLine<T> {
    input: Input,
    /// What is saved.
    what: T,
    under_way: Option<RequestId>,
    /// There is a file of this name already; the next Enter on the same name writes over it.
    exists: Option<String>,
}

impl<T> SaveLine<T> {
    /// A line with a name in it that would do.
    pub(super) fn new(what: T, name: String) -> Self {
        Self { input: Input::new(name), what, under_way: None, exists: None }
    }

    /// What is saved.
    #[must_use]
    pub fn what(&self) -> &T {
        &self.what
    }

    /// The path as typed.
    #[must_use]
    pub fn path(&self) -> &str {
        self.input.value()
    }

    /// The line, with what it is for.
    pub(super) fn prompt(&self, label: &'static str, words: &'static str) -> Prompt<'_> {
        let words = if self.under_way.is_some() { "being saved" } else { words };
        Prompt { label, input: &self.input, words: words.into(), tells_problems: true }
    }

    pub(super) fn typing_keys(&self) -> Vec<TypingKey> {
        match self.under_way {
            Some(_) => typing_keys(&[("esc", "end it")]),
            None => typing_keys(&[("↵", "save"), ("esc", "cancel"), ("ctrl-u", "clear")]),
        }
    }

    pub(super) fn paste(&mut self, text: &str) {
        // Its name is given already.
        if self.under_way.is_none() {
            insert(&mut self.input, text);
            self.exists = None;
        }
    }

    /// A key of a line that is typed. `question` is what is asked to save to a path, and whether
    /// that writes over a file.
    pub(super) fn typed(
        line: &mut Option<Self>,
        (key, request): (Key, Option<InputRequest>),
        (session, cx): (SessionId, &mut Cx),
        question: impl FnOnce(&T, String, bool, &Cx) -> Option<Query>,
    ) {
        let Some(saving) = line else { return };
        match (key.code, request) {
            (KeyCode::Esc, _) => {
                if let Some(request) = line.take().and_then(|saving| saving.under_way) {
                    cx.stop(session, request);
                }
            }
            _ if saving.under_way.is_some() => {}
            (KeyCode::Enter, _) if saving.path().trim().is_empty() => *line = None,
            (KeyCode::Enter, _) => {
                let to = saving.path().trim().to_owned();
                let overwrite = saving.exists.as_ref() == Some(&to);
                if let Some(question) = question(&saving.what, to, overwrite, cx) {
                    saving.under_way = Some(cx.ask(session, question));
                }
            }
            (_, Some(request)) => {
                saving.input.handle(request);
                saving.exists = None;
            }
            _ => {}
        }
    }

    /// Takes how the saving went, unless it was ended before. `done` is said behind how much was
    /// saved, and where.
    pub(super) fn saved(
        line: &mut Option<Self>,
        request: RequestId,
        (to, result): (&str, Result<Reply, Failure>),
        cx: &mut Cx,
        done: impl FnOnce(&T) -> String,
    ) {
        let Some(saving) = line.as_mut().filter(|it| it.under_way == Some(request)) else { return };
        saving.under_way = None;
        match result {
            Ok(Reply::Saved(size)) => {
                let text = format!("saved {} to {to}{}", bytes(size), done(&saving.what));
                *line = None;
                cx.say(ToastKind::Done, &text);
            }
            Ok(_) => {
                saving.exists = Some(to.to_owned());
                let said = format!("{to} exists already; enter again writes over it");
                cx.say(ToastKind::Warning, &said);
            }
            // What was typed stays, to be put right.
            Err(failure) => cx.say(ToastKind::Error, &format!("not saved: {failure}")),
        }
    }
}
