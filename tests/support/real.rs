//! Debian's docker-registry on a port of the system's choosing, and skopeo as the other side.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

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

/// Runs skopeo, which must succeed.
pub fn skopeo(home: &Path, arguments: &[&str]) -> Ran {
    let policy = home.join("policy.json");
    std::fs::write(&policy, r#"{"default":[{"type":"insecureAcceptAnything"}]}"#).unwrap();
    let mut command: Command = command("skopeo", home);
    let ran = run(command.arg("--policy").arg(&policy).args(arguments));
    assert_eq!(ran.code, 0, "skopeo {arguments:?}: {}", ran.stderr);
    ran
}
