//! Asking for what the tree wants, and taking what comes.

use super::OpenedRef;
use crate::model::tree::{Answer, Need, NodeId};
use crate::oci::Failure;
use crate::tui::app::requests::Pump;
use crate::tui::app::{Choice, Part, Query, Reply, RequestId, Requests};

/// The engine for whose pick somebody looks, and whether they look at the whole offer.
pub(in crate::tui::app) type Looked<'a> = (&'a Choice, bool);

impl OpenedRef {
    /// Brings everything up to date that does not depend on who looks, and asks for what is
    /// wanted: `first` what is on the screen.
    pub(in crate::tui::app) fn advance(
        &mut self,
        first: &[NodeId],
        looked: Option<Looked<'_>>,
        pump: &mut Pump<'_>,
    ) {
        self.pick_for(looked, pump);
        self.pump(first, pump);
        self.pick_for(looked, pump);
        self.lint(pump.requests.is_busy(self.id.session()));
    }

    fn pick_for(&mut self, looked: Option<Looked<'_>>, pump: &Pump<'_>) {
        if let Some((choice, whole)) = looked {
            let busy = self.is_fetching(pump.requests);
            self.pick(choice, whole, busy, pump.ticks);
        }
    }

    /// Whether content of the tree is on its way.
    pub(in crate::tui::app) fn is_fetching(&self, requests: &Requests) -> bool {
        let mut open = requests.of(self.id.session());
        open.any(|(_, question)| matches!(question, Query::Fetch(_)))
    }

    /// Asks for what is wanted, as long as fewer requests are on their way than there are permits.
    fn pump(&mut self, first: &[NodeId], pump: &mut Pump<'_>) {
        let open = pump.requests.of(self.id.session());
        let mut fetching = open.filter(|(_, it)| matches!(it, Query::Fetch(_))).count();
        if fetching < pump.permits {
            let mut first = first.to_vec();
            first.extend(self.picks.needed());
            while fetching < pump.permits {
                let Some((_, need)) = self.tree.next_wanted(&first) else { break };
                pump.ask(self.id.session(), Query::Fetch(need));
                fetching += 1;
            }
        }
        match (fetching == 0, self.since) {
            (true, Some(since)) => {
                let ran = pump.now.duration_since(since);
                self.worked = self.worked.checked_add(ran).unwrap_or(self.worked);
                self.since = None;
            }
            (false, None) => self.since = Some(pump.now),
            _ => {}
        }
    }

    /// Takes an answer. What was asked by digest is always kept; an answer to an older question
    /// about the tag is dropped. Returns a sentence for the user if one is due.
    pub(in crate::tui::app) fn answer(
        &mut self,
        request: RequestId,
        question: &Query,
        answer: Result<Reply, Failure>,
    ) -> Option<Result<String, Failure>> {
        match question {
            Query::Fetch(need) => {
                let result = answer.and_then(content);
                if self.reloading == Some(request) {
                    self.reloading = None;
                    return self.reloaded(request, result);
                }
                if *need != Need::Root || request > self.moved.since {
                    self.tree.attach(need, result);
                }
                None
            }
            Query::Prove { .. } => {
                self.proven(request);
                answer.err().map(Err)
            }
            Query::Attest(_) | Query::Databases(_) => self.evidence_read(request, answer).map(Err),
            _ => None,
        }
    }

    /// Takes a part of an answer. A proof that nobody waits for any more is kept too, it is as
    /// true; one about the tree before the tag moved is not.
    pub(in crate::tui::app) fn part(&mut self, request: RequestId, part: Part) {
        match part {
            Part::Proof { image, row, failed } if request > self.moved.since => {
                self.proof(request, image, *row, failed);
            }
            Part::Recalled { document, seen } => self.recalled(request, document, seen),
            Part::Bytes { received, .. } => self.proving(request, received),
            Part::Proof { .. } | Part::Pushing { .. } => {}
        }
    }
}

/// The content in a reply; nothing else answers such a question.
pub(in crate::tui::app) fn content(reply: Reply) -> Result<Answer, Failure> {
    match reply {
        Reply::Content(answer) => Ok(answer),
        other => Err(unexpected(&other)),
    }
}

/// A reply of another kind than what was asked for.
fn unexpected(reply: &Reply) -> Failure {
    let kind = format!("{reply:?}");
    let kind: String = kind.chars().take_while(|c| c.is_alphanumeric()).collect();
    Failure::new(crate::oci::Class::Malformed, "", format!("an answer of another kind: {kind}"))
}
