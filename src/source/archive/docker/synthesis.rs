//! Manifests for images that were saved without any.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::names::annotations;
use super::saved::{self, Saved};
use crate::oci::{
    Algorithm, Class, Descriptor, Digest, Failure, Hasher, ImageConfig, MAX_CONFIG_READ,
    MAX_MANIFEST_READ, MediaType,
};
use crate::source::archive::known::Known;
use crate::source::archive::paths::entry_name;
use crate::source::archive::spool::Packing;
use crate::source::archive::tar_file::TarFile;
use crate::source::layout::Piece;
use crate::source::workers::Stop;

/// The file that lists the images.
pub(super) const MANIFEST_JSON: &str = "manifest.json";
const LAYER: &str = "application/vnd.docker.image.rootfs.diff.tar";
/// What no engine has a type for; the digest is that of the compressed bytes.
const LAYER_XZ: &str = "application/vnd.docker.image.rootfs.diff.tar.xz";
const LAYER_BZIP2: &str = "application/vnd.docker.image.rootfs.diff.tar.bzip2";
const LAYER_GZIP: &str = "application/vnd.docker.image.rootfs.diff.tar.gzip";
/// Docker has no type of its own for these.
const LAYER_ZSTD: &str = "application/vnd.oci.image.layer.v1.tar+zstd";
/// The most images of one archive: each has a config to be read when it is opened.
const MAX_IMAGES: usize = 1000;
/// The most names and layers of all images of one archive: an entry is made for each name, and a
/// descriptor for each layer.
const MAX_NAMED: usize = 20_000;
/// How much is hashed at once, in bytes.
const CHUNK: u64 = 1 << 20;

/// The images of `manifest.json` with the documents made for them.
#[derive(Debug)]
pub(super) struct Synthesis {
    pub(super) images: Vec<SavedImage>,
    /// An OCI index of all images, an entry for each name, as Docker 25 writes it.
    pub(super) index: Bytes,
    pieces: HashMap<Digest, Piece>,
}

/// An image of `manifest.json`.
#[derive(Debug)]
pub(super) struct SavedImage {
    pub(super) tags: Vec<String>,
    /// The manifest made for it, or why there is none.
    pub(super) manifest: Result<Arc<Descriptor>, Failure>,
}

impl Synthesis {
    /// Makes a manifest for each image. `None` if the archive holds no `manifest.json`.
    pub(super) fn read(archive: &TarFile, stop: &Stop) -> Result<Option<Self>, Failure> {
        let Some(piece) = archive.find(MANIFEST_JSON)? else { return Ok(None) };
        let bytes = piece.read_all(MAX_MANIFEST_READ)?;
        let malformed = |problem: String| {
            Failure::new(Class::Malformed, piece.subject(), problem)
                .with_next("`docker save` writes a list with Config, RepoTags and Layers")
        };
        let saved = saved::parse(&bytes).map_err(malformed)?;
        if saved.len() > MAX_IMAGES {
            return Err(Failure::new(
                Class::TooLarge,
                piece.subject(),
                format!("it lists {} images; at most {MAX_IMAGES} are read", saved.len()),
            )
            .with_next("save fewer images at once"));
        }
        let named = saved.iter().flatten().map(|it| it.tags.len() + it.layers.len()).sum::<usize>();
        if named > MAX_NAMED {
            return Err(Failure::new(
                Class::TooLarge,
                piece.subject(),
                format!("it lists {named} names and layers; at most {MAX_NAMED} are read"),
            )
            .with_next("this is far more than images need: do not trust this file"));
        }
        let layers = archive.known().map(Known::digests).unwrap_or_default();
        let before = layers.len();
        let mut maker = Maker { archive, stop, pieces: HashMap::new(), layers };
        let mut entries = Vec::new();
        let mut images = Vec::new();
        for (position, element) in saved.into_iter().enumerate() {
            let (tags, made) = match element {
                Ok(saved) => {
                    let made = maker.image(&saved);
                    (saved.tags, made)
                }
                Err(problem) => {
                    let problem = format!("its element {position} is not an image: {problem}");
                    (Vec::new(), Err(malformed(problem)))
                }
            };
            if stop.requested() {
                return Err(given_up(archive));
            }
            // An image that failed stays in the index, without a digest, so that it is seen.
            let entry = made.as_ref().map_or_else(|_| Map::new(), |(entry, _)| entry.clone());
            for annotations in annotations_of(&tags) {
                let mut entry = entry.clone();
                if let Some(annotations) = annotations {
                    entry.insert("annotations".to_owned(), annotations);
                }
                entries.push(Value::Object(entry));
            }
            images.push(SavedImage { tags, manifest: made.map(|(_, descriptor)| descriptor) });
        }
        if let Some(known) = archive.known()
            && maker.layers.len() > before
            && archive.is_current()
        {
            known.keep(&maker.layers);
        }
        let index = json!({
            "schemaVersion": 2,
            "mediaType": MediaType::OciIndex.as_str(),
            "manifests": entries,
        });
        Ok(Some(Self { images, index: encode(&index), pieces: maker.pieces }))
    }

    /// A config, a layer, or a manifest made here.
    pub(super) fn find(&self, digest: &Digest) -> Option<Piece> {
        self.pieces.get(digest).cloned()
    }
}

struct Maker<'a> {
    archive: &'a TarFile,
    stop: &'a Stop,
    pieces: HashMap<Digest, Piece>,
    /// Layers whose digest had to be computed, by file name: images share them.
    layers: HashMap<String, Digest>,
}

impl Maker<'_> {
    /// The index entry of an image, and its descriptor.
    fn image(&mut self, saved: &Saved) -> Result<(Map<String, Value>, Arc<Descriptor>), Failure> {
        let config = self.file(&saved.config, "config")?;
        let config_bytes = config.read_all(MAX_CONFIG_READ)?;
        let config_digest = named_digest(&config, &saved.config, &config_bytes)?;
        let malformed = |problem: String| {
            Failure::new(Class::Malformed, config.subject(), problem)
                .with_next("check what wrote the archive")
        };
        let parsed = ImageConfig::parse(&config_bytes).map_err(malformed)?;
        let diff_ids = (parsed.diff_ids.len() == saved.layers.len()).then_some(&parsed.diff_ids);

        let mut layers = Vec::new();
        for (number, name) in saved.layers.iter().enumerate() {
            let said = diff_ids.and_then(|ids| ids.get(number)?.clone());
            layers.push(self.layer(name, said, &saved.sources)?);
        }
        let manifest = encode(&json!({
            "schemaVersion": 2,
            "mediaType": MediaType::DockerManifest.as_str(),
            "config": {
                "mediaType": MediaType::DockerConfig.as_str(),
                "size": config_bytes.len(),
                "digest": config_digest.as_str(),
            },
            "layers": layers,
        }));
        let digest = Digest::sha256(&manifest);
        let entry = json!({
            "mediaType": MediaType::DockerManifest.as_str(),
            "size": manifest.len(),
            "digest": digest.as_str(),
            "platform": platform(&config_bytes),
        });
        let Value::Object(entry) = entry else {
            return Err(malformed("no index entry can be made of it".to_owned()));
        };
        let descriptor = Arc::new(Descriptor::from_object(&entry).map_err(malformed)?);
        let subject = self.archive.subject("a manifest that platy made of manifest.json");
        self.pieces.insert(config_digest, config);
        self.pieces.insert(digest, Piece::memory(subject, manifest));
        Ok((entry, descriptor))
    }

    /// The descriptor of a layer. The digest is what the config says of a layer that is not
    /// compressed (its diff ID), as skopeo does it, or what the name of a blob says; like any
    /// digest in a manifest it is checked when the layer is read. Otherwise it is computed.
    ///
    /// A layer without a name is one that the engine had already when `pack` wrote the archive
    /// (podman#8132): only its diff ID is known.
    ///
    /// A foreign layer may be at its addresses only: its descriptor is in `LayerSources`.
    fn layer(
        &mut self,
        name: &str,
        diff_id: Option<Digest>,
        sources: &Map<String, Value>,
    ) -> Result<Value, Failure> {
        if let ("", Some(diff_id)) = (name, &diff_id) {
            return Ok(json!({ "mediaType": LAYER, "size": 0, "digest": diff_id.as_str() }));
        }
        let foreign = diff_id.as_ref().and_then(|it| sources.get(it.as_str())?.as_object());
        let piece = match (self.file(name, "layer"), foreign) {
            (Err(failure), Some(foreign)) if failure.class == Class::NotFound => {
                return match Descriptor::from_object(foreign) {
                    Ok(_) => Ok(Value::Object(foreign.clone())),
                    Err(_) => Err(failure),
                };
            }
            (piece, _) => piece?,
        };
        let (media_type, diff_id) = match Packing::of(&piece.read(0..8)?) {
            Packing::Gzip => (LAYER_GZIP, None),
            Packing::Zstd => (LAYER_ZSTD, None),
            Packing::Xz => (LAYER_XZ, None),
            Packing::Bzip2 => (LAYER_BZIP2, None),
            Packing::Plain => (LAYER, diff_id),
        };
        let digest = match blob_digest(name).or(diff_id) {
            Some(said) => said,
            None => self.computed(name, &piece)?,
        };
        let descriptor =
            json!({ "mediaType": media_type, "size": piece.len(), "digest": digest.as_str() });
        self.pieces.insert(digest, piece);
        Ok(descriptor)
    }

    fn computed(&mut self, name: &str, piece: &Piece) -> Result<Digest, Failure> {
        if let Some(known) = self.layers.get(name) {
            return Ok(known.clone());
        }
        let mut hasher = Hasher::new(Algorithm::Sha256);
        let mut position = 0;
        while position < piece.len() {
            if self.stop.requested() {
                return Err(given_up(self.archive));
            }
            hasher.update(&piece.read(position..position.saturating_add(CHUNK))?);
            position = position.saturating_add(CHUNK);
        }
        let digest = hasher.finish();
        self.layers.insert(name.to_owned(), digest.clone());
        Ok(digest)
    }

    fn file(&self, name: &str, what: &str) -> Result<Piece, Failure> {
        let found = match entry_name(name) {
            Ok(inside) => self.archive.find(&inside)?,
            Err(_) => None,
        };
        found.ok_or_else(|| {
            Failure::new(
                Class::NotFound,
                self.archive.subject(name),
                format!("manifest.json names this {what}, and the archive does not hold it"),
            )
            .with_next("it may be cut off; save the image anew")
        })
    }
}

/// The digest of a config; it must be the one that its file is named by, where it is named so.
fn named_digest(piece: &Piece, name: &str, bytes: &[u8]) -> Result<Digest, Failure> {
    let named = blob_digest(name).or_else(|| {
        let stem = name.rsplit('/').next()?.strip_suffix(".json")?;
        format!("sha256:{stem}").parse().ok()
    });
    let algorithm = named.as_ref().map_or(Algorithm::Sha256, Digest::algorithm);
    let found = Digest::of(algorithm, bytes);
    match named {
        Some(named) if named != found => Err(Failure::new(
            Class::DigestMismatch,
            piece.subject(),
            format!("its {} bytes hash to {found}, and its name says {named}", bytes.len()),
        )
        .with_next("the archive was altered; save the image anew")),
        _ => Ok(found),
    }
}

/// The digest in `blobs/<algorithm>/<hex>`.
fn blob_digest(name: &str) -> Option<Digest> {
    let name = entry_name(name).ok()?;
    let (algorithm, hex) = name.strip_prefix("blobs/")?.split_once('/')?;
    format!("{algorithm}:{hex}").parse().ok()
}

/// The platform fields of a config, as an index entry writes them.
fn platform(config: &[u8]) -> Value {
    let config: Value = serde_json::from_slice(config).unwrap_or_default();
    let fields = ["architecture", "os", "os.version", "os.features", "variant"];
    let present = fields.into_iter().filter_map(|key| {
        let value = config.get(key).filter(|value| !value.is_null())?;
        Some((key.to_owned(), value.clone()))
    });
    Value::Object(present.collect())
}

/// The annotations of each entry of an image: one for each name, or a single one without.
fn annotations_of(tags: &[String]) -> Vec<Option<Value>> {
    if tags.is_empty() {
        return vec![None];
    }
    tags.iter()
        .map(|tag| {
            let pairs = annotations(tag).into_iter();
            let map = pairs.map(|(key, value)| (key.to_owned(), Value::String(value)));
            Some(Value::Object(map.collect()))
        })
        .collect()
}

fn encode(value: &Value) -> Bytes {
    value.to_string().into()
}

fn given_up(archive: &TarFile) -> Failure {
    Failure::new(Class::Cancelled, archive.path(), "the reading was given up")
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::path::Path;
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::source::archive::Limits;
    use crate::source::{Cache, KeyFile};

    /// As `crane save` writes it (go-containerregistry 0.21): compressed layers, whose names are not
    /// those of blobs.
    fn write(path: &Path) {
        let mut tar = tar::Builder::new(File::create(path).unwrap());
        let saved = json!([{ "Config": "c", "RepoTags": [], "Layers": ["l.tar.gz"] }]).to_string();
        for (name, bytes) in [
            ("c", &br#"{"os":"linux","architecture":"arm64"}"#[..]),
            ("l.tar.gz", b"\x1f\x8b layer"),
            (MANIFEST_JSON, saved.as_bytes()),
        ] {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            tar.append_data(&mut header, name, bytes).unwrap();
        }
        tar.finish().unwrap();
    }

    #[test]
    fn digests_that_took_a_pass_are_kept_for_the_file_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.tar");
        let key = KeyFile::Own(dir.path().join("key"));
        let cache = Cache::with_key(dir.path().join("cache"), 1 << 20, Some(key));
        let open =
            || TarFile::open(&path, Limits::default(), Some(&cache), &Stop::default()).unwrap();
        let has = |text: &[u8]| {
            let made = Synthesis::read(&open(), &Stop::default()).unwrap().unwrap();
            made.find(&Digest::sha256(text)).is_some()
        };
        let now = SystemTime::now();
        let dated =
            |time| File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
        let hour = Duration::from_secs(3_600);
        write(&path);
        dated(now - hour);
        assert!(has(b"\x1f\x8b layer"));
        let known = open().known().unwrap().digests();
        assert_eq!(known["l.tar.gz"], Digest::sha256(b"\x1f\x8b layer"));
        // Whoever has the key is believed; content is checked when it is read.
        let other = HashMap::from([("l.tar.gz".to_owned(), Digest::sha256(b"other"))]);
        open().known().unwrap().keep(&other);
        assert!(has(b"other") && !has(b"\x1f\x8b layer"));
        // Another file, or the same one written since.
        dated(now - hour / 2);
        assert!(has(b"\x1f\x8b layer"));
        // What was written a moment ago, or later than now, may be written again without another time.
        dated(now + hour);
        assert!(has(b"\x1f\x8b layer"));
        assert_eq!(open().known().unwrap().digests(), HashMap::new());
    }
}
