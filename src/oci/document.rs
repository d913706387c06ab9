//! The exact bytes of a manifest or config, its digest, and the parsed view of them.

use std::fmt;

use bytes::Bytes;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::{
    Algorithm, Digest, ImageConfig, Kind, Manifest, MediaType, Oddity, Sent, json, manifest, shape,
    signed,
};

/// A manifest as it was received. The digest is of the bytes; nothing is ever re-encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The bytes, exactly as received.
    pub bytes: Bytes,
    /// The digest of the bytes (of signed schema 1: without the signatures, as registries have it).
    pub digest: Digest,
    /// What the document is: what its source said, or what it says itself.
    pub media_type: MediaType,
    /// The parsed view.
    pub manifest: Manifest,
    /// Whether platy made the bytes, because the source holds none: an archive that `docker save`
    /// wrote before Docker 25. No registry knows such a digest.
    pub made: bool,
    /// Whether a local engine made the bytes for an archive, because it keeps images in another form
    /// (Docker with a graphdriver). No registry knows such a digest, unless it is pushed.
    pub made_by_engine: bool,
    /// Whether these are several images that a layout or an archive holds, and not the platforms
    /// of one: no engine chooses among them, and the list is not pushed.
    pub separate: bool,
    /// The layers that it lists and that a local engine does not have: of other platforms it may have
    /// the manifests alone.
    pub lacking: Vec<Digest>,
    /// What is odd about its JSON.
    pub oddities: Vec<Oddity>,
    /// The type with which a registry sent it.
    pub sent: Sent,
    /// See [`Document::own_type`].
    own_type: Option<MediaType>,
}

/// An image config as it was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigDocument {
    /// The bytes, exactly as received.
    pub bytes: Bytes,
    /// The digest of the bytes.
    pub digest: Digest,
    /// The parsed view.
    pub config: ImageConfig,
    /// What is odd about its JSON.
    pub oddities: Vec<Oddity>,
}

impl Document {
    /// The type that the document itself names (`mediaType`), which is the one that registries
    /// send it with.
    #[must_use]
    pub fn own_type(&self) -> Option<MediaType> {
        self.own_type.clone()
    }

    /// Parses a manifest. `stated` is the type that its source gave (a `Content-Type`, a
    /// descriptor's `mediaType`); if that is none that platy knows, or the document is plainly of
    /// the other kind (a list under the type of an image, an image under that of a list, either under
    /// that of schema 1), the document's own fields decide.
    ///
    /// # Errors
    /// A sentence if the bytes do not hold what the type promises.
    pub fn parse(
        bytes: Bytes,
        stated: Option<&MediaType>,
        algorithm: Algorithm,
    ) -> Result<Self, String> {
        let media_type = match stated {
            Some(stated) if stated.is_manifest() => stated.clone(),
            _ => match (manifest::detect(&bytes), stated) {
                (Some(detected), _) => detected,
                (None, Some(stated)) if !stated.as_str().is_empty() => stated.clone(),
                (None, _) => MediaType::parse("application/octet-stream"),
            },
        };
        let hashed = signed::hashed_part(Some(&media_type), &bytes);
        let read = Manifest::parse_with_oddities(&media_type, &hashed);
        let other = match &read {
            Ok((Manifest::Image(image), _)) if image.config.descriptor().is_none() => {
                manifest::other_kind(&media_type, &bytes)
            }
            Ok((Manifest::Schema1(_), _)) | Err(_) => manifest::other_kind(&media_type, &bytes),
            Ok(_) => None,
        };
        let (media_type, (manifest, oddities)) = match other {
            Some(other) => {
                let read = Manifest::parse_with_oddities(&other, &hashed)?;
                (other, read)
            }
            None => (media_type, read?),
        };
        let OwnType(named) = serde_json::from_slice(&bytes).unwrap_or_default();
        let own_type = json::string(&named, "mediaType").filter(|it| !it.is_empty());
        Ok(Self {
            own_type: own_type.map(|it| MediaType::exact(&it)),
            digest: Digest::of(algorithm, &hashed),
            manifest,
            media_type,
            bytes,
            made: false,
            made_by_engine: false,
            separate: false,
            lacking: Vec::new(),
            oddities,
            sent: Sent::default(),
        })
    }

    /// The same document, said to be `made` by platy.
    #[must_use]
    pub fn with_made(self, made: bool) -> Self {
        Self { made, ..self }
    }

    /// The same document, said to list images of their own.
    #[must_use]
    pub fn of_separate_images(self) -> Self {
        Self { separate: true, ..self }
    }

    /// The same document, of which the engine lacks these layers.
    #[must_use]
    pub fn lacking(self, lacking: Vec<Digest>) -> Self {
        Self { lacking, ..self }
    }

    /// The same document, said to be made by a local engine.
    #[must_use]
    pub fn made_by_engine(self) -> Self {
        Self { made_by_engine: !self.made, ..self }
    }

    /// The same document, as a registry sent it.
    #[must_use]
    pub fn with_sent(self, sent: Sent) -> Self {
        Self { sent, ..self }
    }

    /// How many bytes it has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// What kind of document it is on its own.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.manifest.kind()
    }
}

/// What of a document is called `mediaType`, in any case. Nothing else of it is kept.
#[derive(Default)]
struct OwnType(serde_json::Map<String, serde_json::Value>);

impl<'de> Deserialize<'de> for OwnType {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(OwnTypeVisitor)
    }
}

struct OwnTypeVisitor;

impl<'de> Visitor<'de> for OwnTypeVisitor {
    type Value = OwnType;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<OwnType, A::Error> {
        let mut found = OwnType::default();
        while let Some(key) = map.next_key::<String>()? {
            if key.eq_ignore_ascii_case("mediaType") {
                found.0.insert(key, map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

impl ConfigDocument {
    /// Parses an image config. `null` is an object without fields to programs in Go: containerd
    /// 2.4.2 counts its diff IDs, podman 4.3.1 makes an image of it.
    ///
    /// # Errors
    /// A sentence if the bytes are neither a JSON object nor `null`.
    pub fn parse(bytes: Bytes, algorithm: Algorithm) -> Result<Self, String> {
        let (config, oddities) = if bytes.trim_ascii() == b"null" {
            (ImageConfig::from_object(&serde_json::Map::new()), vec![Oddity::Null])
        } else {
            let parsed = json::parse(&bytes)?;
            (ImageConfig::from_object(&parsed.object), shape::of_config(&parsed))
        };
        Ok(Self { digest: Digest::of(algorithm, &bytes), config, oddities, bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &'static str, stated: Option<&str>) -> Result<Document, String> {
        let stated = stated.map(MediaType::parse);
        Document::parse(Bytes::from_static(json.as_bytes()), stated.as_ref(), Algorithm::Sha256)
    }

    #[test]
    fn the_stated_type_decides_unless_it_says_nothing() {
        let index = r#"{"manifests":[]}"#;
        let docker = "application/vnd.docker.distribution.manifest.list.v2+json";
        assert_eq!(parse(index, Some(docker)).unwrap().media_type, MediaType::DockerList);
        assert_eq!(parse(index, Some("application/json")).unwrap().media_type, MediaType::OciIndex);
        assert_eq!(parse(index, None).unwrap().media_type, MediaType::OciIndex);
        let image = r#"{"config":{},"layers":[]}"#;
        assert_eq!(parse(image, Some(docker)).unwrap().media_type, MediaType::DockerManifest);
        let manifest = "application/vnd.oci.image.manifest.v1+json";
        assert_eq!(parse(index, Some(manifest)).unwrap().kind(), Kind::Index);
        let signed = "application/vnd.docker.distribution.manifest.v1+prettyjws";
        assert_eq!(parse(index, Some(signed)).unwrap().media_type, MediaType::OciIndex);
        assert_eq!(parse(image, Some(signed)).unwrap().media_type, MediaType::OciManifest);
        let old = r#"{"schemaVersion":1,"fsLayers":[]}"#;
        assert_eq!(parse(old, Some(signed)).unwrap().media_type, MediaType::Schema1Signed);
        let unknown = parse("hello", Some("text/plain")).unwrap();
        assert_eq!(unknown.kind(), Kind::Unknown);
        assert_eq!(unknown.bytes, "hello");
        assert!(parse("<html>", Some(docker)).is_err());
    }

    #[test]
    fn the_digest_is_of_the_bytes_as_they_came() {
        let spaced = parse("{ \"manifests\" : [ ] }\n", None).unwrap();
        assert_eq!(spaced.digest, Digest::sha256(b"{ \"manifests\" : [ ] }\n"));
        assert_eq!(spaced.size(), 22);
    }
}
