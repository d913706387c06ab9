//! The rules that are now.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::request::Parts;
use tokio::sync::watch;

use super::{Fault, Rule};

/// Names a rule that was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RuleId(u64);

/// The faults of a registry. Clones share one set of rules.
///
/// All [delays](Fault::Delay) that match a request add up; of other faults the first rule that
/// matches is the one that applies.
#[derive(Debug, Clone)]
pub struct Faults {
    state: Arc<Mutex<State>>,
    changed: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    delay: Duration,
    rules: Vec<Standing>,
}

#[derive(Debug)]
struct Standing {
    id: RuleId,
    rule: Rule,
    /// How many requests matched.
    seen: usize,
    /// How many of them were met.
    met: usize,
}

/// What awaits one request.
#[derive(Debug)]
pub(in crate::sandbox) struct Verdict {
    pub(in crate::sandbox) delay: Duration,
    pub(in crate::sandbox) fault: Option<(RuleId, Fault)>,
}

impl Faults {
    pub(in crate::sandbox) fn new() -> Self {
        Self { state: Arc::default(), changed: watch::Sender::new(()) }
    }

    /// Adds a rule. It holds from the next request on.
    pub fn add(&self, rule: Rule) -> RuleId {
        let mut state = self.lock();
        let id = RuleId(state.next);
        state.next += 1;
        state.rules.push(Standing { id, rule, seen: 0, met: 0 });
        id
    }

    /// Removes a rule; false if it was gone already. Requests that hang by it go on.
    pub fn remove(&self, id: RuleId) -> bool {
        let removed = {
            let mut state = self.lock();
            let before = state.rules.len();
            state.rules.retain(|standing| standing.id != id);
            state.rules.len() < before
        };
        self.changed.send_replace(());
        removed
    }

    /// Removes all rules and the delay. Requests that hang go on.
    pub fn clear(&self) {
        {
            let mut state = self.lock();
            state.rules.clear();
            state.delay = Duration::ZERO;
        }
        self.changed.send_replace(());
    }

    /// Delays every answer by this much, however many requests there are at a time.
    pub fn set_delay(&self, delay: Duration) {
        self.lock().delay = delay;
    }

    /// How many requests this rule has met so far; 0 if it is gone.
    #[must_use]
    pub fn met(&self, id: RuleId) -> usize {
        let state = self.lock();
        state.rules.iter().find(|standing| standing.id == id).map_or(0, |standing| standing.met)
    }

    /// Decides about a request, and counts it.
    pub(in crate::sandbox) fn decide(&self, head: &Parts) -> Verdict {
        let verdict = self.decided(head);
        if verdict.fault.is_some() {
            self.changed.send_replace(());
        }
        verdict
    }

    fn decided(&self, head: &Parts) -> Verdict {
        let mut state = self.lock();
        let mut verdict = Verdict { delay: state.delay, fault: None };
        for standing in state.rules.iter_mut().filter(|standing| standing.rule.matches(head)) {
            let delays = matches!(standing.rule.fault, Fault::Delay(_));
            if verdict.fault.is_some() && !delays {
                continue;
            }
            standing.seen += 1;
            if standing.seen <= standing.rule.skip
                || standing.rule.times.is_some_and(|times| standing.met >= times)
            {
                continue;
            }
            standing.met += 1;
            match &standing.rule.fault {
                Fault::Delay(delay) => verdict.delay += *delay,
                fault => verdict.fault = Some((standing.id, fault.clone())),
            }
        }
        verdict
    }

    /// Returns when the rule is gone.
    pub(super) async fn until_removed(&self, id: RuleId) {
        self.until(|state| !state.rules.iter().any(|standing| standing.id == id)).await;
    }

    /// Returns when the rule has met a request, or is gone.
    pub async fn until_met(&self, id: RuleId) {
        let waits = |standing: &Standing| standing.id == id && standing.met == 0;
        self.until(|state| !state.rules.iter().any(waits)).await;
    }

    async fn until(&self, holds: impl Fn(&State) -> bool) {
        let mut changes = self.changed.subscribe();
        loop {
            changes.mark_unchanged();
            if holds(&self.lock()) || changes.changed().await.is_err() {
                return;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
