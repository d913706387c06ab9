//! What the fetch layer is doing, for the status line and for the benchmarks.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::oci::{Host, Notice, Quota};

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
    width: AtomicUsize,
    quotas: Mutex<BTreeMap<String, Quota>>,
    /// The hosts whose answers are waited for, since when, by the order in which they were asked.
    awaited: Mutex<BTreeMap<u64, (Host, Instant)>>,
}

/// As long as it lives, an answer of a host is waited for.
#[must_use]
#[derive(Debug)]
pub struct Awaited {
    activity: Activity,
    number: u64,
}

impl Drop for Awaited {
    fn drop(&mut self) {
        self.activity.awaited().remove(&self.number);
    }
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

    /// Notes how many requests may be under way to a host.
    pub fn note_width(&self, width: usize) {
        self.counters.width.fetch_max(width, Ordering::Relaxed);
    }

    /// The most requests that could be under way to one host so far; 0 before the first answer.
    #[must_use]
    pub fn width(&self) -> usize {
        self.counters.width.load(Ordering::Relaxed)
    }

    /// Notes that an answer of a host is waited for.
    pub fn awaits(&self, host: &Host) -> Awaited {
        let mut awaited = self.awaited();
        let number = awaited.last_key_value().map_or(0, |(last, _)| last + 1);
        awaited.insert(number, (host.clone(), Instant::now()));
        drop(awaited);
        Awaited { activity: self.clone(), number }
    }

    /// The host whose answer is waited for longest, and for how long.
    #[must_use]
    pub fn longest_awaited(&self) -> Option<(Host, Duration)> {
        let awaited = self.awaited();
        let (host, since) = awaited.values().min_by_key(|(_, since)| *since)?;
        Some((host.clone(), since.elapsed()))
    }

    fn awaited(&self) -> MutexGuard<'_, BTreeMap<u64, (Host, Instant)>> {
        self.counters.awaited.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what is left of a host's limit.
    pub fn note_quota(&self, host: &Host, quota: Quota) {
        let mut quotas = self.counters.quotas.lock().unwrap_or_else(PoisonError::into_inner);
        quotas.insert(host.to_string(), quota);
    }

    /// What is left of the limits of hosts, as each said last.
    #[must_use]
    pub fn quotas(&self) -> Vec<(String, Quota)> {
        let quotas = self.counters.quotas.lock().unwrap_or_else(PoisonError::into_inner);
        quotas.iter().map(|(host, quota)| (host.clone(), *quota)).collect()
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
