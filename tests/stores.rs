//! `containers-storage:NAME`, from stores that are made here and by skopeo.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use platy::oci::Digest;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::assemble::Lab;
use crate::support::command::{Ran, command, platy, run};
use crate::support::real::skopeo;

/// A store as go.podman.io/storage v1.65.1 writes it, with one image that was pulled by a list.
struct Store {
    home: TempDir,
    images: Vec<Value>,
    layers: Vec<Value>,
}

struct Put {
    id: String,
    list: Digest,
    manifest: Digest,
    layer: Digest,
}

impl Store {
    fn new() -> Self {
        Self { home: TempDir::new().unwrap(), images: Vec::new(), layers: Vec::new() }
    }

    fn root(&self) -> PathBuf {
        self.home.path().join("store")
    }

    fn at(&self, name: &str) -> String {
        format!("containers-storage:[vfs@{}]{name}", self.root().display())
    }

    fn put(&mut self, names: &[&str], architecture: &str) -> Put {
        let layer = Digest::sha256(architecture.as_bytes());
        let row = json!({ "id": layer.hex(), "diff-digest": layer, "diff-size": 10240 });
        self.put_layer(names, architecture, &layer, row)
    }

    /// An image of a layer that the store has unpacked, and the digest of its tar.
    fn put_unpacked(&mut self, name: &str, content: &str) -> (Put, Digest) {
        let mut header = tar::Header::new_gnu();
        header.set_path("etc/motd").unwrap();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        let padding = vec![0; 512 - content.len() + 1024];
        let tar = [header.as_bytes(), content.as_bytes(), &padding].concat();
        let (compressed, inner) = (Digest::sha256(name.as_bytes()), Digest::sha256(&tar));
        let row = json!({ "id": "abc", "compressed-diff-digest": compressed, "compressed-size": 10240,
            "diff-digest": inner, "diff-size": tar.len() });
        let put = self.put_layer(&[name], "amd64", &compressed, row);
        let etc = self.root().join("vfs/dir/abc/etc");
        std::fs::create_dir_all(&etc).unwrap();
        std::fs::write(etc.join("motd"), content).unwrap();
        let between = |bytes: &[u8]| json!({ "type": 2, "payload": STANDARD.encode(bytes) });
        let file =
            json!({ "type": 1, "name": "etc/motd", "size": content.len(), "payload": "AA==" });
        let lines = format!("{}\n{file}\n{}\n", between(header.as_bytes()), between(&padding));
        let table = self.root().join("vfs-layers/abc.tar-split.gz");
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(lines.as_bytes()).unwrap();
        std::fs::write(table, packer.finish().unwrap()).unwrap();
        (put, inner)
    }

    fn put_layer(&mut self, names: &[&str], architecture: &str, layer: &Digest, row: Value) -> Put {
        let layer = layer.clone();
        let config = json!({ "architecture": architecture, "os": "linux", "config": {},
            "rootfs": { "type": "layers", "diff_ids": [layer] } })
        .to_string();
        let config_digest = Digest::sha256(config.as_bytes());
        let manifest = json!({ "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": { "mediaType": "application/vnd.oci.image.config.v1+json",
                "digest": config_digest, "size": config.len() },
            "layers": [{ "mediaType": "application/vnd.oci.image.layer.v1.tar",
                "digest": layer, "size": 10240 }] })
        .to_string();
        let digest = Digest::sha256(manifest.as_bytes());
        let list = json!({ "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.index.v1+json",
            "manifests": [{ "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "digest": digest, "size": manifest.len(),
                "platform": { "os": "linux", "architecture": architecture } }] })
        .to_string();
        let list_digest = Digest::sha256(list.as_bytes());
        let id = config_digest.hex().to_owned();
        let folder = self.root().join("vfs-images").join(&id);
        std::fs::create_dir_all(&folder).unwrap();
        let mut digests = serde_json::Map::new();
        for (key, text) in [
            (config_digest.to_string(), &config),
            (format!("manifest-{list_digest}"), &list),
            (format!("manifest-{digest}"), &manifest),
            ("manifest".to_owned(), &manifest),
        ] {
            let file = match key.as_str() {
                "manifest" => key.clone(),
                _ => format!("={}", STANDARD.encode(&key)),
            };
            std::fs::write(folder.join(file), text).unwrap();
            digests.insert(key, Digest::sha256(text.as_bytes()).as_str().into());
        }
        self.images.push(json!({ "id": id, "digest": list_digest, "names": names,
            "big-data-digests": digests, "new-in-later-versions": [1] }));
        let table = Value::Array(self.images.clone()).to_string();
        std::fs::write(self.root().join("vfs-images/images.json"), table).unwrap();
        let layers = self.root().join("vfs-layers");
        std::fs::create_dir_all(&layers).unwrap();
        self.layers.push(row);
        let table = Value::Array(self.layers.clone()).to_string();
        std::fs::write(layers.join("layers.json"), table).unwrap();
        Put { id, list: list_digest, manifest: digest, layer }
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        platy(self.home.path(), arguments)
    }

    fn digest(&self, name: &str) -> String {
        let ran = self.run(&["digest", &self.at(name)]);
        assert_eq!(ran.code, 0, "{name}: {}", ran.stderr);
        ran.text().trim().to_owned()
    }
}

/// All files with their content and times.
pub fn state(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(state(&path));
        } else {
            let time = std::fs::metadata(&path).unwrap().modified().unwrap();
            all.insert(path.clone(), (std::fs::read(&path).unwrap(), time));
        }
    }
    all
}

#[test]
fn an_image_is_read_by_every_name_and_nothing_is_changed() {
    let mut store = Store::new();
    let put = store.put(&["localhost/app:1", "x.example/app:1"], "amd64");
    let hub = store.put(&["docker.io/library/other:latest"], "arm64");
    let before = state(&store.root());
    for name in ["localhost/app:1", "app:1", "x.example/app:1", &put.id, &put.id[..8]] {
        assert_eq!(store.digest(name), put.manifest.as_str(), "{name}");
    }
    assert_eq!(store.digest("other"), hub.manifest.as_str());
    // The list by which it was pulled is there under its digest.
    let list = format!("x.example/app@{}", put.list);
    assert_eq!(store.digest(&list), put.list.as_str());
    let json = store.run(&["inspect", "--json", &store.at("app:1")]).json();
    assert_eq!(json["digest"], put.manifest.as_str());
    assert_eq!(json["image"]["config"]["platform"], "linux/amd64");
    assert_eq!(json["image"]["layers"][0]["digest"], put.layer.as_str());
    let why = store.run(&["why", &store.at("app:1"), "--platform", "linux/amd64"]);
    assert_eq!(why.code, 0, "{}", why.stderr);
    let conf = store.home.path().join("storage.conf");
    let root = store.root().display().to_string();
    let text = format!("[storage]\ngraphroot = {root:?}\nrootless_storage_path = {root:?}\n");
    std::fs::write(&conf, text).unwrap();
    let mut asked = command(crate::support::command::PLATY, store.home.path());
    asked.env("CONTAINERS_STORAGE_CONF", &conf);
    let here = run(asked.args(["inspect", "--json", "--here", &store.at("app:1")])).json();
    let stores = here["here"].as_array().unwrap();
    let podman = stores.iter().find(|it| it["store"] == "containers-storage").unwrap();
    assert_eq!(podman["images"][0]["missing_bytes"], 0, "{podman}");
    assert_no_copy(&store, "app:1");
    assert_eq!(state(&store.root()), before);
}

/// What the store cannot give is known before a copy is promised, and nothing is written.
fn assert_no_copy(store: &Store, name: &str) {
    for target in ["oci:out", "dir:out", "oci-archive:out.tar"] {
        for end in ["--dry-run", "--yes"] {
            let copy = store.run(&["copy", &store.at(name), target, end]);
            assert_eq!(copy.code, 2, "{target} {end}: {}", copy.text());
            assert!(copy.stderr.contains("this layer unpacked only"), "{}", copy.stderr);
            assert_eq!(copy.text(), "", "{target} {end}");
        }
    }
    let raw = store.run(&["copy", &store.at(name), "oci:out", "--dry-run", "--raw"]);
    assert_eq!((raw.code, raw.json()["schemaVersion"].as_u64()), (0, Some(2)), "{}", raw.stderr);
    let made = |name: &str| store.home.path().join(name).exists();
    assert!(!made("out") && !made("out.tar"));
}

/// The bytes of the layer's digest are gone, and the tar within is put together from the files.
#[test]
fn the_files_of_a_layer_that_is_only_unpacked_are_read() {
    let mut store = Store::new();
    store.put_unpacked("localhost/app:1", "hello");
    let before = state(&store.root());
    let name = store.at("app:1");
    let files = store.run(&["files", &name]);
    assert_eq!(files.code, 0, "{}", files.stderr);
    assert!(files.text().contains("etc/motd"), "{}", files.text());
    let ran = store.run(&["cat", &name, "etc/motd"]);
    assert_eq!((ran.code, ran.text().as_str()), (0, "hello"), "{}", ran.stderr);
    let check = store.run(&["check", &name, "--json"]);
    assert!(!check.text().contains("unpacked only"), "{}", check.text());
    assert_eq!(state(&store.root()), before);
    // The compressed bytes cannot be given.
    assert_no_copy(&store, "app:1");
    // What was changed in the store is not taken for the layer.
    std::fs::write(store.root().join("vfs/dir/abc/etc/motd"), "HELLO").unwrap();
    let ran = store.run(&["cat", &name, "etc/motd"]);
    assert_eq!((ran.code, ran.text().as_str()), (2, ""), "{}", ran.stderr);
    assert!(ran.stderr.contains("podman system check"), "{}", ran.stderr);
}

/// A registry that has the layer is not given it, and one that lacks it is not promised it.
#[tokio::test(flavor = "multi_thread")]
async fn a_registry_is_promised_what_the_store_has() {
    let mut store = Store::new();
    let (put, _) = store.put_unpacked("localhost/app:1", "hello");
    let lab = Lab::start().await;
    let (name, target) = (store.at("app:1"), lab.at("app:1"));
    for command in ["copy", "create"] {
        for end in ["--dry-run", "--yes"] {
            let arguments = match command {
                "copy" => [command, &name, &target, end],
                _ => [command, &target, &name, end],
            };
            let ran = lab.run(&arguments).await;
            assert_eq!((ran.code, ran.text().as_str()), (2, ""), "{arguments:?}: {}", ran.stderr);
            assert!(ran.stderr.contains("this layer unpacked only"), "{}", ran.stderr);
        }
    }
    assert!(lab.writes().is_empty(), "{:?}", lab.writes());
    lab.sandbox.store().repository("app").put_blob_as(&put.layer, "what is there is not read");
    // Otherwise a registry is not asked for a blob that is this small.
    let ran = lab.run(&["copy", &name, &target, "--yes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(lab.digest("app", "1"), Some(put.manifest));
}

#[test]
fn storage_conf_names_the_stores() {
    let mut store = Store::new();
    let put = store.put(&["localhost/app:1"], "amd64");
    let conf = store.home.path().join("storage.conf");
    let root = store.root().display().to_string();
    let missing = store.home.path().join("none").display().to_string();
    for text in [
        format!("[storage]\ngraphroot = {root:?}\nrootless_storage_path = {root:?}\n"),
        format!(
            "[storage]\ngraphroot = {missing:?}\nrootless_storage_path = {missing:?}\n\
             [storage.options]\nadditionalimagestores = [{root:?}]\n"
        ),
    ] {
        std::fs::write(&conf, text).unwrap();
        let mut asked = command(crate::support::command::PLATY, store.home.path());
        asked.env("CONTAINERS_STORAGE_CONF", &conf);
        let ran = run(asked.args(["digest", "containers-storage:app:1"]));
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert_eq!(ran.text().trim(), put.manifest.as_str());
    }
}

#[test]
fn what_is_not_there_is_said() {
    let mut store = Store::new();
    let missing = store.run(&["inspect", &store.at("app:1")]);
    assert_eq!(missing.code, 2);
    assert!(missing.stderr.contains("there is no store of podman or CRI-O"), "{}", missing.stderr);
    let put = store.put(&["localhost/app:1"], "amd64");
    store.put(&["docker.io/library/app:1"], "arm64");
    let tag = store.run(&["digest", &store.at("app:1")]);
    assert!(
        tag.stderr.contains("name one in full: docker.io/library/app:1, localhost/app:1"),
        "{}",
        tag.stderr
    );
    let none = store.run(&["digest", &store.at("none:1")]);
    assert!(none.stderr.contains("it has: localhost/app:1"), "{}", none.stderr);
    // Half of an image: its config was deleted meanwhile.
    let folder = store.root().join("vfs-images").join(&put.id);
    let config = format!("={}", STANDARD.encode(format!("sha256:{}", put.id)));
    std::fs::remove_file(folder.join(config)).unwrap();
    let half = store.run(&["inspect", "--json", &store.at("localhost/app:1")]);
    assert_eq!(half.code, 1, "{}", half.stderr);
    assert_eq!(half.json()["digest"], put.manifest.as_str());
    std::fs::write(folder.join("manifest"), "{").unwrap();
    assert_eq!(store.run(&["inspect", &store.at("localhost/app:1")]).code, 2);
    std::fs::write(store.root().join("vfs-images/images.json"), "{\"version\":9}").unwrap();
    let newer = store.run(&["inspect", &store.at("localhost/app:1")]);
    assert!(newer.stderr.contains("of a newer version"), "{}", newer.stderr);
    let to = store.run(&["copy", "oci:x", &store.at("app:1"), "--yes"]);
    assert!(to.stderr.contains("changes no engine's store"), "{}", to.stderr);
}

/// A store that skopeo made: the same bytes as `skopeo inspect --raw`, and as podman says.
#[test]
#[ignore = "needs skopeo and podman"]
fn skopeo_and_podman_say_the_same() {
    let home = TempDir::new().unwrap();
    let blob = |bytes: &[u8]| {
        let digest = Digest::sha256(bytes);
        let path = home.path().join("layout").join(digest.layout_path());
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        (digest, bytes.len())
    };
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(2);
    header.set_mode(0o644);
    tar.append_data(&mut header, "hello", &b"hi"[..]).unwrap();
    let (layer, size) = blob(&tar.into_inner().unwrap());
    let config = json!({ "architecture": "amd64", "os": "linux", "config": {},
        "rootfs": { "type": "layers", "diff_ids": [layer] } });
    let (config, config_size) = blob(config.to_string().as_bytes());
    let manifest = json!({ "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": { "mediaType": "application/vnd.oci.image.config.v1+json", "digest": config,
            "size": config_size },
        "layers": [{ "mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": layer,
            "size": size }] });
    let (manifest, manifest_size) = blob(manifest.to_string().as_bytes());
    let index = json!({ "schemaVersion": 2, "manifests": [{
        "mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": manifest,
        "size": manifest_size, "annotations": { "org.opencontainers.image.ref.name": "1" } }] });
    let layout = home.path().join("layout");
    std::fs::write(layout.join("index.json"), index.to_string()).unwrap();
    std::fs::write(layout.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).unwrap();
    let (root, running) = (home.path().join("store"), home.path().join("running"));
    let name =
        format!("containers-storage:[vfs@{}+{}]localhost/app:1", root.display(), running.display());
    skopeo(home.path(), &["copy", "oci:layout:1", &name]);
    let raw = skopeo(home.path(), &["inspect", "--raw", &name]);
    let ran = platy(home.path(), &["inspect", "--raw", &name]);
    assert_eq!(ran.stdout, raw.stdout, "{}", ran.stderr);
    let place = ["--root", root.to_str().unwrap(), "--runroot", running.to_str().unwrap()];
    let podman = run(command("podman", home.path()).args(place).args([
        "--storage-driver",
        "vfs",
        "image",
        "inspect",
        "--format",
        "{{.Digest}}",
        "localhost/app:1",
    ]));
    assert_eq!(podman.code, 0, "{}", podman.stderr);
    let ran = platy(home.path(), &["digest", &name]);
    assert_eq!(ran.text().trim(), podman.text().trim());
    // The layer was not compressed: its own bytes are put together from what was unpacked.
    let ran = platy(home.path(), &["cat", &name, "hello"]);
    assert_eq!((ran.code, ran.text().as_str()), (0, "hi"), "{}", ran.stderr);
    let ran = platy(home.path(), &["copy", &name, "oci:out:1", "--yes"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ran = platy(home.path(), &["digest", "oci:out:1"]);
    assert_eq!(ran.text().trim(), podman.text().trim());
}
