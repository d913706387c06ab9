//! `platy export`

use std::fs;

use serde_json::{Value, json};

use super::Lab;
use crate::support::command::{Ran, command, run};

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
        "oras manifest index create ",
        "podman manifest create ",
        "docker buildx imagetools create --tag ",
        "crane index append --flatten=false --tag ",
        "docker manifest create ",
        "--os-version 10.0.17763.6414",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let one = lab.run(&["export", &target, "--tool", "crane"]).await.text();
    assert!(one.contains("crane") && !one.contains("regctl"), "{one}");
}

/// What the tools make was seen with crane 0.22.1, regctl 0.11.7, oras 1.3.6, buildx 0.38.2, podman
/// 4.3.1 and docker 28.2.2: `cargo test --test live -- exports` runs every script.
#[tokio::test(flavor = "multi_thread")]
async fn the_head_says_what_each_tool_keeps_and_auto_takes_the_best() {
    let lab = Lab::start().await;
    let repository = lab.sandbox.store().repository("kept");
    let amd64 = repository.image("linux", "amd64", "").layer("a").push();
    let arm64 = repository.image("linux", "arm64", "v8").layer("b").push();
    let windows = repository.image("windows", "amd64", "").os_version("10.0.17763.1");
    let windows = windows.layer("c").push();
    for (tag, image) in [("a", &amd64), ("b", &arm64), ("c", &windows)] {
        repository.tag(tag, &image.digest);
    }
    let sources: Vec<String> = ["a", "b", "c"].map(|tag| lab.at(&format!("kept:{tag}"))).into();
    let target = lab.at("kept:list");
    let mut create = vec!["create", &target];
    create.extend(sources.iter().map(String::as_str));
    create.push("--yes");
    assert_eq!(lab.run(&create).await.code, 0);
    let verdict = |json: &Value, tool: &str| {
        let tools = json["tools"].as_array().unwrap().clone();
        let found = tools.into_iter().find(|it| it["tool"] == tool).unwrap();
        (found["verdict"].as_str().unwrap().to_owned(), found["loses"].clone(), found)
    };
    let json = lab.run(&["export", &target, "--json"]).await.json();
    for (tool, expected) in [
        ("regctl", "exact bytes"),
        ("oras", "exact bytes"),
        ("podman", "exact bytes"),
        ("imagetools", "same content, other bytes"),
        ("crane", "adds: artifactType of entries 1, 2, 3"),
    ] {
        assert_eq!(verdict(&json, tool).0, expected, "{tool}: {json}");
    }
    let (_, loses, crane) = verdict(&json, "crane");
    assert_eq!(loses, json!([]));
    assert_eq!(crane["adds"], json!(["artifactType of entries 1, 2, 3"]));

    // crane gives an entry the annotations of its manifest, whatever the list says.
    let noted = repository.image("linux", "riscv64", "").annotation("in", "manifest").layer("d");
    let mut noted = noted.push();
    noted.annotations.clear();
    repository.index().entry(noted).push_tag("noted");
    let noted = lab.run(&["export", &lab.at("kept:noted"), "--json"]).await.json();
    assert_eq!(verdict(&noted, "regctl").0, "same content, other bytes", "{noted}");
    let adds = &verdict(&noted, "crane").2["adds"];
    assert_eq!(adds, &json!(["annotations of entry 1", "artifactType of entry 1"]), "{noted}");
    assert_eq!(json["tools"][0]["verdict"], "exact bytes", "the best is the first");
    let auto = lab.run(&["export", &target, "--tool", "auto"]).await.text();
    assert!(auto.starts_with("# regctl 0.11.7: exact bytes\n"), "{auto}");
    assert!(auto.contains("\nset -e\n"), "{auto}");
    assert!(!auto.contains("under-way"), "one command is enough: {auto}");

    // The live tag changes once, at the end, however many commands it takes.
    let annotated = lab.at("kept:annotated");
    let edit = ["edit", &target, "--entry-annotation", "linux/amd64:k=v", "--to", &annotated];
    assert_eq!(lab.run(&[&edit[..], &["--yes"]].concat()).await.code, 0);
    let script = lab.run(&["export", &annotated, "--tool", "regctl"]).await.text();
    let writes: Vec<&str> = script.lines().filter(|line| line.starts_with("regctl i")).collect();
    let (last, before) = writes.split_last().unwrap();
    assert!(last.starts_with("regctl image copy") && last.ends_with("kept:annotated"), "{script}");
    assert!(before.iter().all(|line| line.contains("kept:annotated-under-way")), "{script}");
    let json = lab.run(&["export", &annotated, "--json"]).await.json();
    assert_eq!(verdict(&json, "oras").1, json!(["annotations of entry 1"]));

    // Content elsewhere is said before the script, by the tools that do not fetch it.
    let elsewhere = lab.at("other:list");
    let export = ["export", &target, "--to", &elsewhere, "--tool", "oras"];
    let oras = lab.run(&export).await.text();
    assert!(oras.contains(&format!("{} is in ", amd64.digest)), "{oras}");
    let empty = repository.index().push_tag("empty");
    let ran = lab.run(&["export", &lab.at("kept:empty"), "--tool", "docker"]).await;
    assert_eq!(ran.code, 1, "{empty:?} {}", ran.text());
    assert!(ran.stderr.contains("docker cannot make this list"), "{}", ran.stderr);
}

/// What crane 0.22.1, regctl 0.11.7 and oras 1.3.6 make of a component was seen on a registry: crane
/// and regctl read configs of all types, oras those of images.
#[tokio::test(flavor = "multi_thread")]
async fn the_platform_of_a_component_is_filled_by_tools_that_read_its_config() {
    let lab = Lab::start().await;
    lab.hello("app");
    let mut component = lab.component("app");
    let (target, linux) = (lab.at("app:1"), lab.at("app:linux"));
    let ran = lab.run(&["create", &target, &linux, &lab.at("app:component"), "--yes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let told = |json: &Value, tool: &str| {
        let tools = json["tools"].as_array().unwrap();
        let found = tools.iter().find(|it| it["tool"] == tool).unwrap();
        json!([found["loses"], found["adds"]])
    };
    let json = lab.run(&["export", &target, "--json"]).await.json();
    assert_eq!(told(&json, "crane"), json!([[], ["artifactType of entry 1"]]));
    assert_eq!(told(&json, "regctl"), json!([["artifactType of entry 2"], []]));
    assert_eq!(told(&json, "oras"), json!([["platform of entry 2"], []]));
    assert_eq!(told(&json, "podman"), json!([["entry 2"], []]), "no artifacts");
    let regctl = lab.run(&["export", &target, "--tool", "regctl"]).await.text();
    assert!(!regctl.contains("--desc-platform"), "the config says it: {regctl}");
    let spec = lab.run(&["export", &target, "--spec"]).await.text();
    assert!(spec.contains("# manifest-tool refuses artifacts (entries 2)"), "{spec}");

    component.platform = None;
    lab.sandbox.store().repository("app").index().entry(component).push_tag("2");
    let json = lab.run(&["export", &lab.at("app:2"), "--json"]).await.json();
    let adds = |tool: &str| told(&json, tool)[1].to_string();
    assert!(adds("crane").contains("platform"), "{json}");
    assert!(adds("regctl").contains("platform"), "{json}");
    assert!(!adds("oras").contains("platform"), "{json}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spec_says_what_it_cannot_say() {
    let lab = Lab::start().await;
    let repository = lab.sandbox.store().repository("s");
    let mut platform = platy::oci::Platform::new("windows", "amd64", "");
    platform.os_version = "10.0.17763.1".to_owned();
    platform.os_features = vec!["win32k".to_owned(), "a,b".to_owned()];
    let image = repository.image("windows", "amd64", "").config_platform(platform.clone());
    let mut entry = image.layer("x").push();
    entry.platform = Some(platform);
    repository.index().entry(entry.clone()).push_tag("comma");
    let list = lab.at("s:comma");
    let spec = lab.run(&["export", &list, "--spec", "--to", &lab.at("s:again")]).await.text();
    assert!(!spec.contains("# not in this spec"), "{spec}");
    assert!(
        spec.contains("# with manifest-tool: manifest-tool push --type oci from-spec"),
        "{spec}"
    );
    fs::write(lab.home.path().join("spec.yaml"), &spec).unwrap();
    assert_eq!(lab.run(&["push", "spec.yaml", "--yes"]).await.code, 0);
    assert_eq!(lab.list("s", "again")["manifests"], lab.list("s", "comma")["manifests"]);

    // The config says more than the list: `push` takes that.
    entry.platform = Some(platy::oci::Platform::new("windows", "amd64", ""));
    repository.index().entry(entry).push_tag("less");
    let spec = lab.run(&["export", &lab.at("s:less"), "--spec"]).await.text();
    let words = "# not in this spec, so push adds it: os.version of entry 1";
    assert!(spec.contains(words), "{spec}");

    // What `push` refuses is said.
    let mut other = repository.image("linux", "amd64", "").layer("y").push();
    other.platform = Some(platy::oci::Platform::new("freebsd", "amd64", ""));
    repository.index().entry(other).push_tag("other");
    let spec = lab.run(&["export", &lab.at("s:other"), "--spec"]).await.text();
    let words =
        "# platy push refuses it: entry 1 says freebsd/amd64, and its config says linux/amd64";
    assert!(spec.contains(words), "{spec}");

    // A list in a list would be flattened.
    let inner = repository.index().push();
    repository.index().entry(inner).push_tag("nested");
    let ran = lab.run(&["export", &lab.at("s:nested"), "--spec"]).await;
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("entry 1 is a list"), "{}", ran.stderr);
}

/// What docker 28.2.2, regctl 0.11.7 and imagetools 0.38.2 make of them was seen on a registry.
#[tokio::test(flavor = "multi_thread")]
async fn lists_of_mixed_and_half_filled_entries_are_foretold() {
    let lab = Lab::start().await;
    let repository = lab.sandbox.store().repository("m");
    let told = async |tag: &str, tool: &str| {
        let list = lab.at(&format!("m:{tag}"));
        let ran = lab.run(&["export", &list, "--tool", tool, "--json"]).await;
        ran.json()["tools"][0].clone()
    };
    // docker: the type is that of the image whose digest comes first.
    let mut firsts = std::collections::HashSet::new();
    for layer in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        let docker = repository.image("linux", "ppc64le", "").docker().layer(layer).push();
        let oci = repository.image("freebsd", "amd64", "").layer(layer).push();
        let is_docker = docker.digest.to_string() < oci.digest.to_string();
        firsts.insert(is_docker);
        repository.index().entry(docker).entry(oci).push_tag(layer);
        let loses = told(layer, "docker").await["loses"].to_string();
        assert_eq!(loses.contains("type of the list"), is_docker, "{layer}: {loses}");
    }
    assert_eq!(firsts.len(), 2, "both orders were met");

    // regctl: annotations of a Docker list are kept, artifactType and subject are not.
    let image = repository.image("linux", "amd64", "").docker().layer("x").push();
    let docker_list = "application/vnd.docker.distribution.manifest.list.v2+json";
    let entry = json!({
        "mediaType": image.media_type.as_str(), "digest": image.digest, "size": image.size,
        "platform": { "architecture": "amd64", "os": "linux" },
    });
    let mut list = json!({
        "schemaVersion": 2, "mediaType": docker_list, "manifests": [entry.clone()],
        "annotations": { "k": "v" },
    });
    let noted = repository.put_manifest(docker_list, list.to_string());
    repository.tag("noted", &noted.digest);
    assert_eq!(told("noted", "regctl").await["verdict"], "exact bytes");
    assert_eq!(
        told("noted", "oras").await["loses"][0],
        format!("type of the list ({docker_list} → application/vnd.oci.image.index.v1+json)")
    );
    list["artifactType"] = json!("application/vnd.example");
    list["subject"] = json!({
        "mediaType": image.media_type.as_str(), "digest": image.digest, "size": image.size,
    });
    let typed = repository.put_manifest(docker_list, list.to_string());
    repository.tag("typed", &typed.digest);
    let regctl = told("typed", "regctl").await;
    assert_eq!(regctl["loses"], json!(["artifactType of the list", "subject"]), "{regctl}");
    assert!(!regctl["script"].as_str().unwrap().contains("--subject"), "{regctl}");

    // imagetools: what a descriptor lacks is filled from the config.
    let half = repository.image("linux", "arm", "").layer("y").push();
    let platforms =
        [json!({ "architecture": "", "os": "linux" }), json!({ "architecture": "arm", "os": "" })];
    for (platform, loses, adds) in [
        (&platforms[0], "architecture (empty → arm) of entry 1", json!(["variant of entry 1"])),
        (&platforms[1], "os (empty → linux) of entry 1", json!([])),
    ] {
        let entry = json!({
            "mediaType": half.media_type.as_str(), "digest": half.digest, "size": half.size,
            "platform": platform,
        });
        repository.index().odd_entry(entry).push_tag("half");
        let imagetools = told("half", "imagetools").await;
        assert_eq!(imagetools["loses"], json!([loses]), "{imagetools}");
        assert_eq!(imagetools["adds"], adds, "{imagetools}");
    }

    // regctl: a comma does not end the version.
    let mut odd = repository.image("linux", "ppc64le", "").layer("z").push();
    odd.platform = Some(platy::oci::Platform {
        os_version: "1,2\"\\".to_owned(),
        ..platy::oci::Platform::new("linux", "ppc64le", "")
    });
    repository.index().entry(odd.clone()).push_tag("comma");
    let regctl = told("comma", "regctl").await;
    assert_eq!(regctl["loses"], json!([]), "{regctl}");
    let script = regctl["script"].as_str().unwrap();
    assert!(script.contains(r#"linux/ppc64le,osver=1\,2\"\\"#), "{script}");
    odd.platform.as_mut().unwrap().os_version = " 1".to_owned();
    repository.index().entry(odd).push_tag("space");
    let regctl = told("space", "regctl").await;
    assert_eq!(regctl["loses"], json!(["os.version of entry 1"]), "{regctl}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_to_be_in_the_target_first_is_said_and_named_there() {
    let lab = Lab::start().await;
    let repository = lab.sandbox.store().repository("from");
    let image = repository.image("linux", "amd64", "").layer("x").push();
    let about = repository.image("linux", "arm64", "").layer("y").push();
    repository.index().entry(image.clone()).subject(&about).push_tag("list");
    let (list, other) = (lab.at("from:list"), lab.at("to:list"));
    let told = async |target: &str, tool: &str| {
        let ran = lab.run(&["export", &list, "--to", target, "--tool", tool, "--json"]).await;
        ran.json()["tools"][0].clone()
    };
    // regctl brings the images itself, and looks the subject up in the target.
    let here = told(&lab.at("from:again"), "regctl").await;
    assert_eq!(here["first"], json!([]), "{here}");
    let there = told(&other, "regctl").await;
    let from = lab.at("from");
    let words = format!(
        "the list refers to {0}, which is in {from}: copy it to {1}@{0} first",
        about.digest,
        lab.at("to")
    );
    assert_eq!(there["first"], json!([words]), "{there}");
    // docker takes nothing of another registry: the script names the copy.
    for target in [&other, "127.0.0.1:1/to:list"] {
        let docker = told(target, "docker").await;
        let copy = format!("{}@{}", target.trim_end_matches(":list"), image.digest);
        let first = format!("{} is in {from}: copy it to {copy} first", image.digest);
        assert_eq!(docker["first"], json!([first]), "{docker}");
        let script = docker["script"].as_str().unwrap();
        assert!(script.lines().any(|it| it.contains("create") && it.contains(&copy)), "{script}");
        let commands = script.lines().filter(|it| it.starts_with("docker "));
        assert!(!commands.clone().any(|it| it.contains("/from@")), "{script}");
    }
    // A subject that is nowhere makes regctl fail.
    let mut gone = about.clone();
    gone.digest = platy::oci::Digest::sha256(b"gone");
    repository.index().entry(image).subject(&gone).push_tag("list");
    let regctl = told(&lab.at("from:again"), "regctl").await;
    let words = format!("which is not in {from}: push it to {from}@{} first", gone.digest);
    assert!(regctl["first"][0].as_str().unwrap().ends_with(&words), "{regctl}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spec_names_all_that_its_push_changes_and_no_more() {
    let lab = Lab::start().await;
    let repository = lab.sandbox.store().repository("s");
    let amd64 = repository.image("linux", "amd64", "").layer("x").push();
    let docker = repository.image("linux", "arm64", "v8").docker().layer("y").push();
    let mut component = lab.component("s");
    component.platform = Some(platy::oci::Platform::new("linux", "mips64le", ""));
    let (oci, list) = (
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
    );
    let entry = |of: &platy::oci::Descriptor, platform: Value| {
        json!({
            "mediaType": of.media_type.as_str(), "digest": of.digest, "size": of.size,
            "platform": platform,
        })
    };
    let plain = json!({ "architecture": "amd64", "os": "linux" });
    let arm64 = json!({ "architecture": "arm64", "os": "linux", "variant": "v8" });
    let mut typed = entry(&docker, arm64.clone());
    typed["artifactType"] = json!("application/vnd.x");
    let mut featured = plain.clone();
    featured["features"] = json!(["sse4"]);
    featured["x-plat"] = json!(1);
    for (tag, kind, document) in [
        (
            "top",
            oci,
            json!({ "mediaType": oci, "manifests": [entry(&amd64, plain.clone())], "x-top": 1 }),
        ),
        ("plat", oci, json!({ "mediaType": oci, "manifests": [entry(&amd64, featured)] })),
        ("nomt", oci, json!({ "manifests": [entry(&amd64, plain.clone())] })),
        (
            "odd",
            oci,
            json!({ "mediaType": oci, "manifests": [
            entry(&amd64, json!({ "architecture": "x86_64", "os": "Linux" })),
            entry(&docker, json!({ "architecture": "aarch64", "os": "linux" })),
        ] }),
        ),
        ("typed", list, json!({ "mediaType": list, "manifests": [typed] })),
        (
            "component",
            oci,
            json!({ "mediaType": oci, "manifests": [
            entry(&amd64, plain.clone()), entry(&component, json!({ "architecture": "mips64le", "os": "linux" })),
        ] }),
        ),
        ("same", oci, json!({ "mediaType": oci, "manifests": [entry(&amd64, plain.clone())] })),
    ] {
        let mut meant = json!({ "schemaVersion": 2 });
        meant.as_object_mut().unwrap().extend(document.as_object().unwrap().clone());
        let pushed = repository.put_manifest(kind, meant.to_string());
        repository.tag(tag, &pushed.digest);
        let to = format!("again-{tag}");
        let (list, target) = (lab.at(&format!("s:{tag}")), lab.at(&format!("s:{to}")));
        let spec = lab.run(&["export", &list, "--spec", "--to", &target]).await.text();
        fs::write(lab.home.path().join("spec.yaml"), &spec).unwrap();
        let mut push = vec!["push", "spec.yaml", "--yes"];
        for format in ["oci", "docker"] {
            if spec.contains(&format!("platy push --format {format}")) {
                push.extend(["--format", format]);
            }
        }
        let ran = lab.run(&push).await;
        let refuses = spec.contains("# platy push refuses");
        assert_eq!(ran.code != 0, refuses, "{tag}: {} {}\n{spec}", ran.code, ran.stderr);
        if refuses {
            continue;
        }
        let found = platy::model::draft::differences(&meant, &lab.list("s", &to));
        let comments = |words: &str| -> Vec<String> {
            spec.lines().filter_map(|it| it.strip_prefix(words)).map(str::to_owned).collect()
        };
        assert_eq!(comments("# not in this spec: "), found.loses, "{tag}\n{spec}");
        assert_eq!(comments("# not in this spec, so push adds it: "), found.adds, "{tag}\n{spec}");
    }
}

/// A tool that notes its words, each ended by NUL and the command by a record separator, and fails
/// at what begins a list if it is told to.
const FAKE: &str = r#"#!/bin/sh
case "$1 $2" in version*|--version*|"buildx version") echo "fake v0.0.9"; exit 0;; esac
printf '%s\0' "${0##*/}" "$@" >> "$NOTES"
printf '\036\0' >> "$NOTES"
case " $* " in *" create "*|*" append "*) exit "$CREATING";; esac
"#;

/// Runs a script; its end, and the commands that it ran, by their words.
fn played(lab: &Lab, script: &str, path: &str, creating: u8) -> (Ran, Vec<Vec<String>>) {
    let home = lab.home.path();
    let notes = home.join("notes");
    fs::write(&notes, "").unwrap();
    let mut shell = command("/bin/sh", home);
    shell.args(["-c", script]).current_dir(home).env("PATH", path).env("NOTES", &notes);
    let ran = run(shell.env("CREATING", creating.to_string()));
    let noted = String::from_utf8(fs::read(&notes).unwrap()).unwrap();
    let commands = noted.split_terminator("\u{1e}\0");
    let words = |it: &str| it.split_terminator('\0').map(str::to_owned).collect();
    (ran, commands.map(words).collect())
}

/// Annotations as somebody wrote them who wants a shell to do something.
#[tokio::test(flavor = "multi_thread")]
async fn hostile_words_reach_each_tool_as_they_are_and_the_first_error_ends_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let lab = Lab::start().await;
    let repository = lab.sandbox.store().repository("h");
    let said = [
        ("it's", "\"$(touch x)\"\n`touch x`\n"),
        ("-dash", "--flag $HOME"),
        ("esc\u{1b}[31m", "a,b\r\\"),
        ("two words", "; touch x #"),
    ];
    let unsaid = ("a=b", "c");
    let mut image = repository.image("linux", "arm64", "v8").layer("x").push();
    let mut index = repository.index();
    for (key, value) in said.into_iter().chain([unsaid]) {
        image.annotations.insert(key.to_owned(), value.to_owned());
        index = index.annotation(key, value);
    }
    index.entry(image).push_tag("list");
    let tools = lab.home.path().join("tools");
    fs::create_dir(&tools).unwrap();
    for tool in ["regctl", "oras", "crane", "podman", "docker"] {
        fs::write(tools.join(tool), FAKE).unwrap();
        fs::set_permissions(tools.join(tool), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let with_tools = format!("{}:/usr/bin:/bin", tools.display());
    for tool in ["regctl", "oras", "imagetools", "crane", "podman", "docker"] {
        let export = ["export", &lab.at("h:list"), "--tool", tool, "--json"];
        let json = lab.run(&export).await.json();
        let script = json["tools"][0]["script"].as_str().unwrap();
        let version = json["tools"][0]["version"].as_str().unwrap();
        let loses = json["tools"][0]["loses"].to_string();
        assert!(loses.contains("annotations of the list"), "{tool}: {loses}");

        let (ran, commands) = played(&lab, script, &with_tools, 0);
        assert_eq!(ran.code, 0, "{tool}: {}\n{script}", ran.stderr);
        let older = format!("0.0.9 is older than {version}");
        assert!(ran.stderr.contains(&older), "{tool}: {}", ran.stderr);
        let words: Vec<&String> = commands.iter().flatten().collect();
        let has = |word: &str| words.iter().any(|it| **it == word);
        for (key, value) in said {
            let pair = format!("{key}={value}");
            let csv = format!("--annotation=\"{}\"", pair.replace('"', "\"\""));
            assert!(
                match tool {
                    "regctl" =>
                        has(&format!("--annotation={pair}"))
                            && has(&format!("--desc-annotation={pair}")),
                    "oras" => has(&format!("--annotation={pair}")),
                    "imagetools" =>
                        has(&format!("--annotation=index:{pair}")) != key.contains(' ')
                            && words.iter().any(|it| {
                                serde_json::from_str::<Value>(it)
                                    .is_ok_and(|it| it["annotations"][key] == value)
                            }),
                    "podman" => has(&format!("--annotation={pair}")) || has(&csv),
                    _ => true,
                },
                "{tool} {key:?}: {commands:?}"
            );
        }
        let key = format!("{}=", unsaid.0);
        assert!(!words.iter().any(|it| it.contains(&key)), "{tool}: {commands:?}");
        assert!(!lab.home.path().join("x").exists(), "{tool}");

        // What fails, ends it: nothing more is done, and nothing was written under the tag.
        let (ran, commands) = played(&lab, script, &with_tools, 7);
        assert_eq!(ran.code, 7, "{tool}: {}", ran.stderr);
        let last = commands.last().unwrap();
        assert!(last.iter().any(|it| it == "create" || it == "append"), "{tool}: {commands:?}");

        let (ran, commands) = played(&lab, script, "/nowhere", 0);
        assert_eq!((ran.code, commands.len()), (127, 0), "{tool}: {}", ran.stderr);
        let missing = format!("is not here; this script was checked with {tool} {version}");
        assert!(ran.stderr.contains(&missing), "{tool}: {}", ran.stderr);
    }
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
