//! Text from outside in every writer: no control character, no direction mark and nothing without a
//! width reaches the terminal, a pipe or a report, whatever the command and the form. What promises
//! exact bytes (`inspect --raw`, `config --raw`, `evidence --print`, `diff --raw`) is not asked here.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use platy::sandbox::{Fault, Rule, Sandbox, SandboxOptions, descriptor_json};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::command::{PLATY, command, platy};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const IMAGE: &str = "application/vnd.oci.image.manifest.v1+json";

/// C0, DEL, C1 (also as the one byte of an escape sequence), bidirectional overrides and isolates,
/// characters without width, a separator, a tag, and more marks than a letter has.
fn nasty() -> String {
    let marks = "\u{301}".repeat(2_000);
    format!(
        "a\u{1b}[31m\u{7}\u{8}\r\u{7f}\u{80}\u{9b}2J\u{9d}0;x\u{9c}\u{202e}\u{2066}\u{200b}\u{200f}\
         \u{feff}\u{2028}\u{e0041}\u{ad}e{marks}z"
    )
}

/// What is wrong with a text that was written; line breaks are meant.
fn trouble(what: &str, text: &str) -> Option<String> {
    // JSON has every mark: it is the same document for every reader.
    let is_json = text.starts_with(['{', '[']);
    let text = if is_json { text.replace('\u{301}', "") } else { text.to_owned() };
    let line = text.split('\n').find(|line| {
        // Tabs part the columns of texts that scripts read.
        line.split('\t').any(|part| platy::text::escape(part) != part)
    })?;
    let at: String = line.chars().take(300).collect();
    Some(format!("{what}: {at:?}"))
}

struct Lab {
    sandbox: Sandbox,
    home: TempDir,
}

impl Lab {
    async fn start() -> Self {
        let sandbox = Sandbox::start(SandboxOptions::default()).await.unwrap();
        let lab = Self { sandbox, home: tempfile::tempdir().unwrap() };
        lab.fill();
        lab
    }

    /// Two lists whose every text is nasty.
    fn fill(&self) {
        let repository = self.sandbox.store().repository("app");
        let nasty = nasty();
        for (tag, content) in [("a", "one"), ("b", "two")] {
            let made = repository.image("linux", "amd64", "").layer(content).push();
            let made: Value =
                serde_json::from_slice(&repository.manifest(made.digest.as_str()).unwrap())
                    .unwrap();
            let config = json!({
                "os": "linux", "architecture": "amd64", "author": nasty, "created": nasty,
                "variant": nasty, "os.version": nasty,
                "config": {
                    "Labels": { (nasty.as_str()): nasty, "tag": tag }, "Env": [format!("A={nasty}")],
                    "Entrypoint": [format!("/bin/{nasty}")], "Cmd": [nasty], "User": nasty,
                    "WorkingDir": format!("/{nasty}"),
                },
                "rootfs": { "type": nasty, "diff_ids": [nasty] },
                "history": [{ "created_by": nasty, "comment": nasty, "created": nasty }],
            })
            .to_string();
            let size = config.len();
            let digest = repository.put_blob(config);
            let mut layer = made["layers"][0].clone();
            layer["annotations"] = json!({ (nasty.as_str()): nasty });
            layer["urls"] = json!([format!("https://example.test/{nasty}")]);
            let image = json!({
                "schemaVersion": 2, "mediaType": IMAGE, "artifactType": nasty,
                "config": { "mediaType": "application/vnd.oci.image.config.v1+json",
                            "digest": digest.as_str(), "size": size },
                "layers": [layer], "annotations": { (nasty.as_str()): nasty },
            });
            let image = repository.put_manifest(IMAGE, image.to_string());
            let mut named = descriptor_json(&image);
            named["platform"] = json!({
                "os": "linux", "architecture": "amd64", "variant": nasty, "os.version": nasty,
                "os.features": [nasty], "features": [nasty],
            });
            named["annotations"] = json!({ (nasty.as_str()): nasty });
            named["artifactType"] = json!(nasty);
            let bare = descriptor_json(&image);
            let gone = json!({ "mediaType": nasty, "digest": format!("sha256:{:064x}", 7), "size": 3,
                               "platform": { "os": nasty, "architecture": nasty } });
            let list = json!({
                "schemaVersion": 2, "mediaType": INDEX,
                "manifests": [named.clone(), bare, gone, { "digest": nasty }, nasty],
                "annotations": { (nasty.as_str()): nasty }, (nasty.as_str()): nasty,
            });
            let list = repository.put_manifest(INDEX, list.to_string());
            repository.tag(tag, &list.digest);
            let clean = json!({ "schemaVersion": 2, "mediaType": INDEX,
                                "manifests": [named], "annotations": { (nasty.as_str()): nasty } });
            let clean = repository.put_manifest(INDEX, clean.to_string());
            repository.tag(&format!("clean-{tag}"), &clean.digest);
            repository.tag(&format!("image-{tag}"), &image.digest);
            let statement = json!({ "mediaType": IMAGE, "schemaVersion": 2, "artifactType": nasty,
                "config": { "mediaType": nasty, "digest": digest.as_str(), "size": size },
                "layers": [], "annotations": { (nasty.as_str()): nasty },
                "subject": descriptor_json(&list) });
            repository.put_manifest(IMAGE, statement.to_string());
        }
    }

    /// A manifest of Kubernetes with both images.
    fn pod(&self) -> String {
        let (a, b) = (self.name("a"), self.name("b"));
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: shop}}\nspec:\n  containers:\n  \
             - {{name: a, image: '{a}'}}\n  - {{name: b, image: '{b}'}}\n"
        );
        std::fs::write(self.home.path().join("pod.yaml"), text).unwrap();
        "pod.yaml".to_owned()
    }

    fn name(&self, tag: &str) -> String {
        format!("{}/app:{tag}", self.sandbox.host())
    }

    /// What each way of calling platy writes that it must not.
    fn all(&self, ways: &[Vec<&str>]) -> Vec<String> {
        let home = self.home.path();
        let mut all = Vec::new();
        for words in ways {
            let ran = platy(home, words);
            let text = String::from_utf8(ran.stdout).expect("text");
            let what = words.join(" ");
            assert!((0..=2).contains(&ran.code), "{what}: {}", ran.stderr);
            all.extend(trouble(&format!("{what}, what it prints"), &text));
            all.extend(trouble(&format!("{what}, what it says"), &ran.stderr));
        }
        all
    }

    fn reports(&self) -> Vec<String> {
        let mut all = Vec::new();
        for entry in std::fs::read_dir(self.home.path()).unwrap().flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|it| it == "html" || it == "log") {
                let text = std::fs::read_to_string(&path).unwrap();
                all.extend(trouble(&path.display().to_string(), &text));
            }
        }
        all
    }
}

fn words<'a>(line: &'a str, names: &'a [(&str, String)]) -> Vec<&'a str> {
    line.split(' ')
        .map(|word| names.iter().find(|(it, _)| *it == word).map_or(word, |(_, name)| name))
        .collect()
}

const READING: &[&str] = &[
    "inspect A",
    "inspect A --json",
    "inspect IA",
    "inspect IA --json --log platy.log",
    "why A",
    "why A --json",
    "why A --trace --host linux/arm/v7",
    "why A --mirrors",
    "matrix A",
    "matrix A --json --html matrix.html",
    "check A",
    "check A --json --html check.html",
    "check A --sarif",
    "check A --junit",
    "check A --github",
    "check IA --all-programs",
    "diff A B",
    "diff A B --json --html diff.html",
    "diff IA IB --files",
    "diff IA IB --files --json",
    "tags R",
    "tags R --json",
    "digest A",
    "evidence A",
    "evidence A --json",
    "config IA",
    "config IA --json",
    "fleet F",
    "fleet F --json --html fleet.html",
    "fleet F --sarif",
    "fleet F --junit",
    "fleet F --affinity",
    "wait A --platform linux/arm64 --for 1s",
    "wait A --platform linux/arm64 --for 1s --json",
    "edit C --annotation x=y --dry-run",
    "edit C --annotation x=y --dry-run --json",
    "create N C D --dry-run",
    "create N C D --dry-run --json",
    "edit C --annotation x=y --yes",
    "undo --list",
    "undo --list --json",
    "undo C --dry-run",
    "undo C --dry-run --json",
    "undo C --yes --json",
];

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_acts_on_a_terminal_is_written_by_any_command() {
    let lab = Lab::start().await;
    let names = [
        ("A", lab.name("a")),
        ("B", lab.name("b")),
        ("IA", lab.name("image-a")),
        ("IB", lab.name("image-b")),
        ("C", lab.name("clean-a")),
        ("D", lab.name("clean-b")),
        ("N", lab.name("new")),
        ("F", lab.pod()),
        ("R", format!("{}/app", lab.sandbox.host())),
    ];
    let mut ways: Vec<Vec<&str>> = READING.iter().map(|line| words(line, &names)).collect();
    let tools = ["regctl", "oras", "imagetools", "crane", "podman", "docker", "auto"];
    let forms: Vec<String> = tools.iter().map(|tool| format!("export C --tool {tool}")).collect();
    ways.extend(forms.iter().map(|line| words(line, &names)));
    ways.push(words("export C --spec", &names));
    ways.push(words("export C --json", &names));
    let mut all = tokio::task::block_in_place(|| lab.all(&ways));
    all.extend(lab.reports());
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn watch_writes_harmless_lines() {
    let lab = Lab::start().await;
    for json in [false, true] {
        let mut watch = command(PLATY, lab.home.path());
        watch.args(["watch", &lab.name("a")]).args(json.then_some("--json"));
        let mut watch = watch.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(watch.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        watch.kill().unwrap();
        watch.wait().unwrap();
        assert!(!line.is_empty());
        assert_eq!(trouble("watch", &line), None);
    }
}

/// Tags, errors, realms and types that a registry makes up.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_registry_says_of_itself_is_harmless() {
    let lab = Lab::start().await;
    let nasty = nasty();
    let tags = json!({ "name": nasty, "tags": ["a", nasty] }).to_string();
    let error = json!({ "errors": [{ "code": nasty, "message": nasty, "detail": nasty }] });
    let answer = |status: u16, headers: Vec<(String, String)>, body: &str| Fault::Answer {
        status,
        headers,
        body: body.as_bytes().to_vec(),
    };
    let json_type = ("content-type".to_owned(), "application/json".to_owned());
    let names =
        [("A", lab.name("a")), ("F", lab.pod()), ("R", format!("{}/app", lab.sandbox.host()))];
    let cases = [
        ("/tags/list", answer(200, vec![json_type.clone()], &tags)),
        ("", answer(400, vec![json_type.clone()], &error.to_string())),
        ("", answer(500, Vec::new(), &nasty)),
        ("", answer(404, vec![json_type], &error.to_string())),
    ];
    for (part, fault) in cases {
        lab.sandbox.faults().clear();
        lab.sandbox.faults().add(Rule::new(fault).contains(part));
        let lines = [
            "tags R",
            "tags R --json",
            "inspect A",
            "inspect A --json",
            "digest A",
            "why A --json",
            "edit A --annotation x=y --yes --json",
            "fleet F --json",
        ];
        let ways: Vec<Vec<&str>> = lines.iter().map(|line| words(line, &names)).collect();
        let all = tokio::task::block_in_place(|| lab.all(&ways));
        assert!(all.is_empty(), "{}", all.join("\n"));
    }
}

/// 2,000 marks were told as 2,000 escapes.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_registry_says_is_told_as_far_as_a_person_reads() {
    let lab = Lab::start().await;
    let error = json!({ "errors": [{ "code": nasty(), "message": nasty() }] });
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    let fault = Fault::Answer { status: 400, headers, body: error.to_string().into_bytes() };
    lab.sandbox.faults().add(Rule::new(fault));
    let name = lab.name("a");
    let ran = tokio::task::block_in_place(|| platy(lab.home.path(), &["digest", &name]));
    let said = ran.stderr.lines().find(|line| line.contains("the registry says")).unwrap();
    assert!(said.contains("a\\e[31m") && said.chars().count() < 1_200, "{said}");
}
