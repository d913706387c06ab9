//! Why an edit was not done.

use std::fmt;

/// Why an edit was not done; the draft is as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The entry is not in the list (any more).
    NoEntry,
    /// The list is a document that platy cannot edit.
    NoList(String),
    /// It is the index of a layout or archive with several images, which are not one list.
    Several,
    /// What is to be added is not a usable descriptor.
    Descriptor(String),
    /// A value that the field cannot have.
    Value(String),
    /// What was named is not there, or not one thing.
    Match(String),
    /// A Docker manifest list has no place for it.
    Docker(&'static str),
    /// It is a draft, and only what is pushed can be had again.
    Draft(String),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoEntry => write!(f, "the entry is not in the list any more"),
            Self::NoList(why) => write!(f, "it cannot be edited as a list: {why}"),
            Self::Several => {
                write!(f, "it holds several images, and they are not one list; open one of them")
            }
            Self::Descriptor(why) => write!(f, "this is not a usable descriptor: {why}"),
            Self::Value(why) | Self::Match(why) => f.write_str(why),
            Self::Docker(what) => write!(
                f,
                "a Docker manifest list has no {what}; switch the draft to an OCI index first"
            ),
            Self::Draft(name) => {
                write!(f, "{name} is an unsaved draft: push it first, then use what was pushed")
            }
        }
    }
}

impl std::error::Error for Refused {}
