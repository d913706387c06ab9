//! The contract for a view.

use std::borrow::Cow;
use std::fmt;

use tui_input::{Input, InputRequest};

use super::completions::Completions;
use super::cx::{Cx, ToastKind};
use super::going::{At, Opening};
use super::opened::OpenedId;
use super::overlay::Menu;
use super::own;
use super::typed_reference::TypedReference;
use super::{Action, Context, Field, Key, Part, Query, Reply, RequestId, SessionId, Spot};
use crate::oci::{Failure, Host, Location, Repository};

/// What the header says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Title {
    /// What kind of view it is.
    pub name: &'static str,
    /// What is shown; not escaped.
    pub title: String,
    /// More about it, at the right end; harmless for a terminal.
    pub note: String,
}

/// A sentence for the status line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// The sentence, harmless for a terminal.
    pub text: String,
    /// How it is meant; `None` for the plain course of things.
    pub kind: Option<ToastKind>,
}

impl From<String> for Words {
    fn from(text: String) -> Self {
        Self { text, kind: None }
    }
}

/// Why an action cannot be done now. A key in it is named by its action, since keys can be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    fact: Cow<'static, str>,
    next: Option<Next>,
}

/// What can be done instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// `…; / searches`
    Does(Action, &'static str),
    /// `… (2)`
    At(Action),
}

impl Reason {
    /// A fact in words.
    pub(super) fn new(fact: impl Into<Cow<'static, str>>) -> Self {
        Self { fact: fact.into(), next: None }
    }

    /// What an action does about it.
    pub(super) fn then(self, action: Action, does: &'static str) -> Self {
        Self { next: Some(Next::Does(action, does)), ..self }
    }

    /// The action that leads to the place that the fact names.
    pub(super) fn at(self, action: Action) -> Self {
        Self { next: Some(Next::At(action)), ..self }
    }

    /// The sentence.
    #[must_use]
    pub fn words(&self, cx: &Cx) -> String {
        let key = |action| cx.keymap.label(action);
        match self.next {
            Some(Next::Does(action, does)) => match key(action) {
                Some(key) => format!("{}; {key} {does}", self.fact),
                None => self.fact.clone().into_owned(),
            },
            Some(Next::At(action)) => match key(action) {
                Some(key) => format!("{} ({key})", self.fact),
                None => self.fact.clone().into_owned(),
            },
            None => self.fact.clone().into_owned(),
        }
    }
}

/// A line that is typed in the place of the status line.
#[derive(Debug, Clone)]
pub struct Prompt<'a> {
    /// What is before it.
    pub label: &'static str,
    /// The line.
    pub input: &'a Input,
    /// What can be typed, or what was found.
    pub words: Cow<'a, str>,
    /// Whether what is wrong with it is told in full over it.
    pub tells_problems: bool,
    /// The field whose choices are offered behind the line.
    pub choices: Option<&'a Field>,
}

impl<'a> Prompt<'a> {
    /// A line without choices.
    pub(super) fn new(
        label: &'static str,
        input: &'a Input,
        words: Cow<'a, str>,
        tells_problems: bool,
    ) -> Self {
        Self { label, input, words, tells_problems, choices: None }
    }
}

/// A key while something is typed, and what it does.
pub type TypingKey = (Cow<'static, str>, &'static str);

/// Keys of typed lines and forms: these are fixed.
pub(super) fn typing_keys(fixed: &[(&'static str, &'static str)]) -> Vec<TypingKey> {
    fixed.iter().map(|(key, word)| (Cow::Borrowed(*key), *word)).collect()
}

/// A screen, as everything outside of it sees it.
pub trait View: fmt::Debug {
    /// Whether an action shows such a view of what the view on top points at.
    fn is_shown_by(action: Action) -> bool
    where
        Self: Sized,
    {
        let _ = action;
        false
    }

    /// Why it cannot be shown of that.
    fn cannot_show(at: Option<At>, cx: &Cx) -> Option<Reason>
    where
        Self: Sized,
    {
        let _ = (at, cx);
        None
    }

    /// The view for something that is to be shown; `None` if another one shows that.
    fn open(opening: &Opening, cx: &mut Cx) -> Option<Self>
    where
        Self: Sized;

    /// The contexts whose keys it listens to, its own first.
    fn contexts(&self) -> &'static [Context];

    /// What the header says, as far as `room` cells reach.
    fn title(&self, cx: &Cx, room: usize) -> Title;

    /// What the status line says.
    fn status(&self, cx: &Cx) -> Words;

    /// Why an action cannot be done now; `None` if it can.
    fn blocked(&self, action: Action, cx: &Cx) -> Option<Reason> {
        let _ = (action, cx);
        None
    }

    /// The word beside the key of an action, if it is another one than the table's.
    fn word(&self, action: Action, cx: &Cx) -> Option<&'static str> {
        let _ = (action, cx);
        None
    }

    /// Does what a key means.
    fn act(&mut self, action: Action, cx: &mut Cx);

    /// The line being typed in the place of the status line.
    fn prompt(&self) -> Option<Prompt<'_>> {
        None
    }

    /// The keys of a line or form being typed, each with what it does; empty if nothing is typed.
    fn typing_keys(&self, cx: &Cx) -> Vec<TypingKey> {
        let _ = cx;
        Vec::new()
    }

    /// Takes a key that goes into a line being typed; `false` if none is, or the key is for others.
    fn typed(&mut self, key: Key, request: Option<InputRequest>, cx: &mut Cx) -> bool {
        let _ = (key, request, cx);
        false
    }

    /// The reference that is being typed, if one is: what completes it is offered.
    fn typed_reference<'a>(&'a self, cx: &'a Cx) -> Option<TypedReference<'a>> {
        let _ = cx;
        None
    }

    /// Takes what the registry has that completes the reference.
    fn take_completions(&mut self, completions: Completions, cx: &Cx) {
        let _ = (completions, cx);
    }

    /// Whether letters always go into a line, so that an action needs a key that is not one.
    fn takes_letters(&self) -> bool {
        false
    }

    /// Takes a pasted line; `false` if it has no place for it, and the start page gets it.
    fn paste(&mut self, line: &str, cx: &mut Cx) -> bool {
        let _ = (line, cx);
        false
    }

    /// The left button was pressed on a place; the action that this comes to, if it does.
    fn click(&mut self, spot: Spot, cx: &mut Cx) -> Option<Action> {
        let _ = (spot, cx);
        None
    }

    /// The wheel was turned over a place by this many lines. What is there scrolls, and nothing else; a
    /// cursor stays on the screen, and where it is as long as it can.
    fn wheel(&mut self, spot: Spot, lines: i32, cx: &mut Cx);

    /// A line of a menu that it put over itself was taken.
    fn chosen(&mut self, menu: Menu, cx: &mut Cx) {
        let _ = (menu, cx);
    }

    /// Whether a choice that a draft waits for can be put to the user here.
    fn offers_choices_of(&self, draft: &str) -> bool {
        let _ = draft;
        false
    }

    /// Whether the key that shows the drafts is worth a hint here.
    fn leads_to_drafts(&self) -> bool {
        true
    }

    /// The address under which it asks.
    fn session(&self) -> Option<SessionId> {
        None
    }

    /// Takes the answer to one of its questions.
    fn answer(
        &mut self,
        request: RequestId,
        question: &Query,
        answer: Result<Reply, Failure>,
        cx: &mut Cx,
    ) {
        let _ = (request, question, answer, cx);
    }

    /// Takes a part of an answer that is on its way.
    fn part(&mut self, question: &Query, part: Part, cx: &mut Cx) {
        let _ = (question, part, cx);
    }

    /// Brings itself up to date and asks for what it shows; `on_top`: it is on the screen.
    fn refresh(&mut self, on_top: bool, cx: &mut Cx);

    /// Whether anything is on its way for it.
    fn is_busy(&self, cx: &Cx) -> bool {
        self.session().is_some_and(|session| cx.requests.is_busy(session))
    }

    /// Whether time alone changes what it shows: a large text is laid out piece by piece.
    fn is_growing(&self) -> bool {
        false
    }

    /// Lays out about this many bytes more.
    fn grow(&mut self, bytes: usize) {
        let _ = bytes;
    }

    /// The opened references that it looks at.
    fn looks_at(&self) -> Vec<OpenedId> {
        Vec::new()
    }

    /// What it points at.
    fn points_at(&self) -> Option<At> {
        None
    }

    /// What a name stands for in a command of the user's own: one of [`VALUES`](super::VALUES).
    fn own_value(&self, name: &str, cx: &Cx) -> Option<String> {
        let at = self.points_at()?;
        own::value(name, cx.opened.get(at.id)?, at.node)
    }

    /// Whether it can be come back to once it was left.
    fn can_return(&self) -> bool {
        true
    }

    /// Whether it can ask again what a tag holds.
    fn can_look_again(&self, cx: &Cx) -> bool {
        let _ = cx;
        false
    }

    /// Asks again what tags hold, with one request for each that is on the screen.
    fn look_again(&mut self, cx: &mut Cx) {
        let _ = cx;
    }

    /// The reference that it is about, as it is typed: the one that a bookmark of it leads to.
    fn reference(&self, cx: &Cx) -> Option<String> {
        let open = cx.opened.get(*self.looks_at().first()?)?;
        let is_kept = !matches!(open.location, Location::Draft(_));
        is_kept.then(|| open.location.familiar())
    }

    /// The repository that it is about.
    fn repository(&self, cx: &Cx) -> Option<Repository> {
        let open = cx.opened.get(*self.looks_at().first()?)?;
        Some(open.location.reference()?.repository.clone())
    }

    /// The registry that it asks.
    fn host(&self, cx: &Cx) -> Option<Host> {
        self.repository(cx).map(|repository| repository.host)
    }

    /// Goes to a node of the tree that it shows; `false` if it shows none of it.
    fn go_to(&mut self, at: At, cx: &mut Cx) -> bool {
        let _ = (at, cx);
        false
    }

    /// Why one step back cannot be done though the view is the first; `None` if something within
    /// it can be stepped out of.
    fn first_view(&self, cx: &Cx) -> Option<Reason> {
        let _ = cx;
        Some(Reason::new("this is the first screen").then(Action::Quit, "quits"))
    }

    /// One step back within it; `false` if it is to be left.
    fn back(&mut self, cx: &mut Cx) -> bool {
        let _ = cx;
        false
    }

    /// Whether the key for quitting is for the view itself, which decides in `typed` what it does.
    fn takes_quit(&self) -> bool {
        false
    }

    /// Takes a wish to end the program; `false`: it has nothing against it.
    fn holds_back_quit(&mut self, cx: &mut Cx) -> bool {
        let _ = cx;
        false
    }

    /// A name under which only one view may lie on the others.
    fn name(&self) -> Option<String> {
        None
    }

    /// Whether what it showed is gone.
    fn is_over(&self, cx: &Cx) -> bool {
        let _ = cx;
        false
    }
}

/// Puts text into a line being typed.
pub(super) fn insert(input: &mut Input, text: &str) {
    for c in text.chars() {
        input.handle(InputRequest::InsertChar(c));
    }
}
