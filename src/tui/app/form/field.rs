//! One line of a form.

use tui_input::{Input, InputRequest};

use crate::tui::app::completions::{Completions, Fitting};

/// What is in front of the name of a tag or a repository in a reference that is typed.
const BEFORE_NAMES: [char; 4] = [':', '/', ',', ' '];

/// A line to be typed, with what could be there.
#[derive(Debug, Clone, Default)]
pub struct Field {
    /// What is asked for.
    pub label: String,
    /// What is typed.
    pub(in crate::tui::app) input: Input,
    /// Whether it was chosen, or was there at first: the others of its kind are offered, too.
    is_chosen: bool,
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
        let input = Input::new(value.to_owned());
        Self { label: label.to_owned(), input, is_chosen: true, ..Self::default() }
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

    /// The line that is typed.
    #[must_use]
    pub fn input(&self) -> &Input {
        &self.input
    }

    /// The choices that fit what is typed: those that begin with it, then those that contain it.
    /// Once one is chosen, all are offered, so that the next one is a key away. What comes later from
    /// a registry is behind what is offered already.
    pub fn fitting(&self) -> impl Iterator<Item = Fitting<'_>> {
        let typed = self.value();
        let is_chosen = self.is_chosen && self.all().any(|choice| choice.is(typed));
        let is_within = self.completions.is_within();
        let contains = move |it: &Fitting<'_>| it.contains(typed);
        let begins = move |it: &Fitting<'_>| {
            is_chosen || it.begins_with(typed) || (is_within && it.is_whole() && contains(it))
        };
        let rest = move |it: &Fitting<'_>| !begins(it) && contains(it);
        self.all().filter(begins).chain(self.all().filter(rest))
    }

    /// Each choice once.
    fn all(&self) -> impl Iterator<Item = Fitting<'_>> {
        let is_new = |it: &Fitting<'_>| !self.choices.iter().any(|choice| it.is(choice));
        let offered = self.choices.iter().filter(|choice| self.completions.offers(choice));
        let choices = offered.map(|choice| Fitting::whole(choice));
        choices.chain(self.completions.all().filter(is_new))
    }

    /// A choice as it is shown: what is typed in front of a name is not said again with each.
    #[must_use]
    pub fn shown(&self, choice: Fitting<'_>) -> String {
        let choice = choice.to_string();
        let typed = if self.is_reference { self.value() } else { "" };
        let head = typed.rfind(BEFORE_NAMES).and_then(|at| typed.get(..=at));
        match head.and_then(|head| choice.strip_prefix(head)) {
            Some(name) if !name.is_empty() => name.to_owned(),
            _ => choice,
        }
    }

    /// What is awaited or went wrong with the choices; empty while there is nothing to say.
    #[must_use]
    pub fn note(&self) -> String {
        self.completions.note()
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

    /// Takes the first choice that fits; the next one if one is chosen.
    pub fn complete(&mut self) {
        let chosen = self.chosen().map_or(0, |at| at + 1);
        let next = self.fitting().nth(chosen).or_else(|| self.fitting().next());
        if let Some(choice) = next.map(|choice| choice.to_string()) {
            self.set(&choice);
        }
    }

    /// Which of the choices that fit is chosen, counted from 0.
    #[must_use]
    pub fn chosen(&self) -> Option<usize> {
        let is_it = |it: Fitting<'_>| it.is(self.value());
        if self.is_chosen { self.fitting().position(is_it) } else { None }
    }

    /// Takes one of the choices that fit, counted from 0; `false` if there is none.
    pub(in crate::tui::app) fn choose(&mut self, at: usize) -> bool {
        let Some(choice) = self.fitting().nth(at).map(|choice| choice.to_string()) else {
            return false;
        };
        self.set(&choice);
        true
    }

    /// Types; whether that changed the text.
    pub(in crate::tui::app) fn handle(&mut self, request: InputRequest) -> bool {
        let is_changed = self.input.handle(request).is_some_and(|change| change.value);
        if is_changed {
            self.problem = None;
            self.is_chosen = false;
        }
        is_changed
    }

    /// Replaces what is typed by a choice.
    pub fn set(&mut self, value: &str) {
        self.input = Input::new(value.to_owned());
        self.is_chosen = true;
        self.problem = None;
    }

    pub(super) fn insert(&mut self, text: &str) {
        for c in text.chars() {
            self.handle(InputRequest::InsertChar(c));
        }
    }
}
