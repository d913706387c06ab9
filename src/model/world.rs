//! Images in memory that answer what a tree needs.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::model::files::{Entry, FileBytes, Listing, fixture};
use crate::model::tree::{Answer, Need};
use crate::oci::{Class, ConfigDocument, Digest, Document, Failure, MediaType, Referrer, Via};

/// Content by digest, and what the reference names.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    blobs: HashMap<Digest, Bytes>,
    root: Option<Digest>,
    separate: bool,
    pub(crate) referrers: HashMap<Digest, Vec<Referrer>>,
    /// What layers hold; others cannot be read.
    pub(crate) layers: HashMap<Digest, Arc<Listing>>,
    /// What files hold.
    pub(crate) files: HashMap<String, Bytes>,
}

const CREATED: &str = "2024-05-01T12:00:00Z";

impl World {
    /// An index of these platforms, each image with two layers and, where said, an attestation.
    pub(crate) fn index(platforms: &[&str], attested: bool) -> Self {
        let mut world = Self::default();
        let mut entries = Vec::new();
        for platform in platforms {
            let image = world.image(platform);
            let digest = image["digest"].clone();
            entries.push(image);
            if attested {
                entries.push(world.attestation(&digest));
            }
        }
        world.set_index(entries);
        world
    }

    /// Makes an index of these entries the root.
    pub(crate) fn set_index(&mut self, entries: Vec<Value>) {
        let index = json!({
            "schemaVersion": 2,
            "mediaType": MediaType::OciIndex.as_str(),
            "manifests": entries,
        });
        let descriptor = self.put(&MediaType::OciIndex, &index);
        self.set_root(&descriptor);
    }

    /// Says that the root lists images of their own, as a layout does.
    pub(crate) fn hold_separate_images(&mut self) {
        self.separate = true;
    }

    /// Makes what this descriptor names the root.
    pub(crate) fn set_root(&mut self, descriptor: &Value) {
        self.root = descriptor["digest"].as_str().and_then(|digest| digest.parse().ok());
    }

    /// Keeps a document; its descriptor.
    pub(crate) fn put(&mut self, media_type: &MediaType, json: &Value) -> Value {
        let bytes = Bytes::from(json.to_string());
        let digest = Digest::sha256(&bytes);
        let descriptor = json!({
            "mediaType": media_type.as_str(),
            "digest": digest.as_str(),
            "size": bytes.len(),
        });
        self.blobs.insert(digest, bytes);
        descriptor
    }

    /// An image for a platform; its entry.
    pub(crate) fn image(&mut self, platform: &str) -> Value {
        let mut parts = platform.split('/');
        let (os, architecture, variant) = (parts.next(), parts.next(), parts.next());
        let mut named = json!({ "os": os, "architecture": architecture });
        if let Some(variant) = variant {
            named["variant"] = json!(variant);
        }
        let mut config = named.clone();
        config["created"] = json!(CREATED);
        config["config"] = json!({
            "Entrypoint": ["/app/server"], "Cmd": ["--listen", "0.0.0.0:80"],
            "Env": ["PATH=/usr/bin", format!("PLATFORM={platform}")],
            "Labels": { "org.example.name": "demo" },
        });
        config["history"] = json!([
            { "created": CREATED, "created_by": "ADD rootfs.tar /" },
            { "created": CREATED, "created_by": "ENV PLATFORM", "empty_layer": true },
            { "created": CREATED, "created_by": format!("COPY server-{platform} /app/server") },
        ]);
        let diff_id = |what: &str| Digest::sha256(format!("{what} {platform} tar").as_bytes());
        let diff_ids = ["base", "server"].map(|what| diff_id(what).to_string());
        config["rootfs"] = json!({ "type": "layers", "diff_ids": diff_ids });
        let config = self.put(&MediaType::OciConfig, &config);
        let layer = |what: &str, size: u64| {
            let digest = Digest::sha256(format!("{what} {platform}").as_bytes());
            let gzip = "application/vnd.oci.image.layer.v1.tar+gzip";
            json!({ "mediaType": gzip, "digest": digest.as_str(), "size": size })
        };
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": MediaType::OciManifest.as_str(),
            "config": config,
            "layers": [layer("base", 3_400_000), layer("server", 512_000)],
        });
        let mut entry = self.put(&MediaType::OciManifest, &manifest);
        entry["platform"] = named;
        entry
    }

    /// A BuildKit attestation of an image; its entry.
    pub(crate) fn attestation(&mut self, of: &Value) -> Value {
        let config = self.put(&MediaType::OciConfig, &json!({ "architecture": "unknown" }));
        let package = json!({ "SPDXID": "a", "name": "a", "externalRefs": [{
            "referenceType": "purl", "referenceLocator": "pkg:npm/a@1" }] });
        let predicate = json!({ "spdxVersion": "SPDX-2.3", "packages": [package] });
        let statement = |predicate_type: &str| {
            let statement = json!({ "predicateType": predicate_type, "predicate": predicate });
            let mut layer = self.put(&MediaType::InToto, &statement);
            layer["annotations"] = json!({ "in-toto.io/predicate-type": predicate_type });
            layer
        };
        let layers: Vec<Value> =
            ["https://slsa.dev/provenance/v0.2", "https://spdx.dev/Document"].map(statement).into();
        let manifest = json!({ "schemaVersion": 2, "config": config, "layers": layers, "of": of });
        let mut entry = self.put(&MediaType::OciManifest, &manifest);
        entry["platform"] = json!({ "os": "unknown", "architecture": "unknown" });
        entry["annotations"] = json!({
            "vnd.docker.reference.type": "attestation-manifest",
            "vnd.docker.reference.digest": of,
        });
        entry
    }

    /// A signature that refers to a digest by the referrers API.
    pub(crate) fn sign(&mut self, of: &Digest) {
        let config = self.put(&MediaType::OciEmpty, &json!({}));
        let manifest = json!({
            "schemaVersion": 2, "config": config, "layers": [],
            "artifactType": "application/vnd.example.signature",
        });
        let entry = self.put(&MediaType::OciManifest, &manifest);
        self.refer(of, &entry);
    }

    /// A manifest that was put refers to a digest, by the referrers API.
    pub(crate) fn refer(&mut self, of: &Digest, entry: &Value) {
        let descriptor = crate::oci::Entry::from_value(entry).descriptor().cloned().unwrap();
        let referrer = Referrer { descriptor, via: Via::Api };
        self.referrers.entry(of.clone()).or_default().push(referrer);
    }

    /// The bytes behind a digest.
    pub(crate) fn bytes(&self, digest: &Digest) -> Result<Bytes, Failure> {
        let found = self.blobs.get(digest).cloned();
        found
            .ok_or_else(|| Failure::new(Class::NotFound, digest.to_string(), "not in the registry"))
    }

    /// Forgets content, as a registry that lost it.
    pub(crate) fn lose(&mut self, digest: &Digest) {
        self.blobs.remove(digest);
    }

    pub(crate) fn root_digest(&self) -> Digest {
        self.root.clone().unwrap()
    }

    /// Says what one of an image's two layers holds: `base` or `server`.
    pub(crate) fn hold(&mut self, what: &str, platform: &str, words: &str) {
        let digest = Digest::sha256(format!("{what} {platform}").as_bytes());
        self.layers.insert(digest, fixture::layer(words).unwrap());
    }

    /// What a layer holds.
    pub(crate) fn listing(&self, digest: &Digest) -> Result<Arc<Listing>, Failure> {
        self.layers.get(digest).cloned().ok_or_else(|| {
            Failure::new(Class::NotFound, digest.to_string(), "the registry has no such content")
                .with_status(404)
        })
    }

    /// What a file holds.
    pub(crate) fn file(&self, entry: &Entry) -> FileBytes {
        let bytes = self.files.get(&entry.path.text()).cloned().unwrap_or_default();
        let whole = bytes.len() as u64 == entry.size;
        FileBytes::new(bytes, whole, true)
    }

    /// What a source would answer.
    pub(crate) fn answer(&self, need: &Need) -> Result<Answer, Failure> {
        let missing = |digest: &Digest| {
            Failure::new(Class::NotFound, digest.to_string(), "the registry has no such content")
                .with_status(404)
        };
        let bytes =
            |digest: &Digest| self.blobs.get(digest).cloned().ok_or_else(|| missing(digest));
        let malformed = |problem| Failure::new(Class::Malformed, "", problem);
        match need {
            Need::Root => {
                let bytes = bytes(&self.root_digest())?;
                let document = Document::parse(bytes, None, crate::oci::Algorithm::Sha256);
                let document = document.map_err(malformed)?;
                let document = match self.separate {
                    true => document.of_separate_images(),
                    false => document,
                };
                Ok(Answer::Manifest(Arc::new(document)))
            }
            Need::Manifest(descriptor) => {
                let document = Document::parse(
                    bytes(&descriptor.digest)?,
                    Some(&descriptor.media_type),
                    descriptor.digest.algorithm(),
                );
                Ok(Answer::Manifest(Arc::new(document.map_err(malformed)?)))
            }
            Need::Config(descriptor) => {
                let config = ConfigDocument::parse(
                    bytes(&descriptor.digest)?,
                    descriptor.digest.algorithm(),
                );
                Ok(Answer::Config(Arc::new(config.map_err(malformed)?)))
            }
            Need::Referrers(digest) => {
                Ok(Answer::Referrers(self.referrers.get(digest).cloned().unwrap_or_default()))
            }
        }
    }
}
