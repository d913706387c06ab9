//! The lines of the page.

use jiff::Timestamp;

use crate::text::{age, escape, plural};
use crate::tui::app::drafts::{Drafts, LeftDraft};

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

/// Base, edits and age of a draft; not escaped.
fn words(
    base: Option<&str>,
    title: &str,
    edits: usize,
    (at, now): (Timestamp, Timestamp),
) -> String {
    let base = match base {
        Some(base) if base == title => String::new(),
        Some(base) => format!("from {base} · "),
        None => "new list · ".to_owned(),
    };
    let ago = age(&at.to_string(), now).unwrap_or_default();
    format!("{base}{} · {ago}", plural(edits, "edit"))
}

impl LeftDraft {
    /// Its base if that is not its title, its edits and its age; not escaped.
    pub(in crate::tui::app) fn words(&self, now: Timestamp) -> String {
        let title = self.title.as_ref().unwrap_or(&self.name);
        words(self.base.as_deref(), title, self.edits, (self.at, now))
    }
}

impl Drafts {
    /// The drafts as lines: open ones first, the one used last at the head.
    #[must_use]
    pub fn lines(&self, now: Timestamp) -> Vec<DraftLine> {
        let words = |base: Option<String>, title: &str, edits: usize, at: Timestamp| {
            escape(&words(base.as_deref(), title, edits, (at, now))).into_owned()
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
            let notes = escape(&left.words(now)).into_owned();
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
