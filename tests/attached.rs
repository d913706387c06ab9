//! What is attached to images: how it is named, found and copied.

use platy::oci::{Descriptor, MediaType};
use platy::sandbox::{RepositoryStore, Sandbox, SandboxOptions};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::command::{Ran, platy};

const BUNDLE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";
const PREDICATE: &str = "dev.sigstore.bundle.predicateType";
const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";

struct Lab {
    sandbox: Sandbox,
    home: TempDir,
}

impl Lab {
    async fn new(referrers_api: bool) -> Self {
        let options = SandboxOptions { referrers_api, ..SandboxOptions::default() };
        Self { sandbox: Sandbox::start(options).await.unwrap(), home: TempDir::new().unwrap() }
    }

    fn store(&self, name: &str) -> RepositoryStore {
        self.sandbox.store().repository(name)
    }

    fn at(&self, name: &str) -> String {
        format!("{}/{name}", self.sandbox.host())
    }

    async fn run(&self, arguments: &[&str]) -> Ran {
        let home = self.home.path().to_owned();
        let arguments: Vec<String> = arguments.iter().map(|it| (*it).to_owned()).collect();
        let run = move || {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            platy(&home, &arguments)
        };
        tokio::task::spawn_blocking(run).await.unwrap()
    }

    /// The names of what refers to the root, as `inspect --json` gives them.
    async fn names(&self, reference: &str) -> Vec<String> {
        let ran = self.run(&["inspect", "--referrers", "--json", reference]).await;
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        names(&ran.json()["referrers"])
    }
}

fn names(referrers: &Value) -> Vec<String> {
    let referrers = referrers.as_array().unwrap();
    let mut names: Vec<String> =
        referrers.iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

fn bundle(store: &RepositoryStore, subject: &Descriptor, predicate: &str) -> Descriptor {
    store
        .artifact(BUNDLE)
        .blob(BUNDLE, predicate.to_owned())
        .annotation(PREDICATE, predicate)
        .subject(subject)
        .push()
}

/// cosign 3.1.3: a signature, an SBOM and a VEX document are bundles of one type. Its entries of
/// fallback lists have no annotations; the manifests have.
#[tokio::test(flavor = "multi_thread")]
async fn bundles_are_named_by_their_predicates() {
    for api in [true, false] {
        let lab = Lab::new(api).await;
        let store = lab.store("app");
        let image = store.image("linux", "amd64", "").layer("a").push();
        let list = store.index().entry(image).push_tag("1");
        let predicates = [
            "https://sigstore.dev/cosign/sign/v1",
            "https://spdx.dev/Document",
            "https://slsa.dev/provenance/v1",
            "https://openvex.dev/ns/v0.2.0",
        ];
        let found = predicates.map(|it| bundle(&store, &list, it));
        if !api {
            let bare = found.each_ref().map(|it| {
                json!({
                    "mediaType": it.media_type.as_str(), "digest": it.digest, "size": it.size,
                    "artifactType": BUNDLE,
                })
            });
            fallback(&store, &list, &bare);
        }
        let expected = [
            "SBOM SPDX (bundle)",
            "SLSA provenance v1 (bundle)",
            "VEX OpenVEX v0.2.0 (bundle)",
            "cosign signature (bundle)",
        ];
        assert_eq!(lab.names(&lab.at("app:1")).await, expected, "API: {api}");
        let text = lab.run(&["inspect", "--referrers", &lab.at("app:1")]).await.text();
        assert!(expected.iter().all(|name| text.contains(name)), "{text}");
    }
}

/// Puts a list under the fallback tag of a digest.
fn fallback(store: &RepositoryStore, of: &Descriptor, entries: &[Value]) {
    let list = json!({ "schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries });
    let list = store.put_manifest(OCI_INDEX, list.to_string());
    store.tag(&of.digest.as_str().replace(':', "-"), &list.digest);
}

/// `cosign copy` 3.1.3 tags a list with its own digest, so that its images are where referrers
/// are looked up. What counts names the digest as its subject.
#[tokio::test(flavor = "multi_thread")]
async fn what_stands_under_a_fallback_tag_counts_only_with_that_subject() {
    let lab = Lab::new(false).await;
    let store = lab.store("app");
    let images = ["amd64", "arm64"].map(|it| store.image("linux", it, "").layer(it).push());
    let list = store.index().entries(images.clone()).push_tag("1");
    store.tag(&list.digest.as_str().replace(':', "-"), &list.digest);
    assert_eq!(lab.names(&lab.at("app:1")).await, [""; 0]);
    let text = lab.run(&["inspect", "--referrers", &lab.at("app:1")]).await.text();
    assert!(!text.contains("referrers"), "{text}");
    // A copy with what refers to it takes none of them for a referrer.
    let (to, from) = (lab.at("copy:1"), lab.at("app:1"));
    let ran = lab.run(&["create", &to, &from, "--referrers", "--yes"]).await;
    assert_eq!(ran.code, 0, "{}{}", ran.text(), ran.stderr);
    assert_eq!(lab.store("copy").resolve("1"), Some(list.digest.clone()));
    // One of the list's own beside one of another image.
    let own = bundle(&store, &list, "https://spdx.dev/Document");
    let other = bundle(&store, &images[0], "https://slsa.dev/provenance/v1");
    let entry = |it: &Descriptor| json!({ "mediaType": it.media_type.as_str(), "digest": it.digest, "size": it.size });
    fallback(&store, &list, &[entry(&own), entry(&other)]);
    assert_eq!(lab.names(&lab.at("app:1")).await, ["SBOM SPDX (bundle)"]);
}

/// An SBOM that is signed itself (notation 1.3.2 on what `oras attach` 1.3.6 wrote).
#[tokio::test(flavor = "multi_thread")]
async fn referrers_of_referrers_are_shown_and_copied() {
    for api in [true, false] {
        let lab = Lab::new(api).await;
        let store = lab.store("app");
        let image = store.image("linux", "amd64", "").layer("a").push();
        let list = store.index().entry(image.clone()).push_tag("1");
        let sbom = store
            .artifact("application/spdx+json")
            .blob("application/spdx+json", "{}")
            .annotation("org.opencontainers.image.title", "sbom.json")
            .subject(&list)
            .push();
        let notation = "application/vnd.cncf.notary.signature";
        let signature = store.artifact(notation).blob("application/jose+json", "s").subject(&sbom);
        let signature = signature.push();
        if !api {
            store.write_fallback_tags();
        }
        let ran = lab.run(&["inspect", "--referrers", "--json", &lab.at("app:1")]).await;
        let referrers = ran.json()["referrers"].clone();
        assert_eq!(names(&referrers), ["SBOM SPDX sbom.json"], "API: {api}");
        assert_eq!(names(&referrers[0]["referrers"]), ["Notation signature"], "API: {api}");
        let ran =
            lab.run(&["create", &lab.at("to:1"), &lab.at("app:1"), "--referrers", "--yes"]).await;
        assert_eq!(ran.code, 0, "{}{}", ran.text(), ran.stderr);
        let copy = lab.store("to");
        assert_eq!(copy.resolve("1"), Some(list.digest.clone()), "its bytes are untouched");
        for digest in [&sbom.digest, &signature.digest] {
            assert!(copy.manifest(digest.as_str()).is_some(), "API: {api}");
        }
        assert_eq!(lab.names(&lab.at("to:1")).await, ["SBOM SPDX sbom.json"], "API: {api}");
    }
}

/// The tag that cosign makes of a digest.
fn cosign_tag(of: &Descriptor, suffix: &str) -> String {
    format!("{}{suffix}", of.digest.as_str().replace(':', "-"))
}

fn signature(store: &RepositoryStore, of: &Descriptor) -> Descriptor {
    let layer = platy::sandbox::Layer::opaque("", "signed")
        .with_media_type("application/vnd.dev.cosign.simplesigning.v1+json");
    store
        .image("", "", "")
        .created("0001-01-01T00:00:00Z")
        .layer(layer)
        .push_tag(&cosign_tag(of, ".sig"))
}

/// Tags made of digests are what they are, in lists and opened (cosign 3.1.3).
#[tokio::test(flavor = "multi_thread")]
async fn tags_of_signatures_and_referrers_are_called_so() {
    let lab = Lab::new(false).await;
    let store = lab.store("app");
    let image = store.image("linux", "amd64", "").layer("a").push();
    let list = store.index().entry(image.clone()).push_tag("1.0");
    signature(&store, &list);
    bundle(&store, &image, "https://spdx.dev/Document");
    store.write_fallback_tags();
    let ran = lab.run(&["tags", "--json", &lab.at("app")]).await;
    let mut attached: Vec<String> = ran.json()["attached"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| format!("{} of {}", it["as"].as_str().unwrap(), it["of"].as_str().unwrap()))
        .collect();
    attached.sort();
    assert_eq!(
        attached,
        [format!("referrers of {}", image.digest), format!("signature of {}", list.digest)]
    );
    assert_eq!(lab.run(&["tags", &lab.at("app")]).await.text().lines().next(), Some("1.0"));
    for (tag, what, of) in [
        (cosign_tag(&list, ".sig"), "signature", &list),
        (cosign_tag(&image, ""), "referrers", &image),
    ] {
        let reference = lab.at(&format!("app:{tag}"));
        let ran = lab.run(&["inspect", &reference]).await;
        let words = format!("{what} of {}", of.digest.short());
        assert!(ran.text().contains(&words), "{}", ran.text());
        assert!(!ran.text().contains("0001"), "{}", ran.text());
        for command in ["check", "why", "matrix"] {
            let ran = lab.run(&[command, &reference]).await;
            let words = format!("the {what} of {}", of.digest);
            assert_eq!(ran.code, 2, "{command}: {}", ran.text());
            assert!(ran.stderr.contains(&words), "{command}: {}", ran.stderr);
        }
    }
}

/// A signed list that is copied untouched keeps its bytes, and its signatures come along, by
/// subject and by tag (regctl 0.11.7 `--referrers --digest-tags` does so); of a changed list they
/// are void, which the plan says.
#[tokio::test(flavor = "multi_thread")]
async fn an_untouched_list_is_copied_with_its_signatures() {
    for api in [true, false] {
        let lab = Lab::new(api).await;
        let store = lab.store("app");
        let images = ["amd64", "arm64"].map(|it| store.image("linux", it, "").layer(it).push());
        // Laid out as a person writes: any new encoding is another digest.
        let text = json!({
            "schemaVersion": 2, "mediaType": OCI_INDEX,
            "manifests": images.each_ref().map(platy::sandbox::descriptor_json),
        });
        let list = store.put_manifest(OCI_INDEX, serde_json::to_vec_pretty(&text).unwrap());
        store.tag("1", &list.digest);
        let own = bundle(&store, &list, "https://sigstore.dev/cosign/sign/v1");
        let of_image = bundle(&store, &images[1], "https://slsa.dev/provenance/v1");
        let (sig, att) = (signature(&store, &list), signature(&store, &images[0]));
        if !api {
            store.write_fallback_tags();
        }
        let (to, from) = (lab.at("to:1"), lab.at("app:1"));
        let ran = lab.run(&["create", &to, &from, "--referrers", "--yes"]).await;
        assert_eq!(ran.code, 0, "{}{}", ran.text(), ran.stderr);
        let copy = lab.store("to");
        assert_eq!(copy.resolve("1"), Some(list.digest.clone()), "API: {api}");
        for (what, digest) in [("own", &own.digest), ("of an image", &of_image.digest)] {
            assert!(copy.manifest(digest.as_str()).is_some(), "{what}, API: {api}");
        }
        assert_eq!(copy.resolve(&cosign_tag(&list, ".sig")), Some(sig.digest.clone()));
        assert_eq!(copy.resolve(&cosign_tag(&images[0], ".sig")), Some(att.digest.clone()));
        // Again: everything is there.
        let ran = lab.run(&["create", &to, &from, "--referrers", "--yes"]).await;
        assert_eq!(ran.code, 0, "{}{}", ran.text(), ran.stderr);
        // One platform is another list.
        let part = [
            "create",
            &lab.at("part:1"),
            &from,
            "--platform",
            "linux/amd64",
            "--referrers",
            "--yes",
        ];
        let ran = lab.run(&part).await;
        assert_eq!(ran.code, 0, "{}{}", ran.text(), ran.stderr);
        let words = format!("refer to the list {}", list.digest);
        assert!(ran.text().contains(&words), "{}", ran.text());
        let copy = lab.store("part");
        assert_eq!(copy.resolve(&cosign_tag(&list, ".sig")), None);
        assert_eq!(copy.resolve(&cosign_tag(&images[0], ".sig")), Some(att.digest.clone()));
        assert_eq!(MediaType::parse(OCI_INDEX), list.media_type);
    }
}
