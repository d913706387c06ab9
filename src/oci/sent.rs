//! The type with which a registry sent a document.

use std::sync::Arc;

/// What a registry said a document is when it sent it. Many registries sit behind servers that
/// write this themselves, and engines go by it, each in its own way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Sent {
    /// Nobody knows: it is from a disk, or from the cache.
    #[default]
    Unknown,
    /// It came without a `Content-Type`.
    Untyped,
    /// The `Content-Type`, as it came: with parameters, and in its own case.
    As(Arc<str>),
}

impl Sent {
    /// What a `Content-Type` says; `None` is an answer without one.
    #[must_use]
    pub fn new(content_type: Option<&str>) -> Self {
        match content_type {
            None | Some("") => Self::Untyped,
            Some(text) => Self::As(text.into()),
        }
    }

    /// The header's value, empty if there was none; `None` if nobody knows.
    #[must_use]
    pub fn header(&self) -> Option<&str> {
        match self {
            Self::Unknown => None,
            Self::Untyped => Some(""),
            Self::As(text) => Some(text),
        }
    }
}
