//! The why view and the matrix: opening them, what their keys do, choosing machine and engine.

use crossterm::event::KeyCode;
use tui_input::{Input, InputRequest};

use super::opening::close;
use super::{Overlay, Screen, State, ToastKind};
use crate::model::select::{Host, refusal};
use crate::tui::app::explorer::{Explorer, Pane};
use crate::tui::app::{Action, Effect, Key, MatrixView, SessionId, Typed, Typing};

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
    pub(super) fn settle_picks(&mut self) -> Vec<Effect> {
        let last_session = &mut self.last_session;
        let Some((top, beneath)) = self.screens.split_last_mut() else { return Vec::new() };
        let explorer = beneath.iter_mut().rev().find_map(|screen| match screen {
            Screen::Explorer(explorer) => Some(explorer.as_mut()),
            _ => None,
        });
        match (top, explorer) {
            (Screen::Why(why), Some(explorer)) => {
                let effects = why.ask(explorer, &self.choice, || {
                    *last_session += 1;
                    SessionId(*last_session)
                });
                why.settle(explorer, &self.choice, self.size);
                return effects;
            }
            (Screen::Matrix(view), Some(explorer)) => {
                view.settle(explorer, &self.choice, self.size);
            }
            _ => {}
        }
        Vec::new()
    }

    pub(super) fn open_why(&mut self) -> Vec<Effect> {
        self.push(Screen::Why(Box::default()))
    }

    pub(super) fn open_matrix(&mut self) -> Vec<Effect> {
        let view = MatrixView::new(&self.choice);
        let mut effects = self.replace(|screen| matches!(screen, Screen::Matrix(_)));
        effects.extend(self.push(Screen::Matrix(Box::new(view))));
        effects
    }

    /// Takes a screen of this kind away that lies over the explorer, so that why view and matrix
    /// do not pile up.
    fn replace(&mut self, kind: impl Fn(&Screen) -> bool) -> Vec<Effect> {
        let explorer = self.screens.iter().rposition(|it| matches!(it, Screen::Explorer(_)));
        let from = explorer.map_or(0, |at| at + 1);
        let (mut at, mut effects) = (0, Vec::new());
        self.screens.retain(|screen| {
            at += 1;
            let stays = at <= from || !kind(screen);
            if !stays {
                effects.extend(close(screen));
            }
            stays
        });
        effects
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
            Action::TypeHost => why.typing = Some(Typing::default()),
            Action::TypeRequest => {
                let input = Input::new(self.choice.request().unwrap_or_default().to_owned());
                why.typing = Some(Typing { what: Typed::Request, input });
            }
            Action::WhyPane => why.turn(),
            Action::WhyCopy => return self.copy_of_why(),
            Action::WhyCopyAll => return vec![why.copy_all()],
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
        let mut effects = Vec::new();
        while matches!(self.screen(), Screen::Why(_) | Screen::Matrix(_)) {
            effects.extend(self.screens.pop().iter().flat_map(close));
        }
        if let Some(explorer) = self.top_explorer() {
            explorer.tree.reveal(node);
            explorer.put_cursor(node);
            explorer.focus = Pane::Tree;
        }
        effects
    }

    fn copy_of_why(&mut self) -> Vec<Effect> {
        let copied = match (self.screen(), self.explorer_beneath()) {
            (Screen::Why(why), Some(explorer)) => why.copy(explorer),
            _ => Err("nothing is shown"),
        };
        match copied {
            Ok(effect) => vec![effect],
            Err(why) => {
                self.say(ToastKind::Warning, &format!("not copied: {why}"));
                Vec::new()
            }
        }
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
                // The matrix shows what engines pick where they are asked for nothing.
                self.choice.set_request("");
                let mut effects = self.replace(|screen| matches!(screen, Screen::Why(_)));
                effects.extend(self.open_why());
                return effects;
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
                    why.typing = Some(Typing::default());
                }
            }
            other => self.overlay = other,
        }
    }

    /// A key of the line in which a machine or a platform is typed.
    pub(super) fn typed_in_why(&mut self, key: Key, request: Option<InputRequest>) {
        let Some(Screen::Why(why)) = self.screens.last_mut() else { return };
        let Some(Typing { what, input }) = &mut why.typing else { return };
        match (key.code, request) {
            (KeyCode::Esc, _) => why.typing = None,
            (KeyCode::Enter, _) if *what == Typed::Request => {
                let (typed, engine) = (input.value().trim(), self.choice.engine());
                let host = self.choice.host().map(|named| &named.host);
                let error = host
                    .filter(|_| !typed.is_empty())
                    .and_then(|host| refusal(engine, host, typed));
                match error {
                    Some(error) => self.say(ToastKind::Error, &error),
                    None => {
                        self.choice.set_request(typed);
                        why.typing = None;
                    }
                }
            }
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
