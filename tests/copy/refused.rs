//! What cannot be copied, and where nothing is written.

use std::fs;
use std::process::{Child, Command, Stdio};

use platy::oci::Digest;
use platy::sandbox::{Fault, Requests, Rule};
use reqwest::Method;

use super::Lab;
use crate::support::command::{PLATY, command};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_there_and_is_something_else_is_left_alone() {
    let lab = Lab::start().await;
    let source = lab.source("demo/ten-platforms:1.0");
    let home = lab.home.path();
    fs::create_dir(home.join("folder")).unwrap();
    fs::write(home.join("folder/notes"), "mine").unwrap();
    fs::write(home.join("file"), "mine").unwrap();
    for (target, words) in [
        ("oci:folder", "holds other things and no index.json"),
        ("dir:folder", "holds other things and no manifest.json"),
        ("oci:file", "it is a file and not a folder"),
        ("oci-archive:folder", "it is a folder and not a file"),
        ("out.tar.gz", "no compressed archives"),
        ("oci-archive:missing/a.tar", "cannot be written"),
    ] {
        let ran = lab.run(&["copy", &source, target, "--yes"]).await;
        assert_eq!(ran.code, 2, "{target}");
        assert!(ran.stderr.contains(words), "{target}: {}", ran.stderr);
    }
    assert_eq!(fs::read(home.join("folder/notes")).unwrap(), b"mine");
    assert_eq!(fs::read_dir(home.join("folder")).unwrap().count(), 1);
    assert_eq!(fs::read(home.join("file")).unwrap(), b"mine");
}

/// A blob whose bytes are others never gets its name.
#[tokio::test(flavor = "multi_thread")]
async fn altered_content_is_not_copied() {
    let lab = Lab::start().await;
    let source = lab.source("demo/ten-platforms:1.0");
    lab.copy(&[&source, "oci:out:1"]).await;
    let folder = lab.home.path().join("out/blobs/sha256");
    let largest = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .max_by_key(|path| fs::metadata(path).unwrap().len())
        .unwrap();
    let mut bytes = fs::read(&largest).unwrap();
    bytes[7] ^= 1;
    fs::write(&largest, bytes).unwrap();
    let registry = lab.target("app:1");
    for target in
        ["oci:copy:1", "oci-archive:copy.tar", "docker-archive:d.tar", "dir:plain", &registry]
    {
        let ran = lab.run(&["copy", "oci:out:1", target, "--yes"]).await;
        assert_eq!(ran.code, 2, "{target}");
        assert!(ran.stderr.contains("bytes hash to sha256:"), "{target}: {}", ran.stderr);
    }
    let name = largest.file_name().unwrap();
    let home = lab.home.path();
    assert!(!home.join("copy/blobs/sha256").join(name).exists());
    assert!(!home.join("copy/index.json").exists());
    assert!(!home.join("plain/manifest.json").exists());
    assert!(!home.join("copy.tar").exists() && !home.join("d.tar").exists());
    lab.assert_tidy("");
    let digest = format!("sha256:{}", name.to_string_lossy());
    assert!(lab.to.store().repository("app").blob(&digest.parse().unwrap()).is_none());
    for place in ["oci:copy:1", "dir:plain"] {
        lab.copy(&[&source, place]).await;
        assert_eq!(lab.digest(place).await, lab.digest(&source).await);
    }
}

/// A copy into files that is asked to end says so, and leaves nothing half written.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_asked_to_end_leaves_nothing_half_written() {
    for (signal, place, next) in [
        ("INT", "docker-archive:image.tar", "the archive is as it was"),
        ("TERM", "docker-archive:image.tar", "the archive is as it was"),
        ("HUP", "oci-archive:image.tar", "the archive is as it was"),
        ("TERM", "oci:image", "what is there is not copied again"),
        ("TERM", "dir:image", "what is there is not copied again"),
    ] {
        let lab = Lab::start().await;
        let repository = lab.from.store().repository("app");
        repository.image("linux", "amd64", "").layer("content").push_tag("latest");
        let (source, layer) = (lab.source("app:latest"), Digest::sha256(b"content").to_string());
        // The layer never comes.
        lab.from.faults().add(Rule::new(Fault::Hang).method(Method::GET).contains(&layer));
        let mut copy = command(PLATY, lab.home.path());
        copy.args(["copy", &source, place, "--yes"]);
        copy.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let copy = copy.spawn().unwrap();
        lab.from.requests().wait_for(asked_for(&layer)).await;
        send(signal, &copy);
        let ended = tokio::task::spawn_blocking(move || copy.wait_with_output().unwrap());
        let ended = ended.await.unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(2), "{signal} {place}: {said}");
        assert!(said.contains("it was stopped") && said.contains(next), "{said}");
        for folder in ["", "image", "image/blobs/sha256"] {
            let Ok(files) = fs::read_dir(lab.home.path().join(folder)) else { continue };
            let names = files.map(|it| it.unwrap().file_name().to_string_lossy().into_owned());
            let left: Vec<String> = names.filter(|it| it.starts_with(".platy")).collect();
            assert!(left.is_empty(), "{signal} {place}: {left:?}");
        }
        assert!(!lab.home.path().join("image.tar").exists());
    }
}

/// A hang-up that the caller had ignored, as `nohup` does it, does not end a copy.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_under_nohup_survives_the_terminal() {
    let lab = Lab::start().await;
    let repository = lab.from.store().repository("app");
    repository.image("linux", "amd64", "").layer("content").push_tag("latest");
    let (source, layer) = (lab.source("app:latest"), Digest::sha256(b"content").to_string());
    let held = Rule::new(Fault::Hang).method(Method::GET).contains(&layer);
    let held = lab.from.faults().add(held);
    let mut copy = command("sh", lab.home.path());
    copy.args(["-c", "trap '' HUP; exec \"$@\"", "sh"]).arg(PLATY);
    copy.args(["copy", &source, "oci:image", "--yes"]);
    copy.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let copy = copy.spawn().unwrap();
    lab.from.requests().wait_for(asked_for(&layer)).await;
    send("HUP", &copy);
    lab.from.faults().remove(held);
    let ended = tokio::task::spawn_blocking(move || copy.wait_with_output().unwrap());
    let ended = ended.await.unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    assert_eq!(lab.digest("oci:image").await, lab.digest(&source).await);
}

/// Whether the layer was asked for.
#[cfg(unix)]
fn asked_for(layer: &str) -> impl Fn(&Requests) -> bool {
    move |requests| {
        requests.all().iter().any(|it| it.method == Method::GET && it.path.contains(layer))
    }
}

#[cfg(unix)]
fn send(signal: &str, to: &Child) {
    let mut kill = Command::new("kill");
    assert!(kill.args(["-s", signal, &to.id().to_string()]).status().unwrap().success());
}

/// What is left by a copy that was stopped is not copied again.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_goes_on_where_one_was_stopped() {
    let lab = Lab::start().await;
    let source = lab.source("demo/ten-platforms:1.0");
    for (place, list, blobs) in [
        ("oci:half:1", "half/index.json", "half/blobs/sha256"),
        ("dir:plain", "plain/manifest.json", "plain"),
    ] {
        lab.copy(&[&source, place]).await;
        fs::remove_file(lab.home.path().join(list)).unwrap();
        let largest = fs::read_dir(lab.home.path().join(blobs))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .max_by_key(|path| fs::metadata(path).unwrap().len())
            .unwrap();
        fs::remove_file(largest).unwrap();
        let json = lab.copy(&[&source, place]).await;
        let sums = &json["copies"][0]["sums"];
        assert_eq!(sums["blobs_copied"], 1, "{place}: {sums}");
        assert!(sums["blobs_present"].as_u64().unwrap() > 8);
        assert_eq!(lab.digest(place).await, lab.digest(&source).await);
    }
}
