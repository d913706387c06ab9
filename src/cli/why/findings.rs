//! What was diagnosed besides.

use super::Question;
use crate::cli::behind::Behind;
use crate::model::diagnose::{Facts, Finding, HostFacts, diagnose};
use crate::work::surroundings::{Asking, Surroundings, gather};

/// What the registry, its mirrors and this machine tell of the answers. Another machine is not
/// looked at.
pub(super) async fn findings(
    question: &Question,
    behind: &Behind,
    mirrors: &[String],
) -> (Facts, Vec<Finding>) {
    let machine = &question.machine;
    let host = HostFacts {
        host: machine.host.clone(),
        kernel: machine.kernel.clone(),
        this_machine: machine.detected,
    };
    let facts = Facts::of_tree(
        &behind.tree,
        &question.location,
        Some(host),
        question.request.as_deref(),
        &question.engines,
    );
    let around = machine.detected.then(Surroundings::of_process);
    let registry = behind.sources.registry().ok();
    let asking = Asking {
        registry: registry.as_ref().zip(question.location.reference()),
        around: around.as_ref(),
        mirrors,
    };
    let facts = behind.waiting.during(gather(asking, facts)).await;
    let findings = diagnose(&facts);
    (facts, findings)
}
