//! The shape of a registry on the internet: three TLS hosts behind a round-trip time.
//!
//! nginx speaks TLS 1.3 and HTTP/2 in front of the sandbox, with a challenge, a token service and a
//! host that has the blobs. A relay before each of them delays every flight by half a round trip
//! each way, and the first flight of a connection by one round trip more: the TCP handshake that
//! loopback does not have.

use std::net::ToSocketAddrs as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use platy::sandbox::{Auth, Sandbox};
use serde_json::Value;
use tempfile::TempDir;

use crate::binary::memory_of;
use crate::checking;
use crate::relay::Relay;
use crate::server::Server;
use crate::support::command::{PLATY, command};
use crate::table::{Judged, Row, Values};

const NAMES: [&str; 3] = ["registry.wan.test", "auth.wan.test", "cdn.wan.test"];
/// A round trip, and how often each program does each work with it.
const NEAR: (Duration, usize) = (Duration::from_millis(50), 5);
/// The same far away: platy's rows only.
const FAR: (Duration, usize) = (Duration::from_millis(200), 3);

/// Why the part cannot be measured here.
fn missing() -> Option<String> {
    for program in ["nginx", "openssl"] {
        if Command::new(program).arg("-h").output().is_err() {
            return Some(format!("{program} is missing"));
        }
    }
    let resolves = |name: &&str| {
        let found = (*name, 0).to_socket_addrs();
        found.is_ok_and(|mut found| found.any(|it| it.ip().is_loopback()))
    };
    let all = NAMES.iter().all(resolves);
    (!all).then(|| format!("/etc/hosts needs the line `127.0.0.1 {}`", NAMES.join(" ")))
}

/// The rows; or why there are none. `base` is another build of platy.
pub fn rows(base: Option<&Path>) -> Result<Vec<Row>, String> {
    if let Some(why) = missing() {
        return Err(why);
    }
    let mut rows = Vec::new();
    let lab = Lab::start(NEAR);
    for work in &WORKS {
        rows.extend(lab.own(work, base));
        for (name, commands) in work.rivals {
            if Command::new(name).arg("--help").output().is_err() {
                continue;
            }
            let arguments = |home: &Path| lab.rival(name, home, commands);
            rows.push(lab.row(&format!("{}: {name}", work.what), |_| (), arguments));
        }
    }
    rows.push(lab.memory());
    drop(lab);
    let lab = Lab::start(FAR);
    for work in &WORKS {
        let far = |row: Row| Row { what: format!("{}, at {:?}", row.what, FAR.0), ..row };
        rows.extend(lab.own(work, base).into_iter().map(far));
    }
    Ok(rows)
}

/// How many round trips platy may take.
#[derive(Clone, Copy)]
enum Bound {
    /// So many.
    Trips(f64),
    /// So many times as many as the other build.
    OfBase(f64),
}

/// Something that is measured: in `REGISTRY` the registry's name is put.
struct Work {
    what: &'static str,
    /// What platy is run with before, in the same home.
    before: &'static [&'static [&'static str]],
    platy: &'static [&'static str],
    /// The most round trips.
    bound: Bound,
    /// What other programs are run with for the same. oras is not among them: 1.3 refuses a token
    /// service on loopback.
    rivals: &'static [(&'static str, &'static [&'static [&'static str]])],
}

/// What manifest-tool and buildx read of a list: manifests and configs too. curl asks for the same of
/// one image, knowing where each answer is: nothing that asks in turn is faster on this lab.
const TEN: [(&str, &[&[&str]]); 3] = [
    ("manifest-tool", &[&["inspect", "REGISTRY/demo/ten-platforms:latest"]]),
    (
        "buildx",
        &[&[
            "imagetools",
            "inspect",
            "--format",
            "{{json .}}",
            "REGISTRY/demo/ten-platforms:latest",
        ]],
    ),
    (
        "curl",
        &[&[
            "-s",
            "-o",
            "/dev/null",
            "https://REGISTRY/v2/demo/ten-platforms/manifests/latest",
            "--next",
            "-s",
            "-o",
            "/dev/null",
            "https://TOKENS/token?service=registry.wan.test",
            "--next",
            "-s",
            "-o",
            "/dev/null",
            "-H",
            "Authorization: Bearer wan-token",
            "https://REGISTRY/v2/demo/ten-platforms/manifests/latest",
            "--next",
            "-s",
            "-o",
            "/dev/null",
            "-H",
            "Authorization: Bearer wan-token",
            "https://REGISTRY/v2/demo/ten-platforms/manifests/IMAGE",
            "--next",
            "-s",
            "-L",
            "-o",
            "/dev/null",
            "-H",
            "Authorization: Bearer wan-token",
            "https://REGISTRY/v2/demo/ten-platforms/blobs/CONFIG",
        ]],
    ),
];

const FIVE_HUNDRED: [(&str, &[&[&str]]); 2] = [
    ("manifest-tool", &[&["inspect", "REGISTRY/demo/five-hundred:latest"]]),
    (
        "buildx",
        &[&[
            "imagetools",
            "inspect",
            "--format",
            "{{json .}}",
            "REGISTRY/demo/five-hundred:latest",
        ]],
    ),
];

const WORKS: [Work; 8] = [
    Work {
        what: "ten platforms, nothing known",
        before: &[],
        platy: &["inspect", "--no-referrers", "REGISTRY/demo/ten-platforms:latest"],
        bound: Bound::Trips(12.4),
        rivals: &TEN,
    },
    Work {
        what: "ten platforms, host known",
        before: &[&["inspect", "--no-referrers", "REGISTRY/yorek/multiarch-hello-world:latest"]],
        platy: &["inspect", "--no-referrers", "REGISTRY/demo/ten-platforms:latest"],
        bound: Bound::Trips(8.4),
        rivals: &[],
    },
    Work {
        what: "digest, host known",
        before: &[&["digest", "REGISTRY/yorek/multiarch-hello-world:latest"]],
        platy: &["digest", "REGISTRY/demo/ten-platforms:latest"],
        bound: Bound::Trips(4.5),
        rivals: &[
            ("crane", &[&["digest", "REGISTRY/demo/ten-platforms:latest"]]),
            ("regctl", &[&["image", "digest", "REGISTRY/demo/ten-platforms:latest"]]),
            (
                "curl",
                &[&[
                    "-s",
                    "-o",
                    "/dev/null",
                    "https://REGISTRY/v2/demo/ten-platforms/manifests/latest",
                    "--next",
                    "-s",
                    "-o",
                    "/dev/null",
                    "https://TOKENS/token?service=registry.wan.test",
                    "--next",
                    "-s",
                    "-I",
                    "-o",
                    "/dev/null",
                    "-H",
                    "Authorization: Bearer wan-token",
                    "https://REGISTRY/v2/demo/ten-platforms/manifests/latest",
                ]],
            ),
        ],
    },
    Work {
        what: "tags, host known",
        before: &[&["digest", "REGISTRY/yorek/multiarch-hello-world:latest"]],
        platy: &["tags", "REGISTRY/demo/ten-platforms"],
        bound: Bound::Trips(4.5),
        rivals: &[
            ("crane", &[&["ls", "REGISTRY/demo/ten-platforms"]]),
            ("regctl", &[&["tag", "ls", "REGISTRY/demo/ten-platforms"]]),
        ],
    },
    Work {
        what: "ten platforms again",
        before: &[&["inspect", "--no-referrers", "REGISTRY/demo/ten-platforms:latest"]],
        platy: &["inspect", "--no-referrers", "REGISTRY/demo/ten-platforms:latest"],
        bound: Bound::Trips(4.6),
        rivals: &[],
    },
    Work {
        what: "500 entries, nothing known",
        before: &[],
        platy: &["inspect", "--no-referrers", "REGISTRY/demo/five-hundred:latest"],
        bound: Bound::Trips(25.0),
        rivals: &FIVE_HUNDRED,
    },
    Work {
        what: "check of ten platforms, two layers of 20 MB each, host known",
        before: &[&["inspect", "--no-referrers", "REGISTRY/yorek/multiarch-hello-world:latest"]],
        platy: &["check", "REGISTRY/ten:1"],
        bound: Bound::OfBase(0.7),
        rivals: &[],
    },
    Work {
        what: "diff of two tags, host known",
        before: &[&["inspect", "--no-referrers", "REGISTRY/yorek/multiarch-hello-world:latest"]],
        platy: &["diff", "REGISTRY/pair:1", "REGISTRY/pair:2"],
        bound: Bound::OfBase(0.6),
        rivals: &[],
    },
];

/// Hosts, nginx and relays, for as long as it lives.
struct Lab {
    folder: TempDir,
    nginx: Child,
    relays: [Relay; 3],
    /// A round trip, and how often each work is done.
    trip: Duration,
    runs: usize,
    /// The digests of one of the ten images, and of its config.
    one: [String; 2],
    _server: Server,
}

impl Drop for Lab {
    fn drop(&mut self) {
        let _ = self.nginx.kill();
        let _ = self.nginx.wait();
    }
}

impl Lab {
    fn start((trip, runs): (Duration, usize)) -> Self {
        let folder = TempDir::new().unwrap();
        certificates(folder.path());
        let server = Server::start(Auth::Open);
        server.sandbox.faults().set_delay(Duration::ZERO);
        checking::fill(&server.sandbox);
        pair(&server.sandbox);
        let one = one_of_ten(&server.sandbox);
        let ports = [free_port(), free_port(), free_port()];
        let relays = ports.map(|port| Relay::start(port, trip));
        let [_, auth, cdn] = relays.each_ref().map(|it| it.port);
        let text = include_str!("internet.nginx")
            .replace("FOLDER", &folder.path().display().to_string())
            .replace("UPSTREAM", server.sandbox.host().as_str())
            .replace("AUTH_PORT", &auth.to_string())
            .replace("CDN_PORT", &cdn.to_string());
        let text = ports.iter().zip(NAMES).fold(text, |text, (port, name)| {
            text.replace(&format!("LISTEN {name}"), &format!("listen 127.0.0.1:{port} ssl http2"))
        });
        let config = folder.path().join("nginx.conf");
        std::fs::write(&config, text).unwrap();
        let log = folder.path().join("error.log");
        let nginx = Command::new("nginx").arg("-c").arg(config).arg("-e").arg(log).spawn().unwrap();
        let lab = Self { folder, nginx, relays, trip, runs, one, _server: server };
        let until = Instant::now() + Duration::from_secs(10);
        while std::net::TcpStream::connect(("127.0.0.1", ports[2])).is_err() {
            assert!(Instant::now() < until, "nginx does not start");
            std::thread::yield_now();
        }
        lab
    }

    fn named(&self, argument: &str) -> String {
        let at = |which: usize| format!("{}:{}", NAMES[which], self.relays[which].port);
        let [image, config] = &self.one;
        let named = argument.replace("REGISTRY", &at(0)).replace("TOKENS", &at(1));
        named.replace("IMAGE", image).replace("CONFIG", config)
    }

    fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    fn platy(&self, path: &Path, home: &Path, arguments: &[&str]) -> Vec<Command> {
        let mut program = command(&path.display().to_string(), home);
        program.args(arguments.iter().map(|it| self.named(it))).arg("--ca-file");
        program.arg(self.authority());
        vec![program]
    }

    fn rival(&self, name: &str, home: &Path, commands: &[&[&str]]) -> Vec<Command> {
        let one = |arguments: &&[&str]| {
            let mut program = command(name, home);
            program.env("SSL_CERT_FILE", self.authority()).env("CURL_CA_BUNDLE", self.authority());
            program.args(arguments.iter().map(|it| self.named(it)));
            program
        };
        commands.iter().map(one).collect()
    }

    /// The rows of platy, and of its other build.
    fn own(&self, work: &Work, base: Option<&Path>) -> Vec<Row> {
        let of = |name: &str, path: &Path| {
            let arguments = |home: &Path| self.platy(path, home, work.platy);
            let warm = |home: &Path| {
                for before in work.before {
                    self.run(self.platy(path, home, before));
                }
            };
            self.row(&format!("{}: {name}", work.what), warm, arguments)
        };
        let mut platy = of("platy", Path::new(PLATY));
        let base = base.map(|path| of("base", path));
        let bound = match (work.bound, &base) {
            (Bound::Trips(trips), _) => Some(trips),
            (Bound::OfBase(part), Some(base)) => Some(part * base.values.median()),
            (Bound::OfBase(_), None) => None,
        };
        platy.bound = bound.map(|bound| (Judged::Median, bound));
        std::iter::once(platy).chain(base).collect()
    }

    /// Runs programs one after the other, to good ends: what differs or is found, is not a bad one.
    fn run(&self, programs: Vec<Command>) {
        for mut program in programs {
            let ran = program.output().unwrap();
            let said = String::from_utf8_lossy(&ran.stderr);
            assert!(matches!(ran.status.code(), Some(0 | 1)), "{program:?}: {said}");
        }
    }

    fn row(
        &self,
        what: &str,
        warm: impl Fn(&Path),
        programs: impl Fn(&Path) -> Vec<Command>,
    ) -> Row {
        let mut values = Values::default();
        let mut connections = 0;
        for _ in 0..self.runs {
            let home = TempDir::new().unwrap();
            warm(home.path());
            let programs = programs(home.path());
            let before = self.connections();
            let began = Instant::now();
            self.run(programs);
            values.push(began.elapsed().as_secs_f64() / self.trip.as_secs_f64());
            connections = self.connections() - before;
        }
        Row {
            what: what.to_owned(),
            unit: "trips",
            values,
            bound: None,
            notes: format!("{connections} connections"),
        }
    }

    fn connections(&self) -> usize {
        self.relays.iter().map(Relay::connections).sum()
    }

    /// The most memory of the open of 500 entries: how much of it is platy's own, and how much the
    /// kernel mapped of the program's file and of libraries, which all processes share.
    fn memory(&self) -> Row {
        let home = TempDir::new().unwrap();
        let arguments = ["inspect", "--no-referrers", "REGISTRY/demo/five-hundred:latest"];
        let mut programs = self.platy(Path::new(PLATY), home.path(), &arguments);
        let mut values = Values::default();
        let mut notes = String::new();
        for program in &mut programs {
            let mut child = program.stdout(Stdio::null()).spawn().unwrap();
            let (mut peak, mut own, mut files) = (f64::NAN, f64::NAN, f64::NAN);
            while child.try_wait().unwrap().is_none() {
                // The mark is the highest so far, the others are those of this moment.
                peak = memory_of(child.id(), "VmHWM:").unwrap_or(peak);
                own = own.max(memory_of(child.id(), "RssAnon:").unwrap_or(own));
                files = files.max(memory_of(child.id(), "RssFile:").unwrap_or(files));
                std::thread::sleep(Duration::from_millis(2));
            }
            values.push(peak);
            notes = format!("{own:.1} its own, {files:.1} of files");
        }
        Row {
            what: "peak memory of the 500 entries".to_owned(),
            unit: "MB",
            values,
            bound: Some((Judged::Max, 24.0)),
            notes,
        }
    }
}

/// Two tags of ten images, of which two differ.
fn pair(sandbox: &Sandbox) {
    let store = sandbox.store().repository("pair");
    for tag in ["1", "2"] {
        let image = |at: usize| {
            let changed = if at < 2 { tag } else { "" };
            let layer = format!("layer {at} {changed}").into_bytes();
            store.image("linux", "arm", &format!("v{at}")).layer(layer).push()
        };
        store.index().entries((0..10).map(image)).push_tag(tag);
    }
}

/// The digests of the first of the ten images, and of its config.
fn one_of_ten(sandbox: &Sandbox) -> [String; 2] {
    let store = sandbox.store().repository("demo/ten-platforms");
    let digest = |reference: &str, path: &str| {
        let document: Value = serde_json::from_slice(&store.manifest(reference).unwrap()).unwrap();
        document.pointer(path).unwrap().as_str().unwrap().to_owned()
    };
    let image = digest("latest", "/manifests/0/digest");
    let config = digest(&image, "/config/digest");
    [image, config]
}

/// A port that nobody listens on.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// An authority and a certificate for the three names, by openssl.
fn certificates(folder: &Path) {
    let names: Vec<String> = NAMES.iter().map(|name| format!("DNS:{name}")).collect();
    let extensions = format!("subjectAltName={}\nextendedKeyUsage=serverAuth\n", names.join(","));
    std::fs::write(folder.join("extensions"), extensions).unwrap();
    let curve = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    for line in [
        format!(
            "req -x509 {curve} -keyout ca.key -out ca.pem -days 30 -subj /CN=bench \
                 -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign"
        ),
        format!("req {curve} -keyout key.pem -out request -subj /CN={}", NAMES[0]),
        "x509 -req -in request -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out cert.pem \
         -extfile extensions"
            .to_owned(),
    ] {
        let ran =
            Command::new("openssl").args(line.split_whitespace()).current_dir(folder).output();
        let ran = ran.unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    }
}
