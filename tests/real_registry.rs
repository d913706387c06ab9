//! Against Debian's docker-registry, with skopeo as the other side: what an implementation that
//! is not ours pushed, platy reads.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "a failed unwrap is a failed test"
)]

mod support;

use platy::oci::Descriptor;
use platy::sandbox::{Sandbox, SandboxOptions};
use serde_json::Value;
use support::command::{PLATY, platy};
use support::real::{RealRegistry, skopeo, wanted};
use support::terminal::Terminal;
use tempfile::TempDir;

/// Makes an index of three platforms in the sandbox; its descriptor and those of its images.
fn make(sandbox: &Sandbox) -> (Descriptor, Vec<Descriptor>) {
    let repository = sandbox.store().repository("team/app");
    let mut images = Vec::new();
    for (os, architecture, variant) in
        [("linux", "amd64", ""), ("linux", "arm64", "v8"), ("windows", "amd64", "")]
    {
        let content = format!("{os} {architecture}");
        let mut image = repository
            .image(os, architecture, variant)
            .layer(content.into_bytes())
            .env("A=1")
            .entrypoint(&["/app"]);
        if os == "windows" {
            image = image.os_version("10.0.17763.6414");
        }
        images.push(image.push());
    }
    let index = repository.index().entries(images.clone()).push_tag("1.0");
    (index, images)
}

/// Copies the sandbox's image with all its platforms to a place, by skopeo.
fn copy(home: &TempDir, from: &str, to: &str) {
    skopeo(
        home.path(),
        &[
            "copy",
            "--all",
            "--preserve-digests",
            "--src-tls-verify=false",
            "--dest-tls-verify=false",
            from,
            to,
        ],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_skopeo_pushed_is_read_digest_by_digest() {
    if !wanted() {
        return;
    }
    let home = TempDir::new().unwrap();
    let registry = RealRegistry::start(home.path());
    let sandbox = Sandbox::start(SandboxOptions::default()).await.unwrap();
    let (index, images) = make(&sandbox);
    let name = format!("{}/team/app:1.0", registry.host);
    let from = format!("docker://{}/team/app:1.0", sandbox.host());
    copy(&home, &from, &format!("docker://{name}"));

    let ran = platy(home.path(), &["inspect", "--json", &name]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let json = ran.json();
    assert_eq!(json["kind"], "index");
    assert_eq!(json["digest"], index.digest.as_str());
    let digests: Vec<&str> = json["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["digest"].as_str().unwrap())
        .collect();
    let expected: Vec<&str> = images.iter().map(|it| it.digest.as_str()).collect();
    assert_eq!(digests, expected);
    assert_eq!(json["entries"][2]["os_version"], "10.0.17763.6414");
    assert_eq!(json["entries"][1]["image"]["config"]["architecture"], "arm64");

    // The bytes are those that skopeo sees, to the last one.
    let raw = platy(home.path(), &["inspect", "--raw", &name]);
    let theirs = skopeo(
        home.path(),
        &["inspect", "--raw", "--tls-verify=false", &format!("docker://{name}")],
    );
    assert_eq!(raw.stdout, theirs.stdout);
    let digest = platy(home.path(), &["digest", &name]);
    assert_eq!(digest.text().trim(), index.digest.as_str());
    let tags = platy(home.path(), &["tags", &format!("{}/team/app", registry.host)]);
    assert_eq!(tags.text(), "1.0\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn layouts_and_archives_that_skopeo_wrote_are_read() {
    if !wanted() {
        return;
    }
    let home = TempDir::new().unwrap();
    let sandbox = Sandbox::start(SandboxOptions::default()).await.unwrap();
    let (index, images) = make(&sandbox);
    let from = format!("docker://{}/team/app:1.0", sandbox.host());
    copy(&home, &from, "oci:layout:1.0");
    copy(&home, &from, "oci-archive:archive.tar:1.0");
    for place in ["oci:layout:1.0", "oci:layout", "oci-archive:archive.tar:1.0"] {
        let ran = platy(home.path(), &["inspect", "--json", place]);
        assert_eq!(ran.code, 0, "{place}: {}", ran.stderr);
        let json = ran.json();
        assert_eq!(json["digest"], index.digest.as_str(), "{place}");
        assert_eq!(json["entries"][0]["digest"], images[0].digest.as_str(), "{place}");
    }
    skopeo(
        home.path(),
        &[
            "copy",
            "--override-os=linux",
            "--override-arch=arm64",
            "--src-tls-verify=false",
            &from,
            "docker-archive:saved.tar:team/app:1.0",
        ],
    );
    let ran = platy(home.path(), &["inspect", "--json", "docker-archive:saved.tar:team/app:1.0"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let json: Value = ran.json();
    assert_eq!(json["kind"], "image");
    assert_eq!(json["image"]["config"]["architecture"], "arm64");
    // skopeo writes the old form, which has no manifest.
    assert_eq!(json["made_by_platy"], true);
    let ran = platy(home.path(), &["inspect", "docker-archive:saved.tar:team/app:1.0"]);
    let text = ran.text();
    assert!(text.contains("manifest made by platy"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_explorer_opens_it_and_lists_the_catalog() {
    if !wanted() {
        return;
    }
    let home = TempDir::new().unwrap();
    let registry = RealRegistry::start(home.path());
    let sandbox = Sandbox::start(SandboxOptions::default()).await.unwrap();
    make(&sandbox);
    let name = format!("{}/team/app:1.0", registry.host);
    copy(&home, &format!("docker://{}/team/app:1.0", sandbox.host()), &format!("docker://{name}"));

    let mut terminal = Terminal::start(PLATY, &[&name], home.path(), 100, 30);
    terminal.see("3 images");
    terminal.see("windows(10.0.17763.6414)/amd64");
    // The referrers: no API here, and nothing under the fallback tag.
    terminal.types("Gl");
    terminal.see("none");
    terminal.types("q");
    assert_eq!(terminal.end(), 0);

    let mut terminal =
        Terminal::start(PLATY, &[&format!("{}/", registry.host)], home.path(), 100, 30);
    terminal.see("team/app");
    terminal.types("\r");
    terminal.see("newest version first");
    terminal.see("1.0");
    terminal.types("q");
    assert_eq!(terminal.end(), 0);
}
