//! What was diagnosed besides.

use super::Question;
use crate::cli::behind::Behind;
use crate::diagnose::{Facts, Finding, HostFacts, diagnose};
use crate::evidence::{Asking, Surroundings, gather};
use crate::text::{escape, wrap};

/// What the registry, its mirrors and this machine tell of the answers. Another machine is not
/// looked at.
pub(super) async fn findings(
    question: &Question,
    behind: &Behind,
    mirrors: &[String],
) -> Vec<Finding> {
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
    diagnose(&gather(asking, facts).await)
}

/// A finding as text: the sentence, what was seen, what to do.
pub(super) fn write(finding: &Finding, cells: usize, out: &mut String) {
    line(finding.severity.sign(), &finding.title, cells, out);
    for seen in &finding.evidence {
        line("    ·", seen, cells, out);
    }
    for unknown in &finding.unknown {
        line("    ?", unknown, cells, out);
    }
    if !finding.next_step.is_empty() {
        line("    →", &finding.next_step, cells, out);
    }
}

/// A sign and a text that wraps under itself.
fn line(sign: &str, text: &str, cells: usize, out: &mut String) {
    let hang = sign.chars().count() + 1;
    for (at, piece) in wrap(&escape(text), cells.saturating_sub(hang)).iter().enumerate() {
        if at == 0 {
            out.push_str(&format!("{sign} {piece}\n"));
        } else {
            out.push_str(&format!("{:hang$}{piece}\n", ""));
        }
    }
}
