//! Pushes that can be taken back.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::model::push::{Entry, NoUndo, Undo};
use crate::text::{age, escape};

/// A question whether to take a push back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What it would do.
    pub undo: Undo,
    /// The marked line.
    pub at: usize,
}

/// The last push of each tag, newest first, those that were taken back left out.
pub(in crate::tui::app) fn last_of_each(entries: &[Entry]) -> Vec<Entry> {
    let undone: HashSet<&str> = entries.iter().filter_map(|it| it.undoes.as_deref()).collect();
    let mut seen = HashSet::new();
    entries
        .iter()
        .rev()
        .filter(|it| it.undoes.is_none() && !undone.contains(it.id.as_str()))
        .filter(|it| seen.insert(it.reference.familiar()))
        .cloned()
        .collect()
}

/// `4b2841095e41 → 5b1c09d2a7e4 · 2 minutes ago`, harmless for a terminal.
#[must_use]
pub fn words(entry: &Entry, now: Timestamp) -> String {
    let before = entry.before.as_ref().map_or("new", |kept| kept.digest.short());
    let after = entry.after.digest.short();
    let ago = age(&entry.time.to_string(), now).unwrap_or_default();
    escape(&format!("{before} → {after} · {ago}")).into_owned()
}

impl Asked {
    /// What would happen, in words; digests in them are whole.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let undo = &self.undo;
        let now =
            undo.now.as_ref().map_or_else(|| "does not exist".to_owned(), ToString::to_string);
        let mut lines =
            vec![format!("tag now    {now}"), format!("tag after  {}", undo.list.digest)];
        if let Some(conflict) = &undo.conflict {
            lines.push(format!("! {conflict}"));
        }
        lines
    }
}

/// Why a push cannot be taken back, in a sentence.
pub(in crate::tui::app) fn refusal(why: &NoUndo) -> String {
    match why {
        NoUndo::Unknown => "the journal has no such push any more".to_owned(),
        NoUndo::WasAbsent(entry) => format!(
            "{} did not exist before the push; platy deletes no tags",
            entry.reference.familiar()
        ),
        NoUndo::Already(entry) => {
            format!("{} holds already what it held before", entry.reference.familiar())
        }
        NoUndo::Failed(failure) => failure.to_string(),
    }
}
