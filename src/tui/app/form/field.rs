//! One line of a form.

use tui_input::{Input, InputRequest};

use crate::tui::app::completions::{Completions, Fitting};

/// A line to be typed, with what could be there.
#[derive(Debug, Clone, Default)]
pub struct Field {
    /// What is asked for.
    pub label: String,
    /// What is typed.
    pub input: Input,
    /// What could be there; all of it, whatever is typed.
    pub choices: Vec<String>,
    /// Whether a reference is typed.
    pub is_reference: bool,
    /// What else could be there, of what is typed: names of a registry.
    completions: Completions,
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

    /// The field as one for a reference, which a registry's names complete.
    #[must_use]
    pub(in crate::tui::app) fn reference(self) -> Self {
        Self { is_reference: true, ..self }
    }

    /// What is typed, without spaces around it.
    #[must_use]
    pub fn value(&self) -> &str {
        self.input.value().trim()
    }

    /// The choices that fit what is typed: those that begin with it, then those that contain it.
    /// Once one is typed out, all are offered, so that the next one is a key away.
    pub fn fitting(&self) -> impl Iterator<Item = Fitting<'_>> {
        let typed = self.value();
        let is_whole = self.all().any(|choice| choice.is(typed));
        let begins = move |it: &Fitting<'_>| is_whole || it.begins_with(typed);
        let contains = move |it: &Fitting<'_>| !begins(it) && it.contains(typed);
        self.all().filter(begins).chain(self.all().filter(contains))
    }

    /// Each choice once.
    fn all(&self) -> impl Iterator<Item = Fitting<'_>> {
        let is_new = |it: &Fitting<'_>| !self.choices.iter().any(|choice| it.is(choice));
        let allowed = self.choices.iter().filter(|choice| self.completions.allows(choice));
        let choices = allowed.map(|choice| Fitting::whole(choice));
        choices.chain(self.completions.all().filter(is_new))
    }

    /// What is awaited or went wrong with the choices; empty while there is nothing to say.
    #[must_use]
    pub fn note(&self) -> String {
        if self.completions.is_empty() || self.completions.has_failed() {
            self.completions.title()
        } else {
            String::new()
        }
    }

    /// Whether some of the choices could not be had.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.completions.has_failed()
    }

    /// Takes what a registry has.
    pub(in crate::tui::app) fn take_completions(&mut self, completions: Completions) {
        self.completions = completions;
    }

    /// Takes the first choice that fits; the next one if one is typed out.
    pub fn complete(&mut self) {
        let typed_out = self.all().position(|choice| choice.is(self.value()));
        let next = match typed_out {
            Some(at) => self.all().nth(at + 1).or_else(|| self.all().next()),
            None => self.fitting().next(),
        };
        if let Some(choice) = next.map(|choice| choice.to_string()) {
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
