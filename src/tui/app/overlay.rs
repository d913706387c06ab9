//! Layers over a view: the page of keys, and menus. The top one gets the keys.

use crossterm::event::KeyCode;
use ratatui::layout::Rect;
use tui_input::{Input, InputRequest};

use super::copy::CopyMenu;
use super::detail::{Line, Tone};
use super::fuzzy::ranked;
use super::list;
use super::look::Look;
use super::menu_item::MenuItem;
use super::menu_layout::{MenuLayout, MenuParts};
use super::picking::Picking;
use super::{Action, Clip, Key};
use crate::model::push::{TagPlan, Undo};
use crate::text::escape;

/// The cells of what can be copied, in words.
const COPIED: usize = 22;
/// How much of a text is looked at before it is cut to the screen.
const SHOWN: usize = 1_000;

/// Something that lies over a view and takes its keys.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// The page of all keys, scrolled by this many lines.
    Help(usize),
    /// The messages of the session, scrolled by this many lines; to the end if that is more.
    Messages(usize),
    /// What each request took, scrolled by this many lines; to the end if that is more.
    Requests(usize),
    /// Lines of which one is taken, or several.
    Menu(Box<Menu>),
}

/// Lines of which one is taken, or several.
#[derive(Debug, Clone)]
pub struct Menu {
    /// What is chosen.
    pub what: Choosing,
    /// What it says over the lines; not escaped.
    pub(super) title: String,
    /// More to be known before one chooses; not escaped.
    pub facts: Vec<String>,
    /// The lines.
    pub items: Vec<MenuItem>,
    /// The line under the cursor.
    pub cursor: usize,
    /// The first line on the screen.
    pub top: usize,
    /// The line that holds now.
    pub current: Option<usize>,
    /// What narrows the lines, and all of them.
    pub(super) narrowed: Option<Narrowed>,
    pub(super) layout: MenuLayout,
}

/// A menu that is narrowed by typing.
#[derive(Debug, Clone)]
pub(super) struct Narrowed {
    input: Input,
    /// All lines.
    all: Vec<MenuItem>,
    /// Which of them are shown.
    shown: Vec<usize>,
    /// Which line held before.
    current: Option<usize>,
}

/// An answer to a question, with its words.
pub(super) enum MenuAnswer<'a> {
    /// Does what is asked about.
    Yes(&'a str),
    /// Does not.
    No(&'a str),
    /// Is more than yes or no.
    Other(&'a str),
}

/// What can be done from the palette.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// An action.
    Action(Action),
    /// A command of the user's own, by its number.
    Own(usize),
}

/// What is chosen in a menu.
#[derive(Debug, Clone)]
pub enum Choosing {
    /// What to do.
    Action(Vec<Deed>),
    /// What to copy.
    Copy(CopyMenu),
    /// The engine.
    Engine,
    /// The machine.
    Host,
    /// The view.
    Open,
    /// The theme; the one from before.
    Look(Look),
    /// Which images of a list are taken into a draft.
    Images(Box<Picking>),
    /// What becomes of an unsaved draft on the way out; whether platy ends then.
    Leave {
        /// Whether platy ends then.
        quit: bool,
    },
    /// Whether a push is taken back.
    Undo(Box<Undo>),
    /// Whether tags are deleted, copied or renamed.
    Tags(Box<TagPlan>),
    /// Whether the draft of this name is discarded.
    Discard(String),
    /// Whether the draft of this name, which was left unsaved, is gone on with.
    GoOn(String),
    /// Whether a file that is there already is written over.
    Overwrite,
}

impl Menu {
    /// A menu with the cursor on its first line.
    pub(super) fn new(what: Choosing, title: impl Into<String>, items: Vec<MenuItem>) -> Self {
        Self {
            what,
            title: title.into(),
            facts: Vec::new(),
            items,
            cursor: 0,
            top: 0,
            current: None,
            narrowed: None,
            layout: MenuLayout::default(),
        }
    }

    /// A question, what is to be known before one answers, and the answers. Names are facts: these
    /// wrap, and the question stays whole in front of them.
    pub(super) fn question(
        what: Choosing,
        title: &'static str,
        facts: Vec<String>,
        answers: &[MenuAnswer<'_>],
    ) -> Self {
        let item = |words: &str, answer| MenuItem { answer, ..MenuItem::new(words) };
        let answers = answers.iter().map(|it| match it {
            MenuAnswer::Yes(words) => item(words, Some(true)),
            MenuAnswer::No(words) => item(words, Some(false)),
            MenuAnswer::Other(words) => item(words, None),
        });
        let answers = answers.collect();
        Self { facts, ..Self::new(what, title, answers) }
    }

    /// The menu of what can be copied.
    pub(super) fn copy(menu: CopyMenu) -> Self {
        let items = menu.items.iter().map(|item| {
            let note = match &item.text {
                _ if item.note.is_some() => item.note.clone().unwrap_or_default(),
                Ok(text) => {
                    let mut head: String = text.chars().take(SHOWN).collect();
                    if head.len() < text.len() {
                        head.push('…');
                    }
                    Line::of(Tone::Muted, escape(&head).into_owned())
                }
                Err(why) => Line::of(Tone::Warning, format!("– {why}")),
            };
            MenuItem { note, ..MenuItem::new(&item.what) }
        });
        let (items, title) = (items.collect(), format!("copy of {}", menu.title));
        Self::new(Choosing::Copy(menu), title, items)
    }

    /// The menu with the cursor on the line that holds now.
    pub(super) fn at(self, current: usize) -> Self {
        Self { current: Some(current), cursor: current, ..self }
    }

    /// What it says over the lines; not escaped.
    #[must_use]
    pub fn title(&self) -> String {
        if self.has_marks() {
            let marked = self.items.iter().filter(|item| item.mark == Some(true)).count();
            return format!("{}: {marked} of {} marked", self.title, self.items.len());
        }
        self.title.clone()
    }

    /// Whether nothing is marked of that which is taken by marks, or no line is left.
    pub(super) fn takes_nothing(&self) -> bool {
        let marked = self.items.iter().any(|item| item.mark == Some(true));
        self.items.is_empty() || (self.has_marks() && !marked)
    }

    /// Whether several lines can be taken.
    #[must_use]
    pub fn has_marks(&self) -> bool {
        self.items.iter().any(|item| item.mark.is_some())
    }

    /// Whether it is a question, which is indented a little more.
    #[must_use]
    pub fn is_question(&self) -> bool {
        match self.what {
            Choosing::Action(_)
            | Choosing::Copy(_)
            | Choosing::Engine
            | Choosing::Host
            | Choosing::Open
            | Choosing::Look(_) => false,
            Choosing::Images(_)
            | Choosing::Leave { .. }
            | Choosing::Undo(_)
            | Choosing::Tags(_)
            | Choosing::Discard(_)
            | Choosing::GoOn(_)
            | Choosing::Overwrite => true,
        }
    }

    /// Whether it is answered by yes or no, perhaps among other answers.
    pub(super) fn has_answers(&self) -> bool {
        self.items.iter().any(|item| item.answer.is_some())
    }

    /// Goes to the answer yes, or no; `false` if there is none.
    pub(super) fn answer(&mut self, yes: bool) -> bool {
        let at = self.items.iter().position(|item| item.answer == Some(yes));
        self.cursor = at.unwrap_or(self.cursor);
        at.is_some()
    }

    /// Goes to the next line, or the one before, around the ends.
    pub(super) fn turn(&mut self, forward: bool) {
        let length = self.items.len().max(1);
        self.cursor = (self.cursor + if forward { 1 } else { length - 1 }) % length;
    }

    /// Marks the line under the cursor, or takes the mark away; `false` if only one can be taken.
    pub(super) fn toggle(&mut self) -> bool {
        let Some(mark) = self.items.get_mut(self.cursor).and_then(|item| item.mark.as_mut()) else {
            return false;
        };
        *mark = !*mark;
        let marked = *mark;
        let place = self.place();
        if let Some(whole) = self.narrowed.as_mut().and_then(|it| it.all.get_mut(place)) {
            whole.mark = Some(marked);
        }
        true
    }

    /// Which of all lines the cursor is on.
    fn place(&self) -> usize {
        let narrowed = self.narrowed.as_ref();
        narrowed.and_then(|it| it.shown.get(self.cursor)).copied().unwrap_or(self.cursor)
    }

    /// What narrows the lines, if they are narrowed.
    #[must_use]
    pub fn typed(&self) -> Option<&Input> {
        self.narrowed.as_ref().map(|it| &it.input)
    }

    /// All lines, whatever narrows them.
    #[must_use]
    pub fn all(&self) -> &[MenuItem] {
        self.narrowed.as_ref().map_or(&self.items, |it| &it.all)
    }

    /// How many lines are shown, and how many there are.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        (self.items.len(), self.all().len())
    }

    /// From now on letters narrow the lines.
    pub(super) fn begin_filter(&mut self) {
        if self.narrowed.is_none() {
            let (all, current) = (self.items.clone(), self.current);
            let shown = (0..all.len()).collect();
            self.narrowed = Some(Narrowed { input: Input::default(), all, shown, current });
        }
    }

    /// The menu with all of its lines, the cursor on the same one.
    pub(super) fn whole(mut self) -> Self {
        self.cursor = self.place();
        if let Some(narrowed) = self.narrowed.take() {
            (self.items, self.current) = (narrowed.all, narrowed.current);
        }
        self
    }

    /// Takes a key that narrows the lines; `false` if it is another one.
    pub(super) fn types(&mut self, key: Key, request: Option<InputRequest>) -> bool {
        // A mark is set while the lines are narrowed too.
        let marks = self.has_marks() && key.character() == Some(' ');
        let Some(narrowed) = self.narrowed.as_mut().filter(|_| !marks) else { return false };
        if key.code == KeyCode::Esc && !matches!(self.what, Choosing::Action(_)) {
            let menu = std::mem::replace(self, Self::new(Choosing::Engine, "", Vec::new()));
            *self = menu.whole();
            return true;
        }
        let Some(request) = request else { return false };
        narrowed.input.handle(request);
        let texts: Vec<String> = narrowed
            .all
            .iter()
            .map(|item| format!("{} {} {}", item.label, item.note.text(), item.words))
            .collect();
        narrowed.shown = ranked(narrowed.input.value(), texts.iter().map(String::as_str));
        narrowed.shown.sort_by_key(|at| narrowed.all.get(*at).map(|item| item.group));
        let line = |at: &usize| narrowed.all.get(*at).cloned();
        self.items = narrowed.shown.iter().filter_map(line).collect();
        let current = narrowed.current;
        self.current = narrowed.shown.iter().position(|at| Some(*at) == current);
        (self.cursor, self.top) = (0, 0);
        true
    }

    pub(super) fn go(&mut self, action: Action) {
        let page = self.layout.page.max(1);
        self.cursor = list::target(action, self.cursor, self.items.len(), page);
    }

    /// Turns the wheel over the lines.
    pub(super) fn wheel(&mut self, lines: i32) {
        let room = (self.items.len(), self.layout.page);
        list::wheel(&mut self.top, &mut self.cursor, room, lines);
    }

    /// After each message: places true, the cursor in view.
    pub(super) fn settle(&mut self, body: Rect) {
        let labels = matches!(self.what, Choosing::Copy(_)).then_some(COPIED);
        let (facts, all, shown) = (&self.facts[..], self.all(), self.items.len());
        self.layout = MenuLayout::of(&MenuParts { facts, all, shown, labels }, body);
        self.top = list::top(self.top, self.cursor, self.items.len(), self.layout.page.max(1));
    }

    /// Where its parts are.
    #[must_use]
    pub fn layout(&self) -> &MenuLayout {
        &self.layout
    }

    /// The text that the line under the cursor copies.
    pub(super) fn copied(&self) -> Option<Result<Clip, &'static str>> {
        match &self.what {
            Choosing::Copy(menu) => menu.items.get(self.place()).map(|item| item.clip(&menu.title)),
            _ => None,
        }
    }
}
