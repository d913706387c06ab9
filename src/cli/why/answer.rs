//! One engine's answer.

use super::Question;
use crate::cli::behind::Behind;
use crate::model::diagnose::{End, Served};
use crate::model::select::{Engine, Outcome, Selection, Step, Verdict, select};

/// What an engine ends with, and whether that runs.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) engine: &'static Engine,
    pub(super) selection: Selection,
    pub(super) pick: Option<End>,
    pub(super) fit: Served,
    /// The rule that decided, in one sentence.
    pub(super) reason: String,
    /// Whether the engine looks for another machine's platform because nobody asked it for one.
    pub(super) by_default: bool,
}

impl Answer {
    pub(super) fn new(engine: &'static Engine, question: &Question, behind: &Behind) -> Self {
        let host = &question.machine.host;
        let selection = select(engine, host, question.request(engine), &behind.offer);
        let pick = selection.outcome.pick().and_then(|path| End::at(behind.seen(), path));
        let fit = Served::of(engine, host, &selection.outcome, pick.as_ref(), behind.seen());
        let reason = reason(engine, &selection, pick.as_ref(), &fit);
        let by_default = engine.asks_for_another(host, question.request(engine));
        Self { engine, selection, pick, fit, reason, by_default }
    }
}

fn reason(engine: &Engine, selection: &Selection, pick: Option<&End>, fit: &Served) -> String {
    let trace = &selection.trace;
    match &selection.outcome {
        Outcome::Picked(path) => match trace.iter().find(|step| step.path == *path) {
            Some(step) => step.rule.clone(),
            None if pick.is_some_and(|pick| pick.is_index) => {
                "no platform was asked for, so the index is taken as a whole".to_owned()
            }
            None if path.is_empty() => format!("no selection takes place: {}", engine.bare),
            None => "it is the engine's choice".to_owned(),
        },
        Outcome::Fails(fall) => fall.problem.clone(),
        Outcome::Failed(_) => match given_up(trace) {
            Some(step) => step.rule.clone(),
            None if trace.is_empty() => "the engine fails before it looks at an entry".to_owned(),
            None => "no entry is eligible".to_owned(),
        },
        Outcome::Nothing | Outcome::Several(_) | Outcome::Needs(_) | Outcome::Unknown(_) => {
            fit.problem().unwrap_or_default().to_owned()
        }
    }
}

/// The entry that was chosen and then given up.
fn given_up(trace: &[Step]) -> Option<&Step> {
    trace.iter().rfind(|step| step.verdict == Verdict::Rejected && step.rank.is_some())
}
