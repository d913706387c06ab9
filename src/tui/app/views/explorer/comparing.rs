//! What is compared: a mark and the node under the cursor, or a reference that is typed.

use crossterm::event::KeyCode;
use tui_input::{Input, InputRequest};

use super::Explorer;
use crate::tui::app::cx::{Cx, ToastKind};
use crate::tui::app::going::Opening;
use crate::tui::app::point::Point;
use crate::tui::app::typed_reference::understood;
use crate::tui::app::{Action, Key};

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
            None => self.comparing = Some(Input::default()),
        }
    }

    /// A key of the line in which the other reference is typed.
    pub(super) fn comparing_typed(&mut self, key: Key, request: Option<InputRequest>, cx: &mut Cx) {
        let Some(input) = &mut self.comparing else { return };
        match (key.code, request) {
            (KeyCode::Esc, _) => self.comparing = None,
            (KeyCode::Enter, _) if input.value().trim().is_empty() => self.comparing = None,
            (KeyCode::Enter, _) => match understood(input.value(), cx) {
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
            },
            (_, Some(request)) => {
                input.handle(request);
            }
            _ => {}
        }
    }
}
