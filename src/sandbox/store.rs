//! The content, in memory.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use indexmap::IndexMap;
use serde_json::Value;

use super::referrer::write_fallback_tags;
use crate::oci::{Descriptor, Digest, MediaType};

/// All repositories of a registry. Clones share one content.
///
/// Nothing is checked here: content may be put under a digest that is not its own, and what a
/// manifest references may be missing. The HTTP side checks what clients push.
#[derive(Debug, Clone, Default)]
pub struct Store {
    repositories: Arc<Mutex<BTreeMap<String, Content>>>,
}

/// What one repository holds.
#[derive(Debug, Clone, Default)]
pub(super) struct Content {
    pub(super) manifests: IndexMap<Digest, Stored>,
    pub(super) tags: BTreeMap<String, Digest>,
    pub(super) blobs: HashMap<Digest, Bytes>,
}

/// A manifest as it was pushed.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) bytes: Bytes,
    pub(super) media_type: String,
    /// The digest in its `subject`.
    pub(super) subject: Option<Digest>,
}

/// One repository of a [`Store`], to fill and to look into. It exists for clients as soon as it
/// holds something.
#[derive(Debug, Clone)]
pub struct RepositoryStore {
    store: Store,
    name: String,
}

impl Store {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// The repository with this name, such as `team/app`.
    #[must_use]
    pub fn repository(&self, name: &str) -> RepositoryStore {
        RepositoryStore { store: self.clone(), name: name.to_owned() }
    }

    /// The names of all repositories, in order.
    #[must_use]
    pub fn repositories(&self) -> Vec<String> {
        self.lock().keys().cloned().collect()
    }

    /// Looks into a repository; `None` if it does not exist.
    pub(super) fn read<T>(&self, name: &str, look: impl FnOnce(&Content) -> T) -> Option<T> {
        self.lock().get(name).map(look)
    }

    /// Changes a repository, which is made if it does not exist.
    pub(super) fn write<T>(&self, name: &str, change: impl FnOnce(&mut Content) -> T) -> T {
        change(self.lock().entry(name.to_owned()).or_default())
    }

    /// Adds the repositories of another store, which replace those of the same name. Their bytes
    /// are shared.
    pub(super) fn take_in(&self, other: &Self) {
        let repositories = other.lock().clone();
        self.lock().extend(repositories);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Content>> {
        self.repositories.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stored {
    pub(super) fn new(media_type: &str, bytes: Bytes) -> Self {
        // Most manifests have no subject, and parsing each would make a large registry slow to
        // fill.
        let subject = mentions_subject(&bytes)
            .then(|| serde_json::from_slice::<Value>(&bytes).ok())
            .flatten()
            .and_then(|value| value.get("subject")?.get("digest")?.as_str()?.parse().ok());
        Self { bytes, media_type: media_type.to_owned(), subject }
    }
}

fn mentions_subject(bytes: &[u8]) -> bool {
    const KEY: &[u8] = b"\"subject\"";
    bytes.windows(KEY.len()).any(|window| window == KEY)
}

impl Content {
    /// The digest that a tag or a digest stands for, if there is such a manifest.
    pub(super) fn resolve(&self, reference: &str) -> Option<Digest> {
        match reference.parse::<Digest>() {
            Ok(digest) => self.manifests.contains_key(&digest).then_some(digest),
            Err(_) => self.tags.get(reference).cloned(),
        }
    }

    /// Removes a manifest and the tags that point to it; false if it was not there.
    pub(super) fn remove_manifest(&mut self, digest: &Digest) -> bool {
        self.tags.retain(|_, tagged| tagged != digest);
        self.manifests.shift_remove(digest).is_some()
    }
}

impl RepositoryStore {
    /// The repository's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Keeps a blob under its sha256 digest.
    pub fn put_blob(&self, bytes: impl Into<Bytes>) -> Digest {
        let bytes = bytes.into();
        let digest = Digest::sha256(&bytes);
        self.put_blob_as(&digest, bytes);
        digest
    }

    /// Keeps a blob under this digest, be it right or wrong.
    pub fn put_blob_as(&self, digest: &Digest, bytes: impl Into<Bytes>) {
        let bytes = bytes.into();
        self.store.write(&self.name, |content| content.blobs.insert(digest.clone(), bytes));
    }

    /// Keeps a manifest under its sha256 digest; the descriptor has its type, digest and size.
    pub fn put_manifest(&self, media_type: &str, bytes: impl Into<Bytes>) -> Descriptor {
        let bytes = bytes.into();
        let digest = Digest::sha256(&bytes);
        self.put_manifest_as(&digest, media_type, bytes)
    }

    /// Keeps a manifest under this digest, be it right or wrong.
    pub fn put_manifest_as(
        &self,
        digest: &Digest,
        media_type: &str,
        bytes: impl Into<Bytes>,
    ) -> Descriptor {
        let bytes = bytes.into();
        let size = bytes.len() as u64;
        let stored = Stored::new(media_type, bytes);
        self.store.write(&self.name, |content| content.manifests.insert(digest.clone(), stored));
        Descriptor::new(MediaType::parse(media_type), digest.clone(), size)
    }

    /// Points a tag to a digest, be there such a manifest or not.
    pub fn tag(&self, tag: &str, digest: &Digest) {
        let digest = digest.clone();
        self.store.write(&self.name, |content| content.tags.insert(tag.to_owned(), digest));
    }

    /// Removes a blob; false if it was not there.
    pub fn remove_blob(&self, digest: &Digest) -> bool {
        self.store.write(&self.name, |content| content.blobs.remove(digest).is_some())
    }

    /// Removes a manifest and the tags that point to it; false if it was not there.
    pub fn remove_manifest(&self, digest: &Digest) -> bool {
        self.store.write(&self.name, |content| content.remove_manifest(digest))
    }

    /// Removes a tag; false if it was not there.
    pub fn remove_tag(&self, tag: &str) -> bool {
        self.store.write(&self.name, |content| content.tags.remove(tag).is_some())
    }

    /// Writes the fallback tags of all manifests that have a `subject`, as clients do where there
    /// is no referrers API: an index under `sha256-<hex>` for each subject.
    pub fn write_fallback_tags(&self) {
        self.store.write(&self.name, write_fallback_tags);
    }

    /// All tags, in order.
    #[must_use]
    pub fn tags(&self) -> Vec<String> {
        self.store
            .read(&self.name, |content| content.tags.keys().cloned().collect())
            .unwrap_or_default()
    }

    /// The digest that a tag or digest stands for, if the repository has such a manifest.
    #[must_use]
    pub fn resolve(&self, reference: &str) -> Option<Digest> {
        self.store.read(&self.name, |content| content.resolve(reference)).flatten()
    }

    /// The bytes of a manifest, by tag or digest.
    #[must_use]
    pub fn manifest(&self, reference: &str) -> Option<Bytes> {
        self.store
            .read(&self.name, |content| {
                let digest = content.resolve(reference)?;
                content.manifests.get(&digest).map(|stored| stored.bytes.clone())
            })
            .flatten()
    }

    /// The bytes of a blob.
    #[must_use]
    pub fn blob(&self, digest: &Digest) -> Option<Bytes> {
        self.store.read(&self.name, |content| content.blobs.get(digest).cloned()).flatten()
    }
}
