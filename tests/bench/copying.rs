//! What copies of large layers share: a registry that takes them, and the tools that are measured.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use platy::oci::{Digest, Host};
use platy::sandbox::{Sandbox, SandboxOptions};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::server::runtime;
use crate::support::command::command;
use crate::table::{Judged, Row, Values};

/// How many layers are copied.
pub const LAYERS: usize = 10;
/// The bytes of each.
pub const LAYER: usize = 20_000_000;
/// How many transfers curl has under way at once.
pub const AT_ONCE: usize = 8;

/// Layers that differ, and that nothing compresses.
pub fn layers() -> impl Iterator<Item = Vec<u8>> {
    (0..LAYERS).map(|_| std::iter::repeat_with(|| fastrand::u8(..)).take(LAYER).collect())
}

/// Another tool's name, and the arguments of its copy from `FROM` to `TO`.
pub type Rival = (&'static str, &'static [&'static str]);

/// A program that copies: how long it takes, and how long processors work for it.
pub struct Tool {
    pub name: &'static str,
    pub times: Values,
    processor: Values,
}

impl Tool {
    pub fn new(name: &'static str) -> Self {
        Self { name, times: Values::default(), processor: Values::default() }
    }

    /// Those that this machine has.
    pub fn present(rivals: &[Rival]) -> Vec<Self> {
        let there = |name| command(name, Path::new("/")).arg("--help").output().is_ok();
        rivals.iter().filter(|(name, _)| there(name)).map(|(name, _)| Self::new(name)).collect()
    }

    /// Notes what a run of it takes.
    pub fn measured<T>(&mut self, run: impl FnOnce() -> (Duration, T)) -> T {
        let before = of_children();
        let (time, other) = run();
        self.times.push_time(time);
        self.processor.push(of_children() - before);
        other
    }

    fn words(&self) -> String {
        let (time, processor) = (self.times.median(), self.processor.median());
        format!("{} {time:.0} ({processor:.0} of processors)", self.name)
    }
}

/// How many milliseconds processors worked for programs that ran and ended; `NaN` on systems
/// without /proc. The kernel counts in hundredths of a second.
fn of_children() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Fields 16 and 17 of proc(5), counted behind the name, which may hold anything.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields).split_whitespace();
    let ticks: Vec<f64> = fields.skip(13).take(2).flat_map(str::parse).collect();
    if ticks.len() == 2 { ticks.iter().sum::<f64>() * 10.0 } else { f64::NAN }
}

/// The time, at most 0.8 times that of the fastest of the other tools.
pub fn beside(what: &str, own: &Tool, rivals: &[Tool]) -> Row {
    let words: Vec<String> = std::iter::once(own).chain(rivals).map(Tool::words).collect();
    let fastest = rivals.iter().map(|it| it.times.median()).min_by(f64::total_cmp);
    Row {
        what: what.to_owned(),
        unit: "ms",
        values: own.times.clone(),
        bound: fastest.map(|fastest| (Judged::Median, 0.8 * fastest)),
        notes: words.join(", "),
    }
}

/// Another tool's whole command, from its start to its end, in a home of its own: skopeo remembers
/// where blobs were.
pub fn rival(name: &str, rivals: &[Rival], hosts: &[&Host], [from, to]: [&str; 2]) -> Duration {
    let home = TempDir::new().unwrap();
    // regctl asks every host for TLS that it was not told of.
    for host in hosts.iter().filter(|_| name == "regctl") {
        let words = ["registry", "set", "--tls", "disabled", host.as_str()];
        assert!(command(name, home.path()).args(words).status().unwrap().success());
    }
    let words = rivals.iter().find(|(rival, _)| *rival == name).unwrap().1;
    let named = words.iter().map(|word| word.replace("FROM", from).replace("TO", to));
    let mut rival = command(name, home.path());
    rival.args(named).stdout(Stdio::null()).stderr(Stdio::null());
    let began = Instant::now();
    let status = rival.status().unwrap();
    let time = began.elapsed();
    assert!(status.success(), "{name}");
    time
}

/// A registry without a delay, on threads of its own.
pub struct Receiver {
    pub sandbox: Sandbox,
    runtime: Runtime,
}

impl Receiver {
    pub fn start() -> Self {
        // The client of `uploads` wants one; an error says that there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = runtime();
        let sandbox = runtime.block_on(Sandbox::start(SandboxOptions::default())).unwrap();
        Self { sandbox, runtime }
    }

    /// The address of a repository's blob.
    pub fn blob(&self, path: &str, digest: &Digest) -> String {
        format!("http://{}/v2/{path}/blobs/{digest}", self.sandbox.host())
    }

    /// Opens an upload for each blob; the addresses that close them.
    pub fn uploads(&self, path: &str, blobs: &[Digest]) -> Vec<String> {
        let host = self.sandbox.host();
        let client = reqwest::Client::new();
        self.runtime.block_on(async {
            let mut found = Vec::new();
            for digest in blobs {
                let url = format!("http://{host}/v2/{path}/blobs/uploads/");
                let opened = client.post(url).send().await.unwrap();
                let to = opened.headers()["location"].to_str().unwrap();
                found.push(format!("http://{host}{to}?digest={digest}"));
            }
            found
        })
    }

    /// That all blobs are in the repository; gives their memory back.
    pub fn arrived(&self, path: &str, blobs: &[Digest]) {
        let store = self.sandbox.store().repository(path);
        let there = blobs.iter().filter(|digest| store.blob(digest).is_some()).count();
        assert_eq!(there, blobs.len(), "{path}");
        for digest in blobs {
            store.remove_blob(digest);
        }
    }
}

/// curl with transfers beside each other, quiet.
pub fn curl(home: &Path) -> Command {
    let mut curl = command("curl", home);
    curl.args(["-sfZ", "--no-progress-meter", "--parallel-max", &AT_ONCE.to_string()]);
    curl
}
