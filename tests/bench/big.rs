//! Images far larger than the samples, made in memory.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use platy::model::tree::{Answer, Need};
use platy::oci::{Algorithm, ConfigDocument, Digest, Document, MediaType};
use serde_json::{Value, json};

const GZIP: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// Content by digest, and what the reference names.
pub struct Big {
    content: HashMap<Digest, Answer>,
    root: Answer,
    /// What any manifest or config is that `content` does not have.
    otherwise: [Answer; 2],
}

impl Big {
    /// One index of so many images with so many layers each.
    pub fn images(images: usize, layers: usize) -> Self {
        Self::release(images, layers, "1")
    }

    /// The same as one of several releases, which differ in the last two layers of each image, a
    /// variable and the time.
    pub fn release(images: usize, layers: usize, release: &str) -> Self {
        let mut content = HashMap::new();
        let entries: Vec<Value> =
            (0..images).map(|number| image(&mut content, number, layers, release)).collect();
        Self { root: index(&entries).1, content, otherwise: plain_image() }
    }

    /// An index of so many indexes, each with so many images that differ by their digest only.
    pub fn nested(indexes: usize, entries: usize) -> Self {
        let mut content = HashMap::new();
        let indexes: Vec<Value> = (0..indexes)
            .map(|at| {
                let entries: Vec<Value> =
                    (0..entries).map(|entry| plain_entry(at, entry)).collect();
                let (descriptor, answer) = index(&entries);
                keep(&mut content, &descriptor, answer);
                descriptor
            })
            .collect();
        Self { root: index(&indexes).1, content, otherwise: plain_image() }
    }

    pub fn answer(&self, need: &Need) -> Answer {
        let [manifest, config] = &self.otherwise;
        match need {
            Need::Root => self.root.clone(),
            Need::Manifest(it) => self.content.get(&it.digest).unwrap_or(manifest).clone(),
            Need::Config(it) => self.content.get(&it.digest).unwrap_or(config).clone(),
            Need::Referrers(_) => Answer::Referrers(Vec::new()),
        }
    }
}

fn keep(content: &mut HashMap<Digest, Answer>, descriptor: &Value, answer: Answer) {
    content.insert(descriptor["digest"].as_str().unwrap().parse().unwrap(), answer);
}

fn descriptor(media_type: &MediaType, bytes: &Bytes) -> Value {
    let digest = Digest::sha256(bytes);
    json!({ "mediaType": media_type.as_str(), "digest": digest.as_str(), "size": bytes.len() })
}

fn document(media_type: &MediaType, json: &Value) -> (Value, Answer) {
    let bytes = Bytes::from(json.to_string());
    let descriptor = descriptor(media_type, &bytes);
    let document = Document::parse(bytes, Some(media_type), Algorithm::Sha256).unwrap();
    (descriptor, Answer::Manifest(Arc::new(document)))
}

fn index(entries: &[Value]) -> (Value, Answer) {
    let media_type = MediaType::OciIndex;
    let json = json!({
        "schemaVersion": 2,
        "mediaType": media_type.as_str(),
        "manifests": entries,
    });
    document(&media_type, &json)
}

fn image(
    content: &mut HashMap<Digest, Answer>,
    number: usize,
    layers: usize,
    release: &str,
) -> Value {
    let version = format!("10.0.{number}.1");
    let steps: Vec<Value> = (0..layers)
        .map(|layer| {
            json!({
                "created": "2024-05-01T12:00:00Z",
                "created_by": format!("COPY part-{layer}-of-{number} /app/{layer} # buildkit"),
            })
        })
        .collect();
    let config = json!({
        "os": "windows", "architecture": "amd64", "os.version": version,
        "created": "2024-05-01T12:00:00Z",
        "config": {
            "Env": ["PATH=C:\\Windows", format!("RELEASE={release}")], "Entrypoint": ["app.exe"],
        },
        "history": steps,
    });
    let config_bytes = Bytes::from(config.to_string());
    let config = descriptor(&MediaType::OciConfig, &config_bytes);
    let parsed = ConfigDocument::parse(config_bytes, Algorithm::Sha256).unwrap();
    keep(content, &config, Answer::Config(Arc::new(parsed)));
    let layers: Vec<Value> = (0..layers)
        .map(|layer| {
            let of = if layer + 2 < layers { "every release" } else { release };
            let digest = Digest::sha256(format!("layer {layer} of {number}, {of}").as_bytes());
            json!({ "mediaType": GZIP, "digest": digest.as_str(), "size": 1_000_000 + layer })
        })
        .collect();
    let (mut entry, answer) = document(
        &MediaType::OciManifest,
        &json!({
            "schemaVersion": 2,
            "mediaType": MediaType::OciManifest.as_str(),
            "config": config,
            "layers": layers,
        }),
    );
    keep(content, &entry, answer);
    entry["platform"] = json!({ "os": "windows", "architecture": "amd64", "os.version": version });
    entry
}

fn plain_entry(index: usize, entry: usize) -> Value {
    json!({
        "mediaType": MediaType::OciManifest.as_str(),
        "digest": Digest::sha256(format!("entry {entry} of index {index}").as_bytes()).as_str(),
        "size": 1000,
        "platform": {
            "os": "windows", "architecture": "amd64", "os.version": format!("10.0.{index}.{entry}"),
        },
    })
}

/// A manifest and its config.
fn plain_image() -> [Answer; 2] {
    let config = Bytes::from_static(br#"{"os":"windows","architecture":"amd64"}"#);
    let (_, manifest) = document(
        &MediaType::OciManifest,
        &json!({
            "schemaVersion": 2,
            "mediaType": MediaType::OciManifest.as_str(),
            "config": descriptor(&MediaType::OciConfig, &config),
            "layers": [{ "mediaType": GZIP, "digest": Digest::sha256(b"x").as_str(), "size": 1 }],
        }),
    );
    let config = ConfigDocument::parse(config, Algorithm::Sha256).unwrap();
    [manifest, Answer::Config(Arc::new(config))]
}
