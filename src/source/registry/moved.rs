//! Where blobs were redirected to, kept for a moment: the next part of one is asked for there.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use crate::source::http::{Answer, lock};

/// The longest that an address is kept: they are signed for minutes, and blobs go.
const LONGEST: Duration = Duration::from_secs(60);
/// The most addresses of one registry; what is over goes first, all at once.
const MOST: usize = 1024;

/// The addresses of blobs, each for that blob only, and until when.
#[derive(Debug, Default)]
pub(super) struct Moved(Mutex<HashMap<String, (Url, Instant)>>);

impl Moved {
    /// Where a blob was, by its path on the registry.
    pub(super) fn of(&self, target: &str) -> Option<Url> {
        let kept = lock(&self.0);
        let (url, until) = kept.get(target)?;
        (Instant::now() < *until).then(|| url.clone())
    }

    /// Keeps where a blob was, for as long as those who sent the request there allow.
    pub(super) fn keep(&self, target: &str, answer: &Answer) {
        let lasts = answer.redirect_lasts.min(LONGEST);
        if lasts.is_zero() {
            return;
        }
        let mut kept = lock(&self.0);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(target.to_owned(), (answer.url.clone(), Instant::now() + lasts));
    }

    /// The blob is not there any more.
    pub(super) fn forget(&self, target: &str) {
        lock(&self.0).remove(target);
    }
}
