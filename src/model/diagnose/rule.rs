//! What a rule is.

use indexmap::IndexMap;

use super::behind::Image;
use super::facts::Facts;
use super::finding::{Finding, Severity};

/// A rule: what it says, what it needs, and how it finds.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its name in JSON output.
    pub name: &'static str,
    /// What it tells of, in one sentence.
    pub says: &'static str,
    /// Public threads that show the case.
    pub threads: &'static [&'static str],
    /// The facts without which it stays silent.
    pub needs: &'static str,
    pub(super) find: Find,
}

/// How a rule finds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Find {
    /// By the facts alone.
    Facts(fn(&Facts) -> Vec<Finding>),
    /// By the facts, and by what all rules of the other kind found.
    Others(fn(&Facts, &[Finding]) -> Vec<Finding>),
}

/// The most findings of one rule: a list may have thousands of entries.
const MOST: usize = 20;

impl Rule {
    /// A finding for each title, about all images that have it. `end` adds what is next.
    pub(super) fn of_groups<'a>(
        &self,
        severity: Severity,
        images: impl Iterator<Item = (String, &'a Image)>,
        end: impl Fn(Finding, &[&'a Image]) -> Finding,
    ) -> Vec<Finding> {
        let mut groups: IndexMap<String, Vec<&Image>> = IndexMap::new();
        for (title, image) in images {
            groups.entry(title).or_default().push(image);
        }
        let finding = |(title, images): (String, Vec<&'a Image>)| {
            let finding = self.finding(severity, title).about(images.iter().copied());
            end(finding.saw_all(images.iter().map(|image| image.line())), &images)
        };
        groups.into_iter().take(MOST).map(finding).collect()
    }

    /// A finding of this rule.
    pub(super) fn finding(&self, severity: Severity, title: impl Into<String>) -> Finding {
        Finding {
            rule: self.name,
            severity,
            title: title.into(),
            evidence: Vec::new(),
            unknown: Vec::new(),
            next_step: String::new(),
            entries: Vec::new(),
        }
    }
}
