//! Reading layers, against the tools that only decompress them.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use flate2::write::GzEncoder;
use platy::oci::Digest;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::command::PLATY;
use crate::table::{Judged, Row, Values};

/// The bytes of all files; gzip makes 200 MB of them.
const UNPACKED: usize = 500 << 20;
/// Bytes of a file.
const FILE: usize = 200 << 10;
/// How often each is run, by turns.
const RUNS: usize = 5;
/// How much slower than the tool platy may be.
const ALLOWED: f64 = 1.2;
/// The most memory, in MB.
const MEMORY: f64 = 40.0;

pub fn rows() -> Vec<Row> {
    let home = TempDir::new().unwrap();
    let tar = tar();
    let mut rows = Vec::new();
    for (tool, suffix) in [("gzip", "gzip"), ("zstd", "zstd")] {
        let packed = match tool {
            "gzip" => {
                let mut packer = GzEncoder::new(Vec::new(), flate2::Compression::new(6));
                packer.write_all(&tar).unwrap();
                packer.finish().unwrap()
            }
            _ => zstd::encode_all(tar.as_slice(), 3).unwrap(),
        };
        let layout = Layout::new(&home.path().join(tool), &packed, suffix);
        let size = packed.len();
        drop(packed);
        rows.extend(compared(tool, size, tar.len(), &layout));
    }
    rows
}

/// The rows of one compression.
fn compared(tool: &str, packed: usize, unpacked: usize, layout: &Layout) -> [Row; 2] {
    let (mut ours, mut theirs, mut memory) =
        (Values::default(), Values::default(), Values::default());
    for _ in 0..RUNS {
        if let Some(time) = decompress(tool, &layout.blob) {
            theirs.push_time(time);
        }
        let (time, peak) = read(layout);
        ours.push_time(time);
        memory.push(peak);
    }
    let bound = theirs.median();
    let sizes = format!("{} MB, {} MB unpacked", packed / 1_000_000, unpacked / 1_000_000);
    let notes = match bound.is_nan() {
        true => format!("{sizes}; no {tool} on this machine to compare with"),
        false => format!("{sizes}; {:.2} × `{tool} -dc`, {bound:.0} ms", ours.median() / bound),
    };
    let bound = (!bound.is_nan()).then_some((Judged::Median, bound * ALLOWED));
    [
        Row { what: format!("files of a {tool} layer"), unit: "ms", values: ours, bound, notes },
        Row {
            what: format!("peak memory, {tool} layer"),
            unit: "MB",
            values: memory,
            bound: Some((Judged::Max, MEMORY)),
            notes: String::new(),
        },
    ]
}

/// How long the tool takes for the blob; `None` where it is missing.
fn decompress(tool: &str, blob: &Path) -> Option<Duration> {
    let began = Instant::now();
    let status = Command::new(tool)
        .arg("-dc")
        .stdin(File::open(blob).unwrap())
        .stdout(Stdio::null())
        .status()
        .ok()?;
    assert!(status.success());
    Some(began.elapsed())
}

/// How long platy takes to list the layer with every file's digest, and its peak memory in MB.
fn read(layout: &Layout) -> (Duration, f64) {
    let name = |tag: &str| format!("oci:{}:{tag}", layout.folder.display());
    let began = Instant::now();
    let mut child = Command::new(PLATY)
        .args(["diff", "--files", "--json", "--no-cache", &name("big"), &name("small")])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let (code, peak) = watch(&mut child);
    assert_eq!(code, Some(1), "the images differ");
    (began.elapsed(), peak)
}

/// Waits for the end; the most memory that was seen.
fn watch(child: &mut Child) -> (Option<i32>, f64) {
    let mut peak = f64::NAN;
    loop {
        peak = crate::binary::peak_of(child.id()).unwrap_or(peak);
        if let Some(status) = child.try_wait().unwrap() {
            return (status.code(), peak);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A layout of two images: one with the layer, one without.
struct Layout {
    folder: PathBuf,
    blob: PathBuf,
}

impl Layout {
    fn new(folder: &Path, layer: &[u8], compression: &str) -> Self {
        let blobs = folder.join("blobs/sha256");
        fs::create_dir_all(&blobs).unwrap();
        let put = |bytes: &[u8], media_type: &str| -> Value {
            let digest = Digest::sha256(bytes);
            fs::write(blobs.join(digest.hex()), bytes).unwrap();
            json!({ "mediaType": media_type, "digest": digest, "size": bytes.len() })
        };
        let layer_type = format!("application/vnd.oci.image.layer.v1.tar+{compression}");
        let big = put(layer, &layer_type);
        let blob = blobs.join(Digest::sha256(layer).hex());
        let image = |tag: &str, layers: Vec<Value>| {
            let config = json!({ "os": "linux", "architecture": "amd64", "tag": tag });
            let config =
                put(config.to_string().as_bytes(), "application/vnd.oci.image.config.v1+json");
            let manifest_type = "application/vnd.oci.image.manifest.v1+json";
            let manifest = json!({
                "schemaVersion": 2, "mediaType": manifest_type, "config": config, "layers": layers,
            });
            let mut entry = put(manifest.to_string().as_bytes(), manifest_type);
            entry["annotations"] = json!({ "org.opencontainers.image.ref.name": tag });
            entry
        };
        let index = json!({
            "schemaVersion": 2,
            "manifests": [image("big", vec![big]), image("small", Vec::new())],
        });
        fs::write(folder.join("index.json"), index.to_string()).unwrap();
        fs::write(folder.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).unwrap();
        Self { folder: folder.to_owned(), blob }
    }
}

/// A tar that compresses as programs and texts do: runs that come again, between noise.
fn tar() -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(7);
    let words: Vec<Vec<u8>> =
        (0..600).map(|_| (0..random.usize(4..40)).map(|_| random.u8(..)).collect()).collect();
    let mut tar = tar::Builder::new(Vec::with_capacity(UNPACKED));
    let mut written = 0;
    let mut number = 0;
    while written < UNPACKED {
        let mut content = Vec::with_capacity(FILE + 64);
        while content.len() < FILE {
            if random.u8(..) < 40 {
                content.extend((0..24).map(|_| random.u8(..)));
            } else {
                content.extend_from_slice(&words[random.usize(..words.len())]);
            }
        }
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o755);
        let path = format!("usr/lib/{}/file-{number}", number / 100);
        tar.append_data(&mut header, path, content.as_slice()).unwrap();
        written += content.len();
        number += 1;
    }
    tar.into_inner().unwrap()
}
