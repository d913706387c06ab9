//! What opens a registry.

use std::sync::Arc;

use reqwest::header::HeaderValue;
use tokio::time::Instant;

use super::keychain::Found;

/// What goes into `Authorization`, and where it is from.
#[derive(Debug, Clone)]
pub(in crate::source) struct Pass {
    /// `None` if the registry wants a password and there is none.
    pub(in crate::source) authorization: Option<HeaderValue>,
    pub(super) found: Arc<Found>,
    /// Which of those that the gate gave out.
    pub(super) number: u64,
    /// From when on it is not used any more.
    pub(super) expires: Option<Instant>,
}

impl Pass {
    /// Whether it still holds.
    pub(super) fn is_good(&self) -> bool {
        self.expires.is_none_or(|expires| Instant::now() < expires)
    }
}

#[cfg(test)]
impl Pass {
    /// One with this header.
    pub(in crate::source) fn of_header(authorization: Option<HeaderValue>) -> Self {
        Self { authorization, found: Arc::default(), number: 0, expires: None }
    }
}
