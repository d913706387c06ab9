//! Keys, the mouse, and what is pasted.

use crossterm::event::{KeyCode, KeyModifiers};
use tui_input::InputRequest;

use crate::tui::app::going::Opening;
use crate::tui::app::overlay::{Choosing, Overlay};
use crate::tui::app::{Action, Context, Key, Spot, State};

impl State {
    pub(super) fn key(&mut self, key: Key) {
        self.cx.toast = None;
        let before = self.look_before();
        if let Some(Overlay::Menu(menu)) = &mut self.cx.overlay
            && menu.types(key, input_request(key))
        {
            if before.is_some() {
                self.preview_look(before);
            }
            return;
        }
        if self.cx.overlay.is_none() && self.typed(key) {
            return;
        }
        match self.cx.keymap.action(key, self.contexts()) {
            Some(Action::Quit) if self.kept_quit(key) => {}
            Some(action) => self.act(action),
            None => self.own_key(key),
        }
    }

    /// A key of a command of the user's own, unless a menu or a page is open.
    fn own_key(&mut self, key: Key) {
        let number = self.cx.own.iter().position(|own| own.key == key);
        if let Some(number) = number.filter(|_| self.cx.overlay.is_none()) {
            self.run_own(number);
        }
    }

    /// Gives the key for quitting to the view that keeps it for itself, whatever lies over that: a
    /// push that runs is stopped from everywhere. `false` if no view does.
    fn kept_quit(&mut self, key: Key) -> bool {
        let mut below = self.screens.iter_mut().rev();
        let Some(screen) = below.find(|it| it.view().takes_quit()) else { return false };
        if key.character().is_none() {
            self.cx.overlay = None;
        }
        screen.view_mut().typed(key, input_request(key), &mut self.cx)
    }

    /// Keys that go into a line being typed; `false` if there is none, or the key is for others.
    fn typed(&mut self, key: Key) -> bool {
        let action = self.cx.keymap.action(key, &[Context::Everywhere]);
        let Some(screen) = self.screens.last_mut() else { return false };
        let leaves = key.character().is_none()
            && match action {
                Some(Action::Quit) => !screen.view().takes_quit(),
                Some(Action::Suspend | Action::Redraw | Action::Look) => true,
                Some(
                    Action::Drafts
                    | Action::Palette
                    | Action::Messages
                    | Action::Requests
                    | Action::Earlier
                    | Action::Later,
                ) => screen.view().takes_letters(),
                _ => false,
            };
        !leaves && screen.view_mut().typed(key, input_request(key), &mut self.cx)
    }

    pub(super) fn paste(&mut self, text: &str) {
        let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let line: String = line.trim().chars().filter(|c| !c.is_control()).collect();
        if self.cx.overlay.is_some() {
            return;
        }
        let taken =
            self.screens.last_mut().is_some_and(|it| it.view_mut().paste(&line, &mut self.cx));
        if !taken {
            self.cx.open(Opening::Start(line));
        }
    }

    pub(super) fn click(&mut self, spot: Spot) {
        self.cx.toast = None;
        let typing = self.is_typing();
        match (&mut self.cx.overlay, spot) {
            (Some(Overlay::Menu(menu)), Spot::Line(line)) => {
                let again = std::mem::replace(&mut menu.cursor, line) == line;
                if menu.has_marks() {
                    menu.toggle();
                } else if again || !matches!(menu.what, Choosing::Copy(_)) {
                    self.act(Action::MenuChoose);
                }
            }
            (_, Spot::Hint(action)) => self.act(action),
            (_, Spot::Key(key)) => self.key(key),
            (Some(_), _) => self.cx.overlay = None,
            (None, Spot::Status) => self.act(Action::Messages),
            (None, Spot::Name) => self.step_back(),
            // A line or form that is typed is left first.
            (None, Spot::Title | Spot::Note) if typing => {}
            (None, Spot::Title) => self.act(Action::Open),
            (None, spot) => {
                let top = self.screens.last_mut();
                if let Some(action) = top.and_then(|it| it.view_mut().click(spot, &mut self.cx)) {
                    self.act(action);
                }
            }
        }
    }

    /// Out of what is typed, as the key does that leaves it; else to the view before.
    fn step_back(&mut self) {
        let leave = Key::plain(KeyCode::Esc);
        let top = self.screens.last_mut();
        if !top.is_some_and(|it| it.view_mut().typed(leave, None, &mut self.cx)) {
            self.act(Action::Back);
        }
    }

    /// Whether a line or form is typed that a view does not have always.
    fn is_typing(&self) -> bool {
        !self.typing_keys().is_empty() && !self.screen().view().takes_letters()
    }

    /// Scrolls what the mouse is over. A page or menu takes the wheel from what lies under it.
    pub(super) fn wheel(&mut self, spot: Option<Spot>, lines: i32) {
        let before = self.look_before();
        match (&mut self.cx.overlay, spot) {
            (Some(Overlay::Menu(menu)), Some(Spot::Line(_))) => menu.wheel(lines),
            (Some(Overlay::Menu(_)), _) => {}
            (Some(_), Some(Spot::Detail)) => {
                let action = if lines < 0 { Action::Up } else { Action::Down };
                (0..lines.unsigned_abs()).for_each(|_| self.act_on_overlay(action));
            }
            (Some(_), _) | (None, None) => {}
            (None, Some(spot)) => {
                if let Some(screen) = self.screens.last_mut() {
                    screen.view_mut().wheel(spot, lines, &mut self.cx);
                }
            }
        }
        if before.is_some() {
            self.preview_look(before);
        }
    }
}

/// What a key does in a line being typed.
fn input_request(key: Key) -> Option<InputRequest> {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Char('a') if control => Some(InputRequest::GoToStart),
        KeyCode::Char('e') if control => Some(InputRequest::GoToEnd),
        KeyCode::Char('u') if control => Some(InputRequest::DeleteLine),
        KeyCode::Char('k') if control => Some(InputRequest::DeleteTillEnd),
        KeyCode::Char('w') if control => Some(InputRequest::DeletePrevWord),
        KeyCode::Char(c) if key.modifiers.is_empty() => Some(InputRequest::InsertChar(c)),
        KeyCode::Backspace => Some(InputRequest::DeletePrevChar),
        KeyCode::Delete => Some(InputRequest::DeleteNextChar),
        KeyCode::Left if control => Some(InputRequest::GoToPrevWord),
        KeyCode::Right if control => Some(InputRequest::GoToNextWord),
        KeyCode::Left => Some(InputRequest::GoToPrevChar),
        KeyCode::Right => Some(InputRequest::GoToNextChar),
        KeyCode::Home => Some(InputRequest::GoToStart),
        KeyCode::End => Some(InputRequest::GoToEnd),
        _ => None,
    }
}
