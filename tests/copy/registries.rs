//! From registry to registry.

use platy::sandbox::SandboxOptions;
use reqwest::Method;

use super::Lab;

/// The numbers are those of the issue on exports: regctl 0.11.7 takes 123 requests, and 2 again.
#[tokio::test(flavor = "multi_thread")]
async fn four_images_with_attestations_take_few_requests_and_almost_none_again() {
    let lab = Lab::start().await;
    let (source, target) = (lab.source("demo/ten-platforms:1.0"), lab.target("mirror/app:1"));
    let json = lab.copy(&[&source, &target]).await;
    let count = || lab.from.requests().count() + lab.to.requests().count();
    assert!(count() <= 110, "{}", count());
    let copied = &json["copies"][0];
    assert_eq!(copied["same_bytes"], true);
    assert_eq!(copied["before"], serde_json::Value::Null);
    assert_eq!(copied["source_digest"], copied["after"]);
    assert_eq!(copied["evidence"]["arrived"].as_array().unwrap().len(), 4);
    assert_eq!(json["done"], true);
    let digest = copied["after"].as_str().unwrap();
    assert_eq!(lab.digest(&target).await, digest);
    lab.assert_whole("mirror/app", digest);

    lab.from.requests().clear();
    lab.to.requests().clear();
    let json = lab.copy(&[&source, &target]).await;
    assert!(count() <= 4, "{}", count());
    assert_eq!((&json["done"], &json["copies"][0]["before"]), (&true.into(), &digest.into()));
    assert!(lab.to.requests().all().iter().all(|it| it.method != Method::PUT));
}

/// A registry may lose what a tag names; asked for, everything is looked for.
#[tokio::test(flavor = "multi_thread")]
async fn force_mends_what_is_missing_behind_a_tag() {
    let lab = Lab::start().await;
    let (source, target) = (lab.source("demo/ten-platforms:1.0"), lab.target("app:1"));
    let json = lab.copy(&[&source, &target]).await;
    let digest = json["copies"][0]["after"].as_str().unwrap().to_owned();
    let store = lab.to.store().repository("library/app");
    let store =
        if store.manifest("1").is_some() { store } else { lab.to.store().repository("app") };
    let list: serde_json::Value = serde_json::from_slice(&store.manifest("1").unwrap()).unwrap();
    let child = list["manifests"][0]["digest"].as_str().unwrap().parse().unwrap();
    assert!(store.remove_manifest(&child));
    lab.copy(&[&source, &target]).await;
    assert!(store.manifest(child.as_str()).is_none());
    lab.copy(&[&source, &target, "--force"]).await;
    lab.assert_whole(store.name(), &digest);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_image_is_put_once() {
    let lab = Lab::start().await;
    let store = lab.from.store().repository("one");
    let image = store.image("linux", "amd64", "").layer("a layer").push_tag("1");
    let (source, target) = (lab.source("one:1"), lab.target("two:2"));
    let json = lab.copy(&[&source, &target]).await;
    assert_eq!(json["copies"][0]["after"], image.digest.as_str());
    lab.assert_whole("two", image.digest.as_str());
    let all = lab.to.requests().all();
    let puts: Vec<&str> = all
        .iter()
        .filter(|it| it.method == Method::PUT && it.path.contains("/manifests/"))
        .map(|it| it.path.as_str())
        .collect();
    assert_eq!(puts, ["/v2/two/manifests/2"]);
    let wrong = lab.run(&["copy", &source, &target, "--platform", "linux/arm64"]).await;
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("no image for linux/arm64; it has linux/amd64"));
    let wrong = lab.run(&["copy", &source, &target, "--format", "docker"]).await;
    assert!(wrong.stderr.contains("is a single image"), "{}", wrong.stderr);
}

/// distribution 3.1.2 answers 201 to a mount by sha512 and does nothing; the image is put by its
/// tag alone.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_registry_says_it_mounted_is_uploaded() {
    let options = SandboxOptions { lying_mounts: true, ..SandboxOptions::default() };
    let lab = Lab::with(options).await;
    let store = lab.to.store().repository("one");
    let image = store.image("linux", "amd64", "").layer("a layer").push_tag("1");
    lab.copy(&[&lab.target("one:1"), &lab.target("two:2")]).await;
    lab.assert_whole("two", image.digest.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn blobs_of_the_same_registry_are_mounted() {
    let samples = SandboxOptions { samples: true, ..SandboxOptions::default() };
    let lab = Lab::with(samples).await;
    let (source, target) = (lab.target("demo/ten-platforms:1.0"), lab.target("copy:1"));
    let json = lab.copy(&[&source, &target]).await;
    let sums = &json["copies"][0]["sums"];
    assert_eq!(sums["blobs_copied"], 0);
    assert!(sums["blobs_mounted"].as_u64().unwrap() > 8);
    lab.assert_whole("copy", json["copies"][0]["after"].as_str().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn several_sources_keep_their_tags_and_share_their_blobs() {
    let lab = Lab::start().await;
    let sources =
        ["1.0", "1.1", "edge"].map(|tag| lab.source(&format!("demo/ten-platforms:{tag}")));
    let target = lab.target("mirror");
    let arguments: Vec<&str> =
        sources.iter().map(String::as_str).chain([target.as_str()]).collect();
    let json = lab.copy(&arguments).await;
    assert_eq!(json["copies"].as_array().unwrap().len(), 3);
    for (source, tag) in sources.iter().zip(["1.0", "1.1", "edge"]) {
        assert_eq!(lab.digest(source).await, lab.digest(&format!("{target}:{tag}")).await);
        lab.assert_whole("mirror", &lab.digest(source).await);
    }
    // What the first brought is there for the others.
    let uploads = lab.to.requests().all();
    let mut uploads: Vec<String> = uploads
        .iter()
        .filter(|it| it.method == Method::PUT && it.path.contains("/blobs/uploads/"))
        .filter_map(|it| it.query.clone())
        .filter_map(|query| Some(query.split("digest=").nth(1)?.to_owned()))
        .collect();
    let all = uploads.len();
    uploads.sort_unstable();
    uploads.dedup();
    assert_eq!(uploads.len(), all);
    let clash = lab.source("demo/liar:latest");
    let other = lab.source("demo/ten-platforms:latest");
    let ran = lab.run(&["copy", &clash, &other, &target, "--yes"]).await;
    assert!(ran.stderr.contains("two sources would become"), "{}", ran.stderr);
    let named = lab.target("mirror:1");
    let ran = lab.run(&["copy", &sources[0], &sources[1], &named, "--yes"]).await;
    assert!(ran.stderr.contains("each keeps its tag"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subset_is_a_list_of_its_own_with_everything_else_of_the_list() {
    let lab = Lab::start().await;
    let (source, target) = (lab.source("demo/ten-platforms:1.0"), lab.target("mirror/app:1"));
    let json = lab
        .copy(&[&source, &target, "--platform", "linux/amd64", "--platform", "linux/arm64"])
        .await;
    let copied = &json["copies"][0];
    assert_eq!(copied["same_bytes"], false);
    assert_ne!(copied["after"], copied["source_digest"]);
    let list: serde_json::Value =
        serde_json::from_slice(&lab.to.store().repository("mirror/app").manifest("1").unwrap())
            .unwrap();
    let whole: serde_json::Value = serde_json::from_slice(
        &lab.from.store().repository("demo/ten-platforms").manifest("1.0").unwrap(),
    )
    .unwrap();
    // Two images and their attestations, as the list had them; the list's own fields stay.
    let kept = [0, 1, 4, 5].map(|at| whole["manifests"][at].clone());
    assert_eq!(list["manifests"], serde_json::json!(kept));
    assert_eq!(list["annotations"], whole["annotations"]);
    lab.assert_whole("mirror/app", copied["after"].as_str().unwrap());
    let left = copied["evidence"]["left_behind"].as_array().unwrap();
    assert_eq!(left.iter().filter(|it| it["reason"] == "its image is not taken").count(), 2);

    let bare = lab.copy(&[&source, &lab.target("bare:1"), "--no-attestations"]).await;
    let left = bare["copies"][0]["evidence"]["left_behind"].as_array().unwrap();
    assert_eq!(left.iter().filter(|it| it["reason"] == "--no-attestations").count(), 4);
    let ran = lab.run(&["copy", &source, &target, "--platform", "linux/s390x"]).await;
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("no image for linux/s390x; it has linux/amd64"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_is_replaced_is_in_the_journal() {
    let lab = Lab::start().await;
    let target = lab.target("mirror/app:1");
    let (old, new) = (lab.source("demo/ten-platforms:1.0"), lab.source("demo/ten-platforms:edge"));
    lab.copy(&[&old, &target]).await;
    let before = lab.digest(&target).await;
    let json = lab.copy(&[&new, &target]).await;
    assert_eq!(json["copies"][0]["before"], before);
    let absent = lab.run(&["copy", &old, &target, "--yes", "--if-absent"]).await;
    assert_eq!(absent.code, 1, "{}", absent.stderr);
    let undone = lab.run(&["undo", &target, "--yes"]).await;
    assert_eq!(undone.code, 0, "{}", undone.stderr);
    assert_eq!(lab.digest(&target).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_without_being_asked() {
    let lab = Lab::start().await;
    let (source, target) = (lab.source("demo/ten-platforms:1.0"), lab.target("mirror/app:1"));
    let ran = lab.run(&["copy", &source, &target]).await;
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("--yes copies without asking"), "{}", ran.stderr);
    let ran = lab.run(&["copy", &source, &target, "--dry-run"]).await;
    assert_eq!(ran.code, 0);
    for words in ["now      nothing", "the source's bytes", "put      9 manifests"] {
        assert!(ran.text().contains(words), "{words}: {}", ran.text());
    }
    let ran = lab.run(&["copy", &source, "oci:out", "--dry-run"]).await;
    assert!(ran.text().contains("write    9 manifests"), "{}", ran.text());
    assert!(!lab.home.path().join("out").exists());
    let writes = lab.to.requests().all();
    assert!(writes.iter().all(|it| matches!(it.method, Method::GET | Method::HEAD)));
}
