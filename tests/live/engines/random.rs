//! Random indexes: what registries hold, and what tools that were used wrongly leave there.

use std::collections::BTreeMap;

use fastrand::Rng;
use platy::oci::{Descriptor, Platform};
use platy::sandbox::{ImageBuilder, Layer, RepositoryStore, TarFile, descriptor_json};
use serde_json::{Map, Value, json};

const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";

/// Platforms as they are meant to be, the frequent ones several times.
const USUAL: [(&str, &str, &str); 22] = [
    ("linux", "amd64", ""),
    ("linux", "amd64", ""),
    ("linux", "amd64", ""),
    ("linux", "amd64", "v2"),
    ("linux", "amd64", "v3"),
    ("linux", "amd64", "v4"),
    ("linux", "386", ""),
    ("linux", "arm64", ""),
    ("linux", "arm64", "v8"),
    ("linux", "arm64", "v8"),
    ("linux", "arm64", "v9"),
    ("linux", "arm", ""),
    ("linux", "arm", "v5"),
    ("linux", "arm", "v6"),
    ("linux", "arm", "v7"),
    ("linux", "arm", "v8"),
    ("linux", "ppc64le", ""),
    ("linux", "riscv64", ""),
    ("linux", "s390x", ""),
    ("windows", "amd64", ""),
    ("windows", "arm64", ""),
    ("freebsd", "amd64", ""),
];

/// Platforms as people spell them.
const ODD: [(&str, &str, &str); 14] = [
    ("linux", "x86_64", ""),
    ("Linux", "amd64", ""),
    ("linux", "AMD64", ""),
    ("linux", "amd64", "v1"),
    ("linux", "aarch64", ""),
    ("linux", "arm64", "8"),
    ("linux", "arm64", "v8.0"),
    ("linux", "arm64", "v8.2"),
    ("linux", "armhf", ""),
    ("linux", "arm", "7"),
    ("linux", "arm", "V7"),
    ("linux", "riscv64", "rva20u64"),
    ("unknown", "unknown", ""),
    ("wasip1", "wasm", ""),
];

/// What is asked for with `--platform`.
const REQUESTS: [&str; 16] = [
    "linux/amd64",
    "linux/amd64",
    "linux/amd64/v2",
    "linux/amd64/v3",
    "linux/386",
    "linux/arm64",
    "linux/arm64",
    "linux/arm64/v8",
    "linux/arm",
    "linux/arm/v5",
    "linux/arm/v6",
    "linux/arm/v7",
    "linux/arm/v8",
    "linux/riscv64",
    "linux/s390x",
    "windows/amd64",
];

const WINDOWS: [&str; 3] = ["10.0.17763.5696", "10.0.20348.2402", "10.0.26100.1"];

/// An image or attestation of an index.
#[derive(Debug, Clone)]
pub struct Leaf {
    pub manifest: String,
    pub config: String,
    /// The digest of its layer as stored and, unpacked, its diff ID.
    pub layer: String,
    pub diff_id: String,
}

/// An index, as it is in a repository under the tag `1`.
#[derive(Debug, Clone)]
pub struct Made {
    /// What it holds, for people.
    pub document: Value,
    pub leaves: Vec<Leaf>,
    /// A request for one of its platforms, or for another.
    pub request: String,
    /// What is wrong with it, if that was meant.
    pub shape: Option<String>,
}

impl Leaf {
    /// What the manifest of this digest is made of; empty for what is not there or not readable.
    pub fn of(repository: &RepositoryStore, manifest: &str) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let bytes = repository.manifest(manifest).unwrap();
        let document: Value = serde_json::from_slice(&bytes).unwrap();
        let digest = text(&document["config"]["digest"]);
        let config = digest.parse().ok().and_then(|digest| repository.blob(&digest));
        let config: Value =
            config.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        Self {
            manifest: manifest.to_owned(),
            config: digest,
            layer: text(&document["layers"][0]["digest"]),
            diff_id: text(&config["rootfs"]["diff_ids"][0]),
        }
    }
}

/// Makes the index of this number; the same seed and number make the same bytes.
pub fn make(repository: &RepositoryStore, seed: u64, number: usize) -> Made {
    let rng = Rng::with_seed(seed ^ (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let name = format!("{seed}/{number}");
    let mut maker = Maker { repository, rng, name, leaves: BTreeMap::new(), made: 0 };
    let document = maker.index(0);
    let docker = document["mediaType"] == DOCKER_LIST;
    let media_type = if docker { DOCKER_LIST } else { OCI_INDEX };
    let root = repository.put_manifest(media_type, document.to_string());
    repository.tag("1", &root.digest);
    let request = (*maker.pick(&REQUESTS)).to_owned();
    Made { document, leaves: maker.leaves.into_values().collect(), request, shape: None }
}

impl Made {
    /// Its entries in a line each.
    pub fn entries(&self) -> String {
        let mut text = self.shape.iter().map(|it| format!("    {it}\n")).collect::<String>();
        for entry in self.document["manifests"].as_array().into_iter().flatten() {
            let short = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
            let kind = short("mediaType").replace("application/vnd.", "");
            let digest = short("digest");
            text.push_str(&format!("    {digest} {kind} {}\n", entry["platform"]));
        }
        text
    }
}

struct Maker<'a> {
    repository: &'a RepositoryStore,
    rng: Rng,
    name: String,
    leaves: BTreeMap<String, Leaf>,
    made: usize,
}

impl Maker<'_> {
    fn pick<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.rng.usize(..all.len())]
    }

    /// True so many times of a hundred.
    fn often(&mut self, percent: u32) -> bool {
        self.rng.u32(..100) < percent
    }

    fn index(&mut self, depth: usize) -> Value {
        let docker = self.often(20);
        let mut entries: Vec<Value> = Vec::new();
        for _ in 0..self.rng.usize(1..=6) {
            let entry = match self.rng.u32(..100) {
                0..8 if depth < 2 => self.nested(depth),
                8..20 => self.attestation(&entries),
                20..24 => self.artifact(),
                24..30 if !entries.is_empty() => self.again(&entries),
                _ => self.image(docker),
            };
            entries.push(entry);
        }
        let media_type = if docker { DOCKER_LIST } else { OCI_INDEX };
        json!({ "schemaVersion": 2, "mediaType": media_type, "manifests": entries })
    }

    fn platform(&mut self) -> Platform {
        let (os, architecture, variant) =
            if self.often(15) { *self.pick(&ODD) } else { *self.pick(&USUAL) };
        let mut platform = Platform::new(os, architecture, variant);
        if os == "windows" && self.often(80) {
            platform.os_version = (*self.pick(&WINDOWS)).to_owned();
        }
        if self.often(4) {
            platform.os_features = vec!["win32k".to_owned()];
        }
        platform
    }

    fn image(&mut self, docker_list: bool) -> Value {
        let platform = self.platform();
        let docker = if self.often(10) { !docker_list } else { docker_list };
        let mut image = self.builder(&platform);
        if docker {
            image = image.docker();
        }
        if self.often(10) {
            let other = self.platform();
            image = image.config_platform(other);
        }
        let mut entry = self.keep(&image.push());
        // The builder knows no features.
        if !platform.os_features.is_empty() {
            entry["platform"]["os.features"] = json!(platform.os_features);
        }
        self.spoil(&mut entry);
        entry
    }

    /// Now and then a platform is missing, empty, or has empty strings.
    fn spoil(&mut self, entry: &mut Value) {
        let object = entry.as_object_mut().unwrap();
        match self.rng.u32(..100) {
            0..8 => drop(object.remove("platform")),
            8..10 => drop(object.insert("platform".to_owned(), json!({}))),
            10..13 => {
                let empty = json!({ "architecture": "", "os": "" });
                object.insert("platform".to_owned(), empty);
            }
            13..15 => {
                object.insert("platform".to_owned(), json!({ "architecture": "", "os": "linux" }));
            }
            15..18 => object["platform"]["variant"] = json!(""),
            _ => {}
        }
    }

    /// An attestation as BuildKit writes it, of an entry before it.
    fn attestation(&mut self, entries: &[Value]) -> Value {
        let unknown = Platform::new("unknown", "unknown", "");
        self.made += 1;
        let statement = json!({ "_type": "https://in-toto.io/Statement/v1", "of": self.made });
        let statement = Layer::opaque("attest", format!("{} {statement}", self.name))
            .with_media_type("application/vnd.in-toto+json");
        let image = self.repository.image("unknown", "unknown", "").layer(statement);
        let mut entry = self.keep(&image.push());
        let of = entries.last().map_or(json!(""), |it| it["digest"].clone());
        entry["annotations"] = json!({
            "vnd.docker.reference.type": "attestation-manifest",
            "vnd.docker.reference.digest": of,
        });
        entry["platform"] = json!({ "architecture": unknown.architecture, "os": unknown.os });
        if self.often(15) {
            entry.as_object_mut().unwrap().remove("platform");
        }
        entry
    }

    /// What oras pushes, without a platform or with one.
    fn artifact(&mut self) -> Value {
        self.made += 1;
        let content = format!("artifact {} {}", self.name, self.made);
        // A config of its own, by which the artifact can be told from others.
        let config = json!({ "of": content }).to_string();
        let pushed = self
            .repository
            .artifact("application/vnd.example.thing")
            .config("application/vnd.example.config.v1+json", config)
            .blob("application/vnd.example.thing", content)
            .push();
        let mut entry = self.keep(&pushed);
        entry["artifactType"] = json!("application/vnd.example.thing");
        if self.often(30) {
            entry["platform"] = json!({ "architecture": "amd64", "os": "linux" });
        }
        entry
    }

    /// An entry that was there before, under the same platform or another.
    fn again(&mut self, entries: &[Value]) -> Value {
        let mut entry = self.pick(entries).clone();
        if self.often(50) {
            let platform = self.platform();
            let fields = [("os", &platform.os), ("architecture", &platform.architecture)];
            let fields: Map<String, Value> =
                fields.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect();
            entry["platform"] = Value::Object(fields);
        }
        entry
    }

    fn nested(&mut self, depth: usize) -> Value {
        let document = self.index(depth + 1);
        let media_type = document["mediaType"].as_str().unwrap().to_owned();
        let mut inner = self.repository.put_manifest(&media_type, document.to_string());
        if self.often(50) {
            inner.platform = Some(self.platform());
        }
        descriptor_json(&inner)
    }

    fn layer(&mut self) -> Layer {
        self.made += 1;
        let content = format!("{} {}", self.name, self.made);
        Layer::gzip("COPY file", &[TarFile::text("file", &content)]).unwrap()
    }

    fn builder(&mut self, platform: &Platform) -> ImageBuilder {
        let layer = self.layer();
        let (os, architecture) = (&platform.os, &platform.architecture);
        let image = self.repository.image(os, architecture, &platform.variant);
        let image = if platform.os_version.is_empty() {
            image
        } else {
            image.os_version(&platform.os_version)
        };
        image.layer(layer)
    }

    /// Remembers what an image is made of; its entry.
    fn keep(&mut self, image: &Descriptor) -> Value {
        let leaf = Leaf::of(self.repository, image.digest.as_str());
        self.leaves.insert(leaf.manifest.clone(), leaf);
        descriptor_json(image)
    }
}
