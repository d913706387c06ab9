//! The state of the page of a push.

use std::time::Duration;

use jiff::Timestamp;

use crate::model::draft::Plan;
use crate::model::push::{Outcome, Progress};
use crate::tui::app::detail::Line;
use crate::tui::app::view::Reason;
use crate::tui::app::{Action, Areas, Pane, RequestId, SessionId, list};

/// A button at the foot of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Button {
    /// Nothing is pushed.
    #[default]
    Cancel,
    /// It is pushed.
    Push,
}

/// How far a push is.
#[derive(Debug, Clone, Default)]
pub enum Stage {
    /// Nothing is written: the user is asked.
    #[default]
    Asking,
    /// It is under way.
    Running {
        /// What is done.
        plan: Box<Plan>,
        /// The request.
        request: RequestId,
        /// How far it is.
        progress: Progress,
        /// Bytes each second.
        rate: Option<f64>,
        /// How long it takes at this rate.
        left: Option<Duration>,
        /// Whether it is to stop.
        stopping: bool,
    },
    /// It has ended.
    Over {
        /// What was to be done.
        plan: Box<Plan>,
        /// What it came to.
        outcome: Box<Outcome>,
        /// How long it took.
        took: Duration,
    },
}

/// The page of a push.
#[derive(Debug, Clone, Default)]
pub struct PushPage {
    /// The draft's name.
    pub draft: String,
    /// How far it is.
    pub stage: Stage,
    /// The button with the focus.
    pub button: Button,
    /// When the push began.
    pub began: Option<Timestamp>,
    /// The first line on the screen.
    pub scroll: usize,
    /// What the second button says; `None` if there is nothing to push yet.
    pub offer: Option<&'static str>,
    /// Why the second button cannot be pressed.
    pub refused: Option<Reason>,
    pub(super) session: SessionId,
    lines: Vec<Line>,
    height: usize,
}

impl PushPage {
    pub(super) fn new(draft: &str, session: SessionId) -> Self {
        Self { draft: draft.to_owned(), session, ..Self::default() }
    }

    /// Whether something is being written.
    #[must_use]
    pub fn is_running(&self) -> bool {
        matches!(self.stage, Stage::Running { .. })
    }

    /// What is shown over the buttons.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    pub(super) fn switch(&mut self) {
        self.button = match self.button {
            Button::Cancel => Button::Push,
            Button::Push => Button::Cancel,
        };
    }

    /// Puts the focus on a button, numbered from the left.
    pub(super) fn focus(&mut self, number: usize) {
        self.button = if number == 0 { Button::Cancel } else { Button::Push };
    }

    pub(super) fn go(&mut self, action: Action) {
        let last = self.lines.len().saturating_sub(self.height);
        self.scroll = list::target(action, self.scroll, last + 1, self.height.max(1));
    }

    /// Turns the wheel over the lines.
    pub(super) fn wheel_over(&mut self, lines: i32) {
        self.scroll = list::scrolled(self.scroll, self.lines.len(), self.height, lines);
    }

    pub(super) fn settle(&mut self, lines: Vec<Line>, size: (u16, u16)) {
        let body = Areas::of(size.0, size.1, Pane::Tree).body;
        // Two lines for the buttons, one free line at the head.
        self.height = usize::from(body.height.saturating_sub(3));
        self.lines = lines;
        self.scroll = self.scroll.min(self.lines.len().saturating_sub(self.height));
    }
}
