//! The mouse.

use crossterm::event::KeyCode;

use super::{Overlay, Screen, State};
use crate::tui::app::explorer::Pane;
use crate::tui::app::{Action, Effect, Key, Part, Spot};

impl State {
    pub(super) fn click(&mut self, spot: Spot) -> Vec<Effect> {
        self.toast = None;
        if let Some(overlay) = &mut self.overlay {
            match (overlay, spot) {
                (Overlay::Copy(menu), Spot::Line(line)) if menu.cursor == line => {
                    return self.act(Action::MenuChoose);
                }
                (Overlay::Copy(menu), Spot::Line(line)) => menu.cursor = line,
                (Overlay::Undo(asked), Spot::Line(line)) => {
                    asked.at = line;
                    return self.act(Action::MenuChoose);
                }
                (Overlay::Picking(picking), Spot::Line(line)) => {
                    picking.cursor = line;
                    picking.toggle();
                }
                (
                    Overlay::Engines(at)
                    | Overlay::Hosts(at)
                    | Overlay::Leave { at, .. }
                    | Overlay::Discard { at, .. },
                    Spot::Line(line),
                ) => {
                    *at = line;
                    return self.act(Action::MenuChoose);
                }
                _ => self.overlay = None,
            }
            return Vec::new();
        }
        match (self.screens.last_mut(), spot) {
            (_, Spot::Hint(action)) => return self.act(action),
            (Some(Screen::Explorer(explorer)), Spot::Triangle(node)) => {
                explorer.focus = Pane::Tree;
                explorer.put_cursor(node);
                explorer.toggle();
            }
            (Some(Screen::Explorer(explorer)), Spot::Node(node)) => {
                explorer.focus = Pane::Tree;
                if explorer.cursor == node {
                    explorer.toggle();
                } else {
                    explorer.put_cursor(node);
                }
            }
            (Some(Screen::Explorer(explorer)), Spot::Tab(tab)) => explorer.show(tab),
            (Some(Screen::Explorer(explorer)), Spot::Detail) => explorer.focus = Pane::Detail,
            (Some(Screen::List(list)), Spot::Line(line)) if list.cursor == line => {
                return self.act(Action::Choose);
            }
            (Some(Screen::List(list)), Spot::Line(line)) => list.cursor = line,
            (Some(Screen::Why(why)), Spot::Finding(line)) => {
                why.keys = Part::Findings;
                why.findings.cursor = line;
            }
            (Some(Screen::Why(why)), Spot::Line(line)) => {
                let again = why.cursor == line && !why.has_findings_keys();
                why.keys = Part::Trace;
                why.cursor = line;
                if again {
                    return self.act(Action::GoToEntry);
                }
            }
            (Some(Screen::Files(view)), Spot::Line(line)) if view.cursor == line => {
                return self.act(Action::FilesOpen);
            }
            (Some(Screen::Files(view)), Spot::Line(line)) => view.cursor = line,
            (Some(Screen::Compare(view)), Spot::Line(line)) if view.cursor == line => {
                return self.act(Action::CompareToggle);
            }
            (Some(Screen::Compare(view)), Spot::Line(line)) => view.cursor = line,
            (Some(Screen::Matrix(view)), Spot::Cell(row, column)) => {
                if (view.row, view.column) == (row, column) {
                    return self.act(Action::MatrixWhy);
                }
                (view.row, view.column) = (row, column);
            }
            (Some(Screen::Editor(editor)), Spot::EditorTab(tab)) => editor.show(tab),
            (Some(Screen::Editor(editor)), Spot::Line(line)) if editor.form.is_none() => {
                if editor.cursor == line {
                    return self.act(Action::EditEntry);
                }
                editor.put_cursor(line);
            }
            (Some(Screen::Push(page)), Spot::Line(line)) => {
                page.focus(line);
                return self.act(Action::PushTake);
            }
            (Some(Screen::Drafts(page)), Spot::Line(line)) if page.cursor == line => {
                return self.act(Action::DraftOpen);
            }
            (Some(Screen::Drafts(page)), Spot::Line(line)) => page.cursor = line,
            (Some(Screen::Start(start)), Spot::Line(line)) if start.chosen == Some(line) => {
                let enter = Key::plain(KeyCode::Enter);
                return self.typed(enter).unwrap_or_default();
            }
            (Some(Screen::Start(start)), Spot::Line(line)) => start.chosen = Some(line),
            _ => {}
        }
        Vec::new()
    }

    pub(super) fn wheel(&mut self, spot: Option<Spot>, lines: i32) -> Vec<Effect> {
        let action = if lines < 0 { Action::Up } else { Action::Down };
        let times = lines.unsigned_abs();
        if self.overlay.is_some() {
            for _ in 0..times {
                self.act_on_overlay(action);
            }
            return Vec::new();
        }
        match self.screens.last_mut() {
            Some(Screen::Explorer(explorer)) => {
                let both = explorer.areas().shows_both();
                let over_detail = match spot {
                    Some(Spot::Detail | Spot::Tab(_)) => true,
                    Some(Spot::Node(_) | Spot::Triangle(_)) => false,
                    _ => !both && explorer.focus == Pane::Detail,
                };
                explorer.wheel(over_detail, lines);
            }
            Some(Screen::Why(why)) => (0..times).for_each(|_| why.go(action)),
            Some(Screen::Files(view)) => (0..times).for_each(|_| view.go(action)),
            Some(Screen::Compare(view)) => (0..times).for_each(|_| view.go(action)),
            Some(Screen::Matrix(view)) => (0..times).for_each(|_| view.go(action)),
            Some(Screen::List(list)) => (0..times).for_each(|_| list.go(action)),
            Some(Screen::Editor(editor)) => (0..times).for_each(|_| editor.go(action)),
            Some(Screen::Push(page)) => (0..times).for_each(|_| page.go(action)),
            Some(Screen::Drafts(page)) => (0..times).for_each(|_| page.go(action)),
            Some(Screen::Start(_)) => {
                let code = if lines < 0 { KeyCode::Up } else { KeyCode::Down };
                self.start_typed(Key::plain(code), None);
            }
            None => {}
        }
        Vec::new()
    }
}
