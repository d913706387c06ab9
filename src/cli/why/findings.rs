//! What was diagnosed besides.

use std::collections::HashSet;
use std::sync::Arc;

use super::answer::Answer;
use super::{Question, WhyArgs};
use crate::cli::behind::Behind;
use crate::model::diagnose::{self, Fact, Facts, Finding, HostFacts, Pick};
use crate::model::tree::REFERRERS_UP_TO;
use crate::oci::Digest;
use crate::work::attest::{self, MOST_EVIDENCE, attest};
use crate::work::layers::Reader;
use crate::work::surroundings::{Asking, Surroundings, gather};

/// The images that engines end with: what is installed in them is held against their SBOMs.
fn picked(behind: &Behind, answers: &[Answer]) -> HashSet<Digest> {
    let paths = answers.iter().filter_map(|answer| answer.selection.outcome.pick());
    let nodes = paths.filter_map(|path| behind.tree.node(behind.tree.at_path(path)?));
    nodes.filter_map(|node| node.digest().cloned()).collect()
}

/// What the registry, its mirrors and this machine tell of the answers. Another machine is not
/// looked at.
pub(super) async fn findings(
    question: &Question,
    behind: &Behind,
    answers: &[Answer],
    why: &WhyArgs,
) -> (Facts, Vec<Finding>) {
    let machine = &question.machine;
    let host = HostFacts {
        host: machine.host.clone(),
        kernel: machine.kernel.clone(),
        this_machine: machine.detected,
    };
    let picked = picked(behind, answers);
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
        mirrors: &why.mirror,
    };
    let mut facts = behind.waiting.during(gather(asking, facts)).await;
    if why.evidence
        && let Ok(source) = behind.sources.open(&behind.location)
    {
        let asking = attest::Asking {
            only: None,
            permits: behind.sources.permits(),
            up_to: REFERRERS_UP_TO,
            most: MOST_EVIDENCE,
            installed_in: Some(picked),
        };
        let reader = Reader::new(Arc::clone(&source), behind.sources.cache());
        let attested = attest(&source, behind.tree.clone(), Some(&reader), &asking);
        facts.attested = Fact::Known(behind.waiting.during(attested).await);
    }
    let findings = diagnose::diagnose(&facts);
    (facts, findings)
}
