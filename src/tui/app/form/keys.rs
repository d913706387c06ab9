//! What the keys do in a form.

use crossterm::event::KeyCode;
use tui_input::InputRequest;

use super::Field;
use crate::tui::app::completions::Completions;
use crate::tui::app::{Key, Spot};

/// Lines to be typed.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// What is asked for.
    pub title: String,
    /// The lines; there is at least one.
    pub fields: Vec<Field>,
    /// The line with the cursor.
    pub focus: usize,
    /// The marked one of the choices that fit.
    pub marked: Option<usize>,
}

/// What a key came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormEvent {
    /// Nothing that was typed changed.
    Stay,
    /// What is typed in a field changed.
    Changed,
    /// The form is to be taken.
    Take,
    /// The form is to be left.
    Leave,
}

impl Form {
    /// A form whose first field has the cursor.
    #[must_use]
    pub fn new(title: &str, fields: Vec<Field>) -> Self {
        Self { title: title.to_owned(), fields, ..Self::default() }
    }

    /// The field with the cursor.
    #[must_use]
    pub fn field(&self) -> Option<&Field> {
        self.fields.get(self.focus)
    }

    /// The value of a field, empty if there is no such field.
    #[must_use]
    pub fn value(&self, at: usize) -> &str {
        self.fields.get(at).map_or("", Field::value)
    }

    /// Says what is wrong with a field, and goes there.
    pub fn refuse(&mut self, at: usize, problem: &str) {
        if let Some(field) = self.fields.get_mut(at) {
            field.problem = Some(problem.to_owned());
            self.focus = at;
            self.marked = None;
        }
    }

    /// Text that was pasted into the field with the cursor.
    pub fn paste(&mut self, text: &str) {
        self.marked = None;
        if let Some(field) = self.fields.get_mut(self.focus) {
            field.insert(text);
        }
    }

    /// Takes what a registry has for the field with the cursor. The choice that is marked stays
    /// marked, wherever the new ones move it.
    pub(in crate::tui::app) fn take_completions(&mut self, completions: Completions) {
        let Some(field) = self.fields.get_mut(self.focus) else { return };
        let marked = self.marked.and_then(|at| field.fitting().nth(at)).map(|it| it.to_string());
        field.take_completions(completions);
        self.marked = marked.and_then(|marked| field.fitting().position(|it| it.is(&marked)));
    }

    /// Takes a key; `request` is what it does in a line being typed.
    ///
    /// Tab goes to the next field, and takes the marked choice on the way. Enter takes the marked
    /// choice, or the form. Esc gives the mark up, or the form. The arrows turn the choices; where
    /// there are none they go from field to field.
    pub fn key(&mut self, key: Key, request: Option<InputRequest>) -> FormEvent {
        match (key.code, request) {
            (KeyCode::Esc, _) if self.marked.is_some() => self.marked = None,
            (KeyCode::Esc, _) => return FormEvent::Leave,
            (KeyCode::Enter, _) if self.take_marked() => return FormEvent::Changed,
            (KeyCode::Enter, _) => return FormEvent::Take,
            (KeyCode::Tab, _) => {
                let changed = self.take_marked();
                self.turn(true);
                return if changed { FormEvent::Changed } else { FormEvent::Stay };
            }
            (KeyCode::BackTab, _) => self.turn(false),
            (KeyCode::Down, _) => self.arrow(true),
            (KeyCode::Up, _) => self.arrow(false),
            (_, Some(request)) => {
                let Some(field) = self.fields.get_mut(self.focus) else { return FormEvent::Stay };
                if field.handle(request) {
                    self.marked = None;
                    return FormEvent::Changed;
                }
            }
            _ => {}
        }
        FormEvent::Stay
    }

    /// The left button was pressed on a field, or on one of the choices of the field with the cursor.
    pub fn click(&mut self, spot: Spot) -> FormEvent {
        match spot {
            Spot::Field(at) if at < self.fields.len() => {
                self.focus = at;
                self.marked = None;
            }
            Spot::Choice(at) => {
                self.marked = Some(at);
                if self.take_marked() {
                    return FormEvent::Changed;
                }
            }
            _ => {}
        }
        FormEvent::Stay
    }

    /// The wheel was turned: the mark goes through the choices, and does not leave them.
    pub fn wheel(&mut self, lines: i32) {
        for _ in 0..lines.unsigned_abs() {
            if lines > 0 || self.marked.is_some() {
                self.mark(lines > 0);
            }
        }
    }

    fn take_marked(&mut self) -> bool {
        let Some(at) = self.marked.take() else { return false };
        self.fields.get_mut(self.focus).is_some_and(|field| field.choose(at))
    }

    fn turn(&mut self, forward: bool) {
        let length = self.fields.len().max(1);
        self.focus = (self.focus + if forward { 1 } else { length - 1 }) % length;
        self.marked = None;
    }

    fn arrow(&mut self, down: bool) {
        if !self.mark(down) {
            self.turn(down);
        }
    }

    /// Moves the mark among the choices; `false` if it cannot go there.
    fn mark(&mut self, down: bool) -> bool {
        let has = |at| self.field().is_some_and(|field| field.fitting().nth(at).is_some());
        self.marked = match (self.marked, down) {
            (None, true) if has(0) => Some(0),
            (None, _) => return false,
            (Some(at), true) => Some(if has(at + 1) { at + 1 } else { at }),
            (Some(at), false) => at.checked_sub(1),
        };
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> Form {
        let choices = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let mut os = Field::new("os", "");
        os.choices = choices(&["linux", "windows", "darwin"]);
        Form::new("platform", vec![os, Field::new("os.version", "1")])
    }

    fn press(form: &mut Form, keys: &str) -> FormEvent {
        let mut event = FormEvent::Stay;
        for name in keys.split(' ') {
            let key: Key = name.parse().unwrap();
            let request = key.character().map(InputRequest::InsertChar);
            event = form.key(key, request);
        }
        event
    }

    #[test]
    fn a_choice_is_marked_with_the_arrows_and_taken_with_enter() {
        let mut form = form();
        press(&mut form, "w");
        let fitting = form.fields[0].fitting().map(|it| it.to_string());
        assert_eq!(fitting.collect::<Vec<_>>(), ["windows", "darwin"]);
        assert_eq!(press(&mut form, "down"), FormEvent::Stay);
        assert_eq!(press(&mut form, "enter"), FormEvent::Changed);
        assert_eq!(form.value(0), "windows");
        assert_eq!(press(&mut form, "enter"), FormEvent::Take);
    }

    #[test]
    fn tab_takes_what_is_marked_and_goes_on() {
        let mut form = form();
        assert_eq!(press(&mut form, "down down tab"), FormEvent::Changed);
        assert_eq!((form.value(0), form.focus), ("windows", 1));
        assert_eq!(press(&mut form, "down"), FormEvent::Stay);
        assert_eq!(form.focus, 0, "nothing to choose in the second field");
        press(&mut form, "backtab");
        assert_eq!(form.focus, 1);
    }

    #[test]
    fn the_mouse_goes_to_fields_and_takes_choices() {
        let mut form = form();
        assert_eq!(form.click(Spot::Field(1)), FormEvent::Stay);
        assert_eq!(form.focus, 1);
        assert_eq!(form.click(Spot::Choice(0)), FormEvent::Stay, "that field has none");
        form.click(Spot::Field(0));
        form.click(Spot::Field(9));
        assert_eq!(form.focus, 0);
        form.wheel(2);
        assert_eq!(form.marked, Some(1));
        form.wheel(-5);
        assert_eq!((form.marked, form.focus), (None, 0), "the wheel does not leave the field");
        assert_eq!(form.click(Spot::Choice(2)), FormEvent::Changed);
        assert_eq!((form.value(0), form.marked), ("darwin", None));
    }

    #[test]
    fn what_is_typed_out_goes_on_narrowing_and_what_is_chosen_does_not() {
        let mut form = form();
        press(&mut form, "l i n u x");
        let fitting = |form: &Form| form.fields[0].fitting().count();
        assert_eq!((fitting(&form), form.fields[0].chosen()), (1, None));
        press(&mut form, "down enter");
        assert_eq!((fitting(&form), form.fields[0].chosen()), (3, Some(0)));
    }

    #[test]
    fn esc_gives_the_mark_up_first() {
        let mut form = form();
        press(&mut form, "down");
        assert_eq!(press(&mut form, "esc"), FormEvent::Stay);
        assert_eq!(press(&mut form, "esc"), FormEvent::Leave);
        assert_eq!(form.value(0), "");
    }

    #[test]
    fn a_refused_field_gets_the_cursor_until_it_is_typed_in() {
        let mut form = form();
        form.refuse(1, "not a version");
        assert_eq!(form.focus, 1);
        press(&mut form, "2");
        assert_eq!((form.value(1), form.fields[1].problem.is_none()), ("12", true));
    }
}
