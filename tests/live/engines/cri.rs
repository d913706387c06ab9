//! containerd's CRI plugin, as Kubernetes asks it: `crictl pull`.

use std::path::PathBuf;
use std::sync::Arc;

use super::containerd::Containerd;
use super::player::{Player, Pulled, Seen, Trial};
use crate::support::{Ran, command, run};

pub struct Cri {
    pub name: &'static str,
    pub engine: &'static str,
    pub program: PathBuf,
    pub daemon: Arc<Containerd>,
}

impl Player for Cri {
    fn name(&self) -> &'static str {
        self.name
    }

    fn engine(&self) -> &'static str {
        self.engine
    }

    fn version(&self) -> String {
        self.daemon.version.clone()
    }

    /// It cannot be asked for a platform.
    fn takes(&self, trial: &Trial) -> bool {
        !trial.asks
    }

    fn pull(&self, _: usize, reference: &str, _: &Trial, _: Option<&str>) -> Ran {
        let mut command = command(self.program.to_str().unwrap(), self.daemon.folder());
        let socket = format!("unix://{}", self.daemon.socket().display());
        command.args(["--image-endpoint", &socket, "--runtime-endpoint", &socket]);
        run(command.args(["--timeout", "60s", "pull", reference]))
    }

    /// `Image is up to date for sha256:…` names the config.
    fn seen(&self, ran: &Ran, pulled: &Pulled) -> Seen {
        if ran.code != 0 {
            // The sentence is in quotes, with its own quotes escaped.
            return Seen::Failed(ran.stderr.replace("\\\"", "\""));
        }
        let text = ran.text();
        let config = text.trim().rsplit(' ').next().unwrap_or_default();
        let leaf = pulled.made.leaves.iter().find(|leaf| leaf.config == config);
        Seen::one(leaf.map_or(text.trim(), |leaf| &leaf.manifest))
    }
}
