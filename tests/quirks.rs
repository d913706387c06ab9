//! Commands on registries that answer oddly: what real ones and the proxies in front of them do.

use std::io::Write as _;

use platy::oci::Platform;
use platy::sandbox::{Layer, Sandbox, SandboxOptions, TarFile, program};
use tempfile::TempDir;

use crate::support::command::{Ran, platy};
use crate::support::quirks::{Answered, Asked, Quirky};

/// A sandbox with a list of two images, its quirk, and a home.
struct Lab {
    sandbox: Sandbox,
    quirky: Quirky,
    home: TempDir,
}

impl Lab {
    async fn new(quirk: impl Fn(&Asked, &mut Answered) + Send + Sync + 'static) -> Self {
        let sandbox = Sandbox::start(SandboxOptions::default()).await.unwrap();
        let repository = sandbox.store().repository("team/app");
        let images = ["amd64", "arm64"]
            .map(|it| repository.image("linux", it, "").layer(it).cmd(&["/app"]).push());
        repository.index().entries(images).push_tag("1");
        let quirky = Quirky::before(&sandbox, quirk).await;
        Self { sandbox, quirky, home: TempDir::new().unwrap() }
    }

    fn at(&self, name: &str) -> String {
        format!("{}/{name}", self.quirky.host)
    }

    async fn run(&self, arguments: &[&str]) -> Ran {
        let home = self.home.path().to_owned();
        let arguments: Vec<String> = arguments.iter().map(|it| (*it).to_owned()).collect();
        let run = move || {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            platy(&home, &arguments)
        };
        tokio::task::spawn_blocking(run).await.unwrap()
    }

    async fn tags(&self) -> Vec<String> {
        let ran = self.run(&["tags", &self.at("team/app")]).await;
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let mut tags: Vec<_> = ran.text().lines().map(str::to_owned).collect();
        tags.sort();
        tags
    }
}

/// Challenges that the grammar of RFC 9110 does not have, or has in unusual forms.
#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_is_read_however_it_is_written() {
    for challenge in [
        r#"Bearer realm="/token",service="reg""#,
        "Bearer realm=http://@/token,service=reg",
        r#"bearer REALM="http://@/token" Service="reg""#,
        r#"Basic realm="x", Bearer realm="http://@/token",error="invalid_token""#,
        r#"Negotiate YII=, Bearer realm = "http://@/token" ; service = "reg""#,
    ] {
        let lab = Lab::new(move |asked, answered| {
            if asked.target.starts_with("/token") {
                answered.status = 200;
                answered.set("Content-Type", "application/json");
                answered.body = br#"{"token":"tok"}"#.to_vec();
            } else if asked.header("authorization") != Some("Bearer tok") {
                answered.fail(401);
                answered.set("WWW-Authenticate", &challenge.replace('@', &asked.host));
            }
        })
        .await;
        assert_eq!(lab.tags().await, ["1"], "{challenge}");
    }
}

/// Nexus OSS answers 404 to every HEAD (crazy-max/diun #1614, andrey-pohilko/registry-cli #14).
#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_denies_everything_to_head_can_be_written_to() {
    let lab = Lab::new(|asked, answered| {
        if asked.method == "HEAD" && asked.target.contains("/manifests/") {
            answered.fail(404);
        }
    })
    .await;
    let tag = lab.at("team/app:1");
    let ran = lab.run(&["edit", &tag, "--annotation", "a=b", "--yes"]).await;
    assert_eq!(ran.code, 0, "{}{}", ran.text(), ran.stderr);
    let before = ran.text().lines().find(|line| line.contains("tag now")).unwrap().to_owned();
    assert!(before.contains("sha256:"), "it is not a new tag: {before}");
    let ran = lab.run(&["undo", &tag, "--yes"]).await;
    assert_eq!(ran.code, 0, "{}{}", ran.text(), ran.stderr);
    let ran = lab.run(&["create", &lab.at("team/new:1"), &tag, "--yes"]).await;
    assert_eq!(ran.code, 0, "{}{}", ran.text(), ran.stderr);
    let ran = lab.run(&["wait", &tag, "--for", "1s"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

/// Pages named as they are known behind a proxy: Nexus (sonatype/nexus-public #1011, where the
/// page itself is answered with 400) and Artifactory (renovatebot/renovate #15080).
#[tokio::test(flavor = "multi_thread")]
async fn a_page_under_a_wrong_address_is_asked_for_under_the_right_one() {
    for (link, status) in [
        ("http://@/repository/proxy/v2/team/app/tags/list?n=1&last=1", 400),
        ("/v2/app/tags/list?n=1&last=1", 404),
        ("v2/team/app/tags/list?n=1&last=1", 404),
    ] {
        let lab = Lab::new(move |asked, answered| {
            if asked.target == "/v2/team/app/tags/list?n=1000" {
                answered.body = br#"{"name":"team/app","tags":["1"]}"#.to_vec();
                let link = link.replace('@', &asked.host);
                answered.set("Link", &format!("<{link}>; rel=\"next\""));
            } else if asked.target.contains("/tags/list")
                && !asked.target.starts_with("/v2/team/app/tags/list?")
            {
                answered.fail(status);
            }
        })
        .await;
        let digest = lab.sandbox.store().repository("team/app").resolve("1").unwrap();
        lab.sandbox.store().repository("team/app").tag("2", &digest);
        assert_eq!(lab.tags().await, ["1", "2"], "{link}");
    }
}

/// A next page that is nowhere is said, with what came before it (exit 1).
#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_nowhere_is_said() {
    let lab = Lab::new(|asked, answered| {
        if asked.target.contains("/tags/list") {
            answered.set("Link", "</v2/gone/tags/list?page=1>; rel=\"next\"");
        }
    })
    .await;
    let ran = lab.run(&["tags", &lab.at("team/app"), "--json"]).await;
    assert_eq!((ran.code, &ran.json()["complete"]), (1, &false.into()), "{}", ran.stderr);
    assert_eq!(ran.json()["tags"], serde_json::json!(["1"]));
}

/// A `Content-Type` that contradicts the document is the registry's mistake, not the image's.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_served_as_an_image_is_shown_and_edited_as_a_list() {
    for served in [
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json; charset=utf-8",
    ] {
        let lab = Lab::new(move |asked, answered| {
            if asked.target.contains("/manifests/") && answered.status == 200 {
                answered.set("Content-Type", served);
            }
        })
        .await;
        let tag = lab.at("team/app:1");
        let ran = lab.run(&["inspect", &tag, "--json"]).await;
        assert_eq!((ran.code, &ran.json()["kind"]), (0, &"index".into()), "{}", ran.stderr);
        let again = lab.run(&["inspect", &tag, "--json"]).await;
        assert_eq!(again.json(), ran.json(), "from the cache too");
        let ran = lab.run(&["edit", &tag, "--remove", "linux/arm64", "--yes"]).await;
        assert_eq!(ran.code, 0, "{}{}", ran.text(), ran.stderr);
        let ran = lab.run(&["undo", &tag, "--yes"]).await;
        assert_eq!(ran.code, 0, "{}{}", ran.text(), ran.stderr);
    }
}

/// Proxies compress what passes though nobody asked for it: documents and layers.
#[tokio::test(flavor = "multi_thread")]
async fn layers_that_a_proxy_compresses_are_read() {
    let lab = Lab::new(|_, answered| {
        if answered.status == 200 && !answered.body.is_empty() {
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(&answered.body).unwrap();
            answered.body = encoder.finish().unwrap();
            answered.set("Content-Encoding", "gzip");
        }
    })
    .await;
    let repository = lab.sandbox.store().repository("team/app");
    let app = program(&Platform::new("linux", "amd64", ""), b"");
    let layer = Layer::gzip("COPY app /", &[TarFile::program("app", app)]).unwrap();
    repository.image("linux", "amd64", "").layer(layer).cmd(&["/app"]).push_tag("2");
    let ran = lab.run(&["check", &lab.at("team/app:2"), "--json"]).await;
    assert_eq!(ran.json()["rows"][0]["verdict"], "agree", "{}{}", ran.text(), ran.stderr);
    let ran = lab.run(&["create", &lab.at("team/new:1"), &lab.at("team/app:2"), "--yes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

/// 401, 403, 404, 405 and 501 to the HEAD of a blob, whatever GET says.
#[tokio::test(flavor = "multi_thread")]
async fn a_blob_is_asked_for_with_get_if_head_is_refused() {
    for status in [401, 403, 404, 405, 501] {
        let lab = Lab::new(move |asked, answered| {
            if asked.method == "HEAD" && asked.target.contains("/blobs/") {
                answered.fail(status);
            }
        })
        .await;
        let to = lab.at("team/new:1");
        let ran = lab.run(&["create", &to, &lab.at("team/app:1"), "--yes"]).await;
        assert_eq!(ran.code, 0, "{status}: {}", ran.stderr);
    }
}

/// Sibling tags behind the first page are looked at too, with and without a `Link`.
#[tokio::test(flavor = "multi_thread")]
async fn siblings_on_later_pages_are_found() {
    let lab = Lab::new(|asked, answered| {
        // Pages of 1,000 without a Link, as go-containerregistry 0.22.1's registry has them.
        if asked.target.starts_with("/v2/team/app/tags/list") {
            let names: Vec<String> = match asked.target.contains("last=") {
                false => (0..1_000).map(|number| format!("a{number:04}")).collect(),
                true => vec!["z-1.0".to_owned(), "z-1.1".to_owned()],
            };
            let body = serde_json::json!({ "name": "team/app", "tags": names });
            answered.body = body.to_string().into_bytes();
        }
    })
    .await;
    let store = lab.sandbox.store().repository("team/app");
    let list = store.resolve("1").unwrap();
    store.tag("z-1.0", &list);
    store.image("linux", "amd64", "").layer("flat").cmd(&["/app"]).push_tag("z-1.1");
    let ran = lab.run(&["why", &lab.at("team/app:z-1.1"), "--host", "linux/arm64", "--json"]).await;
    let findings = ran.json()["findings"].to_string();
    assert!(findings.contains("flattened-tag"), "{findings}");
    assert!(findings.contains("z-1.0"), "{findings}");
}
