//! Lines being typed: the start page, the search, the filter; and what is pasted.

use crossterm::event::{KeyCode, KeyModifiers};
use tui_input::{Input, InputRequest};

use super::{Screen, State};
use crate::tui::app::start::{Start, Suggestion, in_demo};
use crate::tui::app::{Action, Context, Effect, Key, understand};

impl State {
    /// Keys that go into a line being typed; `None` where there is none, or the key is for others.
    pub(super) fn typed(&mut self, key: Key) -> Option<Vec<Effect>> {
        let action = self.keymap.action(key, &[Context::Everywhere]);
        let drafts = matches!(self.screens.last(), Some(Screen::Start(_)));
        let leaves = key.character().is_none()
            && match action {
                Some(Action::Quit | Action::Suspend | Action::Redraw) => true,
                Some(Action::Drafts) => drafts,
                _ => false,
            };
        if leaves {
            return None;
        }
        let request = input_request(key);
        match self.screens.last_mut()? {
            Screen::Start(_) => return self.start_typed(key, request),
            Screen::Explorer(explorer) if explorer.comparing.is_some() => {
                return Some(self.comparing_typed(key, request));
            }
            Screen::Explorer(explorer) => {
                let input = explorer.search.input.as_mut()?;
                match (key.code, request) {
                    (KeyCode::Esc, _) => explorer.cancel_search(),
                    (KeyCode::Enter, _) => explorer.accept_search(),
                    (_, Some(request))
                        if input.handle(request).is_some_and(|change| change.value) =>
                    {
                        explorer.search_typed();
                    }
                    _ => {}
                }
            }
            Screen::Why(why) => {
                why.typing.as_ref()?;
                self.typed_in_why(key, request);
            }
            Screen::Files(view) if view.saving.is_some() => {
                return Some(self.saving_typed(key, request));
            }
            Screen::Files(view) => {
                let input = view.search.input.as_mut()?;
                match (key.code, request) {
                    (KeyCode::Esc, _) => view.cancel_search(),
                    (KeyCode::Enter, _) => view.accept_search(),
                    (_, Some(request))
                        if input.handle(request).is_some_and(|change| change.value) =>
                    {
                        view.search_typed();
                    }
                    _ => {}
                }
            }
            Screen::Editor(_) => return self.form_typed(key, request),
            Screen::Push(_) => return self.push_typed(key, request),
            Screen::Matrix(_) | Screen::Compare(_) | Screen::Drafts(_) => return None,
            Screen::List(list) => {
                if !list.typing {
                    return None;
                }
                match (key.code, request) {
                    (KeyCode::Esc, _) => {
                        list.typing = false;
                        list.filter = Input::default();
                        list.refilter();
                    }
                    (KeyCode::Enter, _) => list.typing = false,
                    (KeyCode::Down, _) => list.go(Action::Down),
                    (KeyCode::Up, _) => list.go(Action::Up),
                    (_, Some(request))
                        if list.filter.handle(request).is_some_and(|change| change.value) =>
                    {
                        list.cursor = 0;
                        list.refilter();
                    }
                    _ => {}
                }
            }
        }
        Some(Vec::new())
    }

    pub(super) fn suggestions(&self) -> Vec<Suggestion> {
        match self.screen() {
            Screen::Start(start) => start.suggestions(&self.samples, &self.history),
            _ => Vec::new(),
        }
    }

    pub(super) fn start_typed(
        &mut self,
        key: Key,
        request: Option<InputRequest>,
    ) -> Option<Vec<Effect>> {
        let suggestions = self.suggestions();
        let Some(Screen::Start(start)) = self.screens.last_mut() else { return None };
        match (key.code, request) {
            (KeyCode::Esc, _) => return None,
            (KeyCode::Char('?'), _) if start.input.value().is_empty() => return None,
            (KeyCode::Enter, _) => {
                let chosen = start.chosen.and_then(|at| suggestions.get(at));
                let typed = start.input.value();
                let text = match chosen {
                    Some(chosen) => chosen.reference.clone(),
                    None => in_demo(&self.samples, typed)
                        .unwrap_or_else(|| understand(typed).into_owned()),
                };
                return Some(self.open_text(&text));
            }
            (KeyCode::Down, _) => {
                let next = start.chosen.map_or(0, |at| at + 1);
                start.chosen = suggestions.len().checked_sub(1).map(|last| next.min(last));
            }
            (KeyCode::Up, _) => start.chosen = start.chosen.and_then(|at| at.checked_sub(1)),
            (KeyCode::Tab, _) => {
                if let Some(chosen) = suggestions.get(start.chosen.unwrap_or(0)) {
                    start.input = Input::new(chosen.reference.clone());
                    start.chosen = None;
                }
            }
            (_, Some(request)) => {
                start.input.handle(request);
                start.chosen = None;
                start.problem = None;
            }
            _ => {}
        }
        Some(Vec::new())
    }

    pub(super) fn paste(&mut self, text: &str) -> Vec<Effect> {
        let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let line: String = line.trim().chars().filter(|c| !c.is_control()).collect();
        if self.overlay.is_some() {
            return Vec::new();
        }
        match self.screens.last_mut() {
            Some(Screen::Start(start)) => {
                insert(&mut start.input, &understand(&line));
                start.chosen = None;
                start.problem = None;
            }
            Some(Screen::Explorer(explorer)) => {
                if let Some(input) = &mut explorer.comparing {
                    insert(input, &line);
                } else if let Some(input) = &mut explorer.search.input {
                    insert(input, &line);
                    explorer.search_typed();
                } else {
                    let mut start = Start::default();
                    insert(&mut start.input, &understand(&line));
                    return self.push(Screen::Start(start));
                }
            }
            Some(Screen::Why(why)) if why.typing.is_some() => {
                if let Some(typing) = &mut why.typing {
                    insert(&mut typing.input, &line);
                }
            }
            Some(Screen::Files(view)) if view.is_typing() => {
                if let Some(saving) = &mut view.saving {
                    insert(&mut saving.input, &line);
                    saving.exists = None;
                } else if let Some(input) = &mut view.search.input {
                    insert(input, &line);
                    view.search_typed();
                }
            }
            Some(Screen::Editor(editor)) if editor.form.is_some() => {
                if let Some(form) = &mut editor.form {
                    form.form.paste(&line);
                    form.complete();
                }
            }
            Some(Screen::Editor(_) | Screen::Push(_)) => {}
            Some(
                Screen::Files(_)
                | Screen::Why(_)
                | Screen::Matrix(_)
                | Screen::Compare(_)
                | Screen::Drafts(_),
            ) => {
                let mut start = Start::default();
                insert(&mut start.input, &understand(&line));
                return self.push(Screen::Start(start));
            }
            Some(Screen::List(list)) => {
                list.typing = true;
                insert(&mut list.filter, &line);
                list.cursor = 0;
                list.refilter();
            }
            None => {}
        }
        Vec::new()
    }
}

fn insert(input: &mut Input, text: &str) {
    for c in text.chars() {
        input.handle(InputRequest::InsertChar(c));
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
