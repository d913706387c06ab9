//! To files and from them.

use std::time::{Duration, SystemTime};

use platy::oci::{Algorithm, Digest};
use platy::sandbox::{Fault, Rule};
use serde_json::Value;

use super::Lab;
use crate::files::made::{INDEX, Made, digest_of};

const REF_NAME: &str = "org.opencontainers.image.ref.name";

/// What a copy that was killed left is removed by the next one into that place, and said; nothing else
/// is.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_copy_left_is_removed() {
    let lab = Lab::start().await;
    let source = lab.source("demo/ten-platforms:1.0");
    std::fs::create_dir(lab.home.path().join("archives")).unwrap();
    for (place, folder) in
        [("oci:out:1.0", "out"), ("oci-archive:archives/a.tar", "archives"), ("dir:plain", "plain")]
    {
        let folder = lab.home.path().join(folder);
        lab.copy(&[&source, place]).await;
        for name in [".platy-Ab12xy", "notes.txt"] {
            let file = std::fs::File::create(folder.join(name)).unwrap();
            file.set_len(2_000).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(3_600)).unwrap();
        }
        let other = lab.source("demo/ten-platforms:1.1");
        let json = lab.copy(&[&other, place, "--force"]).await;
        let notes = json["copies"][0]["notes"].to_string();
        assert!(notes.contains("removed a file (2.0 kB)"), "{place}: {notes}");
        assert!(!folder.join(".platy-Ab12xy").exists(), "{place}");
        assert!(folder.join("notes.txt").exists(), "{place}");
    }
}

/// What was removed is said too if the copy then fails.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_removed_is_said_of_a_copy_that_fails() {
    let lab = Lab::start().await;
    let source = lab.source("demo/ten-platforms:1.0");
    lab.copy(&[&source, "oci:out:1.0"]).await;
    let file = std::fs::File::create(lab.home.path().join("out/.platy-Ab12xy")).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(3_600)).unwrap();
    let gone = Fault::Answer { status: 404, headers: Vec::new(), body: Vec::new() };
    lab.from.faults().add(Rule::new(gone).contains("/blobs/"));
    let other = lab.source("demo/ten-platforms:1.1");
    let ran = lab.run(&["copy", &other, "oci:out:1.1", "--yes"]).await;
    assert_eq!(ran.code, 2, "{}", ran.text());
    assert!(ran.stderr.contains("before that, removed a file (0 B)"), "{}", ran.stderr);
}

/// Through every form and back, each list is what it was.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_goes_through_every_form_byte_for_byte() {
    let lab = Lab::start().await;
    let source = lab.source("demo/ten-platforms:1.0");
    let digest = lab.digest(&source).await;
    let places =
        ["oci:layout:1.0", "oci-archive:a.tar:1.0", "docker-archive:d.tar:app:1.0", "dir:plain"];
    let mut from = source;
    for place in places {
        let json = lab.copy(&[&from, place]).await;
        let copied = &json["copies"][0];
        assert_eq!(
            (copied["after"].as_str(), &copied["same_bytes"]),
            (Some(&*digest), &true.into())
        );
        assert_eq!(lab.digest(place).await, digest, "{place}");
        from = place.to_owned();
    }
    let target = lab.target("back:1");
    lab.copy(&[&from, &target]).await;
    lab.assert_whole("back", &digest);
    lab.assert_tidy("");
    // What is there is not copied again.
    for place in places {
        let json = lab.copy(&[&lab.source("demo/ten-platforms:1.0"), place]).await;
        assert_eq!(json["copies"][0]["sums"]["manifests_written"], 0, "{place}");
        assert_eq!(json["done"], true);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_layout_keeps_what_it_holds() {
    let lab = Lab::start().await;
    let at = |tag: &str| lab.source(&format!("demo/ten-platforms:{tag}"));
    let (one, two) = (at("1.0"), at("1.1"));
    lab.copy(&[&one, "./out"]).await;
    let json = lab.copy(&[&two, "oci:out"]).await;
    // Six of the seven images are there, or are not: four of them and what they share.
    assert!(json["copies"][0]["sums"]["blobs_present"].as_u64().unwrap() > 0);
    assert_eq!(lab.digest("oci:out:1.0").await, lab.digest(&one).await);
    assert_eq!(lab.digest("oci:out:1.1").await, lab.digest(&two).await);
    // A name takes another image, as a tag does, unless it must not.
    let ran = lab.run(&["copy", &two, "oci:out:1.0", "--yes", "--if-absent"]).await;
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("oci:out:1.0 holds sha256:"), "{}", ran.stderr);
    // All that a layout names goes on at once.
    let target = lab.target("all");
    let json = lab.copy(&["oci:out", &target]).await;
    assert_eq!(json["copies"].as_array().unwrap().len(), 2);
    assert_eq!(lab.digest(&format!("{target}:1.0")).await, lab.digest(&one).await);
    assert_eq!(lab.digest(&format!("{target}:1.1")).await, lab.digest(&two).await);
    lab.copy(&[&two, "oci:out:1.0"]).await;
    assert_eq!(lab.digest("oci:out:1.0").await, lab.digest(&two).await);
    let json = lab.copy(&["oci:out", "docker-archive:both.tar"]).await;
    assert_eq!(json["copies"].as_array().unwrap().len(), 2, "two names of one image");
}

/// A name that several images have is taken, and one copy gives it to one image.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_mends_a_name_that_several_images_have() {
    let lab = Lab::start().await;
    let source = lab.source("demo/ten-platforms:1.0");
    let digest = lab.digest(&source).await;
    let mut made = Made::new();
    let images = ["amd64", "arm64"].map(|architecture| made.image(architecture));
    for (at, image) in images.iter().enumerate() {
        made.named(image.clone(), "1.0");
        let full = format!("x.example/{at}:2.0");
        made.list(image.clone(), &[("io.containerd.image.name", &full), (REF_NAME, "2.0")]);
    }
    made.write_folder(&lab.home.path().join("out"));
    for name in ["1.0", "2.0"] {
        let place = format!("oci:out:{name}");
        for guard in ["--if-absent".to_owned(), format!("--if-digest={}", digest_of(&images[0]))] {
            let ran = lab.run(&["copy", &source, &place, "--yes", &guard]).await;
            assert_eq!(ran.code, 1, "{name} {guard}: {}", ran.stderr);
            for image in &images {
                let digest = digest_of(image);
                assert!(ran.stderr.contains(digest.as_str()), "{name}: {}", ran.stderr);
            }
        }
        let json = lab.copy(&[&source, &place, "--force"]).await;
        let held: Vec<Digest> = images.iter().map(digest_of).collect();
        assert_eq!(json["copies"][0]["held"], serde_json::json!(held), "{name}");
        assert_eq!(json["copies"][0]["before"], Value::Null, "{name}");
        assert_eq!(lab.digest(&place).await, digest, "{name}");
    }
    // Images with longer names keep them.
    assert_eq!(lab.digest("oci:out:x.example/1:2.0").await, digest_of(&images[1]).as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn several_images_go_into_one_archive() {
    let lab = Lab::start().await;
    let at = |tag: &str| lab.source(&format!("demo/ten-platforms:{tag}"));
    let (one, two) = (at("1.0"), at("edge"));
    for (archive, names) in [
        ("oci-archive:a.tar", ["1.0".to_owned(), "edge".to_owned()]),
        ("docker-archive:d.tar", [one.clone(), two.clone()]),
    ] {
        lab.copy(&[&one, &two, archive]).await;
        for (name, source) in names.iter().zip([&one, &two]) {
            let place = format!("{archive}:{name}");
            assert_eq!(lab.digest(&place).await, lab.digest(source).await, "{place}");
        }
    }
    // An archive that is there is replaced as a whole, when that is asked for.
    let ran = lab.run(&["copy", &one, "oci-archive:a.tar", "--yes"]).await;
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("--force replaces it as a whole"), "{}", ran.stderr);
    lab.copy(&[&one, "oci-archive:a.tar", "--force"]).await;
    assert_eq!(lab.digest("oci-archive:a.tar").await, lab.digest(&one).await);
}

/// The same content makes the same archive, and its index comes before the layers.
#[tokio::test(flavor = "multi_thread")]
async fn an_archive_is_the_same_every_time() {
    let lab = Lab::start().await;
    let source = lab.source("demo/ten-platforms:1.0");
    for archive in ["docker-archive:1.tar", "docker-archive:2.tar"] {
        lab.copy(&[&source, archive]).await;
    }
    let read = |name: &str| std::fs::read(lab.home.path().join(name)).unwrap();
    assert_eq!(read("1.tar"), read("2.tar"));
    let mut archive = tar::Archive::new(std::io::Cursor::new(read("1.tar")));
    let mut names = Vec::new();
    let mut saved = Value::Null;
    for entry in archive.entries().unwrap() {
        let entry = entry.unwrap();
        let name = entry.path().unwrap().display().to_string();
        if name == "manifest.json" {
            saved = serde_json::from_reader(entry).unwrap();
        }
        names.push(name);
    }
    assert_eq!(names[..3], ["oci-layout", "index.json", "manifest.json"]);
    // One image for a name: Docker before 25 and skopeo take the last otherwise.
    assert_eq!(saved.as_array().unwrap().len(), 1);
    assert_eq!(saved[0]["RepoTags"], serde_json::json!([source]));
    for layer in saved[0]["Layers"].as_array().unwrap() {
        assert!(names.iter().any(|name| name == layer.as_str().unwrap()));
    }
}

/// What gets no name is read back by its digest: the place alone means what else is in it too.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_without_a_name_goes_beside_what_is_there() {
    let lab = Lab::start().await;
    let source = lab.source("demo/ten-platforms:1.0");
    let digest = lab.digest(&source).await;
    let bare = format!("{}@{digest}", lab.source("demo/ten-platforms"));
    lab.copy(&[&lab.source("demo/ten-platforms:1.1"), "oci:out"]).await;
    let json = lab.copy(&[&bare, "oci:out"]).await;
    assert_eq!(json["copies"][0]["after"], *digest);
    assert_eq!(lab.digest(&format!("oci:out:@{digest}")).await, digest);
    let listed = || std::fs::read(lab.home.path().join("out/index.json")).unwrap();
    // It is listed once, and what has a name is not listed without one.
    let before = listed();
    let again = format!("{}@{}", lab.source("demo/ten-platforms"), lab.digest("oci:out:1.1").await);
    for source in [&*bare, &*again, "oci:out"] {
        lab.copy(&[source, "oci:out"]).await;
        assert_eq!(listed(), before, "{source}");
    }
    // Several without names into one archive.
    for archive in ["oci-archive:a.tar", "docker-archive:d.tar"] {
        lab.copy(&[&bare, &again, archive]).await;
        assert_eq!(lab.digest(&format!("{archive}:@{digest}")).await, digest, "{archive}");
    }
}

/// From a layout or an archive to another one an image keeps its whole name, as it is written.
#[tokio::test(flavor = "multi_thread")]
async fn names_that_are_no_tags_are_kept_among_files() {
    let lab = Lab::start().await;
    let names = ["platform/db:8.0.27-x86", "v1.0+build.5", "x.example/app:1"];
    for count in [1, names.len()] {
        let mut made = Made::new();
        let mut images = Vec::new();
        for name in &names[names.len() - count..] {
            let image = made.image(name);
            images.push((*name, digest_of(&image)));
            made.named(image, name);
        }
        let from = format!("in{count}");
        made.write_folder(&lab.home.path().join(&from));
        let mut from = format!("oci:{from}");
        for form in ["oci:out", "oci-archive:a.tar", "docker-archive:d.tar"] {
            let (form, end) = form.split_once('.').unwrap_or((form, ""));
            let place = format!("{form}{count}.{end}");
            lab.copy(&[&from, &place]).await;
            for (name, digest) in &images {
                let named = format!("{place}:{name}");
                assert_eq!(lab.digest(&named).await, digest.as_str(), "{named}");
            }
            from = place;
        }
        let index = std::fs::read(lab.home.path().join(format!("out{count}./index.json"))).unwrap();
        let index: Value = serde_json::from_slice(&index).unwrap();
        let kept = index["manifests"][0]["annotations"].as_object().unwrap();
        if count > 1 {
            assert_eq!(kept.len(), 1);
            assert_eq!(kept[REF_NAME], names[0]);
        }
    }
    // A registry has no place for it, which is said.
    let ran = lab.run(&["copy", "oci:in3", &lab.target("app"), "--yes"]).await;
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("v1.0+build.5 has no tag that could be kept"), "{}", ran.stderr);
}

/// The bytes of a list are named by its own algorithm, wherever files name them.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_named_by_sha512_goes_through_every_form() {
    let lab = Lab::start().await;
    for children in [Algorithm::Sha512, Algorithm::Sha256] {
        let mut made = Made::new();
        made.algorithm = children;
        let images = ["amd64", "arm64"].map(|architecture| {
            let mut image = made.image(architecture);
            image["platform"] = serde_json::json!({"os": "linux", "architecture": architecture});
            image
        });
        made.algorithm = Algorithm::Sha512;
        let list = serde_json::json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": images});
        let list = made.blob(INDEX, list.to_string().as_bytes());
        made.named(list.clone(), "1");
        let name = children.name();
        made.write_folder(&lab.home.path().join(format!("{name}-in")));
        let mut from = format!("oci:{name}-in:1");
        for (form, end, name) in [
            ("oci:out", "", ":1"),
            ("oci-archive:a", ".tar", ":1"),
            ("docker-archive:d", ".tar", ":app:1"),
            ("dir:plain", "", ""),
        ] {
            let place = format!("{form}-{}{end}{name}", children.name());
            let json = lab.copy(&[&from, &place]).await;
            assert_eq!(json["copies"][0]["after"], list["digest"], "{place}");
            // A folder of `dir:` does not say how its manifest is named.
            let algorithm = if form.starts_with("dir:") { "sha256:" } else { "sha512:" };
            assert!(lab.digest(&place).await.starts_with(algorithm), "{place}");
            let ran = lab.run(&["inspect", &place, "--json"]).await;
            assert_eq!(ran.code, 0, "{place}: {}", ran.stderr);
            from = place;
        }
        let whole = lab.run(&["copy", &from, "oci:back:1", "--yes", "--force"]).await;
        assert_eq!(whole.code, 0, "{}", whole.stderr);
    }
}
