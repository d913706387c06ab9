//! skopeo: a copy into a folder, whose manifest is the one that was chosen.

use std::path::PathBuf;

use platy::oci::Digest;

use super::player::{Player, Pulled, Seen, Trial};
use crate::support::{Ran, command, run};
use crate::tools::version;

#[derive(Debug)]
pub struct Skopeo {
    pub program: PathBuf,
    pub home: PathBuf,
}

impl Player for Skopeo {
    fn name(&self) -> &'static str {
        "skopeo"
    }

    fn engine(&self) -> &'static str {
        "containers-image"
    }

    fn version(&self) -> String {
        version(&self.program, &["--version"])
    }

    fn pull(&self, worker: usize, reference: &str, _: &Trial, request: Option<&str>) -> Ran {
        let folder = self.home.join(format!("skopeo{worker}"));
        let _ = std::fs::remove_dir_all(&folder);
        let policy = self.home.join("policy.json");
        let mut command = command(self.program.to_str().unwrap(), &self.home);
        command.arg("--policy").arg(policy);
        for (flag, value) in ["os", "arch", "variant"].iter().zip(request.unwrap_or("").split('/'))
        {
            if !value.is_empty() {
                command.arg(format!("--override-{flag}={value}"));
            }
        }
        command.args(["copy", "--preserve-digests", "--src-tls-verify=false"]);
        command.arg(format!("docker://{reference}")).arg(format!("dir:{}", folder.display()));
        let mut ran = run(&mut command);
        if ran.code == 0 {
            ran.stdout = std::fs::read(folder.join("manifest.json")).unwrap();
        }
        ran
    }

    fn seen(&self, ran: &Ran, _: &Pulled) -> Seen {
        match ran.code {
            0 => Seen::one(Digest::sha256(&ran.stdout).as_str()),
            _ => Seen::Failed(ran.stderr.clone()),
        }
    }
}
