//! Validation: every problem of a draft at once.

mod entry;
mod family;
mod list;

use super::{Draft, Entry, Fix, Mark, Place, Problem, ProblemKind, Severity};

impl Draft {
    /// Every problem: those of the list first, then by the entries' order.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let entries: Vec<Entry> =
            self.entries().into_iter().filter(|entry| entry.position.is_some()).collect();
        let mut found = list::check(self, &entries);
        let mut together = family::check(self, &entries);
        for one in &entries {
            found.extend(entry::check(self.format(), one));
            found.extend(together.remove(&one.id).unwrap_or_default());
        }
        found
    }

    /// Whether nothing keeps the list from being pushed.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.problems().iter().all(|problem| problem.severity < Severity::Error)
    }
}

/// A problem of an entry.
fn of(
    entry: &Entry,
    kind: ProblemKind,
    severity: Severity,
    sentence: String,
    fix: Option<Fix>,
) -> Problem {
    Problem { kind, severity, place: Place::Entry(entry.id), sentence, fix }
}

/// An error in what the draft brought in; what the base has already is somebody's decision.
fn error_if_new(entry: &Entry) -> Severity {
    match entry.mark {
        Mark::Same | Mark::Moved => Severity::Warning,
        Mark::Changed | Mark::Added | Mark::Removed => Severity::Error,
    }
}

/// `entry 3`, as the table counts.
fn number(entry: &Entry) -> String {
    entry.position.map_or_else(String::new, |at| format!("entry {}", at + 1))
}
