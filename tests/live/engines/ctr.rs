//! `ctr images pull`, by way of the transfer service and with `--local`.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::containerd::Containerd;
use super::player::{Player, Pulled, Seen, Trial};
use super::random::{Leaf, Made};
use crate::support::{Ran, command, run};

pub struct Ctr {
    pub program: PathBuf,
    pub daemon: Arc<Containerd>,
    pub local: bool,
}

impl Ctr {
    fn command(&self, asks: bool) -> std::process::Command {
        let mut command = command(self.program.to_str().unwrap(), self.daemon.folder());
        let namespace = format!("{}-{}", self.name(), if asks { "asked" } else { "own" });
        command.arg("--address").arg(self.daemon.socket()).args(["--namespace", &namespace]);
        command
    }
}

impl Player for Ctr {
    fn name(&self) -> &'static str {
        if self.local { "ctr-local" } else { "ctr" }
    }

    fn engine(&self) -> &'static str {
        if self.local { "ctr-local" } else { "ctr-pull" }
    }

    fn version(&self) -> String {
        self.daemon.version.clone()
    }

    fn pull(&self, _: usize, reference: &str, trial: &Trial, request: Option<&str>) -> Ran {
        let mut command = self.command(trial.asks);
        command.args(["images", "pull", "--plain-http", "--snapshotter", "native"]);
        if self.local {
            command.arg("--local");
        }
        if let Some(request) = request {
            command.args(["--platform", request]);
        }
        run(command.arg(reference))
    }

    /// Of an image whose config is of another type the transfer service fetches no layer.
    fn passes_over(&self, made: &Made, _: Option<&str>, _: &Ran) -> Option<&'static str> {
        let octets = made.shape.as_deref() == Some("octets for a config");
        (octets && !self.local).then_some("configs of other types")
    }

    /// What was unpacked, by the namespace: with one layer the diff ID is the snapshot's name.
    fn after(&self) -> BTreeSet<String> {
        let list = |asks| {
            let ran = run(self.command(asks).args(["snapshots", "--snapshotter", "native", "ls"]));
            let names = |line: &str| Some(format!("{asks} {}", line.split_whitespace().next()?));
            ran.text().lines().filter_map(names).collect::<Vec<_>>()
        };
        [false, true].into_iter().flat_map(list).collect()
    }

    /// Of an artifact nothing is unpacked.
    fn shows(&self, leaf: &Leaf) -> bool {
        !self.local || !leaf.diff_id.is_empty()
    }

    fn seen(&self, ran: &Ran, pulled: &Pulled) -> Seen {
        if ran.code != 0 {
            return Seen::Failed(ran.stderr.clone());
        }
        let taken = pulled.made.leaves.iter().filter(|leaf| match self.local {
            true => pulled.after.contains(&format!("{} {}", pulled.trial.asks, leaf.diff_id)),
            false => pulled.fetched.contains(&leaf.layer),
        });
        Seen::Took(taken.map(|leaf| leaf.manifest.clone()).collect())
    }
}
