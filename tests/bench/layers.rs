//! Reading layers, against the tools that only decompress them.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use flate2::write::GzEncoder;
use platy::oci::{Descriptor, Digest, Location, MediaType};
use platy::source::auth::Environment;
use platy::source::{Activity, Options, Sources};
use platy::work::layers::Reader;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::command::PLATY;
use crate::table::{Judged, Row, Values};

/// The bytes of all files; gzip makes 200 MB of them.
const UNPACKED: usize = 500 << 20;
/// Bytes of a file.
const FILE: usize = 200 << 10;
/// How often each is run, by turns.
const RUNS: usize = 7;
/// How often its memory is looked at, in runs of their own: looking costs time.
const LOOKS: usize = 3;
/// How much slower than the tool of its compression the streaming of a layer may be, and the most
/// memory in MB.
const STREAMING: (f64, f64) = (1.2, 40.0);
/// The same of a comparison of files, against gzip.
const COMPARING: (f64, f64) = (1.3, 100.0);
/// The word that makes this program one that streams a layer and does nothing else.
const STREAM: &str = "stream-layer";

pub fn rows() -> Vec<Row> {
    let home = TempDir::new().unwrap();
    let tar = tar();
    let unpacked = tar.len();
    let mut packer = GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    packer.write_all(&tar).unwrap();
    let gzip = Layout::new(&home.path().join("gzip"), &packer.finish().unwrap(), "gzip");
    let packed = zstd::encode_all(tar.as_slice(), 3).unwrap();
    drop(tar);
    let zstd = Layout::new(&home.path().join("zstd"), &packed, "zstd");
    drop(packed);

    let mut tools = [Values::default(), Values::default()];
    let mut streaming = [Measured::default(), Measured::default()];
    let mut comparing = [Measured::default(), Measured::default()];
    for _ in 0..RUNS {
        for (at, layout) in [&gzip, &zstd].into_iter().enumerate() {
            if let Some(time) = decompress(layout) {
                tools[at].push_time(time);
            }
            streaming[at].time(layout.streaming(), 0);
            comparing[at].time(layout.comparing(), 1);
        }
    }
    for _ in 0..LOOKS {
        for (at, layout) in [&gzip, &zstd].into_iter().enumerate() {
            streaming[at].watch(layout.streaming(), 0);
            comparing[at].watch(layout.comparing(), 1);
        }
    }
    let [by_gzip, by_zstd] = &tools;
    let sizes = |layout: &Layout| {
        format!("{} MB, {} MB unpacked", layout.size / 1_000_000, unpacked / 1_000_000)
    };
    let [gzip_streaming, zstd_streaming] = streaming;
    let [gzip_comparing, zstd_comparing] = comparing;
    [
        gzip_streaming.rows("streaming a gzip layer", &sizes(&gzip), ("gzip", by_gzip), STREAMING),
        zstd_streaming.rows("streaming a zstd layer", &sizes(&zstd), ("zstd", by_zstd), STREAMING),
        gzip_comparing.rows("diff --files, a gzip layer", "", ("gzip", by_gzip), COMPARING),
        zstd_comparing.rows("diff --files, a zstd layer", "", ("gzip", by_gzip), COMPARING),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Times and peaks of one way to read a layer.
#[derive(Default)]
struct Measured {
    times: Values,
    peaks: Values,
}

impl Measured {
    /// Runs the program, which must end with this code, as the tools are run.
    fn time(&mut self, mut program: Command, expected: i32) {
        let began = Instant::now();
        let status = program.stdout(Stdio::null()).status().unwrap();
        self.times.push_time(began.elapsed());
        assert_eq!(status.code(), Some(expected), "{program:?}");
    }

    /// Runs it and looks at its memory.
    fn watch(&mut self, mut program: Command, expected: i32) {
        self.peaks.push(watch(&mut program.stdout(Stdio::null()).spawn().unwrap(), expected));
    }

    fn rows(self, what: &str, sizes: &str, tool: (&str, &Values), most: (f64, f64)) -> [Row; 2] {
        let (name, bound) = (tool.0, tool.1.median());
        let (ratio, memory) = most;
        let compared = match bound.is_nan() {
            true => format!("no {name} on this machine to compare with"),
            false => format!(
                "{:.2} × `{name} -dc` of the same files, {bound:.0} ms",
                self.times.median() / bound
            ),
        };
        let notes = match sizes.is_empty() {
            true => compared,
            false => format!("{sizes}; {compared}"),
        };
        let bound = (!bound.is_nan()).then_some((Judged::Median, bound * ratio));
        let row =
            |what: String, unit, values, bound, notes| Row { what, unit, values, bound, notes };
        [
            row(what.to_owned(), "ms", self.times, bound, notes),
            row(
                format!("{what}, peak memory"),
                "MB",
                self.peaks,
                Some((Judged::Max, memory)),
                String::new(),
            ),
        ]
    }
}

/// Streams a layer into its listing, where this program was started for that.
pub fn stream_if_asked() -> bool {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [word, location, media_type, digest, size] = words.as_slice() else { return false };
    if word != STREAM {
        return false;
    }
    let layer = Descriptor::new(
        MediaType::parse(media_type),
        digest.parse().unwrap(),
        size.parse().unwrap(),
    );
    let location: Location = location.parse().unwrap();
    let options =
        Options { environment: Environment::default(), cache_dir: None, ..Options::default() };
    let walked = crate::server::runtime().block_on(async {
        let source = Sources::new(options, Activity::default()).open(&location).unwrap();
        Reader::new(source, None).walk(&layer, (), &mut |_| ()).await.unwrap()
    });
    assert!(walked.listing.is_complete() && !walked.listing.entries.is_empty());
    true
}

/// How long the tool takes for the blob; `None` if it is missing.
fn decompress(layout: &Layout) -> Option<Duration> {
    let began = Instant::now();
    let status = Command::new(layout.tool)
        .arg("-dc")
        .stdin(File::open(&layout.blob).unwrap())
        .stdout(Stdio::null())
        .status()
        .ok()?;
    assert!(status.success());
    Some(began.elapsed())
}

/// Waits for the end, which must have this code; the most memory in MB that was seen.
pub fn watch(child: &mut Child, expected: i32) -> f64 {
    let mut peak = f64::NAN;
    loop {
        // The mark is the highest so far: the last one that is read is the peak.
        peak = crate::binary::peak_of(child.id()).unwrap_or(peak);
        if let Some(status) = child.try_wait().unwrap() {
            assert_eq!(status.code(), Some(expected));
            return peak;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A layout of two images: one with the layer, one without.
struct Layout {
    folder: PathBuf,
    blob: PathBuf,
    /// What unpacks the layer, and its media type ends with.
    tool: &'static str,
    digest: Digest,
    size: usize,
}

impl Layout {
    /// A program that streams the layer into its listing, without the checksums of files.
    fn streaming(&self) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args([STREAM, &self.name("big"), &layer_type(self.tool)]);
        command.args([self.digest.as_str(), &self.size.to_string()]);
        command
    }

    /// A comparison that has to read the layer, with the checksum of every file.
    fn comparing(&self) -> Command {
        let mut command = Command::new(PLATY);
        command.args(["diff", "--files", "--json", "--no-cache"]);
        command.args([self.name("big"), self.name("small")]);
        command
    }

    fn name(&self, tag: &str) -> String {
        format!("oci:{}:{tag}", self.folder.display())
    }

    fn new(folder: &Path, layer: &[u8], tool: &'static str) -> Self {
        let blobs = folder.join("blobs/sha256");
        fs::create_dir_all(&blobs).unwrap();
        let put = |bytes: &[u8], media_type: &str| -> Value {
            let digest = Digest::sha256(bytes);
            fs::write(blobs.join(digest.hex()), bytes).unwrap();
            json!({ "mediaType": media_type, "digest": digest, "size": bytes.len() })
        };
        let big = put(layer, &layer_type(tool));
        let (digest, size) = (Digest::sha256(layer), layer.len());
        let blob = blobs.join(digest.hex());
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
        Self { folder: folder.to_owned(), blob, tool, digest, size }
    }
}

fn layer_type(tool: &str) -> String {
    format!("application/vnd.oci.image.layer.v1.tar+{tool}")
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
