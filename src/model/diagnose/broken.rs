//! Parts of an image that cannot be had.

use std::fmt;

use crate::oci::{Class, Failure};

/// A part of an image that the registry does not have, or that is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Which part, in words: `the manifest`, `layer 2`.
    pub part: String,
    /// What is the matter with it.
    pub why: String,
    /// Whether it is not there at all; else it came, and is damaged or another.
    pub missing: bool,
    /// What to do, if the failure says so itself.
    pub next: Option<String>,
}

impl Broken {
    /// A part that could not be had for this reason; `None` if the reason lies elsewhere, as
    /// with a registry that does not answer.
    #[must_use]
    pub fn of(part: impl Into<String>, failure: &Failure) -> Option<Self> {
        let missing = failure.class == Class::NotFound;
        let damaged = matches!(
            failure.class,
            Class::DigestMismatch
                | Class::Malformed
                | Class::Unreadable
                | Class::TooLarge
                | Class::Unsupported
        );
        let why = if missing { failure.brief() } else { failure.detail.clone() };
        let next = failure.next.clone().filter(|_| !missing);
        (missing || damaged).then(|| Self { part: part.into(), why, missing, next })
    }

    /// A manifest or config that could not be had. What is more than platy reads, or comes in an
    /// answer that it does not understand, may be good for engines.
    #[must_use]
    pub fn of_document(part: impl Into<String>, failure: &Failure) -> Option<Self> {
        matches!(failure.class, Class::NotFound | Class::DigestMismatch | Class::Unreadable)
            .then(|| Self::of(part, failure))?
    }
}

/// `layer 2: its 31 bytes hash to …`. Not escaped.
impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.part, self.why)
    }
}
