//! Indexes with something wrong in them, one thing each: what hand-written lists and broken tools
//! leave in registries.

use platy::sandbox::{ImageBuilder, Layer, RepositoryStore, TarFile, descriptor_json};
use serde_json::{Value, json};

use super::random::{Leaf, Made};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const SCHEMA2: &str = "application/vnd.docker.distribution.manifest.v2+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const SIGNED: &str = "application/vnd.docker.distribution.manifest.v1+prettyjws";
const UNSIGNED: &str = "application/vnd.docker.distribution.manifest.v1+json";

/// Stands for a field that is taken away.
const GONE: &str = "(gone)";

/// Fields of an entry that are put in the place of its own, as JSON.
const ODD_ENTRIES: [(&str, &str); 22] = [
    ("no digest", r#"{"digest":"(gone)"}"#),
    ("the digest null", r#"{"digest":null}"#),
    ("an empty digest", r#"{"digest":""}"#),
    ("a number for a digest", r#"{"digest":5}"#),
    ("a word for a digest", r#"{"digest":"hello"}"#),
    ("a short digest", r#"{"digest":"sha256:abc"}"#),
    ("a digest in capitals", r#"{"digest":"sha256:(AA)"}"#),
    ("a digest that is not hex", r#"{"digest":"sha256:(zz)"}"#),
    ("a digest by another algorithm", r#"{"digest":"blake3:(aa)"}"#),
    ("no size", r#"{"size":"(gone)"}"#),
    ("the size null", r#"{"size":null}"#),
    ("size 0", r#"{"size":0}"#),
    ("a negative size", r#"{"size":-1}"#),
    ("a fraction for a size", r#"{"size":1.5}"#),
    ("a string for a size", r#"{"size":"400"}"#),
    ("no type", r#"{"mediaType":"(gone)"}"#),
    ("the type null", r#"{"mediaType":null}"#),
    ("an empty type", r#"{"mediaType":""}"#),
    ("a number for a type", r#"{"mediaType":7}"#),
    ("the platform null", r#"{"platform":null}"#),
    ("a list for a platform", r#"{"platform":[]}"#),
    ("a string for a platform", r#"{"platform":"linux/amd64"}"#),
];

/// Where the odd entry is.
const PLACES: [&str; 3] = ["chosen", "beside", "without a platform beside"];

/// What is in the place of an entry.
const NO_ENTRIES: [&str; 5] = ["null", "{}", "[]", "5", "\"x\""];

/// What is in the place of a config.
const CONFIGS: [&str; 7] = ["null", "[]", "{}", "\"\"", "5", "true", " "];

/// Types under which a document is listed that is of another, and what it is.
const MISTAKEN: [(&str, &str); 6] = [
    (INDEX, MANIFEST),
    (LIST, SCHEMA2),
    (MANIFEST, INDEX),
    (SCHEMA2, LIST),
    (MANIFEST, SCHEMA2),
    (SCHEMA2, MANIFEST),
];

/// How many there are.
pub const COUNT: usize =
    ODD_ENTRIES.len() * PLACES.len() + NO_ENTRIES.len() + CONFIGS.len() + MISTAKEN.len() + 2 + 1;

/// Makes the shape of this number.
pub fn make(repository: &RepositoryStore, number: usize) -> Made {
    let mut maker = Maker { repository, leaves: Vec::new(), number };
    let (shape, entries) = maker.entries();
    let docker = entries.iter().any(|entry| {
        let named = entry["mediaType"].as_str().unwrap_or_default();
        named.contains("docker") && !named.contains(".v1+")
    });
    let media_type = if docker { LIST } else { INDEX };
    let document = json!({ "schemaVersion": 2, "mediaType": media_type, "manifests": entries });
    let root = repository.put_manifest(media_type, document.to_string());
    repository.tag("1", &root.digest);
    Made { document, leaves: maker.leaves, request: "linux/amd64".to_owned(), shape: Some(shape) }
}

struct Maker<'a> {
    repository: &'a RepositoryStore,
    leaves: Vec<Leaf>,
    number: usize,
}

impl Maker<'_> {
    /// The entries, and what is wrong with them.
    fn entries(&mut self) -> (String, Vec<Value>) {
        let mut at = self.number;
        let mut below = |count: usize| {
            let found = at < count;
            let here = at;
            at = at.saturating_sub(count);
            found.then_some(here)
        };
        if let Some(at) = below(ODD_ENTRIES.len() * PLACES.len()) {
            let (name, fields) = ODD_ENTRIES[at / PLACES.len()];
            let place = PLACES[at % PLACES.len()];
            return (format!("{name}, {place}"), self.odd(fields, place));
        }
        if let Some(at) = below(NO_ENTRIES.len()) {
            let none = serde_json::from_str(NO_ENTRIES[at]).unwrap();
            return (format!("{} for an entry", NO_ENTRIES[at]), vec![self.good("amd64"), none]);
        }
        if let Some(at) = below(CONFIGS.len()) {
            let name = format!("{:?} for a config", CONFIGS[at]);
            let image = self.image("amd64", false);
            let image = self.with_config(&image, CONFIG, CONFIGS[at].as_bytes());
            return (name, vec![image, self.good("s390x")]);
        }
        if let Some(at) = below(MISTAKEN.len()) {
            let (listed, real) = MISTAKEN[at];
            let mut entry = match real {
                INDEX | LIST => self.list(real),
                _ => self.entry("amd64", real == SCHEMA2),
            };
            entry["mediaType"] = json!(listed);
            return (format!("{real} listed as {listed}"), vec![entry, self.good("s390x")]);
        }
        if let Some(at) = below(2) {
            let media_type = [SIGNED, UNSIGNED][at];
            let entry = self.schema1(media_type);
            return (format!("{media_type} beside"), vec![self.entry("amd64", true), entry]);
        }
        // Early tools gave configs of Docker's images another type (moby/moby#44367).
        let image = self.image("amd64", true);
        let digest = config_of(self.repository, &image);
        let bytes = self.repository.blob(&digest.parse().unwrap()).unwrap();
        let entry = self.with_config(&image, "application/octet-stream", &bytes);
        ("octets for a config".to_owned(), vec![entry])
    }

    fn odd(&mut self, fields: &str, place: &str) -> Vec<Value> {
        let hex = |c: &str| c.repeat(64);
        let fields =
            fields.replace("(AA)", &hex("A")).replace("(aa)", &hex("a")).replace("(zz)", &hex("z"));
        let fields: Value = serde_json::from_str(&fields).unwrap();
        let of = if place == PLACES[0] { "amd64" } else { "s390x" };
        let mut odd = self.good(of);
        if place == PLACES[2] {
            odd.as_object_mut().unwrap().remove("platform");
        }
        for (key, value) in fields.as_object().unwrap() {
            if value == GONE {
                odd.as_object_mut().unwrap().remove(key);
            } else {
                odd[key] = value.clone();
            }
        }
        let other = self.good(if place == PLACES[0] { "s390x" } else { "amd64" });
        if place == PLACES[0] { vec![odd, other] } else { vec![other, odd] }
    }

    fn good(&mut self, architecture: &str) -> Value {
        self.entry(architecture, false)
    }

    fn entry(&mut self, architecture: &str, docker: bool) -> Value {
        let image = self.image(architecture, docker);
        let image = image.push();
        self.leaves.push(Leaf::of(self.repository, image.digest.as_str()));
        descriptor_json(&image)
    }

    fn image(&self, architecture: &str, docker: bool) -> ImageBuilder {
        let content = format!("shape {} {} {architecture}", self.number, self.leaves.len());
        let layer = Layer::gzip("COPY file", &[TarFile::text("file", &content)]).unwrap();
        let image = self.repository.image("linux", architecture, "");
        let image = if docker { image.docker() } else { image };
        image.layer(layer)
    }

    /// The same image with another config.
    fn with_config(&mut self, image: &ImageBuilder, media_type: &str, config: &[u8]) -> Value {
        let made = image.clone().push();
        let bytes = self.repository.manifest(made.digest.as_str()).unwrap();
        let mut document: Value = serde_json::from_slice(&bytes).unwrap();
        let digest = self.repository.put_blob(config.to_vec());
        document["config"] =
            json!({ "mediaType": media_type, "digest": digest, "size": config.len() });
        let of = document["mediaType"].as_str().unwrap().to_owned();
        let image = self.repository.put_manifest(&of, document.to_string());
        self.leaves.push(Leaf::of(self.repository, image.digest.as_str()));
        let mut entry = descriptor_json(&image);
        entry["platform"] = json!({ "os": "linux", "architecture": "amd64" });
        entry
    }

    /// An index in the index.
    fn list(&mut self, media_type: &str) -> Value {
        let inner = self.entry("amd64", media_type == LIST);
        let list = json!({ "schemaVersion": 2, "mediaType": media_type, "manifests": [inner] });
        let mut entry =
            descriptor_json(&self.repository.put_manifest(media_type, list.to_string()));
        entry["platform"] = json!({ "os": "linux", "architecture": "amd64" });
        entry
    }

    fn schema1(&self, media_type: &str) -> Value {
        let document = json!({
            "schemaVersion": 1, "name": "live", "tag": "1", "architecture": "s390x",
            "fsLayers": [], "history": [], "signatures": [],
        });
        let image = self.repository.put_manifest(media_type, document.to_string());
        let mut entry = descriptor_json(&image);
        entry["platform"] = json!({ "os": "linux", "architecture": "s390x" });
        entry
    }
}

fn config_of(repository: &RepositoryStore, image: &ImageBuilder) -> String {
    let made = image.clone().push();
    let bytes = repository.manifest(made.digest.as_str()).unwrap();
    let document: Value = serde_json::from_slice(&bytes).unwrap();
    document["config"]["digest"].as_str().unwrap().to_owned()
}
