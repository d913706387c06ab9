//! Terminal events as messages.

use crossterm::event::{Event, KeyEventKind, MouseButton, MouseEventKind};

use crate::app::Msg;
use crate::ui::Drawn;

/// Lines that one notch of the wheel moves.
const WHEEL: i32 = 3;

/// The message for an event; `drawn` tells what the mouse hit.
pub(super) fn message(event: Event, drawn: &Drawn) -> Option<Msg> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => Some(Msg::Key(key.into())),
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::Resize(columns, rows) => Some(Msg::Resize(columns, rows)),
        Event::Mouse(mouse) => {
            let spot = drawn.at(mouse.column, mouse.row);
            match mouse.kind {
                MouseEventKind::Down(MouseButton::Left) => spot.map(Msg::Click),
                MouseEventKind::ScrollDown => Some(Msg::Wheel(spot, WHEEL)),
                MouseEventKind::ScrollUp => Some(Msg::Wheel(spot, -WHEEL)),
                _ => None,
            }
        }
        Event::Key(_) | Event::FocusGained | Event::FocusLost => None,
    }
}
