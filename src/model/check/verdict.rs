//! What the three claims come to.

use std::fmt;

/// Whether the list, the config and the program say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// They do.
    Agree,
    /// One of them says something else.
    Disagree,
    /// The program says nothing, or was not found or read.
    CannotTell,
}

/// One of the three that make a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The entry of the list.
    List,
    /// The image config.
    Config,
    /// The program.
    Program,
}

impl Verdict {
    /// The word in JSON output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::Disagree => "disagree",
            Self::CannotTell => "cannot_tell",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Agree => "agree",
            Self::Disagree => "disagree",
            Self::CannotTell => "cannot tell",
        })
    }
}

impl Side {
    /// The word in JSON output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Config => "config",
            Self::Program => "binary",
        }
    }
}
