//! Asking for what the tree wants, and taking what comes.

use jiff::Timestamp;

use super::Explorer;
use crate::model::tree::{Answer, Need};
use crate::oci::Failure;
use crate::tui::app::{Effect, RequestId};

impl Explorer {
    /// Asks for what is wanted, as long as fewer than `limit` requests are on their way.
    pub(in crate::tui::app) fn pump(
        &mut self,
        limit: usize,
        next_request: &mut u64,
        now: Timestamp,
    ) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.in_flight.len() < limit {
            let mut visible = self.visible();
            visible.extend(self.picks.needed());
            while self.in_flight.len() < limit {
                let Some((_, need)) = self.tree.next_wanted(&visible) else { break };
                effects.push(self.ask(need, next_request));
            }
        }
        match (self.in_flight.is_empty(), self.finished) {
            (true, None) => self.finished = Some(now),
            (false, Some(_)) => self.finished = None,
            _ => {}
        }
        effects
    }

    pub(super) fn ask(&mut self, need: Need, next_request: &mut u64) -> Effect {
        *next_request += 1;
        let request = RequestId(*next_request);
        self.in_flight.insert(request, need.clone());
        Effect::Fetch { session: self.session, request, need }
    }

    /// Takes the result of a request. What was asked by digest is always kept; an answer to an
    /// older question about the tag is dropped. Returns a sentence for the user where one is due.
    pub(in crate::tui::app) fn take(
        &mut self,
        request: RequestId,
        need: &Need,
        result: Result<Answer, Failure>,
    ) -> Option<Result<String, Failure>> {
        let asked = self.in_flight.remove(&request).is_some();
        if self.reloading == Some(request) {
            self.reloading = None;
            return Some(self.reloaded(result));
        }
        if *need == Need::Root && !asked {
            return None;
        }
        self.tree.attach(need, result);
        None
    }
}
