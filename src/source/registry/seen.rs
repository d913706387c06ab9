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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_is_of_one_repository_and_of_a_moment() {
        let (one, other) = (Digest::sha256(b"1"), Digest::sha256(b"2"));
        let seen = Seen::default();
        seen.note("team/app", [&one].into_iter());
        assert!(seen.has("team/app", &one));
        assert!(!seen.has("team/app", &other) && !seen.has("team/other", &one));
        if let Some(before) = Instant::now().checked_sub(FRESH) {
            lock(&seen.0).insert(("team/app".to_owned(), other.clone()), before);
            assert!(!seen.has("team/app", &other), "a minute ago");
        }
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let seen = Seen::default();
        let many: Vec<Digest> =
            (0..MOST + 2).map(|n| Digest::sha256(n.to_string().as_bytes())).collect();
        seen.note("a", many.iter());
        assert_eq!(lock(&seen.0).len(), MOST);
        assert!(!seen.has("a", &many[MOST]));
    }
}
