//! The lines of the page.

use jiff::Timestamp;

use crate::text::{age, escape, plural};
use crate::tui::app::drafts::Drafts;

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
