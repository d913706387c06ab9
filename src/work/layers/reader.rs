//! Reads the layers of one opened location.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{Mutex, Semaphore};

use super::pump::no_archive;
use super::{Progress, keep};
use crate::model::files::{Limits, Listing, Problem, Room};
use crate::oci::{Descriptor, Digest, Failure, Location};
use crate::source::{Cache, Source, Workers};

/// Layers that are unpacked at once.
const WORKERS: usize = 4;
/// What may have come of layers that are opened and wait until they are unpacked, in MiB. So that
/// small ones do not wait for each other's first bytes, each counts as what it may bring.
const AHEAD: u32 = 32;

/// Reads layers of one source. Clones share the threads that unpack.
#[derive(Clone)]
pub struct Reader {
    pub(super) source: Arc<dyn Source>,
    pub(super) cache: Option<Cache>,
    pub(super) limits: Limits,
    pub(super) room: Room,
    turn: Arc<Mutex<()>>,
    /// One listing is packed at a time: what comes of it is large.
    packing: Arc<Mutex<()>>,
    /// What layers may be opened.
    pub(super) ahead: Arc<Semaphore>,
    pub(super) workers: Workers,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("location", self.source.location()).finish_non_exhaustive()
    }
}

impl Reader {
    /// A reader of this source's layers that keeps listings in the cache
    /// ([`Sources::cache`](crate::source::Sources::cache)).
    #[must_use]
    pub fn new(source: Arc<dyn Source>, cache: Option<Cache>) -> Self {
        // That what a store unpacked is the layer of that digest is the store's word alone.
        let cache = cache.filter(|_| !matches!(source.location(), Location::Store { .. }));
        Self {
            source,
            cache,
            limits: Limits::default(),
            room: Room::default(),
            turn: Arc::default(),
            packing: Arc::default(),
            ahead: Arc::new(Semaphore::new(AHEAD as usize)),
            workers: Workers::new(WORKERS),
        }
    }

    /// Where it reads from.
    #[must_use]
    pub fn source(&self) -> &dyn Source {
        self.source.as_ref()
    }

    /// The same with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The same with listings that take their memory of the same room as another reader's.
    #[must_use]
    pub fn beside(mut self, other: &Self) -> Self {
        self.room = other.room.clone();
        self.turn = Arc::clone(&other.turn);
        self.packing = Arc::clone(&other.packing);
        self
    }

    /// The turn of who holds all files of an image and needs none of another image: such work takes
    /// the room one after the other. The turn ends when it is dropped.
    pub async fn turn(&self) -> impl Drop + Send + use<> {
        Arc::clone(&self.turn).lock_owned().await
    }

    /// What a layer holds, with the checksums of its files: from the cache, else from its table of
    /// contents, else by streaming all of it. What was read whole is kept in the cache.
    ///
    /// # Errors
    /// As [`Reader::walk`]'s.
    pub async fn listing(
        &self,
        layer: &Descriptor,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Arc<Listing>, Failure> {
        if let Some(listing) = self.kept(layer).await {
            return Ok(Arc::new(listing));
        }
        let listing = match self.table(layer).await? {
            Some(Ok(table)) => table.listing,
            Some(Err(problem)) => {
                let mut listing = self.streamed(layer, progress).await?;
                listing.report(Problem::NoTable { problem });
                listing
            }
            None => self.streamed(layer, progress).await?,
        };
        let listing = Arc::new(listing);
        self.keep(layer, &listing).await;
        Ok(listing)
    }

    async fn streamed(
        &self,
        layer: &Descriptor,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Listing, Failure> {
        Ok(self.stream(layer, (), true, progress).await?.listing)
    }

    /// The listing that the cache holds of a layer; nothing is sent.
    pub async fn kept(&self, layer: &Descriptor) -> Option<Listing> {
        if no_archive(layer).is_some() {
            return None;
        }
        let packed = self.cache.as_ref()?.listing(&layer.digest).await?;
        let room = self.room.clone();
        self.workers.run(move |_| keep::unpack(&packed, &room)).await?
    }

    /// What the cache holds under this name, made by `read` on a thread of its own.
    pub(crate) async fn kept_as<T: Send + 'static>(
        &self,
        name: &Digest,
        read: impl FnOnce(&[u8]) -> Option<T> + Send + 'static,
    ) -> Option<T> {
        let packed = self.cache.as_ref()?.listing(name).await?;
        self.workers.run(move |_| read(&packed)).await?
    }

    /// Keeps what `pack` makes under this name, beside the listings; nothing without a cache.
    pub(crate) async fn keep_as(
        &self,
        name: &Digest,
        pack: impl FnOnce() -> Option<Bytes> + Send + 'static,
    ) {
        let Some(cache) = &self.cache else { return };
        if let Some(packed) = self.workers.run(move |_| pack()).await.flatten() {
            cache.put_listing(name, packed).await;
        }
    }

    async fn keep(&self, layer: &Descriptor, listing: &Arc<Listing>) {
        let Some(cache) = &self.cache else { return };
        let listing = Arc::clone(listing);
        let _one = self.packing.lock().await;
        let packed = self.workers.run(move |_| keep::pack(&listing)).await.flatten();
        if let Some(packed) = packed {
            cache.put_listing(&layer.digest, packed).await;
        }
    }
}
