//! Sources in other places: layouts, and registries with credentials of their own.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use platy::oci::Digest;
use platy::sandbox::{Accounts, Auth, Grant, Sandbox, SandboxOptions, User};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Lab, platforms};

/// A layout folder with an image of each architecture under its name; their digests.
fn layout(folder: &Path, architectures: &[&str]) -> Vec<Digest> {
    let blobs = folder.join("blobs/sha256");
    fs::create_dir_all(&blobs).unwrap();
    let blob = |media_type: &str, bytes: &[u8]| -> Value {
        let digest = Digest::sha256(bytes);
        fs::write(blobs.join(digest.hex()), bytes).unwrap();
        json!({ "mediaType": media_type, "digest": digest.as_str(), "size": bytes.len() })
    };
    let layer = blob("application/vnd.oci.image.layer.v1.tar", b"a layer of the layout");
    let mut entries = Vec::new();
    for architecture in architectures {
        let rootfs = json!({ "type": "layers", "diff_ids": [layer["digest"]] });
        let config = json!({ "os": "linux", "architecture": architecture, "rootfs": rootfs });
        let config = config.to_string();
        let config = blob("application/vnd.oci.image.config.v1+json", config.as_bytes());
        let media_type = "application/vnd.oci.image.manifest.v1+json";
        let manifest = json!({
            "schemaVersion": 2, "mediaType": media_type, "config": config, "layers": [layer]
        });
        let mut entry = blob(media_type, manifest.to_string().as_bytes());
        entry["annotations"] = json!({ "org.opencontainers.image.ref.name": architecture });
        entries.push(entry);
    }
    let index = json!({ "schemaVersion": 2, "manifests": entries }).to_string();
    fs::write(folder.join("index.json"), index).unwrap();
    fs::write(folder.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).unwrap();
    entries.iter().map(|entry| entry["digest"].as_str().unwrap().parse().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_of_a_layout_is_copied_and_joined_with_others() {
    let lab = Lab::start().await;
    lab.hello("app");
    let digests = layout(&lab.home.path().join("made"), &["riscv64", "s390x"]);
    let digest = &digests[0];
    let (target, linux) = (lab.at("app:all"), lab.at("app:linux"));
    let ran = lab.run(&["create", &target, &linux, "oci:made:riscv64", "--yes", "--json"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(platforms(&lab.list("app", "all")), ["linux/amd64", "linux/riscv64"]);
    assert_eq!(ran.json()["sums"]["blobs_copied"], 2);
    assert!(lab.bytes("app", digest.as_str()).is_some());
    // Images of names are not one list, and no script makes one of them.
    let script = ["export", "oci:made", "--to", &target, "--tool", "crane"];
    let export = lab.run(&script).await;
    assert_eq!((export.code, export.text().as_str()), (2, ""));
    // Without names, each with its platform, they are one (go-containerregistry's `layout.Write`).
    let path = lab.home.path().join("made/index.json");
    let mut index: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    for (entry, architecture) in
        index["manifests"].as_array_mut().unwrap().iter_mut().zip(["riscv64", "s390x"])
    {
        entry["platform"] = json!({ "os": "linux", "architecture": architecture });
        entry.as_object_mut().unwrap().remove("annotations");
    }
    fs::write(&path, index.to_string()).unwrap();
    let export = lab.run(&script).await;
    assert_eq!(export.code, 0, "{}", export.stderr);
    let words = format!("# {digest} is in oci:made: copy it to");
    assert!(export.text().contains(&words), "{}", export.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_registry_is_given_its_own_credentials() {
    let guarded = |name: &str, grants: Vec<Grant>| {
        let user = User::new(name, &format!("{name}'s")).with_grants(grants);
        let auth = Auth::bearer(Accounts::only([user]));
        Sandbox::start(SandboxOptions { auth, ..SandboxOptions::default() })
    };
    let from = guarded("ann", vec![Grant::pull("")]).await.unwrap();
    let to = guarded("bob", vec![Grant::all("mine/")]).await.unwrap();
    from.store().repository("src").image("linux", "amd64", "").layer("x").push_tag("1");
    let lab = Lab { sandbox: to, home: TempDir::new().unwrap() };
    let (source, target) = (format!("{}/src:1", from.host()), lab.at("mine/list:1"));
    let ran = lab.run(&["create", &target, &source, "--yes"]).await;
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("needs a login"), "{}", ran.stderr);
    let encode = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let login = json!({ "auths": {
        from.host().as_str(): { "auth": encode("ann:ann's") },
        lab.sandbox.host().as_str(): { "auth": encode("bob:bob's") },
    }});
    fs::create_dir_all(lab.home.path().join("docker")).unwrap();
    fs::write(lab.home.path().join("docker/config.json"), login.to_string()).unwrap();
    let ran = lab.run(&["create", &target, &source, "--yes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(platforms(&lab.list("mine/list", "1")), ["linux/amd64"]);
    // The way back: ann may read there, and not write.
    let back = format!("{}/src:2", from.host());
    let ran = lab.run(&["create", &back, &target, "--yes", "--json"]).await;
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert_eq!(ran.json()["done"], false);
    assert!(from.store().repository("src").resolve("2").is_none());
    assert!(!ran.stderr.contains("ann's"), "no secret is said: {}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_that_vanished_is_named_and_nothing_is_pushed() {
    let lab = Lab::start().await;
    let repository = lab.sandbox.store().repository("src");
    let image = repository.image("linux", "amd64", "").layer("a").push();
    let gone = repository.image("linux", "arm64", "v8").layer("b").push();
    repository.index().entries([image, gone.clone()]).push_tag("1");
    repository.remove_manifest(&gone.digest);
    let (target, source) = (lab.at("dst:1"), lab.at("src:1"));
    let ran = lab.run(&["create", &target, &source, "--yes", "--json"]).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert_eq!(ran.json()["problems"][0]["kind"], "missing_child");
    assert!(ran.stderr.contains(gone.digest.as_str()), "{}", ran.stderr);
    assert!(lab.writes().is_empty());
    let only = ["create", &target, &source, "--platform", "linux/amd64", "--yes"];
    let ran = lab.run(&only).await;
    assert_eq!(ran.code, 0, "what is left can be pushed: {}", ran.stderr);
}
