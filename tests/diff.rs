//! `platy diff`, as scripts use it, against the sandbox.

mod drafts;
use crate::support::command::{Ran, platy};
use platy::sandbox::{Fault, Rule, Sandbox, SandboxOptions};
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

    /// Runs platy, away from the threads that serve it.
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

    /// Runs `platy diff` on two names of the sandbox.
    async fn diff(&self, a: &str, b: &str, options: &[&str]) -> Ran {
        let (a, b) = (self.reference(a), self.reference(b));
        self.run(&[&["diff", &a, &b][..], options].concat()).await
    }

    /// Two releases: amd64 stays, arm64 changes, arm/v6 goes, s390x comes.
    fn fill(&self) {
        let repository = self.sandbox.store().repository("team/app");
        let image = |architecture: &str, variant: &str, release: &str| {
            repository
                .image("linux", architecture, variant)
                .layer(b"base".to_vec())
                .layer(format!("{architecture} {release}").into_bytes())
                .env(&format!("RELEASE={release}"))
                .label("color", "\u{1b}[31mred")
        };
        let amd64 = image("amd64", "", "1").push();
        let one = [amd64.clone(), image("arm64", "v8", "1").push(), image("arm", "v6", "1").push()];
        repository.index().entries(one).push_tag("1");
        let two = [amd64, image("arm64", "v8", "2").push(), image("s390x", "", "2").push()];
        repository.index().entries(two).push_tag("2");
        image("arm64", "v8", "1").push_tag("arm64");
    }
}

fn changes(json: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or("none").to_owned();
    let entries = json["entries"].as_array().unwrap();
    entries.iter().map(|it| (text(&it["platform"]), text(&it["change"]))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn json_has_the_fields_that_the_readme_names() {
    let lab = Lab::start().await;
    lab.fill();
    let ran = lab.diff("team/app:1", "team/app:2", &["--json"]).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let json = ran.json();
    for (key, value) in [
        ("kind", json!("index")),
        ("equal", json!(false)),
        ("same_digest", json!(false)),
        ("relation", json!("different")),
        ("related_as", json!(null)),
        ("missing", json!([])),
        ("manifest", json!([])),
    ] {
        assert_eq!(json[key], value, "{key}");
    }
    assert_eq!(json["a"]["reference"], lab.reference("team/app:1"));
    let expected = [
        ("linux/amd64", "same"),
        ("linux/arm64/v8", "changed"),
        ("linux/s390x", "added"),
        ("linux/arm/v6", "removed"),
    ];
    assert_eq!(changes(&json), expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    let arm64 = &json["entries"][1];
    assert_eq!(arm64["shared_bytes"], 4);
    assert!(arm64["new_bytes"].as_u64().unwrap() > 7);
    assert_eq!(arm64["layers"][0]["change"], "same");
    assert_eq!(arm64["layers"][1]["change"], "changed");
    assert_eq!(
        arm64["config"],
        json!([{ "path": "config.Env.RELEASE", "pointer": "/config/Env/RELEASE", "a": "1", "b": "2" }])
    );
    assert_eq!(arm64["history"][0]["change"], "same");
    assert_eq!(json["entries"][3]["b"], json!(null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_with_dots_is_told_from_nesting() {
    let lab = Lab::start().await;
    let repository = lab.sandbox.store().repository("team/labels");
    for tag in ["1", "2"] {
        let image = repository.image("linux", "amd64", "").layer("base");
        let image = image.label("org.example.title", tag).label("example.com/a~b", tag);
        image.annotation("org.example.title", tag).push_tag(tag);
    }
    let json = lab.diff("team/labels:1", "team/labels:2", &["--json"]).await.json();
    let pointers = |key: &str| -> Vec<String> {
        let fields = json[key].as_array().unwrap();
        fields.iter().map(|it| it["pointer"].as_str().unwrap().to_owned()).collect()
    };
    let labels = ["/config/Labels/org.example.title", "/config/Labels/example.com~1a~0b"];
    assert_eq!(pointers("config"), labels);
    assert_eq!(pointers("manifest"), ["/annotations/org.example.title"]);
    assert_eq!(json["config"][1]["path"], "config.Labels.example.com/a~b");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_exit_code_tells_equal_from_different_from_trouble() {
    let lab = Lab::start().await;
    lab.fill();
    for (a, b, options, code) in [
        ("team/app:1", "team/app:1", &[][..], 0),
        ("team/app:1", "team/app:2", &[], 1),
        ("team/app:1", "team/app:2", &["--platform", "linux/amd64"], 0),
        ("team/app:1", "team/app:2", &["--platform", "linux/arm64"], 1),
        ("team/app:1", "team/app:2", &["--platform", "linux/s390x"], 2),
        ("team/app:1", "team/app:arm64", &["--platform", "linux/arm64"], 0),
        ("team/app:1", "team/app:gone", &[], 2),
        ("team/app:1", "team/app:2", &["--platform", "arm64"], 2),
    ] {
        let ran = lab.diff(a, b, options).await;
        assert_eq!(ran.code, code, "{a} {b} {options:?}\n{}\n{}", ran.text(), ran.stderr);
    }
    let ran = lab.diff("team/app:gone", "team/app:1", &["--json"]).await;
    assert_eq!(ran.code, 2);
    assert_eq!(ran.json()["a"]["error"]["class"], "not_found");
    assert_eq!(ran.json()["b"]["error"], json!(null));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_and_its_child_are_told_to_be_so() {
    let lab = Lab::start().await;
    lab.fill();
    let ran = lab.diff("team/app:1", "team/app:arm64", &["--json"]).await;
    assert_eq!(ran.code, 1);
    let json = ran.json();
    assert_eq!(
        (&json["relation"], &json["related_as"]),
        (&json!("child_of"), &json!("linux/arm64/v8"))
    );
    let back = lab.diff("team/app:arm64", "team/app:1", &[]).await;
    assert!(back.text().contains("A is the linux/arm64/v8 child of B."), "{}", back.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn text_is_harmless_and_says_what_differs() {
    let lab = Lab::start().await;
    lab.fill();
    let ran = lab.diff("team/app:1", "team/app:2", &[]).await;
    let text = ran.text();
    assert!(!text.contains('\u{1b}'), "{text}");
    for part in
        ["~ linux/arm64/v8", "+ linux/s390x", "- linux/arm/v6", "env RELEASE", "3 of 4 entries"]
    {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let raw = lab.diff("team/app:1", "team/app:2", &["--raw", "--platform", "linux/arm64"]).await;
    assert_eq!(raw.code, 1);
    assert!(raw.text().contains("-      \"RELEASE=1\""), "{}", raw.text());
    let same = lab.diff("team/app:1", "team/app:1", &["--raw"]).await;
    assert_eq!((same.code, same.text()), (0, String::new()));
}

/// What both name by digest in one repository is asked for once, and nothing but the two
/// references if they are one digest.
#[tokio::test(flavor = "multi_thread")]
async fn no_request_is_made_twice() {
    let lab = Lab::start().await;
    lab.fill();
    lab.sandbox.requests().clear();
    lab.diff("team/app:1", "team/app:2", &["--no-cache"]).await;
    let requests = lab.sandbox.requests().all();
    let mut paths: Vec<String> = requests.iter().map(|it| it.path.clone()).collect();
    assert_eq!(paths.len(), 2 + 5 + 5, "{paths:?}");
    paths.sort();
    paths.dedup();
    assert_eq!(paths.len(), 2 + 5 + 5);
    lab.sandbox.requests().clear();
    lab.diff("team/app:1", "team/app:1", &["--no-cache"]).await;
    assert_eq!(lab.sandbox.requests().count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_side_that_fails_in_part_is_compared_as_far_as_it_loaded() {
    let lab = Lab::start().await;
    lab.fill();
    let json = lab.diff("team/app:1", "team/app:2", &["--json"]).await.json();
    let digest = json["entries"][1]["b"]["digest"].as_str().unwrap().to_owned();
    lab.sandbox.faults().add(Rule::new(Fault::status(404)).contains(&digest));
    let ran = lab.diff("team/app:1", "team/app:2", &["--json", "--no-cache"]).await;
    assert_eq!(ran.code, 1);
    let json = ran.json();
    assert_eq!(json["missing"][0]["side"], "b");
    assert_eq!(json["missing"][0]["digest"], digest);
    assert_eq!(json["missing"][0]["error"]["class"], "not_found");
    assert_eq!(json["entries"][1]["new_bytes"], json!(null));
    assert_eq!(changes(&json).len(), 4);
    assert!(ran.stderr.contains("not found"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_repositories_are_compared_and_what_one_lost_is_trouble() {
    let lab = Lab::start().await;
    for name in ["team/app", "mirror/app"] {
        let repository = lab.sandbox.store().repository(name);
        let image = repository.image("linux", "amd64", "").layer("base").push();
        repository.index().entry(image).push_tag("1");
    }
    let ran = lab.diff("team/app:1", "mirror/app:1", &[]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    lab.sandbox.faults().add(Rule::new(Fault::status(404)).contains("mirror/app/manifests/sha256"));
    let ran = lab.diff("team/app:1", "mirror/app:1", &["--no-cache"]).await;
    assert_eq!(ran.code, 2, "{}", ran.text());
    assert!(ran.text().contains("the manifest of linux/amd64 of B"), "{}", ran.text());
}

mod files {
    use platy::oci::Platform;
    use platy::sandbox::{Layer, TarFile, program};

    use super::*;

    /// Two images over one base; the second adds, changes and removes files of the first.
    fn fill(lab: &Lab) {
        let repository = lab.sandbox.store().repository("team/files");
        let base = [TarFile::text("etc/base", "base\n"), TarFile::text("etc/motd", "old\n")];
        let base = Layer::gzip("ADD base", &base).unwrap();
        let tool = |architecture: &str| {
            let platform = Platform::new("linux", architecture, "");
            TarFile::program("bin/tool", program(&platform, b"tool"))
        };
        let one = [
            tool("amd64"),
            TarFile::text("srv/notes", "one\ntwo\n"),
            TarFile::text("srv/gone", ""),
        ];
        let two = [
            tool("arm64"),
            TarFile::text("srv/notes", "one\nthree\t\u{1b}[m\n"),
            TarFile::Symlink { path: "srv/new".to_owned(), target: "notes".to_owned() },
        ];
        let removed = [TarFile::text("etc/.wh.motd", ""), TarFile::text("etc/base", "base\n")];
        let opaque = [TarFile::text("etc/.wh..wh..opq", ""), TarFile::text("etc/own", "")];
        for (tag, layer) in [
            ("1", Layer::gzip("COPY one", &one).unwrap()),
            ("2", Layer::zstd("COPY two", &two).unwrap()),
            ("removed", Layer::gzip("RUN rm", &removed).unwrap()),
            ("opaque", Layer::gzip("RUN mv", &opaque).unwrap()),
        ] {
            let image = repository.image("linux", "amd64", "").layer(base.clone()).layer(layer);
            image.push_tag(tag);
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_only_image_of_a_list_is_the_one_that_is_meant() {
        let lab = Lab::start().await;
        let repository = lab.sandbox.store().repository("team/lists");
        for tag in ["1", "2"] {
            let layer = Layer::gzip("COPY", &[TarFile::text("release", tag)]).unwrap();
            let image = repository.image("linux", "amd64", "").layer(layer).push();
            repository.index().entry(image).push_tag(tag);
        }
        let ran = lab.diff("team/lists:1", "team/lists:2", &["--files", "--json"]).await;
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        assert_eq!(ran.json()["files"][0]["path"], "/release");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn files_are_compared_without_the_layers_that_both_have() {
        let lab = Lab::start().await;
        fill(&lab);
        lab.sandbox.requests().clear();
        let ran = lab.diff("team/files:1", "team/files:2", &["--files", "--json"]).await;
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        let json = ran.json();
        let files = json["files"].as_array().unwrap();
        let found: Vec<_> = files
            .iter()
            .map(|it| (it["path"].as_str().unwrap(), it["change"].as_str().unwrap()))
            .collect();
        assert_eq!(
            found,
            [
                ("/bin/tool", "changed"),
                ("/srv/gone", "written_in_a"),
                ("/srv/new", "written_in_b"),
                ("/srv/notes", "changed"),
            ]
        );
        assert_eq!(files[0]["differs"], json!(["content"]));
        assert_eq!(files[2]["b"]["target"], "notes");
        assert_eq!(files[3]["b"]["layer"], 2);
        let unread = &json["unread_layers"][0];
        assert_eq!(
            (&unread["a"], &unread["b"], &unread["covers"]),
            (&json!(1), &json!(1), &json!(false))
        );
        let layers = lab.sandbox.requests().all();
        let blobs = layers.iter().filter(|it| it.path.contains("/blobs/")).count();
        assert_eq!(blobs, 4, "two configs, two layers");

        let text = lab.diff("team/files:1", "team/files:2", &["--files"]).await.text();
        for part in [
            "~ /srv/notes  8 B → 14 B · content · layer 2",
            "+ /srv/new  lrwxrwxrwx · 0:0 · -> notes · layer 2",
            "1 added, 2 changed, 1 removed",
            "2 layers differ, ",
            "not read: 1 layer",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        let blobs = |lab: &Lab| {
            lab.sandbox.requests().all().iter().filter(|it| it.path.contains("/blobs/")).count()
        };
        assert_eq!(blobs(&lab), 4, "listings are kept");
    }

    /// Where one image alone removes something that the base may hold, the base is read.
    #[tokio::test(flavor = "multi_thread")]
    async fn what_one_side_hides_of_a_layer_that_both_have_is_listed() {
        let lab = Lab::start().await;
        fill(&lab);
        let listed = |ran: Ran| -> Vec<(String, String, bool, bool)> {
            assert_eq!(ran.code, 1, "{}", ran.stderr);
            let json = ran.json();
            assert_eq!(json["unread_layers"], json!([]));
            let file = |it: &Value| {
                let text = |key: &str| it[key].as_str().unwrap().to_owned();
                (text("path"), text("change"), it["a"].is_null(), it["b"].is_null())
            };
            json["files"].as_array().unwrap().iter().map(file).collect()
        };
        let added = |path: &str| (path.to_owned(), "added".to_owned(), true, false);
        let removed = |path: &str| (path.to_owned(), "removed".to_owned(), false, true);
        let options = &["--files", "--json", "--no-cache"];
        let there = listed(lab.diff("team/files:removed", "team/files:opaque", options).await);
        // etc/base is in both bases, and A's layer writes it again.
        assert_eq!(there, [removed("/etc/base"), added("/etc/own")]);
        let back = listed(lab.diff("team/files:opaque", "team/files:removed", options).await);
        assert_eq!(back, [added("/etc/base"), removed("/etc/own")]);
        let first = lab.diff("team/files:opaque", "team/files:2", &["--files"]).await;
        assert!(
            first.text().contains("+ /etc/motd  -rw-r--r-- · 0:0 · 4 B · layer 1"),
            "{}",
            first.text()
        );
        assert!(first.text().contains("looked into: 1 layer that both have"), "{}", first.text());
        let again = lab.diff("team/files:opaque", "team/files:2", &["--files"]).await;
        assert_eq!(again.text(), first.text(), "from the cache it is the same");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_layer_that_cannot_be_read_is_named_and_the_rest_is_compared() {
        let lab = Lab::start().await;
        fill(&lab);
        let json = lab.diff("team/files:1", "team/files:2", &["--json"]).await.json();
        let digest = json["layers"][1]["b"]["digest"].as_str().unwrap().to_owned();
        lab.sandbox.faults().add(Rule::new(Fault::status(404)).contains(&digest));
        let options = &["--files", "--json"];
        let ran = lab.diff("team/files:1", "team/files:2", options).await;
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        let json = ran.json();
        assert_eq!(json["layers"][1]["change"], "changed");
        let missing = &json["missing"][0];
        assert_eq!(missing["side"], "b");
        assert_eq!(missing["what"], "the files of layer 2");
        assert_eq!(missing["digest"], digest);
        assert_eq!(missing["error"]["class"], "not_found");
        assert_eq!(json["files"][0]["path"], "/bin/tool");
        assert_eq!(json["files"][0]["change"], "written_in_a");
        assert!(ran.stderr.contains(&digest), "{}", ran.stderr);
        let text = lab.diff("team/files:2", "team/files:1", &["--files"]).await.text();
        assert!(text.contains("not read: layer 2 of A: not in the registry (404);"), "{text}");
        assert!(text.contains("+ /bin/tool"), "{text}");
        for (path, code) in [("/bin/tool", 1), ("/etc/own", 2)] {
            let ran = lab.diff("team/files:1", "team/files:2", &["--file", path]).await;
            assert_eq!(ran.code, code, "{path} {}", ran.stderr);
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn one_file_is_compared_as_text_or_by_its_header() {
        let lab = Lab::start().await;
        fill(&lab);
        let text = lab.diff("team/files:1", "team/files:2", &["--file", "/srv/notes"]).await.text();
        assert!(text.contains("-two\n+three\t\\e[m\n"), "{text}");
        let text = lab.diff("team/files:1", "team/files:2", &["--file", "bin/tool"]).await.text();
        assert!(text.contains("A  ELF for x86-64 · platform linux/amd64"), "{text}");
        assert!(text.contains("B  ELF for AArch64"), "{text}");
        for (path, code, said) in [
            ("/srv/notes", 1, "~ /srv/notes"),
            ("/etc/base", 0, "/etc/base does not differ"),
            ("/etc/none", 2, ""),
        ] {
            let ran = lab.diff("team/files:1", "team/files:2", &["--file", path]).await;
            assert_eq!(ran.code, code, "{path} {}", ran.stderr);
            assert!(ran.text().starts_with(said), "{}", ran.text());
            assert_eq!(ran.stderr.contains("neither image has"), code == 2, "{}", ran.stderr);
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_pattern_that_several_images_match_is_told_apart() {
        let lab = Lab::start().await;
        let repository = lab.sandbox.store().repository("team/arm");
        let image = |variant: &str, content: &str| {
            let files = [TarFile::text("etc/content", content)];
            let layer = Layer::gzip("COPY", &files).unwrap();
            repository.image("linux", "arm64", variant).layer(layer).push()
        };
        repository.index().entries([image("", "1"), image("v8", "2")]).push_tag("both");
        repository.index().entries([image("v8", "3"), image("v9", "4")]).push_tag("neither");
        let only = &["--files", "--platform", "linux/arm64"];
        let ran = lab.diff("team/arm:both", "team/arm:both", only).await;
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        repository.index().entries([image("v8", "3"), image("", "4")]).push_tag("turned");
        for (platform, sizes) in [("linux/arm64", ["1", "4"]), ("linux/arm64/v8", ["2", "3"])] {
            let options = &["--file", "/etc/content", "--platform", platform];
            let ran = lab.diff("team/arm:both", "team/arm:turned", options).await;
            assert_eq!(ran.code, 1, "{}", ran.stderr);
            let [a, b] = sizes;
            assert!(ran.text().contains(&format!("-{a}\n")), "{}", ran.text());
            assert!(ran.text().contains(&format!("+{b}\n")), "{}", ran.text());
        }
        let options = &["--files", "--platform", "linux/arm64"];
        let text = lab.diff("team/arm:both", "team/arm:turned", options).await.text();
        let options = &[options, &["--json"][..]].concat();
        let json = lab.diff("team/arm:both", "team/arm:turned", options).await.json();
        let mut head = "\nfiles\n".to_owned();
        for (side, letter) in [("a", "A"), ("b", "B")] {
            let of = &json["files_of"][side];
            let digest = &json["entries"][0][side]["digest"];
            assert_eq!((&of["platform"], &of["digest"]), (&json!("linux/arm64"), digest));
            let short = &digest.as_str().unwrap()["sha256:".len()..][..12];
            head += &format!("{letter}  linux/arm64  {short}\n");
        }
        assert!(text.contains(&head), "{head}{text}");
        let ran = lab.diff("team/arm:both", "team/arm:neither", only).await;
        assert_eq!(ran.code, 2);
        for part in ["linux/arm64/v8 sha256:", "linux/arm64/v9 sha256:", "REPOSITORY@DIGEST"] {
            assert!(ran.stderr.contains(part), "{part}\n{}", ran.stderr);
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_no_image_or_a_damaged_layer_is_trouble() {
        let lab = Lab::start().await;
        lab.fill();
        fill(&lab);
        let ran = lab.diff("team/app:1", "team/app:2", &["--files"]).await;
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains("--platform"), "{}", ran.stderr);
        lab.sandbox.faults().add(Rule::new(Fault::Corrupt(60)).contains("blobs/sha256"));
        let ran = lab.diff("team/files:1", "team/files:2", &["--files", "--no-cache"]).await;
        assert_eq!(ran.code, 1, "{}", ran.text());
        let not_read = ran.text().lines().filter(|it| it.starts_with("not read: layer 2")).count();
        assert_eq!(not_read, 2, "{}", ran.text());
    }
}

/// The encodings of one content by crane 0.22.1, regctl 0.11.7, buildx 0.38.2 and docker 28.2.2.
#[tokio::test(flavor = "multi_thread")]
async fn two_digests_of_one_content_are_explained_by_who_encoded_it() {
    let lab = Lab::start().await;
    lab.fill();
    let repository = lab.sandbox.store().repository("team/app");
    let list: Value = serde_json::from_slice(&repository.manifest("1").unwrap()).unwrap();
    let media_type = list["mediaType"].as_str().unwrap().to_owned();
    let put = |tag: &str, text: String| {
        let pushed = repository.put_manifest(&media_type, text);
        repository.tag(tag, &pushed.digest);
    };
    let size_first = |with: Option<&str>| {
        let mut list = list.clone();
        for entry in list["manifests"].as_array_mut().unwrap() {
            let mut text = json!({ "mediaType": entry["mediaType"], "size": entry["size"], "digest": entry["digest"], "platform": entry["platform"] });
            if let Some(with) = with {
                text["artifactType"] = json!(with);
            }
            *entry = text;
        }
        list
    };
    put("compact", list.to_string());
    put("pretty", format!("{list:#}"));
    put("crane", size_first(None).to_string());
    put("typed", size_first(Some("application/vnd.oci.image.config.v1+json")).to_string());
    for (a, b, words) in [
        (
            "compact",
            "pretty",
            "say the same; only the way in which the JSON is written differs: A is encoded by \
             regctl, oras, podman, skopeo or platy, B is encoded by BuildKit, buildx imagetools or \
             manifest-tool.",
        ),
        ("crane", "compact", "differs: A is encoded by crane, B is encoded by regctl, oras"),
        (
            "compact",
            "typed",
            "A and B name the same content: A is encoded by regctl, oras, podman, skopeo or platy, B \
             is encoded by crane; crane gives new entries an artifactType.",
        ),
    ] {
        let (a, b) = (format!("team/app:{a}"), format!("team/app:{b}"));
        let text = lab.diff(&a, &b, &[]).await.text().replace('\n', " ");
        assert!(text.contains(words), "{a} {b}: {text}");
    }
    // Other content has nothing to do with encoding.
    let text = lab.diff("team/app:typed", "team/app:2", &[]).await.text();
    assert!(!text.contains("encoded by"), "{text}");
}
