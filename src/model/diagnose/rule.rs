//! The table of rules, and the one way through it.

use indexmap::IndexMap;

use super::rules;
use super::{Facts, Finding, Image, Severity};

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
    pub(super) find: fn(&Facts) -> Vec<Finding>,
}

/// All rules, in the order of the README's table.
pub static RULES: [Rule; 36] = [
    rules::bare_manifest::RULE,
    rules::platform_not_listed::RULE,
    rules::flattened_tag::RULE,
    rules::config_disagrees::RULE,
    rules::binary_disagrees::RULE,
    rules::command_missing::RULE,
    rules::no_program::RULE,
    rules::crlf_script::RULE,
    rules::loader_missing::RULE,
    rules::shared_layers::RULE,
    rules::missing_child::RULE,
    rules::diff_id::RULE,
    rules::size_outlier::RULE,
    rules::duplicate_platform::RULE,
    rules::descriptor_differs::RULE,
    rules::orphan_attestation::RULE,
    rules::windows_version::RULE,
    rules::future::RULE,
    rules::odd_annotations::RULE,
    rules::foreign_programs::RULE,
    rules::no_platform_chosen::RULE,
    rules::narrow_chosen::RULE,
    rules::arm_variants::RULE,
    rules::arm64_spellings::RULE,
    rules::narrow_userland::RULE,
    rules::amd64_levels::RULE,
    rules::windows_build::RULE,
    rules::pinned_child::RULE,
    rules::mirror_differs::RULE,
    rules::accept_differs::RULE,
    rules::default_platform::RULE,
    rules::client_daemon::RULE,
    rules::local_copy::RULE,
    rules::image_store::RULE,
    rules::emulation::RULE,
    rules::agreement::RULE,
];

/// What all rules find, the gravest first; equals stay in the order of [`RULES`].
#[must_use]
pub fn diagnose(facts: &Facts) -> Vec<Finding> {
    let mut findings: Vec<Finding> = RULES.iter().flat_map(|rule| (rule.find)(facts)).collect();
    findings.sort_by_key(|finding| finding.severity);
    findings
}

/// The README's table of findings.
#[must_use]
pub fn findings_markdown() -> String {
    let mut out = String::from("| finding | what it says | seen in |\n|---|---|---|\n");
    for rule in &RULES {
        let threads: Vec<String> = rule.threads.iter().map(|thread| link(thread)).collect();
        out.push_str(&format!("| `{}` | {} | {} |\n", rule.name, rule.says, threads.join(", ")));
    }
    out
}

/// `owner/name#1` as a link.
fn link(thread: &str) -> String {
    match thread.split_once('#') {
        Some((repository, number)) => {
            format!("[{thread}](https://github.com/{repository}/issues/{number})")
        }
        None => thread.to_owned(),
    }
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

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_different_and_sentences_are_sentences() {
        let names: HashSet<&str> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!(names.len(), RULES.len());
        for rule in &RULES {
            assert!(!rule.says.ends_with('.') && !rule.says.is_empty(), "{}", rule.name);
            assert!(!rule.needs.is_empty(), "{}", rule.name);
        }
        let table = findings_markdown();
        assert_eq!(table.lines().count(), RULES.len() + 2);
        assert!(table.contains("(https://github.com/containers/podman/issues/14271)"));
    }

    #[test]
    fn who_knows_nothing_finds_nothing() {
        assert_eq!(diagnose(&Facts::default()), []);
    }

    #[test]
    fn a_list_of_thousands_gives_findings_that_can_be_read() {
        let entries: Vec<String> = (0..3000)
            .map(|number| format!("linux/arm64/w{}=linux/amd64~{}", number / 2, number % 5))
            .collect();
        let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
        let findings = diagnose(&super::super::fixture::listed("linux/riscv64", &entries));
        assert!(findings.len() < 30, "{}", findings.len());
        for finding in findings {
            assert!(finding.evidence.len() < 100, "{}: {}", finding.rule, finding.evidence.len());
        }
    }

    #[test]
    fn the_gravest_comes_first() {
        let facts = super::super::fixture::listed(
            "linux/amd64",
            &["linux/arm64", "linux/arm/v7", "linux/arm64/v8", "linux/arm64=linux/386"],
        );
        let findings = diagnose(&facts);
        assert!(findings.len() > 2, "{findings:#?}");
        assert!(findings.is_sorted_by_key(|finding| finding.severity));
        for finding in findings {
            assert!(RULES.iter().any(|rule| rule.name == finding.rule));
            assert!(!finding.next_step.is_empty(), "{finding:?}");
            assert!(!finding.title.ends_with('.'), "{finding:?}");
        }
    }
}
