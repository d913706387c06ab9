//! Pushing: round trips of a list, mounts, and a copy between two registries beside what curl
//! moves over the same loopback.

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use platy::model::draft::{Draft, Edit, Format, Guard, Material, Plan, Target};
use platy::oci::{Descriptor, Digest, Location, Repository};
use platy::sandbox::{Auth, Sandbox, descriptor_json};
use platy::source::auth::Environment;
use platy::source::{Activity, Options, Sources};
use platy::work::push::{Board, Did, Outcome, Pushing, prepare, run};
use tempfile::TempDir;

use crate::copying::{AT_ONCE, LAYER, LAYERS, Receiver, Rival, Tool, beside, curl, layers, rival};
use crate::layers::watch;
use crate::server::{DELAY, Server, runtime};
use crate::support::command::{PLATY, command};
use crate::table::{Judged, Row, Values};

const RUNS: usize = 10;
const COPIES: usize = 5;
/// The other tools, and how each copies.
const RIVALS: &[Rival] = &[
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
    from: Receiver,
    to: Receiver,
    blobs: Vec<Digest>,
}

fn copy() -> Vec<Row> {
    let mut two = Two { from: Receiver::start(), to: Receiver::start(), blobs: Vec::new() };
    let source = two.from.sandbox.store().repository("bench/app");
    let mut image = source.image("linux", "amd64", "");
    for layer in layers() {
        two.blobs.push(Digest::sha256(&layer));
        image = image.layer(layer);
    }
    let image = image.push();
    source.index().entry(image).push_tag("latest");

    let home = TempDir::new().unwrap();
    let mut rivals = Tool::present(RIVALS);
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
    let beside = beside("copy of ten 20 MB layers, beside other tools", &own, &rivals);
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

impl Two {
    fn rival(&self, name: &str, number: usize) -> Duration {
        let path = format!("bench/{name}-{number}");
        let from = format!("{}/bench/app:latest", self.from.sandbox.host());
        let to = format!("{}/{path}:latest", self.to.sandbox.host());
        let hosts = [self.from.sandbox.host(), self.to.sandbox.host()];
        let time = rival(name, RIVALS, &hosts, [&from, &to]);
        self.arrived(&path);
        time
    }

    /// The whole command, from its start to its end, and the most memory that it had.
    fn platy(&self, home: &Path, number: usize) -> (Duration, f64) {
        let target = format!("{}/bench/platy-{number}:latest", self.to.sandbox.host());
        let source = format!("{}/bench/app:latest", self.from.sandbox.host());
        let began = Instant::now();
        let mut child = command(PLATY, home)
            .args(["create", &target, &source, "--yes"])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let peak = watch(&mut child, 0);
        let time = began.elapsed();
        self.arrived(&format!("bench/platy-{number}"));
        (time, peak)
    }

    /// Downloads piped into uploads.
    fn curl_piped(&self, number: usize) -> Duration {
        let path = format!("bench/piped-{number}");
        let mut script = String::new();
        for (digest, to) in self.blobs.iter().zip(self.to.uploads(&path, &self.blobs)) {
            let from = self.from.blob("bench/app", digest);
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
        let (mut down, mut up) = (curl(home), curl(home));
        for (digest, to) in self.blobs.iter().zip(self.to.uploads(&path, &self.blobs)) {
            down.args(["-o", digest.hex(), &self.from.blob("bench/app", digest)]);
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

    fn arrived(&self, path: &str) {
        self.to.arrived(path, &self.blobs);
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
