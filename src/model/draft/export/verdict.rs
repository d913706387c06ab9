//! What becomes of a list in a tool's hands.

use std::fmt;

use serde_json::Value;

use super::super::Draft;
use super::differences::differences;
use super::keeps::Keeps;
use super::made::Made;

/// What becomes of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The same digest.
    Exact,
    /// The same fields, encoded otherwise.
    Same,
    /// Other content.
    Changes {
        /// What is lost or changed.
        loses: Vec<String>,
        /// What is added.
        adds: Vec<String>,
    },
    /// The tool does not make it, and why.
    Cannot(String),
}

impl Verdict {
    pub(super) fn of(draft: &Draft, made: &Made, keeps: &Keeps) -> Self {
        let bytes = &draft.document().bytes;
        if made.bytes(keeps).as_bytes() == bytes.as_ref() {
            return Self::Exact;
        }
        let Ok(meant) = serde_json::from_slice::<Value>(bytes) else {
            return Self::Cannot("the list is not JSON that tools read".to_owned());
        };
        let found = differences(&meant, &made.document);
        if found.loses.is_empty() && found.adds.is_empty() {
            return Self::Same;
        }
        Self::Changes { loses: found.loses, adds: found.adds }
    }

    /// The smaller, the better.
    pub(super) fn rank(&self) -> (u8, usize) {
        match self {
            Self::Exact => (0, 0),
            Self::Same => (1, 0),
            Self::Changes { loses, adds } => (2, loses.len() * 100 + adds.len()),
            Self::Cannot(_) => (3, 0),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact => f.write_str("exact bytes"),
            Self::Same => f.write_str("same content, other bytes"),
            Self::Changes { loses, adds } => {
                let mut parts = Vec::new();
                for (word, all) in [("loses", loses), ("adds", adds)] {
                    if !all.is_empty() {
                        parts.push(format!("{word}: {}", all.join("; ")));
                    }
                }
                f.write_str(&parts.join("; "))
            }
            Self::Cannot(why) => write!(f, "cannot: {why}"),
        }
    }
}
