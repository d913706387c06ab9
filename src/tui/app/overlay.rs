//! Layers over a view: the page of keys, and menus. The top one gets the keys.

use super::copy::CopyMenu;
use super::detail::{Line, Tone};
use super::list;
use super::picking::Picking;
use super::{Action, Effect};
use crate::model::push::Undo;
use crate::text::escape;

/// How much of a text is looked at before it is cut to the screen.
const SHOWN: usize = 1_000;

/// Something that lies over a view and takes its keys.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// The page of all keys, scrolled by this many lines.
    Help(usize),
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
    /// The line that holds now.
    pub current: Option<usize>,
}

/// A line of a menu.
#[derive(Debug, Clone)]
pub struct MenuItem {
    /// What it stands for; not escaped.
    pub label: String,
    /// More about it, harmless for a terminal.
    pub note: Line,
    /// Whether it is marked; `None` if only one line can be taken.
    pub mark: Option<bool>,
}

/// What is chosen in a menu.
#[derive(Debug, Clone)]
pub enum Choosing {
    /// What to copy.
    Copy(CopyMenu),
    /// The engine.
    Engine,
    /// The machine.
    Host,
    /// Which images of a list are taken into a draft.
    Images(Box<Picking>),
    /// What becomes of an unsaved draft on the way out; whether platy ends then.
    Leave {
        /// Whether platy ends then.
        quit: bool,
    },
    /// Whether a push is taken back.
    Undo(Box<Undo>),
    /// Whether the draft of this name is discarded.
    Discard(String),
}

impl Menu {
    /// A menu with the cursor on its first line.
    pub(super) fn new(what: Choosing, title: impl Into<String>, items: Vec<MenuItem>) -> Self {
        Self { what, title: title.into(), facts: Vec::new(), items, cursor: 0, current: None }
    }

    /// A question and its answers.
    pub(super) fn question(what: Choosing, title: String, answers: &[&str]) -> Self {
        Self::new(what, title, answers.iter().map(|it| MenuItem::new(it)).collect())
    }

    /// The menu of what can be copied.
    pub(super) fn copy(menu: CopyMenu) -> Self {
        let items = menu.items.iter().map(|item| {
            let note = match &item.text {
                Ok(text) => {
                    let head: String = text.chars().take(SHOWN).collect();
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

    /// Whether several lines can be taken.
    #[must_use]
    pub fn has_marks(&self) -> bool {
        self.items.iter().any(|item| item.mark.is_some())
    }

    /// Whether it is a question about drafts, which stands a little further in.
    #[must_use]
    pub fn is_question(&self) -> bool {
        match self.what {
            Choosing::Copy(_) | Choosing::Engine | Choosing::Host => false,
            Choosing::Images(_)
            | Choosing::Leave { .. }
            | Choosing::Undo(_)
            | Choosing::Discard(_) => true,
        }
    }

    /// Marks the line under the cursor, or takes the mark away; `false` if only one can be taken.
    pub(super) fn toggle(&mut self) -> bool {
        match self.items.get_mut(self.cursor).and_then(|item| item.mark.as_mut()) {
            Some(mark) => {
                *mark = !*mark;
                true
            }
            None => false,
        }
    }

    pub(super) fn go(&mut self, action: Action, page: usize) {
        self.cursor = list::target(action, self.cursor, self.items.len(), page);
    }

    /// The text that the line under the cursor copies.
    pub(super) fn copied(&self) -> Option<Result<Effect, &'static str>> {
        match &self.what {
            Choosing::Copy(menu) => {
                menu.items.get(self.cursor).map(|item| item.effect(&menu.title))
            }
            _ => None,
        }
    }
}

impl MenuItem {
    /// A line without more about it.
    pub(super) fn new(label: &str) -> Self {
        Self { label: label.to_owned(), note: Line::default(), mark: None }
    }
}
