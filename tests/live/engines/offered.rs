//! Which engines are here.

use std::path::Path;
use std::sync::Arc;

use super::containerd::Containerd;
use super::cri::Cri;
use super::ctr::Ctr;
use super::player::Player;
use super::podman::Podman;
use super::rust_client::RustClient;
use super::simple::Simple;
use super::skopeo::Skopeo;
use crate::tools::{find, of_the_system, version};

/// What can be played, and what cannot and why.
pub struct Offered {
    pub players: Vec<Box<dyn Player>>,
    pub missing: Vec<(&'static str, String)>,
}

impl Offered {
    pub fn gather(home: &Path, host: &str) -> Self {
        let policy = r#"{"default":[{"type":"insecureAcceptAnything"}]}"#;
        std::fs::write(home.join("policy.json"), policy).unwrap();
        // podman 4.3.1 fails if `DOCKER_CONFIG` names a folder without this file.
        std::fs::create_dir_all(home.join("docker")).unwrap();
        std::fs::write(home.join("docker/config.json"), "{}").unwrap();
        let mut offered = Self { players: vec![Box::new(RustClient::new())], missing: Vec::new() };
        offered.simple(home, host);
        match find("skopeo") {
            Some(program) => offered.add(Skopeo { program, home: home.to_owned() }),
            None => offered.miss("skopeo", "is not installed"),
        }
        match find("podman").map(|program| Podman { program, home: home.to_owned() }) {
            None => offered.miss("podman", "is not installed"),
            Some(podman) => match podman.trouble() {
                Some(why) => offered.miss("podman", &why),
                None => offered.add(podman),
            },
        }
        offered.containerd(home);
        offered
    }

    fn add(&mut self, player: impl Player + 'static) {
        self.players.push(Box::new(player));
    }

    fn miss(&mut self, name: &'static str, why: &str) {
        self.missing.push((name, why.to_owned()));
    }

    fn simple(&mut self, home: &Path, host: &str) {
        for name in ["crane", "regctl", "oras"] {
            match (name, find(name)) {
                (_, None) => self.miss(name, "is not installed"),
                ("crane", Some(program)) => self.add(Simple::crane(program, home)),
                ("regctl", Some(program)) => self.add(Simple::regctl(program, home, host)),
                (_, Some(program)) => self.add(Simple::oras(program, home)),
            }
        }
    }

    /// Debian's containerd is older than the transfer service: it is asked by CRI alone.
    fn containerd(&mut self, home: &Path) {
        if !rustix::process::geteuid().is_root() {
            return self.miss("containerd", "it must be started by root");
        }
        let crictl = find("crictl");
        let new = find("containerd")
            .filter(|program| !version(program, &["--version"]).starts_with("1."));
        match new.zip(find("ctr")) {
            None => self.miss("ctr, ctr-local, cri", "containerd 2 is not installed"),
            Some((program, ctr)) => match Containerd::start(&program, home.join("containerd")) {
                Err(why) => self.miss("ctr, ctr-local, cri", &why),
                Ok(daemon) => {
                    let daemon = Arc::new(daemon);
                    for local in [false, true] {
                        let (program, daemon) = (ctr.clone(), Arc::clone(&daemon));
                        self.add(Ctr { program, daemon, local });
                    }
                    self.cri("cri", "containerd-cri", crictl.as_deref(), daemon);
                }
            },
        }
        let old = of_the_system("containerd")
            .filter(|program| version(program, &["--version"]).starts_with("1."));
        match old {
            None => self.miss("cri-1.7", "containerd 1.6 or 1.7 is not installed"),
            Some(program) => match Containerd::start(&program, home.join("containerd1")) {
                Err(why) => self.miss("cri-1.7", &why),
                Ok(daemon) => {
                    self.cri("cri-1.7", "containerd-cri-1.7", crictl.as_deref(), Arc::new(daemon))
                }
            },
        }
    }

    fn cri(
        &mut self,
        name: &'static str,
        engine: &'static str,
        crictl: Option<&Path>,
        daemon: Arc<Containerd>,
    ) {
        match crictl {
            None => self.miss(name, "crictl is not installed"),
            Some(program) => self.add(Cri { name, engine, program: program.to_owned(), daemon }),
        }
    }
}
