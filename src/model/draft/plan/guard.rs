//! What must hold of the tag before it is written.

use std::fmt;

use crate::oci::Digest;

/// What must hold of the first tag of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guard {
    /// It points where it did when the draft began; `None`: it did not exist.
    Unchanged(Option<Digest>),
    /// It points at this digest (`--if-digest`).
    Is(Digest),
    /// It does not exist (`--if-absent`).
    Absent,
    /// Nothing; whatever it points at is replaced.
    Nothing,
}

/// The tag points elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The tag.
    pub tag: String,
    /// What should hold.
    pub guard: Guard,
    /// Where the tag points; `None`: it does not exist.
    pub found: Option<Digest>,
}

impl Guard {
    /// Whether a tag that points there may be written. One that has the new list already, does.
    #[must_use]
    pub fn allows(&self, found: Option<&Digest>, after: &Digest) -> bool {
        if found == Some(after) && matches!(self, Self::Unchanged(_)) {
            return true;
        }
        match self {
            Self::Unchanged(expected) => expected.as_ref() == found,
            Self::Is(expected) => found == Some(expected),
            Self::Absent => found.is_none(),
            Self::Nothing => true,
        }
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tag = &self.tag;
        match &self.found {
            Some(found) => write!(f, "the tag {tag} points at {found} now")?,
            None => write!(f, "the tag {tag} does not exist")?,
        }
        match &self.guard {
            Guard::Unchanged(Some(expected)) => {
                write!(f, "; it pointed at {expected} when the draft began")
            }
            Guard::Unchanged(None) => write!(f, "; it did not exist when the draft began"),
            Guard::Is(expected) => write!(f, "; it was to point at {expected}"),
            Guard::Absent => write!(f, "; it was not to exist"),
            Guard::Nothing => Ok(()),
        }
    }
}
