//! What is behind a reference: an index, an image, an artifact, schema 1, or something unknown.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::annotations::{self, Annotations};
use super::{Descriptor, Entry, EvidenceKind, MediaType, Oddity, json, shape};

/// The most elements of a list of descriptors. 8 MiB hold fewer that are usable.
pub(super) const MOST_ENTRIES: usize = 80_000;

/// A DSSE envelope, as cosign 3.1.3 keeps it under the tag `.att`.
const ENVELOPE: &str = "application/vnd.dsse.envelope.v1+json";
/// What BuildKit 0.34 calls its attestations.
const ATTESTATION: &str = "application/vnd.docker.attestation.manifest.v1+json";

/// The kind of a document, in the words of the command line's JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// OCI index or Docker manifest list.
    Index,
    /// A runnable image.
    Image,
    /// A BuildKit attestation of an image.
    Attestation,
    /// Anything else that a manifest carries: signatures, SBOMs, charts, …
    Artifact,
    /// Docker schema 1: legacy, one platform, no selection.
    Schema1,
    /// A media type that platy does not know.
    Unknown,
}

impl Kind {
    /// The word as it is in JSON output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::Image => "image",
            Self::Attestation => "attestation",
            Self::Artifact => "artifact",
            Self::Schema1 => "schema1",
            Self::Unknown => "unknown",
        }
    }
}

/// The parsed view of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Manifest {
    /// OCI index or Docker manifest list.
    Index(Index),
    /// OCI or Docker image manifest, of an image or of an artifact.
    Image(Image),
    /// The artifact manifest of the 1.1 release candidates.
    Artifact(Artifact),
    /// Docker schema 1.
    Schema1(Schema1),
    /// Not understood; the bytes are all there is.
    Unknown,
}

/// OCI image index (`image-index.md`) or Docker manifest list (`manifest-v2-2.md`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// The elements of `manifests`, in order, odd ones too.
    pub entries: Vec<Entry>,
    /// `annotations`.
    pub annotations: Annotations,
    /// `artifactType`.
    pub artifact_type: Option<String>,
    /// `subject`.
    pub subject: Option<Descriptor>,
}

/// OCI image manifest (`manifest.md`) or Docker schema 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// The config's descriptor; odd if it is missing or unusable.
    pub config: Entry,
    /// The elements of `layers`, base first.
    pub layers: Vec<Entry>,
    /// `annotations`.
    pub annotations: Annotations,
    /// `artifactType`.
    pub artifact_type: Option<String>,
    /// `subject`.
    pub subject: Option<Descriptor>,
    /// Whether it is Docker's schema 2, not OCI's.
    pub docker: bool,
    /// Rows of trees show it with every key.
    layers_size: u64,
}

/// `application/vnd.oci.artifact.manifest.v1+json` of the 1.1 release candidates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// `artifactType`.
    pub artifact_type: Option<String>,
    /// The elements of `blobs`.
    pub blobs: Vec<Entry>,
    /// `annotations`.
    pub annotations: Annotations,
    /// `subject`.
    pub subject: Option<Descriptor>,
}

/// Docker schema 1 (`manifest-v2-1.md`): one platform, layers newest first, no config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema1 {
    /// `name`.
    pub name: String,
    /// `tag`.
    pub tag: String,
    /// `architecture`.
    pub architecture: String,
    /// The `blobSum` of each layer, newest first as in the document.
    pub layers: Vec<String>,
    /// Whether the document carries signatures.
    pub signed: bool,
}

impl Image {
    /// All layers that have a usable descriptor.
    pub fn layer_descriptors(&self) -> impl Iterator<Item = &Arc<Descriptor>> {
        self.layers.iter().filter_map(Entry::descriptor)
    }

    /// The bytes of all layers as the manifest gives them; one that it names twice is stored and
    /// fetched once, and counts once. A sum too large for 64 bits stays at the largest number.
    #[must_use]
    pub fn layers_size(&self) -> u64 {
        self.layers_size
    }

    /// Whether this is a BuildKit attestation: its type says so, or it carries in-toto statements
    /// and nothing else, and no other type is named (BuildKit 0.34
    /// `docs/attestations/attestation-storage.md`). An entry of a list says so by annotations too,
    /// which some tools strip.
    #[must_use]
    pub fn is_attestation(&self) -> bool {
        let statements = self
            .layers
            .iter()
            .all(|layer| layer.descriptor().is_some_and(|it| it.media_type == MediaType::InToto));
        match self.artifact_type.as_deref() {
            Some(named) => named == ATTESTATION,
            None => statements && !self.layers.is_empty(),
        }
    }

    /// Whether this is something else than a runnable image: `artifactType` is set, or the config
    /// is not an image config (OCI `manifest.md`, "Guidelines for Artifact Usage"), or what it
    /// holds is evidence.
    #[must_use]
    pub fn is_artifact(&self) -> bool {
        self.artifact_type.is_some()
            || self.is_evidence()
            || self.config.descriptor().is_some() && self.image_config().is_none()
    }

    /// Whether it holds signatures, statements or SBOMs and nothing else, below the config of an
    /// image: what cosign 3.1.3 keeps under the tags `.sig`, `.att` and `.sbom`.
    #[must_use]
    pub fn is_evidence(&self) -> bool {
        let is_told = |layer: &Entry| {
            layer.descriptor().is_some_and(|it| {
                let media_type = it.media_type.as_str();
                media_type == ENVELOPE || EvidenceKind::of_type(media_type).is_some()
            })
        };
        !self.layers.is_empty() && self.layers.iter().all(is_told)
    }

    /// The config's descriptor, if the config is that of an image. Early registries and tools gave
    /// the configs of Docker's images other types, or none, and Docker takes them (`ImageTypes` in
    /// moby 29.8's `distribution/registry.go`; moby/moby#44367).
    #[must_use]
    pub fn image_config(&self) -> Option<&Arc<Descriptor>> {
        const TAKEN: [&str; 4] = ["application/octet-stream", "application/json", "text/html", ""];
        self.config.descriptor().filter(|config| {
            config.media_type.is_image_config()
                || self.docker && TAKEN.contains(&config.media_type.as_str())
        })
    }

    /// The config's descriptor, if a config of its type states a platform: an image's, or that of
    /// a WebAssembly component, which has `os` (`wasip1`, `wasip2`) and `architecture` (`wasm`)
    /// too (CNCF TAG Runtime, "Wasm OCI Artifact layout", config v0).
    #[must_use]
    pub fn platform_config(&self) -> Option<&Arc<Descriptor>> {
        let component =
            || self.config.descriptor().filter(|it| it.media_type == MediaType::WasmConfig);
        self.image_config().or_else(component)
    }
}

impl Manifest {
    /// Reads a manifest of this media type.
    ///
    /// # Errors
    /// A sentence if the bytes do not hold what the media type promises.
    pub(crate) fn parse(media_type: &MediaType, bytes: &[u8]) -> Result<Self, String> {
        Self::parse_with_oddities(media_type, bytes).map(|(manifest, _)| manifest)
    }

    /// The same, with what is odd about its JSON.
    pub(super) fn parse_with_oddities(
        media_type: &MediaType,
        bytes: &[u8],
    ) -> Result<(Self, Vec<Oddity>), String> {
        if !media_type.is_manifest() {
            return Ok((Self::Unknown, Vec::new()));
        }
        let parsed = json::parse(bytes)?;
        let object = &parsed.object;
        let manifest = if media_type.is_index() {
            Self::Index(read_index(object)?)
        } else if media_type.is_image_manifest() {
            let docker = *media_type == MediaType::DockerManifest;
            Self::Image(read_image(object, docker)?)
        } else if media_type.is_schema1() {
            Self::Schema1(read_schema1(object, *media_type == MediaType::Schema1Signed))
        } else {
            Self::Artifact(read_artifact(object))
        };
        Ok((manifest, shape::of_manifest(media_type, &parsed)))
    }

    /// How many elements its lists have, odd ones too.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Index(index) => index.entries.len(),
            Self::Image(image) => image.layers.len(),
            Self::Artifact(artifact) => artifact.blobs.len(),
            Self::Schema1(_) | Self::Unknown => 0,
        }
    }

    /// The kind of this document on its own.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Index(_) => Kind::Index,
            Self::Image(image) if image.is_attestation() => Kind::Attestation,
            Self::Image(image) if image.is_artifact() => Kind::Artifact,
            Self::Image(_) => Kind::Image,
            Self::Artifact(_) => Kind::Artifact,
            Self::Schema1(_) => Kind::Schema1,
            Self::Unknown => Kind::Unknown,
        }
    }

    /// Everything that this document is made of and names by a usable descriptor: entries, config
    /// and layers, blobs. Not its subject.
    pub fn descriptors(&self) -> impl Iterator<Item = &Arc<Descriptor>> {
        let (first, rest): (Option<&Entry>, &[Entry]) = match self {
            Self::Index(index) => (None, &index.entries),
            Self::Image(image) => (Some(&image.config), &image.layers),
            Self::Artifact(artifact) => (None, &artifact.blobs),
            Self::Schema1(_) | Self::Unknown => (None, &[]),
        };
        first.into_iter().chain(rest).filter_map(Entry::descriptor)
    }

    /// The document's own annotations.
    #[must_use]
    pub fn annotations(&self) -> Option<&Annotations> {
        match self {
            Self::Index(index) => Some(&index.annotations),
            Self::Image(image) => Some(&image.annotations),
            Self::Artifact(artifact) => Some(&artifact.annotations),
            Self::Schema1(_) | Self::Unknown => None,
        }
    }

    /// The document that this one refers to (`subject`).
    #[must_use]
    pub fn subject(&self) -> Option<&Descriptor> {
        match self {
            Self::Index(index) => index.subject.as_ref(),
            Self::Image(image) => image.subject.as_ref(),
            Self::Artifact(artifact) => artifact.subject.as_ref(),
            Self::Schema1(_) | Self::Unknown => None,
        }
    }

    /// `artifactType`, or the config's media type if that says what the artifact is.
    #[must_use]
    pub fn artifact_type(&self) -> Option<&str> {
        match self {
            Self::Index(index) => index.artifact_type.as_deref(),
            Self::Artifact(artifact) => artifact.artifact_type.as_deref(),
            Self::Image(image) => image.artifact_type.as_deref().or_else(|| {
                let config = image.config.descriptor()?;
                image.image_config().is_none().then(|| config.media_type.as_str())
            }),
            Self::Schema1(_) | Self::Unknown => None,
        }
    }
}

/// The media type that a document of unknown or doubtful type has by its own fields: its
/// `mediaType`, else what its shape tells. `None` if nothing can be told.
pub(crate) fn detect(bytes: &[u8]) -> Option<MediaType> {
    let object = json::parse_object(bytes).ok()?;
    if let Some(text) = json::string(&object, "mediaType").filter(|text| !text.is_empty()) {
        return Some(MediaType::parse(&text));
    }
    if json::get(&object, "schemaVersion").and_then(Value::as_u64) == Some(1)
        && json::get(&object, "fsLayers").is_some()
    {
        let signed = json::get(&object, "signatures").is_some();
        return Some(if signed { MediaType::Schema1Signed } else { MediaType::Schema1 });
    }
    // An image config has a field `config` too, and layers by another name.
    let has = |key: &str| json::get(&object, key).is_some();
    let is_image = has("config") && has("layers");
    match (has("manifests"), is_image) {
        (true, false) => Some(MediaType::OciIndex),
        (false, true) => Some(MediaType::OciManifest),
        _ => None,
    }
}

/// Whether a document is not plainly of another kind than a type says: a list by its fields, and
/// the type an image's, or the other way round; schema 1 has the fields of neither.
pub(crate) fn may_be(stated: &MediaType, bytes: &[u8]) -> bool {
    let Ok(object) = json::parse_object(bytes) else { return true };
    let has = |key: &str| json::get(&object, key).is_some();
    match (has("manifests"), has("config") || has("layers")) {
        (true, false) => !stated.is_image_manifest() && !stated.is_schema1(),
        (false, true) => !stated.is_index() && !stated.is_schema1(),
        _ => true,
    }
}

/// The type of a document that is plainly of the other kind than a type says: its own `mediaType`
/// if that is of its kind, else the counterpart of the type. `None` if it is not.
pub(crate) fn other_kind(stated: &MediaType, bytes: &[u8]) -> Option<MediaType> {
    if may_be(stated, bytes) {
        return None;
    }
    let object = json::parse_object(bytes).ok()?;
    let own = MediaType::parse(&json::string(&object, "mediaType").unwrap_or_default());
    let (is_own, counterpart) = match stated {
        MediaType::OciIndex => (own.is_image_manifest(), MediaType::OciManifest),
        MediaType::DockerList => (own.is_image_manifest(), MediaType::DockerManifest),
        MediaType::OciManifest => (own.is_index(), MediaType::OciIndex),
        MediaType::DockerManifest => (own.is_index(), MediaType::DockerList),
        MediaType::Schema1 | MediaType::Schema1Signed => {
            return detect(bytes).filter(|it| it.is_index() || it.is_image_manifest());
        }
        _ => return None,
    };
    Some(if is_own { own } else { counterpart })
}

fn entries(object: &Map<String, Value>, key: &str) -> Result<Vec<Entry>, String> {
    match json::get(object, key) {
        Some(Value::Array(array)) if array.len() > MOST_ENTRIES => {
            Err(format!("its field {key:?} has {} elements, more than {MOST_ENTRIES}", array.len()))
        }
        Some(Value::Array(array)) => Ok(array.iter().map(Entry::from_value).collect()),
        Some(_) => Err(format!("its field {key:?} is not a list")),
        None => Err(format!("it has no field {key:?}")),
    }
}

fn read_subject(object: &Map<String, Value>) -> Option<Descriptor> {
    json::object(object, "subject").and_then(|subject| Descriptor::from_object(subject).ok())
}

fn artifact_type(object: &Map<String, Value>) -> Option<String> {
    json::string(object, "artifactType").filter(|text| !text.is_empty())
}

fn read_index(object: &Map<String, Value>) -> Result<Index, String> {
    // `crane index filter` (0.22.1) writes `null` for a list that keeps nothing; Go reads it as an
    // empty list.
    let entries = match json::get(object, "manifests") {
        Some(Value::Null) => Vec::new(),
        _ => entries(object, "manifests")?,
    };
    Ok(Index {
        entries,
        annotations: annotations::read(object, "annotations"),
        artifact_type: artifact_type(object),
        subject: read_subject(object),
    })
}

fn read_image(object: &Map<String, Value>, docker: bool) -> Result<Image, String> {
    // A Docker image without layers may carry `null`.
    let layers = match json::get(object, "layers") {
        None | Some(Value::Null) => Vec::new(),
        Some(_) => entries(object, "layers")?,
    };
    let mut seen = HashSet::new();
    let once = layers.iter().filter_map(Entry::descriptor).filter(|it| seen.insert(&it.digest));
    let layers_size = once.fold(0, |sum: u64, layer| sum.saturating_add(layer.size));
    Ok(Image {
        config: json::get(object, "config").map_or_else(
            || Entry::Odd { problem: "it has no config".to_owned(), raw: "null".to_owned() },
            Entry::from_value,
        ),
        layers,
        annotations: annotations::read(object, "annotations"),
        artifact_type: artifact_type(object),
        subject: read_subject(object),
        docker,
        layers_size,
    })
}

fn read_artifact(object: &Map<String, Value>) -> Artifact {
    Artifact {
        artifact_type: artifact_type(object),
        blobs: json::array(object, "blobs").iter().map(Entry::from_value).collect(),
        annotations: annotations::read(object, "annotations"),
        subject: read_subject(object),
    }
}

fn read_schema1(object: &Map<String, Value>, signed: bool) -> Schema1 {
    Schema1 {
        name: json::string(object, "name").unwrap_or_default(),
        tag: json::string(object, "tag").unwrap_or_default(),
        architecture: json::string(object, "architecture").unwrap_or_default(),
        layers: json::array(object, "fsLayers")
            .iter()
            .filter_map(|layer| layer.get("blobSum")?.as_str().map(str::to_owned))
            .collect(),
        signed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::Digest;

    #[test]
    fn shape_tells_the_type_where_no_field_does() {
        for (json, expected) in [
            (r#"{"manifests":[]}"#, Some(MediaType::OciIndex)),
            (r#"{"config":{},"layers":[]}"#, Some(MediaType::OciManifest)),
            (r#"{"schemaVersion":1,"fsLayers":[]}"#, Some(MediaType::Schema1)),
            (r#"{"mediaType":"a/b","manifests":[]}"#, Some(MediaType::parse("a/b"))),
            (r#"{"manifests":[],"config":{},"layers":[]}"#, None),
            (r#"{"os":"linux","config":{},"rootfs":{}}"#, None),
            ("[]", None),
            ("<html>", None),
        ] {
            assert_eq!(detect(json.as_bytes()), expected, "{json}");
        }
    }

    #[test]
    fn docker_images_may_have_configs_of_other_types() {
        // moby/moby#44367, docker/distribution#1621.
        let digest = Digest::sha256(b"");
        let read = |own: &MediaType, config: &str| {
            let json =
                format!(r#"{{"config":{{{config}"digest":"{digest}","size":1}},"layers":[]}}"#);
            Manifest::parse(own, json.as_bytes()).unwrap().kind()
        };
        for config in
            ["application/octet-stream", "application/json", "text/html", "", "text/plain"]
        {
            let config = format!(r#""mediaType":"{config}","#);
            let taken = !config.contains("plain");
            let expected = if taken { Kind::Image } else { Kind::Artifact };
            assert_eq!(read(&MediaType::DockerManifest, &config), expected, "{config}");
            assert_eq!(read(&MediaType::OciManifest, &config), Kind::Artifact, "{config}");
        }
        assert_eq!(read(&MediaType::DockerManifest, ""), Kind::Image);
    }

    #[test]
    fn what_is_missing_is_named() {
        let missing = Manifest::parse(&MediaType::OciIndex, b"{}").unwrap_err();
        assert_eq!(missing, "it has no field \"manifests\"");
        let html = Manifest::parse(&MediaType::OciIndex, b"<html>").unwrap_err();
        assert!(html.starts_with("not valid JSON"), "{html}");
    }

    #[test]
    fn a_list_of_nothing_may_be_null() {
        let json = br#"{"schemaVersion":2,"manifests":null}"#;
        match Manifest::parse(&MediaType::OciIndex, json) {
            Ok(Manifest::Index(index)) => assert_eq!(index.entries, []),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn json_100_000_levels_deep_is_an_error_and_no_crash() {
        let deep = "[".repeat(100_000);
        let json = format!(r#"{{"manifests":{deep}"#);
        let error = Manifest::parse(&MediaType::OciIndex, json.as_bytes()).unwrap_err();
        assert!(error.contains("10000 levels"), "{error}");
    }

    #[test]
    fn an_artifact_is_told_from_an_image() {
        let digest = Digest::sha256(b"");
        let manifest = |config: &str| {
            let json = format!(
                r#"{{"config":{{"mediaType":"{config}","digest":"{digest}","size":2}},"layers":[]}}"#
            );
            Manifest::parse(&MediaType::OciManifest, json.as_bytes()).unwrap()
        };
        assert_eq!(manifest("application/vnd.oci.image.config.v1+json").kind(), Kind::Image);
        let statement = |artifact_type: &str, layer: &str| {
            let layer = format!(r#"{{"mediaType":"{layer}","digest":"{digest}","size":2}}"#);
            let json = format!(
                r#"{{"config":{{"mediaType":"application/vnd.oci.image.config.v1+json",
                "digest":"{digest}","size":2}},"layers":[{layer}]{artifact_type}}}"#
            );
            Manifest::parse(&MediaType::OciManifest, json.as_bytes()).unwrap().kind()
        };
        let in_toto = MediaType::InToto.as_str();
        assert_eq!(statement("", in_toto), Kind::Attestation);
        assert_eq!(statement("", "application/vnd.oci.image.layer.v1.tar"), Kind::Image);
        assert_eq!(statement(r#","artifactType":"a/b""#, in_toto), Kind::Artifact);
        let named = format!(r#","artifactType":"{ATTESTATION}""#);
        assert_eq!(statement(&named, in_toto), Kind::Attestation);
        let chart = manifest("application/vnd.cncf.helm.config.v1+json");
        assert_eq!(chart.kind(), Kind::Artifact);
        assert_eq!(chart.artifact_type(), Some("application/vnd.cncf.helm.config.v1+json"));
    }
}
