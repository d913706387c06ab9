//! Annotations and labels: ordered maps of strings.

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::json;

/// Annotations or labels in the order of the document. A value that is not a string (which the
/// specification forbids) is kept as its JSON text.
pub type Annotations = IndexMap<String, String>;

/// Keys that mean something to platy.
pub mod keys {
    /// What an entry of an index is to another (BuildKit): `attestation-manifest`.
    pub const REFERENCE_TYPE: &str = "vnd.docker.reference.type";
    /// The digest of the entry that an attestation speaks of (BuildKit).
    pub const REFERENCE_DIGEST: &str = "vnd.docker.reference.digest";
    /// The in-toto predicate type of an attestation's layer.
    pub const PREDICATE_TYPE: &str = "in-toto.io/predicate-type";
    /// The tag of an entry in an OCI layout's `index.json`.
    pub const REF_NAME: &str = "org.opencontainers.image.ref.name";
    /// The full name of an entry in a layout that containerd or Docker wrote.
    pub const IMAGE_NAME: &str = "io.containerd.image.name";
    /// The digest of the manifest that an entry refers to (`docker save --platform`, moby
    /// v2.0.0-beta.24).
    pub const CONTAINERD_SUBJECT: &str = "io.containerd.manifest.subject";
    /// What an entry of a layout is that `cosign save` wrote (Cosign 3.1.3, `pkg/oci/layout`).
    pub const COSIGN_KIND: &str = "kind";
    /// The name of an attached file.
    pub const TITLE: &str = "org.opencontainers.image.title";
    /// When the artifact was made (RFC 3339).
    pub const CREATED: &str = "org.opencontainers.image.created";
}

/// The map at `key` of `object`.
pub(crate) fn read(object: &Map<String, Value>, key: &str) -> Annotations {
    json::object(object, key).map_or_else(Annotations::new, |map| {
        map.iter()
            .map(|(key, value)| {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                (key.clone(), text)
            })
            .collect()
    })
}
