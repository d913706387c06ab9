//! `platy fleet`: files in, what machines get out.

use std::path::Path;

use crate::support::command::{Ran, platy};
use platy::sandbox::{Sandbox, SandboxOptions};
use serde_json::Value;
use tempfile::TempDir;

struct Lab {
    sandbox: Sandbox,
    home: TempDir,
    files: TempDir,
}

impl Lab {
    async fn start() -> Self {
        let lab = Self {
            sandbox: Sandbox::start(SandboxOptions::default()).await.unwrap(),
            home: TempDir::new().unwrap(),
            files: TempDir::new().unwrap(),
        };
        let repository = lab.sandbox.store().repository("team/app");
        let amd64 = repository.image("linux", "amd64", "").layer("a").push();
        let arm64 = repository.image("linux", "arm64", "v8").layer("b").push();
        repository.index().entries(vec![amd64.clone(), arm64]).push_tag("both");
        repository.index().entries(vec![amd64]).push_tag("one");
        repository.image("linux", "amd64", "").layer("c").push_tag("bare");
        lab
    }

    /// Writes a file in which `HOST` is the registry, and gives its path.
    fn file(&self, name: &str, text: &str) -> String {
        let path = self.files.path().join(name);
        std::fs::write(&path, text.replace("HOST", &self.sandbox.host().to_string())).unwrap();
        path.to_str().unwrap().to_owned()
    }

    async fn run(&self, arguments: &[&str]) -> Ran {
        let home = self.home.path().to_owned();
        let arguments: Vec<String> = arguments.iter().map(|it| (*it).to_owned()).collect();
        tokio::task::spawn_blocking(move || {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            platy(Path::new(&home), &arguments)
        })
        .await
        .unwrap()
    }
}

fn outcomes(report: &Value) -> Vec<(String, Vec<String>)> {
    let images = report["images"].as_array().unwrap();
    images
        .iter()
        .map(|image| {
            let name = image["image"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
            let machines = image["machines"].as_array().unwrap();
            let outcomes = machines.iter().map(|it| it["outcome"].as_str().unwrap().to_owned());
            (name, outcomes.collect())
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_image_is_asked_about_once_for_each_machine() {
    let lab = Lab::start().await;
    let compose = lab.file(
        "compose.yaml",
        "services:\n  a: {image: HOST/team/app:both}\n  b: {image: HOST/team/app:one}\n  \
         c: {image: HOST/team/app:bare}\n  d: {image: HOST/team/app:both}\n",
    );
    lab.sandbox.requests().clear();
    let ran = lab.run(&["fleet", &compose, "--json"]).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let report: Value = ran.json();
    let expected = [("app:both", ["gets", "gets"]), ("app:one", ["gets", "nothing"])];
    let outcomes = outcomes(&report);
    for (name, cells) in expected {
        let cells: Vec<String> = cells.iter().map(|it| (*it).to_owned()).collect();
        assert!(outcomes.contains(&(name.to_owned(), cells)), "{name}: {outcomes:?}");
    }
    assert_eq!(outcomes.len(), 3);
    assert_eq!(outcomes[2].1, ["gets", "wrong"]);
    let places = report["images"][0]["places"].as_array().unwrap();
    assert_eq!((places.len(), &places[1]["line"]), (2, &Value::from(5)));
    // A list whose entries say their platforms is one request, a bare image two.
    assert_eq!(lab.sandbox.requests().count(), 1 + 1 + 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_for_one_platform_or_the_builder_is_not_asked_for_others() {
    let lab = Lab::start().await;
    let dockerfile = lab.file(
        "Dockerfile",
        "FROM --platform=$BUILDPLATFORM HOST/team/app:bare AS build\nFROM HOST/team/app:both\n",
    );
    let compose = lab.file(
        "compose.yaml",
        "services:\n  a: {image: HOST/team/app:one, platform: linux/amd64}\n",
    );
    let ran = lab.run(&["fleet", &dockerfile, &compose]).await;
    assert_eq!(ran.code, 0, "{}{}", ran.text(), ran.stderr);
    assert!(ran.text().contains("3 images · every machine gets its own"), "{}", ran.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_for_is_named_and_the_rest_is_reported() {
    let lab = Lab::start().await;
    let broken = lab.file("broken.yaml", "a: [\n");
    let template = lab.file("t.yaml", "kind: Pod\nspec:\n  image: {{ .Values.image }}\n");
    let list = lab.file("list.txt", "HOST/team/app:both\nHOST/team/app:none\n");
    let ran = lab.run(&["fleet", &broken, &template, &list, "/nowhere/at/all"]).await;
    assert_eq!(ran.code, 2);
    for text in [
        "broken.yaml:",
        "t.yaml:3: {{ .Values.image }}: a template that was not rendered",
        "team/app:none: not found",
        "list.txt:2",
        "/nowhere/at/all: ",
        "✓ linux/amd64  ✓ linux/arm64/v8",
    ] {
        assert!(ran.text().contains(text), "{text}: {}", ran.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_have_file_and_line_in_sarif_and_cases_in_junit() {
    let lab = Lab::start().await;
    let list = lab.file("list.txt", "HOST/team/app:both\n# a remark\nHOST/team/app:one\n");
    let ran = lab.run(&["fleet", &list, "--sarif"]).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let sarif: Value = ran.json();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 1);
    assert_eq!(results[0]["ruleId"], "fleet-nothing");
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["region"]["startLine"], 3);
    let ran = lab.run(&["fleet", &list, "--junit"]).await;
    let counted = r#"tests="4" skipped="0" failures="1" errors="0""#;
    assert!(ran.text().contains(counted), "{}", ran.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exception_with_a_reason_does_not_count_until_its_day() {
    let lab = Lab::start().await;
    let list = lab.file("list.txt", "HOST/team/app:one\n");
    let exception = |until: &str| {
        format!("[[allow]]\nimage = \"HOST/team/app:one\"\nreason = \"old\"\nuntil = \"{until}\"\n")
    };
    let allow = lab.file("allow.toml", &exception("2999-01-01"));
    assert_eq!(lab.run(&["fleet", &list, "--allow", &allow]).await.code, 0);
    let over = lab.file("over.toml", &exception("2020-01-01"));
    assert_eq!(lab.run(&["fleet", &list, "--allow", &over]).await.code, 1);
    let odd = lab.file("odd.toml", "[[allow]]\nimage = \"a\"\n");
    assert_eq!(lab.run(&["fleet", &list, "--allow", &odd]).await.code, 2);
}
