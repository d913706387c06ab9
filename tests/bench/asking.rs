//! How many requests a work takes, beside the other tools that are installed.

use std::path::{Path, PathBuf};
use std::process::Command;

use platy::oci::{Descriptor, Platform};
use platy::sandbox::{RepositoryStore, Sandbox, SandboxOptions};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::server::runtime;
use crate::support::command::{PLATY, command};
use crate::table::{Judged, Row, Values};

/// A work: in `FROM` and `TO` the names of two registries are put.
struct Work {
    what: &'static str,
    /// The most requests.
    bound: f64,
    /// What is run before, in the same home.
    before: &'static [&'static str],
    platy: &'static [&'static str],
    rivals: &'static [(&'static str, &'static [&'static str])],
}

const FOUR: [&str; 7] = [
    "create",
    "FROM/team/ten:four",
    "FROM/team/ten:one-0",
    "FROM/team/ten:one-1",
    "FROM/team/ten:one-2",
    "FROM/team/ten:one-3",
    "--yes",
];

const WORKS: [Work; 10] = [
    Work {
        what: "inspect",
        bound: 31.0,
        before: &[],
        platy: &["inspect", "FROM/team/ten:1"],
        rivals: &[],
    },
    Work {
        what: "inspect --referrers",
        bound: 43.0,
        before: &[],
        platy: &["inspect", "--referrers", "FROM/team/ten:1"],
        rivals: &[],
    },
    Work {
        what: "inspect --referrers again",
        bound: 3.0,
        before: &["inspect", "--referrers", "FROM/team/ten:1"],
        platy: &["inspect", "--referrers", "FROM/team/ten:1"],
        rivals: &[],
    },
    // The requests of the tree, and one question for the list and each image.
    Work {
        what: "evidence of ten platforms",
        bound: 42.0,
        before: &[],
        platy: &["evidence", "FROM/team/ten:1"],
        rivals: &[],
    },
    Work {
        what: "create a list of four images",
        bound: 13.0,
        before: &[],
        platy: &FOUR,
        rivals: &[
            (
                "oras",
                &[
                    "manifest",
                    "index",
                    "create",
                    "--plain-http",
                    "FROM/team/ten:four",
                    "one-0",
                    "one-1",
                    "one-2",
                    "one-3",
                ],
            ),
            (
                "regctl",
                &[
                    "index",
                    "create",
                    "FROM/team/ten:four",
                    "--ref",
                    "FROM/team/ten:one-0",
                    "--ref",
                    "FROM/team/ten:one-1",
                    "--ref",
                    "FROM/team/ten:one-2",
                    "--ref",
                    "FROM/team/ten:one-3",
                ],
            ),
        ],
    },
    Work {
        what: "remove one platform",
        bound: 8.0,
        before: &[],
        platy: &["edit", "FROM/team/ten:1", "--remove", "linux/arm/v3", "--yes"],
        rivals: &[(
            "regctl",
            &["index", "delete", "FROM/team/ten:1", "--platform", "linux/arm/v3"],
        )],
    },
    Work {
        what: "one platform to another repository, with its attestation",
        bound: 14.0,
        before: &[],
        platy: &[
            "create",
            "FROM/team/one:1",
            "FROM/team/ten:1",
            "--platform",
            "linux/arm/v3",
            "--yes",
        ],
        rivals: &[],
    },
    // Beside what `create` asks, what refers to the list and stays where it is.
    Work {
        what: "copy of one platform, with its attestation",
        bound: 17.0,
        before: &[],
        platy: &[
            "copy",
            "FROM/team/ten:1",
            "FROM/team/one:1",
            "--platform",
            "linux/arm/v3",
            "--yes",
        ],
        rivals: &[],
    },
    Work {
        what: "copy four images with attestations to another registry",
        bound: 110.0,
        before: &[],
        platy: &["copy", "FROM/team/ten:4", "TO/team/four:1", "--yes"],
        rivals: &[
            ("crane", &["copy", "FROM/team/ten:4", "TO/team/four:1"]),
            ("regctl", &["image", "copy", "FROM/team/ten:4", "TO/team/four:1"]),
        ],
    },
    Work {
        what: "the same copy again",
        bound: 4.0,
        before: &["copy", "FROM/team/ten:4", "TO/team/four:1", "--yes"],
        platy: &["copy", "FROM/team/ten:4", "TO/team/four:1", "--yes"],
        rivals: &[],
    },
];

/// The rows; `base` is another build of platy.
pub fn rows(base: Option<&Path>) -> Vec<Row> {
    let mut rows = Vec::new();
    for work in &WORKS {
        let mut programs = vec![("platy", PathBuf::from(PLATY), work.platy)];
        programs.extend(base.map(|path| ("base", path.to_owned(), work.platy)));
        programs
            .extend(work.rivals.iter().map(|(name, words)| (*name, PathBuf::from(name), *words)));
        for (name, path, words) in programs {
            if Command::new(&path).arg("--help").output().is_err() {
                continue;
            }
            let lab = Lab::start();
            let own = matches!(name, "platy" | "base");
            if own && !work.before.is_empty() {
                lab.requests(&path, work.before);
            }
            let mut values = Values::default();
            values.extend(&lab.requests(&path, words));
            rows.push(Row {
                what: format!("{}: {name}", work.what),
                unit: "requests",
                values,
                bound: (name == "platy").then_some((Judged::Max, work.bound)),
                notes: String::new(),
            });
        }
    }
    rows
}

/// Two registries without the referrers API, one of them empty, and a home.
struct Lab {
    from: Sandbox,
    to: Sandbox,
    home: TempDir,
    _runtime: Runtime,
}

impl Lab {
    fn start() -> Self {
        let runtime = runtime();
        let options = SandboxOptions { referrers_api: false, ..SandboxOptions::default() };
        let start = || runtime.block_on(Sandbox::start(options.clone())).unwrap();
        let lab =
            Self { from: start(), to: start(), home: TempDir::new().unwrap(), _runtime: runtime };
        let store = lab.from.store().repository("team/ten");
        let image = |at: usize| {
            let image = store.image("linux", "arm", &format!("v{at}"));
            (0..2).fold(image, |image, layer| image.layer(format!("{at} {layer}").into_bytes()))
        };
        let images: Vec<Descriptor> = (0..10).map(|at| image(at).push()).collect();
        for at in 0..4 {
            image(at).push_tag(&format!("one-{at}"));
        }
        let attestations: Vec<Descriptor> = images.iter().map(|it| attests(&store, it)).collect();
        for (tag, count) in [("4", 4), ("1", 10)] {
            let list = store.index().entries(images[..count].to_vec());
            list.entries(attestations[..count].to_vec()).push_tag(tag);
        }
        // regctl asks every host for TLS that it was not told of.
        for host in [lab.from.host(), lab.to.host()] {
            let words = ["registry", "set", "--tls", "disabled", host.as_str()];
            let _ = command("regctl", lab.home.path()).args(words).output();
        }
        lab
    }

    /// Runs a program to a good end; how many requests it sent, `NaN` if its end was not good.
    fn requests(&self, program: &Path, words: &[&str]) -> Values {
        self.from.requests().clear();
        self.to.requests().clear();
        let named = |word: &&str| {
            let word = word.replace("FROM", self.from.host().as_str());
            word.replace("TO/", &format!("{}/", self.to.host()))
        };
        let mut program = command(&program.display().to_string(), self.home.path());
        let ran = program.args(words.iter().map(named)).output().unwrap();
        let asked = self.from.requests().count() + self.to.requests().count();
        let mut values = Values::default();
        values.push(if ran.status.success() { asked as f64 } else { f64::NAN });
        values
    }
}

/// As BuildKit makes it, with an SBOM and provenance.
fn attests(store: &RepositoryStore, image: &Descriptor) -> Descriptor {
    let mut entry = store
        .artifact("")
        .config("application/vnd.oci.image.config.v1+json", image.digest.hex().to_owned())
        .blob("application/vnd.in-toto+json", image.digest.to_string())
        .blob("application/vnd.in-toto+json", format!("provenance of {}", image.digest))
        .push();
    entry.platform = Some(Platform::new("unknown", "unknown", ""));
    for (key, value) in [
        ("vnd.docker.reference.digest", image.digest.as_str()),
        ("vnd.docker.reference.type", "attestation-manifest"),
    ] {
        entry.annotations.insert(key.to_owned(), value.to_owned());
    }
    entry
}
