//! Media types of the OCI image specification, of Docker's image formats, and others as they are.

use std::fmt;
use std::sync::Arc;

use oci_distribution::manifest;

/// A media type, without parameters, in the spelling it was found in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum MediaType {
    /// `application/vnd.oci.image.index.v1+json`
    OciIndex,
    /// `application/vnd.oci.image.manifest.v1+json`
    OciManifest,
    /// `application/vnd.oci.image.config.v1+json`
    OciConfig,
    /// `application/vnd.oci.empty.v1+json`, the config of an artifact that has none.
    OciEmpty,
    /// `application/vnd.oci.artifact.manifest.v1+json`, of the 1.1 release candidates.
    OciArtifact,
    /// `application/vnd.docker.distribution.manifest.list.v2+json`
    DockerList,
    /// `application/vnd.docker.distribution.manifest.v2+json`
    DockerManifest,
    /// `application/vnd.docker.container.image.v1+json`
    DockerConfig,
    /// `application/vnd.docker.distribution.manifest.v1+json`
    Schema1,
    /// `application/vnd.docker.distribution.manifest.v1+prettyjws`
    Schema1Signed,
    /// `application/vnd.wasm.config.v0+json`, the config of a WebAssembly component.
    WasmConfig,
    /// `application/vnd.in-toto+json`, a layer of an attestation.
    InToto,
    /// Anything else.
    Other(Arc<str>),
}

/// How a layer is packed, as its media type says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Compression {
    /// A plain tar.
    None,
    /// gzip.
    Gzip,
    /// zstd.
    Zstd,
}

/// The names that oci-client has are its own; it has none of the empty config, of artifacts, of
/// schema 1, of WebAssembly and of in-toto.
const NAMES: [(MediaType, &str); 12] = [
    (MediaType::OciIndex, manifest::OCI_IMAGE_INDEX_MEDIA_TYPE),
    (MediaType::OciManifest, manifest::OCI_IMAGE_MEDIA_TYPE),
    (MediaType::OciConfig, manifest::IMAGE_CONFIG_MEDIA_TYPE),
    (MediaType::OciEmpty, "application/vnd.oci.empty.v1+json"),
    (MediaType::OciArtifact, "application/vnd.oci.artifact.manifest.v1+json"),
    (MediaType::DockerList, manifest::IMAGE_MANIFEST_LIST_MEDIA_TYPE),
    (MediaType::DockerManifest, manifest::IMAGE_MANIFEST_MEDIA_TYPE),
    (MediaType::DockerConfig, manifest::IMAGE_DOCKER_CONFIG_MEDIA_TYPE),
    (MediaType::Schema1, "application/vnd.docker.distribution.manifest.v1+json"),
    (MediaType::Schema1Signed, "application/vnd.docker.distribution.manifest.v1+prettyjws"),
    (MediaType::WasmConfig, "application/vnd.wasm.config.v0+json"),
    (MediaType::InToto, "application/vnd.in-toto+json"),
];

impl MediaType {
    /// The `Accept` header of a request for a manifest: every type that platy can show. A
    /// registry that sees fewer may answer with one child instead of the list (distribution does).
    pub const ACCEPT: &'static str = "application/vnd.oci.image.index.v1+json, \
        application/vnd.oci.image.manifest.v1+json, \
        application/vnd.docker.distribution.manifest.list.v2+json, \
        application/vnd.docker.distribution.manifest.v2+json, \
        application/vnd.oci.artifact.manifest.v1+json, \
        application/vnd.docker.distribution.manifest.v1+prettyjws, \
        application/vnd.docker.distribution.manifest.v1+json, */*";

    /// Parses a media type; parameters such as `; charset=utf-8` are dropped.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let essence = text.split(';').next().unwrap_or_default().trim();
        NAMES
            .iter()
            .find(|(_, name)| *name == essence)
            .map_or_else(|| Self::Other(essence.into()), |(media_type, _)| media_type.clone())
    }

    /// The type of a header as Go's `mime.ParseMediaType` reads it: without parameters, in small
    /// letters.
    #[must_use]
    pub fn essence(header: &str) -> Self {
        let essence = header.split(';').next().unwrap_or_default().trim();
        Self::exact(&essence.to_lowercase())
    }

    /// The type of exactly this text: parameters and blanks are part of it.
    #[must_use]
    pub fn exact(text: &str) -> Self {
        let parsed = Self::parse(text);
        if parsed.as_str() == text { parsed } else { Self::Other(text.into()) }
    }

    /// The type as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        if let Self::Other(text) = self {
            return text;
        }
        NAMES.iter().find(|(media_type, _)| media_type == self).map_or("", |(_, name)| name)
    }

    /// OCI index or Docker manifest list.
    #[must_use]
    pub fn is_index(&self) -> bool {
        matches!(self, Self::OciIndex | Self::DockerList)
    }

    /// OCI or Docker image manifest.
    #[must_use]
    pub fn is_image_manifest(&self) -> bool {
        matches!(self, Self::OciManifest | Self::DockerManifest)
    }

    /// Anything that a registry serves under `/manifests/`.
    #[must_use]
    pub fn is_manifest(&self) -> bool {
        self.is_index()
            || self.is_image_manifest()
            || self.is_schema1()
            || matches!(self, Self::OciArtifact)
    }

    /// Docker schema 1, signed or not.
    #[must_use]
    pub fn is_schema1(&self) -> bool {
        matches!(self, Self::Schema1 | Self::Schema1Signed)
    }

    /// The config of a runnable image.
    #[must_use]
    pub fn is_image_config(&self) -> bool {
        matches!(self, Self::OciConfig | Self::DockerConfig)
    }

    /// A filesystem layer (OCI, Docker, foreign or non-distributable).
    #[must_use]
    pub fn is_layer(&self) -> bool {
        let text = self.as_str();
        text.starts_with("application/vnd.oci.image.layer.")
            || text.starts_with("application/vnd.docker.image.rootfs.")
            || text.starts_with("application/vnd.erofs.layer.")
    }

    /// How a layer of this type is packed.
    #[must_use]
    pub fn compression(&self) -> Compression {
        let text = self.as_str();
        if text.ends_with("gzip") {
            Compression::Gzip
        } else if text.ends_with("zstd") {
            Compression::Zstd
        } else {
            Compression::None
        }
    }

    /// What people call it: `OCI index`, `Docker manifest list`, …; the type itself where it has
    /// no other name.
    #[must_use]
    pub fn title(&self) -> &str {
        match self {
            Self::OciIndex => "OCI index",
            Self::OciManifest => "OCI image manifest",
            Self::OciConfig => "OCI image config",
            Self::OciEmpty => "OCI empty config",
            Self::OciArtifact => "OCI artifact manifest (1.1 release candidate)",
            Self::DockerList => "Docker manifest list",
            Self::DockerManifest => "Docker image manifest (schema 2)",
            Self::DockerConfig => "Docker image config",
            Self::Schema1 | Self::Schema1Signed => "Docker manifest schema 1 (legacy)",
            Self::WasmConfig => "WebAssembly config",
            Self::InToto => "in-toto statement",
            Self::Other(text) => text,
        }
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_types_round_trip_and_parameters_are_dropped() {
        for (media_type, name) in NAMES {
            assert_eq!(MediaType::parse(name), media_type);
            assert_eq!(media_type.as_str(), name);
        }
        assert_eq!(
            MediaType::parse("application/vnd.oci.image.index.v1+json; charset=utf-8"),
            MediaType::OciIndex
        );
        assert_eq!(MediaType::parse("text/html").as_str(), "text/html");
    }

    #[test]
    fn layers_and_their_packing() {
        let gzip = MediaType::parse("application/vnd.docker.image.rootfs.diff.tar.gzip");
        assert!(gzip.is_layer());
        assert_eq!(gzip.compression(), Compression::Gzip);
        let zstd = MediaType::parse("application/vnd.oci.image.layer.v1.tar+zstd");
        assert_eq!(zstd.compression(), Compression::Zstd);
        let plain = MediaType::parse("application/vnd.oci.image.layer.v1.tar");
        assert_eq!(plain.compression(), Compression::None);
        assert!(!MediaType::InToto.is_layer());
    }
}
