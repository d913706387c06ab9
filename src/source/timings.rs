//! What each request took, for `--timings` and the explorer's page of requests.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::oci::Exchange;

/// The most requests that are kept; of more, it is said how many.
const MOST: usize = 10_000;

/// Keeps what requests took. Clones keep in the same place; the default keeps nothing.
#[derive(Debug, Clone, Default)]
pub struct Timings(Option<Arc<Mutex<Kept>>>);

#[derive(Debug)]
struct Kept {
    began: Instant,
    exchanges: Vec<Exchange>,
    left_out: usize,
}

impl Timings {
    /// Timings that are kept from now on.
    #[must_use]
    pub fn kept() -> Self {
        let kept = Kept { began: Instant::now(), exchanges: Vec::new(), left_out: 0 };
        Self(Some(Arc::new(Mutex::new(kept))))
    }

    /// Whether anything is kept.
    #[must_use]
    pub fn are_kept(&self) -> bool {
        self.0.is_some()
    }

    /// All requests that came to an end so far, in the order in which they were sent, and how many
    /// more there were than are kept.
    #[must_use]
    pub fn exchanges(&self) -> (Vec<Exchange>, usize) {
        let Some(kept) = &self.0 else { return (Vec::new(), 0) };
        let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        let mut exchanges = kept.exchanges.clone();
        exchanges.sort_by_key(|it| it.at);
        (exchanges, kept.left_out)
    }

    /// How long after the start a moment was.
    pub(super) fn since_start(&self, moment: Instant) -> Duration {
        let Some(kept) = &self.0 else { return Duration::ZERO };
        let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        moment.saturating_duration_since(kept.began)
    }

    pub(super) fn keep(&self, exchange: Exchange) {
        let Some(kept) = &self.0 else { return };
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.exchanges.len() < MOST {
            kept.exchanges.push(exchange);
        } else {
            kept.left_out += 1;
        }
    }
}
