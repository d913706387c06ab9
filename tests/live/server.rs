//! The project's registry on threads of its own, and what was fetched from it.

use std::collections::{BTreeMap, BTreeSet};

use platy::sandbox::{RepositoryStore, Sandbox, SandboxOptions};
use tokio::runtime::{Builder, Runtime};

/// A registry that ends with the program.
pub struct Server {
    sandbox: Sandbox,
    _runtime: Runtime,
}

impl Server {
    pub fn start() -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let sandbox = runtime.block_on(Sandbox::start(SandboxOptions::default())).unwrap();
        Self { sandbox, _runtime: runtime }
    }

    pub fn host(&self) -> String {
        self.sandbox.host().to_string()
    }

    pub fn repository(&self, name: &str) -> RepositoryStore {
        self.sandbox.store().repository(name)
    }

    pub fn reference(&self, name: &str) -> String {
        format!("{}/{name}:1", self.host())
    }

    /// The blobs that were sent whole, of each repository whose name begins with `first/`. The log
    /// is empty afterwards.
    pub fn fetched(&self, first: &str) -> BTreeMap<String, BTreeSet<String>> {
        let mut fetched: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for record in self.sandbox.requests().all() {
            let blob = record.path.strip_prefix("/v2/").and_then(|it| it.split_once("/blobs/"));
            if let Some((repository, digest)) = blob
                && repository.starts_with(&format!("{first}/"))
                && record.method == "GET"
                && record.status == Some(200)
            {
                fetched.entry(repository.to_owned()).or_default().insert(digest.to_owned());
            }
        }
        self.sandbox.requests().clear();
        fetched
    }
}
