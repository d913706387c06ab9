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

use platy::sandbox::Auth;
use tempfile::TempDir;

use crate::relay::Relay;
use crate::server::Server;
use crate::support::command::{PLATY, command};
use crate::table::{Judged, Row, Values};

const NAMES: [&str; 3] = ["registry.wan.test", "auth.wan.test", "cdn.wan.test"];
/// A round trip.
const TRIP: Duration = Duration::from_millis(50);
/// How often each program does each work.
const RUNS: usize = 5;

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
    let lab = Lab::start();
    let mut programs = vec![("platy", PathBuf::from(PLATY))];
    programs.extend(base.map(|path| ("base", path.to_owned())));
    let mut rows = Vec::new();
    for work in &WORKS {
        for (name, path) in &programs {
            let arguments = |home: &Path| lab.platy(path, home, work.platy);
            let warm = |home: &Path| {
                for before in work.before {
                    lab.run(lab.platy(path, home, before));
                }
            };
            let bound = work.bound.filter(|_| *name == "platy");
            rows.push(lab.row(&format!("{}: {name}", work.what), bound, warm, arguments));
        }
        for (name, commands) in work.rivals {
            if Command::new(name).arg("--help").output().is_err() {
                continue;
            }
            let arguments = |home: &Path| lab.rival(name, home, commands);
            rows.push(lab.row(&format!("{}: {name}", work.what), None, |_| (), arguments));
        }
    }
    rows.push(lab.memory());
    Ok(rows)
}

/// Something that is measured: in `REGISTRY` the registry's name is put.
struct Work {
    what: &'static str,
    /// What platy is run with before, in the same home.
    before: &'static [&'static [&'static str]],
    platy: &'static [&'static str],
    /// The most round trips.
    bound: Option<f64>,
    /// What other programs are run with for the same. oras is not among them: 1.3 refuses a token
    /// service on loopback.
    rivals: &'static [(&'static str, &'static [&'static [&'static str]])],
}

const WORKS: [Work; 6] = [
    Work {
        what: "ten platforms, nothing known",
        before: &[],
        platy: &["inspect", "--no-referrers", "REGISTRY/demo/ten-platforms:latest"],
        bound: Some(12.4),
        rivals: &[],
    },
    Work {
        what: "ten platforms, host known",
        before: &[&["inspect", "--no-referrers", "REGISTRY/yorek/multiarch-hello-world:latest"]],
        platy: &["inspect", "--no-referrers", "REGISTRY/demo/ten-platforms:latest"],
        bound: Some(8.4),
        rivals: &[],
    },
    Work {
        what: "digest, host known",
        before: &[&["digest", "REGISTRY/yorek/multiarch-hello-world:latest"]],
        platy: &["digest", "REGISTRY/demo/ten-platforms:latest"],
        bound: Some(4.5),
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
        bound: Some(4.5),
        rivals: &[
            ("crane", &[&["ls", "REGISTRY/demo/ten-platforms"]]),
            ("regctl", &[&["tag", "ls", "REGISTRY/demo/ten-platforms"]]),
        ],
    },
    Work {
        what: "ten platforms again",
        before: &[&["inspect", "--no-referrers", "REGISTRY/demo/ten-platforms:latest"]],
        platy: &["inspect", "--no-referrers", "REGISTRY/demo/ten-platforms:latest"],
        bound: Some(4.6),
        rivals: &[],
    },
    Work {
        what: "500 entries, nothing known",
        before: &[],
        platy: &["inspect", "--no-referrers", "REGISTRY/demo/five-hundred:latest"],
        bound: Some(25.0),
        rivals: &[],
    },
];

/// Hosts, nginx and relays, for as long as it lives.
struct Lab {
    folder: TempDir,
    nginx: Child,
    relays: [Relay; 3],
    _server: Server,
}

impl Drop for Lab {
    fn drop(&mut self) {
        let _ = self.nginx.kill();
        let _ = self.nginx.wait();
    }
}

impl Lab {
    fn start() -> Self {
        let folder = TempDir::new().unwrap();
        certificates(folder.path());
        let server = Server::start(Auth::Open);
        server.sandbox.faults().set_delay(Duration::ZERO);
        let ports = [free_port(), free_port(), free_port()];
        let relays = ports.map(|port| Relay::start(&server.runtime, port, TRIP));
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
        let lab = Self { folder, nginx, relays, _server: server };
        let until = Instant::now() + Duration::from_secs(10);
        while std::net::TcpStream::connect(("127.0.0.1", ports[2])).is_err() {
            assert!(Instant::now() < until, "nginx does not start");
            std::thread::yield_now();
        }
        lab
    }

    fn named(&self, argument: &str) -> String {
        let at = |which: usize| format!("{}:{}", NAMES[which], self.relays[which].port);
        argument.replace("REGISTRY", &at(0)).replace("TOKENS", &at(1))
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

    /// Runs programs one after the other, to good ends.
    fn run(&self, programs: Vec<Command>) {
        for mut program in programs {
            let ran = program.output().unwrap();
            let said = String::from_utf8_lossy(&ran.stderr);
            assert!(ran.status.success(), "{program:?}: {said}");
        }
    }

    fn row(
        &self,
        what: &str,
        bound: Option<f64>,
        warm: impl Fn(&Path),
        programs: impl Fn(&Path) -> Vec<Command>,
    ) -> Row {
        let mut values = Values::default();
        let mut connections = 0;
        for _ in 0..RUNS {
            let home = TempDir::new().unwrap();
            warm(home.path());
            let programs = programs(home.path());
            let before = self.connections();
            let began = Instant::now();
            self.run(programs);
            values.push(began.elapsed().as_secs_f64() / TRIP.as_secs_f64());
            connections = self.connections() - before;
        }
        Row {
            what: what.to_owned(),
            unit: "trips",
            values,
            bound: bound.map(|bound| (Judged::Median, bound)),
            notes: format!("{connections} connections"),
        }
    }

    fn connections(&self) -> usize {
        self.relays.iter().map(Relay::connections).sum()
    }

    /// The most memory of the open of 500 entries.
    fn memory(&self) -> Row {
        let home = TempDir::new().unwrap();
        let arguments = ["inspect", "--no-referrers", "REGISTRY/demo/five-hundred:latest"];
        let mut programs = self.platy(Path::new(PLATY), home.path(), &arguments);
        let mut values = Values::default();
        for program in &mut programs {
            values.push(crate::layers::watch(&mut program.stdout(Stdio::null()).spawn().unwrap()));
        }
        Row {
            what: "peak memory of the 500 entries".to_owned(),
            unit: "MB",
            values,
            bound: Some((Judged::Max, 24.0)),
            notes: String::new(),
        }
    }
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
