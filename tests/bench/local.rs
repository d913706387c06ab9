//! Archives and stores of engines: how long it is to what they hold, as a whole command; and a copy
//! of a layout to a registry, beside other tools.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use flate2::Compression;
use flate2::write::GzEncoder;
use platy::oci::Digest;
use platy::sandbox::Auth;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::copying::{LAYER, LAYERS, Receiver, Rival, Tool, beside, curl, layers, rival};
use crate::layers::watch;
use crate::server::Server;
use crate::support::command::{PLATY, command, run};
use crate::support::real::{RealContainerd, ctr};
use crate::table::{Judged, Row, Values};

/// How often what is fast is opened, each time with nothing kept of it.
const OPENINGS: usize = 15;
/// How often an archive is read whole.
const SCANS: usize = 3;
const COPIES: usize = 9;
/// The layers of the archives, and the bytes of each: 2 GB in all.
const BIG_LAYERS: usize = 10;
const BIG_LAYER: usize = 200_000_000;
/// How many images the engine of Docker has.
const IMAGES: usize = 500;
/// The most that opening may take, in ms.
const OPEN: f64 = 50.0;

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const TAR: &str = "application/vnd.oci.image.layer.v1.tar";

/// The other tools that compute digests, and how each copies a layout to a registry.
const RIVALS: &[Rival] = &[
    (
        "skopeo",
        &[
            "copy",
            "--all",
            "--preserve-digests",
            "--insecure-policy",
            "--dest-tls-verify=false",
            "oci:FROM",
            "docker://TO",
        ],
    ),
    ("regctl", &["image", "copy", "ocidir://FROM", "TO"]),
];

/// `docker` is the address of an engine with the containerd store, as DOCKER_HOST has it.
pub fn rows(docker: Option<&str>) -> Vec<Row> {
    let home = TempDir::new().unwrap();
    let mut rows = archives(home.path());
    rows.extend(stores(home.path()));
    rows.push(match docker {
        Some(address) => of_docker(address),
        None => missing(&among(), "no docker=ADDRESS was given"),
    });
    rows.extend(copy());
    rows
}

fn archives(home: &Path) -> Vec<Row> {
    let docker = home.join("docker.tar");
    docker_archive(&docker, true);
    let name = format!("docker-archive:{}", docker.display());
    let (mut sums, mut first, mut again, mut peaks) =
        (Values::default(), Values::default(), Values::default(), Values::default());
    for _ in 0..SCANS {
        let began = Instant::now();
        let sum = command("sha256sum", home).arg(&docker).stdout(Stdio::null()).status();
        if sum.is_ok_and(|status| status.success()) {
            sums.push_time(began.elapsed());
        }
        let fresh = TempDir::new().unwrap();
        time(&mut inspect(fresh.path(), &name), &mut first);
        time(&mut inspect(fresh.path(), &name), &mut again);
        let watched = TempDir::new().unwrap();
        peaks.push(watch(&mut inspect(watched.path(), &name).spawn().unwrap(), 0));
    }
    let sum = sums.median();
    let notes = match sum.is_nan() {
        true => "no sha256sum on this machine to compare with".to_owned(),
        false => format!("{:.2} × `sha256sum` of it, {sum:.0} ms", first.median() / sum),
    };
    docker_archive(&docker, false);
    let told = opening("a docker archive of 2 GB, layers not packed", |values| {
        let fresh = TempDir::new().unwrap();
        time(&mut inspect(fresh.path(), &name), values);
    });
    fs::remove_file(docker).unwrap();
    let oci = home.join("oci.tar");
    oci_archive(&oci);
    let seeking = opening("an OCI archive of 2 GB", |values| {
        let fresh = TempDir::new().unwrap();
        let name = format!("oci-archive:{}", oci.display());
        time(&mut inspect(fresh.path(), &name), values);
    });
    fs::remove_file(oci).unwrap();
    vec![
        Row {
            what: "inspect a docker archive of 2 GB, layers packed by gzip".to_owned(),
            unit: "ms",
            values: first,
            bound: (!sum.is_nan()).then_some((Judged::Median, sum * 1.1)),
            notes,
        },
        Row {
            what: "its peak memory".to_owned(),
            unit: "MB",
            values: peaks,
            bound: Some((Judged::Max, 40.0)),
            notes: String::new(),
        },
        Row {
            what: "the same archive again".to_owned(),
            unit: "ms",
            values: again,
            bound: Some((Judged::Median, OPEN)),
            notes: String::new(),
        },
        told,
        seeking,
    ]
}

fn stores(home: &Path) -> Vec<Row> {
    let server = Server::start(Auth::Open);
    let image = server.reference("demo/ten-platforms:1.0");
    let storage = "an image of containers-storage";
    let containerd = "an image of containerd";
    vec![
        of_storage(home, &image, storage).unwrap_or_else(|why| missing(storage, &why)),
        of_containerd(home, &image, containerd).unwrap_or_else(|why| missing(containerd, &why)),
    ]
}

fn of_storage(home: &Path, image: &str, what: &str) -> Result<Row, String> {
    let place = home.join("storage");
    let name =
        format!("containers-storage:[vfs@{0}/root+{0}/run]localhost/bench:1", place.display());
    succeeds(command("skopeo", home).args([
        "copy",
        "--insecure-policy",
        "--src-tls-verify=false",
        &format!("docker://{image}"),
        &name,
    ]))?;
    Ok(opening(what, |values| {
        let fresh = TempDir::new().unwrap();
        time(&mut inspect(fresh.path(), &name), values);
    }))
}

fn of_containerd(home: &Path, image: &str, what: &str) -> Result<Row, String> {
    let program = "containerd";
    succeeds(command(program, home).arg("--version"))?;
    if run(command("id", home).arg("-u")).text().trim() != "0" {
        return Err("containerd starts as root".to_owned());
    }
    let containerd = RealContainerd::start(Path::new(program), home);
    succeeds(
        ctr(home, &containerd.socket)
            .args(["content", "fetch", "--plain-http", "--all-platforms"])
            .arg(image),
    )?;
    let name = format!("containerd:default/{image}");
    Ok(opening(what, |values| {
        let fresh = TempDir::new().unwrap();
        let mut program = inspect(fresh.path(), &name);
        time(program.env("CONTAINERD_ADDRESS", &containerd.socket), values);
    }))
}

fn among() -> String {
    format!("an image of Docker, {IMAGES} others beside it")
}

/// Gives the engine many images, and takes them away afterwards.
fn of_docker(address: &str) -> Row {
    let home = TempDir::new().unwrap();
    let socket = address.strip_prefix("unix://").expect("docker=unix://PATH");
    let ask = |method: &str, path: &str| {
        let mut curl = command("curl", home.path());
        curl.args(["-sSf", "-o", "/dev/null", "--unix-socket", socket, "-X", method]);
        curl.arg(format!("http://localhost{path}"));
        curl
    };
    let archive = home.path().join("many.tar");
    many(&archive);
    let body = format!("@{}", archive.display());
    let mut load = ask("POST", "/images/load?quiet=1");
    load.args(["-H", "Content-Type: application/x-tar", "--data-binary", &body]);
    succeeds(&mut load).unwrap();
    let began = Instant::now();
    succeeds(&mut ask("GET", "/images/json?manifests=1")).unwrap();
    let whole = began.elapsed().as_millis();
    let name = format!("docker-daemon:{}", image_name(IMAGES / 2));
    let mut row = opening(&among(), |values| {
        let fresh = TempDir::new().unwrap();
        time(inspect(fresh.path(), &name).env("DOCKER_HOST", address), values);
    });
    for number in 0..=IMAGES {
        succeeds(&mut ask("DELETE", &format!("/images/{}", image_name(number)))).unwrap();
    }
    row.notes = format!("{}; the engine takes {whole} ms to list all", row.notes);
    row
}

fn image_name(number: usize) -> String {
    format!("bench.invalid/app-{number}:1")
}

/// An archive of many small images, as `docker save` wrote it before 25.
fn many(path: &Path) {
    let mut archive = tar::Builder::new(BufWriter::new(File::create(path).unwrap()));
    let layer = tar_of(b"hello");
    add(&mut archive, "layer.tar", &layer);
    let mut images = Vec::new();
    for number in 0..=IMAGES {
        let config = config(&[Digest::sha256(&layer)], &number.to_string());
        let name = format!("{}.json", Digest::sha256(&config).hex());
        add(&mut archive, &name, &config);
        let names = [image_name(number)];
        images.push(json!({ "Config": name, "RepoTags": names, "Layers": ["layer.tar"] }));
    }
    add(&mut archive, "manifest.json", Value::Array(images).to_string().as_bytes());
    archive.into_inner().unwrap();
}

/// An archive without a layout. If its layers are packed, as Jib and Bazel's rules do it, nothing in
/// it tells their digests.
fn docker_archive(path: &Path, packed: bool) {
    let mut archive = tar::Builder::new(BufWriter::new(File::create(path).unwrap()));
    let (mut names, mut inner) = (Vec::new(), Vec::new());
    for number in 0..BIG_LAYERS {
        let mut layer = big_layer(number);
        let name = format!("{number}/layer.tar");
        inner.push(Digest::sha256(&layer));
        if packed {
            let mut packer = GzEncoder::new(Vec::new(), Compression::none());
            packer.write_all(&layer).unwrap();
            layer = packer.finish().unwrap();
        }
        add(&mut archive, &name, &layer);
        names.push(name);
    }
    let config = config(&inner, "big");
    let name = format!("{}.json", Digest::sha256(&config).hex());
    add(&mut archive, &name, &config);
    let images = json!([{ "Config": name, "RepoTags": ["bench:1"], "Layers": names }]);
    add(&mut archive, "manifest.json", images.to_string().as_bytes());
    archive.into_inner().unwrap();
}

fn oci_archive(path: &Path) {
    let mut archive = tar::Builder::new(BufWriter::new(File::create(path).unwrap()));
    let mut put = |bytes: &[u8], media_type: &str| -> Value {
        let digest = Digest::sha256(bytes);
        add(&mut archive, &format!("blobs/sha256/{}", digest.hex()), bytes);
        json!({ "mediaType": media_type, "digest": digest, "size": bytes.len() })
    };
    let index = image((0..BIG_LAYERS).map(big_layer), &mut put);
    add(&mut archive, "index.json", &index);
    add(&mut archive, "oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#);
    archive.into_inner().unwrap();
}

/// Puts an image; the index.json that has it.
fn image(
    layers: impl Iterator<Item = Vec<u8>>,
    put: &mut dyn FnMut(&[u8], &str) -> Value,
) -> Vec<u8> {
    let (mut inner, mut descriptors) = (Vec::new(), Vec::new());
    for layer in layers {
        inner.push(Digest::sha256(&layer));
        descriptors.push(put(&layer, TAR));
    }
    let config = put(&config(&inner, "one"), CONFIG);
    let manifest = json!({
        "schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": descriptors,
    });
    let mut entry = put(manifest.to_string().as_bytes(), MANIFEST);
    entry["annotations"] = json!({ "org.opencontainers.image.ref.name": "1" });
    json!({ "schemaVersion": 2, "manifests": [entry] }).to_string().into_bytes()
}

fn config(inner: &[Digest], author: &str) -> Vec<u8> {
    json!({
        "os": "linux", "architecture": "amd64", "author": author,
        "rootfs": { "type": "layers", "diff_ids": inner },
    })
    .to_string()
    .into_bytes()
}

fn big_layer(number: usize) -> Vec<u8> {
    let mut content = vec![0; BIG_LAYER];
    fastrand::Rng::with_seed(number as u64).fill(&mut content);
    tar_of(&content)
}

fn tar_of(content: &[u8]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::with_capacity(content.len() + 2048));
    add(&mut tar, "file", content);
    tar.into_inner().unwrap()
}

fn add(tar: &mut tar::Builder<impl Write>, path: &str, content: &[u8]) {
    let mut header = tar::Header::new_ustar();
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    tar.append_data(&mut header, path, content).unwrap();
}

fn copy() -> Vec<Row> {
    let target = Receiver::start();
    let home = TempDir::new().unwrap();
    let folder = home.path().join("layout");
    let files = folder.join("blobs/sha256");
    fs::create_dir_all(&files).unwrap();
    let mut blobs = Vec::new();
    let mut put = |bytes: &[u8], media_type: &str| -> Value {
        let digest = Digest::sha256(bytes);
        fs::write(files.join(digest.hex()), bytes).unwrap();
        let descriptor = json!({ "mediaType": media_type, "digest": digest, "size": bytes.len() });
        blobs.extend((media_type == TAR).then_some(digest));
        descriptor
    };
    let index = image(layers(), &mut put);
    fs::write(folder.join("index.json"), index).unwrap();
    fs::write(folder.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).unwrap();

    let host = target.sandbox.host();
    let from = format!("{}:1", folder.display());
    let mut rivals = Tool::present(RIVALS);
    let (mut own, mut by_curl) = (Tool::new("platy"), Values::default());
    for number in 0..COPIES {
        let path = format!("bench/platy-{number}");
        own.measured(|| {
            let to = format!("{host}/{path}:latest");
            let mut platy = command(PLATY, home.path());
            platy.args(["copy", &format!("oci:{from}"), &to, "--yes"]).stdout(Stdio::null());
            let began = Instant::now();
            let status = platy.status().unwrap();
            let time = began.elapsed();
            assert!(status.success());
            target.arrived(&path, &blobs);
            (time, ())
        });
        let path = format!("bench/curl-{number}");
        let mut up = curl(home.path());
        for (digest, to) in blobs.iter().zip(target.uploads(&path, &blobs)) {
            let file: PathBuf = files.join(digest.hex());
            up.args(["-o", "/dev/null", "-T"]).arg(file).arg(to);
        }
        let began = Instant::now();
        // Some versions draw their progress whatever they are told.
        assert!(up.stderr(Stdio::null()).status().unwrap().success());
        by_curl.push_time(began.elapsed());
        target.arrived(&path, &blobs);
        for other in &mut rivals {
            let name = other.name;
            other.measured(|| {
                let path = format!("bench/{name}-{number}");
                let time = rival(name, RIVALS, &[host], [&from, &format!("{host}/{path}:latest")]);
                target.arrived(&path, &blobs);
                (time, ())
            });
        }
    }
    let what = "copy of ten 20 MB layers from a layout";
    let curl = by_curl.median();
    let megabytes = (LAYERS * LAYER) as f64 / 1e6;
    vec![
        beside(&format!("{what}, beside other tools"), &own, &rivals),
        Row {
            what: what.to_owned(),
            unit: "ms",
            notes: format!(
                "{:.0} MB/s; curl, which computes no digest, {curl:.0} ms",
                megabytes / own.times.median() * 1000.0
            ),
            values: own.times,
            bound: Some((Judged::Median, curl * 1.2)),
        },
    ]
}

/// The command that reads all of an image but its layers.
fn inspect(home: &Path, name: &str) -> Command {
    let mut inspect = command(PLATY, home);
    inspect.args(["inspect", name]).stdout(Stdio::null());
    inspect
}

fn time(program: &mut Command, values: &mut Values) {
    let began = Instant::now();
    let status = program.status().unwrap();
    values.push_time(began.elapsed());
    assert!(status.success(), "{program:?}");
}

fn opening(what: &str, mut once: impl FnMut(&mut Values)) -> Row {
    let mut values = Values::default();
    for _ in 0..OPENINGS {
        once(&mut values);
    }
    Row {
        what: what.to_owned(),
        unit: "ms",
        values,
        bound: Some((Judged::Median, OPEN)),
        notes: format!("{OPENINGS} starts"),
    }
}

fn missing(what: &str, why: &str) -> Row {
    let bound = Some((Judged::Median, OPEN));
    Row {
        what: what.to_owned(),
        unit: "ms",
        values: Values::default(),
        bound,
        notes: why.to_owned(),
    }
}

/// Runs a program; the last line of what it complains of, if it fails.
fn succeeds(program: &mut Command) -> Result<(), String> {
    let name = program.get_program().to_string_lossy().into_owned();
    let output = program.output().map_err(|error| format!("{name}: {error}"))?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    match output.status.success() {
        true => Ok(()),
        false => Err(format!("{name}: {}", complaint.lines().last().unwrap_or_default())),
    }
}
