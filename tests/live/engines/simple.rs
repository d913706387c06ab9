//! crane, regctl and oras: one command that prints the manifest that they end with.

use std::path::{Path, PathBuf};

use platy::oci::Digest;

use super::player::{Player, Pulled, Seen, Trial};
use super::random::Made;
use crate::support::{Ran, command, run};
use crate::tools::version;

/// What sets the three apart.
#[derive(Debug)]
pub struct Simple {
    pub name: &'static str,
    pub engine: &'static str,
    pub program: PathBuf,
    pub home: PathBuf,
    pub fetch: &'static [&'static str],
    /// How it is asked for the machine's own, where it does not do that by itself.
    pub own: &'static [&'static str],
}

impl Simple {
    pub fn crane(program: PathBuf, home: &Path) -> Self {
        // Without a platform `manifest` prints the index; `pull`, `config` and the rest look for
        // linux/amd64 (go-containerregistry 0.22.1 pkg/v1/remote/options.go).
        Self {
            name: "crane",
            engine: "ggcr",
            program,
            home: home.to_owned(),
            fetch: &["manifest", "--insecure"],
            own: &["--platform", "linux/amd64"],
        }
    }

    pub fn regctl(program: PathBuf, home: &Path, host: &str) -> Self {
        let ran = run(command(program.to_str().unwrap(), home).args([
            "registry",
            "set",
            host,
            "--tls",
            "disabled",
            "--skip-check",
        ]));
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        Self {
            name: "regctl",
            engine: "regclient",
            program,
            home: home.to_owned(),
            fetch: &["manifest", "get", "--format", "raw-body"],
            own: &["--platform", "local"],
        }
    }

    pub fn oras(program: PathBuf, home: &Path) -> Self {
        Self {
            name: "oras",
            engine: "oras",
            program,
            home: home.to_owned(),
            fetch: &["manifest", "fetch", "--plain-http"],
            own: &[],
        }
    }
}

impl Player for Simple {
    fn name(&self) -> &'static str {
        self.name
    }

    fn engine(&self) -> &'static str {
        self.engine
    }

    fn version(&self) -> String {
        version(&self.program, &["version"])
    }

    fn pull(&self, _: usize, reference: &str, _: &Trial, request: Option<&str>) -> Ran {
        let mut command = command(self.program.to_str().unwrap(), &self.home);
        command.args(self.fetch).arg(reference);
        match request {
            Some(request) => command.args(["--platform", request]),
            None => command.args(self.own),
        };
        run(&mut command)
    }

    /// crane prints a list that is listed as an image, and exports nothing of it; oras prints a
    /// whole list without what it copies of it.
    fn passes_over(&self, made: &Made, request: Option<&str>, _: &Ran) -> Option<&'static str> {
        let shape = made.shape.as_deref()?;
        let listed = ["index.v1+json listed", "list.v2+json listed"];
        match self.name {
            "crane" if listed.iter().any(|it| shape.contains(it)) => Some("lists listed as images"),
            "oras" if request.is_none() => Some("whole lists"),
            _ => None,
        }
    }

    fn seen(&self, ran: &Ran, _: &Pulled) -> Seen {
        match ran.code {
            0 => Seen::one(Digest::sha256(&ran.stdout).as_str()),
            _ => Seen::Failed(ran.stderr.clone()),
        }
    }
}
