//! `platy demo` can show every finding that a registry can.

use platy::diagnose::Severity;

use super::{Lab, find};

#[tokio::test]
async fn every_registry_side_finding_has_a_sample() {
    let lab = Lab::new().await;
    for (rule, sample, host) in [
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
        ("agreement", "demo/ten-platforms:latest", "linux/arm64"),
    ] {
        let findings = lab.findings(sample, host).await;
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
