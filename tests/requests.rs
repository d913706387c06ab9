//! How many requests each command sends, to a registry without the referrers API: beside those of
//! the other tools, in the benchmark.

use platy::oci::{Descriptor, Platform};
use platy::sandbox::{RepositoryStore, Sandbox, SandboxOptions};
use tempfile::TempDir;

use crate::support::command::{Ran, platy};

const TEN: &str = "team/ten:1";

struct Lab {
    sandbox: Sandbox,
    home: TempDir,
}

impl Lab {
    async fn start() -> Self {
        let options = SandboxOptions { referrers_api: false, ..SandboxOptions::default() };
        let sandbox = Sandbox::start(options).await.unwrap();
        Self { sandbox, home: TempDir::new().unwrap() }.filled()
    }

    /// A list of ten images with an attestation each, and its first four images under tags.
    fn filled(self) -> Self {
        let store = self.sandbox.store().repository("team/ten");
        let image = |at: usize| {
            let content = format!("layer {at}");
            store.image("linux", "arm", &format!("v{at}")).layer(content.into_bytes())
        };
        let images: Vec<Descriptor> = (0..10).map(|at| image(at).push()).collect();
        for at in 0..4 {
            image(at).push_tag(&format!("one-{at}"));
        }
        let attestations: Vec<Descriptor> = images.iter().map(|it| attests(&store, it)).collect();
        store.index().entries(images).entries(attestations).push_tag("1");
        self
    }

    fn at(&self, name: &str) -> String {
        format!("{}/{name}", self.sandbox.host())
    }

    /// Runs a command to its end, well; how many requests it sent.
    async fn requests(&self, arguments: &[&str]) -> usize {
        self.sandbox.requests().clear();
        let home = self.home.path().to_owned();
        let owned: Vec<String> = arguments.iter().map(|it| (*it).to_owned()).collect();
        let run = move || platy(&home, &owned.iter().map(String::as_str).collect::<Vec<_>>());
        let ran: Ran = tokio::task::spawn_blocking(run).await.unwrap();
        assert_eq!(ran.code, 0, "{arguments:?}: {}{}", ran.text(), ran.stderr);
        self.sandbox.requests().count()
    }
}

/// As BuildKit makes it.
fn attests(store: &RepositoryStore, image: &Descriptor) -> Descriptor {
    let mut entry = store
        .artifact("")
        .config("application/vnd.oci.image.config.v1+json", "{}")
        .blob("application/vnd.in-toto+json", image.digest.to_string())
        .push();
    entry.platform = Some(Platform::new("unknown", "unknown", ""));
    for (key, value) in [
        ("vnd.docker.reference.digest", image.digest.as_str()),
        ("vnd.docker.reference.type", "attestation-manifest"),
    ] {
        entry.annotations.insert(key.to_owned(), value.to_owned());
    }
    entry
}

/// The index, twenty manifests, ten configs; with the referrers one question to the API that there
/// is not, and one page of tags.
#[tokio::test(flavor = "multi_thread")]
async fn inspecting_a_list() {
    let lab = Lab::start().await;
    let reference = lab.at(TEN);
    assert_eq!(lab.requests(&["inspect", "--no-cache", &reference]).await, 31);
    assert_eq!(lab.requests(&["inspect", "--referrers", "--no-cache", &reference]).await, 33);
    assert_eq!(lab.requests(&["inspect", "--referrers", &reference]).await, 33);
    assert_eq!(lab.requests(&["inspect", "--referrers", &reference]).await, 3);
    assert_eq!(lab.requests(&["inspect", &reference]).await, 1);
}
