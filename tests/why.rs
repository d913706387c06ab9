//! `platy why` and `platy matrix` on the sandbox's samples.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "a failed unwrap is a failed test"
)]

mod support;

use platy::oci::{Descriptor, Digest, MediaType, Platform};
use platy::sandbox::{Fault, Rule, Sandbox, SandboxOptions};
use serde_json::{Value, json};
use support::command::{Ran, platy};
use tempfile::TempDir;

const HELLO: &str = "yorek/multiarch-hello-world:latest";
const TEN: &str = "demo/ten-platforms:latest";

struct Lab {
    sandbox: Sandbox,
    home: TempDir,
}

impl Lab {
    async fn start() -> Self {
        let options = SandboxOptions { samples: true, ..SandboxOptions::default() };
        Self { sandbox: Sandbox::start(options).await.unwrap(), home: TempDir::new().unwrap() }
    }

    fn reference(&self, name: &str) -> String {
        format!("{}/{name}", self.sandbox.host())
    }

    /// Runs a command on a reference, away from the threads that serve it.
    async fn run(&self, command: &str, name: &str, arguments: &[&str]) -> Ran {
        let home = self.home.path().to_owned();
        let reference = self.reference(name);
        let arguments: Vec<String> = [command, &reference]
            .iter()
            .chain(arguments)
            .map(|argument| (*argument).to_owned())
            .collect();
        tokio::task::spawn_blocking(move || {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            platy(&home, &arguments)
        })
        .await
        .unwrap()
    }

    async fn why(&self, name: &str, arguments: &str) -> Ran {
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        self.run("why", name, &arguments).await
    }

    /// The only engine's answer.
    async fn answer(&self, name: &str, arguments: &str) -> (i32, Value) {
        let ran = self.why(name, &format!("--json {arguments}")).await;
        let json = ran.json();
        assert_eq!(json["engines"].as_array().unwrap().len(), 1, "{arguments}");
        (ran.code, json["engines"][0].clone())
    }
}
#[tokio::test(flavor = "multi_thread")]
async fn print_all() {
    let lab = Lab::start().await;
    for (name, args) in [
        (TEN, "--host pi-zero"),
        (HELLO, ""),
        (HELLO, "--host apple-silicon"),
        (HELLO, "--host apple-silicon --engine docker"),
        (TEN, "--host pi-2 --engine docker"),
        ("demo/nested:latest", "--host pi-2 --engine docker"),
        ("demo/nested:latest", "--host pi-2"),
        ("demo/broken:latest", "--host pi-2"),
        ("demo/liar:latest", "--host apple-silicon"),
        ("yorek/multiarch-hello-world:linux", "--host pi-4"),
        ("demo/odd:no-platform", "--host x86-64-v2"),
        ("demo/odd:chart", "--host x86-64-v2"),
        ("demo/odd:schema1", "--host x86-64-v2"),
        ("demo/hostile:latest", "--host x86-64-v2 --engine docker"),
        ("demo/odd:odd-entry", "--engine podman --host pi-4"),
        (HELLO, "--host linux/amd64 --platform linux/arm64/foo/bar"),
        (HELLO, "--engine dokker"),
        (HELLO, "--host toaster"),
        ("demo/nothing:latest", ""),
    ] {
        let ran = lab.why(name, args).await;
        println!("=== {name} {args} → {}\n{}{}", ran.code, ran.text(), ran.stderr);
    }
}
#[tokio::test(flavor = "multi_thread")]
async fn print_matrix() {
    let lab = Lab::start().await;
    for name in [
        TEN,
        HELLO,
        "demo/nested:latest",
        "demo/broken:latest",
        "yorek/multiarch-hello-world:linux",
        "demo/hostile:latest",
    ] {
        let ran = lab.run("matrix", name, &[]).await;
        println!("=== {name} → {}\n{}{}", ran.code, ran.text(), ran.stderr);
    }
}
