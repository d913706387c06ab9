//! `platy why` and `platy matrix` on the sandbox's samples.

mod foreign_configs;
mod limits;
mod machine;
mod odd_entries;
mod sent;

use crate::support::command::{Ran, platy};
use platy::model::select::{ENGINES, PROFILES};
use platy::oci::{Algorithm, Digest};
use platy::sandbox::{Fault, RepositoryStore, Rule, Sandbox, SandboxOptions};
use serde_json::{Value, json};
use tempfile::TempDir;

const HELLO: &str = "yorek/multiarch-hello-world:latest";
const LINUX: &str = "yorek/multiarch-hello-world:linux";
const TEN: &str = "demo/ten-platforms:latest";

struct Lab {
    sandbox: Sandbox,
    home: TempDir,
}

impl Lab {
    async fn start() -> Self {
        let options = SandboxOptions { samples: true, ..SandboxOptions::default() };
        Self { sandbox: Sandbox::start(options).await.unwrap(), home: TempDir::new().unwrap() }
    }

    fn reference(&self, name: &str) -> String {
        format!("{}/{name}", self.sandbox.host())
    }

    fn repository(&self, name: &str) -> RepositoryStore {
        self.sandbox.store().repository(name)
    }

    /// The digest of the entry at this position (from 0) of an index.
    fn entry(&self, repository: &str, tag: &str, position: usize) -> Value {
        let bytes = self.repository(repository).manifest(tag).unwrap();
        serde_json::from_slice::<Value>(&bytes).unwrap()["manifests"][position]["digest"].clone()
    }

    /// Runs a command on a reference, away from the threads that serve it.
    async fn run(&self, command: &str, name: &str, arguments: &[&str]) -> Ran {
        let home = self.home.path().to_owned();
        let on_disk = name.starts_with("oci:");
        let reference = if on_disk { name.to_owned() } else { self.reference(name) };
        let arguments: Vec<String> = [command, &reference]
            .iter()
            .chain(arguments)
            .map(|argument| (*argument).to_owned())
            .collect();
        tokio::task::spawn_blocking(move || {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            platy(&home, &arguments)
        })
        .await
        .unwrap()
    }

    async fn why(&self, name: &str, arguments: &str) -> Ran {
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        self.run("why", name, &arguments).await
    }

    /// The only engine's answer.
    async fn answer(&self, name: &str, arguments: &str) -> (i32, Value) {
        let ran = self.why(name, &format!("--json {arguments}")).await;
        let json = ran.json();
        assert_eq!(json["engines"].as_array().unwrap().len(), 1, "{arguments}");
        (ran.code, json["engines"][0].clone())
    }
}

fn verdicts(answer: &Value) -> Vec<&str> {
    let trace = answer["trace"].as_array().unwrap();
    trace.iter().map(|step| step["verdict"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn json_has_the_fields_that_the_readme_names() {
    let lab = Lab::start().await;
    let ran =
        lab.why(TEN, "--json --host linux/arm/v6 --platform linux/arm/v7 --engine docker").await;
    assert_eq!(ran.code, 1, "v7 code does not run on a v6 machine: {}", ran.stderr);
    let json = ran.json();
    assert_eq!(json["reference"], lab.reference(TEN));
    let digest = lab.repository("demo/ten-platforms").resolve("latest").unwrap();
    assert_eq!(json["digest"], digest.as_str());
    assert_eq!(json["host"], "linux/arm/v6");
    assert_eq!(json["request"], "linux/arm/v7");
    assert_eq!(json["findings"], json!([]), "nothing is wrong with the list, nor is all well");
    let engine = &json["engines"][0];
    assert_eq!(engine["engine"], "docker-c8d");
    assert_eq!(engine["version"], ENGINES[0].versions);
    let entry = lab.entry("demo/ten-platforms", "latest", 2);
    assert_eq!(engine["pick"], json!({ "digest": entry, "platform": "linux/arm/v7" }));
    assert_eq!(engine["matches_host"], false);
    assert_eq!(engine["error"], Value::Null);
    assert!(engine["problem"].as_str().unwrap().contains("more than the machine has"));
    let first = &engine["trace"][0];
    assert_eq!(first["digest"], entry);
    assert_eq!(first["platform"], "linux/arm/v7");
    assert_eq!(first["path"], json!([2]));
    assert_eq!(first["verdict"], "picked");
    assert_eq!(first["rank"], 1);
    assert_eq!(first["rule"], engine["reason"]);
    assert_eq!(engine["trace"].as_array().unwrap().len(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_exit_code_tells_whether_it_runs() {
    let lab = Lab::start().await;
    for (name, arguments, code) in [
        (HELLO, "--host linux/amd64 --engine docker", 0),
        (HELLO, "--host linux/amd64", 0),
        (HELLO, "--host windows-2019 --engine docker --engine kubernetes", 0),
        (HELLO, "--host pi-4 --engine docker", 1),
        (HELLO, "--host linux/amd64 --platform linux/arm64 --engine docker", 1),
        (TEN, "--host pi-4 --engine docker", 0),
        // crane asks for linux/amd64 everywhere, which is not a fault of the image.
        (TEN, "--host pi-4 --engine docker --engine crane", 0),
        (TEN, "--host pi-4 --platform linux/arm64 --engine docker --engine crane", 0),
        // podman's Linux guest on Windows.
        (HELLO, "--host windows-2022 --engine podman", 0),
        (HELLO, "--host windows-2022 --engine docker", 1),
        ("demo/odd:chart", "--host linux/amd64 --engine crane", 1),
        (HELLO, "--host toaster", 2),
        (HELLO, "--host plan9/amd64", 2),
        (HELLO, "--engine toaster", 2),
        (HELLO, "--host linux/amd64 --engine docker-windowsfilter", 2),
        ("demo/nothing:latest", "--host linux/amd64", 2),
    ] {
        for form in ["", "--json"] {
            let ran = lab.why(name, &format!("{arguments} {form}")).await;
            assert_eq!(ran.code, code, "{name} {arguments} {form}: {}{}", ran.text(), ran.stderr);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_engine_s_own_error_is_shown() {
    let lab = Lab::start().await;
    let (code, podman) = lab.answer(HELLO, "--host pi-4 --engine podman").await;
    assert_eq!(code, 1);
    assert_eq!(podman["pick"], Value::Null);
    assert_eq!(podman["matches_host"], false);
    let error = podman["error"].as_str().unwrap().to_owned();
    assert!(error.contains("no image found in manifest list"), "{error}");
    assert_eq!(podman["reason"], "no entry is eligible");
    assert_eq!(verdicts(&podman), ["rejected", "rejected"]);
    let text = lab.why(HELLO, "--host pi-4 --engine podman").await.text();
    assert!(text.contains(&format!("prints: {error}")), "{text}");
    assert!(text.contains("looked for   linux/arm64/v8, then linux/arm64"), "{text}");
    assert!(text.contains("the architecture differs: amd64\n"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_names_every_engine_that_runs_there_answers() {
    let lab = Lab::start().await;
    let json = lab.why(TEN, "--json --host pi-zero").await.json();
    let engines = json["engines"].as_array().unwrap();
    let here = ENGINES.iter().filter(|engine| engine.runs_on("linux")).map(|engine| engine.id);
    assert!(engines.iter().map(|it| it["engine"].as_str().unwrap()).eq(here));
    let text = lab.why(TEN, "--host pi-zero").await.text();
    assert!(text.contains("on Raspberry Pi 1 or Zero (linux/arm/v6)"), "{text}");
    assert!(text.contains("✓ Entry 4, linux/arm/v6, sha256:"), "{text}");
    assert!(text.contains("· The whole index"), "{text}");
    // What crane asks for by default is not a fault of the image.
    assert!(text.contains("· Entry 1, linux/amd64, sha256:"), "{text}");
    assert!(!text.contains("verdict"), "{text}");
    let text = lab.why(TEN, "--host pi-zero --trace").await.text();
    assert!(text.matches("verdict").count() > 15, "{text}");
    assert!(text.contains("\n11–20   unknown/unknown"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_host_it_is_this_machine() {
    let lab = Lab::start().await;
    let json = lab.why(HELLO, "--json").await.json();
    assert_eq!(json["host"], platy::work::host::detect().host.to_string());
    assert!(lab.why(HELLO, "").await.text().contains("on this machine ("));
}

#[tokio::test(flavor = "multi_thread")]
async fn labels_that_lie_are_not_believed() {
    let lab = Lab::start().await;
    let (code, docker) = lab.answer("demo/liar:latest", "--host pi-4 --engine docker").await;
    assert_eq!(code, 1);
    assert_eq!(docker["pick"]["platform"], "linux/arm64");
    assert_eq!(docker["problem"], "its config says linux/amd64, and the machine is linux/arm64/v8");
    // podman prefers the entry that names the variant, which is another one.
    let (code, podman) = lab.answer("demo/liar:latest", "--host pi-4 --engine podman").await;
    assert_eq!((code, &podman["pick"]["platform"]), (0, &json!("linux/arm64/v8")));
}

#[tokio::test(flavor = "multi_thread")]
async fn nested_indexes_are_followed_as_the_engine_does() {
    let lab = Lab::start().await;
    let name = "demo/nested:latest";
    let (code, docker) = lab.answer(name, "--host pi-2 --engine docker").await;
    assert_eq!((code, &docker["pick"]["platform"]), (0, &json!("linux/arm/v7")));
    let trace = docker["trace"].as_array().unwrap();
    let picked = trace.iter().rfind(|step| step["verdict"] == "picked").unwrap();
    assert_eq!(picked["path"], json!([0, 1, 0]));
    let (code, podman) = lab.answer(name, "--host pi-2 --engine podman").await;
    assert_eq!((code, &podman["pick"]), (1, &Value::Null));
    let text = lab.why(name, "--host pi-2 --engine docker").await.text();
    assert!(text.contains("Entry 1.2.1, linux/arm/v7, "), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bare_manifest_goes_through_no_selection() {
    let lab = Lab::start().await;
    let (code, docker) = lab.answer(LINUX, "--host pi-4 --engine docker").await;
    assert_eq!(code, 1);
    let digest = lab.repository("yorek/multiarch-hello-world").resolve("linux").unwrap();
    assert_eq!(docker["pick"], json!({ "digest": digest.as_str(), "platform": "linux/amd64" }));
    assert!(docker["reason"].as_str().unwrap().starts_with("no selection takes place"));
    assert_eq!(docker["trace"], json!([]));
    let text = lab.why(LINUX, "--host pi-4").await.text();
    assert!(text.contains("This is not an index, so no selection takes place."), "{text}");
    assert!(text.contains("The image itself, linux/amd64, "), "{text}");
    assert!(text.contains("  a bare manifest is taken whatever its platform is"), "{text}");
    assert_eq!(lab.why(LINUX, "--host x86-64-v3").await.code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_without_a_platform_is_known_by_its_config() {
    let lab = Lab::start().await;
    let name = "demo/odd:no-platform";
    let (code, crane) = lab.answer(name, "--host linux/amd64 --engine crane").await;
    assert_eq!((code, &crane["pick"]["platform"]), (0, &json!("linux/amd64")));
    assert_eq!(crane["trace"][0]["platform"], Value::Null);
    assert_eq!(crane["trace"][0]["verdict"], "picked");
    let (_, docker) = lab.answer(name, "--host linux/amd64 --engine docker").await;
    assert_eq!(docker["trace"][0]["path"], json!([1]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_named() {
    let lab = Lab::start().await;
    let name = "demo/odd:no-platform";
    let arguments = "--host linux/amd64 --no-cache --engine docker-run";
    assert_eq!(lab.why(name, arguments).await.code, 0);
    lab.sandbox.faults().add(Rule::new(Fault::status(403)).contains("/blobs/"));
    let (code, store) = lab.answer(name, arguments).await;
    assert_eq!((code, &store["matches_host"], &store["pick"]), (2, &Value::Null, &Value::Null));
    let problem = store["problem"].as_str().unwrap();
    assert!(problem.contains("the config of sha256:") && problem.contains("DENIED"), "{problem}");
    let text = lab.why(name, arguments).await.text();
    assert!(text.contains("? Not known for docker run"), "{text}");

    // What is not there is not there for an engine either.
    let (code, docker) = lab.answer("demo/broken:latest", "--host pi-4 --engine docker").await;
    assert_eq!((code, &docker["matches_host"]), (1, &json!(false)));
    let problem = docker["problem"].as_str().unwrap();
    assert!(problem.ends_with("is not in the registry"), "{problem}");
    assert_eq!(docker["fails"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_tree_leaves_alone_is_read_where_an_engine_reads_it() {
    let lab = Lab::start().await;
    let repository = lab.repository("team/many");
    let other = repository.image("linux", "s390x", "").layer("other").push();
    let mut last = repository.image("linux", "amd64", "").layer("last").push();
    last.platform = None;
    let digest = last.digest.clone();
    let many = std::iter::repeat_n(other, platy::model::tree::EAGER_MANIFESTS).chain([last]);
    repository.index().entries(many).push_tag("1");
    let (code, store) = lab.answer("team/many:1", "--host linux/amd64 --engine docker-run").await;
    assert_eq!((code, &store["pick"]["digest"]), (0, &json!(digest)), "{}", store["problem"]);
    let ran = lab.run("matrix", "team/many:1", &["--json"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

/// Entries that nobody read leave the matrix incomplete, which its text, its JSON and its exit code
/// say.
#[tokio::test(flavor = "multi_thread")]
async fn entries_that_were_not_read_are_counted() {
    let lab = Lab::start().await;
    let repository = lab.repository("team/unread");
    let image = |number: usize| {
        repository.image("linux", "s390x", "").os_version(&number.to_string()).layer("one").push()
    };
    let most = platy::model::tree::EAGER_MANIFESTS;
    repository.index().entries((0..most + 2).map(image)).push_tag("1");
    let ran = lab.run("matrix", "team/unread:1", &["--json"]).await;
    let unread = ran.json()["unread"].as_u64().unwrap();
    assert!(ran.code == 1 && unread > 0, "{} {unread}", ran.code);
    let ran = lab.run("matrix", "team/unread:1", &[]).await;
    let text = ran.text();
    assert!(text.contains(" not read: what is behind them is known by the list alone"), "{text}");
    assert_eq!(ran.code, 1);
}

/// A layout or an archive is not pulled, and has no tag.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_a_disk_is_not_pulled() {
    let lab = Lab::start().await;
    let layout = layout(&lab, "yorek/multiarch-hello-world", "latest");
    for arguments in ["--host linux/amd64", "--host s390x"] {
        let text = lab.why(&layout, arguments).await.text();
        assert!(text.contains("it is not in a registry"), "{text}");
        assert!(!text.contains("pulled"), "{text}");
    }
    let nothing = lab.why(&layout, "--host s390x --engine docker").await.text();
    assert!(nothing.contains("Nothing is taken by Docker"), "{nothing}");
    let matrix = lab.run("matrix", &layout, &[]).await.text();
    assert!(!matrix.contains("pulled"), "{matrix}");
    let registry = lab.why(LINUX, "--host linux/amd64").await.text();
    assert!(registry.contains("is pulled by"), "{registry}");
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_names_list_the_known_ones() {
    let lab = Lab::start().await;
    let ran = lab.why(HELLO, "--engine podmann").await;
    assert!(ran.stderr.contains("the nearest names are podman, "), "{}", ran.stderr);
    assert!(ran.stderr.contains("`platy why --help` lists all"), "{}", ran.stderr);
    let ran = lab.why(HELLO, "--host toaster").await;
    assert!(ran.stderr.contains("windows(10.0.20348.2000)/amd64"), "{}", ran.stderr);
    assert!(ran.stdout.is_empty());
    let ran = lab.why(HELLO, "--host graviton2").await;
    assert!(ran.stderr.contains("such as graviton,"), "{}", ran.stderr);
    // A machine that nobody knows is probably misspelt; it is asked about all the same.
    let ran = lab.why(HELLO, "--host linux/arm65 --json").await;
    let doubt = "arm65 is not an architecture that Go or containerd knows; did you mean arm64?";
    assert_eq!(ran.json()["host_notes"], serde_json::json!([doubt]));
    let ran = lab.why(HELLO, "--host linx/amd64").await;
    assert!(ran.stderr.contains("runs on linx; linx is not an operating"), "{}", ran.stderr);
    assert_eq!(ran.code, 2);
    let ran = lab.why("demo/nothing:latest", "--json --host linux/amd64").await;
    assert_eq!(ran.json()["error"]["class"], "not_found");
    let help = lab.why(HELLO, "--help").await.text();
    for engine in &ENGINES {
        assert!(help.contains(engine.id), "{}", engine.id);
    }
    for profile in &PROFILES {
        assert!(help.contains(profile.id), "{}", profile.id);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn text_from_outside_is_escaped() {
    let lab = Lab::start().await;
    let hostile = |text: &str| text.contains(['\u{1b}', '\u{202e}', '\u{9b}', '\r']);
    let ran = lab.why("demo/hostile:latest", "--host linux/amd64 --trace").await;
    assert!(ran.text().contains(r"linux\e[31m/am\u{202e}46d/v\n1"), "{}", ran.text());
    assert!(!hostile(&ran.text()));
    let arguments = ["--host", "linux/amd64", "--platform", "linux/\u{1b}[2Jarm"];
    let ran = lab.run("why", HELLO, &arguments).await;
    assert_eq!(ran.code, 1);
    assert!(ran.text().contains(r"asked for linux/\e[2Jarm"), "{}", ran.text());
    assert!(!hostile(&ran.text()) && !hostile(&ran.stderr));
    let ran = lab.run("why", HELLO, &["--engine", "\u{1b}[2J"]).await;
    assert!(!hostile(&ran.stderr), "{}", ran.stderr);
    let matrix = lab.run("matrix", "demo/hostile:latest", &[]).await;
    assert!(!hostile(&matrix.text()));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_costs_what_opening_the_tree_costs() {
    let lab = Lab::start().await;
    let mut counts = Vec::new();
    for arguments in [
        &["inspect", "--no-cache"][..],
        &["why", "--no-cache"],
        &["matrix", "--no-cache", "--json"],
    ] {
        lab.sandbox.requests().clear();
        lab.run(arguments[0], TEN, &arguments[1..]).await;
        counts.push(lab.sandbox.requests().count());
    }
    // `why` also asks for the tag with each of three narrower Accept sets.
    assert_eq!(counts, [31, 34, 31]);
}

/// Writes what is behind a tag as an OCI layout.
fn layout(lab: &Lab, repository: &str, tag: &str) -> String {
    let repository = lab.repository(repository);
    let folder = lab.home.path().join("layout");
    let blobs = folder.join("blobs/sha256");
    std::fs::create_dir_all(&blobs).unwrap();
    let save = |bytes: &[u8]| {
        let digest = Digest::of(Algorithm::Sha256, bytes);
        std::fs::write(blobs.join(digest.hex()), bytes).unwrap();
        digest
    };
    let root = repository.manifest(tag).unwrap();
    let list: Value = serde_json::from_slice(&root).unwrap();
    for entry in list["manifests"].as_array().unwrap() {
        let manifest = repository.manifest(entry["digest"].as_str().unwrap()).unwrap();
        save(&manifest);
        let manifest: Value = serde_json::from_slice(&manifest).unwrap();
        let config: Digest = manifest["config"]["digest"].as_str().unwrap().parse().unwrap();
        save(&repository.blob(&config).unwrap());
    }
    let index = json!({
        "schemaVersion": 2,
        "manifests": [{
            "mediaType": list["mediaType"],
            "digest": save(&root),
            "size": root.len(),
            "annotations": { "org.opencontainers.image.ref.name": tag },
        }],
    });
    std::fs::write(folder.join("index.json"), index.to_string()).unwrap();
    std::fs::write(folder.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).unwrap();
    format!("oci:{}:{tag}", folder.display())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_layout_on_disk_gives_the_same_answers() {
    let lab = Lab::start().await;
    let place = layout(&lab, "demo/ten-platforms", "latest");
    let picks = |json: Value| -> Vec<Value> {
        let engines = json["engines"].as_array().unwrap().iter();
        engines.map(|engine| json!([engine["pick"], engine["trace"]])).collect()
    };
    let there = lab.why(TEN, "--json --host pi-zero").await;
    let here = lab.why(&place, "--json --host pi-zero").await;
    assert_eq!(here.json()["reference"], place.as_str());
    assert_eq!((here.code, picks(here.json())), (there.code, picks(there.json())));
    let rows = |ran: &Ran| ran.json()["hosts"].clone();
    let there = lab.run("matrix", TEN, &["--json"]).await;
    let here = lab.run("matrix", &place, &["--json"]).await;
    assert_eq!(rows(&here).as_array().unwrap().len(), rows(&there).as_array().unwrap().len());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_matrix_names_every_machine_and_engine() {
    let lab = Lab::start().await;
    let ran = lab.run("matrix", TEN, &["--json"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let json = ran.json();
    assert_eq!(json["reference"], lab.reference(TEN));
    assert_eq!(json["engines"].as_array().unwrap().len(), ENGINES.len());
    assert_eq!(json["engines"][0]["version"], ENGINES[0].versions);
    let hosts = json["hosts"].as_array().unwrap();
    assert_eq!(hosts.len(), PROFILES.len());
    let pi = hosts.iter().find(|host| host["profile"] == "pi-zero").unwrap();
    assert_eq!((&pi["host"], &pi["differs"]), (&json!("linux/arm/v6"), &json!(true)));
    let cell = |engine: &str| {
        let cells = pi["cells"].as_array().unwrap();
        cells.iter().find(|cell| cell["engine"] == engine).unwrap_or(&Value::Null).clone()
    };
    let v6 = lab.entry("demo/ten-platforms", "latest", 3);
    assert_eq!(cell("docker-c8d")["pick"], json!({ "digest": v6, "platform": "linux/arm/v6" }));
    assert_eq!(cell("ggcr")["pick"]["platform"], "linux/amd64");
    assert_eq!(cell("ggcr")["matches_host"], false);
    assert_eq!(cell("docker-graphdriver-windows"), Value::Null, "it does not run there");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_matrix_fits_into_120_cells() {
    let lab = Lab::start().await;
    for name in [TEN, HELLO, "demo/nested:latest", LINUX, "demo/hostile:latest"] {
        let text = lab.run("matrix", name, &[]).await.text();
        let widest = text.lines().map(platy::text::width).max().unwrap();
        assert!(widest <= 120, "{widest}: {text}");
    }
    let text = lab.run("matrix", TEN, &[]).await.text();
    let v6 = lab.entry("demo/ten-platforms", "latest", 3);
    let short = &v6.as_str().unwrap()["sha256:".len()..][..12];
    let mut lines = text.lines().skip_while(|line| !line.starts_with("pi-zero"));
    let (upper, lower) = (lines.next().unwrap(), lines.next().unwrap());
    assert!(upper.contains("arm/v6") && upper.contains("amd64!"), "{upper}");
    // The others agree, and crane's default is not a fault of the image.
    assert!(!upper.contains('≠'), "{upper}");
    assert!(lower.starts_with("linux/arm/v6") && lower.contains(short), "{lower}");
    assert!(text.contains("* crane asks for linux/amd64"), "{text}");
    let v1 = text.lines().find(|line| line.starts_with("x86-64-v1")).unwrap();
    assert!(!v1.contains(['≠', '!', '–']), "{v1}");
}

/// Played with ctr of containerd 2.4.2: manifests and indexes of every platform are fetched, layers
/// of exact matches; the host's system plays no part.
#[tokio::test(flavor = "multi_thread")]
async fn ctr_with_local_fails_on_a_choice_whose_layers_it_did_not_fetch() {
    let lab = Lab::start().await;
    let repository = lab.repository("local");
    let image = |os: &str, architecture: &str, variant: &str| {
        let text = format!("{os} {architecture}");
        repository.image(os, architecture, variant).layer(text.into_bytes()).push()
    };
    let (amd64, arm, windows) =
        (image("linux", "amd64", ""), image("linux", "arm", "v7"), image("windows", "amd64", ""));
    let list = repository.index().entries([amd64.clone(), arm.clone(), windows.clone()]);
    list.push_tag("list");
    repository.index().entry(arm.clone()).push_tag("arm");
    repository.index().entry(amd64.clone()).push_tag("amd64");
    let mut nested = repository.index().entry(amd64.clone()).push();
    nested.platform = Some(platy::oci::Platform::new("linux", "386", ""));
    repository.index().entry(nested).push_tag("nested");
    let mut featured = repository.image("linux", "amd64", "").layer("f");
    let mut platform = platy::oci::Platform::new("linux", "amd64", "");
    platform.os_features = vec!["win32k".to_owned()];
    featured = featured.config_platform(platform);
    repository.index().entry(featured.push()).push_tag("featured");
    let layer = Digest::sha256(b"linux arm");
    let missing =
        format!("failed to get reader from content store: content digest {layer}: not found");
    for (tag, request, expected) in [
        ("list", "linux/amd64", Ok(&amd64)),
        ("list", "linux/arm/v7", Ok(&arm)),
        ("list", "windows/amd64", Ok(&windows)),
        ("nested", "linux/amd64", Ok(&amd64)),
        ("arm", "linux/arm64", Err(missing.as_str())),
        ("amd64", "windows/amd64", Err("no match for platform in manifest ")),
        (
            "featured",
            "linux/amd64",
            Err("does not support platform {amd64 linux  [win32k] } for image"),
        ),
    ] {
        let asked = format!("--host linux/amd64 --engine ctr-local --platform {request}");
        let (_, answer) = lab.answer(&format!("local:{tag}"), &asked).await;
        match expected {
            Ok(image) => assert_eq!(answer["pick"]["digest"], image.digest.as_str(), "{tag}"),
            Err(words) => {
                let error = answer["error"].as_str().unwrap_or_default();
                assert!(error.contains(words), "{tag} {request}: {answer}");
            }
        }
    }
}
