//! Evidence as real tools attach it (tests/data/evidence), read, covered and proven by the commands.

mod authority;
mod blame;
mod keyless;
mod mending;
mod packages;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::diagnose::{OF_EVIDENCE, OF_REGISTRIES};
use crate::support::command::{Ran, platy};
use platy::oci::Digest;
use platy::sandbox::{Sandbox, SandboxOptions};
use serde_json::{Value, json};
use tempfile::TempDir;

struct Lab {
    sandbox: Sandbox,
    home: TempDir,
}

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/evidence")
}

fn file(name: &str) -> Vec<u8> {
    std::fs::read(data().join("files").join(name)).unwrap()
}

impl Lab {
    /// A registry with all repositories of the data; without the API the fallback tags are there
    /// that the tools left.
    async fn start(referrers_api: bool) -> Self {
        let options = SandboxOptions { referrers_api, samples: true, ..SandboxOptions::default() };
        let sandbox = Sandbox::start(options).await.unwrap();
        let text = std::fs::read(data().join("repositories.json")).unwrap();
        let repositories: BTreeMap<String, Value> = serde_json::from_slice(&text).unwrap();
        for (name, content) in repositories {
            let repository = sandbox.store().repository(&name);
            for blob in content["blobs"].as_array().unwrap() {
                let digest = repository.put_blob(file(blob["file"].as_str().unwrap()));
                assert_eq!(digest.as_str(), blob["digest"]);
            }
            for manifest in content["manifests"].as_array().unwrap() {
                let media_type = manifest["media_type"].as_str().unwrap();
                let bytes = file(manifest["file"].as_str().unwrap());
                let put = repository.put_manifest(media_type, bytes);
                assert_eq!(put.digest.as_str(), manifest["digest"]);
            }
            for (tag, digest) in content["tags"].as_object().unwrap() {
                let digest: Digest = digest.as_str().unwrap().parse().unwrap();
                // A registry with the API is not given the lists of the others.
                let is_fallback = tag.len() == 71 && tag.starts_with("sha256-");
                let is_copied = name == "ev/cosign-copied";
                if !(referrers_api && is_fallback && !is_copied) {
                    repository.tag(tag, &digest);
                }
            }
        }
        Self { sandbox, home: TempDir::new().unwrap() }
    }

    /// Runs a command; words with a colon and no dashes are references of the sandbox.
    async fn run(&self, arguments: &str) -> Ran {
        let home = self.home.path().to_owned();
        let host = self.sandbox.host().to_string();
        let words = arguments.split_whitespace().map(|word| {
            let is_reference = word.contains(':') && !word.starts_with(['-', 'h']);
            if is_reference { format!("{host}/{word}") } else { word.to_owned() }
        });
        let words: Vec<String> = words.collect();
        tokio::task::spawn_blocking(move || {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            platy(&home, &words)
        })
        .await
        .unwrap()
    }

    /// The evidence of a row, each as `KIND NAME @PLACES`.
    async fn rows(&self, reference: &str) -> BTreeMap<String, Vec<String>> {
        let ran = self.run(&format!("evidence --json {reference}")).await;
        assert_eq!(ran.code, 0, "{reference}: {}", ran.stderr);
        let mut rows = BTreeMap::new();
        for row in ran.json()["rows"].as_array().unwrap() {
            let name = row["platform"].as_str().unwrap_or("index").to_owned();
            let items = row["evidence"].as_array().unwrap().iter().map(|item| {
                let places = item["found_by"].as_array().unwrap().iter();
                let places: Vec<&str> = places.map(|place| place.as_str().unwrap()).collect();
                let places = places.iter().map(|place| place.split(' ').next().unwrap());
                let places: Vec<&str> = places.collect();
                let signatures = item["signatures"].as_array().unwrap().len();
                let signed = if signatures > 0 { " signed" } else { "" };
                format!(
                    "{} {} @{}{signed}",
                    item["kind"].as_str().unwrap(),
                    item["name"].as_str().unwrap(),
                    places.join("+")
                )
            });
            rows.insert(name, items.collect());
        }
        rows
    }

    /// The rules that found something, with severity.
    async fn findings(&self, reference: &str) -> Vec<String> {
        let ran = self.run(&format!("check --json {reference}")).await;
        let json = ran.json();
        let found = json["findings"].as_array().unwrap_or_else(|| {
            panic!("{reference}: {} {json:#}", ran.stderr);
        });
        let rule = |it: &Value| {
            format!("{} {}", it["severity"].as_str().unwrap(), it["rule"].as_str().unwrap())
        };
        let rules = found.iter().map(rule);
        let all = || OF_EVIDENCE.iter().chain(&OF_REGISTRIES);
        rules.filter(|text| all().any(|rule| text.ends_with(rule))).collect()
    }
}

/// What each tool attached, where it is found, in both kinds of registry.
#[tokio::test(flavor = "multi_thread")]
async fn coverage_is_what_the_tools_attached() {
    for api in [true, false] {
        let lab = Lab::start(api).await;
        let via = if api { "referrers_api" } else { "fallback_tag" };
        // BuildKit's attestations name their subject: a registry with the API finds them too.
        let listed = if api { "list+referrers_api" } else { "list" };
        let fill = |text: &str| text.replace("VIA", via).replace("LISTED", listed);
        let bundled = ["provenance SLSA provenance v1 @VIA", "vex OpenVEX @VIA", "sbom SPDX @VIA"];
        for (reference, row, expected) in [
            ("ev/base:1", "index", &[][..]),
            ("ev/buildkit-max:1", "linux/arm64", &["provenance SLSA provenance v1 @LISTED"]),
            ("ev/buildkit-max:1", "index", &[]),
            ("ev/buildkit-old-form:1", "linux/amd64", &["provenance SLSA provenance v0.2 @list"]),
            (
                "ev/buildkit-sbom:1",
                "linux/amd64",
                &["sbom SPDX @LISTED", "provenance SLSA provenance v1 @LISTED"],
            ),
            ("ev/cosign-bundle:1", "index", &["signature cosign signature @VIA"]),
            ("ev/cosign-bundle:1", "linux/arm64", &bundled),
            ("ev/cosign-bundle:1", "linux/amd64", &[]),
            ("ev/cosign-old:1", "index", &["signature cosign signature @tag"]),
            (
                "ev/cosign-old:1",
                "linux/arm64",
                &["provenance SLSA provenance v0.2 @tag", "sbom CycloneDX @tag"],
            ),
            ("ev/cosign-old:1", "linux/amd64", &["sbom SPDX @tag"]),
            ("ev/notation:1", "index", &["signature Notation signature @VIA"]),
            ("ev/notation:1", "linux/amd64", &["signature Notation signature @VIA"]),
            ("ev/oras:1", "index", &["sbom b-amd64.spdx.json @VIA", "other example.note @VIA"]),
            ("ev/oras:1", "linux/arm64", &["sbom b-arm64.cdx.json @VIA"]),
            ("ev/regctl:1", "index", &["sbom CycloneDX @VIA"]),
            ("ev/regctl:1", "linux/amd64", &["vex OpenVEX @VIA"]),
            ("ev/nested:1", "linux/amd64", &["sbom b-amd64.spdx.json @VIA signed"]),
            // cosign copy tags manifests with their own digests; those are not referrers.
            ("ev/cosign-copied:1", "index", &[]),
            ("ev/cosign-copied:1", "linux/arm64", &[]),
        ] {
            let rows = lab.rows(reference).await;
            let mut found = rows[row].clone();
            let mut expected: Vec<String> = expected.iter().map(|text| fill(text)).collect();
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "{reference} {row} (api: {api})");
        }
        assert_eq!(lab.rows("ev/sbom-formats:1").await["linux/arm64"].len(), 6);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn good_evidence_gives_no_finding_and_lies_do() {
    for api in [true, false] {
        let lab = Lab::start(api).await;
        // BuildKit writes no fallback tags.
        let unlisted = if api { &[][..] } else { &["info unlisted-attestation"] };
        for (reference, expected) in [
            ("ev/base:1", &[][..]),
            ("ev/buildkit-max:1", unlisted),
            ("ev/buildkit-old-form:1", &[]),
            ("ev/buildkit-sbom:1", unlisted),
            ("ev/cosign-copied:1", &["info stray-tag"]),
            // What is attached to one platform alone is told, and nothing else is wrong.
            (
                "ev/cosign-bundle:1",
                &["info evidence-gaps", "info evidence-gaps", "info evidence-gaps"],
            ),
            ("ev/cosign-old:1", &["info evidence-gaps"]),
            ("ev/notation:1", &[]),
            ("ev/oras:1", &["info evidence-gaps", "info list-sbom"]),
            ("ev/regctl:1", &["info evidence-gaps", "info list-sbom"]),
            ("ev/nested:1", &["info evidence-gaps"]),
            ("ev/sbom-formats:1", &["info evidence-gaps"]),
            ("ev/other-digest:1", &["error evidence-subject", "info evidence-gaps"]),
            ("ev/wrong-platform:1", &["error sbom-architecture"]),
        ] {
            assert_eq!(lab.findings(reference).await, expected, "{reference} (api: {api})");
        }
    }
}

/// The demo has an image for each finding, and one without any.
#[tokio::test(flavor = "multi_thread")]
async fn the_demo_shows_every_finding_about_evidence() {
    let lab = Lab::start(true).await;
    for rule in OF_EVIDENCE {
        let found = lab.findings(&format!("demo/cases:{rule}")).await;
        assert!(found.iter().any(|text| text.ends_with(rule)), "{rule}: {found:?}");
    }
    for good in ["demo/evidence:complete", "demo/ten-platforms:latest"] {
        assert_eq!(lab.findings(good).await, [""; 0], "{good}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_and_envelopes_are_printed_byte_for_byte() {
    let lab = Lab::start(true).await;
    let print = async |what: &str| lab.run(&format!("evidence {what}")).await;
    let ran = print("ev/buildkit-max:1 --platform linux/arm64 --print provenance").await;
    assert_eq!(ran.stdout, file("6a5eeb4aa14c.statement.json"));
    let ran = print("ev/cosign-bundle:1 --print sbom --envelope").await;
    assert_eq!(ran.stdout, file("94a02a09f8f4.bundle.json"));
    let ran = print("ev/cosign-bundle:1 --print vex").await;
    let statement = ran.json();
    assert_eq!(statement["predicateType"], "https://openvex.dev/ns");
    let ran = print("ev/cosign-old:1 --print signature").await;
    assert_eq!(ran.stdout, file("ff33646b76ee.simplesigning.json"));
    let ran = print("ev/cosign-old:1 --platform linux/arm64 --print provenance --predicate https://slsa.dev/provenance").await;
    assert_eq!(ran.json()["predicateType"], "https://slsa.dev/provenance/v0.2");
    // One of several is chosen, or the choice is shown.
    let ran = print("ev/sbom-formats:1 --print sbom").await;
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("there are 6 of SBOM; choose one"), "{}", ran.stderr);
    let ran = print("ev/sbom-formats:1 --print sbom --digest f81fa5c5bb5d").await;
    assert_eq!(ran.stdout, file("f81fa5c5bb5d.spdx.txt"));
    let ran = print("ev/base:1 --print sbom").await;
    assert_eq!((ran.code, ran.text().as_str()), (1, ""));
    let ran = print("ev/base:1 --platform linux/s390x").await;
    assert!(ran.stderr.contains("has no image for linux/s390x"), "{}", ran.stderr);
}

/// Envelopes and bundles whose manifests do not say what is in them are opened; so are the signatures of
/// evidence.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_printed_is_found_in_envelopes_and_behind_evidence() {
    let lab = Lab::start(true).await;
    let repository = lab.sandbox.store().repository("bare");
    let image = repository.image("linux", "amd64", "").layer("one").push();
    repository.index().entry(image.clone()).push_tag("1");
    let bundle = "application/vnd.dev.sigstore.bundle.v0.3+json";
    let envelope = "application/vnd.dsse.envelope.v1+json";
    for (kind, name) in [
        (bundle, "94a02a09f8f4.bundle.json"),
        (bundle, "bdd6ce8e0b26.bundle.json"),
        (envelope, "40f08f0d9793.dsse.json"),
    ] {
        let text = String::from_utf8(file(name)).unwrap();
        repository.artifact(kind).blob(kind, text).subject(&image).push();
    }
    let print = async |what: &str| lab.run(&format!("evidence {what}")).await;
    let ran = print("bare:1 --print sbom --envelope").await;
    assert_eq!(ran.stdout, file("94a02a09f8f4.bundle.json"), "{}", ran.stderr);
    let ran = print("bare:1 --print provenance --predicate https://slsa.dev/provenance/v0.2").await;
    assert_eq!(ran.json()["predicateType"], "https://slsa.dev/provenance/v0.2");
    let ran = print("bare:1 --print provenance").await;
    assert!(ran.stderr.contains("there are 2 of provenance"), "{}", ran.stderr);
    assert_eq!(print("bare:1 --print vex").await.code, 1);
    // The signature of an SBOM.
    let ran = print("ev/nested:1 --print signature --envelope").await;
    assert_eq!(ran.stdout, file("b9b57d240046.jws.json"), "{}", ran.stderr);
}

/// The types of CycloneDX are the same for an SBOM and for VEX (CycloneDX 1.6, "VEX").
#[tokio::test(flavor = "multi_thread")]
async fn cyclonedx_is_printed_as_what_it_turns_out_to_be() {
    let lab = Lab::start(true).await;
    let repository = lab.sandbox.store().repository("vex");
    let image = repository.image("linux", "amd64", "").layer("one").push();
    repository.index().entry(image.clone()).push_tag("1");
    let json = "application/vnd.cyclonedx+json";
    let sbom = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"name":"a"}]}"#;
    let vex = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","vulnerabilities":[
        {"id":"CVE-2026-1","analysis":{"state":"not_affected"}}]}"#;
    for document in [sbom, vex] {
        repository.artifact(json).blob(json, document).subject(&image).push();
    }
    let print = async |kind: &str| lab.run(&format!("evidence vex:1 --print {kind}")).await;
    assert_eq!((print("sbom").await.text(), print("vex").await.text()), (sbom.into(), vex.into()));
    // In XML, on another image.
    let image = repository.image("linux", "arm64", "").layer("two").push();
    repository.index().entry(image.clone()).push_tag("xml");
    let xml = "application/vnd.cyclonedx+xml";
    let vex = r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><vulnerabilities><vulnerability>
        <id>CVE-2026-1</id></vulnerability></vulnerabilities></bom>"#;
    repository.artifact(xml).blob(xml, vex).subject(&image).push();
    let ran = lab.run("evidence vex:xml --print vex").await;
    assert_eq!(ran.text(), vex);
    let ran = lab.run("evidence vex:xml --print sbom").await;
    assert_eq!((ran.code, ran.text().as_str()), (1, ""));
}

/// What cosign keeps under `.sig`, `.att` and `.sbom` has the config of an image, and is none: by its
/// digest too it is what it holds.
#[tokio::test(flavor = "multi_thread")]
async fn what_cosign_attaches_is_no_image_by_its_digest_either() {
    let lab = Lab::start(false).await;
    let repository = lab.sandbox.store().repository("ev/cosign-old");
    for (suffix, name, part) in [
        (".sig", "cosign signature", "signature 1"),
        (".att", "SLSA provenance v0.2, SBOM CycloneDX", "statement 1"),
        (".sbom", "SBOM SPDX", "blob 1"),
    ] {
        let tags = repository.tags();
        let tag = tags.iter().find(|tag| tag.ends_with(suffix)).unwrap();
        let digest = repository.resolve(tag).unwrap();
        lab.sandbox.requests().clear();
        let ran = lab.run(&format!("inspect ev/cosign-old@{digest}")).await;
        let text = ran.text();
        assert!(text.contains(name) && text.contains(part), "{text}");
        assert!(!text.contains("layer") && !text.contains("0001-01-01"), "{text}");
        let asked = lab.sandbox.requests().all();
        assert!(!asked.iter().any(|it| it.path.contains("/blobs/")), "its config says nothing");
        let ran = lab.run(&format!("inspect --json ev/cosign-old@{digest}")).await;
        assert_eq!(ran.json()["kind"], "artifact", "{suffix}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_shows_what_is_where() {
    let lab = Lab::start(true).await;
    let ran = lab.run("evidence ev/cosign-bundle:1").await;
    let text = ran.text().replace(lab.sandbox.host().to_string().as_str(), "HOST");
    let table = "\
HOST/ev/cosign-bundle:1

             signature      provenance             SBOM                   VEX                    other
index        referrers API  –                      –                      –                      –
linux/amd64  –              –                      –                      –                      –
linux/arm64  –              referrers API, signed  referrers API, signed  referrers API, signed  –

index  sha256:594dad9377bfa27b4bd4efc5017af76f89a37e111629c4b5a774aeb02d188ed2
  signature   cosign signature          sha256:6457da30154dea997ec15f85375f40a0c707b71d924b5ea4565de3f367794254  referrers API
";
    assert!(text.starts_with(table), "{text}");
    assert!(text.ends_with(
        "signature: on the index only, not on the platforms.\n\
         provenance: linux/arm64 has one, linux/amd64 has none.\n\
         SBOM: linux/arm64 has one, linux/amd64 has none.\n\
         VEX: linux/arm64 has one, linux/amd64 has none.\n"
    ));
}

/// The manifests of the tree, one question for each image and the list, and no blob. A bare image has
/// its platform in its config only.
#[tokio::test(flavor = "multi_thread")]
async fn no_blob_is_fetched_for_the_coverage() {
    let lab = Lab::start(true).await;
    let ran = lab.run("evidence ev/buildkit-max:1").await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let asked = lab.sandbox.requests().all();
    let count = |part: &str| asked.iter().filter(|request| request.path.contains(part)).count();
    assert_eq!(count("/referrers/"), 3);
    assert_eq!(count("/blobs/"), 0);
    lab.sandbox.requests().clear();
    let image = "ev/buildkit-max@sha256:";
    let digest = ran.text();
    let digest = digest.lines().find_map(|line| line.strip_prefix("linux/arm64  sha256:")).unwrap();
    let ran = lab.run(&format!("evidence {image}{digest}")).await;
    assert!(ran.text().contains("linux/arm64"), "{}", ran.text());
    let asked = lab.sandbox.requests().all();
    assert_eq!(asked.iter().filter(|request| request.path.contains("/blobs/")).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_config_is_printed_for_people_scripts_and_as_it_is() {
    let lab = Lab::start(true).await;
    let ran = lab.run("config ev/buildkit-max:1 --platform linux/arm64 --raw").await;
    assert_eq!(ran.stdout, file("bc3678ba6407.config.json"));
    let ran = lab.run("config ev/buildkit-max:1 --platform linux/arm64 --json").await;
    let json = ran.json();
    assert_eq!(json["architecture"], "arm64");
    assert_eq!(json["labels"]["org.opencontainers.image.version"], "1.0");
    assert_eq!(json["history"].as_array().unwrap().last().unwrap()["empty_layer"], json!(false));
    let ran = lab.run("config ev/buildkit-max:1 --platform linux/arm64").await;
    assert!(ran.text().contains("config says  linux/arm64"), "{}", ran.text());
    assert!(ran.text().contains("org.opencontainers.image.version=1.0"), "{}", ran.text());
    let ran = lab.run("config ev/buildkit-max:1").await;
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("--platform: linux/amd64, linux/arm64"), "{}", ran.stderr);
    let ran = lab.run("config ev/buildkit-max:1 --platform linux/s390x").await;
    assert!(ran.stderr.contains("the list has no image for linux/s390x"), "{}", ran.stderr);
    let ran = lab.run("config ev/charts/sample:0.1.0_build.5").await;
    for said in
        ["it is a Helm chart, not an image with a config", "→ `platy inspect` shows its parts"]
    {
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
}

/// What `cosign verify --key` and `notation verify` of the same versions say of these images.
#[tokio::test(flavor = "multi_thread")]
async fn signatures_are_checked_with_the_keys_of_the_user() {
    let lab = Lab::start(true).await;
    let keys = data().join("keys");
    let key = keys.join("cosign-p256.pub").display().to_string();
    let notation = ["notation-rsa.crt", "notation-p384-chain.crt"].map(|name| keys.join(name));
    let by_key = format!("--key {key}");
    let by_certificate = notation.map(|path| format!("--certificate {}", path.display())).join(" ");
    for (reference, with, code, results) in [
        ("ev/cosign-bundle:1", &by_key, 0, "valid valid valid valid"),
        ("ev/cosign-old:1", &by_key, 0, "valid valid valid"),
        ("ev/notation:1", &by_certificate, 0, "valid valid"),
        ("ev/notation:1", &by_key, 1, "not_verified not_verified"),
        // The signature of an SBOM.
        ("ev/nested:1", &by_certificate, 0, "valid"),
        (
            "ev/cosign-bundle:1",
            &by_certificate,
            1,
            "not_verified not_verified not_verified not_verified",
        ),
        ("ev/base:1", &by_key, 1, ""),
    ] {
        let ran = lab.run(&format!("evidence --json {with} {reference}")).await;
        let json = ran.json();
        let found = json["checked"].as_array().unwrap().iter();
        let found: Vec<&str> = found
            .flat_map(|it| it["signatures"].as_array().unwrap())
            .map(|it| it["result"].as_str().unwrap())
            .collect();
        assert_eq!((ran.code, found.join(" ").as_str()), (code, results), "{reference} {with}");
    }
    let ran = lab.run(&format!("evidence {by_certificate} ev/nested:1")).await;
    let said = "linux/amd64  Notation signature of b-amd64.spdx.json  sha256:";
    assert!(ran.text().contains(said), "{}", ran.text());
    let ran = lab.run(&format!("evidence {by_key} ev/other-digest:1")).await;
    assert_eq!(ran.code, 1);
    assert!(ran.text().contains("of another digest, by cosign-p256.pub"), "{}", ran.text());
    let ran = lab.run("evidence --key /nowhere ev/base:1").await;
    assert_eq!(ran.code, 2, "{}", ran.stderr);
}
