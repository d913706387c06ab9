//! The why view and the matrix: opening them, what their keys do, choosing machine and engine.

use crossterm::event::KeyCode;
use tui_input::{Input, InputRequest};

use super::{Overlay, Screen, State, ToastKind};
use crate::app::explorer::{Explorer, Pane};
use crate::app::{Action, Effect, Key, MatrixView};
use crate::select::Host;

impl State {
    /// The explorer that the screen on top is, or is about.
    #[must_use]
    pub fn explorer_beneath(&self) -> Option<&Explorer> {
        self.screens.iter().rev().find_map(|screen| match screen {
            Screen::Explorer(explorer) => Some(explorer.as_ref()),
            _ => None,
        })
    }

    /// Brings a why view or a matrix on top up to date.
    pub(super) fn settle_picks(&mut self) {
        let Some((top, beneath)) = self.screens.split_last_mut() else { return };
        let explorer = beneath.iter().rev().find_map(|screen| match screen {
            Screen::Explorer(explorer) => Some(explorer.as_ref()),
            _ => None,
        });
        match (top, explorer) {
            (Screen::Why(why), Some(explorer)) => why.settle(explorer, &self.choice, self.size),
            (Screen::Matrix(view), Some(explorer)) => {
                view.settle(explorer, &self.choice, self.size);
            }
            _ => {}
        }
    }

    pub(super) fn open_why(&mut self) -> Vec<Effect> {
        self.push(Screen::Why(Box::default()))
    }

    pub(super) fn open_matrix(&mut self) -> Vec<Effect> {
        let view = MatrixView::new(&self.choice);
        self.replace(|screen| matches!(screen, Screen::Matrix(_)));
        self.push(Screen::Matrix(Box::new(view)))
    }

    /// Takes a screen of this kind away that lies over the explorer, so that why view and matrix
    /// do not pile up.
    fn replace(&mut self, kind: impl Fn(&Screen) -> bool) {
        let explorer = self.screens.iter().rposition(|it| matches!(it, Screen::Explorer(_)));
        let from = explorer.map_or(0, |at| at + 1);
        let mut at = 0;
        self.screens.retain(|screen| {
            at += 1;
            at <= from || !kind(screen)
        });
    }

    pub(super) fn act_on_why(&mut self, action: Action) -> Vec<Effect> {
        let Some(Screen::Why(why)) = self.screens.last_mut() else { return Vec::new() };
        match action {
            Action::NextEngine => self.choice.turn_engine(true),
            Action::PreviousEngine => self.choice.turn_engine(false),
            Action::NextHost => self.choice.turn_host(true),
            Action::PreviousHost => self.choice.turn_host(false),
            Action::ChooseEngine => {
                self.overlay = Some(Overlay::Engines(self.choice.engine_number()));
            }
            Action::ChooseHost => self.overlay = Some(Overlay::Hosts(self.choice.host_number())),
            Action::TypeHost => why.typing = Some(Input::default()),
            Action::GoToEntry => return self.go_to_entry(),
            movement => why.go(movement),
        }
        Vec::new()
    }

    /// Goes to the entry under the cursor in the tree; the screens over the explorer are closed.
    fn go_to_entry(&mut self) -> Vec<Effect> {
        let node = match (self.screen(), self.explorer_beneath()) {
            (Screen::Why(why), Some(explorer)) => why.node(explorer),
            _ => None,
        };
        let Some(node) = node else {
            self.say(ToastKind::Warning, "this entry has no row in the tree");
            return Vec::new();
        };
        while matches!(self.screen(), Screen::Why(_) | Screen::Matrix(_)) {
            self.screens.pop();
        }
        if let Some(explorer) = self.top_explorer() {
            explorer.tree.reveal(node);
            explorer.put_cursor(node);
            explorer.focus = Pane::Tree;
        }
        Vec::new()
    }

    pub(super) fn act_on_matrix(&mut self, action: Action) -> Vec<Effect> {
        let Some(Screen::Matrix(view)) = self.screens.last_mut() else { return Vec::new() };
        match action {
            Action::MatrixLeft => view.go_sideways(false),
            Action::MatrixRight => view.go_sideways(true),
            Action::MatrixWhy => {
                let (row, engine) = (view.row, view.engine());
                self.choice.choose_host(row);
                if let Some(engine) = engine {
                    self.choice.set_engine(engine);
                }
                self.replace(|screen| matches!(screen, Screen::Why(_)));
                return self.open_why();
            }
            movement => view.go(movement),
        }
        Vec::new()
    }

    /// Takes the marked line of the menu of engines or machines.
    pub(super) fn chosen(&mut self) {
        match self.overlay.take() {
            Some(Overlay::Engines(at)) => self.choice.choose_engine(at),
            Some(Overlay::Hosts(at)) if at < self.choice.hosts().len() => {
                self.choice.choose_host(at);
            }
            Some(Overlay::Hosts(_)) => {
                if let Some(Screen::Why(why)) = self.screens.last_mut() {
                    why.typing = Some(Input::default());
                }
            }
            other => self.overlay = other,
        }
    }

    /// A key of the line in which a machine is typed.
    pub(super) fn host_typed(&mut self, key: Key, request: Option<InputRequest>) {
        let Some(Screen::Why(why)) = self.screens.last_mut() else { return };
        let Some(input) = &mut why.typing else { return };
        match (key.code, request) {
            (KeyCode::Esc, _) => why.typing = None,
            (KeyCode::Enter, _) if input.value().trim().is_empty() => why.typing = None,
            (KeyCode::Enter, _) => match input.value().parse::<Host>() {
                Ok(host) => {
                    why.typing = None;
                    self.choice.add_host(host);
                }
                Err(error) => self.say(ToastKind::Error, &error.to_string()),
            },
            (_, Some(request)) => {
                input.handle(request);
            }
            _ => {}
        }
    }
}
