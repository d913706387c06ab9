//! Descriptors: the references by which one document names another.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::annotations::{self, Annotations, keys};
use super::{Digest, MediaType, Platform, json};

/// The value by which an entry says that it is an attestation.
const ATTESTATION: &str = "attestation-manifest";

/// A content descriptor (OCI `descriptor.md`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    /// What the content is said to be.
    pub media_type: MediaType,
    /// The type as it is written, if that is not letter by letter the one above: engines mind
    /// parameters and blanks.
    pub written_type: Option<Box<str>>,
    /// What the content must hash to.
    pub digest: Digest,
    /// How long the content must be, in bytes.
    pub size: u64,
    /// The platform of an index entry.
    pub platform: Option<Platform>,
    /// How the platform is written.
    pub platform_keys: PlatformKeys,
    /// Annotations, in the document's order.
    pub annotations: Annotations,
    /// The type of the artifact behind the descriptor.
    pub artifact_type: Option<String>,
    /// Places where the content may be had from. Shown, never fetched.
    pub urls: Vec<String>,
}

/// The digest tells them apart well enough.
impl Hash for Descriptor {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.digest.hash(state);
    }
}

/// Which keys an entry's platform has, letter by letter: readers that are not written in Go mind
/// their case, and some tell a key that is missing from one that is empty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct PlatformKeys {
    /// `os`, with text.
    pub os: bool,
    /// `architecture`, with text.
    pub architecture: bool,
    /// `os.features`, with a list.
    pub os_features: bool,
}

impl PlatformKeys {
    /// The keys of a platform's object.
    #[must_use]
    pub fn of(object: &Map<String, Value>) -> Self {
        let text = |key: &str| object.get(key).is_some_and(Value::is_string);
        Self {
            os: text("os"),
            architecture: text("architecture"),
            os_features: json::get(object, "os.features").is_some_and(Value::is_array),
        }
    }
}

/// One element of a list of descriptors, as found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A usable descriptor.
    Descriptor(Arc<Descriptor>),
    /// Something that is not a usable descriptor; its siblings are not touched by that.
    Odd {
        /// What is wrong with it.
        problem: String,
        /// The element itself, as compact JSON.
        raw: String,
    },
}

/// What Go's `encoding/json` makes of an element that is not a usable descriptor: it checks neither
/// digest nor size, and takes `null` and what is missing for nothing (image-spec v1.1
/// `specs-go/v1/descriptor.go`). Most engines work with this.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// `mediaType`; empty if it is missing.
    pub media_type: String,
    /// `digest`; `None` if there is no such key.
    pub digest: Option<GivenDigest>,
    /// `size`; `None` if it is missing or `null`.
    pub size: Option<i64>,
    /// `platform`.
    pub platform: Option<Platform>,
    /// How the platform is written.
    pub platform_keys: PlatformKeys,
    /// Whether it says that it is an attestation.
    pub attestation: bool,
}

/// What is at the key `digest`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GivenDigest {
    /// `null`.
    Null,
    /// A string, whatever is in it.
    Text(String),
}

impl Written {
    /// Reads an element's JSON; `None` for what Go takes for no descriptor at all.
    #[must_use]
    pub fn read(raw: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(raw).ok()?;
        let object = match &value {
            Value::Null => return Some(Self::default()),
            Value::Object(object) => object,
            _ => return None,
        };
        let size = match json::get(object, "size") {
            None | Some(Value::Null) => None,
            Some(size) => Some(size.as_i64()?),
        };
        let digest = match json::get(object, "digest") {
            None => None,
            Some(Value::Null) => Some(GivenDigest::Null),
            Some(text) => Some(GivenDigest::Text(text.as_str()?.to_owned())),
        };
        let platform = json::object(object, "platform");
        let annotations = annotations::read(object, "annotations");
        Some(Self {
            media_type: json::string(object, "mediaType").unwrap_or_default(),
            digest,
            size,
            platform: platform.map(Platform::from_object),
            platform_keys: platform.map(PlatformKeys::of).unwrap_or_default(),
            attestation: annotations.get(keys::REFERENCE_TYPE).is_some_and(|it| it == ATTESTATION),
        })
    }

    /// The digest as a program in Go has it: a text, which may be empty.
    #[must_use]
    pub fn digest_text(&self) -> &str {
        match &self.digest {
            Some(GivenDigest::Text(text)) => text,
            Some(GivenDigest::Null) | None => "",
        }
    }
}

impl Descriptor {
    /// A descriptor of three facts and nothing else.
    #[must_use]
    pub fn new(media_type: MediaType, digest: Digest, size: u64) -> Self {
        Self {
            media_type,
            written_type: None,
            digest,
            size,
            platform: None,
            platform_keys: PlatformKeys::default(),
            annotations: Annotations::new(),
            artifact_type: None,
            urls: Vec::new(),
        }
    }

    /// Reads a descriptor.
    ///
    /// # Errors
    /// A sentence that names what is missing or wrong: digest, size or their types.
    pub fn from_object(object: &Map<String, Value>) -> Result<Self, String> {
        let digest = json::string(object, "digest").ok_or("it has no digest")?;
        let digest: Digest = digest.parse().map_err(|e| format!("its digest {digest:?}: {e}"))?;
        let size = match json::get(object, "size") {
            None => return Err("it has no size".to_owned()),
            Some(size) => size.as_u64().ok_or_else(|| format!("its size is {size}"))?,
        };
        let written = json::get(object, "mediaType").and_then(Value::as_str).unwrap_or_default();
        let media_type = MediaType::parse(written);
        Ok(Self {
            written_type: (media_type.as_str() != written).then(|| written.into()),
            media_type,
            digest,
            size,
            platform: json::object(object, "platform").map(Platform::from_object),
            platform_keys: json::object(object, "platform")
                .map(PlatformKeys::of)
                .unwrap_or_default(),
            annotations: annotations::read(object, "annotations"),
            artifact_type: json::string(object, "artifactType").filter(|text| !text.is_empty()),
            urls: json::strings(object, "urls"),
        })
    }

    /// The digest of the image that this entry attests, if this is a BuildKit attestation
    /// (BuildKit `docs/attestations/attestation-storage.md`).
    #[must_use]
    pub fn attests(&self) -> Option<Digest> {
        if !self.is_attestation() {
            return None;
        }
        self.annotations.get(keys::REFERENCE_DIGEST)?.parse().ok()
    }

    /// Whether this names an artifact: it gives a type that is not an image config's. crane 0.22
    /// `index append` gives ordinary images the type of their config.
    #[must_use]
    pub fn names_artifact(&self) -> bool {
        let named = self.artifact_type.as_deref();
        named.is_some_and(|named| !MediaType::parse(named).is_image_config())
    }

    /// Whether this entry says that it is a BuildKit attestation.
    #[must_use]
    pub fn is_attestation(&self) -> bool {
        self.annotations.get(keys::REFERENCE_TYPE).is_some_and(|value| value == ATTESTATION)
    }
}

impl Entry {
    /// Reads one element of a list.
    #[must_use]
    pub fn from_value(value: &Value) -> Self {
        let read = match value {
            Value::Object(object) => Descriptor::from_object(object),
            _ => Err("it is not an object".to_owned()),
        };
        match read {
            Ok(descriptor) => Self::Descriptor(Arc::new(descriptor)),
            Err(problem) => Self::Odd { problem, raw: value.to_string() },
        }
    }

    /// The descriptor, if the element is one.
    #[must_use]
    pub fn descriptor(&self) -> Option<&Arc<Descriptor>> {
        match self {
            Self::Descriptor(descriptor) => Some(descriptor),
            Self::Odd { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_odd_entry_names_its_problem() {
        for (json, problem) in [
            (r#"{"size":1}"#, "it has no digest"),
            (r#"{"digest":"sha256:abc","size":1}"#, "64 hex digits expected"),
            (r#"{"digest":"DIGEST"}"#, "it has no size"),
            (r#"{"digest":"DIGEST","size":-4}"#, "its size is -4"),
            ("[]", "not an object"),
        ] {
            let json = json.replace("DIGEST", Digest::sha256(b"").as_str());
            match Entry::from_value(&serde_json::from_str(&json).unwrap()) {
                Entry::Odd { problem: found, .. } => {
                    assert!(found.contains(problem), "{json}: {found}");
                }
                Entry::Descriptor(_) => panic!("{json} was taken"),
            }
        }
    }

    #[test]
    fn go_reads_what_is_not_a_usable_descriptor() {
        let text = |digest: &str| Some(GivenDigest::Text(digest.to_owned()));
        for (raw, digest, size) in [
            ("null", None, None),
            ("{}", None, None),
            (r#"{"digest":"sha256:abc","size":4}"#, text("sha256:abc"), Some(4)),
            (r#"{"digest":null,"size":null}"#, Some(GivenDigest::Null), None),
            (r#"{"Digest":"","SIZE":-1}"#, text(""), Some(-1)),
        ] {
            let written = Written::read(raw).unwrap();
            assert_eq!((written.digest, written.size), (digest, size), "{raw}");
        }
        for raw in ["[]", "5", "\"x\"", r#"{"digest":5}"#, r#"{"size":1.5}"#, r#"{"size":"4"}"#] {
            assert_eq!(Written::read(raw), None, "{raw}");
        }
    }

    #[test]
    fn attestations_are_known_by_their_annotations() {
        let image = Digest::sha256(b"image");
        let json = format!(
            r#"{{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{0}","size":3,
               "platform":{{"os":"unknown","architecture":"unknown"}},
               "annotations":{{"vnd.docker.reference.type":"attestation-manifest",
                              "vnd.docker.reference.digest":"{0}"}}}}"#,
            image
        );
        let entry = Entry::from_value(&serde_json::from_str(&json).unwrap());
        let descriptor = entry.descriptor().unwrap();
        assert_eq!(descriptor.attests(), Some(image));
        assert!(descriptor.platform.as_ref().unwrap().is_unknown());
    }
}
