//! Terminal events as messages.

use std::io;

use crossterm::event::{Event, EventStream, KeyEventKind, MouseButton, MouseEventKind};
use futures_util::StreamExt as _;
use tokio::sync::mpsc;

use crate::tui::app::Msg;
use crate::tui::draw::Drawn;

/// Lines that one notch of the wheel moves.
const WHEEL: i32 = 3;

/// Forwards the terminal's events into a queue that can be drained. (Polling an `EventStream`
/// without waiting for it loses its wake-up.)
pub(super) fn queue(capacity: usize) -> mpsc::Receiver<io::Result<Event>> {
    let (sender, receiver) = mpsc::channel(capacity);
    tokio::spawn(async move {
        let mut events = EventStream::new();
        while let Some(event) = events.next().await {
            if sender.send(event).await.is_err() {
                break;
            }
        }
    });
    receiver
}

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
