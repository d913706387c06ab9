//! A line of a comparison as it is shown.

use super::Side;
use crate::model::tree::NodeId;

/// What is before a line, so that it reads without colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sign {
    /// `=`
    Same,
    /// `~`
    Changed,
    /// `+`
    Added,
    /// `-`
    Removed,
}

impl Sign {
    /// The sign itself.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "=",
            Self::Changed => "~",
            Self::Added => "+",
            Self::Removed => "-",
        }
    }
}

/// A line with what it tells of each side, and the lines under it. Harmless for a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Whether it differs.
    pub sign: Sign,
    /// What it is about: a platform, `layer 4`, `env PATH`.
    pub label: String,
    /// What the first side has; empty if it has nothing.
    pub a: String,
    /// What the second side has.
    pub b: String,
    /// The rest: what differs, how much is to be fetched.
    pub note: String,
    /// The nodes of both sides.
    pub nodes: (Option<NodeId>, Option<NodeId>),
    /// The file that it is about, by its number among those that differ.
    pub file: Option<usize>,
    /// What is under it.
    pub children: Vec<Line>,
    /// Whether that is shown without being asked for. What is the same is folded.
    pub open: bool,
}

impl Line {
    /// A line of a label.
    #[must_use]
    pub fn new(sign: Sign, label: impl Into<String>) -> Self {
        Self {
            sign,
            label: label.into(),
            a: String::new(),
            b: String::new(),
            note: String::new(),
            nodes: (None, None),
            file: None,
            children: Vec::new(),
            open: sign != Sign::Same,
        }
    }

    /// The node of a side.
    #[must_use]
    pub fn node(&self, side: Side) -> Option<NodeId> {
        match side {
            Side::A => self.nodes.0,
            Side::B => self.nodes.1,
        }
    }
}
