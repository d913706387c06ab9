//! What a registry was seen to hold a moment ago: a push need not ask for it again.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use crate::oci::Digest;
use crate::source::http::lock;

/// For how long what was seen counts as being there: registries clean up.
const FRESH: Duration = Duration::from_secs(60);
/// The most manifests of one registry; what is over is asked for.
const MOST: usize = 20_000;

/// Manifests by repository and digest, and when they were seen.
#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<HashMap<(String, Digest), Instant>>);

impl Seen {
    /// Notes manifests that are in a repository now.
    pub(super) fn note<'a>(&self, path: &str, digests: impl Iterator<Item = &'a Digest>) {
        let mut seen = lock(&self.0);
        let now = Instant::now();
        for digest in digests {
            if seen.len() < MOST {
                seen.insert((path.to_owned(), digest.clone()), now);
            }
        }
    }

    /// Whether a manifest was in a repository a moment ago.
    pub(super) fn has(&self, path: &str, digest: &Digest) -> bool {
        let seen = lock(&self.0);
        seen.get(&(path.to_owned(), digest.clone())).is_some_and(|when| when.elapsed() < FRESH)
    }
}
