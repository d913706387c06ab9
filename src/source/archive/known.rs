//! What was found out about an archive before, in the cache: the digests of its files that no name
//! tells. Finding them out takes a pass over all bytes of the archive; content is checked against
//! them whenever it is read.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::stamp::Stamp;
use crate::oci::Digest;
use crate::source::Cache;

/// Raised with every change of what is kept.
const VERSION: u32 = 1;
/// A file that was written so short a time ago may be written again without another time.
const LEAST_AGE: Duration = Duration::from_secs(2);

/// What is kept of one archive as it is now.
#[derive(Debug, Clone)]
pub(super) struct Known {
    cache: Cache,
    name: Digest,
    modified: SystemTime,
}

impl Known {
    /// Of the archive at this path. `None` where a changed file could not be told from this one.
    pub(super) fn of(cache: &Cache, path: &Path, stamp: &Stamp) -> Option<Self> {
        let path = path.canonicalize().ok()?;
        let name = format!("an archive {VERSION}\n{}\n{}", stamp.words()?, path.display());
        let (cache, name) = (cache.clone(), Digest::sha256(name.as_bytes()));
        Some(Self { cache, name, modified: stamp.modified? })
    }

    /// Digests by the names of files; nothing without proof that platy kept them.
    pub(super) fn digests(&self) -> HashMap<String, Digest> {
        let kept = self.cache.listing_now(&self.name);
        let read: Option<HashMap<String, String>> =
            kept.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let all = read.into_iter().flatten();
        all.filter_map(|(file, digest)| Some((file, digest.parse().ok()?))).collect()
    }

    /// Keeps them.
    pub(super) fn keep(&self, digests: &HashMap<String, Digest>) {
        let is_old = self.modified.elapsed().is_ok_and(|age| age >= LEAST_AGE);
        let texts: HashMap<&str, &str> =
            digests.iter().map(|(file, digest)| (file.as_str(), digest.as_str())).collect();
        if let (true, Ok(bytes)) = (is_old, serde_json::to_vec(&texts)) {
            self.cache.put_listing_now(&self.name, &bytes);
        }
    }
}
