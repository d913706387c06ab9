//! How many large documents are read at once.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What is larger than this waits for its turn.
pub(super) const LARGE: usize = 1 << 20;
/// How many documents larger than that are read, and looked into, at once.
const LARGE_AT_ONCE: usize = 2;

/// Leave to read large documents: 32 of 8 MiB at once would be more than a small machine has.
#[derive(Clone)]
pub(in crate::source) struct Large(Arc<Semaphore>);

impl Large {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(LARGE_AT_ONCE)))
    }

    /// Leave, unless others have it: who is refused lets go of what comes, and asks anew in turn. One
    /// that waited would keep its connection's window from the others, and its host's permit.
    pub(super) fn at_once(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0).try_acquire_owned().ok()
    }

    /// Waits until another large document may be read.
    pub(super) async fn acquire(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0).acquire_owned().await.ok()
    }
}
