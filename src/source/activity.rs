//! What the fetch layer is doing, for the status line and for the benchmarks.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::oci::Notice;

type Listener = Arc<dyn Fn(Notice) + Send + Sync>;

/// Counters and notices of everything that one process fetches.
#[derive(Clone, Default)]
pub struct Activity {
    counters: Arc<Counters>,
    listener: Option<Listener>,
}

#[derive(Default)]
struct Counters {
    requests: AtomicU64,
    bytes: AtomicU64,
    sent: AtomicU64,
    slowest: AtomicU64,
}

impl Activity {
    /// An activity whose notices go to `listener`.
    pub fn with_listener(listener: impl Fn(Notice) + Send + Sync + 'static) -> Self {
        Self { counters: Arc::default(), listener: Some(Arc::new(listener)) }
    }

    /// Counts one request sent, to a registry or to a token service.
    pub fn request_sent(&self) {
        self.counters.requests.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts bytes of bodies received.
    pub fn bytes_received(&self, bytes: u64) {
        self.counters.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Counts bytes of blobs and manifests sent.
    pub fn bytes_sent(&self, bytes: u64) {
        self.counters.sent.fetch_add(bytes, Ordering::Relaxed);
    }

    /// All bytes of blobs and manifests sent so far.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.counters.sent.load(Ordering::Relaxed)
    }

    /// Notes how long the answer to a request about a manifest took.
    pub fn manifest_took(&self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.counters.slowest.fetch_max(micros, Ordering::Relaxed);
    }

    /// The longest that a request about a manifest took so far.
    #[must_use]
    pub fn slowest(&self) -> Duration {
        Duration::from_micros(self.counters.slowest.load(Ordering::Relaxed))
    }

    /// Passes a notice on.
    pub fn notify(&self, notice: Notice) {
        if let Some(listener) = &self.listener {
            listener(notice);
        }
    }

    /// All requests sent so far.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.counters.requests.load(Ordering::Relaxed)
    }

    /// All body bytes received so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.counters.bytes.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for Activity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Activity").field("requests", &self.requests()).finish_non_exhaustive()
    }
}
