//! `platy wait` and `platy watch`.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use crate::support::command::{PLATY, Ran, command, platy};
use platy::sandbox::{Fault, Rule, Sandbox, SandboxOptions};
use serde_json::Value;
use tempfile::TempDir;

struct Lab {
    sandbox: Sandbox,
    home: TempDir,
}

impl Lab {
    async fn start() -> Self {
        Self {
            sandbox: Sandbox::start(SandboxOptions::default()).await.unwrap(),
            home: TempDir::new().unwrap(),
        }
    }

    fn reference(&self) -> String {
        format!("{}/team/app:1", self.sandbox.host())
    }

    /// Puts a list of images for these architectures under the tag.
    fn push(&self, architectures: &[&'static str]) -> String {
        let repository = self.sandbox.store().repository("team/app");
        let images =
            architectures.iter().map(|it| repository.image("linux", it, "").layer(*it).push());
        let images: Vec<_> = images.collect();
        repository.index().entries(images).push_tag("1").digest.to_string()
    }

    fn start_platy(&self, arguments: &[&str]) -> Child {
        command(PLATY, self.home.path())
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    async fn run(&self, arguments: &[&str]) -> Ran {
        let home = self.home.path().to_owned();
        let arguments: Vec<String> = arguments.iter().map(|it| (*it).to_owned()).collect();
        tokio::task::spawn_blocking(move || {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            platy(&home, &arguments)
        })
        .await
        .unwrap()
    }

    /// Until the sandbox was asked this often.
    async fn asked(&self, times: usize) {
        self.sandbox.requests().wait_for(|requests| requests.count() >= times).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_when_the_tag_has_all_platforms() {
    let lab = Lab::start().await;
    let reference = lab.reference();
    let waiting = lab.start_platy(&[
        "wait",
        &reference,
        "--platform",
        "linux/amd64,linux/arm64/v8",
        "--interval",
        "20ms",
        "--for",
        "5m",
    ]);
    lab.asked(1).await;
    lab.push(&["amd64"]);
    lab.asked(lab.sandbox.requests().count() + 3).await;
    let digest = lab.push(&["amd64", "arm64"]);
    let output = tokio::task::spawn_blocking(|| waiting.wait_with_output()).await.unwrap().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), digest);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_says_what_was_missing_when_the_time_is_over() {
    let lab = Lab::start().await;
    lab.push(&["amd64"]);
    let other = format!("sha256:{}", "0".repeat(64));
    let reference = lab.reference();
    let ran = lab
        .run(&[
            "wait",
            &reference,
            "--platform",
            "linux/s390x",
            "--digest",
            &other,
            "--for",
            "50ms",
            "--interval",
            "10ms",
            "--json",
        ])
        .await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let missing = ran.json()["missing"].as_array().unwrap().clone();
    assert_eq!(missing.len(), 2, "{missing:?}");
    assert_eq!(missing[0], "no image for linux/s390x");
    assert!(ran.stderr.contains("still not ready after"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_whose_manifest_is_not_there_is_waited_for() {
    let lab = Lab::start().await;
    lab.push(&["amd64"]);
    let rule = Rule::new(Fault::status(404)).contains("/manifests/sha256:");
    lab.sandbox.faults().add(rule);
    let reference = lab.reference();
    let ran = lab
        .run(&[
            "wait",
            &reference,
            "--platform",
            "linux/amd64",
            "--for",
            "1s",
            "--interval",
            "100ms",
        ])
        .await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("the manifest for linux/amd64 was not found"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn images_of_lists_in_lists_and_entries_without_a_platform_count() {
    let lab = Lab::start().await;
    let repository = lab.sandbox.store().repository("team/app");
    let amd64 = repository.image("linux", "amd64", "").layer("a").push();
    let mut arm64 = repository.image("linux", "arm64", "v8").layer("b").push();
    arm64.platform = None;
    let inner = repository.index().entry(amd64).push();
    repository.index().entries(vec![inner, arm64]).push_tag("1");
    let reference = lab.reference();
    let ran = lab.run(&["wait", &reference, "--platform", "linux/x86_64,linux/aarch64"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_in_the_list_and_beside_it_is_waited_for() {
    // Forms: BuildKit 0.34 (in the list), Cosign 3.1 (a bundle, a tag), oras (an SBOM).
    let lab = Lab::start().await;
    let reference = lab.reference();
    let repository = lab.sandbox.store().repository("team/app");
    let image = repository.image("linux", "amd64", "").layer("a").push();
    let predicate = |predicate: &str| {
        let blob = [("in-toto.io/predicate-type", predicate)];
        let artifact = repository.artifact("application/vnd.docker.attestation.manifest.v1+json");
        let mut entry = artifact
            .annotated_blob("application/vnd.in-toto+json", predicate.to_owned(), &blob)
            .push();
        entry.annotations.insert("vnd.docker.reference.type".into(), "attestation-manifest".into());
        let digest = image.digest.to_string();
        entry.annotations.insert("vnd.docker.reference.digest".into(), digest);
        entry.platform = Some(platy::oci::Platform::new("unknown", "unknown", ""));
        entry
    };
    let attested = predicate("https://slsa.dev/provenance/v1");
    let list = repository.index().entries(vec![image.clone(), attested]).push_tag("1");
    let wait = |kinds: &'static str, time: &'static str| {
        let arguments = ["wait", &reference, "--evidence", kinds, "--for", time];
        let arguments: Vec<String> = arguments.iter().map(|it| (*it).to_owned()).collect();
        let lab = &lab;
        async move {
            let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            arguments.extend(["--interval", "10ms"]);
            lab.run(&arguments).await
        }
    };
    assert_eq!(wait("provenance", "5m").await.code, 0);
    let ran = wait("sbom,signature", "100ms").await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("no SBOM of linux/amd64, no signature of"), "{}", ran.stderr);
    // An SBOM beside the image, and a bundle beside the list.
    repository.artifact("application/spdx+json").subject(&image).push();
    let bundle = |predicate: &str, subject: &platy::oci::Descriptor| {
        repository
            .artifact("application/vnd.dev.sigstore.bundle.v0.3+json")
            .annotation("dev.sigstore.bundle.predicateType", predicate)
            .subject(subject)
            .push()
    };
    bundle("https://openvex.dev/ns/v0.2.0", &list);
    assert_eq!(wait("sbom", "5m").await.code, 0);
    assert_eq!(wait("signature", "100ms").await.code, 1);
    bundle("https://sigstore.dev/cosign/sign/v1", &list);
    assert_eq!(wait("sbom,signature,provenance", "5m").await.code, 0);
    let ran = wait("receipt", "5m").await;
    assert_eq!(ran.code, 2, "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_asks_for_more_time_than_there_is_is_named() {
    let lab = Lab::start().await;
    lab.push(&["amd64"]);
    lab.sandbox.faults().add(Rule::new(Fault::retry_after(429, 3600)).contains("/manifests/"));
    let reference = lab.reference();
    let ran = lab.run(&["wait", &reference, "--for", "200ms", "--json"]).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let missing = ran.json()["missing"].to_string();
    assert!(missing.contains("asked to slow down; trying again in 3"), "{missing}");
}

#[tokio::test(flavor = "multi_thread")]
async fn trouble_that_does_not_pass_ends_it() {
    let lab = Lab::start().await;
    lab.push(&["amd64"]);
    lab.sandbox.faults().add(Rule::new(Fault::status(403)).contains("/manifests/"));
    let reference = lab.reference();
    let ran = lab.run(&["wait", &reference, "--for", "10m"]).await;
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    let ran = lab.run(&["wait", &reference, "--for", "never"]).await;
    assert!(ran.stderr.contains("is not a time"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_comes_and_goes_is_told_too() {
    let lab = Lab::start().await;
    let reference = lab.reference();
    let told = lab.home.path().join("told");
    let exec = format!("echo x >> {}", told.display());
    let arguments = ["watch", &reference, "--interval", "20ms", "--exec", &exec];
    let mut watching = lab.start_platy(&arguments);
    let mut lines = BufReader::new(watching.stdout.take().unwrap()).lines();
    let mut next = || tokio::task::block_in_place(|| lines.next().unwrap().unwrap());
    assert!(next().ends_with("  nothing"));
    let first = lab.push(&["amd64"]);
    assert!(next().ends_with(&format!("nothing → {first}  linux/amd64 added")));
    lab.sandbox.store().repository("team/app").remove_tag("1");
    assert!(next().ends_with(&format!("{first} → nothing  linux/amd64 removed")));
    while std::fs::read_to_string(&told).unwrap_or_default() != "x\nx\n" {
        tokio::task::yield_now().await;
    }
    watching.kill().unwrap();
    watching.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_is_told_with_before_and_after_and_a_command_runs() {
    let lab = Lab::start().await;
    let first = lab.push(&["amd64", "arm64"]);
    let reference = lab.reference();
    let told = lab.home.path().join("told");
    let exec = format!("echo $PLATY_BEFORE $PLATY_AFTER > {}", told.display());
    let arguments = ["watch", &reference, "--json", "--interval", "20ms", "--exec", &exec];
    let mut watching = lab.start_platy(&arguments);
    let mut lines = BufReader::new(watching.stdout.take().unwrap()).lines();
    let (line, mut lines) =
        tokio::task::spawn_blocking(move || (lines.next().unwrap().unwrap(), lines)).await.unwrap();
    let line: Value = serde_json::from_str(&line).unwrap();
    crate::support::command::schema::holds("watch", &line);
    assert_eq!((&line["before"], &line["after"]), (&Value::Null, &Value::from(first.clone())));
    let second = lab.push(&["amd64", "s390x"]);
    let line = tokio::task::spawn_blocking(move || lines.next().unwrap().unwrap()).await.unwrap();
    let line: Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&line["before"], &line["after"]), (&first.clone().into(), &second.clone().into()));
    assert_eq!(line["platforms"]["linux/arm64"], "removed");
    assert_eq!(line["platforms"]["linux/s390x"], "added");
    assert_eq!(line["platforms"].as_object().unwrap().len(), 2);
    let expected = format!("{first} {second}\n");
    while std::fs::read_to_string(&told).unwrap_or_default() != expected {
        tokio::task::yield_now().await;
    }
    watching.kill().unwrap();
    watching.wait().unwrap();
}

/// HEADs on 9305aee, which say a digest without the bytes that it is of.
#[tokio::test(flavor = "multi_thread")]
async fn a_look_at_what_did_not_move_is_one_conditional_get() {
    let lab = Lab::start().await;
    lab.push(&["amd64", "arm64"]);
    let reference = lab.reference();
    let mut watching = lab.start_platy(&["watch", &reference, "--interval", "20ms"]);
    let mut lines = BufReader::new(watching.stdout.take().unwrap()).lines();
    tokio::task::block_in_place(|| lines.next().unwrap().unwrap());
    lab.sandbox.requests().clear();
    lab.asked(4).await;
    watching.kill().unwrap();
    watching.wait().unwrap();
    let looks = lab.sandbox.requests().all().into_iter().take(3);
    let looks: Vec<_> = looks.map(|it| (it.method.to_string(), it.status)).collect();
    assert_eq!(looks, vec![("GET".to_owned(), Some(304)); 3]);
}
