//! The page that lists drafts.

use jiff::Timestamp;

use super::Drafts;
use crate::text::{age, escape, plural};
use crate::tui::app::{Action, Areas, Pane, list};

/// The state of the page.
#[derive(Debug, Clone, Default)]
pub struct DraftsPage {
    /// The line under the cursor.
    pub cursor: usize,
    /// The first line on the screen.
    pub top: usize,
    lines: usize,
    height: usize,
}

/// A line of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftLine {
    /// The draft's name in the folder.
    pub name: String,
    /// Whether this platy has it open.
    pub open: bool,
    /// Where it is to be pushed, or else its base; harmless for a terminal.
    pub title: String,
    /// Base, edits, age; harmless for a terminal.
    pub notes: String,
    /// Why it cannot be opened.
    pub problem: Option<String>,
}

impl Drafts {
    /// The drafts as lines: open ones first, the one used last at the head.
    #[must_use]
    pub fn lines(&self, now: Timestamp) -> Vec<DraftLine> {
        let ago = |at: Timestamp| age(&at.to_string(), now).unwrap_or_default();
        let words = |base: Option<String>, title: &str, edits: usize, at: Timestamp| {
            let base = match base {
                Some(base) if base == title => String::new(),
                Some(base) => format!("from {base} · "),
                None => "new list · ".to_owned(),
            };
            escape(&format!("{base}{} · {}", plural(edits, "edit"), ago(at))).into_owned()
        };
        let open = self.open.iter().rev().map(|draft| {
            let title = draft.title();
            let base = draft.draft.base().map(|base| base.location.familiar());
            let edits = draft.draft.edits().1;
            let notes = words(base, &title, edits, draft.changed);
            let notes = match draft.is_unsaved() {
                true if draft.is_safe => format!("{notes} · kept"),
                true => notes,
                false if draft.pushed.is_some() => format!("{notes} · pushed"),
                false => format!("{notes} · unchanged"),
            };
            DraftLine {
                name: draft.name.clone(),
                open: true,
                title: escape(&title).into_owned(),
                notes,
                problem: None,
            }
        });
        let left = self.left.iter().map(|left| {
            let (title, problem) = match &left.title {
                Ok(title) => (title.clone(), None),
                Err(problem) => (left.name.clone(), Some(escape(problem).into_owned())),
            };
            let notes = words(left.base.clone(), &title, left.edits, left.at);
            DraftLine {
                name: left.name.clone(),
                open: false,
                title: escape(&title).into_owned(),
                notes: format!("{notes} · left unsaved"),
                problem,
            }
        });
        open.chain(left).collect()
    }
}

impl DraftsPage {
    pub(in crate::tui::app) fn settle(&mut self, lines: usize, size: (u16, u16)) {
        let body = Areas::of(size.0, size.1, Pane::Tree).body;
        self.lines = lines;
        self.height = usize::from(body.height.saturating_sub(2)).max(1);
        self.cursor = self.cursor.min(lines.saturating_sub(1));
        let lowest = (self.cursor + 1).saturating_sub(self.height);
        self.top = self.top.clamp(lowest, self.cursor.max(lowest));
    }

    pub(in crate::tui::app) fn go(&mut self, action: Action) {
        self.cursor = list::target(action, self.cursor, self.lines, self.height);
    }
}
