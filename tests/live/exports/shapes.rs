//! Lists of many shapes, each under a tag of the repository `x`.

use platy::oci::{Descriptor, Platform};
use platy::sandbox::{Layer, RepositoryStore, TarFile, descriptor_json};
use serde_json::{Value, json};

const OCI: &str = "application/vnd.oci.image.index.v1+json";
const DOCKER: &str = "application/vnd.docker.distribution.manifest.list.v2+json";

/// Makes all of them; their tags.
pub fn make(repository: &RepositoryStore) -> Vec<&'static str> {
    let mut shapes = Shapes { repository, tags: Vec::new() };
    shapes.platforms();
    shapes.types();
    shapes.annotations();
    shapes.attestations();
    shapes.artifacts();
    shapes.nested();
    shapes.odd();
    shapes.annotated_inside();
    shapes.tags
}

struct Shapes<'r> {
    repository: &'r RepositoryStore,
    tags: Vec<&'static str>,
}

fn plain(os: &str, architecture: &str, variant: &str) -> Platform {
    Platform::new(os, architecture, variant)
}

fn windows(version: &str) -> Platform {
    Platform { os_version: version.to_owned(), ..plain("windows", "amd64", "") }
}

fn four() -> [Platform; 4] {
    [
        plain("linux", "amd64", ""),
        plain("linux", "arm64", "v8"),
        plain("linux", "arm", "v7"),
        windows("10.0.17763.5696"),
    ]
}

impl Shapes<'_> {
    fn image(&self, platform: &Platform, docker: bool) -> Value {
        let (os, architecture) = (&platform.os, &platform.architecture);
        let mut image = self.repository.image(os, architecture, &platform.variant);
        if !platform.os_version.is_empty() {
            image = image.os_version(&platform.os_version);
        }
        image = image.config_platform(platform.clone()).layer(gzipped(&platform.to_string()));
        let image = if docker { image.docker() } else { image };
        let mut entry = descriptor_json(&image.push());
        entry["platform"] = written(platform);
        entry
    }

    /// As BuildKit wrote attestations before 0.34.
    fn attestation(&self, image: &Value) -> Value {
        let of = image["digest"].as_str().unwrap();
        let layer = Layer::opaque("", of.as_bytes().to_vec())
            .with_media_type("application/vnd.in-toto+json");
        let pushed = self.repository.image("unknown", "unknown", "").layer(layer).push();
        let mut entry = bare(&pushed);
        entry["annotations"] = json!({
            "vnd.docker.reference.digest": of,
            "vnd.docker.reference.type": "attestation-manifest",
        });
        entry["platform"] = json!({ "architecture": "unknown", "os": "unknown" });
        entry
    }

    fn put(&mut self, tag: &'static str, mut list: Value) {
        let media_type = list["mediaType"].as_str().unwrap_or(OCI).to_owned();
        if tag == "untyped" {
            list.as_object_mut().unwrap().remove("mediaType");
        }
        // Half of them as compact as most tools write, half with two spaces as buildx does.
        let pretty = self.tags.len() % 2 == 1;
        let text = if pretty { format!("{list:#}") } else { list.to_string() };
        let pushed = self.repository.put_manifest(&media_type, text);
        self.repository.tag(tag, &pushed.digest);
        self.tags.push(tag);
    }

    fn list(&mut self, tag: &'static str, media_type: &str, entries: &[Value]) {
        let entries: Vec<Value> = entries.iter().map(ordered).collect();
        let list = json!({ "schemaVersion": 2, "mediaType": media_type, "manifests": entries });
        self.put(tag, list);
    }

    /// The same list twice, so that both encodings are met.
    fn both(&mut self, compact: &'static str, pretty: &'static str, kind: &str, entries: &[Value]) {
        self.list(compact, kind, entries);
        self.list(pretty, kind, entries);
    }

    fn platforms(&mut self) {
        let oci: Vec<Value> = four().iter().map(|it| self.image(it, false)).collect();
        let docker: Vec<Value> = four().iter().map(|it| self.image(it, true)).collect();
        self.both("oci", "oci-pretty", OCI, &oci);
        self.both("docker", "docker-pretty", DOCKER, &docker);
        let builds =
            ["10.0.17763.5696", "10.0.20348.2402"].map(|it| self.image(&windows(it), false));
        let mut featured = windows("10.0.20348.2403");
        featured.os_features = vec!["win32k".to_owned()];
        let featured = self.image(&featured, false);
        let [old, new] = builds;
        self.both("windows", "windows-pretty", OCI, &[old, new, featured]);
        let reversed: Vec<Value> = oci.iter().rev().cloned().collect();
        self.list("order", OCI, &reversed);
        let mut differ = oci.clone();
        differ[0]["platform"]["variant"] = json!("v3");
        differ[1]["platform"] = json!({ "architecture": "arm64", "os": "linux" });
        differ[2]["platform"]["variant"] = json!("v6");
        differ[3]["platform"]["os.version"] = json!("10.0.17763.1");
        self.list("differ", OCI, &differ);
        let mut differ = docker.clone();
        differ[0]["platform"]["os"] = json!("freebsd");
        differ[3]["platform"]["os.features"] = json!(["win32k", "a,b"]);
        self.list("differ-docker", DOCKER, &differ);
        let mut less = oci.clone();
        less[1]["platform"].as_object_mut().unwrap().remove("variant");
        less[2]["platform"].as_object_mut().unwrap().remove("variant");
        less[3]["platform"].as_object_mut().unwrap().remove("os.version");
        self.list("less", OCI, &less);
        let without: Vec<Value> = oci.iter().take(2).map(|it| without(it, "platform")).collect();
        self.list("no-platform", OCI, &without);
        let mut again = oci.clone();
        again[1] = oci[0].clone();
        again[1]["platform"]["variant"] = json!("v2");
        self.list("twice", OCI, &again);
        let other = self.repository.image("linux", "amd64", "").layer("another").push();
        self.list("same-platform", OCI, &[oci[0].clone(), descriptor_json(&other)]);
        let mut odd = oci.clone();
        odd[0]["platform"] = json!({ "architecture": "x86_64", "os": "Linux" });
        odd[1]["platform"] = json!({ "architecture": "aarch64", "os": "linux" });
        self.list("odd-names", OCI, &odd);
        // What buildx fills, and what regclient's parser splits.
        let mut half = oci.clone();
        half[1]["platform"] = json!({ "architecture": "", "os": "linux" });
        half[2]["platform"] = json!({ "architecture": "arm", "os": "" });
        self.list("half-platforms", OCI, &half);
        let mut versions = oci.clone();
        versions[0]["platform"]["os.version"] = json!("1,2");
        versions[1]["platform"] =
            json!({ "architecture": "riscv64", "os": "linux", "os.version": "a\"b\\c" });
        versions[2]["platform"] =
            json!({ "architecture": "s390x", "os": "linux", "os.version": " 1" });
        self.list("versions", OCI, &versions);
    }

    fn types(&mut self) {
        let [amd64, arm64, ..] = four();
        let oci = [self.image(&amd64, false), self.image(&arm64, false)];
        let docker = [self.image(&amd64, true), self.image(&arm64, true)];
        let mixed = [docker[0].clone(), oci[1].clone()];
        self.list("mixed", OCI, &mixed);
        self.list("mixed-docker", DOCKER, &mixed);
        // The type of docker's list is that of the first image by digest.
        for (tag, layer) in [("mixed-a", "a"), ("mixed-b", "b"), ("mixed-c", "c"), ("mixed-d", "d")]
        {
            let image = |docker: bool| {
                let image = self.repository.image("linux", if docker { "386" } else { "arm" }, "");
                let image = image.layer(gzipped(layer));
                let pushed = if docker { image.docker().push() } else { image.push() };
                descriptor_json(&pushed)
            };
            let entries = [image(true), image(false)];
            self.list(tag, OCI, &entries);
        }
        let noted = json!({
            "schemaVersion": 2, "mediaType": DOCKER, "artifactType": "application/vnd.example.bundle",
            "manifests": docker.iter().map(ordered).collect::<Vec<_>>(),
            "subject": bare_value(&docker[0]), "annotations": { "a": "1" },
        });
        self.put("docker-noted", noted);
        self.list("oci-of-docker", OCI, &docker);
        self.list("docker-of-oci", DOCKER, &oci);
        self.list("one", OCI, &oci[1..]);
        self.list("untyped", OCI, &oci);
        self.list("empty", OCI, &[]);
        let typed = json!({
            "schemaVersion": 2, "mediaType": OCI, "artifactType": "application/vnd.example.bundle",
            "manifests": oci.iter().map(ordered).collect::<Vec<_>>(),
            "annotations": { "a": "2", "z": "1" },
        });
        self.put("typed", typed);
        let subject = bare(&self.repository.image("linux", "riscv64", "").layer("s").push());
        let about = json!({
            "schemaVersion": 2, "mediaType": OCI, "artifactType": "application/vnd.example.bundle",
            "manifests": oci.iter().map(ordered).collect::<Vec<_>>(), "subject": subject,
        });
        self.put("subject", about);
    }

    fn annotations(&mut self) {
        let mut entries: Vec<Value> = four().iter().map(|it| self.image(it, false)).collect();
        for (at, entry) in entries.iter_mut().enumerate() {
            entry["annotations"] = json!({
                "org.example.n": at.to_string(),
                "org.example.text": "a, b = c; \"q\" 's' $HOME `id` <&>",
            });
        }
        let list = json!({
            "schemaVersion": 2, "mediaType": OCI,
            "manifests": entries.iter().map(ordered).collect::<Vec<_>>(),
            "annotations": {
                "-dash": "--help", "org.example.empty": "", "org.example.lines": "l1\nl2",
                "org.example.text": "one, two=three \"x\" $Y",
            },
        });
        self.put("annotated", list.clone());
        self.put("annotated-pretty", list);
        let mut docker: Vec<Value> = four().iter().take(2).map(|it| self.image(it, true)).collect();
        for entry in &mut docker {
            entry["annotations"] = json!({ "k": "v" });
        }
        let list = json!({
            "schemaVersion": 2, "mediaType": OCI,
            "manifests": docker.iter().map(ordered).collect::<Vec<_>>(),
            "annotations": { "top": "1" },
        });
        self.put("annotated-docker", list);
    }

    fn attestations(&mut self) {
        let images: Vec<Value> = four().iter().map(|it| self.image(it, false)).collect();
        let attested: Vec<Value> = images.iter().map(|it| self.attestation(it)).collect();
        let all: Vec<Value> = images.iter().chain(&attested).cloned().collect();
        self.both("attested", "attested-pretty", OCI, &all);
        self.list("orphan", OCI, &[images[0].clone(), attested[1].clone()]);
        let bare = without(&attested[0], "annotations");
        self.list("bare-attestation", OCI, &[images[0].clone(), bare]);
        // BuildKit 0.34: an artifact with a subject.
        let image: Descriptor = self.repository.image("linux", "amd64", "").layer("n").push();
        let new = self
            .repository
            .artifact("application/vnd.docker.attestation.manifest.v1+json")
            .blob("application/vnd.in-toto+json", "{}")
            .subject(&image)
            .push();
        let mut entry = self::bare(&new);
        entry["annotations"] = json!({
            "vnd.docker.reference.digest": image.digest,
            "vnd.docker.reference.type": "attestation-manifest",
        });
        entry["platform"] = json!({ "architecture": "unknown", "os": "unknown" });
        let image = descriptor_json(&image);
        self.both("attested-new", "attested-new-pretty", OCI, &[image, entry]);
    }

    fn artifacts(&mut self) {
        let image = self.image(&plain("linux", "amd64", ""), false);
        let sbom = self.repository.artifact("application/vnd.example.sbom");
        let sbom = bare(&sbom.blob("application/vnd.example.thing", "sbom!").push());
        let chart = self
            .repository
            .artifact("")
            .config("application/vnd.cncf.helm.config.v1+json", r#"{"name":"c"}"#)
            .blob("application/vnd.cncf.helm.chart.content.v1.tar+gzip", "chart");
        let chart = bare(&chart.push());
        let mut typed = sbom.clone();
        typed["artifactType"] = json!("application/vnd.example.sbom");
        self.list("artifact", OCI, &[image.clone(), typed.clone(), chart]);
        typed["platform"] = json!({ "architecture": "wasm", "os": "wasip1" });
        self.list("artifact-platform", OCI, &[image.clone(), typed]);
        let component = self
            .repository
            .artifact("")
            .config(
                "application/vnd.wasm.config.v0+json",
                r#"{"architecture":"wasm","os":"wasip2","layerDigests":[]}"#,
            )
            .blob("application/wasm", "component");
        let mut component = bare(&component.push());
        self.list("component", OCI, &[image.clone(), component.clone()]);
        component["platform"] = json!({ "architecture": "wasm", "os": "wasip2" });
        self.list("component-platform", OCI, &[image, component]);
    }

    fn nested(&mut self) {
        let images: Vec<Value> = four().iter().take(2).map(|it| self.image(it, false)).collect();
        let inner = json!({ "schemaVersion": 2, "mediaType": OCI, "manifests": images });
        let mut inner = bare(&self.repository.put_manifest(OCI, inner.to_string()));
        let third = self.image(&plain("linux", "arm", "v7"), false);
        self.list("nested", OCI, &[inner.clone(), third.clone()]);
        inner["platform"] = json!({ "architecture": "amd64", "os": "linux" });
        inner["annotations"] = json!({ "n": "1" });
        self.list("nested-platform", OCI, &[inner, third]);
    }

    fn odd(&mut self) {
        let mut entries: Vec<Value> =
            four().iter().take(2).map(|it| self.image(it, false)).collect();
        entries[0]["urls"] = json!(["https://example.com/m"]);
        entries[0]["x-unknown"] = json!({ "a": 1 });
        entries[0]["platform"]["features"] = json!(["sse4"]);
        entries[1]["data"] = json!("e30=");
        let mut list = json!({ "schemaVersion": 2, "mediaType": OCI, "manifests": entries });
        list["x-top"] = json!([1, 2]);
        self.put("extra", list);
        let mut docker: Vec<Value> = four().iter().take(2).map(|it| self.image(it, true)).collect();
        docker[0]["platform"]["features"] = json!(["sse4", "aes"]);
        self.list("features", DOCKER, &docker);
    }

    fn annotated_inside(&mut self) {
        let inside = self.repository.image("linux", "amd64", "").annotation("in", "manifest");
        let mut inside = bare(&inside.layer(gzipped("inside")).push());
        inside["platform"] = written(&plain("linux", "amd64", ""));
        self.list("annotated-inside", OCI, &[inside]);
    }
}

fn gzipped(text: &str) -> Layer {
    Layer::gzip("COPY file", &[TarFile::text("file", text)]).unwrap()
}

/// Without a platform.
fn bare(descriptor: &Descriptor) -> Value {
    json!({
        "mediaType": descriptor.media_type.as_str(),
        "digest": descriptor.digest,
        "size": descriptor.size,
    })
}

/// The same of an entry.
fn bare_value(entry: &Value) -> Value {
    json!({ "mediaType": entry["mediaType"], "digest": entry["digest"], "size": entry["size"] })
}

fn without(entry: &Value, key: &str) -> Value {
    let mut entry = entry.clone();
    entry.as_object_mut().unwrap().shift_remove(key);
    entry
}

/// The platform with its fields in Go's order.
fn written(platform: &Platform) -> Value {
    let mut value = json!({ "architecture": platform.architecture, "os": platform.os });
    if !platform.os_version.is_empty() {
        value["os.version"] = json!(platform.os_version);
    }
    if !platform.os_features.is_empty() {
        value["os.features"] = json!(platform.os_features);
    }
    if !platform.variant.is_empty() {
        value["variant"] = json!(platform.variant);
    }
    value
}

/// The entry with its fields in Go's order.
fn ordered(entry: &Value) -> Value {
    let keys =
        ["mediaType", "digest", "size", "urls", "annotations", "data", "platform", "artifactType"];
    let mut sorted = serde_json::Map::new();
    for key in keys {
        if let Some(value) = entry.get(key) {
            sorted.insert(key.to_owned(), value.clone());
        }
    }
    Value::Object(sorted)
}
