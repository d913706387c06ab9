//! Copies that other tools read.

use super::Lab;
use crate::support::command::{command, run};
use crate::support::real::{RealRegistry, skopeo};

/// `skopeo inspect --raw` prints the bytes that platy copied.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs docker-registry and skopeo"]
async fn skopeo_reads_the_same_bytes_from_every_place() {
    let lab = Lab::start().await;
    let registry = RealRegistry::start(lab.home.path());
    let source = lab.source("demo/ten-platforms:1.0");
    let raw = lab.from.store().repository("demo/ten-platforms").manifest("1.0").unwrap();
    let mirrored = format!("{}/mirror/app:1", registry.host);
    lab.copy(&[&source, &mirrored]).await;
    let mut from = mirrored.clone();
    for place in ["oci:layout:1", "oci-archive:a.tar:1", "dir:plain"] {
        lab.copy(&[&from, place]).await;
        from = place.to_owned();
        let read = skopeo(lab.home.path(), &["inspect", "--raw", place]);
        assert_eq!(read.stdout, raw.as_ref(), "{place}");
    }
    let docker = format!("docker://{mirrored}");
    let read = skopeo(lab.home.path(), &["inspect", "--raw", "--tls-verify=false", &docker]);
    assert_eq!(read.stdout, raw.as_ref());
    // A Docker archive has one image for a name, with the config that the list names.
    lab.copy(&[&source, "docker-archive:d.tar:app:1", "--platform", "linux/amd64"]).await;
    let read =
        skopeo(lab.home.path(), &["inspect", "--config", "--raw", "docker-archive:d.tar:app:1"]);
    let config: serde_json::Value = serde_json::from_slice(&read.stdout).unwrap();
    assert_eq!(config["architecture"], "amd64");
    // What skopeo wrote is copied too.
    skopeo(lab.home.path(), &["copy", "--all", "dir:plain", "oci:theirs:1"]);
    let back = format!("{}/back:1", registry.host);
    lab.copy(&["oci:theirs:1", &back]).await;
    assert_eq!(lab.digest(&back).await, lab.digest(&source).await);
}

/// podman loads the archive with `manifest.json`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs podman"]
async fn podman_loads_a_docker_archive() {
    let lab = Lab::start().await;
    let source = lab.source("demo/ten-platforms:1.0");
    lab.copy(&[&source, "docker-archive:d.tar:localhost/app:1", "--platform", "linux/amd64"]).await;
    let storage = lab.home.path().join("storage");
    let storage = storage.to_str().unwrap();
    let podman = |arguments: &[&str]| {
        let place = ["--root", storage, "--runroot", storage, "--storage-driver", "vfs"];
        let ran = run(command("podman", lab.home.path()).args(place).args(arguments));
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
        ran.text()
    };
    podman(&["load", "--input", "d.tar"]);
    let id = podman(&["image", "inspect", "--format", "{{.Id}}", "localhost/app:1"]);
    let ran = lab.run(&["inspect", &source, "--json"]).await;
    assert!(ran.text().contains(id.trim()), "{id}");
    podman(&["image", "rm", "--all", "--force"]);
}
