//! `platy create`

use platy::oci::{Algorithm, Digest};
use platy::sandbox::{Fault, Rule, Sandbox, SandboxOptions};
use reqwest::Method;

use super::{Lab, platforms};

#[tokio::test(flavor = "multi_thread")]
async fn two_images_become_one_list() {
    let lab = Lab::start().await;
    lab.hello("yorek/hello");
    let (target, linux, windows) =
        (lab.at("yorek/hello:latest"), lab.at("yorek/hello:linux"), lab.at("yorek/hello:windows"));
    let raw = lab.run(&["create", &target, &linux, &windows, "--dry-run", "--raw"]).await;
    assert_eq!(raw.code, 0, "{}", raw.stderr);
    assert!(lab.writes().is_empty());
    let ran = lab.run(&["create", &target, &linux, &windows, "--yes", "--json"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(lab.bytes("yorek/hello", "latest").unwrap(), raw.stdout);
    let list = lab.list("yorek/hello", "latest");
    assert_eq!(platforms(&list), ["linux/amd64", "windows/amd64"]);
    assert_eq!(list["manifests"][1]["platform"]["os.version"], "10.0.17763.6414");
    let json = ran.json();
    assert_eq!(json["target"], target);
    assert_eq!(json["before"], serde_json::Value::Null);
    assert_eq!(json["after"], lab.digest("yorek/hello", "latest").unwrap().as_str());
    assert_eq!(json["done"], true);
    assert_eq!(json["problems"], serde_json::json!([]));
    let steps: Vec<(&str, &str)> = json["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["action"].as_str().unwrap(), it["result"].as_str().unwrap()))
        .collect();
    assert_eq!(
        steps,
        [
            ("manifest_present", "present"),
            ("manifest_present", "present"),
            ("put_list", "written"),
            ("read_back", "verified")
        ]
    );
    assert_eq!(json["outcome"]["tags"][0]["state"], "new");
    assert_eq!(lab.writes(), ["PUT /v2/yorek/hello/manifests/latest"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_is_for_the_platform_that_its_config_states() {
    let lab = Lab::start().await;
    lab.hello("app");
    let component = lab.component("app");
    let (target, linux) = (lab.at("app:1"), lab.at("app:linux"));
    let ran = lab.run(&["create", &target, &linux, &lab.at("app:component"), "--yes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let list = lab.list("app", "1");
    assert_eq!(platforms(&list), ["linux/amd64", "wasip2/wasm"]);
    assert_eq!(list["manifests"][1]["artifactType"], "application/vnd.wasm.config.v0+json");

    // Of a list that leaves the platform out it is found by what its config states.
    lab.sandbox.store().repository("app").index().entry(component.clone()).push_tag("bare");
    let (target, bare) = (lab.at("app:2"), lab.at("app:bare"));
    let create = ["create", &target, &bare, "--platform", "wasip2/wasm", "--yes"];
    let ran = lab.run(&create).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(lab.list("app", "2")["manifests"][0]["digest"], component.digest.as_str());

    // Configs of other types state none, whatever is in them.
    let repository = lab.sandbox.store().repository("app");
    let other = repository
        .artifact("")
        .config("application/vnd.example.config.v1+json", r#"{"os":"linux","architecture":"arm"}"#)
        .blob("text/plain", "x")
        .push();
    repository.tag("other", &other.digest);
    let target = lab.at("app:3");
    let ran = lab.run(&["create", &target, &linux, &lab.at("app:other"), "--yes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(lab.list("app", "3")["manifests"][1].get("platform"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_pushed_without_being_asked() {
    let lab = Lab::start().await;
    lab.hello("a/b");
    let (target, linux) = (lab.at("a/b:latest"), lab.at("a/b:linux"));
    let ran = lab.run(&["create", &target, &linux]).await;
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("--yes pushes without asking"), "{}", ran.stderr);
    let ran = lab.run(&["create", &target, &linux, "--dry-run"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let text = ran.text();
    for words in
        ["tag now    does not exist", "present  1 manifest", "put      the list", "read     latest"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(lab.writes().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_repository_is_mounted_and_another_registry_copied() {
    let lab = Lab::start().await;
    lab.hello("one");
    let other = Sandbox::start(SandboxOptions::default()).await.unwrap();
    let image = other
        .store()
        .repository("far/away")
        .image("linux", "arm64", "v8")
        .layer("from far away")
        .push_tag("1");
    let far = format!("{}/far/away:1", other.host());
    let (target, near) = (lab.at("two:1"), lab.at("one:linux"));
    let ran = lab.run(&["create", &target, &near, &far, "--tag", "1.0", "--yes", "--json"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let json = ran.json();
    assert_eq!(json["sums"]["blobs_mounted"], 2);
    assert_eq!(json["sums"]["blobs_copied"], 2);
    assert!(json["sums"]["bytes_copied"].as_u64().unwrap() > 0);
    let results: Vec<&str> =
        json["steps"].as_array().unwrap().iter().map(|it| it["result"].as_str().unwrap()).collect();
    assert_eq!(results.iter().filter(|it| **it == "mounted").count(), 2);
    assert_eq!(results.iter().filter(|it| **it == "copied").count(), 2);
    let list = lab.list("two", "1");
    assert_eq!(platforms(&list), ["linux/amd64", "linux/arm64/v8"]);
    assert_eq!(list["manifests"][1]["digest"], image.digest.as_str());
    assert_eq!(lab.digest("two", "1.0"), lab.digest("two", "1"));
    let here = lab.sandbox.store().repository("two").manifest(image.digest.as_str()).unwrap();
    let there = other.store().repository("far/away").manifest("1").unwrap();
    assert_eq!(here, there);
    let again = lab.run(&["create", &target, &near, &far, "--tag", "1.0", "--json"]).await;
    assert_eq!(again.code, 0, "what is done already needs no question: {}", again.stderr);
    assert_eq!(again.json()["steps"][0]["result"], "present");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_taken_whole_keeps_its_bytes() {
    let lab = Lab::start().await;
    let repository = lab.sandbox.store().repository("src");
    let entries = [
        repository.image("linux", "amd64", "").layer("a").push(),
        repository.image("linux", "arm64", "v8").layer("b").push(),
    ];
    repository.index().entries(entries).annotation("k", "v").push_tag("1");
    let (target, source) = (lab.at("dst:1"), lab.at("src:1"));
    let ran = lab.run(&["create", &target, &source, "--yes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(lab.bytes("dst", "1"), lab.bytes("src", "1"));
    let ran = lab.run(&["create", &target, &source, "--platform", "linux/arm64", "--yes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(platforms(&lab.list("dst", "1")), ["linux/arm64/v8"]);
    let none = lab.run(&["create", &target, &source, "--platform", "linux/s390x", "--yes"]).await;
    assert_eq!(none.code, 2);
    assert!(none.stderr.contains("has no image for linux/s390x"), "{}", none.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_set_is_in_the_list() {
    let lab = Lab::start().await;
    lab.hello("a");
    let (target, linux, windows) = (lab.at("a:x"), lab.at("a:linux"), lab.at("a:windows"));
    let set = format!("{windows}:os.version=10.0.20348.1,os.features=win32k,x");
    let ran = lab
        .run(&[
            "create",
            &target,
            &linux,
            &windows,
            "--set",
            &set,
            "--annotation",
            "org.example.a=b=c",
            "--entry-annotation",
            "linux/*:k=v",
            "--artifact-type",
            "application/example",
            "--subject",
            &linux,
            "--yes",
        ])
        .await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("its config says"), "a warning: {}", ran.stderr);
    let list = lab.list("a", "x");
    let platform = &list["manifests"][1]["platform"];
    assert_eq!(platform["os.version"], "10.0.20348.1");
    assert_eq!(platform["os.features"], serde_json::json!(["win32k", "x"]));
    assert_eq!(list["annotations"]["org.example.a"], "b=c");
    assert_eq!(list["manifests"][0]["annotations"]["k"], "v");
    assert!(list["manifests"][1].get("annotations").is_none());
    assert_eq!(list["artifactType"], "application/example");
    assert_eq!(list["subject"]["digest"], lab.digest("a", "linux").unwrap().as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_images_make_a_docker_list_unless_told_otherwise() {
    let lab = Lab::start().await;
    let repository = lab.sandbox.store().repository("d");
    repository.image("linux", "amd64", "").docker().layer("x").push_tag("x");
    let (target, source) = (lab.at("d:list"), lab.at("d:x"));
    let ran = lab.run(&["create", &target, &source, "--yes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let list = lab.list("d", "list");
    assert_eq!(list["mediaType"], "application/vnd.docker.distribution.manifest.list.v2+json");
    let ran = lab.run(&["create", &target, &source, "--format", "oci", "--yes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("OCI index and names 1 manifest of Docker"), "{}", ran.stderr);
    assert_eq!(lab.list("d", "list")["mediaType"], "application/vnd.oci.image.index.v1+json");
}

#[tokio::test(flavor = "multi_thread")]
async fn validation_and_guards_refuse_with_one() {
    let lab = Lab::start().await;
    lab.hello("a");
    let (target, linux) = (lab.at("a:x"), lab.at("a:linux"));
    let set = format!("{linux}:architecture=nonsense");
    let ran = lab.run(&["create", &target, &linux, "--set", &set, "--yes", "--json"]).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("linux/nonsense, which does not exist"), "{}", ran.stderr);
    let json = ran.json();
    assert_eq!(json["problems"][0]["kind"], "unknown_platform");
    assert_eq!(json["problems"][0]["entry"], 1);
    assert_eq!(json["done"], false);
    let absent = ["create", &target, &linux, "--if-absent", "--yes"];
    assert_eq!(lab.run(&absent).await.code, 0);
    let windows = lab.at("a:windows");
    let again = lab.run(&["create", &target, &windows, "--if-absent", "--yes", "--json"]).await;
    assert_eq!(again.code, 1);
    assert!(again.json()["conflict"].as_str().unwrap().contains("it was not to exist"));
    let wrong = lab.digest("a", "linux").unwrap().to_string();
    let wrong = ["create", &target, &windows, "--if-digest", &wrong, "--yes"];
    let ran = lab.run(&wrong).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("it was to point at"), "{}", ran.stderr);
    let right = lab.digest("a", "x").unwrap().to_string();
    let right = ["create", &target, &windows, "--if-digest", &right, "--yes"];
    assert_eq!(lab.run(&right).await.code, 0);
    assert_eq!(platforms(&lab.list("a", "x")), ["windows/amd64"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn trouble_is_two_and_says_what() {
    let lab = Lab::start().await;
    lab.hello("a");
    let (target, linux, gone) = (lab.at("a:x"), lab.at("a:linux"), lab.at("a:gone"));
    let digest = lab.digest("a", "linux").unwrap();
    let pinned = lab.at(&format!("a@{digest}"));
    for (arguments, words) in [
        (vec!["create", &target, &gone, "--yes"], "not found"),
        (vec!["create", &pinned, &linux, "--yes"], "a digest names what is there already"),
        (vec!["create", &target, &linux, "--set", "x:os=y", "--yes"], "none of the sources"),
        (vec!["create", &target, &linux, "--annotation", "x", "--yes"], "is not KEY=VALUE"),
        (vec!["create", &target, &linux, "--tag", "a b", "--yes"], "tag"),
        (vec!["create", &target], "SOURCE"),
        (vec!["create", &target, &linux, "--raw"], "--dry-run"),
        (vec!["create", &target, &linux, "--entry-annotation", "#9:k=v"], "no entry #9"),
    ] {
        let ran = lab.run(&arguments).await;
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(words), "{arguments:?}: {}", ran.stderr);
    }
    assert!(lab.writes().is_empty());
    let ran = lab.run(&["create", &target, &gone, "--yes", "--json"]).await;
    assert_eq!(ran.json()["error"]["class"], "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn attestations_and_referrers_come_along() {
    let lab = Lab::start().await;
    let repository = lab.sandbox.store().repository("src");
    let image = repository.image("linux", "amd64", "").layer("a").push();
    let signature = repository
        .artifact("application/example.signature")
        .blob("text/plain", "s")
        .subject(&image)
        .push();
    repository.index().entry(image.clone()).push_tag("1");
    let (target, source) = (lab.at("dst:1"), lab.at("src:1"));
    let ran = lab.run(&["create", &target, &source, "--yes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.text().contains("note: signatures and SBOMs that refer to"), "{}", ran.text());
    let there = lab.sandbox.store().repository("dst");
    assert!(there.manifest(signature.digest.as_str()).is_none());
    let copied = lab.at("src:2");
    for (words, says) in [
        (["edit", &source, "--to", &target], true),
        (["edit", &source, "--to", &copied], false),
        (["create", &copied, &source, "--format=oci"], false),
        (["create", &target, &source, "--referrers"], false),
    ] {
        let ran = lab.run(&[&words[..], &["--dry-run"]].concat()).await;
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert_eq!(ran.text().contains("--referrers takes them along"), says, "{words:?}");
    }
    let target = lab.at("dst:2");
    let ran = lab.run(&["create", &target, &source, "--referrers", "--yes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(there.manifest(signature.digest.as_str()).is_some());
    assert_eq!(platforms(&lab.list("dst", "2")), ["linux/amd64"], "it is not an entry of the list");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_changed_is_said_before_the_push() {
    let lab = Lab::start().await;
    lab.hello("a");
    let (target, linux, windows) = (lab.at("a:x"), lab.at("a:linux"), lab.at("a:windows"));
    assert_eq!(lab.run(&["create", &target, &linux, &windows, "--yes"]).await.code, 0);
    let ran = lab.run(&["create", &target, &linux, "--dry-run", "--json"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let effects = ran.json()["effects"].as_array().unwrap().clone();
    assert!(
        effects
            .iter()
            .any(|it| { it["machine"] == "windows(10.0.17763)/amd64" && it["after"].is_null() }),
        "{effects:?}"
    );
    let text = lab.run(&["create", &target, &linux, "--dry-run"]).await.text();
    assert!(text.contains("machines get nothing instead of windows"), "{text}");
}

/// olareg and zot make the tags that the query of a PUT by digest names (`OCI-Tag`,
/// distribution-spec main 967efdc); distribution and crane's registry pass it over.
#[tokio::test(flavor = "multi_thread")]
async fn several_tags_are_put_with_one_request_where_the_registry_can() {
    for (multi_tags, puts) in [(true, 2), (false, 5)] {
        let options = SandboxOptions { multi_tags, ..SandboxOptions::default() };
        let lab = Lab::with(options).await;
        lab.hello("a");
        lab.sandbox.requests().clear();
        let (target, linux) = (lab.at("a:x"), lab.at("a:linux"));
        let further = ["--tag", "y", "--tag", "z", "--tag", "w"];
        let mut arguments = vec!["create", &target, &linux, "--yes"];
        arguments.extend(further);
        let ran = lab.run(&arguments).await;
        assert_eq!(ran.code, 0, "{}{}", ran.text(), ran.stderr);
        let store = lab.sandbox.store().repository("a");
        let digest = store.resolve("x").unwrap();
        for tag in ["y", "z", "w"] {
            assert_eq!(store.resolve(tag).as_ref(), Some(&digest), "{tag}");
        }
        let log = lab.sandbox.requests().all();
        let put = log.iter().filter(|it| it.method == "PUT").count();
        assert_eq!(put, puts, "with OCI-Tag: {multi_tags}");
    }
}

/// distribution 3.1.2 keeps manifests by sha256 only (400 DIGEST_INVALID): the plan says what may be
/// refused, and a refusal says why.
#[tokio::test(flavor = "multi_thread")]
async fn sha512_content_is_in_the_plan() {
    let lab = Lab::start().await;
    let store = lab.sandbox.store().repository("src");
    let image = store.image("linux", "amd64", "").layer("a").push();
    let bytes = store.manifest(image.digest.as_str()).unwrap();
    let digest = Digest::of(Algorithm::Sha512, &bytes);
    store.put_manifest_as(&digest, image.media_type.as_str(), bytes);
    let (target, source) = (lab.at("dst:1"), lab.at(&format!("src@{digest}")));
    let ran = lab.run(&["create", &target, &source, "--dry-run"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.text().contains("1 manifest is named by sha512"), "{}", ran.text());
    let body =
        br#"{"errors":[{"code":"DIGEST_INVALID","message":"provided digest did not match"}]}"#;
    let refusal = Fault::Answer { status: 400, headers: Vec::new(), body: body.to_vec() };
    let rule = Rule::new(refusal).method(Method::PUT).contains("sha512");
    lab.sandbox.faults().add(rule);
    let ran = lab.run(&["create", &target, &source, "--yes"]).await;
    assert_eq!(ran.code, 2, "{}", ran.text());
    assert!(ran.stderr.contains("does not keep manifests by sha512"), "{}", ran.stderr);
}
