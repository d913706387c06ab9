//! `platy fleet`: files in, what machines get out.

use std::path::Path;

use crate::support::command::{Ran, platy};
use platy::sandbox::{Fault, Rule, Sandbox, SandboxOptions};
use reqwest::header::HeaderName;
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
    // A list whose entries say their platforms is one request, a bare image two; and a HEAD is the
    // first of a host.
    assert_eq!(lab.sandbox.requests().count(), 1 + 1 + 1 + 2);
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

/// Two places that fix two platforms pull two images.
#[tokio::test(flavor = "multi_thread")]
async fn every_platform_that_a_place_fixes_is_asked_about() {
    let lab = Lab::start().await;
    let told = async |image: &str| {
        let one = |name: &str, platform: &str| {
            format!("  {name}: {{image: HOST/team/app:{image}, platform: {platform}}}\n")
        };
        let compose = lab.file(
            "compose.yaml",
            &format!("services:\n{}{}", one("a", "linux/amd64"), one("b", "linux/arm64")),
        );
        let dockerfile = lab.file("Dockerfile", &format!("FROM HOST/team/app:{image}\n"));
        let alone = lab.run(&["fleet", &compose]).await;
        let beside = ["fleet", "--host", "linux/amd64", &compose, &dockerfile];
        let beside = lab.run(&beside).await;
        assert_eq!(alone.code, beside.code, "{}{}", alone.text(), beside.text());
        (alone.code, alone.text() + &beside.text())
    };
    let (code, text) = told("one").await;
    assert_eq!(code, 1, "{text}");
    assert_eq!(text.matches("there is no image for linux/arm64").count(), 2, "{text}");
    let (code, text) = told("both").await;
    assert_eq!((code, text.contains("there is no image")), (0, false), "{text}");
}

/// A pod that a selector keeps on arm64 nodes needs no image for amd64, and one whose nodes are not
/// among the machines is asked about for its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_pod_is_asked_about_for_the_nodes_that_it_can_run_on() {
    let lab = Lab::start().await;
    let pod = |image: &str, selector: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  nodeSelector: \
             {{kubernetes.io/arch: {selector}}}\n  containers: [{{name: a, image: \
             HOST/team/app:{image}}}]\n---\n"
        )
    };
    let text = format!("{}{}{}", pod("one", "amd64"), pod("both", "arm64"), pod("bare", "s390x"));
    let file = lab.file("pods.yaml", &text);
    let hosts = ["--host", "linux/amd64", "--host", "linux/arm64"];
    let command = [&["fleet", "--json", "--expect", "linux/arm64", &file], &hosts[..]].concat();
    let ran = lab.run(&command).await;
    let report = ran.json();
    let cells = |name: &str| outcomes(&report).into_iter().find(|it| it.0 == name).unwrap().1;
    assert_eq!(cells("app:one"), ["gets", "not-asked"]);
    assert_eq!(cells("app:both"), ["not-asked", "gets"]);
    assert_eq!(cells("app:bare"), ["wrong", "wrong"]);
    assert_eq!(report["images"][0]["missing"], serde_json::json!([]), "arm64 is not needed there");
    let nodes = &report["images"][0]["places"][0]["nodes"];
    assert_eq!(*nodes, serde_json::json!({ "os": null, "architectures": ["amd64"] }));
    // What is joined again is the same.
    let one = lab.file("one.json", &report.to_string());
    let merged = lab.run(&["fleet", "--json", "--merge", &one]).await;
    assert_eq!(merged.json()["images"], report["images"]);
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

/// Of many images of one registry that is down the reason is read once.
#[tokio::test(flavor = "multi_thread")]
async fn images_that_were_not_read_for_one_reason_are_told_together() {
    let lab = Lab::start().await;
    // Nothing listens there.
    let list = lab.file("list.txt", "127.0.0.1:1/a:1\nHOST/team/app:both\n127.0.0.1:1/b:2\n");
    let ran = lab.run(&["fleet", &list]).await;
    assert_eq!(ran.code, 2);
    let text = ran.text();
    let (before, told) = text.split_once("? 2 images: ").unwrap();
    assert_eq!(before, "", "{text}");
    let lines: Vec<&str> = told.lines().collect();
    let at = |what: &str| lines.iter().position(|line| line.trim_end().ends_with(what)).unwrap();
    let order =
        [at("    127.0.0.1:1/a:1"), at("list.txt:1"), at("    127.0.0.1:1/b:2"), at("list.txt:3")];
    assert!(order.is_sorted(), "{text}");
    assert_eq!(text.matches("refused").count(), 1, "{text}");
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

#[tokio::test(flavor = "multi_thread")]
async fn platforms_are_expected_of_every_image() {
    let lab = Lab::start().await;
    let list = lab.file("list.txt", "HOST/team/app:both\nHOST/team/app:one\nHOST/team/app:bare\n");
    let run = |options: &'static str| {
        let arguments: Vec<&str> = ["fleet", &list].into_iter().chain(options.split(' ')).collect();
        let arguments: Vec<String> = arguments.into_iter().map(str::to_owned).collect();
        let lab = &lab;
        async move { lab.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>()).await }
    };
    let ran = run("--host linux/amd64 --expect linux/x86_64,linux/aarch64 --json").await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let report = ran.json();
    let missing: Vec<&Value> =
        report["images"].as_array().unwrap().iter().map(|it| &it["missing"]).collect();
    assert_eq!(missing[0], &Value::from(Vec::<Value>::new()));
    for missing in &missing[1..] {
        assert_eq!(missing[0], "linux/arm64/v8", "{missing}");
    }
    assert_eq!(run("--host linux/amd64 --expect linux/amd64").await.code, 0);
    let ran = run("--host linux/amd64 --expect linux").await;
    assert!(
        ran.code == 2 && ran.stderr.contains("--expect linux: a platform is"),
        "{}",
        ran.stderr
    );
    let sarif = run("--host linux/amd64 --expect linux/arm64 --sarif").await.json();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "fleet-missing");
    let junit = run("--host linux/amd64 --expect linux/arm64 --junit").await;
    assert!(junit.text().contains(r#"failures="2" errors="0""#), "{}", junit.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_nearest_tag_that_would_do_is_named() {
    let lab = Lab::start().await;
    let repository = lab.sandbox.store().repository("team/db");
    let amd64 = repository.image("linux", "amd64", "").layer("a").push();
    let arm64 = repository.image("linux", "arm64", "v8").layer("b").push();
    for (tag, entries) in [
        ("1.9", vec![amd64.clone()]),
        ("1.10", vec![amd64.clone()]),
        ("1.12", vec![amd64.clone(), arm64.clone()]),
        ("2.0", vec![amd64.clone(), arm64.clone()]),
        ("1.10-alpine", vec![amd64.clone(), arm64]),
    ] {
        repository.index().entries(entries).push_tag(tag);
    }
    let list = lab.file("list.txt", "HOST/team/db:1.9\nHOST/team/app:one\n");
    let ran = lab.run(&["fleet", &list, "--nearest", "--json"]).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let report = ran.json();
    assert_eq!(report["images"][0]["nearest"]["tag"], "1.12");
    assert_eq!(report["images"][1]["nearest"]["tag"], "both");
    let ran = lab.run(&["fleet", &list, "--nearest"]).await;
    assert!(ran.text().contains("→ the nearest tag that has all of it is 1.12"), "{}", ran.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn labels_are_proven_too() {
    let lab = Lab::start().await;
    let repository = lab.sandbox.store().repository("team/liar");
    let mut image = repository.image("linux", "amd64", "").layer("x").push();
    image.platform = Some(platy::oci::Platform::new("linux", "arm64", ""));
    repository.index().entry(image).push_tag("1");
    let list = lab.file("list.txt", "HOST/team/liar:1\n");
    let ran = lab.run(&["fleet", &list, "--host", "linux/arm64", "--prove", "--json"]).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let untrue = ran.json()["images"][0]["proven"]["untrue"].to_string();
    assert!(untrue.contains("config-disagrees"), "{untrue}");
}

#[tokio::test(flavor = "multi_thread")]
async fn shards_are_joined_to_the_whole() {
    let lab = Lab::start().await;
    let list = lab.file(
        "list.txt",
        "HOST/team/app:both\nHOST/team/app:one\nHOST/team/app:bare\nHOST/team/app:none\n\
         {{ .Values.image }}\n",
    );
    let whole = lab.run(&["fleet", &list, "--json"]).await.json();
    let mut files = Vec::new();
    let mut counts = Vec::new();
    for number in 1..=3 {
        let shard = format!("{number}/3");
        let ran = lab.run(&["fleet", &list, "--shard", &shard, "--json"]).await;
        counts.push(ran.json()["images"].as_array().unwrap().len());
        files.push(lab.file(&format!("{number}.json"), &ran.text()));
    }
    counts.sort_unstable();
    assert_eq!(counts, [1, 1, 2]);
    lab.sandbox.requests().clear();
    let joined = ["fleet", "--merge", "--json", &files[0], &files[1], &files[2]];
    let ran = lab.run(&joined).await;
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert_eq!(lab.sandbox.requests().count(), 0);
    let sorted = |report: &Value| {
        let mut images = report["images"].as_array().unwrap().clone();
        images.sort_by_key(|image| image["image"].to_string());
        images
    };
    assert_eq!(sorted(&ran.json()), sorted(&whole));
    assert_eq!(ran.json()["unresolved"].as_array().unwrap().len(), 1);
    for format in ["--sarif", "--junit"] {
        assert_eq!(
            lab.run(&["fleet", "--merge", format, &files[0], &files[1], &files[2]]).await.code,
            2
        );
    }
    let ran = lab.run(&["fleet", "--merge", &files[0], &files[2]]).await;
    assert!(ran.text().contains("the report of the shard 2/3 is missing"), "{}", ran.text());
    let other = lab.file("other.json", "{}");
    let ran = lab.run(&["fleet", "--merge", &files[0], &other]).await;
    assert!(ran.text().contains("is not a report of `platy fleet --json`"), "{}", ran.text());
    assert_eq!(lab.run(&["fleet", &list, "--shard", "4/3"]).await.code, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn pods_are_kept_on_machines_that_have_all_their_images() {
    let lab = Lab::start().await;
    let pod = lab.file(
        "pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  \
         - {name: a, image: 'HOST/team/app:both'}\n  - {name: b, image: 'HOST/team/app:one'}\n",
    );
    let ran = lab.run(&["fleet", &pod, "--affinity"]).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let text = ran.text();
    assert!(text.starts_with(&format!("# {pod}:6  Pod p\naffinity:\n")), "{text}");
    assert!(text.contains("kubernetes.io/arch, operator: In, values: [amd64]"), "{text}");
    let report = lab.run(&["fleet", &pod, "--json"]).await.json();
    assert_eq!(report["pods"][0]["platforms"][0], "linux/amd64");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pod_that_runs_what_the_tag_does_not_hold_any_more_is_named() {
    let lab = Lab::start().await;
    let digest = format!("sha256:{}", "a".repeat(64));
    let pods = format!(
        r#"{{"apiVersion":"v1","kind":"List","items":[{{"apiVersion":"v1","kind":"Pod",
        "metadata":{{"name":"p","namespace":"n"}},
        "spec":{{"containers":[{{"name":"c","image":"HOST/team/app:both"}}]}},
        "status":{{"containerStatuses":[{{"name":"c","imageID":"HOST/team/app@{digest}"}}]}}}}]}}"#
    );
    let pods = lab.file("pods.json", &pods);
    let ran = lab.run(&["fleet", &pods]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let told = format!("runs {digest}");
    assert!(ran.text().replace("\n  ", " ").contains(&told), "{}", ran.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn few_requests_and_a_run_goes_on_from_the_cache() {
    let lab = Lab::start().await;
    let repository = lab.sandbox.store().repository("team/many");
    let amd64 = repository.image("linux", "amd64", "").layer("x").push();
    let arm64 = repository.image("linux", "arm64", "v8").layer("y").push();
    let list = repository.index().entries(vec![amd64.clone(), arm64]).push();
    let mut names = String::new();
    for tag in 0..20 {
        repository.tag(&format!("list{tag}"), &list.digest);
        repository.tag(&format!("bare{tag}"), &amd64.digest);
        names.push_str(&format!("HOST/team/many:list{tag}\nHOST/team/many:bare{tag}\n"));
    }
    let file = lab.file("many.txt", &names);
    lab.sandbox.requests().clear();
    let first = lab.run(&["fleet", &file]).await;
    assert_eq!(first.code, 1, "{}", first.stderr);
    let gets = |what: &str| {
        let all = lab.sandbox.requests().all();
        all.iter().filter(|it| it.method == "GET" && it.path.contains(what)).count()
    };
    // One for each tag; the config that twenty tags share, once.
    assert_eq!((gets("/manifests/"), gets("/blobs/")), (40, 1));
    lab.sandbox.requests().clear();
    let again = lab.run(&["fleet", &file]).await;
    assert_eq!(again.text(), first.text());
    assert_eq!(gets("/blobs/"), 0);
    let answered = lab.sandbox.requests().all();
    let gets: Vec<_> =
        answered.iter().filter(|it| it.method == "GET").map(|it| it.status).collect();
    // The first question of a host is a HEAD, which tells whether it counts.
    assert_eq!((answered.len(), gets), (41, vec![Some(304); 40]));
}

/// On a registry that does not count, the bytes of the answer decide, not the header of the HEAD.
#[tokio::test(flavor = "multi_thread")]
async fn a_digest_that_a_head_states_wrongly_does_no_harm() {
    let lab = Lab::start().await;
    let wrong = format!("sha256:{}", "0".repeat(64));
    lab.sandbox
        .faults()
        .add(Rule::new(Fault::DigestHeader(Some(wrong))).method(reqwest::Method::HEAD));
    let file = lab.file("one.txt", "HOST/team/app:both\n");
    let ran = lab.run(&["fleet", "--json", &file]).await;
    assert_eq!(outcomes(&ran.json())[0].1, ["gets", "gets"], "{}", ran.stderr);
}

/// Docker Hub's headers, with which it counts a GET of a manifest as a pull, and a HEAD not.
#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_counts_pulls_is_asked_by_head_first_and_its_quota_is_shown() {
    let lab = Lab::start().await;
    let headers = [("ratelimit-limit", "100;w=21600"), ("ratelimit-remaining", "76;w=21600")]
        .map(|(name, value)| (HeaderName::from_static(name), value.to_owned()));
    lab.sandbox.faults().add(Rule::new(Fault::Headers(headers.to_vec())));
    let repository = lab.sandbox.store().repository("team/app");
    let digest = repository.resolve("both").unwrap();
    let mut names = String::new();
    for tag in 0..40 {
        repository.tag(&format!("t{tag}"), &digest);
        names.push_str(&format!("HOST/team/app:t{tag}\n"));
    }
    let file = lab.file("counted.txt", &names);
    let asked = |method: &str| {
        let all = lab.sandbox.requests().all();
        all.iter().filter(|it| it.method == method && it.path.contains("/manifests/")).count()
    };
    lab.sandbox.requests().clear();
    let ran = lab.run(&["fleet", &file]).await;
    assert_eq!(ran.code, 0, "{}{}", ran.text(), ran.stderr);
    let host = lab.sandbox.host().to_string();
    assert!(
        ran.text().contains(&format!("{host}: 76 of 100 requests left (6 h)")),
        "{}",
        ran.text()
    );
    assert_eq!((asked("HEAD"), asked("GET")), (40, 1));
    lab.sandbox.requests().clear();
    let ran = lab.run(&["fleet", "--json", &file]).await;
    let quota = &ran.json()["quotas"][0];
    assert_eq!((quota["limit"].as_u64(), quota["remaining"].as_u64()), (Some(100), Some(76)));
    assert_eq!(quota["host"], host.as_str());
    assert_eq!(quota["host"], host.as_str());
    assert_eq!((asked("HEAD"), asked("GET")), (40, 0), "the list is in the cache");
}

/// The commands that the manual has a CI system run.
fn of_the_manual() -> Vec<String> {
    let page = include_str!("../assets/manual/fleets.md");
    let ci = page.split("## In CI").nth(1).unwrap().split("## A page").next().unwrap();
    let run = |line: &str| {
        let line = line.trim().trim_start_matches("- ").trim_start_matches("run: ");
        line.starts_with("platy ").then(|| line.to_owned())
    };
    ci.lines().filter_map(run).collect()
}

#[tokio::test(flavor = "multi_thread")]
#[cfg(unix)]
async fn the_manual_s_ci_jobs_run_as_written() {
    let lab = Lab::start().await;
    let deploy = lab.files.path().join("deploy");
    std::fs::create_dir(&deploy).unwrap();
    lab.file(
        "deploy/app.yaml",
        "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - {name: a, image: 'HOST/team/app:both'}\n  \
         - {name: b, image: 'HOST/team/app:one'}\n",
    );
    lab.file("deploy/allow.toml", "");
    let commands = of_the_manual();
    assert_eq!(commands.len(), 3, "{commands:?}");
    let folder = Path::new(crate::support::command::PLATY).parent().unwrap().display().to_string();
    let run = |line: &str, node: &str| {
        let mut command = crate::support::command::command("sh", lab.home.path());
        let path = std::env::var("PATH").unwrap_or_default();
        command.args(["-c", line]).current_dir(lab.files.path());
        command.env("PATH", format!("{folder}:{path}"));
        command.env("CI_NODE_INDEX", node).env("CI_NODE_TOTAL", "2");
        tokio::task::block_in_place(|| crate::support::command::run(&mut command))
    };
    let ran = run(&commands[0], "1");
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    for node in ["1", "2"] {
        let ran = run(&commands[1], node);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
    }
    let ran = run(&commands[2], "");
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let written = |name: &str| std::fs::read_to_string(lab.files.path().join(name)).unwrap();
    assert!(written("fleet.sarif").contains("fleet-nothing"));
    assert!(
        written("fleet.xml").contains(r#"failures="1" errors="0""#),
        "{}",
        written("fleet.xml")
    );
}
