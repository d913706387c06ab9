//! A plan, run wave by wave.

use std::collections::HashMap;

use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};

use crate::model::draft::{Action, Guard, Plan};
use crate::oci::{Digest, Failure, Reference};
use crate::source::{Queue, Registry, Sources};

use super::board::Board;
use super::journal::Journal;
use super::mend::Copies;
use super::step::Work;
use super::tag::{self, Refused};
use super::verify::{Verdict, verify};
use super::{Did, Outcome, StepState, Stopped, Tagged};

/// What a run needs beside its plan.
#[derive(Debug, Clone, Copy)]
pub struct Pushing<'a> {
    /// Where content comes from, and the client of the target.
    pub sources: &'a Sources,
    /// Where what is replaced is kept; `None` keeps nothing.
    pub journal: Option<&'a Journal>,
    /// What must hold of the target's first tag at the moment before it is written.
    pub guard: &'a Guard,
}

/// Runs a plan. The steps of a wave run at once, as far as hosts permit it; the next wave begins
/// when all of them are done. After a failure nothing more is begun, and what is under way comes
/// to its end, so that another run has less to do.
///
/// A run that finds the guard broken writes no tag. Dropping the future stops it anywhere;
/// [`Board::cancel`] stops it where it is known what the tags hold.
pub async fn run(plan: &Plan, pushing: Pushing<'_>, board: &Board) -> Outcome {
    let mut run = match pushing.sources.registry() {
        Ok(registry) => Run::new(plan, pushing, registry, board),
        Err(failure) => return Outcome::begun(plan, Some(failed(0, failure))),
    };
    run.all().await;
    run.outcome.steps = board.progress().steps.iter().map(|step| step.state).collect();
    run.outcome
}

struct Run<'a> {
    plan: &'a Plan,
    pushing: Pushing<'a>,
    registry: Registry,
    board: &'a Board,
    outcome: Outcome,
    /// What the tags that this run wrote held before.
    before: HashMap<String, Option<Digest>>,
}

/// What a step came to.
enum Ended {
    Did(Did),
    /// It waited for its turn when another one failed.
    Withheld,
    Failed(Failure),
    Tag(tag::Written),
    Read(Result<Verdict, Failure>),
}

impl Outcome {
    /// What there is to say as long as nothing was done.
    fn begun(plan: &Plan, stopped: Option<Stopped>) -> Self {
        let has = |tag: &str| {
            plan.steps
                .iter()
                .any(|step| matches!(&step.action, Action::TagPresent { tag: t } if t == tag))
        };
        let tags = plan.target.tags.iter().enumerate().map(|(at, tag)| {
            let tagged = match at {
                _ if has(tag) => Tagged::New,
                0 => Tagged::Old(plan.before.clone()),
                _ => Tagged::Untouched,
            };
            (tag.clone(), tagged)
        });
        Self {
            tags: tags.collect(),
            before: plan.before.clone(),
            after: plan.list.digest.clone(),
            steps: vec![StepState::Waiting; plan.steps.len()],
            stopped,
            unkept: None,
            dropped: None,
        }
    }
}

impl<'a> Run<'a> {
    fn new(plan: &'a Plan, pushing: Pushing<'a>, registry: Registry, board: &'a Board) -> Self {
        let outcome = Outcome::begun(plan, None);
        Self { plan, pushing, registry, board, outcome, before: HashMap::new() }
    }

    async fn all(&mut self) {
        if let Some(conflict) = &self.plan.conflict
            && *self.pushing.guard != Guard::Nothing
        {
            self.outcome.stopped = Some(Stopped::Conflict(conflict.clone()));
            return;
        }
        // Before anything is written: what is replaced could not be put back.
        if let Some(journal) = self.pushing.journal.filter(|_| !self.plan.is_done())
            && let Err(failure) = journal.ready().await
        {
            self.outcome.stopped = Some(failed(0, failure));
            return;
        }
        let mut wave = 0;
        while self.outcome.stopped.is_none()
            && let Some(next) =
                self.plan.steps.iter().map(|step| step.wave).filter(|next| *next >= wave).min()
        {
            if self.board.is_cancelled() && !self.has_written() {
                self.outcome.stopped = Some(Stopped::Cancelled);
                return;
            }
            self.wave(next).await;
            wave = next + 1;
        }
    }

    /// Whether a tag was written: then what is left is to look at it.
    fn has_written(&self) -> bool {
        !self.before.is_empty()
    }

    async fn wave(&mut self, wave: usize) {
        let (plan, board) = (self.plan, self.board);
        let registry = self.registry.clone();
        let sources = self.pushing.sources;
        let turn = tokio::sync::Mutex::default();
        let work = Work { plan, registry: &registry, sources, board, turn: &turn };
        let pushing = self.pushing;
        let writes_tags = plan.steps.iter().any(|step| step.wave == wave && tags(&step.action));
        // After a failure what waits for its turn is not begun.
        let queue = Queue::default();
        let steps = || plan.steps.iter().enumerate().filter(|(_, step)| step.wave == wave);
        let further: Vec<(usize, &str)> = steps()
            .filter_map(|(at, step)| match &step.action {
                Action::PutTag { tag } => Some((at, tag.as_str())),
                _ => None,
            })
            .collect();
        let mut running: FuturesUnordered<BoxFuture<'_, Vec<(usize, Ended)>>> = steps()
            .filter(|(at, _)| !further.iter().any(|(tag, _)| tag == at))
            .map(|(at, step)| {
                let turn = queue.turn();
                async move {
                    let registry = work.registry.in_turn(&turn);
                    let work = Work { registry: &registry, ..work };
                    let ended = one(work, pushing, at, &step.action).await;
                    vec![(at, if turn.is_withheld() { Ended::Withheld } else { ended })]
                }
                .boxed()
            })
            .collect();
        if !further.is_empty() {
            running.push(several(work, pushing, &further).boxed());
        }
        loop {
            let ended = tokio::select! {
                biased;
                ended = running.next() => ended,
                // A tag is brought to its end if that is soon, so that it is known what it holds.
                () = board.cancelled(), if !writes_tags => {
                    self.outcome.stopped.get_or_insert(Stopped::Cancelled);
                    return;
                }
                () = board.ended(), if writes_tags => {
                    drop(running);
                    self.leave(wave);
                    return;
                }
            };
            match ended {
                Some(all) => all.into_iter().for_each(|(at, ended)| self.take(at, ended)),
                None => return,
            }
            if self.outcome.stopped.is_some() {
                queue.close();
            }
        }
    }

    /// Leaves tags whose writing did not end, with what is known of each: one that was asked for
    /// and got no answer may be old or new. The journal keeps what was replaced.
    fn leave(&mut self, wave: usize) {
        let steps = self.board.progress().steps;
        for (step, at) in self.plan.steps.iter().zip(steps) {
            if step.wave == wave
                && at.state == StepState::Running
                && let Some(tag) = tag_of(&step.action).filter(|_| tags(&step.action))
            {
                self.note(tag, self.board.known(tag));
            }
        }
        self.outcome.stopped.get_or_insert(Stopped::Cancelled);
    }

    fn take(&mut self, at: usize, ended: Ended) {
        let tag = self.plan.steps.get(at).and_then(|step| tag_of(&step.action));
        let (state, stopped) = match ended {
            Ended::Did(did) => (StepState::Done(did), None),
            Ended::Withheld => (StepState::Waiting, None),
            Ended::Failed(failure) => (StepState::Failed, Some(failed(at, failure))),
            Ended::Tag(written) => self.take_tag(at, tag, written),
            Ended::Read(verdict) => self.take_verdict(at, tag, verdict),
        };
        self.board.set(at, state);
        if let Some(stopped) = stopped {
            // The first one is the reason; those behind it are often its consequences.
            self.outcome.stopped.get_or_insert(stopped);
        }
    }

    fn take_tag(
        &mut self,
        at: usize,
        tag: Option<&str>,
        written: tag::Written,
    ) -> (StepState, Option<Stopped>) {
        let Some(tag) = tag else { return (StepState::Failed, None) };
        let first = self.plan.target.tag() == Some(tag);
        // Untouched, what the plan knew of it still holds.
        if written.tagged != Tagged::Untouched {
            if first {
                self.outcome.before = written.before.clone();
            }
            self.note(tag, written.tagged.clone());
        }
        if written.put {
            self.before.insert(tag.to_owned(), written.before);
        }
        if let Some(dropped) = written.dropped {
            self.outcome.dropped.get_or_insert(dropped);
        }
        if let Some(failure) = written.unkept {
            self.outcome.unkept.get_or_insert(failure);
        }
        match written.stopped {
            None if written.put => (StepState::Done(Did::Put), None),
            None => (StepState::Done(Did::Nothing), None),
            Some(Refused::Conflict(conflict)) => {
                (StepState::Failed, Some(Stopped::Conflict(conflict)))
            }
            Some(Refused::Failure(failure)) => (StepState::Failed, Some(failed(at, failure))),
        }
    }

    fn take_verdict(
        &mut self,
        at: usize,
        tag: Option<&str>,
        verdict: Result<Verdict, Failure>,
    ) -> (StepState, Option<Stopped>) {
        match (verdict, tag) {
            (Ok(Verdict::Right), _) => (StepState::Done(Did::Verified), None),
            (Ok(Verdict::Missing(digests)), _) => {
                (StepState::Failed, Some(Stopped::Missing(digests)))
            }
            (Ok(Verdict::Other(found)), Some(tag)) => {
                let old = self.before.get(tag).is_some_and(|before| *before == found);
                let now =
                    if old { Tagged::Old(found.clone()) } else { Tagged::Other(found.clone()) };
                self.note(tag, now);
                let tag = tag.to_owned();
                let stopped = match old {
                    true => Stopped::NotWritten { tag },
                    false => Stopped::Overwritten { tag, found },
                };
                (StepState::Failed, Some(stopped))
            }
            (Ok(Verdict::Other(_)), None) => {
                let digests = vec![self.plan.list.digest.clone()];
                (StepState::Failed, Some(Stopped::Missing(digests)))
            }
            // It was written; only the look at it failed.
            (Err(failure), _) => (StepState::Failed, Some(failed(at, failure))),
        }
    }

    fn note(&mut self, tag: &str, tagged: Tagged) {
        if let Some((_, noted)) = self.outcome.tags.iter_mut().find(|(name, _)| name == tag) {
            *noted = tagged;
        }
    }
}

/// Writes the further tags of a target.
async fn several(
    work: Work<'_>,
    pushing: Pushing<'_>,
    tags: &[(usize, &str)],
) -> Vec<(usize, Ended)> {
    for (at, _) in tags {
        work.board.set(*at, StepState::Running);
    }
    let names: Vec<&str> = tags.iter().map(|(_, tag)| *tag).collect();
    let (target, list) = (&work.plan.target.repository, &work.plan.list);
    let tell = |tag: &str, tagged: &Tagged| work.board.tell(tag, tagged);
    let written = tag::write_all(work.registry, target, &names, list, pushing.journal, &tell).await;
    tags.iter().zip(written).map(|((at, _), written)| (*at, Ended::Tag(written))).collect()
}

async fn one(work: Work<'_>, pushing: Pushing<'_>, at: usize, action: &Action) -> Ended {
    let target = &work.plan.target;
    if !action.is_nothing() {
        work.board.set(at, StepState::Running);
    }
    if let Some(tag) = tag_of(action).filter(|_| tags(action)) {
        // Only the first tag is guarded: the others follow it.
        let first = target.tag() == Some(tag);
        let guard = if first { pushing.guard } else { &Guard::Nothing };
        let (registry, to) = (work.registry, target.repository.tagged(tag));
        let list = &work.plan.list;
        let tell = |tag: &str, tagged: &Tagged| work.board.tell(tag, tagged);
        let keeping = (pushing.journal, None);
        let Work { plan, sources, board, .. } = work;
        let copies = Some(Copies { plan, sources, board });
        return Ended::Tag(tag::write(registry, &to, list, guard, keeping, copies, &tell).await);
    }
    match action {
        Action::ReadBack { tag } => {
            let list = &work.plan.list;
            let from: Reference = match tag {
                Some(tag) => target.repository.tagged(tag),
                None => target.repository.at(list.digest.clone()),
            };
            Ended::Read(verify(work.registry, &from, &target.tags, list).await)
        }
        action => match work.step(at, action).await {
            Ok(did) => Ended::Did(did),
            Err(failure) => Ended::Failed(failure),
        },
    }
}

/// Whether a step writes a tag.
fn tags(action: &Action) -> bool {
    matches!(action, Action::PutList { tag: Some(_) } | Action::PutTag { .. })
}

fn tag_of(action: &Action) -> Option<&str> {
    match action {
        Action::PutList { tag } | Action::ReadBack { tag } => tag.as_deref(),
        Action::PutTag { tag } => Some(tag),
        _ => None,
    }
}

fn failed(step: usize, failure: Failure) -> Stopped {
    Stopped::Failed { step, failure: Box::new(failure) }
}
