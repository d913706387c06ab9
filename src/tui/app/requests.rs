//! Everything that is on its way, in one place: who asked, and what.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Effect, Query, RequestId, SessionId};

/// The questions that are not answered yet, and the identities given out so far.
#[derive(Debug, Clone, Default)]
pub struct Requests {
    open: BTreeMap<(SessionId, RequestId), Query>,
    /// Those that nobody answers until their session is looked at again.
    resting: BTreeMap<(SessionId, RequestId), Query>,
    /// Who asked something since it began; what it had is to be ended with it.
    asked: BTreeSet<SessionId>,
    last_session: u64,
    last_request: u64,
}

impl Requests {
    /// An address that nobody has.
    pub(super) fn new_session(&mut self) -> SessionId {
        self.last_session += 1;
        SessionId(self.last_session)
    }

    /// Notes a question.
    pub(super) fn add(&mut self, session: SessionId, question: Query) -> RequestId {
        self.last_request += 1;
        let request = RequestId(self.last_request);
        self.open.insert((session, request), question);
        self.asked.insert(session);
        request
    }

    /// A question that is not answered yet.
    pub(super) fn get(&self, session: SessionId, request: RequestId) -> Option<&Query> {
        self.open.get(&(session, request))
    }

    /// The request that was made last.
    pub(super) fn last(&self) -> RequestId {
        RequestId(self.last_request)
    }

    /// Takes the question that was answered; `None` for one that nobody waits for any more.
    pub(super) fn take(&mut self, session: SessionId, request: RequestId) -> Option<Query> {
        self.open.remove(&(session, request))
    }

    /// Notes that a session has something open outside.
    pub(super) fn opened(&mut self, session: SessionId) {
        self.asked.insert(session);
    }

    /// Forgets a session; whether there is something to be ended outside.
    pub(super) fn end(&mut self, session: SessionId) -> bool {
        self.open.retain(|(asked, _), _| *asked != session);
        self.resting.retain(|(asked, _), _| *asked != session);
        self.asked.remove(&session)
    }

    /// Waits for no answer to a session until it is woken, except about what changes something:
    /// that goes on to its end. The requests that are to be stopped.
    pub(super) fn rest(&mut self, session: SessionId) -> Vec<RequestId> {
        let open = self.of(session).filter(|(_, question)| !question.changes_something());
        let stopped: Vec<RequestId> = open.map(|(request, _)| request).collect();
        for request in &stopped {
            if let Some(question) = self.open.remove(&(session, *request)) {
                self.resting.insert((session, *request), question);
            }
        }
        stopped
    }

    /// Waits for what a session waited for when it was put to rest; what is to be asked again.
    pub(super) fn wake(&mut self, session: SessionId) -> Vec<(RequestId, Query)> {
        let (first, last) = (RequestId(0), RequestId(u64::MAX));
        let resting = self.resting.range((session, first)..=(session, last));
        let woken: Vec<(RequestId, Query)> =
            resting.map(|((_, request), question)| (*request, question.clone())).collect();
        for (request, question) in &woken {
            self.resting.remove(&(session, *request));
            self.open.insert((session, *request), question.clone());
        }
        woken
    }

    /// What a session waits for, the oldest question first.
    pub fn of(&self, session: SessionId) -> impl Iterator<Item = (RequestId, &Query)> {
        let (first, last) = (RequestId(0), RequestId(u64::MAX));
        let open = self.open.range((session, first)..=(session, last));
        open.map(|((_, request), question)| (*request, question))
    }

    /// How much a session waits for.
    #[must_use]
    pub fn count(&self, session: SessionId) -> usize {
        self.of(session).count()
    }

    /// Whether a session waits for something.
    #[must_use]
    pub fn is_busy(&self, session: SessionId) -> bool {
        self.of(session).next().is_some()
    }

    /// The sessions that asked something and were not ended since.
    pub fn sessions(&self) -> impl Iterator<Item = SessionId> {
        self.asked.iter().copied()
    }
}

/// What whoever asks needs for it.
#[derive(Debug)]
pub(super) struct Pump<'a> {
    /// Where questions are noted.
    pub requests: &'a mut Requests,
    /// What is to be done outside.
    pub out: &'a mut Vec<Effect>,
    /// The most requests of one asker on their way at once.
    pub permits: usize,
    /// The present moment.
    pub now: Timestamp,
    /// Counts ticks.
    pub ticks: u64,
}

impl Pump<'_> {
    /// Asks a question; the answer comes to this address.
    pub(super) fn ask(&mut self, session: SessionId, question: Query) -> RequestId {
        let request = self.requests.add(session, question.clone());
        self.out.push(Effect::Ask { session, request, question });
        request
    }
}
