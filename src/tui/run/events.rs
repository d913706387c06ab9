//! Terminal events as messages.

use std::io;

use crossterm::event::{Event, EventStream, KeyEventKind, MouseButton, MouseEventKind};
use futures_util::StreamExt as _;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::tui::app::Msg;
use crate::tui::draw::Drawn;

/// Lines that one notch of the wheel moves.
const WHEEL: i32 = 3;

/// The terminal's events, in a queue that can be drained. (Polling an `EventStream` without waiting
/// for it loses its wake-up.)
pub(super) struct Events {
    receiver: mpsc::Receiver<io::Result<Event>>,
    reading: JoinHandle<()>,
    capacity: usize,
}

impl Events {
    pub(super) fn new(capacity: usize) -> Self {
        let (sender, receiver) = mpsc::channel(capacity);
        let reading = tokio::spawn(async move {
            let mut events = EventStream::new();
            while let Some(event) = events.next().await {
                if sender.send(event).await.is_err() {
                    break;
                }
            }
        });
        Self { receiver, reading, capacity }
    }

    /// The next event; `None` if the terminal is gone.
    pub(super) async fn recv(&mut self) -> Option<io::Result<Event>> {
        self.receiver.recv().await
    }

    /// An event that is there already.
    pub(super) fn ready(&mut self) -> Option<io::Result<Event>> {
        self.receiver.try_recv().ok()
    }

    /// Reads nothing more, so that another program can.
    pub(super) async fn pause(&mut self) {
        self.reading.abort();
        // It was told to end; that it did is all that is wanted.
        let _ = (&mut self.reading).await;
        while self.ready().is_some() {}
    }

    /// Reads again.
    pub(super) fn go_on(&mut self) {
        *self = Self::new(self.capacity);
    }

    /// Waits until a key is pressed.
    pub(super) async fn any_key(&mut self) {
        while let Some(Ok(event)) = self.recv().await {
            if matches!(event, Event::Key(key) if key.kind != KeyEventKind::Release) {
                break;
            }
        }
    }
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
