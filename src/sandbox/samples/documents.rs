//! Documents that engines refuse, or read in two ways.

use std::io;

use serde_json::{Value, json};

use super::rootfs::image;
use super::sample::Sample;
use super::ten_platforms::attestation;
use crate::oci::{Descriptor, MediaType, Platform};
use crate::sandbox::{RepositoryStore, Store, descriptor_json};

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        reference: "demo/cases:diff-ids-misfit",
        title: "a config with too few diff IDs",
        look_at: "one layer was added, and the config does not know: no engine unpacks it",
    },
    Sample {
        reference: "demo/cases:ambiguous-document",
        title: "a list and an image at once",
        look_at: "what it is depends on who reads it; most engines refuse it",
    },
    Sample {
        reference: "demo/cases:unreadable-field",
        title: "a label that is a number",
        look_at: "the config is good JSON, and engines cannot read it",
    },
    Sample {
        reference: "demo/cases:attestation-mismatch",
        title: "an attestation of another image",
        look_at: "the annotation of its entry names one image, its manifest's subject another",
    },
    Sample {
        reference: "demo/cases:stripped-attestation",
        title: "an attestation not called so",
        look_at: "a tool stripped its annotations; its layers are in-toto statements",
    },
    Sample {
        reference: "demo/cases:referrer-entry",
        title: "a signature among the images",
        look_at: "it refers to the image above it, and belongs beside the list",
    },
    Sample {
        reference: "demo/cases:empty-architecture",
        title: "an entry for no architecture",
        look_at: "imagetools writes linux and nothing else for artifacts",
    },
];

pub(super) fn fill(store: &Store) -> io::Result<()> {
    let repository = store.repository("demo/cases");
    let amd64 = Platform::new("linux", "amd64", "");
    let good = image(&repository, &amd64, "documents", 2)?.push();
    let manifest = read(&repository, &good);

    let config = config(&repository, &manifest);
    let mut short = config.clone();
    if let Some(ids) = short.pointer_mut("/rootfs/diff_ids").and_then(Value::as_array_mut) {
        ids.pop();
    }
    list(&repository, &with_config(&repository, &manifest, &short), "diff-ids-misfit");

    let mut labelled = config;
    let labels = json!({ "org.opencontainers.image.revision": 42 });
    set(labelled.get_mut("config"), "Labels", labels);
    list(&repository, &with_config(&repository, &manifest, &labelled), "unreadable-field");

    let mut both = manifest;
    set(Some(&mut both), "manifests", json!([descriptor_json(&good)]));
    list(&repository, &both, "ambiguous-document");

    let arm64 = Platform::new("linux", "arm64", "v8");
    attestations(&repository, &good, &image(&repository, &arm64, "documents", 2)?.push());
    Ok(())
}

fn attestations(repository: &RepositoryStore, one: &Descriptor, other: &Descriptor) {
    let mut stripped = attestation(repository, one);
    let mut wrong = read(repository, &stripped);
    stripped.annotations.clear();
    let images = [one.clone(), other.clone()];
    repository.index().entries(images.clone()).entry(stripped).push_tag("stripped-attestation");

    let signature = || repository.artifact("application/vnd.example.note").blob("text/plain", "x");
    let listed = signature().subject(one).push();
    repository.index().entries(images.clone()).entry(listed).push_tag("referrer-entry");
    let mut half = signature().push();
    half.platform = Some(Platform::new("linux", "", ""));
    half.artifact_type = None;
    repository.index().entries(images.clone()).entry(half).push_tag("empty-architecture");

    set(Some(&mut wrong), "subject", descriptor_json(other));
    let media_type = MediaType::OciManifest;
    let mut entry = repository.put_manifest(media_type.as_str(), wrong.to_string());
    let named = attestation(repository, one);
    entry.platform = named.platform;
    entry.annotations = named.annotations;
    repository.index().entries(images).entry(entry).push_tag("attestation-mismatch");
}

/// Puts a manifest, and under this tag a list of it alone.
fn list(repository: &RepositoryStore, manifest: &Value, tag: &str) {
    let media_type = MediaType::OciManifest;
    let mut entry = repository.put_manifest(media_type.as_str(), manifest.to_string());
    entry.platform = Some(Platform::new("linux", "amd64", ""));
    repository.index().entry(entry).push_tag(tag);
}

fn with_config(repository: &RepositoryStore, manifest: &Value, config: &Value) -> Value {
    let bytes = config.to_string();
    let size = bytes.len() as u64;
    let digest = repository.put_blob(bytes);
    let mut manifest = manifest.clone();
    let descriptor = Descriptor::new(MediaType::OciConfig, digest, size);
    set(Some(&mut manifest), "config", descriptor_json(&descriptor));
    manifest
}

fn set(object: Option<&mut Value>, key: &str, value: Value) {
    if let Some(object) = object.and_then(Value::as_object_mut) {
        object.insert(key.to_owned(), value);
    }
}

fn read(repository: &RepositoryStore, descriptor: &Descriptor) -> Value {
    let bytes = repository.manifest(descriptor.digest.as_str()).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

fn config(repository: &RepositoryStore, manifest: &Value) -> Value {
    let digest = manifest
        .pointer("/config/digest")
        .and_then(Value::as_str)
        .and_then(|text| text.parse().ok());
    let bytes = digest.and_then(|digest| repository.blob(&digest)).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}
