//! From view to view.

use jiff::Timestamp;

use crate::tui::app::cx::ToastKind;
use crate::tui::app::going::{At, Going, Opening};
use crate::tui::app::views::Screen;
use crate::tui::app::{Action, Effect, State};

/// The most views that can lie on each other; the oldest beneath go first.
const MAX_SCREENS: usize = 16;

impl State {
    /// Goes where the views said.
    pub(super) fn go(&mut self) {
        while !self.cx.going.is_empty() {
            match self.cx.going.remove(0) {
                Going::Open(opening) => self.push(&opening),
                Going::Instead(opening) => {
                    self.pop();
                    self.push(&opening);
                }
                Going::Back => self.pop(),
                Going::StepBack => self.back(),
                Going::Node(at) => self.go_to(at),
                Going::Quit => self.end(),
            }
        }
    }

    pub(super) fn push(&mut self, opening: &Opening) {
        let Some(screen) = Screen::open(opening, &mut self.cx) else { return };
        for screen in std::mem::take(&mut self.ahead) {
            self.left(&screen);
        }
        self.put(screen);
    }

    /// Puts a screen over the others.
    pub(super) fn put(&mut self, screen: Screen) {
        // One that shows the same comes up instead of a second one.
        let name = screen.view().name();
        while let Some(at) = name
            .as_ref()
            .and_then(|_| self.screens.iter().position(|other| other.view().name() == name))
        {
            let other = self.screens.remove(at);
            self.left(&other);
        }
        self.screens.push(screen);
        if self.screens.len() > MAX_SCREENS {
            let oldest = self.screens.remove(0);
            self.left(&oldest);
        }
        self.sweep();
    }

    /// What ends with a view. The references that it looked at are swept when nobody else does.
    pub(super) fn left(&mut self, screen: &Screen) {
        if let Some(session) = screen.view().session() {
            self.cx.close(session);
        }
    }

    /// Goes to a node: down to the view that shows its tree, or to a new one.
    fn go_to(&mut self, at: At) {
        let cx = &mut self.cx;
        let shows = self.screens.iter_mut().rposition(|it| it.view_mut().go_to(at, cx));
        match shows {
            Some(place) => {
                while self.screens.len() > place + 1 {
                    self.pop();
                }
            }
            None => {
                self.push(&Opening::Node(at));
                if let Some(screen) = self.screens.last_mut() {
                    screen.view_mut().go_to(at, &mut self.cx);
                }
            }
        }
    }

    /// One step back: within the view, or off it.
    pub(super) fn back(&mut self) {
        let within = self.screens.last_mut().is_some_and(|it| it.view_mut().back(&mut self.cx));
        if !within {
            self.pop();
        }
    }

    /// Quits, unless a view is at work that ends first, or the one on top asks something.
    pub(super) fn quit(&mut self) {
        if let Some(screen) = self.screens.iter().rev().find(|it| it.view().takes_quit())
            && let Some(reason) = screen.view().blocked(Action::Quit, &self.cx)
        {
            let words = reason.words(&self.cx);
            return self.cx.say(ToastKind::Warning, &words);
        }
        let asks = self.cx.overlay.is_none()
            && self
                .screens
                .last_mut()
                .is_some_and(|it| it.view_mut().holds_back_quit(&mut self.cx));
        if !asks {
            self.end();
        }
    }

    /// The end: everything that is not pushed is kept first.
    fn end(&mut self) {
        self.cx.keep_drafts(true);
        self.cx.effect(Effect::Quit);
    }

    /// Keeps now whatever is not pushed.
    #[must_use = "the effects are still to be carried out"]
    pub fn unsaved(&mut self, now: Timestamp) -> Vec<Effect> {
        self.cx.now = now;
        self.cx.keep_drafts(true);
        std::mem::take(&mut self.cx.out)
    }
}
