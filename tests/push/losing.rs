//! What a tag loses is kept before, and what cannot be kept is said before.

use platy::model::draft::Guard;
use platy::model::push::TagWish;
use platy::oci::{Class, Descriptor, Digest};
use platy::sandbox::{Fault, Rule, Sandbox, SandboxOptions};
use platy::work::push::{NoUndo, Stopped, Tagged, find_undo, plan_tags, undo, write_tags};
use reqwest::Method;
use serde_json::json;

use super::{Lab, draft, images, options, unchanged};
use crate::support::command::{PLATY, Ran, command, platy, run};

impl Lab {
    fn said(&self, arguments: &[&str]) -> Ran {
        platy(self.home.path(), arguments)
    }

    fn name(&self, tag: &str) -> String {
        self.repository().tagged(tag).familiar()
    }

    /// Whether the journal has some content.
    fn keeps(&self, digest: &Digest) -> bool {
        let path = format!("state/platy/journal/manifests/sha256/{}", digest.hex());
        self.home.path().join(path).exists()
    }

    /// The blobs of an image: its config, and the layers behind it.
    fn blobs(&self, image: &Digest) -> Vec<Digest> {
        let bytes = self.store().manifest(image.as_str()).unwrap();
        let image: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let layers = image["layers"].as_array().unwrap().iter();
        let blobs = std::iter::once(&image["config"]).chain(layers);
        blobs.map(|blob| blob["digest"].as_str().unwrap().parse().unwrap()).collect()
    }
}

/// What stays does not count against what is kept.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_large_list_loses_is_kept() {
    let lab = Lab::with(
        SandboxOptions { keeps_untagged: false, ..SandboxOptions::default() },
        options(0),
    )
    .await;
    let all: Vec<Descriptor> = (0..600)
        .map(|at| lab.store().image("linux", "arm64", "").label("at", &at.to_string()).push())
        .collect();
    let first = lab.store().index().entries(all.clone()).push_tag("latest").digest;
    // As many stay as one push keeps at most of another.
    let mut draft = draft(&lab.target, "team/app", &all[..300]);
    let outcome = lab.push(&mut draft, &unchanged(Some(&first))).await;
    assert!(outcome.is_done() && outcome.unkept.is_none(), "{:?}", outcome.stopped);
    let lost: Vec<_> = all[300..].iter().filter(|it| !lab.keeps(&it.digest)).collect();
    assert!(lost.is_empty(), "{} are not kept", lost.len());
    let (registry, latest) = (lab.registry(), lab.repository().tagged("latest"));
    let found = find_undo(&registry, &lab.journal, &latest).await.unwrap();
    assert_eq!(found.put_back.len(), 300);
    assert_eq!(undo(&registry, &lab.journal, &found, false).await, (Tagged::New, Ok(())));
    assert_eq!(lab.tag(), Some(first));
}

/// A registry may drop the blobs of a single image with its manifest.
#[tokio::test]
async fn the_config_of_a_single_image_is_kept_and_its_layers_are_asked_for() {
    let lab = Lab::new().await;
    let image = images(&lab.store(), "old", 1)[0].digest.clone();
    lab.store().tag("latest", &image);
    let blobs = lab.blobs(&image);
    lab.push_new("new", &unchanged(Some(&image))).await;
    assert!(lab.keeps(&blobs[0]) && !lab.keeps(&blobs[1]));
    assert!(lab.store().remove_manifest(&image) && lab.store().remove_blob(&blobs[0]));

    let (registry, latest) = (lab.registry(), lab.repository().tagged("latest"));
    let found = find_undo(&registry, &lab.journal, &latest).await.unwrap();
    assert_eq!(found.put_back, [blobs[0].clone()]);
    // What the journal does not have is known before anything is tried.
    let layer = lab.store().blob(&blobs[1]).unwrap();
    assert!(lab.store().remove_blob(&blobs[1]));
    let refused = find_undo(&registry, &lab.journal, &latest).await;
    let Err(NoUndo::Failed(failure)) = refused else { panic!("{refused:?}") };
    assert_eq!(failure.class, Class::NotFound);
    assert!(failure.detail.contains(blobs[1].as_str()), "{failure}");

    lab.store().put_blob(layer);
    assert_eq!(undo(&registry, &lab.journal, &found, false).await, (Tagged::New, Ok(())));
    assert_eq!(lab.tag(), Some(image));
    assert!(lab.store().blob(&blobs[0]).is_some());
}

#[tokio::test]
async fn a_refused_undo_names_platforms() {
    let lab = Lab::new().await;
    let image = &images(&lab.store(), "old", 1)[0];
    let first = lab.store().index().entries([image.clone()]).push_tag("latest").digest;
    lab.push_new("new", &unchanged(Some(&first))).await;
    lab.store().remove_manifest(&image.digest);
    let kept = format!("state/platy/journal/manifests/sha256/{}", image.digest.hex());
    std::fs::remove_file(lab.home.path().join(kept)).unwrap();
    let (registry, latest) = (lab.registry(), lab.repository().tagged("latest"));
    let refused = find_undo(&registry, &lab.journal, &latest).await;
    let Err(NoUndo::Failed(failure)) = refused else { panic!("{refused:?}") };
    let said = format!("{} (linux/arm64/v0)", image.digest);
    assert!(failure.detail.contains(&said), "{failure}");
}

/// A file is where the folder of the manifests goes.
#[tokio::test(flavor = "multi_thread")]
async fn a_journal_that_takes_no_manifests_is_said_before() {
    let lab = Lab::new().await;
    let old = lab.old();
    lab.store().tag("other", &lab.store().index().push().digest);
    let manifests = lab.home.path().join("state/platy/journal/manifests");
    std::fs::create_dir_all(&manifests).unwrap();
    std::fs::write(manifests.join("sha256"), "").unwrap();
    let (latest, other) = (lab.name("latest"), lab.name("other"));
    let edit = ["edit", &latest, "--annotation", "a=b"];
    let tag = ["tag", "cp", &other, "latest"];
    for command in [&edit[..], &tag] {
        let plan = lab.said(&[command, &["--dry-run"]].concat());
        assert_eq!(plan.code, 0, "{}", plan.stderr);
        assert!(plan.stderr.contains("sha256 is a file"), "{}", plan.stderr);
        let ran = lab.said(&[command, &["--yes"]].concat());
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains("--no-journal"), "{}", ran.stderr);
        assert_eq!(lab.tag(), Some(old.clone()));
    }
    // What is found out later than that stops the tag too.
    let registry = lab.registry();
    let wish = TagWish::copy(&other, "latest", false).unwrap();
    let plan = plan_tags(&registry, &wish).await.unwrap();
    let done = write_tags(&registry, Some(&lab.journal), &plan).await;
    let Some((tagged, Err(Stopped::Failed { failure, .. }))) = done.written else { panic!() };
    assert_eq!((failure.class, tagged), (Class::Local, Tagged::Old(Some(old.clone()))));
    assert_eq!(lab.said(&[&edit[..], &["--yes", "--no-journal"]].concat()).code, 0);
    assert_ne!(lab.tag(), Some(old));
}

/// `undo` notes nothing where it is told so.
#[tokio::test(flavor = "multi_thread")]
async fn an_undo_without_the_journal_notes_nothing() {
    let lab = Lab::new().await;
    let old = lab.old();
    lab.push_new("new", &unchanged(Some(&old))).await;
    let before = lab.journal.entries().await.unwrap();
    let ran = lab.said(&["undo", &lab.name("latest"), "--yes", "--no-journal"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(lab.tag(), Some(old));
    assert_eq!(lab.journal.entries().await.unwrap(), before);
}

/// As on a full disk: no file takes a byte.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_takes_nothing_is_said_before() {
    let lab = Lab::new().await;
    let old = lab.old();
    let latest = lab.name("latest");
    let script = format!("ulimit -f 0; exec {PLATY} \"$@\"");
    for (word, code) in [("--dry-run", 0), ("--yes", 2)] {
        let mut shell = command("sh", lab.home.path());
        shell.args(["-c", &script, "edit", "edit", &latest, "--annotation", "a=b", word]);
        let ran = run(&mut shell);
        assert_eq!(ran.code, code, "{word}: {}", ran.stderr);
        assert!(ran.stderr.contains("the journal of pushes: "), "{word}: {}", ran.stderr);
    }
    assert_eq!(lab.tag(), Some(old));
}

/// A registry that does not look takes a list whose child is gone; a new name of it is none.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_whose_child_is_gone_gets_no_new_name() {
    let sandbox = SandboxOptions { check_references: false, ..SandboxOptions::default() };
    let lab = Lab::with(sandbox, options(0)).await;
    let entries = images(&lab.store(), "old", 3);
    lab.store().index().entries(entries.clone()).push_tag("latest");
    lab.store().remove_manifest(&entries[1].digest);
    let (latest, new) = (lab.name("latest"), lab.name("new"));
    let ran = lab.said(&["copy", &latest, &new, "--yes", "--json"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains(entries[1].digest.as_str()), "{}", ran.stderr);
    assert_eq!(lab.store().resolve("new"), None);
    let heads = lab.target.requests().all();
    let heads = heads.iter().filter(|it| it.method == Method::HEAD);
    assert_eq!(heads.filter(|it| it.path.contains("/manifests/sha256:")).count(), 3);
}

/// Test images and artifacts that are packed as images have no `rootfs`; registries take them.
#[tokio::test(flavor = "multi_thread")]
async fn an_image_without_diff_ids_is_pushed_with_a_warning() {
    let lab = Lab::new().await;
    let config = json!({ "os": "linux", "architecture": "amd64" }).to_string();
    let image = lab
        .store()
        .artifact("")
        .config("application/vnd.oci.image.config.v1+json", config)
        .blob("application/vnd.oci.image.layer.v1.tar+gzip", "layer")
        .push_tag("v1");
    let (from, to) = (lab.name("v1"), lab.name("latest"));
    let ran = lab.said(&["create", &to, &from, "--yes"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("warning: entry 1 cannot be unpacked"), "{}", ran.stderr);
    let list = lab.store().manifest("latest").unwrap();
    assert!(String::from_utf8_lossy(&list).contains(image.digest.as_str()));
}

/// As wherever else JSON tells of a failure.
#[tokio::test(flavor = "multi_thread")]
async fn why_nothing_was_written_has_a_class() {
    let lab = Lab::new().await;
    let old = lab.old();
    lab.push_new("new", &Guard::Nothing).await;
    let other: &Sandbox = &lab.other;
    other.store().repository("a").index().push_tag("b");
    let rule = Rule::new(Fault::status(403)).method(Method::PUT);
    lab.target.faults().add(rule);
    let (latest, copied) = (lab.name("latest"), format!("{}/a:b", other.host()));
    let class = |arguments: &[&str], at: &str| {
        let ran = lab.said(&[arguments, &["--yes", "--json"]].concat());
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.stderr);
        let json = ran.json();
        let error = json.pointer(at).unwrap_or_else(|| panic!("{at}: {json}"));
        assert_eq!(error["class"], "forbidden", "{arguments:?}: {json}");
        assert!(error["message"].as_str().unwrap().contains("DENIED"), "{arguments:?}: {json}");
    };
    class(&["edit", &latest, "--annotation", "a=b"], "/error");
    class(&["copy", &copied, &lab.name("copied")], "/copies/0/error");
    class(&["undo", &latest], "/error");
    class(&["tag", "cp", &latest, "further"], "/write/error");
    assert!(lab.tag().is_some_and(|tag| tag != old));
}
