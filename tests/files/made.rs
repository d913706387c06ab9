//! Images made in memory, written as a folder or as a tar.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::StreamExt as _;
use platy::oci::{Algorithm, Descriptor, Digest, Failure, Location, MediaType};
use platy::source::{Activity, BlobStream, Options, Source, Sources};
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) const INDEX: &str = "application/vnd.oci.image.index.v1+json";
pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub(crate) const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
pub(crate) const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";

/// The files of a layout under construction.
#[derive(Clone)]
pub(crate) struct Made {
    pub(crate) algorithm: Algorithm,
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) entries: Vec<Value>,
}

impl Made {
    pub(crate) fn new() -> Self {
        let marker = br#"{"imageLayoutVersion":"1.0.0"}"#.to_vec();
        Self {
            algorithm: Algorithm::Sha256,
            files: BTreeMap::from([("oci-layout".to_owned(), marker)]),
            entries: Vec::new(),
        }
    }

    /// Adds content; its descriptor.
    pub(crate) fn blob(&mut self, media_type: &str, bytes: &[u8]) -> Value {
        let digest = Digest::of(self.algorithm, bytes);
        self.files.insert(blob_path(&digest), bytes.to_vec());
        json!({ "mediaType": media_type, "digest": digest.as_str(), "size": bytes.len() })
    }

    /// Adds an image of one layer; its descriptor.
    pub(crate) fn image(&mut self, architecture: &str) -> Value {
        self.image_of(architecture, &[layer(architecture)])
    }

    /// Adds an image of these layers, each a tar; its descriptor.
    pub(crate) fn image_of(&mut self, architecture: &str, layers: &[Vec<u8>]) -> Value {
        let diff_ids: Vec<Digest> = layers.iter().map(|layer| Digest::sha256(layer)).collect();
        let config = self.blob(CONFIG, config(architecture, &diff_ids).as_bytes());
        let layers: Vec<Value> = layers.iter().map(|layer| self.blob(LAYER, layer)).collect();
        let manifest = json!({ "schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers });
        self.blob(MANIFEST, manifest.to_string().as_bytes())
    }

    /// Lists a descriptor in `index.json`.
    pub(crate) fn list(
        &mut self,
        mut descriptor: Value,
        annotations: &[(&str, &str)],
    ) -> &mut Self {
        if !annotations.is_empty() {
            let map: serde_json::Map<_, _> =
                annotations.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect();
            descriptor["annotations"] = Value::Object(map);
        }
        self.entries.push(descriptor);
        self.files.insert(
            "index.json".to_owned(),
            json!({ "schemaVersion": 2, "manifests": self.entries }).to_string().into_bytes(),
        );
        self
    }

    pub(crate) fn named(&mut self, descriptor: Value, name: &str) -> &mut Self {
        self.list(descriptor, &[("org.opencontainers.image.ref.name", name)])
    }

    pub(crate) fn tar(&self) -> Vec<u8> {
        tar_of(self.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())))
    }

    pub(crate) fn write_folder(&self, folder: &Path) {
        for (path, bytes) in &self.files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
}

/// A tar of these files, in this order.
pub(crate) fn tar_of<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        add(&mut tar, path, bytes);
    }
    tar.into_inner().unwrap()
}

pub(crate) fn add(tar: &mut tar::Builder<Vec<u8>>, path: &str, bytes: &[u8]) {
    let mut header = tar::Header::new_ustar();
    header.set_size(bytes.len() as u64);
    tar.append_data(&mut header, path, bytes).unwrap();
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn blob_path(digest: &Digest) -> String {
    format!("blobs/{}/{}", digest.algorithm().name(), digest.hex())
}

pub(crate) fn digest_of(descriptor: &Value) -> Digest {
    descriptor["digest"].as_str().unwrap().parse().unwrap()
}

/// A tar of one file.
pub(crate) fn layer(architecture: &str) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_ustar();
    header.set_size(5);
    tar.append_data(&mut header, format!("hello-{architecture}"), &b"hello"[..]).unwrap();
    tar.into_inner().unwrap()
}

pub(crate) fn config(architecture: &str, diff_ids: &[Digest]) -> String {
    let diff_ids: Vec<_> = diff_ids.iter().map(Digest::as_str).collect();
    json!({
        "os": "linux",
        "architecture": architecture,
        "config": { "Cmd": ["/hello"] },
        "rootfs": { "type": "layers", "diff_ids": diff_ids },
    })
    .to_string()
}

/// A location in a folder that goes away with it.
pub(crate) struct Place {
    pub(crate) dir: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { dir: TempDir::new().unwrap() }
    }

    pub(crate) fn layout(made: &Made) -> Self {
        let place = Self::new();
        made.write_folder(place.dir.path());
        place
    }

    /// A folder with an archive in it.
    pub(crate) fn archive(bytes: &[u8]) -> Self {
        let place = Self::new();
        fs::write(place.file(), bytes).unwrap();
        place
    }

    pub(crate) fn open_oci(&self, name: Option<&str>) -> Arc<dyn Source> {
        open(&Location::OciArchive { path: self.file(), name: name.map(str::to_owned) })
    }

    pub(crate) fn open_docker(&self, name: Option<&str>) -> Arc<dyn Source> {
        open(&Location::DockerArchive { path: self.file(), name: name.map(str::to_owned) })
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.path().join("image.tar")
    }

    pub(crate) fn open_layout(&self, name: Option<&str>) -> Arc<dyn Source> {
        let path = self.path().to_owned();
        open(&Location::Layout { path, name: name.map(str::to_owned) })
    }
}

pub(crate) fn open(location: &Location) -> Arc<dyn Source> {
    let sources = Sources::new(Options::default(), Activity::default());
    // At once: nothing is read before the first question.
    let source = sources.open(location).unwrap();
    assert_eq!(source.location(), location);
    source
}

pub(crate) fn descriptor(value: &Value) -> Descriptor {
    let Value::Object(object) = value else { panic!("{value} is not a descriptor") };
    Descriptor::from_object(object).unwrap()
}

pub(crate) fn descriptor_of(bytes: &[u8]) -> Descriptor {
    Descriptor::new(MediaType::parse(LAYER), Digest::sha256(bytes), bytes.len() as u64)
}

/// All pieces of a stream, and the failure that it ended with.
pub(crate) async fn drain(mut stream: BlobStream) -> (Vec<u8>, Option<Failure>) {
    let mut all = Vec::new();
    while let Some(piece) = stream.next().await {
        match piece {
            Ok(bytes) => all.extend_from_slice(&bytes),
            Err(failure) => {
                assert!(stream.next().await.is_none(), "the stream goes on after a failure");
                return (all, Some(failure));
            }
        }
    }
    (all, None)
}
