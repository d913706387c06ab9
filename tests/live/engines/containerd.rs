//! A containerd with folders and a socket of its own, which ends with it.

use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::support::command;
use crate::tools;

/// What it says once its sockets are served (containerd 2.4.2 `cmd/containerd/command/main.go`).
const READY: &str = "containerd successfully booted";
/// How long it may be silent before that.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Containerd {
    child: Child,
    folder: PathBuf,
    pub version: String,
}

impl Containerd {
    /// Starts it in a folder.
    ///
    /// # Errors
    /// Why it cannot be played here.
    pub fn start(program: &Path, folder: PathBuf) -> Result<Self, String> {
        std::fs::create_dir_all(&folder).unwrap();
        let version = tools::version(program, &["--version"]);
        let config = folder.join("config.toml");
        std::fs::write(&config, settings(&folder, &version)).unwrap();
        let mut child = command(program.to_str().unwrap(), &folder)
            .arg("--config")
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let lines = lines(child.stderr.take().unwrap());
        let started = Self { child, folder, version };
        let mut last = String::new();
        loop {
            match lines.recv_timeout(PATIENCE) {
                Ok(line) if line.contains(READY) => return Ok(started),
                Ok(line) => last = line,
                // It has ended, or has said nothing for so long.
                Err(_) => return Err(format!("it does not start: {last}")),
            }
        }
    }

    pub fn socket(&self) -> PathBuf {
        self.folder.join("s")
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Containerd {
    fn drop(&mut self) {
        // It is asked to end, so that it leaves no mounts behind.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

/// What a program writes, line by line; it is read to its end, so that the program never waits.
fn lines(output: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            // Once it has started nobody listens.
            let _ = sender.send(line);
        }
    });
    lines
}

/// The snapshotter that needs no file system of its own kind; content that one namespace has is
/// fetched again by another. Version 4 of the file ignores `[grpc]` (containerd 2.4.2).
fn settings(folder: &Path, version: &str) -> String {
    let at = |name: &str| folder.join(name).display().to_string();
    let grpc = format!(
        "root = \"{}\"\nstate = \"{}\"\n[grpc]\naddress = \"{}\"\n[ttrpc]\naddress = \"{}\"\n\
         [plugins.\"io.containerd.metadata.v1.bolt\"]\ncontent_sharing_policy = \"isolated\"\n",
        at("root"),
        at("state"),
        at("s"),
        at("t")
    );
    if version.starts_with("1.") {
        return format!(
            "version = 2\n{grpc}\
             [plugins.\"io.containerd.grpc.v1.cri\".containerd]\nsnapshotter = \"native\"\n"
        );
    }
    format!(
        "version = 3\n{grpc}\
         [plugins.\"io.containerd.cri.v1.images\"]\nsnapshotter = \"native\"\n\
         [[plugins.\"io.containerd.transfer.v1.local\".unpack_config]]\n\
         platform = \"linux\"\nsnapshotter = \"native\"\n"
    )
}
