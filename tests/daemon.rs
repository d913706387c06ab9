//! `docker-daemon:NAME`, from an engine on a Unix socket that answers as Docker does.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener as BlockingListener;
use std::path::Path as FilePath;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use platy::oci::Digest;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::UnixListener;
use tokio::runtime::Runtime;

use crate::assemble::Lab;
use crate::support::command::{PLATY, Ran, command, run};

mod tls;

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// An engine with one image, `app:1`: a list of amd64, which is here, and arm64, which is not.
struct Engine {
    home: TempDir,
    _runtime: Runtime,
    state: Arc<Image>,
}

struct Image {
    list: Vec<u8>,
    manifest: Vec<u8>,
    config: Vec<u8>,
    layer: Vec<u8>,
    /// The manifest, config and layer of arm64, if they are here.
    arm: Option<[Vec<u8>; 3]>,
    away: Digest,
    sort: Sort,
    asked: Mutex<Vec<String>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Sort {
    /// Docker 29 with the containerd store.
    Containerd,
    /// The same with a list whose bytes the answer does not tell.
    Annotated,
    /// API 1.47: no `Descriptor`, `Manifests` and `platform`.
    Old,
    /// Before Docker 25: no layout in the archive.
    Graphdriver,
    /// Docker 25 and later with a graphdriver: a layout in the archive, and the config's digest as ID.
    NewGraphdriver,
    /// The export breaks off with an error inside the 200.
    Deleted,
    /// Nothing is ever answered.
    Hanging,
    /// The containerd store with both platforms, and more images than are asked about.
    Both,
    /// The same engine, which fails when it is asked about one.
    Failing,
    /// The containerd store without the layer of amd64.
    Half,
    /// [`Sort::Annotated`] behind a proxy that lets no archive through.
    NoArchives,
}

/// How many images [`Sort::Both`] has beside `app:1`; of the whole list, 200 are asked about.
const CROWD: usize = 204;

impl Image {
    fn new(sort: Sort) -> Self {
        let [manifest, config, layer] = made("amd64", b"hello\n");
        let arm = (sort == Sort::Both).then(|| made("arm64", b"hello from arm64\n"));
        let arm_manifest = arm.as_ref().map_or(&b"arm64"[..], |[manifest, ..]| manifest);
        let away = Digest::sha256(arm_manifest);
        let size = arm.as_ref().map_or(500, |[manifest, ..]| manifest.len());
        let mut list = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [
            descriptor(&Digest::sha256(&manifest), manifest.len(), "amd64"),
            descriptor(&away, size, "arm64"),
        ] });
        if matches!(sort, Sort::Annotated | Sort::NoArchives) {
            list["annotations"] = json!({ "made": "by hand" });
        }
        let list = serde_json::to_vec_pretty(&list).unwrap();
        Self { list, manifest, config, layer, arm, away, sort, asked: Mutex::default() }
    }

    fn digest(&self) -> Digest {
        Digest::sha256(&self.list)
    }

    fn inspected(&self) -> Value {
        let mut said = json!({ "Id": self.digest(), "Os": "linux", "Architecture": "amd64" });
        if self.sort == Sort::NewGraphdriver {
            said["Id"] = json!(Digest::sha256(&self.config));
        }
        if matches!(self.sort, Sort::Old | Sort::Graphdriver | Sort::NewGraphdriver) {
            return said;
        }
        let entry = |digest: &Digest, size: usize, architecture: &str, content: u64| {
            json!({ "ID": digest, "Descriptor": descriptor(digest, size, architecture),
                "Available": content > 0, "Size": { "Content": content, "Total": content },
                "Kind": "image", "ImageData": { "Size": { "Unpacked": 0 },
                    "Platform": { "architecture": architecture, "os": "linux" } } })
        };
        said["Descriptor"] = json!({ "mediaType": INDEX, "digest": self.digest(),
            "size": self.list.len() });
        said["Manifests"] = json!([
            entry(&Digest::sha256(&self.manifest), self.manifest.len(), "amd64", 99),
            entry(&self.away, 500, "arm64", if self.arm.is_some() { 99 } else { 0 }),
        ]);
        said
    }

    /// The archive: blobs first, as Docker writes it; of one platform without the list.
    fn exported(&self, platform: bool) -> Vec<u8> {
        let layout = json!({ "imageLayoutVersion": "1.0.0" }).to_string();
        if self.sort == Sort::Graphdriver {
            let saved = json!([{ "Config": "config.json", "RepoTags": ["app:1"],
                "Layers": ["layer.tar"] }]);
            return tar(&[
                ("config.json", &self.config),
                ("layer.tar", &self.layer),
                ("manifest.json", saved.to_string().as_bytes()),
            ]);
        }
        let root = if platform { &self.manifest } else { &self.list };
        let media_type = if platform { MANIFEST } else { INDEX };
        let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [{
            "mediaType": media_type, "digest": Digest::sha256(root), "size": root.len(),
            "annotations": { "org.opencontainers.image.ref.name": "1" } }] });
        let (index, path) = (index.to_string(), |bytes: &[u8]| Digest::sha256(bytes).layout_path());
        let arm = self.arm.iter().flatten();
        let layer = Some(&self.layer).filter(|_| self.sort != Sort::Half);
        let names = [&self.manifest, &self.config].into_iter().chain(layer).chain(arm);
        let names: Vec<(String, &Vec<u8>)> = names.map(|it| (path(it), it)).collect();
        let list = (path(&self.list), &self.list);
        let mut files: Vec<(&str, &[u8])> =
            names.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        if !platform {
            files.push((&list.0, list.1));
        }
        files.push(("index.json", index.as_bytes()));
        files.push(("oci-layout", layout.as_bytes()));
        tar(&files)
    }
}

/// The manifest, config and layer of an image with one file.
fn made(architecture: &str, hello: &[u8]) -> [Vec<u8>; 3] {
    let layer = tar(&[("hello.txt", hello)]);
    let config = json!({ "architecture": architecture, "os": "linux",
        "config": { "Cmd": ["/hello"] },
        "rootfs": { "type": "layers", "diff_ids": [Digest::sha256(&layer)] } });
    let config = config.to_string().into_bytes();
    let manifest = json!({ "schemaVersion": 2, "mediaType": MANIFEST,
        "config": { "mediaType": "application/vnd.oci.image.config.v1+json",
            "digest": Digest::sha256(&config), "size": config.len() },
        "layers": [{ "mediaType": "application/vnd.oci.image.layer.v1.tar",
            "digest": Digest::sha256(&layer), "size": layer.len() }] });
    [manifest.to_string().into_bytes(), config, layer]
}

fn descriptor(digest: &Digest, size: usize, architecture: &str) -> Value {
    json!({ "mediaType": MANIFEST, "digest": digest, "size": size,
        "platform": { "architecture": architecture, "os": "linux" } })
}

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

async fn answered(
    State(image): State<Arc<Image>>,
    uri: Uri,
    RawQuery(query): RawQuery,
) -> Response {
    image.asked.lock().unwrap().push(uri.to_string());
    let query = query.unwrap_or_default();
    if image.sort == Sort::Hanging {
        std::future::pending::<()>().await;
    }
    match uri.path() {
        "/images/json" => {
            let id = image.inspected()["Id"].clone();
            let mut all = vec![json!({ "Id": id, "RepoTags": ["app:1"], "Size": 99 })];
            let has_crowd = matches!(image.sort, Sort::Both | Sort::Failing);
            let crowd = if has_crowd { CROWD } else { 0 };
            let other = |at: usize| json!({ "Id": Digest::sha256(at.to_string().as_bytes()) });
            all.extend((0..crowd).map(other));
            Value::from(all).to_string().into_response()
        }
        path if path.starts_with("/images/sha256:") && image.sort == Sort::Failing => {
            let said = json!({ "message": "the store is broken" }).to_string();
            (StatusCode::INTERNAL_SERVER_ERROR, said).into_response()
        }
        path if path.starts_with("/images/sha256:") => {
            let mut said = image.inspected();
            if !path.contains(said["Id"].as_str().unwrap()) {
                return json!({ "Id": "none" }).to_string().into_response();
            }
            let layer = match &image.arm {
                Some([.., layer]) if query.contains("arm64") => layer,
                _ => &image.layer,
            };
            said["RootFS"] = json!({ "Layers": [Digest::sha256(layer)] });
            said.to_string().into_response()
        }
        "/images/app:1/json" => image.inspected().to_string().into_response(),
        "/images/app:1/get" if image.sort == Sort::Deleted => {
            let mut half = image.exported(false)[..700].to_vec();
            half.extend_from_slice(br#"{"message":"content digest not found"}"#);
            half.into_response()
        }
        "/images/app:1/get" if image.sort == Sort::NoArchives => {
            StatusCode::FORBIDDEN.into_response()
        }
        "/images/app:1/get" => {
            let ignores = matches!(image.sort, Sort::Old | Sort::Both);
            let platform = !ignores && query.contains("platform=");
            let platform = platform || image.sort == Sort::NewGraphdriver;
            assert!(
                image.sort == Sort::NewGraphdriver
                    || !platform
                    || query
                        == "platform=%7B%22architecture%22%3A%22amd64%22%2C%22os%22%3A%22linux%22%7D"
            );
            image.exported(platform).into_response()
        }
        _ => {
            let said = json!({ "message": "No such image" }).to_string();
            (StatusCode::NOT_FOUND, said).into_response()
        }
    }
}

impl Engine {
    fn new(sort: Sort) -> Self {
        let home = tempfile::tempdir().unwrap();
        let runtime = Runtime::new().unwrap();
        let state = Arc::new(Image::new(sort));
        let router = Router::new().fallback(answered).with_state(Arc::clone(&state));
        let socket = home.path().join("docker.sock");
        let listener = runtime.block_on(async { UnixListener::bind(socket).unwrap() });
        runtime.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { home, _runtime: runtime, state }
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        platy_at(self.home.path(), arguments)
    }

    fn asked(&self) -> Vec<String> {
        self.state.asked.lock().unwrap().drain(..).collect()
    }
}

/// Runs platy with the socket in a folder.
fn platy_at(home: &FilePath, arguments: &[&str]) -> Ran {
    let host = format!("unix://{}", home.join("docker.sock").display());
    run(command(PLATY, home).env("DOCKER_HOST", host).args(arguments))
}

#[test]
fn the_list_costs_one_question_and_an_export_is_of_one_platform() {
    let engine = Engine::new(Sort::Containerd);
    let digest = engine.run(&["digest", "docker-daemon:app:1"]);
    assert_eq!(digest.text().trim(), engine.state.digest().as_str(), "{}", digest.stderr);
    assert_eq!(engine.asked(), ["/images/app:1/json?manifests=1"]);
    let json = engine.run(&["inspect", "--json", "docker-daemon:app:1"]).json();
    assert_eq!(json["digest"], engine.state.digest().as_str());
    let text = json.to_string();
    assert!(text.contains("not_here") && text.contains(engine.state.away.as_str()), "{text}");
    assert!(text.contains(Digest::sha256(&engine.state.layer).as_str()), "{text}");
    let exports: Vec<String> =
        engine.asked().into_iter().filter(|it| it.contains("/get")).collect();
    assert!(exports.len() == 1 && exports[0].contains("?platform="), "{exports:?}");
    let shown = engine.run(&["inspect", "docker-daemon:app:1"]).text();
    assert!(shown.contains("listed, not here"), "{shown}");
    let why =
        engine.run(&["why", "--json", "docker-daemon:app:1", "--platform", "linux/amd64"]).text();
    assert!(why.contains("partly-pulled") && why.contains("1 of 2 images"), "{why}");
    assert!(!why.contains("missing-child"), "{why}");
    // Of what is not here nothing is known.
    let evidence = engine.run(&["evidence", "docker-daemon:app:1"]).text();
    let row = evidence.lines().find(|line| line.starts_with("linux/arm64")).unwrap();
    assert!(row.contains('?'), "{evidence}");
    let row = evidence.lines().find(|line| line.starts_with("linux/amd64")).unwrap();
    assert!(!row.contains('?') && !evidence.contains("The list is long"), "{evidence}");
}

#[test]
fn every_command_that_reads_takes_it() {
    for sort in
        [Sort::Containerd, Sort::Annotated, Sort::Old, Sort::Graphdriver, Sort::NewGraphdriver]
    {
        let engine = Engine::new(sort);
        let image = "docker-daemon:app:1";
        let amd64 = ["--platform", "linux/amd64"];
        let why = engine.run(&["why", image, amd64[0], amd64[1], "--engine", "docker-run"]);
        assert!(why.code == 0, "{} {}", why.text(), why.stderr);
        let config = engine.run(&["config", image, amd64[0], amd64[1]]);
        assert!(config.text().contains("/hello"), "{}", config.stderr);
        // The layer is read: what the config starts is not in it.
        let check = engine.run(&["check", image, amd64[0], amd64[1]]);
        assert_eq!(check.code, 1, "{}", check.stderr);
        assert!(check.text().contains("/hello: it is not in the image"), "{}", check.text());
        let diff = engine.run(&["diff", image, image]);
        assert!(diff.text().contains("A and B are the same"), "{}", diff.stderr);
        let files = ["diff", "--files", image, image, amd64[0], amd64[1]];
        for arguments in [&["matrix", image][..], &files] {
            let ran = engine.run(arguments);
            assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
        }
        let files = engine.run(&["files", image, amd64[0], amd64[1]]);
        assert!(files.text().contains("hello.txt"), "{}", files.stderr);
        let cat = engine.run(&["cat", image, "/hello.txt", amd64[0], amd64[1]]);
        assert_eq!(cat.text(), "hello\n", "{}", cat.stderr);
        let extract = engine.run(&["extract", image, "/hello.txt", "out", amd64[0], amd64[1]]);
        assert_eq!(extract.code, 0, "{}", extract.stderr);
        let written = std::fs::read(engine.home.path().join("out/hello.txt")).unwrap();
        assert_eq!(written, b"hello\n");
        let copy = engine.run(&["copy", image, "oci:layout", "--yes", amd64[0], amd64[1]]);
        assert_eq!(copy.code, 0, "{}", copy.stderr);
        let layer = engine
            .home
            .path()
            .join("layout")
            .join(Digest::sha256(&engine.state.layer).layout_path());
        assert_eq!(std::fs::read(layer).unwrap(), engine.state.layer);
    }
}

#[test]
fn a_list_that_the_answer_does_not_tell_comes_from_the_archive() {
    for sort in [Sort::Annotated, Sort::Old] {
        let engine = Engine::new(sort);
        let digest = engine.run(&["digest", "docker-daemon:app:1"]);
        assert_eq!(digest.text().trim(), engine.state.digest().as_str(), "{}", digest.stderr);
        // What the archive lacks is listed and not here, whatever the engine says of it.
        let json = engine.run(&["inspect", "--json", "docker-daemon:app:1"]).json().to_string();
        assert!(json.contains("not_here"), "{json}");
    }
}

/// The engine says the digest and the entries of a list; only its bytes are in the archive alone.
#[test]
fn a_digest_needs_no_archive_and_a_tree_can_do_without_one() {
    for sort in [Sort::Annotated, Sort::NoArchives] {
        let engine = Engine::new(sort);
        let digest = engine.run(&["digest", "docker-daemon:app:1"]);
        assert_eq!(digest.text().trim(), engine.state.digest().as_str(), "{}", digest.stderr);
        assert_eq!(engine.asked(), ["/images/app:1/json?manifests=1"]);
        let shown = engine.run(&["inspect", "docker-daemon:app:1"]);
        let text = shown.text();
        assert!(text.contains("linux/amd64") && text.contains("linux/arm64"), "{text}");
        assert_eq!(text.contains("list made by platy"), sort == Sort::NoArchives, "{text}");
    }
}

/// A stand-in for `ssh` writes down how it was called and answers what a file holds.
#[test]
fn an_engine_behind_ssh_is_asked_as_dockers_command_line_asks_it() {
    let image = Image::new(Sort::Containerd);
    let home = tempfile::tempdir().unwrap();
    let said = image.inspected().to_string();
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{said}", said.len());
    std::fs::write(home.path().join("answer"), answer).unwrap();
    let over_ssh = |script: &str, command_line: &[&str]| {
        let program = home.path().join("bin/ssh");
        std::fs::create_dir_all(home.path().join("bin")).unwrap();
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:/usr/bin:/bin", home.path().join("bin").display());
        run(command(PLATY, home.path())
            .env("DOCKER_HOST", "ssh://me@far:2222")
            .env("PATH", path)
            .args(command_line))
    };
    let answering = r#"printf '%s\n' "$*" >> args
while read -r method path rest; do
  printf '%s %s\n' "$method" "$path" >> asked
  while read -r line && [ "${#line}" -gt 1 ]; do :; done
  cat answer
done"#;
    let ran = over_ssh(answering, &["digest", "docker-daemon:app:1"]);
    assert_eq!((ran.code, ran.text().trim()), (0, image.digest().as_str()), "{}", ran.stderr);
    let read = |name: &str| std::fs::read_to_string(home.path().join(name)).unwrap();
    assert_eq!(
        read("args"),
        "-l me -p 2222 -o ConnectTimeout=30 -o BatchMode=yes -T -- far docker system dial-stdio\n"
    );
    assert_eq!(read("asked"), "GET /images/app:1/json?manifests=1\n");
    // What ssh says is the reason.
    let refusing = "echo 'me@far: Permission denied (publickey).' >&2; exit 255";
    let ran = over_ssh(refusing, &["digest", "docker-daemon:app:1"]);
    assert_eq!(ran.code, 2);
    for words in ["Permission denied (publickey)", "ssh-agent", "ssh://me@far:2222"] {
        assert!(ran.stderr.contains(words), "{words}: {}", ran.stderr);
    }
}

#[test]
fn what_an_engine_made_for_the_archive_is_said() {
    for (sort, key, words) in [
        (Sort::NewGraphdriver, "made_by_engine", "manifest made by the engine"),
        (Sort::Graphdriver, "made_by_platy", "manifest made by platy"),
    ] {
        let engine = Engine::new(sort);
        let json = engine.run(&["inspect", "--json", "docker-daemon:app:1"]).json();
        assert_eq!(json[key], true, "{json}");
        let shown = engine.run(&["inspect", "docker-daemon:app:1"]).text();
        assert!(shown.contains(words), "{shown}");
    }
    let json = Engine::new(Sort::Old).run(&["inspect", "--json", "docker-daemon:app:1"]).json();
    assert!(json["made_by_engine"].is_null() && json["made_by_platy"].is_null(), "{json}");
}

#[test]
fn what_a_pull_would_fetch_is_what_is_not_here() {
    for sort in [Sort::Containerd, Sort::NewGraphdriver] {
        let engine = Engine::new(sort);
        let amd64 = ["--platform", "linux/amd64"];
        let copy =
            engine.run(&["copy", "docker-daemon:app:1", "oci:out:1", "--yes", amd64[0], amd64[1]]);
        assert_eq!(copy.code, 0, "{}", copy.stderr);
        // One archive for all blobs, and of the platform where the engine can make that.
        let made: Vec<String> =
            engine.asked().into_iter().filter(|it| it.contains("/get")).collect();
        let is_one = made.len() == 1 && (sort != Sort::Containerd || made[0].contains("platform="));
        assert!(is_one, "{made:?}");
        let json = engine.run(&["inspect", "--json", "--here", "oci:out:1"]).json();
        let stores = json["here"].as_array().unwrap();
        let docker = stores.iter().find(|store| store["store"] == "docker-daemon").unwrap();
        let image = &docker["images"][0];
        // By its diff ID: the API names no layer by its digest.
        assert_eq!(image["layers"], json!([true]), "{docker}");
        let missing = image["missing_bytes"].as_u64().unwrap();
        // With the containerd store all that is "Available" is here, with a graphdriver the config is.
        let whole = sort == Sort::Containerd;
        assert_eq!(missing == 0, whole, "{docker}");
        assert!(missing < image["bytes"].as_u64().unwrap(), "{docker}");
        let held = (image["manifest"].as_bool(), image["config"].as_bool());
        assert_eq!(held, (Some(whole), Some(true)));
    }
}

/// Each platform counts, and is asked about once; what was not asked about is said.
#[test]
fn every_platform_here_counts_and_what_was_not_asked_is_said() {
    let engine = Engine::new(Sort::Both);
    let copy = engine.run(&["copy", "docker-daemon:app:1", "oci:out:1", "--yes"]);
    assert_eq!(copy.code, 0, "{}", copy.stderr);
    // Not once for each blob.
    let asked = engine.asked();
    let made: Vec<&String> = asked.iter().filter(|it| it.contains("/get")).collect();
    let once: BTreeSet<&String> = made.iter().copied().collect();
    assert!(!made.is_empty() && made.len() == once.len(), "{made:?}");
    let json = engine.run(&["inspect", "--json", "--here", "oci:out:1"]).json();
    let stores = json["here"].as_array().unwrap();
    let docker = stores.iter().find(|store| store["store"] == "docker-daemon").unwrap();
    for image in docker["images"].as_array().unwrap() {
        assert_eq!(
            (&image["layers"], &image["manifest"]),
            (&json!([true]), &json!(true)),
            "{docker}"
        );
    }
    assert_eq!(docker["images"].as_array().unwrap().len(), 2);
    assert_eq!(docker["not_asked_about"], 1 + CROWD - 200);
    let asked = engine.asked();
    let of_platform: Vec<&String> = asked.iter().filter(|it| it.contains("platform=")).collect();
    assert!(of_platform.len() == 1 && of_platform[0].contains("arm64"), "{of_platform:?}");
    assert_eq!(asked.iter().filter(|it| it.contains("manifests=1")).count(), 200);
    let text = engine.run(&["inspect", "--here", "oci:out:1"]).text();
    assert!(text.contains("not asked about: 5 further images"), "{text}");
}

#[test]
fn after_a_failure_an_engine_is_not_asked_on() {
    let engine = Engine::new(Sort::Failing);
    let copy = engine.run(&[
        "copy",
        "docker-daemon:app:1",
        "dir:out",
        "--yes",
        "--platform",
        "linux/amd64",
    ]);
    assert_eq!(copy.code, 0, "{}", copy.stderr);
    engine.asked();
    let shown = engine.run(&["inspect", "--here", "dir:out"]).text();
    assert!(shown.contains("the store is broken"), "{shown}");
    let asked = engine.asked().len();
    // The list, and what was on its way.
    assert!(asked <= 1 + 2 * 8, "{asked}");
}

/// The engine lists a layer that it lost: that is known before anything is promised.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_engine_lacks_is_not_promised() {
    let lab = Lab::start().await;
    let target = lab.at("app:1");
    let asked = tokio::task::spawn_blocking(move || half_is_refused(&target));
    asked.await.unwrap();
    assert!(lab.writes().is_empty(), "{:?}", lab.writes());
}

fn half_is_refused(target: &str) {
    let engine = Engine::new(Sort::Half);
    let image = "docker-daemon:app:1";
    let amd64 = ["--platform", "linux/amd64"];
    for arguments in [
        ["copy", image, target, "--yes", amd64[0], amd64[1]],
        ["create", target, image, "--yes", amd64[0], amd64[1]],
        ["copy", image, "oci:out", "--dry-run", amd64[0], amd64[1]],
    ] {
        let ran = engine.run(&arguments);
        assert_eq!((ran.code, ran.text().as_str()), (2, ""), "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("this engine does not have it"), "{}", ran.stderr);
    }
}

#[test]
fn what_an_engine_refuses_is_said_with_a_next_step() {
    let engine = Engine::new(Sort::Containerd);
    let none = engine.run(&["inspect", "docker-daemon:none:1"]);
    assert_eq!(none.code, 2);
    assert!(none.stderr.contains("no such image") && none.stderr.contains("docker images"));
    let deleted = Engine::new(Sort::Deleted).run(&[
        "config",
        "docker-daemon:app:1",
        "--platform",
        "linux/amd64",
    ]);
    assert!(deleted.code != 0, "{}", deleted.text());
    assert!(deleted.stderr.contains("content digest not found"), "{}", deleted.stderr);
    let home = tempfile::tempdir().unwrap();
    let absent = platy_at(home.path(), &["inspect", "docker-daemon:app:1"]);
    assert_eq!(absent.code, 2);
    assert!(absent.stderr.contains("DOCKER_HOST"), "{}", absent.stderr);
    let target = engine.run(&["copy", "docker-daemon:app:1", "docker-daemon:b:1", "--yes"]);
    assert!(target.stderr.contains("docker load"), "{}", target.stderr);
}

#[test]
#[ignore = "needs a user that is not root: root may use any socket"]
fn a_socket_without_permission_says_who_may() {
    let home = tempfile::tempdir().unwrap();
    let socket = home.path().join("docker.sock");
    let _listener = BlockingListener::bind(&socket).unwrap();
    std::fs::set_permissions(&socket, std::fs::Permissions::from_mode(0o000)).unwrap();
    let ran = platy_at(home.path(), &["inspect", "docker-daemon:app:1"]);
    assert!(ran.stderr.contains("group that owns the socket"), "{}", ran.stderr);
}

#[test]
fn an_engine_that_hangs_is_given_up_after_five_seconds() {
    let engine = Engine::new(Sort::Hanging);
    let began = Instant::now();
    let ran = engine.run(&["digest", "docker-daemon:app:1"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("did not answer in 5 s"), "{}", ran.stderr);
    assert!(began.elapsed() >= Duration::from_secs(5), "{:?}", began.elapsed());
}
