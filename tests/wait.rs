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
    assert!(ran.stderr.contains("not as it was waited for"), "{}", ran.stderr);
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
            "30ms",
            "--interval",
            "10ms",
        ])
        .await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("not found"), "{}", ran.stderr);
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
