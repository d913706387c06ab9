//! Real containerds, each with folders and a socket of its own.

use std::path::{Path, PathBuf};

use platy::sandbox::{Sandbox, SandboxOptions};
use tempfile::TempDir;

use crate::stores::state;
use crate::support::command::{PLATY, command, run};
use crate::support::real::{RealContainerd, ctr, skopeo};

/// Debian's, and the one that `.ci/tools` builds.
fn programs() -> Vec<PathBuf> {
    let built = std::env::var_os("PLATY_TOOLS").map(PathBuf::from);
    let built = built.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([built.join("bin")]);
    let files = folders.map(|folder| folder.join("containerd"));
    let mut all: Vec<PathBuf> = files.filter(|file| file.is_file()).collect();
    all.dedup();
    all
}

/// The digest is that of `ctr images ls` and of `skopeo inspect --raw`, and nothing is changed.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs root, containerd, ctr and skopeo"]
async fn containerd_and_skopeo_say_the_same() {
    let samples = SandboxOptions { samples: true, ..SandboxOptions::default() };
    let sandbox = Sandbox::start(samples).await.unwrap();
    let image = format!("{}/demo/ten-platforms:1.0", sandbox.host());
    let checked = tokio::task::spawn_blocking(move || {
        let programs = programs();
        assert!(!programs.is_empty());
        for program in programs {
            compare(&program, &image);
        }
    });
    checked.await.unwrap();
}

fn compare(program: &Path, image: &str) {
    let home = TempDir::new().unwrap();
    let containerd = RealContainerd::start(program, home.path());
    let address = containerd.socket.clone();
    let fetch = ["-n", "k8s.io", "content", "fetch", "--plain-http", "--all-platforms"];
    let fetched = run(ctr(home.path(), &address).args(fetch).arg(image));
    assert_eq!(fetched.code, 0, "{}: {}", program.display(), fetched.stderr);
    let before = state(&containerd.content);
    let platy = |arguments: &[&str]| {
        run(command(PLATY, home.path()).env("CONTAINERD_ADDRESS", &address).args(arguments))
    };
    let listed = run(ctr(home.path(), &address).args(["-n", "k8s.io", "images", "ls"])).text();
    let name = format!("containerd:{image}");
    let digest = platy(&["digest", &name]);
    assert!(listed.contains(digest.text().trim()), "{listed}\n{}", digest.stderr);
    let raw = skopeo(
        home.path(),
        &["inspect", "--raw", "--tls-verify=false", &format!("docker://{image}")],
    );
    let ran = platy(&["inspect", "--raw", &name]);
    assert_eq!(ran.stdout, raw.stdout, "{}", ran.stderr);
    let arm64 = ["--platform", "linux/arm64"];
    let files = platy(&["files", &name, arm64[0], arm64[1]]);
    assert_eq!(files.code, 0, "{}", files.stderr);
    let copied = platy(&["copy", &name, "oci:out", "--yes", arm64[0], arm64[1]]);
    assert_eq!(copied.code, 0, "{}", copied.stderr);
    assert_eq!(state(&containerd.content), before);
}
