//! What is compared: a mark and the node under the cursor, or a reference that is typed.

use crossterm::event::KeyCode;
use tui_input::InputRequest;

use super::Explorer;
use crate::tui::app::completions::Completions;
use crate::tui::app::cx::{Cx, ToastKind};
use crate::tui::app::going::Opening;
use crate::tui::app::opened::OpenedRef;
use crate::tui::app::point::Point;
use crate::tui::app::typed_reference::TypedReference;
use crate::tui::app::view::{Prompt, TypingKey, typing_keys};
use crate::tui::app::{Action, Field, Key};

const LABEL: &str = "compare with: ";

impl Explorer {
    /// Marks the node under the cursor, or takes the mark away from it.
    pub(super) fn mark(&mut self, cx: &mut Cx) {
        let Some(open) = cx.opened.get(self.id) else { return };
        let point = Point::of(open, self.cursor);
        if cx.marked.as_ref().is_some_and(|it| it.is(self.id, self.cursor)) {
            cx.marked = None;
            cx.say(ToastKind::Done, "the mark is taken away");
        } else {
            cx.marked = Some(point);
            let key = cx.key(Action::Compare);
            cx.say(ToastKind::Done, &format!("marked; {key} on another node compares both"));
        }
    }

    /// Compares the marked node with the one under the cursor; without a mark elsewhere, asks for
    /// a reference.
    pub(super) fn compare(&mut self, cx: &mut Cx) {
        let Some(open) = cx.opened.get(self.id) else { return };
        let point = Point::of(open, self.cursor);
        match cx.marked.clone().filter(|it| !it.is(self.id, self.cursor)) {
            Some(marked) => cx.open(Opening::Compare(marked, point)),
            None => self.comparing = Some(field(open, cx)),
        }
    }

    /// The line in which the other reference is typed, with those that fit what is typed.
    pub(super) fn comparing_prompt(&self) -> Option<Prompt<'_>> {
        let field = self.comparing.as_ref()?;
        let choices = Some(field).filter(|field| !field.value().is_empty());
        let is_told =
            choices.is_some_and(|it| it.fitting().next().is_some()) || !field.note().is_empty();
        let hint = ":tag of this repository, a digest in it, or any reference";
        let words = if is_told { "" } else { hint }.into();
        Some(Prompt { choices, ..Prompt::new(LABEL, &field.input, words, true) })
    }

    pub(super) fn comparing_keys(field: &Field) -> Vec<TypingKey> {
        if field.fitting().next().is_none() {
            return typing_keys(&[("↵", "compare"), ("esc", "cancel"), ("ctrl-u", "clear")]);
        }
        let complete = ("tab", "complete");
        typing_keys(&[("↵", "compare"), complete, ("esc", "cancel"), ("ctrl-u", "clear")])
    }

    /// The other reference, while it is typed.
    pub(super) fn compared_with<'a>(&'a self, cx: &'a Cx) -> Option<TypedReference<'a>> {
        Some(TypedReference::new(self.comparing.as_ref()?.value(), cx.here.clone(), cx))
    }

    /// Takes what the registry has, without what is open here.
    pub(super) fn complete_other(&mut self, completions: Completions, cx: &Cx) {
        let open = cx.opened.get(self.id).and_then(|open| open.location.reference());
        if let Some(field) = &mut self.comparing {
            field.take_completions(completions.without(open));
        }
    }

    /// A key of the line in which the other reference is typed.
    pub(super) fn comparing_typed(&mut self, key: Key, request: Option<InputRequest>, cx: &mut Cx) {
        let Some(field) = &mut self.comparing else { return };
        match (key.code, request) {
            (KeyCode::Esc, _) => self.comparing = None,
            (KeyCode::Enter, _) if field.value().is_empty() => self.comparing = None,
            (KeyCode::Tab, _) => field.complete(),
            (KeyCode::Enter, _) => {
                match TypedReference::new(field.value(), cx.here.clone(), cx).image() {
                    Ok(location) => {
                        self.comparing = None;
                        let id = cx.open_reference(location);
                        let a = cx.opened.get(self.id).map(|open| Point::of(open, self.cursor));
                        let b = cx.opened.get(id).map(Point::whole);
                        if let (Some(a), Some(b)) = (a, b) {
                            cx.open(Opening::Compare(a, b));
                        }
                    }
                    Err(problem) => cx.say(ToastKind::Error, &problem),
                }
            }
            (_, Some(request)) => {
                field.handle(request);
            }
            _ => {}
        }
    }
}

/// An empty line, and what could be in it: what the start page lists, without what is open here.
fn field(open: &OpenedRef, cx: &Cx) -> Field {
    let known = cx.known();
    let samples = known.samples.iter().map(|sample| &sample.reference);
    let here = open.location.familiar();
    let mut field = Field::new(LABEL, "").reference();
    for reference in known.bookmarks.iter().chain(known.history).chain(samples) {
        if *reference != here && !field.choices.contains(reference) {
            field.choices.push(reference.clone());
        }
    }
    field
}
