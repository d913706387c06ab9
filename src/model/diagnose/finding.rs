//! What a rule found.

use serde::Serialize;

use super::Image;
use crate::model::select::Path;

/// How much a finding matters. The order is the one in which findings are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Somebody gets the wrong image, or none.
    Error,
    /// Somebody may get the wrong image.
    Warning,
    /// Worth knowing when the reader looks for a cause.
    Info,
    /// Something was looked at and is in order.
    Good,
}

/// One diagnosed fact, with its evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule that found it, as [`super::RULES`] names it.
    pub rule: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What is the case, in one sentence without a full stop.
    pub title: String,
    /// What was seen: values, digests, and where they are from.
    pub evidence: Vec<String>,
    /// What could not be seen, and why.
    pub unknown: Vec<String>,
    /// A command to run or a check to make.
    pub next_step: String,
    /// The entries that it is about: their places in the list.
    #[serde(skip)]
    pub entries: Vec<Path>,
}

impl Severity {
    /// The word in JSON output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
            Self::Good => "good",
        }
    }

    /// The sign before a finding, so that it reads without colour.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Error => "✗",
            Self::Warning => "!",
            Self::Info => "●",
            Self::Good => "✓",
        }
    }
}

/// The most lines of one kind of evidence: a list may have thousands of entries.
const MOST_LINES: usize = 40;

impl Finding {
    /// One more thing that was seen.
    pub(super) fn saw(mut self, evidence: impl Into<String>) -> Self {
        self.evidence.push(evidence.into());
        self
    }

    /// More things that were seen.
    pub(super) fn saw_all(mut self, evidence: impl IntoIterator<Item = String>) -> Self {
        let mut evidence = evidence.into_iter();
        self.evidence.extend(evidence.by_ref().take(MOST_LINES));
        let more = evidence.count();
        if more > 0 {
            self.evidence.push(format!("and {more} more"));
        }
        self
    }

    /// The entries that it is about.
    pub(super) fn about<'a>(mut self, images: impl IntoIterator<Item = &'a Image>) -> Self {
        self.entries.extend(images.into_iter().map(|image| image.path.clone()));
        self
    }

    /// The list itself is what it is about, or among it.
    pub(super) fn about_the_list(mut self, is_it: bool) -> Self {
        if is_it {
            self.entries.push(Path::default());
        }
        self
    }

    /// Something that could not be seen.
    pub(super) fn unseen(mut self, what: impl Into<String>) -> Self {
        self.unknown.push(what.into());
        self
    }

    /// What to do next.
    pub(super) fn next(mut self, step: impl Into<String>) -> Self {
        self.next_step = step.into();
        self
    }
}
