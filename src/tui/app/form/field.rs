//! One line of a form.

use tui_input::{Input, InputRequest};

use crate::tui::app::completions::Completions;

/// A line to be typed, with what could be there.
#[derive(Debug, Clone, Default)]
pub struct Field {
    /// What is asked for.
    pub label: String,
    /// What is typed.
    pub input: Input,
    /// What could be there; all of it, whatever is typed.
    pub choices: Vec<String>,
    /// What else could be there, of what is typed: names of a registry.
    pub(in crate::tui::app) completions: Completions,
    /// An example or an explanation, shown while nothing is typed.
    pub example: String,
    /// What is wrong with what was typed.
    pub problem: Option<String>,
}

impl Field {
    /// A field that holds a value already.
    #[must_use]
    pub fn new(label: &str, value: &str) -> Self {
        Self { label: label.to_owned(), input: Input::new(value.to_owned()), ..Self::default() }
    }

    /// The field with an example.
    #[must_use]
    pub fn example(mut self, example: &str) -> Self {
        example.clone_into(&mut self.example);
        self
    }

    /// What is typed, without spaces around it.
    #[must_use]
    pub fn value(&self) -> &str {
        self.input.value().trim()
    }

    /// The choices that fit what is typed: those that begin with it, then those that contain it.
    /// Once one is typed out, all are offered, so that the next one is a key away.
    #[must_use]
    pub fn fitting(&self) -> Vec<&str> {
        let typed = self.value();
        let all = || self.all().map(String::as_str);
        if all().any(|choice| choice == typed) {
            return all().collect();
        }
        let begin = all().filter(|choice| choice.starts_with(typed));
        let contain = all().filter(|choice| !choice.starts_with(typed) && choice.contains(typed));
        begin.chain(contain).collect()
    }

    fn all(&self) -> impl Iterator<Item = &String> + Clone {
        self.choices.iter().chain(&self.completions.references)
    }

    /// What is awaited, or went wrong, if nothing fits what is typed.
    #[must_use]
    pub fn waits_for(&self) -> &str {
        if self.completions.references.is_empty() { &self.completions.title } else { "" }
    }

    /// Takes what a registry has; what is among the choices already is there once.
    pub(in crate::tui::app) fn take_completions(&mut self, mut completions: Completions) {
        completions.references.retain(|it| !self.choices.contains(it));
        self.completions = completions;
    }

    /// Takes the first choice that fits; the next one if one is typed out.
    pub fn complete(&mut self) {
        let typed_out = self.all().position(|choice| choice == self.value());
        let next = match typed_out {
            Some(at) => self.all().cycle().nth(at + 1).cloned(),
            None => self.fitting().first().map(|choice| (*choice).to_owned()),
        };
        if let Some(choice) = next {
            self.set(&choice);
        }
    }

    /// Replaces what is typed.
    pub fn set(&mut self, value: &str) {
        self.input = Input::new(value.to_owned());
        self.problem = None;
    }

    pub(super) fn insert(&mut self, text: &str) {
        for c in text.chars() {
            self.input.handle(InputRequest::InsertChar(c));
        }
        self.problem = None;
    }
}
