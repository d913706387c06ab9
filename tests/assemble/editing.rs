//! `platy edit`

use serde_json::json;

use super::{Lab, platforms};

/// A list of three images, the first with an attestation; its tag is `1`.
fn fill(lab: &Lab) {
    let repository = lab.sandbox.store().repository("app");
    let entries = [
        repository.image("linux", "amd64", "").layer("a").push(),
        repository.image("linux", "arm", "v7").layer("b").push(),
        repository.image("windows", "amd64", "").os_version("10.0.20348.1").layer("c").push(),
    ];
    let blob = r#"{"x":1}"#;
    let attestation = repository.artifact("").blob("application/vnd.in-toto+json", blob).push();
    let mut list = json!({ "schemaVersion": 2, "x-unknown": { "n": 1.50 }, "manifests": [] });
    let all = list["manifests"].as_array_mut().unwrap();
    for entry in &entries {
        let mut value = platy::sandbox::descriptor_json(entry);
        value["x-field"] = json!({ "z": 1, "a": 2 });
        all.push(value);
    }
    let mut value = platy::sandbox::descriptor_json(&attestation);
    value["platform"] = json!({ "architecture": "unknown", "os": "unknown" });
    value["annotations"] = json!({
        "vnd.docker.reference.digest": entries[0].digest,
        "vnd.docker.reference.type": "attestation-manifest"
    });
    all.push(value);
    let media_type = "application/vnd.oci.image.index.v1+json";
    let bytes = serde_json::to_string_pretty(&list).unwrap();
    let list = repository.put_manifest(media_type, bytes);
    repository.tag("1", &list.digest);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_changes_what_it_names_and_nothing_else() {
    let lab = Lab::start().await;
    fill(&lab);
    let before = lab.list("app", "1");
    let reference = lab.at("app:1");
    let ran = lab
        .run(&[
            "edit",
            &reference,
            "--set",
            "linux/arm:variant=v6",
            "--annotation",
            "k=v",
            "--yes",
            "--json",
        ])
        .await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let after = lab.list("app", "1");
    assert_eq!(
        platforms(&after),
        ["linux/amd64", "linux/arm/v6", "windows/amd64", "unknown/unknown"]
    );
    for unchanged in [0, 2, 3] {
        assert_eq!(after["manifests"][unchanged], before["manifests"][unchanged]);
    }
    assert_eq!(after["x-unknown"], before["x-unknown"]);
    assert_eq!(after["manifests"][1]["x-field"], before["manifests"][1]["x-field"]);
    let bytes = lab.bytes("app", "1").unwrap();
    assert!(bytes.starts_with(b"{\n  \"schemaVersion\": 2,\n"), "the layout stays");
    assert!(ran.json()["before"].is_string());
    assert_eq!(lab.writes(), ["PUT /v2/app/manifests/1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn images_go_with_their_attestations_and_come_from_elsewhere() {
    let lab = Lab::start().await;
    fill(&lab);
    let reference = lab.at("app:1");
    let before = lab.digest("app", "1").unwrap();
    let kept = lab
        .run(&[
            "edit",
            &reference,
            "--remove",
            "linux/amd64",
            "--keep-attestations",
            "--dry-run",
            "--raw",
        ])
        .await;
    assert_eq!(kept.json()["manifests"].as_array().unwrap().len(), 3);
    assert!(kept.stderr.contains("which is not in the list"), "{}", kept.stderr);
    let other = lab.sandbox.store().repository("other");
    other.image("linux", "arm", "v7").layer("new").push_tag("arm");
    let arm = other.resolve("arm").unwrap();
    other.image("linux", "s390x", "").layer("z").push_tag("z");
    let (new, z) = (format!("linux/arm={}", lab.at("other:arm")), lab.at("other:z"));
    let ran = lab
        .run(&[
            "edit",
            &reference,
            "--remove",
            "#1",
            "--replace",
            &new,
            "--add",
            &z,
            "--to",
            &lab.at("app:2"),
            "--yes",
        ])
        .await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let after = lab.list("app", "2");
    assert_eq!(platforms(&after), ["linux/arm/v7", "windows/amd64", "linux/s390x"]);
    assert_eq!(after["manifests"][0]["digest"], arm.as_str());
    assert_eq!(lab.digest("app", "1"), Some(before), "--to leaves the list's own tag alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_that_changes_nothing_pushes_nothing() {
    let lab = Lab::start().await;
    fill(&lab);
    let reference = lab.at("app:1");
    let ran = lab.run(&["edit", &reference, "--set", "linux/arm:variant=v7"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.text().contains("nothing to do"), "{}", ran.text());
    let raw = lab.run(&["edit", &reference, "--dry-run", "--raw"]).await;
    assert_eq!(raw.stdout, lab.bytes("app", "1").unwrap());
    assert!(lab.writes().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_is_filled_from_the_config() {
    let lab = Lab::start().await;
    let repository = lab.sandbox.store().repository("bare");
    let mut image = repository.image("linux", "riscv64", "").layer("a").push();
    image.platform = None;
    repository.index().entry(image).push_tag("1");
    let reference = lab.at("bare:1");
    let ran = lab.run(&["edit", &reference, "--dry-run", "--json"]).await;
    assert_eq!(ran.json()["problems"][0]["kind"], "no_platform");
    assert_eq!(ran.json()["problems"][0]["fix"], "fill from the config: linux/riscv64");
    let ran = lab.run(&["edit", &reference, "--fill", "#1", "--yes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(platforms(&lab.list("bare", "1")), ["linux/riscv64"]);

    // A component states its platform, too; a list may leave it out.
    let mut component = lab.component("bare");
    component.platform = None;
    repository.index().entry(component).push_tag("2");
    let reference = lab.at("bare:2");
    let ran = lab.run(&["edit", &reference, "--fill", "#1", "--yes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(platforms(&lab.list("bare", "2")), ["wasip2/wasm"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn annotations_are_set_and_dropped() {
    let lab = Lab::start().await;
    fill(&lab);
    let reference = lab.at("app:1");
    let set = ["--annotation", "a=b", "--annotation", "c=", "--entry-annotation", "linux/*:k=v"];
    let ran = lab.run(&[&["edit", &reference, "--yes"], &set[..]].concat()).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let list = lab.list("app", "1");
    assert_eq!(list["annotations"], json!({ "a": "b", "c": "" }));
    assert_eq!(list["manifests"][1]["annotations"], json!({ "k": "v" }));
    let drop = ["--drop-annotation", "c", "--drop-annotation", "linux/arm:k"];
    let ran = lab.run(&[&["edit", &reference, "--yes"], &drop[..]].concat()).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let list = lab.list("app", "1");
    assert_eq!(list["annotations"], json!({ "a": "b" }));
    assert_eq!(list["manifests"][0]["annotations"], json!({ "k": "v" }));
    assert!(list["manifests"][1].get("annotations").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn switching_the_format_says_what_is_lost() {
    let lab = Lab::start().await;
    fill(&lab);
    let reference = lab.at("app:1");
    let ran = lab.run(&["edit", &reference, "--format", "docker", "--dry-run", "--json"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let notes = ran.json()["notes"][0].as_str().unwrap().to_owned();
    assert!(notes.contains("no place for 1 attestation"), "{notes}");
    let media_type = ran.json()["media_type"].clone();
    assert_eq!(media_type, "application/vnd.docker.distribution.manifest.list.v2+json");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_docker_list_has_no_place_for_says_what_has() {
    let lab = Lab::start().await;
    lab.hello("app");
    let [target, linux, windows] = ["app:1", "app:linux", "app:windows"].map(|it| lab.at(it));
    let ran = lab.run(&["create", &target, &linux, &windows, "--format", "docker", "--yes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(!ran.text().contains("it was an OCI index"), "there was none: {}", ran.text());
    let annotate = ["edit", &target, "--annotation", "a=b", "--yes"];
    let ran = lab.run(&annotate).await;
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("with --format oci it becomes an OCI index"), "{}", ran.stderr);
    let ran = lab.run(&[&annotate[..], &["--format", "oci"]].concat()).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(lab.list("app", "1")["annotations"]["a"], "b");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_list_and_what_is_not_there_is_said() {
    let lab = Lab::start().await;
    fill(&lab);
    lab.hello("hello");
    let (reference, image) = (lab.at("app:1"), lab.at("hello:linux"));
    for (arguments, words) in [
        (vec!["edit", &image, "--yes"], "`platy create TARGET"),
        (vec!["edit", &reference, "--remove", "linux/ppc64le", "--yes"], "no entry matches"),
        (vec!["edit", &reference, "--remove", "arm", "--yes"], "names no entry"),
        (vec!["edit", &reference, "--set", "#1:color=red", "--yes"], "is not a field"),
        (vec!["edit", "oci:layout", "--yes"], "name one with --to"),
    ] {
        let ran = lab.run(&arguments).await;
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(words), "{arguments:?}: {}", ran.stderr);
    }
    let all = lab.run(&["edit", &reference, "--remove", "*/*", "--yes"]).await;
    assert_eq!(all.code, 1, "an empty list is refused: {}", all.stderr);
    assert!(lab.writes().is_empty());
}
