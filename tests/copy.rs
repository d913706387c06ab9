//! `platy copy`: between registries, layouts, archives and folders of `dir:`.

mod created;
mod evidence;
mod files;
mod parts;
mod real;
mod refused;
mod registries;

use std::path::Path;

use platy::oci::Digest;
use platy::sandbox::{Sandbox, SandboxOptions};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::command::{Ran, platy};

/// A registry with the samples, an empty one, and a home.
pub struct Lab {
    pub from: Sandbox,
    pub to: Sandbox,
    pub home: TempDir,
}

impl Lab {
    pub async fn start() -> Self {
        Self::with(SandboxOptions::default()).await
    }

    /// With these options of the empty registry.
    pub async fn with(options: SandboxOptions) -> Self {
        let samples = SandboxOptions { samples: true, ..SandboxOptions::default() };
        Self {
            from: Sandbox::start(samples).await.unwrap(),
            to: Sandbox::start(options).await.unwrap(),
            home: TempDir::new().unwrap(),
        }
    }

    pub fn source(&self, name: &str) -> String {
        format!("{}/{name}", self.from.host())
    }

    pub fn target(&self, name: &str) -> String {
        format!("{}/{name}", self.to.host())
    }

    /// Runs a command in the home, away from the threads that serve it.
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

    /// Copies, and what came of it.
    pub async fn copy(&self, arguments: &[&str]) -> Value {
        let ran = self.run(&[&["copy", "--yes", "--json"], arguments].concat()).await;
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
        ran.json()
    }

    pub async fn digest(&self, reference: &str) -> String {
        let ran = self.run(&["digest", reference]).await;
        assert_eq!(ran.code, 0, "{reference}: {}", ran.stderr);
        ran.text().trim().to_owned()
    }

    /// Every manifest and blob that a list or image names is in the repository, byte for byte.
    pub fn assert_whole(&self, repository: &str, digest: &str) {
        let store = self.to.store().repository(repository);
        let digest: Digest = digest.parse().unwrap();
        let bytes = store.manifest(digest.as_str()).unwrap_or_else(|| panic!("{digest}"));
        assert!(digest.matches(&bytes));
        let json: Value = serde_json::from_slice(&bytes).unwrap();
        for entry in json["manifests"].as_array().into_iter().flatten() {
            self.assert_whole(repository, entry["digest"].as_str().unwrap());
        }
        let layers = json["layers"].as_array().into_iter().flatten();
        for blob in layers.chain(json.get("config")) {
            let digest: Digest = blob["digest"].as_str().unwrap().parse().unwrap();
            let bytes = store.blob(&digest).unwrap_or_else(|| panic!("{digest}"));
            assert!(digest.matches(&bytes));
        }
    }

    /// No half-written file is left in a folder.
    pub fn assert_tidy(&self, folder: &str) {
        fn walk(folder: &Path) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                assert!(!name.starts_with(".platy-"), "{}", path.display());
                if path.is_dir() {
                    walk(&path);
                }
            }
        }
        walk(&self.home.path().join(folder));
    }
}
