//! Findings about single entries, as marks in the tree and in the summary of the entry.

use std::collections::HashMap;

use super::OpenedRef;
use crate::model::diagnose::{Facts, Severity, diagnose};
use crate::model::tree::NodeId;

/// In a list with more entries nobody looks for marks, and finding them takes longer than a key.
const MOST: usize = 2_000;

/// What was found about entries, and what it was made from.
#[derive(Debug, Clone, Default)]
pub struct Lints {
    made: Option<(usize, u64, u64)>,
    found: HashMap<NodeId, Vec<(Severity, String)>>,
    generation: u64,
}

impl Lints {
    /// What was found about a node: severity and sentence, the gravest first. Not escaped.
    #[must_use]
    pub fn of(&self, node: NodeId) -> &[(Severity, String)] {
        self.found.get(&node).map(Vec::as_slice).unwrap_or_default()
    }

    /// How grave the gravest is.
    #[must_use]
    pub fn mark(&self, node: NodeId) -> Option<Severity> {
        self.of(node).first().map(|(severity, _)| *severity)
    }

    /// Grows with every new answer.
    pub(in crate::tui::app) fn generation(&self) -> u64 {
        self.generation
    }
}

impl OpenedRef {
    /// What was found about entries.
    #[must_use]
    pub fn lints(&self) -> &Lints {
        &self.lints
    }

    /// Looks for findings about entries, once everything is there.
    pub(super) fn lint(&mut self, busy: bool) {
        let stale = Some((self.tree.revision(), self.truths.revision(), self.evidenced.revision()));
        if busy || self.lints.made == stale {
            return;
        }
        self.lints.made = stale;
        self.lints.generation += 1;
        self.lints.found.clear();
        let totals = self.tree.totals(self.tree.root());
        if totals.images + totals.attestations > MOST {
            return;
        }
        let attested = self.evidenced.fact();
        let facts = Facts::of(self.behind(), None, None, &[]);
        let facts = Facts { now: Some(self.opened), attested, ..facts };
        for finding in diagnose(&facts) {
            // What is only worth knowing is told of the list itself; of entries it would be noise.
            let told = |path: &&crate::model::select::Path| {
                finding.severity <= Severity::Warning
                    || (path.is_empty() && finding.severity == Severity::Info)
            };
            for path in finding.entries.iter().filter(told) {
                let Some(node) = self.tree.at_path(path) else { continue };
                // A failure says itself what is the matter.
                if self.tree.node(node).is_some_and(|node| node.load.failure().is_some()) {
                    continue;
                }
                let found = self.lints.found.entry(node).or_default();
                found.push((finding.severity, finding.title.clone()));
            }
        }
    }
}
