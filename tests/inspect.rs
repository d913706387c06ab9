//! The commands, as scripts use them, against the sandbox.

use crate::support::command::{PLATY, Ran, command, platy};
use platy::sandbox::{Fault, Layer, Rule, Sandbox, SandboxOptions};
use serde_json::{Value, json};
use tempfile::TempDir;

struct Lab {
    sandbox: Sandbox,
    home: TempDir,
}

impl Lab {
    async fn start() -> Self {
        Self {
            sandbox: Sandbox::start(SandboxOptions::default()).await.unwrap(),
            home: TempDir::new().unwrap(),
        }
    }

    fn reference(&self, name: &str) -> String {
        format!("{}/{name}", self.sandbox.host())
    }

    /// Runs a command on a reference, away from the threads that serve it.
    async fn run(&self, arguments: &[&str]) -> Ran {
        let home = self.home.path().to_owned();
        let arguments: Vec<String> = arguments.iter().map(|it| (*it).to_owned()).collect();
        tokio::task::spawn_blocking(move || {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            platy(&home, &arguments)
        })
        .await
        .unwrap()
    }

    /// Two images with an attestation each.
    fn fill(&self) -> Vec<Value> {
        let repository = self.sandbox.store().repository("team/app");
        let mut entries = Vec::new();
        for (architecture, variant) in [("amd64", ""), ("arm64", "v8")] {
            let image = repository
                .image("linux", architecture, variant)
                .layer(architecture)
                .empty_step("ENV A=1")
                .env("A=1")
                .label("color", "\u{1b}[31mred")
                .push();
            entries.push(image);
        }
        repository
            .index()
            .entries(entries.clone())
            .annotation("org.example.a", "b")
            .push_tag("1.0");
        entries.iter().map(|it| json!(it.digest)).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn json_has_the_fields_that_the_readme_names() {
    let lab = Lab::start().await;
    let digests = lab.fill();
    let reference = lab.reference("team/app:1.0");
    let ran = lab.run(&["inspect", "--json", &reference]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let json = ran.json();
    assert_eq!(json["reference"], reference);
    assert_eq!(json["kind"], "index");
    assert_eq!(json["media_type"], "application/vnd.oci.image.index.v1+json");
    assert_eq!(json["annotations"], json!({ "org.example.a": "b" }));
    assert_eq!(json["referrers"], Value::Null, "they are asked for with --referrers only");
    let arm = &json["entries"][1];
    assert_eq!(arm["kind"], "image");
    assert_eq!(arm["digest"], digests[1]);
    assert_eq!(arm["platform"], "linux/arm64/v8");
    assert_eq!(
        [&arm["os"], &arm["architecture"], &arm["variant"], &arm["os_version"]],
        [&json!("linux"), &json!("arm64"), &json!("v8"), &Value::Null]
    );
    let image = &arm["image"];
    assert_eq!(image["config"]["platform"], "linux/arm64/v8");
    assert_eq!(image["layers"].as_array().unwrap().len(), 1);
    assert!(image["layers"][0]["created_by"].is_string());
    assert_eq!(image["total_size"], image["layers"][0]["size"]);
    assert!(arm.get("error").is_none());
    for flags in [&["--referrers"][..], &["--referrers", "--no-referrers"]] {
        let ran = lab.run(&[&["inspect", "--json", &reference], flags].concat()).await;
        let json = ran.json();
        assert_eq!(
            (&json["referrers"], &json["entries"][1]["referrers"]),
            (&json!([]), &json!([]))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_has_the_platform_that_its_config_states() {
    let lab = Lab::start().await;
    let repository = lab.sandbox.store().repository("team/component");
    let config = json!({ "architecture": "wasm", "os": "wasip2", "component": { "exports": [] } });
    let component = repository
        .artifact("")
        .config("application/vnd.wasm.config.v0+json", config.to_string())
        .blob("application/wasm", b"\0asm\x0d\0\x01\0".as_slice())
        .push();
    repository.tag("1", &component.digest);
    repository.index().entry(component).push_tag("list");
    let text = lab.run(&["inspect", &lab.reference("team/component:1")]).await;
    assert!(text.text().contains("wasip2/wasm"), "{}", text.text());
    let list = lab.run(&["inspect", "--json", &lab.reference("team/component:list")]).await.json();
    let stated = &list["entries"][0]["image"]["config"];
    assert_eq!((&stated["os"], &stated["architecture"]), (&json!("wasip2"), &json!("wasm")));
    // It has no layers of files, and nothing is wrong with that.
    assert_eq!(list["entries"][0]["image"]["misfits"], json!(null));
}

#[tokio::test(flavor = "multi_thread")]
async fn raw_prints_the_exact_bytes() {
    let lab = Lab::start().await;
    let digests = lab.fill();
    let reference = lab.reference("team/app:1.0");
    let repository = lab.sandbox.store().repository("team/app");
    let ran = lab.run(&["inspect", "--raw", &reference]).await;
    assert_eq!(ran.stdout, repository.manifest("1.0").unwrap());
    let ran = lab.run(&["inspect", "--raw", "--platform", "linux/arm64", &reference]).await;
    let arm = repository.manifest(digests[1].as_str().unwrap()).unwrap();
    assert_eq!(ran.stdout, arm);
    let ran = lab.run(&["inspect", "--raw", "--platform", "linux/*", &reference]).await;
    assert_eq!(ran.code, 2);
    assert!(ran.stdout.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_narrows_what_is_printed_and_fetched() {
    let lab = Lab::start().await;
    lab.fill();
    let reference = lab.reference("team/app:1.0");
    let arguments = ["inspect", "--json", "--platform", "linux/arm64", &reference];
    let ran = lab.run(&arguments).await;
    assert_eq!(ran.json()["entries"].as_array().unwrap().len(), 1);
    assert_eq!(lab.sandbox.requests().count(), 3, "index, manifest, config");
    let arguments = ["inspect", "--platform", "arm64", &reference];
    let ran = lab.run(&arguments).await;
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("os/architecture"), "{}", ran.stderr);
}

/// crane, regctl, oras and skopeo exit with 1 for a platform that is not there; nothing is printed.
#[tokio::test(flavor = "multi_thread")]
async fn a_platform_that_is_not_there_is_said_with_those_that_are() {
    let lab = Lab::start().await;
    lab.fill();
    let reference = lab.reference("team/app:1.0");
    for platform in ["linux/mips", "windows/*", "linux/arm64/v9"] {
        let ran = lab.run(&["inspect", "--platform", platform, &reference]).await;
        assert_eq!((ran.code, ran.text().as_str()), (2, ""), "{platform}");
        assert!(ran.stderr.contains("linux/amd64, linux/arm64/v8"), "{}", ran.stderr);
    }
    let ran = lab.run(&["inspect", "--json", "--platform", "linux/mips", &reference]).await;
    assert_eq!((ran.code, &ran.json()["error"]["class"]), (2, &json!("not_found")));
    // A bare image is of one platform too.
    let child = lab.fill()[0].as_str().unwrap().to_owned();
    let child = lab.reference(&format!("team/app@{child}"));
    assert_eq!(lab.run(&["inspect", "--platform", "linux/arm64", &child]).await.code, 2);
    assert_eq!(lab.run(&["inspect", "--platform", "linux/amd64", &child]).await.code, 0);
}

/// What attests an image of the platform is of the platform, and nothing else is.
#[tokio::test(flavor = "multi_thread")]
async fn config_holds_a_single_image_to_its_platform() {
    let lab = Lab::start().await;
    let repository = lab.sandbox.store().repository("team/app");
    repository.image("linux", "arm64", "v8").layer("x").push_tag("one");
    let reference = lab.reference("team/app:one");
    // crane 0.22.1 and regctl 0.11.7 give the arm64 config for any --platform.
    let ran = lab.run(&["config", &reference, "--platform", "linux/amd64"]).await;
    assert_eq!((ran.code, ran.text().as_str()), (2, ""), "{}", ran.stderr);
    assert!(ran.stderr.contains("it is a single image, and not for linux/amd64"), "{}", ran.stderr);
    assert!(ran.stderr.contains("it is for linux/arm64/v8"), "{}", ran.stderr);
    for fits in ["linux/arm64", "linux/arm64/v8"] {
        let ran = lab.run(&["config", &reference, "--platform", fits]).await;
        assert_eq!(ran.code, 0, "{fits}: {}", ran.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_keeps_its_attestations() {
    let lab = Lab::start().await;
    let repository = lab.sandbox.store().repository("team/attested");
    let mut entries = Vec::new();
    for architecture in ["amd64", "arm64"] {
        let image = repository.image("linux", architecture, "").layer(architecture).push();
        let mut attestation = repository
            .image("unknown", "unknown", "")
            .layer(Layer::opaque("", architecture).with_media_type("application/vnd.in-toto+json"))
            .push();
        attestation.annotations.extend([
            ("vnd.docker.reference.type".to_owned(), "attestation-manifest".to_owned()),
            ("vnd.docker.reference.digest".to_owned(), image.digest.to_string()),
        ]);
        entries.extend([image, attestation]);
    }
    repository.index().entries(entries.clone()).push_tag("1");
    let reference = lab.reference("team/attested:1");
    let arguments = ["inspect", "--json", "--platform", "linux/arm64", &reference];
    let json = lab.run(&arguments).await.json();
    let shown: Vec<_> =
        json["entries"].as_array().unwrap().iter().map(|it| &it["digest"]).collect();
    assert_eq!(shown, [&json!(entries[2].digest), &json!(entries[3].digest)]);
    let ran = lab.run(&["inspect", "--platform", "linux/arm64", &reference]).await;
    assert!(ran.text().contains("statement 1"), "it was read: {}", ran.text());
    assert!(!ran.text().contains(entries[1].digest.as_str()), "{}", ran.text());
}

/// A layer that images share is stored and fetched once.
#[tokio::test(flavor = "multi_thread")]
async fn sums_count_a_shared_layer_once() {
    let lab = Lab::start().await;
    let repository = lab.sandbox.store().repository("team/shared");
    let shared = Layer::opaque("base", vec![7; 5000]);
    let images = ["amd64", "arm64"].map(|architecture| {
        let image = repository.image("linux", architecture, "");
        image.layer(shared.clone()).layer(shared.clone()).push()
    });
    repository.index().entries(images).push_tag("1");
    let reference = lab.reference("team/shared:1");
    let ran = lab.run(&["inspect", &reference]).await;
    assert!(ran.text().contains("2 images · 5.0 kB"), "{}", ran.text());
    let json = lab.run(&["inspect", "--json", &reference]).await.json();
    assert_eq!(json["entries"][0]["image"]["total_size"], 5000);
}

#[tokio::test(flavor = "multi_thread")]
async fn part_of_it_is_printed_with_exit_code_1() {
    let lab = Lab::start().await;
    let digests = lab.fill();
    let repository = lab.sandbox.store().repository("team/app");
    repository.remove_manifest(&digests[0].as_str().unwrap().parse().unwrap());
    let reference = lab.reference("team/app:1.0");
    let ran = lab.run(&["inspect", "--json", &reference]).await;
    assert_eq!(ran.code, 1);
    let json = ran.json();
    assert_eq!(json["entries"][0]["error"]["class"], "not_found");
    assert!(json["entries"][1].get("error").is_none());
    let ran = lab.run(&["inspect", &reference]).await;
    assert_eq!(ran.code, 1);
    assert!(ran.text().contains("not in the registry (404)"), "{}", ran.text());
    assert!(ran.stderr.contains("MANIFEST_UNKNOWN"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_exit_code_2_with_a_next_step() {
    let lab = Lab::start().await;
    lab.fill();
    let ran = lab.run(&["inspect", "--json", &lab.reference("team/app:2.0")]).await;
    assert_eq!(ran.code, 2);
    assert_eq!(ran.json()["error"]["class"], "not_found");
    assert!(ran.stderr.contains("platy tags"), "{}", ran.stderr);
    for wrong in ["Not A Reference", "a@sha256:12", "dir:x", "oci:"] {
        let ran = lab.run(&["inspect", wrong]).await;
        assert_eq!(ran.code, 2, "{wrong}");
        assert!(ran.stderr.starts_with("platy: "), "{wrong}: {}", ran.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn text_from_outside_is_escaped() {
    let lab = Lab::start().await;
    let repository = lab.sandbox.store().repository("team/app");
    let image = repository.image("linux", "amd64\u{1b}[2J", "").layer("x").push();
    repository.index().entry(image).push_tag("1.0");
    let message = r#"{"errors":[{"code":"DENIED\u001b[31m","message":"go\u202eaway"}]}"#;
    let ran = lab.run(&["inspect", &lab.reference("team/app:1.0")]).await;
    assert!(ran.text().contains("amd64\\e[2J"), "{}", ran.text());
    lab.sandbox.faults().add(Rule::new(Fault::Answer {
        status: 403,
        headers: vec![("Content-Type".into(), "application/json".into())],
        body: message.as_bytes().to_vec(),
    }));
    let ran = lab.run(&["inspect", "--no-cache", &lab.reference("team/app:1.0")]).await;
    assert_eq!(ran.code, 2);
    assert!(!ran.stderr.contains(['\u{1b}', '\u{202e}']), "{}", ran.stderr);
    assert!(ran.stderr.contains("go\\u{202e}away"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_time_costs_one_request() {
    let lab = Lab::start().await;
    lab.fill();
    let reference = lab.reference("team/app:1.0");
    let arguments = ["inspect", "--json", &reference];
    let first = lab.run(&arguments).await;
    assert_eq!(lab.sandbox.requests().count(), 5, "the index, two manifests, two configs");
    lab.sandbox.requests().clear();
    let second = lab.run(&arguments).await;
    assert_eq!(lab.sandbox.requests().count(), 1);
    assert_eq!(lab.sandbox.requests().all()[0].status, Some(304));
    assert_eq!(first.stdout, second.stdout);

    let info = lab.run(&["cache", "info"]).await;
    assert!(info.text().contains("files"), "{}", info.text());
    let cleared = lab.run(&["cache", "clear"]).await;
    assert_eq!(cleared.code, 0);
    lab.sandbox.requests().clear();
    lab.run(&arguments).await;
    assert_eq!(lab.sandbox.requests().count(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blob_in_the_cache_is_no_manifest() {
    let lab = Lab::start().await;
    lab.fill();
    let tree = lab.run(&["inspect", "--json", &lab.reference("team/app:1.0")]).await.json();
    let config = tree["entries"][0]["image"]["config"]["digest"].as_str().unwrap().to_owned();
    let by_digest = lab.reference(&format!("team/app@{config}"));
    let cached = lab.run(&["inspect", &by_digest]).await;
    let asked = lab.run(&["inspect", "--no-cache", &by_digest]).await;
    assert_eq!((cached.code, cached.text()), (2, asked.text()), "{}", cached.stderr);
    assert_eq!(cached.stderr, asked.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_pipe_a_long_wait_is_silent_and_ends() {
    let lab = Lab::start().await;
    lab.fill();
    // Longer than a wait that is not spoken of in a terminal.
    lab.sandbox.faults().set_delay(std::time::Duration::from_millis(1200));
    let ran = lab.run(&["digest", &lab.reference("team/app:1.0")]).await;
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_and_digest() {
    let lab = Lab::start().await;
    lab.fill();
    let repository = lab.sandbox.store().repository("team/app");
    let digest = repository.resolve("1.0").unwrap();
    for tag in ["1.9", "1.10", "latest"] {
        repository.tag(tag, &digest);
    }
    let ran = lab.run(&["tags", &lab.reference("team/app")]).await;
    assert_eq!(ran.text(), "latest\n1.10\n1.9\n1.0\n");
    let ran = lab.run(&["tags", "--json", &lab.reference("team/app")]).await;
    assert_eq!(ran.json()["tags"], json!(["latest", "1.10", "1.9", "1.0"]));
    // How large they are, and what has no image, said once.
    for tag in ["note", "note2"] {
        repository.index().annotation("org.example.of", tag).push_tag(tag);
    }
    let sized = ["tags", "--sizes", "--platform", "linux/arm64", "--json"];
    let ran = lab.run(&[&sized[..], &[&lab.reference("team/app")]].concat()).await;
    let sizes = ran.json()["sizes"].clone();
    assert_eq!(sizes.as_array().unwrap().len(), 6, "{sizes}");
    let of = |tag: &str| sizes.as_array().unwrap().iter().find(|it| it["tag"] == tag).unwrap();
    assert!(of("1.9")["bytes"].as_u64().unwrap() > 0, "{sizes}");
    assert_eq!(of("1.9")["platform"], "linux/arm64/v8");
    assert!(of("note")["bytes"].is_null() && of("note")["error"].is_object(), "{sizes}");
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("(2 times)"), "{}", ran.stderr);
    let ran = lab.run(&["tags", "--sizes", &lab.reference("team/app")]).await;
    assert!(ran.text().contains("1.10") && ran.text().contains("█"), "{}", ran.text());
    lab.sandbox.requests().clear();
    let ran = lab.run(&["digest", &lab.reference("team/app:1.9")]).await;
    assert_eq!(ran.text().trim(), digest.as_str());
    assert_eq!(lab.sandbox.requests().count(), 1);
    let ran = lab.run(&["tags", &lab.reference("nothing/here")]).await;
    assert_eq!(ran.code, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_is_asked_where_the_environment_names_one() {
    let lab = Lab::start().await;
    lab.fill();
    // A server takes a proxy's requests for its own; no name server knows this host.
    let proxy = format!("http://{}", lab.sandbox.host());
    let run = async |bypass: &str, host: String| {
        let mut command = command(PLATY, lab.home.path());
        command.args(["digest", "--plain-http", &host, &format!("{host}/team/app:1.0")]);
        command.env("HTTP_PROXY", &proxy).env("NO_PROXY", bypass);
        tokio::task::spawn_blocking(move || crate::support::command::run(&mut command))
            .await
            .unwrap()
    };
    let proxied = run("", "registry.invalid".to_owned()).await;
    assert_eq!(proxied.code, 0, "{}", proxied.stderr);
    let digest = lab.sandbox.store().repository("team/app").resolve("1.0").unwrap();
    assert_eq!(proxied.text().trim(), digest.as_str());
    assert_eq!(lab.sandbox.requests().count(), 1);

    let straight = run("registry.invalid", "registry.invalid".to_owned()).await;
    assert_eq!(straight.code, 2, "{}", straight.text());
    assert!(straight.stderr.contains("registry.invalid"), "{}", straight.stderr);
    assert_eq!(lab.sandbox.requests().count(), 1, "it went past the proxy");

    // Nobody listens on port 1 of this machine; the proxy would have answered.
    let loopback = run("", "localhost:1".to_owned()).await;
    assert_eq!(loopback.code, 2, "{}", loopback.text());
    assert_eq!(lab.sandbox.requests().count(), 1, "a loopback host needs no proxy");
}

/// An index of more entries than platy reads by itself is read in turns, and what is left beyond
/// the bound is said: exit 1.
#[tokio::test(flavor = "multi_thread")]
async fn long_lists_are_read_in_turns_and_the_rest_is_said() {
    let lab = Lab::start().await;
    let repository = lab.sandbox.store().repository("team/long");
    let image = repository.image("linux", "amd64", "").layer("x").push();
    let types = "application/vnd.oci.image.index.v1+json";
    for (count, code, words) in [(2_003, 0, ""), (10_002, 1, "2 entries were not read")] {
        let entries: Vec<Value> = (0..count)
            .map(|number| {
                json!({
                    "mediaType": image.media_type.as_str(),
                    "digest": image.digest,
                    "size": image.size,
                    "platform": {
                        "os": "linux", "architecture": "amd64", "variant": format!("w{number}"),
                    },
                })
            })
            .collect();
        let index = json!({ "schemaVersion": 2, "mediaType": types, "manifests": entries });
        let pushed = repository.put_manifest(types, index.to_string());
        repository.tag("1", &pushed.digest);
        let ran = lab.run(&["inspect", "--json", &lab.reference("team/long:1")]).await;
        assert_eq!(ran.code, code, "{count}: {}", ran.stderr);
        let json = ran.json();
        let read =
            json["entries"].as_array().unwrap().iter().filter(|it| it.get("image").is_some());
        assert_eq!(read.count(), count.min(10_000));
        let said = json["error"]["message"].as_str().unwrap_or_default();
        assert!(said.contains(words), "{said}");
    }
}

/// The mark of an image that no engine can unpack, known without reading a layer
/// (`docker load`: "invalid diffID for layer", moby `image/tarexport/load.go`).
#[tokio::test(flavor = "multi_thread")]
async fn diff_ids_that_do_not_fit_are_marked() {
    let lab = Lab::start().await;
    let repository = lab.sandbox.store().repository("team/odd");
    let other = platy::oci::Digest::sha256(b"other");
    let plain = Layer::plain("COPY", &[]).unwrap().with_diff_id(other);
    let image = repository.image("linux", "amd64", "").layer(plain).push();
    repository.index().entry(image).push_tag("1");
    let reference = lab.reference("team/odd:1");
    let text = lab.run(&["inspect", &reference]).await.text();
    assert!(
        text.contains("layer 1 is not compressed, so its diff ID must be its digest"),
        "{text}"
    );
    let json = lab.run(&["inspect", "--json", &reference]).await.json();
    let misfits = json["entries"][0]["image"]["misfits"].as_array().unwrap();
    assert_eq!(misfits.len(), 1, "{misfits:?}");
}
