//! Writing a spec.

use serde::Serialize;

use crate::oci::{Location, Platform};

use super::super::{Draft, Entry, Target};

#[derive(Serialize)]
struct WrittenSpec {
    image: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    manifests: Vec<WrittenEntry>,
}

#[derive(Serialize)]
struct WrittenEntry {
    image: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    platform: Option<WrittenPlatform>,
}

#[derive(Serialize)]
struct WrittenPlatform {
    architecture: String,
    os: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    variant: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    osversion: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    osfeatures: Vec<String>,
}

/// The draft as a spec; what a spec cannot say is above it in comments.
#[must_use]
pub fn write(draft: &Draft, target: &Target) -> String {
    let entries: Vec<Entry> =
        draft.entries().into_iter().filter(|entry| entry.position.is_some()).collect();
    let mut unsaid = Vec::new();
    if !draft.annotations().is_empty() {
        unsaid.push("annotations of the list".to_owned());
    }
    if draft.artifact_type().is_some() || draft.subject().is_some() {
        unsaid.push("artifactType and subject of the list".to_owned());
    }
    let attestations = entries.iter().filter(|entry| entry.is_attestation()).count();
    if attestations > 0 {
        unsaid.push(crate::text::plural(attestations, "attestation"));
    }
    let annotated = |entry: &&Entry| {
        !entry.is_attestation()
            && entry.descriptor.as_ref().is_some_and(|it| !it.annotations.is_empty())
    };
    if entries.iter().any(|entry| annotated(&entry)) {
        unsaid.push("annotations of entries".to_owned());
    }
    let images = entries.iter().filter(|entry| !entry.is_attestation());
    let file = WrittenSpec {
        image: target.to_string(),
        tags: target.tags.iter().skip(1).cloned().collect(),
        manifests: images.filter_map(file_entry).collect(),
    };
    let mut text: String =
        unsaid.iter().map(|what| format!("# not in this spec: {what}\n")).collect();
    // Plain strings in plain structures: writing cannot fail.
    text.push_str(&serde_saphyr::to_string(&file).unwrap_or_default());
    text
}

fn file_entry(entry: &Entry) -> Option<WrittenEntry> {
    let digest = entry.descriptor.as_ref()?.digest.clone();
    let image = match entry.from.as_ref() {
        Location::Registry(reference) => reference.repository.at(digest).familiar(),
        other => other.to_string(),
    };
    Some(WrittenEntry { image, platform: entry.platform().map(platform) })
}

fn platform(platform: &Platform) -> WrittenPlatform {
    WrittenPlatform {
        architecture: platform.architecture.clone(),
        os: platform.os.clone(),
        variant: platform.variant.clone(),
        osversion: platform.os_version.clone(),
        osfeatures: platform.os_features.clone(),
    }
}
