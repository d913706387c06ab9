//! An unsaved draft as a side: its own bytes, its content from wherever each entry was taken.

use std::sync::Arc;

use platy::model::draft::{Base, Draft, Edit, Material};
use platy::oci::{Document, Location, Platform};
use platy::sandbox::{Layer, TarFile};
use platy::source::{Activity, Options, Sources};
use serde_json::json;

use super::{Lab, changes};

async fn document(location: &Location) -> Document {
    let sources = Sources::new(Options::default(), Activity::default());
    sources.open(location).unwrap().root().await.unwrap()
}

/// Leaves a draft of `team/app:1` behind as the editor does: without 32-bit ARM, and with another
/// repository's image for RISC-V. Its bytes.
async fn leave_draft(lab: &Lab) -> Document {
    let image = |repository: &str, tag: &str, architecture: &str, text: &str| {
        let layer = Layer::gzip("COPY . /", &[TarFile::text("etc/motd", text)]).unwrap();
        let repository = lab.sandbox.store().repository(repository);
        repository.image("linux", architecture, "").layer(layer).push_tag(tag)
    };
    let of_app = [
        image("team/app", "amd64", "amd64", "one"),
        image("team/app", "riscv64", "riscv64", "one"),
        image("team/app", "arm", "arm", "one"),
    ];
    lab.sandbox.store().repository("team/app").index().entries(of_app).push_tag("1");
    image("other/app", "riscv64", "riscv64", "two");

    let location = |name: &str| lab.reference(name).parse::<Location>().unwrap();
    let (app, other) = (location("team/app:1"), location("other/app:riscv64"));
    let base = Base::new(app.clone(), Arc::new(document(&app).await)).unwrap();
    let mut draft = Draft::of(base).unwrap();
    let entries: Vec<_> = draft.entries().iter().map(|entry| entry.id).collect();
    let platform = Platform::new("linux", "riscv64", "");
    let with = Material::bare(other.clone(), &document(&other).await, Some(platform));
    let entry = entries[1];
    draft.apply(Edit::Replace { entry, with, attestations: Vec::new() }).unwrap();
    let entries = vec![entries[2]];
    draft.apply(Edit::Remove { entries, keep_attestations: false }).unwrap();

    let saved: serde_json::Value = serde_json::from_str(&draft.save()).unwrap();
    let kept = json!({ "target": lab.reference("team/app:1"), "draft": saved });
    let folder = lab.home.path().join("state/platy/drafts");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("left.json"), kept.to_string()).unwrap();
    draft.document().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_is_compared_with_the_draft_that_is_to_replace_it() {
    let lab = Lab::start().await;
    let made = leave_draft(&lab).await;
    let tag = lab.reference("team/app:1");
    let draft = format!("draft:{tag}");
    let ran = lab.run(&["diff", &tag, &draft, "--json"]).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let json = ran.json();
    let expected =
        [("linux/amd64", "same"), ("linux/riscv64", "changed"), ("linux/arm", "removed")]
            .map(|(platform, change)| (platform.to_owned(), change.to_owned()));
    assert_eq!(changes(&json), expected);
    assert_eq!(json["b"]["reference"], draft);
    assert_eq!(json["b"]["digest"], made.digest.as_str(), "what a push would write");
    assert_eq!(json["missing"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_read_where_each_entry_was_taken_from() {
    let lab = Lab::start().await;
    leave_draft(&lab).await;
    let tag = lab.reference("team/app:1");
    let draft = format!("draft:{tag}");
    lab.sandbox.requests().clear();
    let diff = |option: &'static [&'static str]| {
        let arguments =
            [&["diff", &tag, &draft, "--platform", "linux/riscv64"][..], option].concat();
        let lab = &lab;
        async move { lab.run(&arguments).await }
    };
    let ran = diff(&["--files", "--json"]).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert_eq!(ran.json()["files"][0]["path"], "/etc/motd");
    let of_other = |it: &platy::sandbox::Record| it.path.contains("/other/app/blobs/");
    let blobs = lab.sandbox.requests().all().iter().filter(|it| of_other(it)).count();
    assert_eq!(blobs, 2, "config and layer");
    let text = diff(&["--file", "/etc/motd"]).await.text();
    assert!(text.contains("-one") && text.contains("+two"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_that_looks_takes_a_draft_and_those_that_write_refuse_it() {
    let lab = Lab::start().await;
    let made = leave_draft(&lab).await;
    let draft = format!("draft:{}", lab.reference("team/app:1"));
    let ran = lab.run(&["inspect", "--raw", &draft]).await;
    assert_eq!((ran.code, ran.stdout.as_slice()), (0, &made.bytes[..]), "{}", ran.stderr);
    let ran = lab.run(&["why", &draft, "--host", "linux/riscv64", "--engine", "docker"]).await;
    assert_eq!(ran.code, 0, "{}{}", ran.text(), ran.stderr);
    let ran = lab.run(&["check", &draft]).await;
    assert!(ran.text().contains("linux/riscv64"), "{}{}", ran.text(), ran.stderr);
    let target = lab.reference("team/new:1");
    for writes in [["create", &target, &draft, "--yes"], ["edit", &draft, "--to", &target]] {
        let ran = lab.run(&writes).await;
        assert_eq!(ran.code, 2, "{}{}", ran.text(), ran.stderr);
        assert!(ran.stderr.contains("unsaved draft"), "{}", ran.stderr);
    }
    let ran = lab.run(&["diff", &draft, "draft:nobody/app:1"]).await;
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("no unsaved draft"), "{}", ran.stderr);
    assert!(ran.stderr.contains(&draft), "it names those that there are: {}", ran.stderr);
}
