//! podman: a pull into a store of its own; the image's ID is the digest of its config.

use std::path::PathBuf;

use super::player::{Player, Pulled, Seen, Trial};
use super::random::Made;
use crate::support::{Ran, command, run};
use crate::tools::version;

#[derive(Debug)]
pub struct Podman {
    pub program: PathBuf,
    pub home: PathBuf,
}

impl Podman {
    /// Why it cannot be played here; `None` if it can.
    pub fn trouble(&self) -> Option<String> {
        let ran = run(self.command(0).args(["info"]));
        (ran.code != 0).then(|| ran.stderr.lines().next_back().unwrap_or("?").to_owned())
    }

    fn command(&self, worker: usize) -> std::process::Command {
        let mut command = command(self.program.to_str().unwrap(), &self.home);
        let at = |name: &str| self.home.join(format!("podman{worker}")).join(name);
        command.arg("--root").arg(at("root")).arg("--runroot").arg(at("run"));
        command.args(["--storage-driver", "vfs"]);
        command
    }
}

impl Player for Podman {
    fn name(&self) -> &'static str {
        "podman"
    }

    fn engine(&self) -> &'static str {
        "podman"
    }

    fn version(&self) -> String {
        version(&self.program, &["--version"])
    }

    fn pull(&self, worker: usize, reference: &str, _: &Trial, request: Option<&str>) -> Ran {
        let mut command = self.command(worker);
        command.args(["pull", "--quiet", "--tls-verify=false", "--signature-policy"]);
        command.arg(self.home.join("policy.json"));
        if let Some(request) = request {
            command.args(["--platform", request]);
        }
        run(command.arg(reference))
    }

    /// What 4.3.1 cannot take whatever it chooses: layers of another type, and a platform with a
    /// dot in a config.
    fn passes_over(&self, made: &Made, _: Option<&str>, ran: &Ran) -> Option<&'static str> {
        let artifact = made.leaves.iter().any(|leaf| leaf.diff_id.is_empty());
        if ran.code == 0 {
            None
        } else if artifact && ran.stderr.contains("unsupported") {
            Some("artifacts")
        } else {
            ran.stderr.contains("is an invalid component of").then_some("variants with a dot")
        }
    }

    fn seen(&self, ran: &Ran, pulled: &Pulled) -> Seen {
        if ran.code != 0 {
            return Seen::Failed(ran.stderr.clone());
        }
        let config = format!("sha256:{}", ran.text().trim());
        let leaf = pulled.made.leaves.iter().find(|leaf| leaf.config == config);
        Seen::one(leaf.map_or(config.as_str(), |leaf| &leaf.manifest))
    }
}
