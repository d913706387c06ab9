//! A request that did not succeed, and whether to ask again.

use std::time::Duration;

use crate::oci::Failure;

/// Whether asking again may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) enum Again {
    /// It will not.
    No,
    /// After a wait of our own choice.
    Backoff,
    /// After the wait that the other side asked for.
    After(Duration),
}

/// A failure of one attempt.
#[derive(Debug, Clone)]
pub(in crate::source) struct Setback {
    /// Why. Boxed because every `Result` of the layer carries it.
    pub(in crate::source) failure: Box<Failure>,
    /// Whether to ask again.
    pub(in crate::source) again: Again,
}

impl Setback {
    /// A failure that may pass by itself.
    pub(in crate::source) fn passing(failure: Failure) -> Self {
        Self { failure: Box::new(failure), again: Again::Backoff }
    }
}

/// A failure that asking again does not help.
impl From<Failure> for Setback {
    fn from(failure: Failure) -> Self {
        Self { failure: Box::new(failure), again: Again::No }
    }
}
