//! Small documents that ask for much memory: every command ends under a limit of its address space.
//!
//! 43 kB of lists that name each other took 1.1 GB on 9305aee, and seven such lists of 50 entries
//! more than 9 GB.
//!
//! `cargo test --test bombs`; `.ci/run` runs them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "a failed unwrap is a failed test, and a test's name is its documentation"
)]

#[path = "../support/command.rs"]
#[allow(dead_code, reason = "shared with the integration tests")]
mod command;
mod layers;

use std::process::Command;

use platy::oci::Descriptor;
use platy::sandbox::{Fault, RepositoryStore, Rule, Sandbox, SandboxOptions, descriptor_json};
use serde_json::{Value, json};
use tempfile::TempDir;

use command::{PLATY, Ran, command, run};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const IMAGE: &str = "application/vnd.oci.image.manifest.v1+json";

/// The most address space in KiB (200 MiB): of it the debug program itself, its threads and their
/// stacks take 70 MB.
const LIMIT: u32 = 200 << 10;

struct Lab {
    sandbox: Sandbox,
    home: TempDir,
}

impl Lab {
    async fn start() -> Self {
        let sandbox = Sandbox::start(SandboxOptions::default()).await.unwrap();
        Self { sandbox, home: tempfile::tempdir().unwrap() }
    }

    fn repository(&self) -> RepositoryStore {
        self.sandbox.store().repository("bomb")
    }

    fn name(&self, tag: &str) -> String {
        format!("{}/bomb:{tag}", self.sandbox.host())
    }

    /// Runs platy with little memory. It must not be out of it.
    async fn platy(&self, arguments: &[&str]) -> Ran {
        let mut shell: Command = command("sh", self.home.path());
        shell.args(["-c", "ulimit -v $0 && exec \"$@\""]);
        shell.arg(LIMIT.to_string()).arg(PLATY).args(arguments);
        let ran = tokio::task::spawn_blocking(move || run(&mut shell)).await.unwrap();
        assert!((0..=2).contains(&ran.code), "{arguments:?}: {} {}", ran.code, ran.stderr);
        assert!(!ran.stderr.contains("memory"), "{arguments:?}: {}", ran.stderr);
        ran
    }
}

fn list(repository: &RepositoryStore, entries: &[Value]) -> Descriptor {
    let list = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": entries });
    repository.put_manifest(INDEX, list.to_string())
}

/// So many lists of so many entries, each of which names the list below, the last an image.
fn lists(repository: &RepositoryStore, depth: usize, entries: usize, tag: &str) {
    let mut below = repository.image("linux", "amd64", "").layer("content").push();
    for _ in 0..depth {
        below = list(repository, &vec![descriptor_json(&below); entries]);
    }
    repository.tag(tag, &below.digest);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_that_name_each_other_fill_no_memory() {
    let lab = Lab::start().await;
    lists(&lab.repository(), 7, 50, "seven");
    lists(&lab.repository(), 3, 2_101, "three");
    for tag in ["seven", "three"] {
        let name = lab.name(tag);
        for arguments in [
            &["inspect", &name, "--json"][..],
            &["inspect", &name],
            &["why", &name, "--json"],
            &["why", &name, "--host", "linux/arm/v7"],
            &["matrix", &name, "--json"],
            &["check", &name, "--no-binaries", "--json"],
        ] {
            let ran = lab.platy(arguments).await;
            if arguments.contains(&"--json") {
                ran.json();
            }
        }
    }
    let (a, b) = (lab.name("seven"), lab.name("three"));
    assert_eq!(lab.platy(&["diff", &a, &b, "--json"]).await.json()["equal"], false);
}

/// 8 MiB hold 53,000 entries that say nothing but what they must, or 36,000 with a platform. None of
/// their manifests is there. What is too much for two lists at once is said of a list.
#[tokio::test(flavor = "multi_thread")]
async fn lists_of_tens_of_thousands_of_entries_fill_no_memory() {
    let lab = Lab::start().await;
    let repository = lab.repository();
    let entry = |at: usize, seed: usize| {
        let digest = format!("sha256:{:064x}", at * 2 + seed);
        json!({ "mediaType": IMAGE, "digest": digest, "size": 1 })
    };
    let with_platform = |at: usize, seed: usize| {
        let architectures = ["amd64", "arm64", "386", "s390x", "riscv64"];
        let mut entry = entry(at, seed);
        entry["platform"] = json!({ "os": "linux", "architecture": architectures[at % 5] });
        entry
    };
    for seed in 0..2 {
        for (tag, most) in [("bare", 53_000), ("named", 30_000), ("some", 9_000), ("most", 10_000)]
        {
            let of = |at| if tag == "bare" { entry(at, seed) } else { with_platform(at, seed) };
            let entries: Vec<Value> = (0..most).map(of).collect();
            repository.tag(&format!("{tag}{seed}"), &list(&repository, &entries).digest);
        }
    }
    for tag in ["bare0", "named0", "some0", "most0"] {
        let name = lab.name(tag);
        for arguments in [
            &["inspect", &name, "--json", "--no-referrers"][..],
            &["why", &name, "--json"],
            &["matrix", &name, "--json"],
            &["check", &name, "--no-binaries", "--no-evidence", "--json"],
        ] {
            let ran = lab.platy(arguments).await;
            let listed = ran.json();
            // What is concluded from each entry is too much for so many; so many are not read.
            let is_read = matches!(tag, "some0" | "most0");
            let error = if is_read { json!(null) } else { json!("too_large") };
            assert_eq!(listed["error"]["class"], error, "{arguments:?}: {}", ran.stderr);
            if arguments[0] == "inspect" {
                let most = if tag == "bare0" { 53_000 } else { 9_000 };
                assert!(listed["entries"].as_array().unwrap().len() >= most);
            }
        }
    }
    for tag in ["bare", "named", "some"] {
        let (a, b) = (lab.name(&format!("{tag}0")), lab.name(&format!("{tag}1")));
        let ran = lab.platy(&["diff", &a, &b, "--json"]).await;
        let found = ran.json();
        if tag == "some" {
            // Each has its counterpart of the same platform.
            assert_eq!(found["entries"].as_array().unwrap().len(), 9_000, "{}", ran.stderr);
        } else {
            assert_eq!(found["a"]["error"]["class"], "too_large", "{}", ran.stderr);
        }
    }
}

/// Annotations, labels and steps in hundreds of thousands.
#[tokio::test(flavor = "multi_thread")]
async fn comparing_documents_of_many_fields_fills_no_memory() {
    let lab = Lab::start().await;
    let repository = lab.repository();
    for seed in ["a", "b"] {
        let pairs: Vec<String> = (0..19_000).map(|at| format!(r#""{at:07}":"{seed}""#)).collect();
        let pairs = pairs.join(",");
        let listed = format!(
            r#"{{"schemaVersion":2,"mediaType":"{INDEX}","manifests":[],"annotations":{{{pairs}}}}}"#
        );
        let listed = repository.put_manifest(INDEX, listed);
        repository.tag(&format!("list-{seed}"), &listed.digest);
        let steps: Vec<String> = (0..60_000)
            .map(|at| format!(r#"{{"created_by":"{seed}{at}","empty_layer":true}}"#))
            .collect();
        let config = format!(
            r#"{{"os":"linux","architecture":"amd64","config":{{"Labels":{{{pairs}}}}},"history":[{}]}}"#,
            steps.join(",")
        );
        let size = config.len();
        let digest = repository.put_blob(config);
        let config = json!({ "mediaType": "application/vnd.oci.image.config.v1+json",
                             "digest": digest.as_str(), "size": size });
        let image = json!({ "schemaVersion": 2, "config": config, "layers": [] });
        let image = repository.put_manifest(IMAGE, image.to_string());
        repository.tag(&format!("image-{seed}"), &image.digest);
    }
    for what in ["list", "image"] {
        let (a, b) = (lab.name(&format!("{what}-a")), lab.name(&format!("{what}-b")));
        for arguments in [&["diff", &a, &b, "--json"][..], &["diff", &a, &b]] {
            let ran = lab.platy(arguments).await;
            assert_eq!(ran.code, 1, "{}", ran.stderr);
        }
    }
}

/// An image with this config and one layer, and a list of it.
fn configured(repository: &RepositoryStore, tag: &str, config: String) {
    let layer = repository.put_blob("content");
    let size = config.len();
    let config = repository.put_blob(config);
    let config = json!({ "mediaType": "application/vnd.oci.image.config.v1+json",
                         "digest": config.as_str(), "size": size });
    let layer = json!({ "mediaType": "application/vnd.oci.image.layer.v1.tar",
                        "digest": layer.as_str(), "size": 7 });
    let image = json!({ "schemaVersion": 2, "config": config, "layers": [layer] });
    let image = repository.put_manifest(IMAGE, image.to_string());
    repository.tag(tag, &image.digest);
    repository.tag(&format!("{tag}-list"), &list(repository, &[descriptor_json(&image)]).digest);
}

/// A config of as many steps, or variables, as one is read with: what is made of it for the output
/// took five times as much room as it.
#[tokio::test(flavor = "multi_thread")]
async fn configs_of_tens_of_thousands_of_steps_or_variables_fill_no_memory() {
    let lab = Lab::start().await;
    let repository = lab.repository();
    let step = |at: usize| format!(r#"{{"created_by":"RUN {at}","empty_layer":true}}"#);
    let steps: Vec<String> = (0..80_000).map(step).collect();
    let variables: Vec<String> = (0..100_000).map(|at| format!(r#""A{at}=b""#)).collect();
    let config = |more: &str| format!(r#"{{"os":"linux","architecture":"amd64",{more}}}"#);
    configured(&repository, "none", config(r#""config":{}"#));
    configured(&repository, "steps", config(&format!(r#""history":[{}]"#, steps.join(","))));
    let variables = format!(r#""config":{{"Env":[{}]}}"#, variables.join(","));
    configured(&repository, "variables", config(&variables));
    let none = lab.name("none-list");
    for (tag, list, length) in [("steps", "history", 80_000), ("variables", "env", 100_000)] {
        let ran = lab.platy(&["config", &lab.name(tag), "--json"]).await;
        assert_eq!(ran.json()[list].as_array().unwrap().len(), length);
        let of_list = lab.name(&format!("{tag}-list"));
        for name in [lab.name(tag), of_list.clone()] {
            let ran = lab.platy(&["diff", &name, &none, "--json"]).await;
            assert_eq!(ran.code, 1, "{}", ran.stderr);
            ran.json();
        }
        let ran = lab.platy(&["check", &of_list, "--no-binaries", "--json"]).await;
        ran.json();
    }
}

/// An image of these layers.
fn image(repository: &RepositoryStore, tag: &str, layers: Vec<layers::Layer>) {
    let layers: Vec<Value> = layers
        .into_iter()
        .map(|(packing, content)| {
            let size = content.len();
            let digest = repository.put_blob(content);
            let media_type = format!("application/vnd.oci.image.layer.v1.tar+{packing}");
            json!({ "mediaType": media_type, "digest": digest.as_str(), "size": size })
        })
        .collect();
    let config = repository.put_blob(r#"{"os":"linux","architecture":"amd64"}"#);
    let config = json!({ "mediaType": "application/vnd.oci.image.config.v1+json",
                         "digest": config.as_str(), "size": 37 });
    let image = json!({ "schemaVersion": 2, "config": config, "layers": layers });
    repository.tag(tag, &repository.put_manifest(IMAGE, image.to_string()).digest);
}

/// Two images of 400,000 files each, of which no two are the same: 600 MB on 0173800. The second time
/// the listings are the cache's.
#[tokio::test(flavor = "multi_thread")]
async fn images_of_hundreds_of_thousands_of_files_fill_no_memory() {
    let lab = Lab::start().await;
    let repository = lab.repository();
    for (tag, folder) in [("many-a", "folder"), ("many-b", "other")] {
        image(&repository, tag, vec![("gzip", layers::many(folder, tag))]);
    }
    let (a, b) = (lab.name("many-a"), lab.name("many-b"));
    for is_kept in [false, true] {
        lab.sandbox.requests().clear();
        let ran = lab.platy(&["diff", &a, &b, "--files"]).await;
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        let text = ran.text();
        assert!(text.contains("+ /other/0399999  "), "{}", ran.stderr);
        assert!(text.contains("- /folder/0000000  "), "{}", ran.stderr);
        let numbers = "400 000 added, 0 changed, 400 000 removed";
        assert!(text.contains(numbers), "{}", ran.stderr);
        let requests = lab.sandbox.requests().all();
        let asks_blobs = requests.iter().any(|it| it.path.contains("/blobs/"));
        assert_eq!(asks_blobs, !is_kept, "{requests:?}");
    }
    let ran = lab.platy(&["files", &a]).await;
    assert_eq!((ran.code, ran.text().lines().count()), (0, 400_001), "{}", ran.stderr);
    let ran = lab.platy(&["cat", &a, "folder/0123456"]).await;
    assert_eq!((ran.code, ran.text().as_str()), (0, "many-a123456"), "{}", ran.stderr);
}

/// Ten thousand layers that are the same, or thousands of which each is another one.
#[tokio::test(flavor = "multi_thread")]
async fn the_files_of_thousands_of_layers_fill_no_memory() {
    let lab = Lab::start().await;
    let repository = lab.repository();
    image(&repository, "same", (0..10_000).map(|_| layers::small(0)).collect());
    image(&repository, "each", (0..3_000).map(layers::small).collect());
    image(&repository, "one", vec![layers::small(0)]);
    let one = lab.name("one");
    for (tag, files) in [("same", 1), ("each", 3_000)] {
        let name = lab.name(tag);
        lab.sandbox.requests().clear();
        let ran = lab.platy(&["files", &name]).await;
        assert_eq!((ran.code, ran.text().lines().count()), (0, files), "{}", ran.stderr);
        let requests = lab.sandbox.requests().all();
        let asked = requests.iter().filter(|it| it.path.contains("/blobs/")).count();
        // The config, and each layer once.
        assert!(asked <= files + 1, "{asked} requests");
        let ran = lab.platy(&["cat", &name, "0000000"]).await;
        assert_eq!((ran.code, ran.text().as_str()), (0, "0"), "{}", ran.stderr);
        let ran = lab.platy(&["diff", &one, &name, "--files", "--json"]).await;
        let changes = ran.json()["files"].as_array().unwrap().len();
        assert_eq!(changes, files - 1, "{}", ran.stderr);
    }
}

/// SBOMs of more packages than are kept, and more of them than are read.
#[tokio::test(flavor = "multi_thread")]
async fn sboms_of_hundreds_of_thousands_of_packages_fill_no_memory() {
    let lab = Lab::start().await;
    let repository = lab.repository();
    let image = repository.image("linux", "amd64", "").layer("content").push();
    let package = |of: usize, at: usize| format!(r#"{{"name":"p{of}-{at}","versionInfo":"1"}}"#);
    let mut entries = vec![descriptor_json(&image)];
    // The first alone is more than is kept; the others are together.
    for (of, packages) in [(0, 300_000), (1, 60_000), (2, 60_000), (3, 60_000)] {
        let packages: Vec<String> = (0..packages).map(|at| package(of, at)).collect();
        let statement = format!(
            r#"{{"_type":"https://in-toto.io/Statement/v0.1","predicateType":"https://spdx.dev/Document","subject":[],"predicate":{{"spdxVersion":"SPDX-2.3","packages":[{}]}}}}"#,
            packages.join(",")
        );
        let size = statement.len();
        let statement = repository.put_blob(statement);
        let config = repository.put_blob("{}");
        let manifest = json!({ "schemaVersion": 2,
            "config": { "mediaType": "application/vnd.oci.image.config.v1+json",
                        "digest": config.as_str(), "size": 2 },
            "layers": [{ "mediaType": "application/vnd.in-toto+json",
                         "digest": statement.as_str(), "size": size,
                         "annotations": {
                             "in-toto.io/predicate-type": "https://spdx.dev/Document" } }] });
        let mut entry = descriptor_json(&repository.put_manifest(IMAGE, manifest.to_string()));
        entry["platform"] = json!({ "os": "unknown", "architecture": "unknown" });
        entry["annotations"] = json!({
            "vnd.docker.reference.type": "attestation-manifest",
            "vnd.docker.reference.digest": image.digest.as_str() });
        entries.push(entry);
    }
    repository.tag("sboms", &list(&repository, &entries).digest);
    let name = lab.name("sboms");
    let found = lab.platy(&["check", &name, "--no-binaries", "--json"]).await;
    found.json();
    assert!(found.text().contains("more than 100 000 packages"), "{}", found.text());
    for arguments in [
        &["evidence", &name, "--json"][..],
        &["diff", &name, &name, "--packages", "--json"],
        &["blame", &name],
    ] {
        lab.platy(arguments).await;
    }
}

/// Layers that grow: zeros, holes, names, marks and files without end.
#[tokio::test(flavor = "multi_thread")]
async fn layers_that_grow_fill_no_memory() {
    let lab = Lab::start().await;
    let repository = lab.repository();
    for (tag, layers) in layers::bombs() {
        image(&repository, tag, layers);
    }
    let image = repository.image("linux", "amd64", "").layer("content").push();
    repository.tag("one", &image.digest);
    let one = lab.name("one");
    for (tag, _) in layers::bombs() {
        let name = lab.name(tag);
        for arguments in [
            &["diff", &one, &name, "--files", "--json"][..],
            &["check", &name, "--all-programs", "--no-evidence", "--json"],
        ] {
            let began = std::time::Instant::now();
            let ran = lab.platy(arguments).await;
            ran.json();
            // What is not linear takes more than ten minutes here.
            assert!(began.elapsed().as_secs() < 300, "{arguments:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_of_many_layers_in_many_entries_fills_no_memory() {
    let lab = Lab::start().await;
    let repository = lab.repository();
    let config = repository.put_blob(r#"{"os":"linux","architecture":"amd64"}"#);
    let layer = |at: usize| {
        let digest = format!("sha256:{at:064x}");
        json!({ "mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": digest, "size": 1 })
    };
    let layers: Vec<Value> = (0..10_000).map(layer).collect();
    let config = json!({ "mediaType": "application/vnd.oci.image.config.v1+json",
                         "digest": config.as_str(), "size": 37 });
    let image = json!({ "schemaVersion": 2, "config": config, "layers": layers });
    let image = repository.put_manifest(IMAGE, image.to_string());
    repository.tag("image", &image.digest);
    let entries = vec![descriptor_json(&image); 2_000];
    repository.tag("list", &list(&repository, &entries).digest);
    for (command, tag) in
        [("inspect", "image"), ("inspect", "list"), ("why", "list"), ("matrix", "list")]
    {
        lab.platy(&[command, &lab.name(tag), "--json"]).await.json();
    }
}

/// Documents in which 8 MB are a million values, and configs that are nothing but labels.
#[tokio::test(flavor = "multi_thread")]
async fn documents_of_many_values_fill_no_memory() {
    let lab = Lab::start().await;
    let repository = lab.repository();
    let odd =
        format!(r#"{{"mediaType":"{INDEX}","manifests":[{}0]}}"#, r#"{"a":0},"#.repeat(900_000));
    repository.tag("odd", &repository.put_manifest(INDEX, odd).digest);
    let keys: Vec<String> = (0..60_000).map(|key| format!(r#""{key:07}":"x""#)).collect();
    let keys =
        format!(r#"{{"mediaType":"{INDEX}","manifests":[],"annotations":{{{}}}}}"#, keys.join(","));
    repository.tag("keys", &repository.put_manifest(INDEX, keys).digest);
    let mut entries = Vec::new();
    // Each by itself is read.
    for at in 0..60 {
        let labels: Vec<String> = (0..40_000).map(|label| format!(r#""{label:07}":"x""#)).collect();
        let config = format!(
            r#"{{"os":"linux","architecture":"amd64","n":{at},"config":{{"Labels":{{{}}}}}}}"#,
            labels.join(",")
        );
        let size = config.len();
        let digest = repository.put_blob(config);
        let config = json!({ "mediaType": "application/vnd.oci.image.config.v1+json",
                             "digest": digest.as_str(), "size": size });
        let image = json!({ "schemaVersion": 2, "config": config, "layers": [] });
        entries.push(descriptor_json(&repository.put_manifest(IMAGE, image.to_string())));
    }
    repository.tag("labels", &list(&repository, &entries).digest);
    for (tag, class) in [("odd", "malformed"), ("labels", "too_large"), ("keys", "malformed")] {
        let ran = lab.platy(&["inspect", &lab.name(tag), "--json"]).await;
        assert!(ran.text().contains(&format!("\"class\": \"{class}\"")), "{tag}: {}", ran.text());
    }
}

/// Archives of `docker save` whose `manifest.json` is nothing but images, names or layers.
#[tokio::test(flavor = "multi_thread")]
async fn docker_archives_of_many_images_names_or_layers_fill_no_memory() {
    let lab = Lab::start().await;
    let file = |name: &str, content: &[u8]| layers::member(name, content);
    let many =
        |each: &dyn Fn(usize) -> String, count| (0..count).map(each).collect::<Vec<_>>().join(",");
    let image = |at: usize| format!(r#"{{"Config":"c","RepoTags":["a:{at}"],"Layers":["l"]}}"#);
    let names = many(&|at| format!(r#""a:{at}""#), 300_000);
    let layers = many(&|_| r#""l""#.to_owned(), 100_000);
    for (name, list) in [
        ("images", many(&image, 100_000)),
        ("names", format!(r#"{{"Config":"c","RepoTags":[{names}],"Layers":["l"]}}"#)),
        ("layers", format!(r#"{{"Config":"c","RepoTags":["a:1"],"Layers":[{layers}]}}"#)),
    ] {
        let tar = [
            file("manifest.json", format!("[{list}]").as_bytes()),
            file("c", br#"{"os":"linux","architecture":"amd64"}"#),
            file("l", &layers::member("a", b"b")),
            vec![0; 1024],
        ]
        .concat();
        std::fs::write(lab.home.path().join(name), tar).unwrap();
        let name = format!("./{name}");
        for arguments in [
            &["inspect", &name, "--json"][..],
            &["tags", &name, "--json"],
            &["why", &name, "--json"],
            &["copy", &name, "oci:out", "--yes", "--json"],
        ] {
            let ran = lab.platy(arguments).await;
            assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.stderr);
            ran.json();
        }
    }
}

/// Files of fleets: aliases, merges and variables that grow without end, and files that are nothing
/// but names, keys, anchors or marks. Of 600,000 names 1.7 GB were taken, and a merge of merges, 500
/// bytes long, took hours.
#[tokio::test(flavor = "multi_thread")]
async fn files_that_grow_fill_no_memory() {
    let lab = Lab::start().await;
    let nine = |one: String| vec![one; 9].join(",");
    let levels = |level: &dyn Fn(usize) -> String| (1..16).map(level).collect::<String>();
    let services = "services:\n  a: {image: '127.0.0.1:1/a:1', <<: *a15}\n";
    let merges = levels(&|at| {
        let below = nine(format!("*a{}", at - 1));
        format!("x{at}: &a{at} {{<<: [{below}]}}\n")
    });
    let aliases = levels(&|at| format!("x{at}: &a{at} [{}]\n", nine(format!("*a{}", at - 1))));
    let variables = levels(&|at| format!("  V{at}: '{}'\n", nine(format!("$V{}", at - 1))));
    let many: String = (0..50_000).map(|at| format!("  V{at}: '1'\n")).collect();
    let job = "script: x, image: '127.0.0.1:1/a:$V1'";
    let jobs: String = (0..20_000).map(|at| format!("j{at}: {{{job}}}\n")).collect();
    let merging = "variables: {<<: *v}";
    let merging: String = (0..10_000).map(|at| format!("j{at}: {{{merging}, {job}}}\n")).collect();
    let arguments = levels(&|at| format!("ARG A{at}={}\n", nine(format!("$A{}", at - 1))));
    for (name, text, said) in [
        ("compose.yaml", format!("x0: &a0 {{k: v}}\n{merges}{services}"), "127.0.0.1:1/a:1"),
        ("aliases.yaml", format!("x0: &a0 [x]\n{aliases}"), "too many values"),
        (
            ".gitlab-ci.yml",
            format!("variables:\n  V0: ''\n{variables}job: {{script: x, image: a$V15}}\n"),
            "no value here",
        ),
        ("jobs.gitlab-ci.yml", format!("variables:\n{many}{jobs}"), "127.0.0.1:1/a:1"),
        ("merged.gitlab-ci.yml", format!(".v: &v\n{many}{merging}"), "127.0.0.1:1/a:1"),
        ("Dockerfile", format!("ARG A0=x\n{arguments}FROM a$A15\n"), "no value here"),
        ("anchors.yaml", (0..600_000).map(|at| format!("- &b{at} x\n")).collect(), "300000 values"),
        ("keys.yaml", (0..400_000).map(|at| format!("k{at}: 1\n")).collect(), "300000 values"),
        ("marks.yaml", "---\n".repeat(1_000_000), "\"problems\": []"),
        ("twice.yaml", "---\na: 1\na: 2\n".repeat(200_000), "are not told"),
        (
            "long.yaml",
            format!("services: {{a: {{image: '{}'}}}}\n", "x".repeat(4_000_000)),
            "no image has such a name",
        ),
        (
            "owner.yaml",
            format!(
                "apiVersion: v1\nkind: A\nmetadata: {{name: {}}}\na: [{}]\n",
                "n".repeat(1_000_000),
                "{image: '127.0.0.1:1/a:1'},".repeat(1_000)
            ),
            "127.0.0.1:1/a:1",
        ),
        ("list.txt", "127.0.0.1:1/a:1\n".repeat(1_000_000), "25000 images"),
        ("from.Dockerfile", "FROM 127.0.0.1:1/a:1\n".repeat(100_000), "25000 images"),
    ] {
        std::fs::write(lab.home.path().join(name), text).unwrap();
        let ran = lab.platy(&["fleet", name, "--json"]).await;
        let text = ran.text();
        assert!(text.contains(said), "{name}: {}", text.chars().take(2_000).collect::<String>());
        assert!(ran.json()["images"].is_array(), "{name}");
    }
}

/// Pages of 8 MB, each of which names another.
#[tokio::test(flavor = "multi_thread")]
async fn pages_without_end_fill_no_memory() {
    let lab = Lab::start().await;
    let image = lab.repository().image("linux", "amd64", "").layer("content").push();
    lab.repository().tag("one", &image.digest);
    let names: Vec<String> = (0..400_000).map(|at| format!(r#""a-tag-{at:010}""#)).collect();
    let tags = format!(r#"{{"tags":[{}]}}"#, names.join(","));
    let entry = |at: usize| {
        let digest = format!("sha256:{at:064x}");
        json!({ "mediaType": IMAGE, "digest": digest, "size": 1, "artifactType": "a/b" })
    };
    let entries: Vec<Value> = (0..40_000).map(entry).collect();
    let referrers = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": entries });
    for (part, media_type, page) in
        [("/tags/list", "application/json", tags), ("/referrers/", INDEX, referrers.to_string())]
    {
        let fault = Fault::Pages { media_type: media_type.to_owned(), page: page.into_bytes() };
        lab.sandbox.faults().add(Rule::new(fault).contains(part));
    }
    let repository = format!("{}/bomb", lab.sandbox.host());
    let tags = lab.platy(&["tags", &repository, "--json"]).await.json();
    assert_eq!((&tags["complete"], &tags["error"]["class"]), (&json!(false), &json!("too_large")));
    let one = lab.platy(&["inspect", &lab.name("one"), "--referrers", "--json"]).await.json();
    assert_eq!(one["referrers"]["error"]["class"], "too_large");
}
