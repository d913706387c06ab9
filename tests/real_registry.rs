//! Against Debian's docker-registry, with skopeo as the other side: what an implementation that
//! is not ours pushed, platy reads.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::support::command::{PLATY, platy};
use crate::support::real::{RealRegistry, skopeo};
use crate::support::terminal::Terminal;
use platy::model::draft::{Draft, Edit, Format, Guard, Material, Target};
use platy::oci::{Descriptor, Location, Repository};
use platy::sandbox::{Sandbox, SandboxOptions, descriptor_json};
use platy::source::auth::Environment;
use platy::source::{Activity, Options, Sources};
use platy::work::push::{Board, Did, Journal, Pushing, prepare, run};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, TcpStream};

/// Makes an index of three platforms in the sandbox; its descriptor and those of its images.
fn make(sandbox: &Sandbox) -> (Descriptor, Vec<Descriptor>) {
    let repository = sandbox.store().repository("team/app");
    let mut images = Vec::new();
    for (os, architecture, variant) in
        [("linux", "amd64", ""), ("linux", "arm64", "v8"), ("windows", "amd64", "")]
    {
        let content = format!("{os} {architecture}");
        let mut image = repository
            .image(os, architecture, variant)
            .layer(content.into_bytes())
            .env("A=1")
            .entrypoint(&["/app"]);
        if os == "windows" {
            image = image.os_version("10.0.17763.6414");
        }
        images.push(image.push());
    }
    let index = repository.index().entries(images.clone()).push_tag("1.0");
    (index, images)
}

/// Copies the sandbox's image with all its platforms to a place, by skopeo.
fn copy(home: &TempDir, from: &str, to: &str) {
    skopeo(
        home.path(),
        &[
            "copy",
            "--all",
            "--preserve-digests",
            "--src-tls-verify=false",
            "--dest-tls-verify=false",
            from,
            to,
        ],
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs docker-registry and skopeo"]
async fn what_skopeo_pushed_is_read_digest_by_digest() {
    let home = TempDir::new().unwrap();
    let registry = RealRegistry::start(home.path());
    let sandbox = Sandbox::start(SandboxOptions::default()).await.unwrap();
    let (index, images) = make(&sandbox);
    let name = format!("{}/team/app:1.0", registry.host);
    let from = format!("docker://{}/team/app:1.0", sandbox.host());
    copy(&home, &from, &format!("docker://{name}"));

    let ran = platy(home.path(), &["inspect", "--json", &name]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let json = ran.json();
    assert_eq!(json["kind"], "index");
    assert_eq!(json["digest"], index.digest.as_str());
    let digests: Vec<&str> = json["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["digest"].as_str().unwrap())
        .collect();
    let expected: Vec<&str> = images.iter().map(|it| it.digest.as_str()).collect();
    assert_eq!(digests, expected);
    assert_eq!(json["entries"][2]["os_version"], "10.0.17763.6414");
    assert_eq!(json["entries"][1]["image"]["config"]["architecture"], "arm64");

    // The bytes are those that skopeo sees, to the last one.
    let raw = platy(home.path(), &["inspect", "--raw", &name]);
    let theirs = skopeo(
        home.path(),
        &["inspect", "--raw", "--tls-verify=false", &format!("docker://{name}")],
    );
    assert_eq!(raw.stdout, theirs.stdout);
    let digest = platy(home.path(), &["digest", &name]);
    assert_eq!(digest.text().trim(), index.digest.as_str());
    let tags = platy(home.path(), &["tags", &format!("{}/team/app", registry.host)]);
    assert_eq!(tags.text(), "1.0\n");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs docker-registry and skopeo"]
async fn layouts_and_archives_that_skopeo_wrote_are_read() {
    let home = TempDir::new().unwrap();
    let sandbox = Sandbox::start(SandboxOptions::default()).await.unwrap();
    let (index, images) = make(&sandbox);
    let from = format!("docker://{}/team/app:1.0", sandbox.host());
    copy(&home, &from, "oci:layout:1.0");
    copy(&home, &from, "oci-archive:archive.tar:1.0");
    for place in ["oci:layout:1.0", "oci:layout", "oci-archive:archive.tar:1.0"] {
        let ran = platy(home.path(), &["inspect", "--json", place]);
        assert_eq!(ran.code, 0, "{place}: {}", ran.stderr);
        let json = ran.json();
        assert_eq!(json["digest"], index.digest.as_str(), "{place}");
        assert_eq!(json["entries"][0]["digest"], images[0].digest.as_str(), "{place}");
    }
    skopeo(
        home.path(),
        &[
            "copy",
            "--override-os=linux",
            "--override-arch=arm64",
            "--src-tls-verify=false",
            &from,
            "docker-archive:saved.tar:team/app:1.0",
        ],
    );
    let ran = platy(home.path(), &["inspect", "--json", "docker-archive:saved.tar:team/app:1.0"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let json: Value = ran.json();
    assert_eq!(json["kind"], "image");
    assert_eq!(json["image"]["config"]["architecture"], "arm64");
    // skopeo writes the old form, which has no manifest.
    assert_eq!(json["made_by_platy"], true);
    let ran = platy(home.path(), &["inspect", "docker-archive:saved.tar:team/app:1.0"]);
    let text = ran.text();
    assert!(text.contains("manifest made by platy"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs docker-registry and skopeo"]
async fn the_explorer_opens_it_and_lists_the_catalog() {
    let home = TempDir::new().unwrap();
    let registry = RealRegistry::start(home.path());
    let sandbox = Sandbox::start(SandboxOptions::default()).await.unwrap();
    make(&sandbox);
    let name = format!("{}/team/app:1.0", registry.host);
    copy(&home, &format!("docker://{}/team/app:1.0", sandbox.host()), &format!("docker://{name}"));

    let mut terminal = Terminal::start(PLATY, &[&name], home.path(), 100, 30);
    terminal.see("3 images");
    terminal.see("windows(10.0.17763.6414)/amd64");
    // The referrers: no API here, and nothing under the fallback tag.
    terminal.types("Gl");
    terminal.see("none");
    terminal.types("q");
    assert_eq!(terminal.end(), 0);

    let mut terminal =
        Terminal::start(PLATY, &[&format!("{}/", registry.host)], home.path(), 100, 30);
    terminal.see("team/app");
    terminal.types("\r");
    terminal.see("newest version first");
    terminal.see("1.0");
    terminal.types("q");
    assert_eq!(terminal.end(), 0);
}

/// What platy pushes is what skopeo reads, and all of it is there.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs docker-registry and skopeo"]
async fn skopeo_reads_what_platy_pushed() {
    let home = TempDir::new().unwrap();
    let registry = RealRegistry::start(home.path());
    let sandbox = Sandbox::start(SandboxOptions::default()).await.unwrap();
    let (_, images) = make(&sandbox);
    let sources = Sources::new(options(), Activity::default());
    let repository = |host: &str, path: &str| Repository::parse(&format!("{host}/{path}")).unwrap();
    let theirs = repository(sandbox.host().as_str(), "team/app");
    let (first, second) =
        (repository(&registry.host, "team/app"), repository(&registry.host, "team/mounted"));

    // From another registry, and then from one repository to another.
    for (from, to) in [(theirs, &first), (first.clone(), &second)] {
        let mut draft = draft(&from, &images);
        let target = Target::of(&to.tagged("1.0")).unwrap();
        let guard = Guard::Absent;
        let plan = prepare(&mut draft, &target, &guard, &sources).await.unwrap();
        let journal = Journal::at(home.path().join("journal"));
        let pushing = Pushing { sources: &sources, journal: Some(&journal), guard: &guard };
        let outcome = run(&plan, pushing, &Board::new(&plan)).await;
        assert!(outcome.is_done(), "{outcome:?}");
        if from == first {
            assert_eq!((outcome.count(Did::Copied), outcome.count(Did::Mounted)), (0, 6));
        }
        let name = format!("docker://{to}:1.0");
        let raw = skopeo(home.path(), &["inspect", "--raw", "--tls-verify=false", &name]);
        assert_eq!(raw.stdout, draft.document().bytes);
        // Every manifest and every blob, with its digest checked.
        let folder = format!("oci:{}", to.path.replace('/', "-"));
        copy(&home, &name, &folder);
    }
}

/// A way to a registry that is cut once, when so many bytes of one connection went out.
async fn cut_once(to: String, after: u64) -> (String, Arc<AtomicBool>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let done = Arc::new(AtomicBool::new(false));
    let cut = Arc::clone(&done);
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let (to, cut) = (to.clone(), Arc::clone(&cut));
            tokio::spawn(async move {
                let mut server = TcpStream::connect(to).await.unwrap();
                let (mut from_client, mut to_client) = client.split();
                let (mut from_server, mut to_server) = server.split();
                let out = async {
                    let mut first = (&mut from_client).take(after);
                    let sent = tokio::io::copy(&mut first, &mut to_server).await.unwrap_or(0);
                    if sent < after || !cut.swap(true, Ordering::Relaxed) {
                        return;
                    }
                    let _ = tokio::io::copy(&mut from_client, &mut to_server).await;
                };
                tokio::select! {
                    () = out => {}
                    _ = tokio::io::copy(&mut from_server, &mut to_client) => {}
                }
            });
        }
    });
    (host, done)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs docker-registry and skopeo"]
async fn an_upload_that_is_cut_on_the_way_arrives() {
    let home = TempDir::new().unwrap();
    let registry = RealRegistry::start(home.path());
    let (way, cut) = cut_once(registry.host.clone(), 1 << 20).await;
    let sandbox = Sandbox::start(SandboxOptions::default()).await.unwrap();
    let bytes: Vec<u8> = (0..3 << 20).map(|number: u32| (number % 251) as u8).collect();
    let image =
        sandbox.store().repository("team/app").image("linux", "amd64", "").layer(bytes).push();
    let sources = Sources::new(options(), Activity::default());
    let repository = |host: &str| Repository::parse(&format!("{host}/team/app")).unwrap();
    let mut draft = draft(&repository(sandbox.host().as_str()), &[image]);
    let target = Target::of(&repository(&way).tagged("1.0")).unwrap();
    let guard = Guard::Absent;
    let plan = prepare(&mut draft, &target, &guard, &sources).await.unwrap();
    let pushing = Pushing { sources: &sources, journal: None, guard: &guard };
    let outcome = run(&plan, pushing, &Board::new(&plan)).await;
    assert!(outcome.is_done(), "{outcome:?}");
    assert!(cut.load(Ordering::Relaxed));
    copy(&home, &format!("docker://{}/team/app:1.0", registry.host), "oci:whole");
}

/// A draft of these images.
fn draft(from: &Repository, images: &[Descriptor]) -> Draft {
    let material = |image: &Descriptor| Material {
        from: Location::Registry(from.at(image.digest.clone())),
        descriptor: descriptor_json(image).to_string(),
        config: None,
        filled: false,
    };
    let materials = images.iter().map(material).collect();
    let mut draft = Draft::new(Format::Oci);
    draft.apply(Edit::Add { materials, companions: Vec::new(), at: None }).unwrap();
    draft
}

fn options() -> Options {
    Options { environment: Environment::default(), ..Options::default() }
}

/// The tutorial: two images, one list, and each system gets its own.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs docker-registry and skopeo"]
async fn the_tutorial_works_as_written() {
    let home = TempDir::new().unwrap();
    let registry = RealRegistry::start(home.path());
    let sandbox = Sandbox::start(SandboxOptions::default()).await.unwrap();
    let store = sandbox.store().repository("yorek/multiarch-hello-world");
    let name = |tag: &str| format!("{}/yorek/multiarch-hello-world:{tag}", registry.host);
    for os in ["linux", "windows"] {
        let text = format!("Hello from {os}");
        let mut image =
            store.image(os, "amd64", "").layer(text.into_bytes()).env(&format!("OS={os}"));
        if os == "windows" {
            image = image.os_version("10.0.17763.6414");
        }
        image.push_tag(os);
        let from = format!("docker://{}/yorek/multiarch-hello-world:{os}", sandbox.host());
        copy(&home, &from, &format!("docker://{}", name(os)));
    }

    let create = ["create", &name("latest"), &name("linux"), &name("windows"), "--yes", "--json"];
    let created = platy(home.path(), &create);
    assert_eq!(created.code, 0, "{}\n{}", created.text(), created.stderr);
    let latest = platy(home.path(), &["inspect", "--raw", &name("latest")]);

    for os in ["linux", "windows"] {
        let seen = platy(home.path(), &["inspect", "--json", &name(os)]).json();
        assert_eq!(seen["image"]["config"]["os"], os);
        let digest = seen["digest"].as_str().unwrap();
        assert!(latest.text().contains(digest), "the list names {os}'s image");
        let theirs = skopeo(
            home.path(),
            &[
                "inspect",
                "--override-os",
                os,
                "--override-arch",
                "amd64",
                "--tls-verify=false",
                &format!("docker://{}", name("latest")),
            ],
        )
        .json();
        assert_eq!(theirs["Os"], os);
        assert_eq!(theirs["Env"][0], format!("OS={os}"));
    }
    let seen = platy(home.path(), &["inspect", "--json", &name("latest")]).json();
    let platforms: Vec<&str> = seen["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["platform"].as_str().unwrap_or_default())
        .collect();
    assert_eq!(platforms, ["linux/amd64", "windows/amd64"]);
    assert_eq!(seen["entries"][1]["os_version"], "10.0.17763.6414");

    // What the list replaces can be put back.
    let again = platy(home.path(), &["create", &name("latest"), &name("windows"), "--yes"]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    let undone = platy(home.path(), &["undo", &name("latest"), "--yes"]);
    assert_eq!(undone.code, 0, "{}", undone.stderr);
    let back = platy(home.path(), &["inspect", "--raw", &name("latest")]);
    assert_eq!(back.stdout, latest.stdout);
}
