//! A containerd with folders and a socket of its own, which ends with it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::command;
use crate::tools;

/// How long it may take to answer.
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
        let log = std::fs::File::create(folder.join("log")).unwrap();
        let child = command(program.to_str().unwrap(), &folder)
            .arg("--config")
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut started = Self { child, folder, version };
        let began = Instant::now();
        while std::os::unix::net::UnixStream::connect(started.socket()).is_err() {
            let ended = started.child.try_wait().unwrap().is_some();
            if ended || began.elapsed() > PATIENCE {
                return Err(format!("it does not start: {}", started.last_word()));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(started)
    }

    pub fn socket(&self) -> PathBuf {
        self.folder.join("s")
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn last_word(&self) -> String {
        let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        log.lines().next_back().unwrap_or_default().to_owned()
    }
}

impl Drop for Containerd {
    fn drop(&mut self) {
        // It is asked to end, so that it leaves no mounts behind.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
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
