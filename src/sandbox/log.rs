//! What was asked of the registry.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use tokio::sync::watch;

/// One request, in the order of arrival.
#[derive(Debug, Clone)]
pub struct Record {
    /// The method.
    pub method: Method,
    /// The path, without the query.
    pub path: String,
    /// The query, as sent, without the question mark.
    pub query: Option<String>,
    /// All headers.
    pub headers: HeaderMap,
    /// When the request's head was in.
    pub began: Instant,
    /// The status of the answer; `None` as long as there is none. It stays so where the client
    /// went away first or the connection was cut.
    pub status: Option<u16>,
}

impl Record {
    /// A header's value, if it is there and plain text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// `GET /v2/team/app/tags/list?n=10 200`
impl std::fmt::Display for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)?;
        if let Some(query) = &self.query {
            write!(f, "?{query}")?;
        }
        match self.status {
            Some(status) => write!(f, " {status}"),
            None => write!(f, " -"),
        }
    }
}

/// The log of all requests. Clones share one log.
#[derive(Debug, Clone)]
pub struct Requests {
    state: Arc<Mutex<State>>,
    changed: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct State {
    records: Vec<Record>,
    /// Counts `clear`s, so that a request that began before does not touch what came after.
    generation: u64,
    in_flight: usize,
    max_in_flight: usize,
}

/// A request that has no answer yet.
#[derive(Debug)]
pub(super) struct Open {
    log: Requests,
    generation: u64,
    at: usize,
}

impl Requests {
    pub(super) fn new() -> Self {
        Self { state: Arc::default(), changed: watch::Sender::new(()) }
    }

    /// All requests since the start or the last [`clear`](Self::clear).
    #[must_use]
    pub fn all(&self) -> Vec<Record> {
        self.lock().records.clone()
    }

    /// How many there were.
    #[must_use]
    pub fn count(&self) -> usize {
        self.lock().records.len()
    }

    /// How many have no answer yet.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.lock().in_flight
    }

    /// The largest number of requests that were without an answer at the same time.
    #[must_use]
    pub fn max_in_flight(&self) -> usize {
        self.lock().max_in_flight
    }

    /// Forgets all requests. Those in flight still count as in flight.
    pub fn clear(&self) {
        {
            let mut state = self.lock();
            state.records.clear();
            state.generation += 1;
            state.max_in_flight = state.in_flight;
        }
        self.changed.send_replace(());
    }

    /// Waits until the log satisfies a condition; looks again whenever a request begins or ends.
    pub async fn wait_for(&self, mut condition: impl FnMut(&Self) -> bool) {
        let mut changes = self.changed.subscribe();
        loop {
            changes.mark_unchanged();
            if condition(self) {
                return;
            }
            if changes.changed().await.is_err() {
                return;
            }
        }
    }

    pub(super) fn open(&self, head: &Parts) -> Open {
        let open = {
            let mut state = self.lock();
            state.records.push(Record {
                method: head.method.clone(),
                path: head.uri.path().to_owned(),
                query: head.uri.query().map(str::to_owned),
                headers: head.headers.clone(),
                began: Instant::now(),
                status: None,
            });
            state.in_flight += 1;
            state.max_in_flight = state.max_in_flight.max(state.in_flight);
            Open {
                log: self.clone(),
                generation: state.generation,
                at: state.records.len().saturating_sub(1),
            }
        };
        self.changed.send_replace(());
        open
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// Notes the status of the answer.
    pub(super) fn answered(self, status: u16) {
        let mut state = self.log.lock();
        if state.generation == self.generation
            && let Some(record) = state.records.get_mut(self.at)
        {
            record.status = Some(status);
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        {
            let mut state = self.log.lock();
            state.in_flight = state.in_flight.saturating_sub(1);
        }
        self.log.changed.send_replace(());
    }
}
