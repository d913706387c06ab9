//! `platy export`

use std::fs;

use super::Lab;
use crate::support::command::{command, run};

#[tokio::test(flavor = "multi_thread")]
async fn a_spec_that_is_exported_makes_the_same_list_again() {
    let lab = Lab::start().await;
    lab.hello("app");
    let (target, linux, windows) =
        (lab.at("app:latest"), lab.at("app:linux"), lab.at("app:windows"));
    assert_eq!(lab.run(&["create", &target, &linux, &windows, "--yes"]).await.code, 0);
    let spec = lab.run(&["export", &target, "--spec", "--to", &lab.at("app:copy")]).await;
    assert_eq!(spec.code, 0, "{}", spec.stderr);
    fs::write(lab.home.path().join("spec.yaml"), spec.text()).unwrap();
    let ran = lab.run(&["push", "spec.yaml", "--yes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(lab.bytes("app", "copy"), lab.bytes("app", "latest"));
}

#[tokio::test(flavor = "multi_thread")]
async fn other_tools_are_told_what_to_do() {
    let lab = Lab::start().await;
    lab.hello("app");
    let (target, linux, windows) =
        (lab.at("app:latest"), lab.at("app:linux"), lab.at("app:windows"));
    assert_eq!(lab.run(&["create", &target, &linux, &windows, "--yes"]).await.code, 0);
    let ran = lab.run(&["export", &target]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let text = ran.text();
    for words in [
        "regctl index create ",
        "docker buildx imagetools create --tag ",
        "crane index append --tag ",
        "docker manifest create ",
        "--os-version 10.0.17763.6414",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let one = lab.run(&["export", &target, "--tool", "crane"]).await.text();
    assert!(one.contains("crane") && !one.contains("regctl"), "{one}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Docker's command line"]
async fn docker_makes_the_same_list() {
    let lab = Lab::start().await;
    let repository = lab.sandbox.store().repository("d");
    repository.image("linux", "arm", "v7").docker().layer("x").push_tag("x");
    let windows = repository.image("windows", "amd64", "").docker();
    windows.os_version("10.0.17763.1").layer("y").push_tag("y");
    let (target, x, y) = (lab.at("d:platy"), lab.at("d:x"), lab.at("d:y"));
    let ran = lab.run(&["create", &target, &x, &y, "--yes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let to = lab.at("d:docker");
    let script = lab.run(&["export", &target, "--to", &to, "--tool", "docker"]).await.text();
    let home = lab.home.path().to_owned();
    let ran = tokio::task::spawn_blocking(move || run(command("sh", &home).args(["-ec", &script])));
    let ran = ran.await.unwrap();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let sorted = |tag: &str| {
        let mut list = lab.list("d", tag);
        let entries = list["manifests"].as_array_mut().unwrap();
        entries.sort_by_key(|entry| entry["digest"].to_string());
        list
    };
    assert_eq!(sorted("docker"), sorted("platy"));
}
