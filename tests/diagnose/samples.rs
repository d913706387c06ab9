//! `platy demo` can show every finding that a registry can.

use std::collections::BTreeSet;

use platy::model::diagnose::{RULES, Severity};
use platy::sandbox::{MIRROR, samples};

use super::{Lab, find};

/// Rules with a sample that shows them on a machine, and that machine.
const SHOWN: [(&str, &str, &str); 32] = [
    ("bare-manifest", "yorek/multiarch-hello-world:linux", "linux/arm64"),
    ("accept-differs", "yorek/multiarch-hello-world:latest", "linux/amd64/v3"),
    ("config-disagrees", "demo/liar:latest", "linux/arm64"),
    ("missing-child", "demo/broken:latest", "linux/arm64"),
    ("no-platform-chosen", "demo/odd:no-platform", "linux/amd64"),
    ("platform-not-listed", "demo/cases:platform-not-listed", "linux/amd64"),
    ("flattened-tag", "demo/cases:flattened-tag", "linux/arm64"),
    ("shared-layers", "demo/cases:shared-layers", "linux/arm64"),
    ("size-outlier", "demo/cases:size-outlier", "linux/s390x"),
    ("duplicate-platform", "demo/cases:duplicate-platform", "linux/amd64"),
    ("32-bit-fallback", "demo/cases:32-bit-fallback", "linux/arm64"),
    ("arm-variant", "demo/cases:arm-variant", "linux/arm/v6"),
    ("arm64-variant", "demo/cases:arm64-variant", "linux/arm64"),
    ("amd64-level", "demo/cases:amd64-level", "linux/amd64/v3"),
    ("amd64-level", "demo/cases:amd64-level-only", "linux/amd64/v3"),
    ("windows-build", "demo/cases:windows-build", "windows-2025"),
    ("mirror-differs", "demo/cases:mirror-differs", "linux/arm64"),
    ("pinned-child", "demo/pinned-child:latest", "linux/arm64"),
    ("descriptor-differs", "demo/cases:descriptor-differs", "linux/amd64"),
    ("content-type", "demo/cases:content-type", "linux/amd64"),
    ("orphan-attestation", "demo/cases:orphan-attestation", "linux/amd64"),
    ("windows-version", "demo/cases:windows-version", "linux/amd64"),
    ("created-in-future", "demo/cases:created-in-future", "linux/amd64"),
    ("odd-annotations", "demo/cases:odd-annotations", "linux/amd64"),
    ("diff-ids-misfit", "demo/cases:diff-ids-misfit", "linux/amd64"),
    ("ambiguous-document", "demo/cases:ambiguous-document", "linux/amd64"),
    ("unreadable-field", "demo/cases:unreadable-field", "linux/amd64"),
    ("attestation-mismatch", "demo/cases:attestation-mismatch", "linux/amd64"),
    ("stripped-attestation", "demo/cases:stripped-attestation", "linux/amd64"),
    ("referrer-entry", "demo/cases:referrer-entry", "linux/amd64"),
    ("empty-architecture", "demo/cases:empty-architecture", "linux/amd64"),
    ("agreement", "demo/ten-platforms:latest", "linux/arm64"),
];

/// Rules about a machine and its engines, which no registry can show.
const OF_MACHINES: [&str; 9] = [
    "mirror-unanswered",
    "32-bit-userland",
    "default-platform",
    "client-and-daemon",
    "local-copy",
    "partly-pulled",
    "image-store",
    "emulation",
    "settings-refused",
];

/// Rules of `platy check`: about programs, for which layers are read, and about what is expected.
const OF_PROGRAMS: [&str; 10] = [
    "expected-platform",
    "binary-disagrees",
    "entrypoint-missing",
    "not-a-program",
    "not-executable",
    "crlf-script",
    "loader-missing",
    "diff-id-differs",
    "layer-refused",
    "foreign-programs",
];

/// Rules of `platy check` about evidence, for which blobs are read; `evidence::` runs them on their
/// samples.
pub const OF_EVIDENCE: [&str; 9] = [
    "evidence-subject",
    "sbom-architecture",
    "provenance-platform",
    "provenance-base",
    "sbom-packages",
    "evidence-unreadable",
    "evidence-gaps",
    "list-sbom",
    "stray-tag",
];

/// Rules of registries without the referrers API, which the demo has; `evidence::mending` has them.
pub const OF_REGISTRIES: [&str; 1] = ["unlisted-attestation"];

#[test]
fn no_rule_that_a_registry_can_show_is_left_out() {
    let known: BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
    let shown = SHOWN.iter().map(|(rule, ..)| *rule);
    let told: BTreeSet<&str> = shown
        .chain(OF_MACHINES)
        .chain(OF_PROGRAMS)
        .chain(OF_EVIDENCE)
        .chain(OF_REGISTRIES)
        .collect();
    assert_eq!(known, told);
    for (_, shown, _) in SHOWN {
        assert!(samples().iter().any(|sample| sample.reference == shown), "{shown}");
    }
}

#[tokio::test]
async fn every_registry_side_finding_has_a_sample() {
    let mut lab = Lab::new().await;
    lab.mirrors = vec![format!("{}/{MIRROR}", lab.sandbox.host())];
    for (rule, sample, host) in SHOWN {
        let pinned = match (rule, sample.split_once(':')) {
            ("pinned-child", Some((repository, tag))) => {
                let list = lab.sandbox.store().repository(repository).manifest(tag).unwrap();
                let list: serde_json::Value = serde_json::from_slice(&list).unwrap();
                let child = list["manifests"][0]["digest"].as_str().unwrap();
                format!("{repository}@{child}")
            }
            _ => sample.to_owned(),
        };
        let findings = lab.findings(&pinned, host).await;
        let found = find(&findings, rule);
        assert!(found.is_some(), "{rule} in {sample}: {findings:#?}");
        assert!(found.unwrap().next_step.len() > 10, "{found:?}");
        // What runs everywhere is cleared, whatever else is worth knowing of it.
        let grave = findings.iter().any(|finding| finding.severity <= Severity::Warning);
        assert!(!grave || find(&findings, "agreement").is_none(), "{sample}: {findings:#?}");
    }
}

#[tokio::test]
async fn a_good_image_is_cleared_and_no_more() {
    let lab = Lab::new().await;
    let findings = lab.findings("demo/ten-platforms:latest", "linux/arm64").await;
    let rules: Vec<_> = findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["agreement"], "{findings:#?}");
}

#[tokio::test]
async fn a_pinned_child_names_its_list() {
    let lab = Lab::new().await;
    let repository = lab.sandbox.store().repository("demo/cases");
    let child = repository.resolve("flattened-tag").unwrap();
    repository.tag("latest", &repository.resolve("flattened-tag-1.0").unwrap());
    let findings = lab.findings(&format!("demo/cases@{child}"), "linux/arm64").await;
    let found = find(&findings, "pinned-child").unwrap();
    assert!(found.evidence[1].contains("the tag latest names"), "{found:#?}");
}
