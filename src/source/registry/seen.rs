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

/// Manifests by repository and digest, and when they were seen: themselves, or in the list that a
/// tag held.
#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<HashMap<Key, Instant>>);

#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    path: String,
    /// The tag whose list names it; `None`: it was seen itself.
    listed: Option<String>,
    digest: Digest,
}

impl Seen {
    /// Notes manifests that are in a repository now; those of a list that a tag holds with the tag.
    pub(super) fn note<'a>(
        &self,
        path: &str,
        listed: Option<&str>,
        digests: impl Iterator<Item = &'a Digest>,
    ) {
        let mut seen = lock(&self.0);
        let now = Instant::now();
        for digest in digests {
            if seen.len() < MOST {
                seen.insert(key(path, listed, digest), now);
            }
        }
    }

    /// Whether a manifest was in a repository a moment ago, itself or in the list of this tag.
    pub(super) fn has(&self, path: &str, listed: Option<&str>, digest: &Digest) -> bool {
        let seen = lock(&self.0);
        seen.get(&key(path, listed, digest)).is_some_and(|when| when.elapsed() < FRESH)
    }
}

fn key(path: &str, listed: Option<&str>, digest: &Digest) -> Key {
    Key { path: path.to_owned(), listed: listed.map(str::to_owned), digest: digest.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_is_of_one_repository_and_of_a_moment() {
        let (one, other) = (Digest::sha256(b"1"), Digest::sha256(b"2"));
        let seen = Seen::default();
        seen.note("team/app", None, [&one].into_iter());
        assert!(seen.has("team/app", None, &one));
        assert!(!seen.has("team/app", None, &other) && !seen.has("team/other", None, &one));
        if let Some(before) = Instant::now().checked_sub(FRESH) {
            lock(&seen.0).insert(key("team/app", None, &other), before);
            assert!(!seen.has("team/app", None, &other), "a minute ago");
        }
    }

    #[test]
    fn what_a_list_names_was_not_seen_itself() {
        let one = Digest::sha256(b"1");
        let seen = Seen::default();
        seen.note("a", Some("latest"), [&one].into_iter());
        assert!(seen.has("a", Some("latest"), &one));
        assert!(!seen.has("a", None, &one) && !seen.has("a", Some("new"), &one));
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let seen = Seen::default();
        let many: Vec<Digest> =
            (0..MOST + 2).map(|n| Digest::sha256(n.to_string().as_bytes())).collect();
        seen.note("a", None, many.iter());
        assert_eq!(lock(&seen.0).len(), MOST);
        assert!(!seen.has("a", None, &many[MOST]));
    }
}
