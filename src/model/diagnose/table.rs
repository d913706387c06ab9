//! The table of rules, and the one way through it. No rule knows it.

use super::facts::Facts;
use super::finding::Finding;
use super::rule::{Find, Rule};
use super::rules;

/// All rules, in the order of the README's table.
pub static RULES: [Rule; 60] = [
    rules::bare_manifest::RULE,
    rules::expected_platform::RULE,
    rules::platform_not_listed::RULE,
    rules::flattened_tag::RULE,
    rules::config_disagrees::RULE,
    rules::binary_disagrees::RULE,
    rules::entrypoint_missing::RULE,
    rules::not_a_program::RULE,
    rules::not_executable::RULE,
    rules::crlf_script::RULE,
    rules::loader_missing::RULE,
    rules::shared_layers::RULE,
    rules::missing_child::RULE,
    rules::diff_ids_misfit::RULE,
    rules::diff_id_differs::RULE,
    rules::layer_refused::RULE,
    rules::ambiguous_document::RULE,
    rules::unreadable_field::RULE,
    rules::size_outlier::RULE,
    rules::duplicate_platform::RULE,
    rules::descriptor_differs::RULE,
    rules::content_type::RULE,
    rules::orphan_attestation::RULE,
    rules::attestation_mismatch::RULE,
    rules::stripped_attestation::RULE,
    rules::referrer_entry::RULE,
    rules::empty_architecture::RULE,
    rules::evidence_subject::RULE,
    rules::sbom_architecture::RULE,
    rules::provenance_platform::RULE,
    rules::provenance_base::RULE,
    rules::sbom_packages::RULE,
    rules::evidence_unreadable::RULE,
    rules::evidence_gaps::RULE,
    rules::list_sbom::RULE,
    rules::unlisted_attestation::RULE,
    rules::stray_tag::RULE,
    rules::windows_version::RULE,
    rules::created_in_future::RULE,
    rules::odd_annotations::RULE,
    rules::foreign_programs::RULE,
    rules::no_platform_chosen::RULE,
    rules::_32_bit_fallback::RULE,
    rules::arm_variant::RULE,
    rules::arm64_variant::RULE,
    rules::_32_bit_userland::RULE,
    rules::amd64_level::RULE,
    rules::windows_build::RULE,
    rules::pinned_child::RULE,
    rules::mirror_differs::RULE,
    rules::mirror_unanswered::RULE,
    rules::settings_refused::RULE,
    rules::accept_differs::RULE,
    rules::default_platform::RULE,
    rules::client_and_daemon::RULE,
    rules::local_copy::RULE,
    rules::partly_pulled::RULE,
    rules::image_store::RULE,
    rules::emulation::RULE,
    rules::agreement::RULE,
];

/// What all rules find, the gravest first; equals stay in the order of [`RULES`]. Each rule runs
/// once.
#[must_use]
pub fn diagnose(facts: &Facts) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for rule in &RULES {
        if let Find::Facts(find) = rule.find {
            findings.extend(find(facts));
        }
    }
    let mut last = Vec::new();
    for rule in &RULES {
        if let Find::Others(find) = rule.find {
            last.extend(find(facts, &findings));
        }
    }
    findings.extend(last);
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
    fn each_file_of_rules_has_the_name_of_its_rule() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/model/diagnose/rules");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let files: HashSet<String> = files
            .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
            .filter(|name| name != "mod")
            .collect();
        // A module cannot begin with a digit.
        let file = |rule: &Rule| match rule.name.replace('-', "_") {
            name if name.starts_with(|c: char| c.is_ascii_digit()) => format!("_{name}"),
            name => name,
        };
        assert_eq!(files, RULES.iter().map(file).collect());
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
