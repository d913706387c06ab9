//! What an edit adds: an entry and where its content is, gathered by I/O beforehand.

use serde::{Deserialize, Serialize};

use crate::oci::{Descriptor, Digest, Document, Location, Platform};

use super::raw::{Object, quote, quote_all};

/// An entry to add, and where its content can be had from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Material {
    /// Where the manifest and its blobs are.
    #[serde(with = "super::saved::location")]
    pub from: Location,
    /// The descriptor as JSON: of an entry taken from a list the exact text.
    pub descriptor: String,
    /// The platform in the image's config, if it has been read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<Platform>,
    /// Whether the platform of the descriptor was filled from the config.
    #[serde(default)]
    pub filled: bool,
}

/// A manifest that is pushed beside the list because it refers to an image in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Companion {
    /// What it belongs to: if that leaves the draft, so does this.
    pub subject: Digest,
    /// The manifest.
    pub material: Material,
    /// The tag by whose name alone it refers to something (Cosign's `.sig`, `.att`, `.sbom`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
}

impl Material {
    /// A manifest that no list describes: media type, digest and size of the document, the
    /// platform of its config.
    #[must_use]
    pub fn bare(from: Location, document: &Document, config: Option<Platform>) -> Self {
        let mut object = Object::default();
        object.set("mediaType", &quote(document.media_type.as_str()));
        object.set("digest", &quote(document.digest.as_str()));
        object.set("size", &document.size().to_string());
        let mut filled = false;
        if let Some(platform) = config.as_ref().filter(|it| !it.is_empty()) {
            object.set("platform", &platform_object(platform).text());
            filled = true;
        }
        if let Some(artifact_type) = document.manifest.artifact_type() {
            object.set("artifactType", &quote(artifact_type));
        }
        Self { from, descriptor: object.text(), config, filled }
    }

    /// A manifest that a descriptor names: media type, digest and size.
    #[must_use]
    pub fn of(from: Location, descriptor: &Descriptor) -> Self {
        let mut object = Object::default();
        object.set("mediaType", &quote(descriptor.media_type.as_str()));
        object.set("digest", &quote(descriptor.digest.as_str()));
        object.set("size", &descriptor.size.to_string());
        Self { from, descriptor: object.text(), config: None, filled: false }
    }

    /// The descriptor, parsed; `None` if it is not a usable one.
    #[must_use]
    pub fn parsed(&self) -> Option<Descriptor> {
        let value: serde_json::Value = serde_json::from_str(&self.descriptor).ok()?;
        Descriptor::from_object(value.as_object()?).ok()
    }
}

impl Companion {
    /// The manifest's descriptor.
    #[must_use]
    pub fn descriptor(&self) -> Option<Descriptor> {
        self.material.parsed()
    }
}

/// The platform object of a descriptor, in the order in which Docker and BuildKit write it.
pub(super) fn platform_object(platform: &Platform) -> Object {
    let mut object = Object::default();
    for (key, value) in [
        ("architecture", &platform.architecture),
        ("os", &platform.os),
        ("os.version", &platform.os_version),
    ] {
        if !value.is_empty() {
            object.set(key, &quote(value));
        }
    }
    if !platform.os_features.is_empty() {
        object.set("os.features", &quote_all(&platform.os_features));
    }
    if !platform.variant.is_empty() {
        object.set("variant", &quote(&platform.variant));
    }
    object
}
