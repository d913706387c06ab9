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
        let four = store.index().entries(images[..4].to_vec());
        four.entries(attestations[..4].to_vec()).push_tag("4");
        store.index().entries(images).entries(attestations).push_tag("1");
        self
    }

    fn at(&self, name: &str) -> String {
        format!("{}/{name}", self.sandbox.host())
    }

    /// Another registry of the same kind, empty.
    async fn another() -> Sandbox {
        let options = SandboxOptions { referrers_api: false, ..SandboxOptions::default() };
        Sandbox::start(options).await.unwrap()
    }

    /// As a person who never ran platy.
    fn anew(&mut self) {
        self.home = TempDir::new().unwrap();
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

/// The tag for the guard; four tags and four configs; the tag right before it is written, the list,
/// and the tag read back. That the children are there is known: their tags were read.
#[tokio::test(flavor = "multi_thread")]
async fn creating_a_list_of_four_images() {
    let mut lab = Lab::start().await;
    let sources: Vec<String> = (0..4).map(|at| lab.at(&format!("team/ten:one-{at}"))).collect();
    let target = lab.at("team/ten:four");
    let mut arguments = vec!["create", &target];
    arguments.extend(sources.iter().map(String::as_str));
    arguments.push("--yes");
    assert_eq!(lab.requests(&arguments).await, 12);
    lab.anew();
    let target = lab.at("team/ten:four-without-cache");
    arguments[1] = &target;
    arguments.push("--no-cache");
    assert_eq!(lab.requests(&arguments).await, 12);
}

/// The list; the tag right before it is written; what the tag loses, for the journal: the image with
/// its config and the attestation; the new list; the tag read back, and whether the old list is
/// still there. Nothing of the children that stay is asked: the list that names them was read a
/// moment ago.
#[tokio::test(flavor = "multi_thread")]
async fn removing_one_platform() {
    let mut lab = Lab::start().await;
    let reference = lab.at(TEN);
    let one = ["edit", &reference, "--remove", "linux/arm/v3", "--yes"];
    assert_eq!(lab.requests(&one).await, 8);
    lab.anew();
    let two = ["edit", &reference, "--remove", "linux/arm/v4", "--yes", "--no-cache"];
    assert_eq!(lab.requests(&two).await, 8);
}

/// The tag; the list; the image and its config; the attestation; four mounts and two manifests, which
/// the registry answers with the digests that it keeps them by; the tag, the list, the tag read back.
#[tokio::test(flavor = "multi_thread")]
async fn one_platform_to_another_repository_with_its_attestation() {
    let lab = Lab::start().await;
    let (from, to) = (lab.at(TEN), lab.at("team/one:1"));
    let arguments = ["create", &to, &from, "--platform", "linux/arm/v3", "--yes"];
    assert_eq!(lab.requests(&arguments).await, 14);
}

/// As `create`, without the config, which names no platform that the list does not; and what refers
/// to the list at the source, for the receipt: the API that there is not, and the tags. Whether the
/// target has the new list is not asked: it was put together a moment ago.
#[tokio::test(flavor = "multi_thread")]
async fn copying_one_platform_with_its_attestation() {
    let lab = Lab::start().await;
    let (from, to) = (lab.at(TEN), lab.at("team/copied:1"));
    let arguments = ["copy", &from, &to, "--platform", "linux/arm/v3", "--yes"];
    assert_eq!(lab.requests(&arguments).await, 15);
    // A list that is copied as it is may be there under another name: nothing moves then. Whether its
    // twenty manifests are there is asked before it gets a name more, and at the end.
    let (first, second) = (lab.at("team/whole:1"), lab.at("team/whole:2"));
    lab.requests(&["copy", &from, &first, "--yes"]).await;
    assert_eq!(lab.requests(&["copy", &from, &second, "--yes"]).await, 48);
}

#[tokio::test(flavor = "multi_thread")]
async fn copying_four_images_to_another_registry() {
    let lab = Lab::start().await;
    let other = Lab::another().await;
    let from = lab.at("team/ten:4");
    let to = format!("{}/team/four:1", other.host());
    let arguments = ["copy", &from, &to, "--yes"];
    let count = async |arguments: &[&str]| {
        other.requests().clear();
        lab.requests(arguments).await + other.requests().count()
    };
    assert_eq!((count(&arguments).await, count(&arguments).await), (63, 2));
}
