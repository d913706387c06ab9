//! What registries, mirrors and old clients are answered.

use platy::sandbox::{Fault, Rule};

use super::{Lab, find};

#[tokio::test]
async fn a_stale_mirror_is_shown_beside_the_registry() {
    let mut lab = Lab::new().await;
    let mirror = Lab::new().await;
    let cached = mirror.sandbox.store().repository("hub/demo/ten-platforms");
    let old = cached.image("linux", "amd64", "").layer("old").push_tag("latest");
    let folder = tempfile::tempdir().unwrap();
    let host = lab.sandbox.host().to_string();
    let certs = folder.path().join(&host);
    std::fs::create_dir(&certs).unwrap();
    let hosts = format!("[host.'http://{}/v2/hub']\noverride_path = true\n", mirror.sandbox.host());
    std::fs::write(certs.join("hosts.toml"), hosts).unwrap();
    lab.around.places.hosts_dirs = vec![folder.path().to_owned()];

    let findings = lab.findings("demo/ten-platforms:latest", "linux/arm64").await;
    let found = find(&findings, "mirror-differs").unwrap();
    let evidence = found.evidence.join("\n");
    assert!(evidence.contains(old.digest.as_str()), "{evidence}");
    assert!(evidence.contains("hosts.toml"), "{evidence}");
    // The mirror is told which registry it stands for, and is asked once.
    let asked = mirror.sandbox.requests().all();
    let asked: Vec<String> = asked.iter().map(ToString::to_string).collect();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert!(asked[0].starts_with("HEAD ") && asked[0].contains("?ns=127.0.0.1"), "{asked:?}");
}

#[tokio::test]
async fn a_mirror_that_fails_is_named_as_unseen() {
    let mut lab = Lab::new().await;
    let broken = Lab::new().await;
    broken.sandbox.faults().add(Rule::new(Fault::status(503)));
    lab.mirrors = vec![broken.sandbox.host().to_string(), "not a host".to_owned()];
    let facts = lab.facts("demo/ten-platforms:latest", "linux/arm64").await;
    let mirrors = facts.mirrors.known().unwrap();
    assert_eq!(mirrors.len(), 2);
    assert!(mirrors[0].answer.missing().unwrap().contains("the registry failed"), "{mirrors:?}");
    assert!(mirrors[1].answer.missing().unwrap().contains("write HOST"), "{mirrors:?}");
    assert!(find(&platy::model::diagnose::diagnose(&facts), "mirror-differs").is_none());
}

#[tokio::test]
async fn plain_http_to_another_machine_needs_leave() {
    let mut lab = Lab::new().await;
    lab.mirrors = vec!["http://mirror.example:5000".to_owned()];
    let facts = lab.facts("demo/ten-platforms:latest", "linux/arm64").await;
    let why = facts.mirrors.known().unwrap()[0].answer.missing().unwrap();
    assert!(why.contains("--plain-http mirror.example:5000"), "{why}");
}

#[tokio::test]
async fn a_client_that_accepts_no_list_gets_a_child() {
    let lab = Lab::new().await;
    let findings = lab.findings("yorek/multiarch-hello-world:latest", "linux/amd64/v3").await;
    let found = find(&findings, "accept-differs").unwrap();
    let line = found.evidence.iter().find(|line| line.starts_with("manifests, no lists")).unwrap();
    assert!(line.contains("which is no. 1: linux/amd64"), "{found:#?}");
    // An OCI index gives such clients an error, not another object.
    let findings = lab.findings("demo/ten-platforms:latest", "linux/arm64").await;
    assert!(find(&findings, "accept-differs").is_none());
}

#[tokio::test]
async fn a_registry_without_a_digest_header_is_asked_with_the_same_accept() {
    let lab = Lab::new().await;
    lab.sandbox.faults().add(Rule::new(Fault::DigestHeader(None)));
    let facts = lab.facts("yorek/multiarch-hello-world:latest", "linux/amd64/v3").await;
    let behind = facts.behind.as_ref().unwrap();
    let accepts = facts.accepts.known().unwrap();
    let last = accepts[2].answer.known().unwrap();
    assert_eq!(last.digest, behind.entries[0].digest);
    assert_eq!(accepts[0].answer.known().unwrap().digest, behind.digest);
}

#[tokio::test]
async fn few_requests_are_made_besides() {
    let lab = Lab::new().await;
    lab.facts("demo/ten-platforms:1.2", "linux/arm64").await;
    let log = lab.sandbox.requests().all();
    let log: Vec<String> = log.iter().map(ToString::to_string).collect();
    let heads = log.iter().filter(|line| line.starts_with("HEAD ")).count();
    // Three Accept sets and `latest`.
    assert_eq!(heads, 4, "{log:#?}");
    assert!(!log.iter().any(|line| line.contains("tags/list")), "{log:#?}");
}

#[tokio::test]
async fn siblings_of_a_single_image_are_looked_at_and_no_more_than_six() {
    let lab = Lab::new().await;
    lab.facts("demo/cases:flattened-tag", "linux/arm64").await;
    let log = lab.sandbox.requests().all();
    let log: Vec<String> = log.iter().map(ToString::to_string).collect();
    let count = |part: &str| log.iter().filter(|line| line.contains(part)).count();
    assert_eq!(count("tags/list"), 1, "{log:#?}");
    // Three Accept sets, six tags.
    assert_eq!(count("HEAD "), 9, "{log:#?}");
    // The image, the entries of those six that are lists, its config.
    assert_eq!(log.len(), 1 + 9 + 8, "{log:#?}");
}
