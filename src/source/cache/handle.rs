//! The cache as the fetch layer sees it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use tokio::task::JoinHandle;

use super::eviction::Ledger;
use super::files::{Folder, remove};
use super::key::{Key, KeyFile};
use super::store;
use crate::oci::{Digest, Host, Reference, Sent};
use crate::source::Hints;
use crate::source::workers::Workers;

/// Disks gain nothing from more reads at once than this.
const WORKERS: usize = 8;

/// A folder of content by digest. A clone is another handle on the same folder.
#[derive(Debug, Clone)]
pub struct Cache(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    folder: Folder,
    cap: u64,
    key_file: Option<KeyFile>,
    /// Read when it is needed first.
    key: OnceLock<Option<Key>>,
    ledger: Ledger,
    workers: Workers,
    sweep: Mutex<Option<JoinHandle<()>>>,
}

/// What the cache holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// The folder.
    pub dir: PathBuf,
    /// How many files the cache made there.
    pub files: u64,
    /// How many bytes they have.
    pub bytes: u64,
    /// The most bytes it may hold.
    pub cap: u64,
}

/// What was removed from the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cleared {
    /// How many files.
    pub files: u64,
    /// How many bytes they had.
    pub bytes: u64,
}

impl Cache {
    /// A cache in `dir` of at most `cap` bytes. Does nothing with the disk before the first use;
    /// the folder is made, for the user alone, by the first write. It keeps nothing of layers.
    #[must_use]
    pub fn open(dir: PathBuf, cap: u64) -> Self {
        Self::with_key(dir, cap, None)
    }

    /// The same, which keeps what was found out about layers too: content is proved by its digest,
    /// a listing is proved by this key.
    #[must_use]
    pub fn with_key(dir: PathBuf, cap: u64, key_file: Option<KeyFile>) -> Self {
        Self(Arc::new(Inner {
            folder: Folder(dir),
            cap,
            key_file,
            key: OnceLock::new(),
            ledger: Ledger::new(cap),
            workers: Workers::new(WORKERS),
            sweep: Mutex::default(),
        }))
    }

    /// The content with this digest, verified. A file that was altered is removed and counts as a
    /// miss.
    pub async fn get(&self, digest: &Digest) -> Option<Bytes> {
        let digest = digest.clone();
        self.run(move |inner| store::read(&inner.folder, &digest, inner.largest())).await?
    }

    /// Stores content, unless it does not match the digest or is larger than an eighth of the
    /// cap. Where the cap is exceeded by it, older content is removed in the background.
    pub async fn put(&self, digest: &Digest, bytes: &Bytes) {
        if bytes.len() as u64 > self.0.largest() {
            return;
        }
        let (digest, bytes) = (digest.clone(), bytes.clone());
        let written = self.run(move |inner| store::write(&inner.folder, &digest, &bytes)).await;
        self.wrote(written);
    }

    /// What was kept of the layer with this digest by [`put_listing`](Self::put_listing), with
    /// proof that it was.
    pub(crate) async fn listing(&self, layer: &Digest) -> Option<Bytes> {
        let layer = layer.clone();
        self.run(move |inner| inner.read_listing(&layer)).await?
    }

    /// Keeps what was found out about a layer whose every byte was verified.
    pub(crate) async fn put_listing(&self, layer: &Digest, listing: Bytes) {
        let layer = layer.clone();
        let written = self.run(move |inner| inner.write_listing(&layer, &listing)).await.flatten();
        self.wrote(written);
    }

    /// [`listing`](Self::listing), for threads that may wait for the disk.
    pub(in crate::source) fn listing_now(&self, name: &Digest) -> Option<Bytes> {
        self.0.read_listing(name)
    }

    /// [`put_listing`](Self::put_listing), for threads that may wait for the disk.
    pub(in crate::source) fn put_listing_now(&self, name: &Digest, listing: &[u8]) {
        let inner = &self.0;
        if inner.write_listing(name, listing).is_some_and(|written| inner.ledger.wrote(written)) {
            inner.ledger.sweep(&inner.folder);
        }
    }

    /// What a tag pointed at when last seen, and the type with which that was sent. Only a hint: the
    /// tag may have moved since. `None` too for a reference without a tag.
    pub async fn known_tag(&self, reference: &Reference) -> Option<(Digest, Sent)> {
        let reference = reference.clone();
        self.run(move |inner| store::read_tag(&inner.folder, &reference)).await?
    }

    /// When what [`known_tag`](Self::known_tag) tells was last noted.
    pub async fn tag_seen(&self, reference: &Reference) -> Option<SystemTime> {
        let reference = reference.clone();
        self.run(move |inner| store::tag_seen(&inner.folder, &reference)).await?
    }

    /// Notes what a tag points at now, and the type with which that was sent.
    pub async fn remember_tag(&self, reference: &Reference, digest: &Digest, sent: &Sent) {
        let (reference, digest, sent) = (reference.clone(), digest.clone(), sent.clone());
        let written = self
            .run(move |inner| store::write_tag(&inner.folder, &reference, &digest, &sent))
            .await;
        self.wrote(written);
    }

    /// The hints about a host.
    pub(crate) async fn hints(&self, host: &Host) -> Option<Hints> {
        let host = host.clone();
        self.run(move |inner| store::read_hints(&inner.folder, &host)).await?
    }

    /// Keeps the hints about a host.
    pub(crate) async fn remember_hints(&self, host: &Host, hints: &Hints) {
        let (host, hints) = (host.clone(), hints.clone());
        let written = self.run(move |inner| store::write_hints(&inner.folder, &host, &hints)).await;
        self.wrote(written);
    }

    /// What the cache holds, after removals that are under way.
    pub async fn info(&self) -> Info {
        self.swept().await;
        let owned = self.run(|inner| inner.folder.owned()).await.unwrap_or_default();
        Info {
            dir: self.0.folder.0.clone(),
            files: owned.len() as u64,
            bytes: owned.iter().fold(0, |sum, file| sum.saturating_add(file.size)),
            cap: self.0.cap,
        }
    }

    /// Removes everything that the cache made. Foreign files in the folder stay, and symbolic
    /// links are not followed.
    pub async fn clear(&self) -> Cleared {
        self.swept().await;
        let cleared = self.run(|inner| {
            let mut cleared = Cleared { files: 0, bytes: 0 };
            for file in inner.folder.owned() {
                if remove(&file.path) {
                    cleared.files += 1;
                    cleared.bytes = cleared.bytes.saturating_add(file.size);
                }
            }
            inner.folder.remove_empty_folders();
            cleared
        });
        cleared.await.unwrap_or(Cleared { files: 0, bytes: 0 })
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> T + Send + 'static,
    ) -> Option<T> {
        let inner = Arc::clone(&self.0);
        self.0.workers.run(move |_| work(&inner)).await
    }

    fn wrote(&self, bytes: Option<u64>) {
        if self.0.ledger.wrote(bytes.unwrap_or_default()) {
            let inner = Arc::clone(&self.0);
            let sweep = tokio::task::spawn_blocking(move || inner.ledger.sweep(&inner.folder));
            *self.0.sweep.lock().unwrap_or_else(PoisonError::into_inner) = Some(sweep);
        }
    }

    async fn swept(&self) {
        let sweep = self.0.sweep.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(sweep) = sweep {
            // It breaks off only if the runtime ends.
            let _ = sweep.await;
        }
    }
}

impl Inner {
    /// The key that proves what is kept of layers, if there is one.
    fn key(&self) -> Option<&Key> {
        self.key.get_or_init(|| self.key_file.as_ref()?.load()).as_ref()
    }

    /// What was kept under this digest with [`write_listing`](Self::write_listing).
    fn read_listing(&self, name: &Digest) -> Option<Bytes> {
        store::read_listing(&self.folder, name, self.largest(), self.key()?)
    }

    /// Keeps a listing with proof that platy did, unless it is too large; the bytes that were written.
    fn write_listing(&self, name: &Digest, listing: &[u8]) -> Option<u64> {
        let fits = listing.len() as u64 <= self.largest();
        let key = fits.then(|| self.key())??;
        Some(store::write_listing(&self.folder, name, listing, key))
    }

    /// The largest content that is stored.
    fn largest(&self) -> u64 {
        self.cap / 8
    }
}
