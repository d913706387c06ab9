//! Parts of lists: nested lists, and attestations whose entries do not say that they are.

use platy::oci::Digest;
use serde_json::{Value, json};

use super::Lab;
use crate::files::made::{INDEX, MANIFEST, Made, digest_of};

const IN_TOTO: &str = "application/vnd.in-toto+json";

fn on(mut descriptor: Value, os: &str, architecture: &str) -> Value {
    descriptor["platform"] = json!({ "os": os, "architecture": architecture });
    descriptor
}

fn list(made: &mut Made, entries: &[Value]) -> Value {
    let list = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": entries });
    made.blob(INDEX, list.to_string().as_bytes())
}

/// An attestation as BuildKit makes it; in its old form only its statement says of which image it is.
fn attestation(made: &mut Made, of: &Value, is_old: bool) -> Value {
    let digest = digest_of(of);
    let statement = json!({ "_type": "https://in-toto.io/Statement/v0.1",
        "predicateType": "https://slsa.dev/provenance/v0.2", "predicate": {},
        "subject": [{ "name": "_", "digest": { "sha256": digest.hex() } }] });
    let mut layer = made.blob(IN_TOTO, statement.to_string().as_bytes());
    layer["annotations"] = json!({ "in-toto.io/predicate-type": statement["predicateType"] });
    let config = json!({ "architecture": "unknown", "os": "unknown", "config": {},
        "rootfs": { "type": "layers", "diff_ids": [layer["digest"]] } });
    let config =
        made.blob("application/vnd.oci.image.config.v1+json", config.to_string().as_bytes());
    let mut manifest = json!({ "schemaVersion": 2, "mediaType": MANIFEST, "config": config,
        "layers": [layer] });
    if !is_old {
        manifest["subject"] = json!({ "mediaType": of["mediaType"], "digest": of["digest"],
            "size": of["size"] });
    }
    let made = made.blob(MANIFEST, manifest.to_string().as_bytes());
    on(made, "unknown", "unknown")
}

fn digests(manifest: &[u8]) -> Vec<String> {
    let json: Value = serde_json::from_slice(manifest).unwrap();
    let entries = json["manifests"].as_array().unwrap().iter();
    entries.map(|it| it["digest"].as_str().unwrap().to_owned()).collect()
}

/// podman 4.3.1 writes a list again without the annotations that say what is an attestation.
#[tokio::test(flavor = "multi_thread")]
async fn attestations_without_annotations_go_with_their_image() {
    for is_old in [false, true] {
        let lab = Lab::start().await;
        let mut made = Made::new();
        let (amd, arm) = (made.image("amd64"), made.image("arm64"));
        let of_amd = attestation(&mut made, &amd, is_old);
        let of_arm = attestation(&mut made, &arm, is_old);
        let entries = [
            on(amd.clone(), "linux", "amd64"),
            on(arm.clone(), "linux", "arm64"),
            of_amd.clone(),
            of_arm.clone(),
        ];
        let root = list(&mut made, &entries);
        made.named(root, "1");
        made.write_folder(&lab.home.path().join("in"));
        let target = lab.target("part:1");
        let json = lab.copy(&["oci:in:1", &target, "--platform", "linux/amd64"]).await;
        let copied = &json["copies"][0];
        let held: Digest = copied["after"].as_str().unwrap().parse().unwrap();
        let bytes = lab.to.store().repository("part").manifest(held.as_str()).unwrap();
        assert_eq!(digests(&bytes), [digest_of(&amd).as_str(), digest_of(&of_amd).as_str()]);
        lab.assert_whole("part", held.as_str());
        let evidence = &copied["evidence"];
        assert_eq!(evidence["arrived"][0]["digest"], of_amd["digest"], "{evidence}");
        assert_eq!(evidence["left_behind"][0]["digest"], of_arm["digest"], "{evidence}");
        assert_eq!(evidence["left_behind"][0]["reason"], "its image is not taken");
        // Without attestations neither comes, and both are named.
        let bare = lab.target("bare:1");
        let json = lab.copy(&["oci:in:1", &bare, "--no-attestations"]).await;
        let left = json["copies"][0]["evidence"]["left_behind"].as_array().unwrap().clone();
        assert_eq!(left.len(), 2, "{left:?}");
        assert!(left.iter().all(|it| it["reason"] == "--no-attestations"), "{left:?}");
        // What is copied whole has both.
        let json = lab.copy(&["oci:in:1", "oci:whole:1"]).await;
        let arrived = &json["copies"][0]["evidence"]["arrived"];
        assert_eq!(arrived.as_array().unwrap().len(), 2, "{arrived}");
    }
}

/// `--format docker` leaves attestations out, which nobody asked for.
#[tokio::test(flavor = "multi_thread")]
async fn a_format_without_a_place_for_attestations_is_the_reason() {
    let lab = Lab::start().await;
    let source = lab.source("demo/ten-platforms:latest");
    let ran =
        lab.run(&["copy", &source, &lab.target("app:1"), "--format", "docker", "--yes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let text = ran.text();
    assert!(text.contains("a Docker manifest list has no place for attestations"), "{text}");
    assert!(!text.contains("--no-attestations"), "{text}");
}

/// What a nested list has becomes an entry in the place of that list.
#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_a_nested_list_is_an_entry_of_the_new_one() {
    let lab = Lab::start().await;
    let mut made = Made::new();
    let [amd, arm, s390x] = ["amd64", "arm64", "s390x"].map(|it| made.image(it));
    let of_arm = attestation(&mut made, &arm, false);
    let entries =
        [on(amd.clone(), "linux", "amd64"), on(arm.clone(), "linux", "arm64"), of_arm.clone()];
    let inner = list(&mut made, &entries);
    let plain = list(&mut made, &[inner.clone(), on(s390x.clone(), "linux", "s390x")]);
    let named = list(&mut made, &[on(inner.clone(), "linux", "amd64")]);
    let hidden = list(&mut made, &[on(inner.clone(), "linux", "s390x")]);
    for (root, name) in [(plain, "plain"), (named, "named"), (hidden, "hidden")] {
        made.named(root, name);
    }
    made.write_folder(&lab.home.path().join("in"));
    for (name, platforms, expected) in [
        ("plain", &["linux/arm64"][..], &[&arm, &of_arm][..]),
        ("plain", &["linux/s390x", "linux/amd64"], &[&amd, &s390x]),
        ("named", &["linux/amd64"], &[&amd]),
    ] {
        let (source, target) = (format!("oci:in:{name}"), lab.target("part:1"));
        let mut arguments = vec![source.as_str(), &target, "--force"];
        arguments.extend(platforms.iter().flat_map(|it| ["--platform", it]));
        let json = lab.copy(&arguments).await;
        let copied = &json["copies"][0];
        assert!(copied["notes"].to_string().contains("of a nested list"), "{name}: {copied}");
        let held = copied["after"].as_str().unwrap();
        let bytes = lab.to.store().repository("part").manifest(held).unwrap();
        let expected: Vec<String> = expected.iter().map(|it| digest_of(it).to_string()).collect();
        assert_eq!(digests(&bytes), expected, "{name} {platforms:?}");
        lab.assert_whole("part", held);
    }
    // `create` finds the same.
    let target = lab.target("made:1");
    let ran =
        lab.run(&["create", &target, "oci:in:plain", "--platform", "linux/arm64", "--yes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let bytes = lab.to.store().repository("made").manifest("1").unwrap();
    assert_eq!(digests(&bytes), [&arm, &of_arm].map(|it| digest_of(it).to_string()));
    // Behind an entry for another platform no engine looks.
    for (name, platform, words) in [
        ("hidden", "linux/arm64", "the nested list"),
        ("plain", "linux/riscv64", "it has linux/amd64, linux/arm64, linux/s390x"),
    ] {
        let source = format!("oci:in:{name}");
        let ran = lab.run(&["copy", &source, "oci:no", "--platform", platform, "--yes"]).await;
        assert_eq!(ran.code, 2, "{name}");
        assert!(ran.stderr.contains(words), "{name}: {}", ran.stderr);
    }
}
