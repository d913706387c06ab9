//! The line in which a path is typed, and what is saved there.

use crossterm::event::KeyCode;
use tui_input::{Input, InputRequest};

use super::cx::{Cx, ToastKind};
use super::overlay::{Choosing, Menu, MenuAnswer, Overlay};
use super::view::{Prompt, TypingKey, insert, typing_keys};
use super::{Key, Reply, RequestId, SessionId};
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
    /// There is a file of this name already, and whether to write over it is asked.
    exists: Option<String>,
}

/// A name to save under, without what a shell or a terminal would stumble over; `None` if nothing is
/// left of it.
pub(super) fn harmless_name(name: &str) -> Option<String> {
    let harmless = |c: char| if c.is_control() || c == '/' { '_' } else { c };
    let name: String = name.chars().map(harmless).collect();
    (!matches!(name.as_str(), "" | "." | "..")).then_some(name)
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
        Prompt::new(label, &self.input, words.into(), true)
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

    /// A key of a line that is typed; the path to save to, if it is to be done now.
    pub(super) fn typed(
        line: &mut Option<Self>,
        (key, request): (Key, Option<InputRequest>),
        (session, cx): (SessionId, &mut Cx),
    ) -> Option<String> {
        let saving = line.as_mut()?;
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
                if saving.exists.as_ref() != Some(&to) {
                    return Some(to);
                }
                ask(&to, cx);
            }
            (_, Some(request)) => {
                saving.input.handle(request);
                saving.exists = None;
            }
            _ => {}
        }
        None
    }

    /// What is asked for was asked with this request.
    pub(super) fn asked(&mut self, request: RequestId) {
        self.under_way = Some(request);
    }

    /// The path of the file that is to be written over, as the user says now.
    pub(super) fn overwrites(line: &mut Option<Self>, menu: &Menu) -> Option<String> {
        let is_meant = matches!(menu.what, Choosing::Overwrite) && menu.cursor == 1;
        line.as_mut().filter(|_| is_meant)?.exists.take()
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
                if cx.overlay.is_none() {
                    ask(to, cx);
                }
            }
            // What was typed stays, to be put right.
            Err(failure) => cx.say(ToastKind::Error, &format!("not saved: {failure}")),
        }
    }
}

/// Asks whether a file is written over.
fn ask(to: &str, cx: &mut Cx) {
    let (title, facts) = ("write over the file?", vec![format!("{to} exists already")]);
    let answers = [MenuAnswer::No("leave it as it is"), MenuAnswer::Yes("write over it")];
    let menu = Menu::question(Choosing::Overwrite, title, facts, &answers);
    cx.overlay = Some(Overlay::Menu(Box::new(menu)));
}
