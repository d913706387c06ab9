//! What the fetch layer is doing, for the status line and for the benchmarks.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::oci::{Class, Host};

/// Something that a user who waits should see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A request will be repeated after a while.
    Retrying {
        /// The host that is waited for.
        host: Host,
        /// Why: `RateLimited`, `Server`, `Unreachable` or `TimedOut`.
        class: Class,
        /// How long it waits.
        delay: Duration,
    },
}

impl Notice {
    /// What is waited for, in words.
    #[must_use]
    pub fn words(&self) -> String {
        let Self::Retrying { host, class, delay } = self;
        let seconds = delay.as_secs_f64().ceil();
        match class {
            Class::RateLimited => {
                format!("{host} asked to slow down; trying again in {seconds:.0} s")
            }
            class => format!("{host}: {}; trying again in {seconds:.0} s", class.title()),
        }
    }
}

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
