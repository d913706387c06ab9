//! Debian's docker-registry on a port of the system's choosing, containerds with folders and a socket of
//! their own, and skopeo as the other side.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::command::{Ran, command, run};

/// A registry that ends with the test.
pub struct RealRegistry {
    child: Child,
    pub host: String,
}

impl RealRegistry {
    /// Starts a registry that keeps its content below `home`.
    pub fn start(home: &Path) -> Self {
        let config = home.join("registry.yml");
        let text = format!(
            "version: 0.1\nlog: {{level: info, formatter: text}}\n\
             storage: {{filesystem: {{rootdirectory: {}}}, delete: {{enabled: true}}}}\n\
             http: {{addr: '127.0.0.1:0'}}\n",
            home.join("registry").display()
        );
        std::fs::write(&config, text).unwrap();
        let mut child = command("docker-registry", home)
            .arg("serve")
            .arg(&config)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("docker-registry starts");
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let host = lines
            .find_map(|line| {
                let line = line.unwrap();
                let (_, rest) = line.split_once("listening on ")?;
                Some(rest.trim_matches(|c: char| !c.is_ascii_digit()).split('"').next()?.to_owned())
            })
            .expect("the registry says where it listens");
        // The log must go on being read, or the registry blocks.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, host }
    }
}

impl Drop for RealRegistry {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A containerd that ends with the test.
pub struct RealContainerd {
    child: Child,
    pub socket: PathBuf,
    /// The folder of its blobs.
    pub content: PathBuf,
}

impl RealContainerd {
    /// Starts one whose address, root and state are below `home`.
    pub fn start(program: &Path, home: &Path) -> Self {
        let at = |name: &str| home.join(name).display().to_string();
        let socket = home.join("c.sock");
        let config = home.join("containerd.toml");
        // Version 2 of the file is read by containerd 1.6 and by 2.4.
        let text = format!(
            "version = 2\nroot = {:?}\nstate = {:?}\n[grpc]\n  address = {:?}\n\
             [ttrpc]\n  address = {:?}\n",
            at("root"),
            at("state"),
            at("c.sock"),
            at("c.sock.ttrpc")
        );
        std::fs::write(&config, text).unwrap();
        let mut child = command(program.to_str().unwrap(), home)
            .arg("--config")
            .arg(&config)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let began = Instant::now();
        while run(ctr(home, &socket).arg("version")).code != 0 {
            assert!(child.try_wait().unwrap().is_none(), "{} ended", program.display());
            assert!(began.elapsed() < Duration::from_secs(60), "{}", program.display());
            std::thread::yield_now();
        }
        Self { child, socket, content: home.join("root/io.containerd.content.v1.content") }
    }
}

impl Drop for RealContainerd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// ctr, with the socket of a containerd.
pub fn ctr(home: &Path, socket: &Path) -> Command {
    let mut ctr = command("ctr", home);
    ctr.arg("--address").arg(socket);
    ctr
}

/// Runs skopeo, which must succeed.
pub fn skopeo(home: &Path, arguments: &[&str]) -> Ran {
    let policy = home.join("policy.json");
    std::fs::write(&policy, r#"{"default":[{"type":"insecureAcceptAnything"}]}"#).unwrap();
    let mut command: Command = command("skopeo", home);
    let ran = run(command.arg("--policy").arg(&policy).args(arguments));
    assert_eq!(ran.code, 0, "skopeo {arguments:?}: {}", ran.stderr);
    ran
}
