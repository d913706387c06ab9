//! Referrers as descriptors, and the fallback tag if there is no referrers API.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::store::{Content, Stored};
use crate::oci::{Digest, MediaType};

/// The descriptor by which a referring manifest is listed: with its artifact type (or its
/// config's media type) and its annotations.
pub(super) fn descriptor(digest: &Digest, stored: &Stored) -> Value {
    let document = serde_json::from_slice::<Value>(&stored.bytes).unwrap_or_default();
    let artifact_type = document
        .get("artifactType")
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
        .or_else(|| document.get("config")?.get("mediaType")?.as_str());
    let mut object = Map::new();
    object.insert("mediaType".to_owned(), json!(stored.media_type));
    object.insert("digest".to_owned(), json!(digest));
    object.insert("size".to_owned(), json!(stored.bytes.len()));
    if let Some(artifact_type) = artifact_type {
        object.insert("artifactType".to_owned(), json!(artifact_type));
    }
    if let Some(annotations) = document.get("annotations").filter(|value| value.is_object()) {
        object.insert("annotations".to_owned(), annotations.clone());
    }
    Value::Object(object)
}

/// Writes the fallback tags as a client does that finds no referrers API: an index under
/// `sha256-<hex>` for each subject (distribution-spec, "Referrers Tag Schema").
pub(super) fn write_fallback_tags(content: &mut Content) {
    let mut found: BTreeMap<Digest, Vec<Value>> = BTreeMap::new();
    for (digest, stored) in &content.manifests {
        if let Some(subject) = &stored.subject {
            found.entry(subject.clone()).or_default().push(descriptor(digest, stored));
        }
    }
    for (subject, manifests) in found {
        let index = json!({
            "schemaVersion": 2,
            "mediaType": MediaType::OciIndex.as_str(),
            "manifests": manifests,
        });
        let bytes = index.to_string();
        let digest = Digest::sha256(bytes.as_bytes());
        let stored = Stored::new(MediaType::OciIndex.as_str(), bytes.into());
        content.manifests.insert(digest.clone(), stored);
        content.tags.insert(fallback_tag(&subject), digest);
    }
}

/// `sha256-<hex>`, cut to the length of a tag.
pub(super) fn fallback_tag(subject: &Digest) -> String {
    let tag = subject.as_str().replacen(':', "-", 1);
    tag.chars().take(128).collect()
}
