//! What was diagnosed besides.

use std::sync::Arc;

use super::Question;
use super::answer::Answer;
use crate::cli::behind::Behind;
use crate::model::diagnose::{self, Facts, Finding, HostFacts, Pick};
use crate::work::surroundings::{Asking, Surroundings, gather};

/// What the registry, its mirrors and this machine tell of the answers. Another machine is not
/// looked at.
pub(super) async fn findings(
    question: &Question,
    behind: &Behind,
    answers: &[Answer],
    mirrors: &[String],
) -> (Facts, Vec<Finding>) {
    let machine = &question.machine;
    let host = HostFacts {
        host: machine.host.clone(),
        kernel: machine.kernel.clone(),
        this_machine: machine.detected,
    };
    let picks = answers
        .iter()
        .map(|answer| Pick { engine: answer.engine, outcome: answer.selection.outcome.clone() })
        .collect();
    let offer = Arc::new(behind.offer.clone());
    let seen = diagnose::Behind::with_offer(&behind.tree, &question.location, offer);
    let facts = Facts {
        behind: seen.map(Arc::new),
        host: Some(host),
        request: question.request.clone(),
        picks,
        ..Facts::default()
    };
    let around = machine.detected.then(Surroundings::of_process);
    let registry = behind.sources.registry().ok();
    let asking = Asking {
        registry: registry.as_ref().zip(question.location.reference()),
        around: around.as_ref(),
        mirrors,
    };
    let facts = behind.waiting.during(gather(asking, facts)).await;
    let findings = diagnose::diagnose(&facts);
    (facts, findings)
}
