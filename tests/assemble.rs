//! Lists assembled, changed and pushed by commands, against the sandbox.

mod asking;
mod creating;
mod crossing;
mod editing;
mod exporting;
mod joining;
mod mending;
mod pushing;

use crate::support::command::{Ran, platy};
use bytes::Bytes;
use platy::oci::{Descriptor, Digest};
use platy::sandbox::{Sandbox, SandboxOptions};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A registry and a home.
pub struct Lab {
    pub sandbox: Sandbox,
    pub home: TempDir,
}

impl Lab {
    pub async fn start() -> Self {
        Self::with(SandboxOptions::default()).await
    }

    pub async fn with(options: SandboxOptions) -> Self {
        Self { sandbox: Sandbox::start(options).await.unwrap(), home: TempDir::new().unwrap() }
    }

    pub fn at(&self, name: &str) -> String {
        format!("{}/{name}", self.sandbox.host())
    }

    /// Runs a command, away from the threads that serve it.
    pub async fn run(&self, arguments: &[&str]) -> Ran {
        let home = self.home.path().to_owned();
        let arguments: Vec<String> = arguments.iter().map(|it| (*it).to_owned()).collect();
        tokio::task::spawn_blocking(move || {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            platy(&home, &arguments)
        })
        .await
        .unwrap()
    }

    /// What a tag holds.
    pub fn bytes(&self, repository: &str, tag: &str) -> Option<Bytes> {
        self.sandbox.store().repository(repository).manifest(tag)
    }

    pub fn digest(&self, repository: &str, tag: &str) -> Option<Digest> {
        self.sandbox.store().repository(repository).resolve(tag)
    }

    pub fn list(&self, repository: &str, tag: &str) -> Value {
        serde_json::from_slice(&self.bytes(repository, tag).unwrap()).unwrap()
    }

    /// Requests that change something.
    pub fn writes(&self) -> Vec<String> {
        let all = self.sandbox.requests().all();
        all.iter()
            .filter(|it| !matches!(it.method.as_str(), "GET" | "HEAD"))
            .map(|it| format!("{} {}", it.method, it.path))
            .collect()
    }

    /// `:linux` and `:windows` of a repository.
    pub fn hello(&self, repository: &str) {
        let repository = self.sandbox.store().repository(repository);
        repository.image("linux", "amd64", "").layer("hello from linux").push_tag("linux");
        repository
            .image("windows", "amd64", "")
            .os_version("10.0.17763.6414")
            .layer("hello from windows")
            .push_tag("windows");
    }

    /// `:component` of a repository, a WebAssembly component.
    pub fn component(&self, repository: &str) -> Descriptor {
        let repository = self.sandbox.store().repository(repository);
        let program = b"\0asm\x0d\0\x01\0".as_slice();
        let config = json!({
            "created": "2026-11-01T00:00:00Z", "architecture": "wasm", "os": "wasip2",
            "layerDigests": [Digest::sha256(program)], "component": { "exports": [], "imports": [] },
        });
        let component = repository
            .artifact("")
            .config("application/vnd.wasm.config.v0+json", config.to_string())
            .blob("application/wasm", program)
            .push();
        repository.tag("component", &component.digest);
        component
    }
}

/// `linux/arm/v7` of each entry.
pub fn platforms(list: &Value) -> Vec<String> {
    list["manifests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            let platform = &entry["platform"];
            let field = |name: &str| platform[name].as_str().unwrap_or_default().to_owned();
            let mut text = format!("{}/{}", field("os"), field("architecture"));
            if !field("variant").is_empty() {
                text = format!("{text}/{}", field("variant"));
            }
            text
        })
        .collect()
}
