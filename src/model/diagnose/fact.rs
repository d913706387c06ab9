//! Something that is known, or the reason why it is not.

use std::sync::Arc;

/// Something that is known, or why it is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact<T> {
    /// It was seen.
    Known(T),
    /// It could not be seen, or nobody looked; the reason, in a few words, which many facts may share.
    Missing(Arc<str>),
}

impl<T> Default for Fact<T> {
    fn default() -> Self {
        Self::Missing("it was not asked for".into())
    }
}

impl<T> Fact<T> {
    /// The value, if it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Missing(_) => None,
        }
    }

    /// Why it is not known.
    pub fn missing(&self) -> Option<&str> {
        self.shared().map(|why| &**why)
    }

    /// Why it is not known, to be shared with others.
    pub(crate) fn shared(&self) -> Option<&Arc<str>> {
        match self {
            Self::Known(_) => None,
            Self::Missing(why) => Some(why),
        }
    }
}

impl<T> From<Result<T, crate::oci::Failure>> for Fact<T> {
    fn from(result: Result<T, crate::oci::Failure>) -> Self {
        match result {
            Ok(value) => Self::Known(value),
            Err(failure) => Self::Missing(failure.to_string().into()),
        }
    }
}
