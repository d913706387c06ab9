//! One connection first: of many requests that want one to the same origin, all but the first wait
//! until it is there. If it carries many requests (HTTP/2), it carries theirs; else each makes its
//! own.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use url::Url;

use super::lock;

/// The connections to each origin, for each of the two clients.
#[derive(Debug, Default)]
pub(super) struct Lanes(Mutex<HashMap<(String, bool), Arc<Lane>>>);

/// The connections to one origin.
#[derive(Debug, Default)]
pub(super) struct Lane(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Whether a connection carries many requests; `None` as long as none was made.
    many: Option<bool>,
    /// The connection that is being made, and what it comes to.
    first: Option<watch::Receiver<Option<Came>>>,
}

/// What a connection that others waited for came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
    /// It carries many requests.
    Many,
    /// It carries one at a time, or there is none: each request tries for itself.
    Single,
    /// Nobody wants it any more.
    Left,
}

/// Whose turn it is to connect.
pub(super) enum Turn {
    /// Nobody waits for anybody.
    Own,
    /// This one is the first.
    First(First),
    /// This one waits for what the first comes to.
    Behind(watch::Receiver<Option<Came>>),
}

/// The first connection, while it is made; dropped before its end, it is left.
pub(super) struct First {
    lane: Arc<Lane>,
    end: watch::Sender<Option<Came>>,
}

impl Lanes {
    /// The connections to the origin of an address.
    pub(super) fn of(&self, url: &Url, second: bool) -> Arc<Lane> {
        let origin = url.origin().ascii_serialization();
        Arc::clone(lock(&self.0).entry((origin, second)).or_insert_with(|| {
            // Plain HTTP is HTTP/1.1.
            let many = (url.scheme() == "http").then_some(false);
            Arc::new(Lane(Mutex::new(State { many, first: None })))
        }))
    }
}

impl Lane {
    /// Whether a connection carries many requests; `None` as long as none was made.
    pub(super) fn many(&self) -> Option<bool> {
        self.state().many
    }

    /// Takes what an earlier session saw, as long as this one has not seen anything.
    pub(super) fn presume(&self, many: bool) {
        self.state().many.get_or_insert(many);
    }

    /// Notes whether a connection that was made carries many requests.
    pub(super) fn saw(&self, many: bool) {
        self.state().many = Some(many);
    }

    /// Whose turn it is to connect.
    pub(super) fn turn(self: &Arc<Self>) -> Turn {
        let mut state = self.state();
        if state.many == Some(false) {
            return Turn::Own;
        }
        if let Some(first) = &state.first {
            return Turn::Behind(first.clone());
        }
        let (end, first) = watch::channel(None);
        state.first = Some(first);
        Turn::First(First { lane: Arc::clone(self), end })
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl First {
    /// Says what came of it: whether the connection carries many requests, or that there is none.
    pub(super) fn ends(self, many: Option<bool>) {
        let came = if many == Some(true) { Came::Many } else { Came::Single };
        // The others are told when this poll is over: only then is the connection where they look.
        tokio::spawn(async move {
            tokio::task::yield_now().await;
            self.tell(came);
        });
    }

    fn tell(&self, came: Came) {
        if self.end.borrow().is_none() {
            self.lane.state().first = None;
            self.end.send_replace(Some(came));
        }
    }
}

impl Drop for First {
    fn drop(&mut self) {
        self.tell(Came::Left);
    }
}

/// What the first connection came to.
pub(super) async fn end(mut first: watch::Receiver<Option<Came>>) -> Came {
    match first.wait_for(Option::is_some).await {
        Ok(came) => came.unwrap_or(Came::Left),
        Err(_) => Came::Left,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(url: &str) -> Arc<Lane> {
        Lanes::default().of(&Url::parse(url).unwrap(), false)
    }

    fn behind(lane: &Arc<Lane>) -> watch::Receiver<Option<Came>> {
        match lane.turn() {
            Turn::Behind(first) => first,
            _ => panic!("it need not wait"),
        }
    }

    fn first(lane: &Arc<Lane>) -> First {
        match lane.turn() {
            Turn::First(first) => first,
            _ => panic!("it is not the first"),
        }
    }

    #[tokio::test]
    async fn one_goes_first_until_it_is_known_what_a_connection_carries() {
        for (many, came) in
            [(Some(true), Came::Many), (Some(false), Came::Single), (None, Came::Single)]
        {
            let lane = lane("https://a.example/x");
            let pioneer = first(&lane);
            let waiting = behind(&lane);
            if let Some(many) = many {
                lane.saw(many);
            }
            pioneer.ends(many);
            assert_eq!(end(waiting).await, came);
            assert_eq!(lane.many(), many);
            assert_eq!(matches!(lane.turn(), Turn::Own), many == Some(false));
        }
    }

    #[tokio::test]
    async fn one_that_is_left_lets_the_next_go_first() {
        let lane = lane("https://a.example/x");
        let pioneer = first(&lane);
        let waiting = behind(&lane);
        drop(pioneer);
        assert_eq!(end(waiting).await, Came::Left);
        first(&lane).ends(Some(true));
    }

    #[test]
    fn nobody_waits_for_what_carries_one_request_at_a_time() {
        assert!(matches!(lane("http://a.example/x").turn(), Turn::Own));
        let known = lane("https://a.example/x");
        known.presume(false);
        known.presume(true);
        assert!(matches!(known.turn(), Turn::Own));
    }
}
