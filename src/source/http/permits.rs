//! How many requests may be under way to one host.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::lock;

/// Leave to do something on a host, given back when it is dropped.
pub(in crate::source) type Permit = Option<Held>;

/// What an answer may take longer than twice the fastest of its host before more requests at once
/// gain nothing: then they wait for each other.
const SLACK: Duration = Duration::from_millis(10);

/// How many requests a connection carries at least that carries many: servers of HTTP/2 are told to
/// take no fewer (RFC 9113, 6.5.2).
const CARRIED: usize = 100;

/// A number of permits for each host. A permit lives as long as its request and the body of its
/// answer; dropping either gives it back.
///
/// The number follows what the host takes: if a connection carries many requests (HTTP/2), as many
/// as those carry begin at the first answer, and each further one that was no slower for it lets one
/// more begin, as long as half of those allowed are used; an answer that asks for less halves it.
pub(super) struct Permits {
    each: usize,
    hosts: Mutex<HashMap<String, Arc<Pace>>>,
}

/// The permits of one host.
#[derive(Debug)]
struct Pace {
    /// How many there are at first, and are reached again after a halving.
    first: usize,
    semaphore: Arc<Semaphore>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// How many may be under way.
    limit: usize,
    /// How many permits there are: more than the limit until those that are held come back.
    there: usize,
    /// The shortest time to an answer.
    fastest: Duration,
    /// Whether a connection was seen to carry many requests.
    many: bool,
    /// When the limit was halved last: what was sent before was not sent in vain.
    halved: Option<Instant>,
}

/// A permit.
#[derive(Debug)]
pub(in crate::source) struct Held {
    permit: Option<OwnedSemaphorePermit>,
    pace: Arc<Pace>,
}

impl Permits {
    pub(super) fn new(each: usize) -> Self {
        Self { each: each.max(1), hosts: Mutex::default() }
    }

    /// Waits for a permit of this host. `None` cannot happen: the semaphores are never closed.
    pub(super) async fn acquire(&self, authority: &str) -> Permit {
        let pace = {
            let mut hosts = lock(&self.hosts);
            let pace = hosts.entry(authority.to_owned()).or_insert_with(|| Pace::new(self.each));
            Arc::clone(pace)
        };
        let permit = Arc::clone(&pace.semaphore).acquire_owned().await.ok()?;
        Some(Held { permit: Some(permit), pace })
    }
}

impl Pace {
    fn new(first: usize) -> Arc<Self> {
        let fastest = Duration::MAX;
        let state = State { limit: first, there: first, fastest, many: false, halved: None };
        let semaphore = Arc::new(Semaphore::new(first));
        Arc::new(Self { first, semaphore, state: Mutex::new(state) })
    }
}

impl Held {
    /// Notes an answer: when its request was sent, how long it took, and how many requests may
    /// ever be under way to its host. How many may be from now on.
    pub(super) fn answered(&self, sent: Instant, took: Duration, most: usize) -> usize {
        let mut state = lock(&self.pace.state);
        state.fastest = state.fastest.min(took);
        let is_slower = took > state.fastest.saturating_mul(2) + SLACK;
        let recovers = state.limit < self.pace.first && state.halved.is_none_or(|at| sent > at);
        let is_used = self.pace.semaphore.available_permits() * 2 <= state.there;
        let widens = state.limit < most && !is_slower && is_used;
        let carries_many = most > self.pace.first;
        if carries_many && !std::mem::replace(&mut state.many, true) && state.halved.is_none() {
            state.limit = state.limit.max(most.min(CARRIED));
        } else if recovers || widens {
            state.limit += 1;
        }
        let lacking = state.limit.saturating_sub(state.there);
        state.there += lacking;
        self.pace.semaphore.add_permits(lacking);
        state.limit
    }

    /// Notes that the host asks for less: too many requests, or more than it can serve.
    pub(super) fn refused(&self, sent: Instant) {
        let mut state = lock(&self.pace.state);
        if state.halved.is_none_or(|at| sent > at) {
            state.limit = (state.limit / 2).max(1);
            state.halved = Some(Instant::now());
            // Those that are held go when they come back.
            let surplus = state.there.saturating_sub(state.limit);
            state.there -= self.pace.semaphore.forget_permits(surplus);
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut state = lock(&self.pace.state);
        if state.there > state.limit
            && let Some(permit) = self.permit.take()
        {
            permit.forget();
            state.there -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = "registry.example";

    /// All permits that are free.
    async fn all(permits: &Permits) -> Vec<Held> {
        let mut held = vec![permits.acquire(HOST).await.unwrap()];
        let pace = Arc::clone(&held[0].pace);
        while pace.semaphore.available_permits() > 0 {
            held.push(permits.acquire(HOST).await.unwrap());
        }
        held
    }

    /// A round of as many requests as may be under way, which all take so long.
    async fn round(permits: &Permits, took: u64, most: usize) -> usize {
        let held = all(permits).await;
        let sent = Instant::now();
        for permit in &held {
            permit.answered(sent, Duration::from_millis(took), most);
        }
        held.len()
    }

    #[tokio::test]
    async fn more_are_under_way_as_long_as_none_is_slower_for_it() {
        let permits = Permits::new(4);
        let mut rounds = Vec::new();
        for took in [100, 100, 400, 400, 120, 100] {
            rounds.push(round(&permits, took, 320).await);
        }
        assert_eq!(rounds, [4, CARRIED, 200, 200, 200, 320]);
        let narrow = Permits::new(4);
        assert_eq!([round(&narrow, 100, 40).await, round(&narrow, 100, 40).await], [4, 40]);
        // Where a connection carries one request at a time the number stays.
        let plain = Permits::new(4);
        assert_eq!([round(&plain, 100, 4).await, round(&plain, 100, 4).await], [4, 4]);
        // One that is used by few is not widened.
        let few = Permits::new(4);
        for _ in 0..9 {
            let one = few.acquire(HOST).await.unwrap();
            one.answered(Instant::now(), Duration::from_millis(1), 400);
        }
        assert_eq!(all(&few).await.len(), CARRIED);
    }

    #[tokio::test]
    async fn a_host_that_asks_for_less_gets_half_and_later_more_again() {
        let permits = Permits::new(16);
        let held = all(&permits).await;
        let sent = Instant::now();
        // All that were under way are refused together, and halve it once.
        for permit in &held {
            permit.refused(sent);
        }
        drop(held);
        let held = all(&permits).await;
        assert_eq!(held.len(), 8);
        held[0].refused(Instant::now());
        drop(held);
        let mut rounds = Vec::new();
        for _ in 0..4 {
            rounds.push(round(&permits, 100, 16).await);
        }
        assert_eq!(rounds, [4, 8, 16, 16]);
        for _ in 0..9 {
            let one = permits.acquire(HOST).await.unwrap();
            one.refused(Instant::now());
        }
        assert_eq!(all(&permits).await.len(), 1, "never none");
    }
}
