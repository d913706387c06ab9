//! Small documents that ask for much memory: every command ends under a limit of its address space.
//!
//! 43 kB of lists that name each other took 1.1 GB on 9305aee, and seven such lists of 50 entries
//! more than 9 GB.

use std::process::Command;

use platy::oci::Descriptor;
use platy::sandbox::{Fault, RepositoryStore, Rule, Sandbox, SandboxOptions, descriptor_json};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::command::{PLATY, Ran, command, run};

mod layers;

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
