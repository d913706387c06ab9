//! One image of a store, and which files hold its documents.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use indexmap::IndexMap;
use serde::Deserialize;

use crate::oci::Digest;

/// The manifest of an image.
pub(super) const MANIFEST: &str = "manifest";

/// An element of `images.json`. What else it has is not needed.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Image {
    pub(super) id: String,
    #[serde(default)]
    pub(super) names: Option<Vec<String>>,
    #[serde(default, rename = "big-data-digests")]
    digests: Option<IndexMap<String, String>>,
}

impl Image {
    pub(super) fn names(&self) -> &[String] {
        self.names.as_deref().unwrap_or_default()
    }

    /// The keys and digests of its documents.
    pub(super) fn documents(&self) -> impl Iterator<Item = (&str, Digest)> {
        let digests = self.digests.iter().flatten();
        digests.filter_map(|(key, digest)| Some((key.as_str(), digest.parse().ok()?)))
    }

    /// The key of the document with this digest.
    pub(super) fn key_of(&self, digest: &Digest) -> Option<&str> {
        self.documents().find(|(_, found)| found == digest).map(|(key, _)| key)
    }

    /// The key of the manifest with this digest: its own, or that of the list that it was pulled by.
    pub(super) fn manifest_key(&self, digest: &Digest) -> Option<&str> {
        let mut manifests = self.documents().filter(|(key, _)| key.starts_with(MANIFEST));
        manifests.find(|(_, found)| found == digest).map(|(key, _)| key)
    }

    /// Whether it has one of these names.
    pub(super) fn is_named(&self, name: &str) -> bool {
        self.names().iter().any(|it| it == name)
    }
}

/// Where a document is (`makeBigDataBaseName` of go.podman.io/storage v1.65.1).
pub(super) fn file_of(images: &Path, image: &Image, key: &str) -> PathBuf {
    let plain = key.bytes().all(|it| it == b'.' || it.is_ascii_digit() || it.is_ascii_lowercase());
    let name = if plain { key.to_owned() } else { format!("={}", STANDARD.encode(key)) };
    images.join(&image.id).join(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_in_files_named_after_their_keys() {
        let image: Image = serde_json::from_str(r#"{"id":"ab"}"#).unwrap();
        let file = |key: &str| file_of(Path::new("/i"), &image, key).display().to_string();
        assert_eq!(file("manifest"), "/i/ab/manifest");
        assert_eq!(file("sha256:0f"), "/i/ab/=c2hhMjU2OjBm");
    }
}
