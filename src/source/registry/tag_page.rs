//! The tags of a small repository, asked for once for all that is looked up among them.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::Registry;
use crate::oci::Repository;

/// For how long a page counts as what the repository has.
const FRESH: Duration = Duration::from_secs(10);

/// What one page of tags has told of a repository. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct TagPage {
    /// A tag that the repository has; a page without it is not whole. Pull-through caches list
    /// only what was pulled through them (distribution 3.0 while its upstream is down).
    witness: Option<String>,
    /// Locked while it is asked for, so that others wait for the answer.
    seen: Arc<Mutex<Option<Seen>>>,
}

#[derive(Debug)]
struct Seen {
    when: Instant,
    names: Option<Arc<HashSet<String>>>,
}

impl TagPage {
    /// A page that counts if this tag is on it.
    pub(super) fn with_witness(witness: Option<String>) -> Self {
        Self { witness, seen: Arc::default() }
    }

    /// Forgets the page: the next question is answered with what is true then.
    pub(super) async fn forget(&self) {
        *self.seen.lock().await = None;
    }

    /// All tags of the repository; `None` if one page does not have them all, or cannot be had: the
    /// tags themselves are asked for then.
    pub(super) async fn of(
        &self,
        registry: &Registry,
        repository: &Repository,
    ) -> Option<Arc<HashSet<String>>> {
        let mut seen = self.seen.lock().await;
        if let Some(seen) = seen.as_ref().filter(|seen| seen.when.elapsed() < FRESH) {
            return seen.names.clone();
        }
        let when = Instant::now();
        let names = registry.all_tags(repository).await;
        let is_whole =
            |names: &HashSet<String>| self.witness.as_ref().is_none_or(|it| names.contains(it));
        let names = names.map(HashSet::from_iter).filter(is_whole).map(Arc::new);
        *seen = Some(Seen { when, names: names.clone() });
        names
    }
}
