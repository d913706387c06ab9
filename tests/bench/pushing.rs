//! Pushing: round trips of a list, mounts, and a copy between two registries beside what curl
//! moves over the same loopback.

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use platy::model::draft::{Draft, Edit, Format, Guard, Material, Plan, Target};
use platy::oci::{Descriptor, Digest, Location, Repository};
use platy::sandbox::{Auth, Sandbox, SandboxOptions, descriptor_json};
use platy::source::auth::Environment;
use platy::source::{Activity, Options, Sources};
use platy::work::push::{Board, Did, Outcome, Pushing, prepare, run};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::binary::peak_of;
use crate::server::{DELAY, Server, runtime};
use crate::support::command::{PLATY, command};
use crate::table::{Judged, Row, Values};

const RUNS: usize = 10;
const COPIES: usize = 5;
const LAYERS: usize = 10;
const LAYER: usize = 20_000_000;
/// How many transfers curl has under way at once.
const AT_ONCE: usize = 8;

/// The other tools, and how each copies.
const RIVALS: [(&str, &[&str]); 4] = [
    ("crane", &["copy", "FROM", "TO"]),
    ("regctl", &["image", "copy", "FROM", "TO"]),
    ("oras", &["cp", "--from-plain-http", "--to-plain-http", "FROM", "TO"]),
    (
        "skopeo",
        &[
            "copy",
            "--all",
            // It would compress layers that are not.
            "--preserve-digests",
            "--insecure-policy",
            "--src-tls-verify=false",
            "--dest-tls-verify=false",
            "docker://FROM",
            "docker://TO",
        ],
    ),
];

pub fn rows() -> Vec<Row> {
    let server = Server::start(Auth::Open);
    let mut rows = vec![
        // The tag and its children asked, the tag looked at, written, read back.
        list(&server, "ten children, same repository", "bench/own", 4),
        // The tag and its children asked, children read, blobs mounted, manifests put, and the tag
        // as above.
        list(&server, "ten children, mounted", "bench/other", 7),
    ];
    drop(server);
    rows.extend(copy());
    rows
}

/// A push of ten images of one repository.
fn list(server: &Server, what: &str, path: &str, round_trips: usize) -> Row {
    let store = server.sandbox.store();
    let images: Vec<Descriptor> = (0..10)
        .map(|number| {
            let layer = format!("layer {number}").repeat(10_000).into_bytes();
            let variant = format!("v{number}");
            store.repository(path).image("linux", "arm64", &variant).layer(layer).push()
        })
        .collect();
    let mut values = Values::default();
    let mut moved = 0;
    let mut requests = 0;
    for number in 0..RUNS {
        let to = if path == "bench/own" { path.to_owned() } else { format!("bench/to-{number}") };
        let activity = Activity::default();
        let sources = Sources::new(options(), activity.clone());
        let mut draft = draft(&server.sandbox, path, &images);
        let target = Target::of(&repository(&server.sandbox, &to).tagged(&format!("t{number}")));
        let began = Instant::now();
        let (plan, outcome) = runtime().block_on(push(&mut draft, &target.unwrap(), &sources));
        values.push_time(began.elapsed());
        assert!(outcome.is_done(), "{outcome:?}");
        assert_eq!(outcome.count(Did::Copied), 0);
        let manifests = plan.sums.manifest_bytes + draft.document().size();
        moved += activity.sent() - manifests;
        requests = activity.requests();
    }
    let network = (round_trips as u128 * DELAY.as_millis()) as f64;
    Row {
        what: what.to_owned(),
        unit: "ms",
        values,
        bound: Some((Judged::Median, network * 1.15)),
        notes: format!("round trips {round_trips}, requests {requests}, blob bytes moved {moved}"),
    }
}

async fn push(draft: &mut Draft, target: &Target, sources: &Sources) -> (Plan, Outcome) {
    let guard = Guard::Absent;
    let plan = prepare(draft, target, &guard, sources).await.unwrap();
    let pushing = Pushing { sources, journal: None, guard: &guard };
    let outcome = run(&plan, pushing, &Board::new(&plan)).await;
    (plan, outcome)
}

/// Two registries without a delay, each on threads of its own.
struct Two {
    from: (Sandbox, Runtime),
    to: (Sandbox, Runtime),
    blobs: Vec<Digest>,
}

fn copy() -> Vec<Row> {
    let start = || {
        let runtime = runtime();
        (runtime.block_on(Sandbox::start(SandboxOptions::default())).unwrap(), runtime)
    };
    let mut two = Two { from: start(), to: start(), blobs: Vec::new() };
    let source = two.from.0.store().repository("bench/app");
    let mut image = source.image("linux", "amd64", "");
    for _ in 0..LAYERS {
        let layer: Vec<u8> = std::iter::repeat_with(|| fastrand::u8(..)).take(LAYER).collect();
        two.blobs.push(Digest::sha256(&layer));
        image = image.layer(layer);
    }
    let image = image.push();
    source.index().entry(image).push_tag("latest");

    let home = TempDir::new().unwrap();
    let mut rivals: Vec<Tool> = RIVALS
        .into_iter()
        .filter(|(name, _)| command(name, home.path()).arg("--help").output().is_ok())
        .map(|(name, _)| Tool::new(name))
        .collect();
    let mut own = Tool::new("platy");
    let (mut piped, mut staged, mut peaks) =
        (Values::default(), Values::default(), Values::default());
    for number in 0..COPIES {
        peaks.push(own.measured(|| two.platy(home.path(), number)));
        piped.push_time(two.curl_piped(number));
        staged.push_time(two.curl_staged(home.path(), number));
        for rival in &mut rivals {
            let name = rival.name;
            rival.measured(|| (two.rival(name, number), ()));
        }
    }
    let beside = beside(&own, &rivals);
    let platy = own.times;
    let curl = piped.median().min(staged.median());
    let megabytes = (LAYERS * LAYER) as f64 / 1e6;
    let rate = |milliseconds: f64| megabytes / milliseconds * 1000.0;
    let notes = format!(
        "{:.0} MB/s; curl, as a pipe or in two stages, whichever is faster: {curl:.0} ms, {:.0} MB/s",
        rate(platy.median()),
        rate(curl)
    );
    vec![
        beside,
        Row {
            what: "copy of ten 20 MB layers".to_owned(),
            unit: "ms",
            values: platy,
            // 0.8 times what curl moves in the same time.
            bound: Some((Judged::Median, curl / 0.8)),
            notes,
        },
        Row {
            what: "its peak memory".to_owned(),
            unit: "MB",
            values: peaks,
            bound: Some((Judged::Max, 64.0)),
            notes: String::new(),
        },
    ]
}

/// A program that copies: how long it takes, and how long processors work for it.
struct Tool {
    name: &'static str,
    times: Values,
    processor: Values,
}

impl Tool {
    fn new(name: &'static str) -> Self {
        Self { name, times: Values::default(), processor: Values::default() }
    }

    /// Notes what a run of it takes.
    fn measured<T>(&mut self, run: impl FnOnce() -> (Duration, T)) -> T {
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

/// The same time, beside the fastest of the other tools.
fn beside(own: &Tool, rivals: &[Tool]) -> Row {
    let words: Vec<String> = std::iter::once(own).chain(rivals).map(Tool::words).collect();
    let fastest = rivals.iter().map(|it| it.times.median()).min_by(f64::total_cmp);
    Row {
        what: "copy of ten 20 MB layers, beside other tools".to_owned(),
        unit: "ms",
        values: own.times.clone(),
        bound: fastest.map(|fastest| (Judged::Median, 0.8 * fastest)),
        notes: words.join(", "),
    }
}

impl Two {
    /// Another tool's whole command, from its start to its end, in a home of its own: skopeo
    /// remembers where blobs were.
    fn rival(&self, name: &str, number: usize) -> Duration {
        let home = TempDir::new().unwrap();
        // regctl asks every host for TLS that it was not told of.
        for host in [self.from.0.host(), self.to.0.host()].iter().filter(|_| name == "regctl") {
            let words = ["registry", "set", "--tls", "disabled", host.as_str()];
            assert!(command(name, home.path()).args(words).status().unwrap().success());
        }
        let path = format!("bench/{name}-{number}");
        let from = format!("{}/bench/app:latest", self.from.0.host());
        let to = format!("{}/{path}:latest", self.to.0.host());
        let words = RIVALS.iter().find(|(rival, _)| *rival == name).unwrap().1;
        let named = words.iter().map(|word| word.replace("FROM", &from).replace("TO", &to));
        let mut rival = command(name, home.path());
        rival.args(named).stdout(Stdio::null()).stderr(Stdio::null());
        let began = Instant::now();
        let status = rival.status().unwrap();
        let time = began.elapsed();
        assert!(status.success(), "{name}");
        self.arrived(&path);
        time
    }

    /// The whole command, from its start to its end, and the most memory that it had.
    fn platy(&self, home: &Path, number: usize) -> (Duration, f64) {
        let target = format!("{}/bench/platy-{number}:latest", self.to.0.host());
        let source = format!("{}/bench/app:latest", self.from.0.host());
        let began = Instant::now();
        let mut child = command(PLATY, home)
            .args(["create", &target, &source, "--yes"])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut peak = f64::NAN;
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            // The mark is the highest so far: the last one that is read is the peak.
            peak = peak_of(child.id()).unwrap_or(peak);
            std::thread::sleep(Duration::from_millis(2));
        };
        let time = began.elapsed();
        assert!(status.success());
        self.forget(&format!("bench/platy-{number}"));
        (time, peak)
    }

    /// Downloads piped into uploads.
    fn curl_piped(&self, number: usize) -> Duration {
        let path = format!("bench/piped-{number}");
        let mut script = String::new();
        for (digest, to) in self.blobs.iter().zip(self.uploads(&path)) {
            let from = self.blob(digest);
            script.push_str(&format!("curl -sSf {from} | curl -sSf -o /dev/null -T - '{to}'\n"));
        }
        let began = Instant::now();
        let mut xargs = command("xargs", Path::new("/"))
            .args(["-P", &AT_ONCE.to_string(), "-d", "\\n", "-I", "{}", "sh", "-c", "{}"])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        xargs.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
        assert!(xargs.wait().unwrap().success());
        let time = began.elapsed();
        self.arrived(&path);
        time
    }

    /// All downloads, then all uploads, each by one curl.
    fn curl_staged(&self, home: &Path, number: usize) -> Duration {
        let path = format!("bench/staged-{number}");
        let at_once = AT_ONCE.to_string();
        let parallel = ["-sfZ", "--no-progress-meter", "--parallel-max", &at_once];
        let mut down = command("curl", home);
        let mut up = command("curl", home);
        down.args(parallel);
        up.args(parallel);
        for (digest, to) in self.blobs.iter().zip(self.uploads(&path)) {
            down.args(["-o", digest.hex(), &self.blob(digest)]);
            up.args(["-o", "/dev/null", "-T", digest.hex(), &to]);
        }
        let began = Instant::now();
        // Some versions draw their progress whatever they are told.
        assert!(down.stderr(Stdio::null()).status().unwrap().success());
        assert!(up.stderr(Stdio::null()).status().unwrap().success());
        let time = began.elapsed();
        self.arrived(&path);
        time
    }

    fn blob(&self, digest: &Digest) -> String {
        format!("http://{}/v2/bench/app/blobs/{digest}", self.from.0.host())
    }

    /// Opens an upload for each blob; the addresses that close them.
    fn uploads(&self, path: &str) -> Vec<String> {
        let host = self.to.0.host();
        let client = reqwest::Client::new();
        self.to.1.block_on(async {
            let mut found = Vec::new();
            for digest in &self.blobs {
                let url = format!("http://{host}/v2/{path}/blobs/uploads/");
                let opened = client.post(url).send().await.unwrap();
                let to = opened.headers()["location"].to_str().unwrap();
                found.push(format!("http://{host}{to}?digest={digest}"));
            }
            found
        })
    }

    fn arrived(&self, path: &str) {
        let store = self.to.0.store().repository(path);
        let there = self.blobs.iter().filter(|digest| store.blob(digest).is_some()).count();
        assert_eq!(there, self.blobs.len(), "{path}");
        self.forget(path);
    }

    /// Gives the memory back.
    fn forget(&self, path: &str) {
        let store = self.to.0.store().repository(path);
        for digest in &self.blobs {
            store.remove_blob(digest);
        }
    }
}

fn draft(sandbox: &Sandbox, path: &str, images: &[Descriptor]) -> Draft {
    let from = repository(sandbox, path);
    let material = |image: &Descriptor| Material {
        from: Location::Registry(from.at(image.digest.clone())),
        descriptor: descriptor_json(image).to_string(),
        config: None,
        filled: false,
    };
    let materials = images.iter().map(material).collect();
    let mut draft = Draft::new(Format::Oci);
    draft.apply(Edit::Add { materials, companions: Vec::new(), at: None }).unwrap();
    draft
}

fn repository(sandbox: &Sandbox, path: &str) -> Repository {
    Repository { host: sandbox.host().clone(), path: path.to_owned() }
}

fn options() -> Options {
    Options { environment: Environment::default(), ..Options::default() }
}
