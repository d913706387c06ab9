//! `platy check`: labels against the programs inside, on the sandbox's samples and on images made
//! of real programs.

use crate::support::command::{PLATY, Ran, command, platy};
use platy::model::files::program::{Contents, Executable, Probe};
use platy::oci::{Descriptor, Platform};
use platy::sandbox::{
    Fault, Layer, RepositoryStore, Rule, Sandbox, SandboxOptions, TarFile, go_program, program,
};
use serde_json::{Value, json};
use tempfile::TempDir;

const LIAR: &str = "demo/liar:latest";
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

    async fn empty() -> Self {
        let sandbox = Sandbox::start(SandboxOptions::default()).await.unwrap();
        Self { sandbox, home: TempDir::new().unwrap() }
    }

    fn app(&self) -> RepositoryStore {
        self.sandbox.store().repository("app")
    }

    /// Runs `platy check`; words with a colon and no dashes are references of the sandbox.
    async fn check(&self, arguments: &str) -> Ran {
        let home = self.home.path().to_owned();
        let host = self.sandbox.host().to_string();
        let mut words = vec!["check".to_owned()];
        words.extend(arguments.split_whitespace().map(|word| {
            let reference = word.contains(':') && !word.starts_with('-');
            if reference { format!("{host}/{word}") } else { word.to_owned() }
        }));
        tokio::task::spawn_blocking(move || {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            platy(&home, &words)
        })
        .await
        .unwrap()
    }

    /// The paths of the blobs that were asked for.
    fn blobs(&self) -> Vec<String> {
        let requests = self.sandbox.requests().all().into_iter();
        requests.map(|request| request.path).filter(|path| path.contains("/blobs/")).collect()
    }
}

fn linux(architecture: &str) -> Platform {
    Platform::new("linux", architecture, "")
}

fn layer(created_by: &str, files: &[TarFile]) -> Layer {
    Layer::gzip(created_by, files).unwrap()
}

fn elf(path: &str, architecture: &str) -> TarFile {
    TarFile::program(path, program(&linux(architecture), b"code"))
}

fn rules(json: &Value) -> Vec<&str> {
    let findings = json["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["rule"].as_str().unwrap()).collect()
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_gate_whose_report_could_not_be_written_is_not_passed() {
    let lab = Lab::start().await;
    let ten = format!("{}/{TEN}", lab.sandbox.host());
    let home = lab.home.path().to_owned();
    let ran = tokio::task::spawn_blocking(move || {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let mut command = command(PLATY, &home);
        command.args(["check", "--no-binaries", "--json", &ten]).stdout(full);
        crate::support::command::run(&mut command)
    });
    let ran = ran.await.unwrap();
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("standard output cannot be written"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_liar_is_caught_in_both_of_its_lies() {
    let lab = Lab::start().await;
    let ran = lab.check(&format!("{LIAR} --json")).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let json = ran.json();
    assert_eq!(json["reference"], format!("{}/{LIAR}", lab.sandbox.host()));
    let digest = lab.sandbox.store().repository("demo/liar").resolve("latest").unwrap();
    assert_eq!(json["digest"], digest.as_str());
    let rows = json["rows"].as_array().unwrap();
    let verdicts: Vec<_> = rows.iter().map(|row| row["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["agree", "disagree", "disagree", "disagree"]);

    // The entry says arm64; the config and the program say amd64.
    let listed = &rows[1];
    assert_eq!(listed["descriptor"], "linux/arm64");
    assert_eq!(listed["config"], "linux/amd64");
    assert_eq!(listed["binary"]["platform"], "linux/amd64");
    assert_eq!(listed["wrong"], json!(["list"]));

    // The entry and the config say arm64; the program is x86-64.
    let inside = &rows[2];
    assert_eq!(inside["descriptor"], "linux/arm64/v8");
    assert_eq!(inside["config"], "linux/arm64/v8");
    assert_eq!(inside["wrong"], json!(["binary"]));
    let binary = &inside["binary"];
    assert_eq!(binary["path"], "/usr/local/bin/inside");
    assert_eq!(binary["format"], "elf");
    assert_eq!(binary["machine"], "x86-64");
    assert_eq!(binary["platform"], "linux/amd64");
    assert_eq!(binary["interpreter"], Value::Null);
    assert_eq!(binary["interpreter_found"], Value::Null);
    assert_eq!(binary["layer"], 2);
    assert_eq!(binary["created_by"], "COPY /out/inside /usr/local/bin/inside # buildkit");
    let reason = inside["reason"].as_str().unwrap();
    assert_eq!(
        reason,
        "the label says linux/arm64/v8, /usr/local/bin/inside is x86-64 ELF, from layer 2, made by \
         `COPY /out/inside /usr/local/bin/inside # buildkit`"
    );
    let found = rules(&json);
    assert!(
        found.contains(&"config-disagrees") && found.contains(&"binary-disagrees"),
        "{found:?}"
    );
    let finding = json["findings"].as_array().unwrap();
    let finding = finding.iter().find(|finding| finding["rule"] == "binary-disagrees").unwrap();
    assert_eq!((&finding["severity"], &finding["title"]), (&json!("error"), &json!(reason)));

    let text = lab.check(LIAR).await;
    assert_eq!(text.code, 1);
    let text = text.text();
    assert!(text.contains("✗ linux/arm64/v8  linux/arm64/v8"), "{text}");
    assert!(text.contains("4 images: 1 agrees, 3 disagree · "), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_platforms_are_what_they_say() {
    let lab = Lab::start().await;
    let ran = lab.check(&format!("{TEN} --json")).await;
    assert_eq!(ran.code, 0, "{}", ran.text());
    let json = ran.json();
    let rows = json["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 10);
    for row in rows {
        assert_eq!(row["verdict"], "agree", "{row:#}");
        assert!(row["bytes_read"].as_u64().unwrap() < row["bytes"].as_u64().unwrap(), "{row:#}");
    }
    assert_eq!(json["findings"], json!([]));
    // The base layers are not asked for.
    let (read, all) = (json["bytes_read"].as_u64().unwrap(), json["bytes"].as_u64().unwrap());
    assert!(read < all / 2, "{read} of {all}");

    let one = lab.check(&format!("{TEN} --json --platform linux/arm")).await.json();
    assert_eq!(one["rows"].as_array().unwrap().len(), 3);
    let other = lab.check(&format!("{LIAR} --platform linux/amd64 --json")).await;
    assert_eq!((other.code, &other.json()["findings"]), (0, &json!([])), "its lies are elsewhere");
    let none = lab.check(&format!("{TEN} --platform plan9/amd64")).await;
    assert_eq!(none.code, 1, "a platform that is not there is what was found");
    assert!(none.text().contains("no image for plan9/amd64"), "{}", none.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_in_the_top_layer_costs_one_layer_and_not_all_of_it() {
    let lab = Lab::empty().await;
    // Random bytes do not shrink.
    let filler: Vec<u8> = std::iter::repeat_with(noise()).take(12 << 20).collect();
    let base = layer("ADD base", &[TarFile::text("etc/os-release", "x")]);
    let top = layer("COPY app /", &[elf("app", "arm64"), TarFile::program("large", filler)]);
    let (base_digest, top_size) = (base.digest().clone(), top.bytes().len() as u64);
    let image = lab.app().image("linux", "arm64", "").layer(base).layer(top).entrypoint(&["/app"]);
    image.push_tag("1");
    let ran = lab.check("app:1 --json").await;
    assert_eq!(ran.code, 0, "{}", ran.text());
    let json = ran.json();
    assert_eq!(json["rows"][0]["binary"]["verified"], false, "the layer was not read to its end");
    let read = json["bytes_read"].as_u64().unwrap();
    assert!(read < top_size / 4, "{read} of {top_size}");
    assert!(!lab.blobs().iter().any(|path| path.ends_with(base_digest.as_str())));
}

fn noise() -> impl FnMut() -> u8 {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_binaries_no_layer_is_read() {
    let lab = Lab::start().await;
    let ran = lab.check(&format!("{LIAR} --no-binaries --json")).await;
    assert_eq!(ran.code, 1, "the config alone tells one lie");
    let json = ran.json();
    let verdicts: Vec<_> =
        json["rows"].as_array().unwrap().iter().map(|row| row["verdict"].clone()).collect();
    assert_eq!(verdicts, ["agree", "disagree", "agree", "disagree"]);
    assert_eq!(json["rows"][0]["binary"], Value::Null);
    assert_eq!(json["bytes_read"], 0);
    let configs = 4;
    assert_eq!(lab.blobs().len(), configs);
    let reason = json["rows"][0]["reason"].as_str().unwrap();
    assert_eq!(reason, "the list and the config say linux/amd64; programs were not looked at");
    let text = lab.check(&format!("{LIAR} --no-binaries")).await.text();
    assert!(text.contains("4 images: 2 agree, 2 disagree"), "{text}");
    assert!(text.contains("programs were not looked at"), "{text}");
}

/// A path without quotes may go on behind each blank (`CreateProcess` of Microsoft's documentation),
/// if the image has a command line (`ArgsEscaped`).
#[tokio::test(flavor = "multi_thread")]
async fn windows_reads_a_path_with_blanks_as_far_as_it_has_to() {
    let lab = Lab::empty().await;
    let windows = Platform::new("windows", "amd64", "");
    let file = |path: &str| TarFile::program(path, program(&windows, b"code"));
    for (tag, line, code, path) in [
        ("1", r"C:\My App\run me.exe --flag a", 0, r"C:\My App\run me.exe"),
        ("2", r"C:\My App\run me", 0, r"C:\My App\run me.exe"),
        ("3", r#""C:\My App\run me.exe" --flag a"#, 0, r"C:\My App\run me.exe"),
        ("4", r"C:\My App\gone.exe --flag", 1, r"C:\My"),
    ] {
        let top = layer("COPY", &[file("Files/My App/run me.exe")]);
        let image = lab.app().image("windows", "amd64", "").layer(top);
        image.entrypoint(&[line]).runtime("ArgsEscaped", json!(true)).push_tag(tag);
        let json = lab.check(&format!("app:{tag} --json")).await;
        assert_eq!(json.code, code, "{line}: {}", json.text());
        assert_eq!(json.json()["rows"][0]["binary"]["path"], path, "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_start_is_an_error() {
    let lab = Lab::empty().await;
    let dynamic = |name: &str| TarFile::program(name, dynamic_program());
    let image = |files: &[TarFile], words: &[&str], tag: &str| {
        let top = layer("COPY . /", files);
        lab.app().image("linux", "amd64", "").layer(top).entrypoint(words).push_tag(tag);
    };
    image(&[elf("app", "amd64")], &["/lost"], "lost");
    image(&[elf("app", "amd64")], &["", "/app"], "blank");
    image(&[dynamic("app")], &["/app"], "loader");
    image(&[TarFile::program("run", b"#!/bin/bash\n".to_vec())], &["/run"], "script");
    image(
        &[TarFile::program("run", b"#!/bin/sh\r\n".to_vec()), elf("bin/sh", "amd64")],
        &["/run"],
        "crlf",
    );
    image(&[TarFile::program("app", dynamic_program()[..30].to_vec())], &["/app"], "cut");
    image(&[TarFile::program("app", Vec::new())], &["/app"], "empty");
    image(&[TarFile::text("run", "#!/bin/sh\n"), elf("bin/sh", "amd64")], &["/run"], "denied");
    image(&[dynamic("app"), elf("lib64/ld-linux-x86-64.so.2", "amd64")], &["/app"], "whole");
    for (tag, code, rule, says) in [
        ("lost", 1, "entrypoint-missing", "/lost: it is not in the image"),
        // A sole empty string counts as none; the first of two does not.
        ("blank", 1, "entrypoint-missing", "\"\": it is not in the image"),
        ("script", 1, "entrypoint-missing", "/run is a script for /bin/bash"),
        ("crlf", 1, "crlf-script", "/run is a script for /bin/sh\r, and it is not"),
        ("cut", 1, "not-a-program", "/app is neither a program nor a script"),
        ("empty", 1, "not-a-program", "/app is neither a program nor a script"),
        // COPY of a script without chmod.
        ("denied", 1, "not-executable", "/run: nobody may execute it: its mode is 0644"),
        ("loader", 1, "loader-missing", "/app is x86-64 ELF"),
        ("whole", 0, "", "/app is x86-64 ELF"),
    ] {
        let ran = lab.check(&format!("app:{tag} --json")).await;
        assert_eq!(ran.code, code, "{tag}: {}", ran.text());
        let json = ran.json();
        let reason = json["rows"][0]["reason"].as_str().unwrap();
        assert!(reason.starts_with(says), "{tag}: {reason}");
        assert_eq!(rules(&json).contains(&rule), !rule.is_empty(), "{tag}: {json:#}");
    }
    let json = lab.check("app:loader --json").await.json();
    assert_eq!(json["rows"][0]["binary"]["interpreter"], "/lib64/ld-linux-x86-64.so.2");
    assert_eq!(json["rows"][0]["binary"]["interpreter_found"], false);
}

/// The sandbox's x86-64 program with a loader: its only segment becomes the name of it.
fn dynamic_program() -> Vec<u8> {
    let mut file = program(&linux("amd64"), b"");
    let at = file.len() as u64;
    let name = b"/lib64/ld-linux-x86-64.so.2\0";
    file.extend_from_slice(name);
    file[64..68].copy_from_slice(&3_u32.to_le_bytes());
    file[72..80].copy_from_slice(&at.to_le_bytes());
    file[96..104].copy_from_slice(&(name.len() as u64).to_le_bytes());
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn all_programs_are_counted_by_platform() {
    let lab = Lab::empty().await;
    let base = layer("ADD base", &[elf("bin/sh", "amd64"), elf("bin/qemu", "s390x")]);
    let top = layer("COPY", &[elf("app", "amd64"), TarFile::text("bin/.wh.sh", "")]);
    let image = lab.app().image("linux", "amd64", "").layer(base).layer(top).entrypoint(&["/app"]);
    image.push_tag("1");
    let data = layer("COPY", &[TarFile::text("data", "1")]);
    lab.app().image("linux", "amd64", "").layer(data).push_tag("data");

    let ran = lab.check("app:1 --all-programs --json").await;
    assert_eq!(ran.code, 0, "another machine's programs are not an error");
    let json = ran.json();
    let counts = json!({ "linux/amd64": 1, "linux/s390x": 1 });
    assert_eq!(json["rows"][0]["other_programs"], counts);
    assert_eq!(rules(&json), ["bare-manifest", "foreign-programs"]);
    assert_eq!(json["bytes_read"], json["bytes"]);
    let text = lab.check("app:1 --all-programs").await.text();
    assert!(text.contains("linux/amd64: 1 × linux/amd64, 1 × linux/s390x"), "{text}");

    let json = lab.check("app:data --all-programs --json").await.json();
    assert_eq!(json["rows"][0]["verdict"], "cannot_tell");
    assert!(json["rows"][0]["reason"].as_str().unwrap().ends_with("holds only data"));
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_layers_are_findings_and_failing_registries_are_trouble() {
    let lab = Lab::empty().await;
    let image = |tag: &str, top: Layer| {
        let path = format!("/blobs/{}", top.digest());
        let image = lab.app().image("linux", "amd64", "").layer(top).entrypoint(&["/app"]);
        image.push_tag(tag);
        path
    };
    let gone = image("gone", layer("COPY 1", &[elf("other1", "amd64")]));
    let down = image("down", layer("COPY 2", &[elf("other2", "amd64")]));
    let cut = image("cut", layer("COPY 3", &[elf("other3", "amd64")]));
    image("text", Layer::opaque("COPY 4", "no tar at all, however one looks at it".repeat(40)));
    let faults = lab.sandbox.faults();
    faults.add(Rule::new(Fault::status(404)).contains(&gone));
    faults.add(Rule::new(Fault::status(500)).contains(&down));
    faults.add(Rule::new(Fault::Truncate(100)).contains(&cut));
    for (tag, code) in [("gone", 1), ("text", 1), ("down", 2), ("cut", 2)] {
        let ran = lab.check(&format!("app:{tag} --json")).await;
        assert_eq!(ran.code, code, "{tag}: {} {}", ran.text(), ran.stderr);
        let json = ran.json();
        assert_eq!(json["rows"][0]["verdict"], "cannot_tell");
        let reason = json["rows"][0]["reason"].as_str().unwrap();
        assert!(reason.contains("layer 1 cannot be read"), "{tag}: {reason}");
        assert_eq!(rules(&json).contains(&"missing-child"), code == 1, "{tag}: {json:#}");
        assert_eq!(json["failures"].as_array().unwrap().is_empty(), code == 1, "{tag}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_that_engines_cannot_read_or_find_are_findings() {
    const INDEX: &str = "application/vnd.oci.image.index.v1+json";
    const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
    let lab = Lab::empty().await;
    let app = lab.app();
    let top = layer("COPY", &[elf("app", "amd64")]);
    let good = app.image("linux", "amd64", "").layer(top).entrypoint(&["/app"]).push();
    let entry = |kind: &str, digest: &str, size: u64| {
        let platform = json!({ "os": "linux", "architecture": "arm64" });
        json!({ "mediaType": kind, "digest": digest, "size": size, "platform": platform })
    };
    let list = |tag: &str, kind: &str, child: &Descriptor| {
        let first = entry(MANIFEST, good.digest.as_str(), good.size);
        let second = entry(kind, child.digest.as_str(), child.size);
        let index = json!({
            "schemaVersion": 2, "mediaType": INDEX, "manifests": [first, second],
        });
        let pushed = app.put_manifest(INDEX, serde_json::to_vec(&index).unwrap());
        app.tag(tag, &pushed.digest);
    };
    // A config that is not JSON to Go: behind a byte order mark, with a NUL behind it, another
    // value, nothing at all.
    let config = br#"{"os":"linux","architecture":"arm64"}"#;
    let configs: [(&str, Vec<u8>); 5] = [
        ("bom", [b"\xef\xbb\xbf".as_slice(), config].concat()),
        ("nul", [config.as_slice(), b"\0"].concat()),
        ("list", b"[]".to_vec()),
        ("null", b"null".to_vec()),
        ("two", [config.as_slice(), config].concat()),
    ];
    for (tag, bytes) in configs {
        let size = bytes.len();
        let digest = app.put_blob(bytes);
        let kind = "application/vnd.oci.image.config.v1+json";
        let manifest = json!({
            "schemaVersion": 2, "mediaType": MANIFEST, "layers": [],
            "config": { "mediaType": kind, "digest": digest.as_str(), "size": size },
        });
        let child = app.put_manifest(MANIFEST, serde_json::to_vec(&manifest).unwrap());
        list(tag, MANIFEST, &child);
    }
    list("html", MANIFEST, &app.put_manifest(MANIFEST, "<html></html>"));
    // The same for a list in the list, and one that is gone.
    list("nested-html", INDEX, &app.put_manifest(INDEX, "<html></html>"));
    let inner = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [] });
    let inner = app.put_manifest(INDEX, serde_json::to_vec(&inner).unwrap());
    list("nested-gone", INDEX, &inner);
    app.remove_manifest(&inner.digest);
    for tag in ["bom", "nul", "list", "null", "two", "html", "nested-html", "nested-gone"] {
        let ran = lab.check(&format!("app:{tag} --json")).await;
        let json = ran.json();
        assert_eq!(ran.code, 1, "{tag}: {json:#} {}", ran.stderr);
        assert_eq!(json["failures"], json!([]), "{tag}");
        let findings = json["findings"].as_array().unwrap();
        // `null` is an object without fields to Go: podman 4.3.1 takes it.
        let (rule, title) = match tag {
            "null" => ("ambiguous-document", "the config of no. 2"),
            _ => ("missing-child", "no. 2 is named"),
        };
        let found = findings.iter().find(|it| it["rule"] == rule).expect(tag);
        assert!(found["title"].as_str().unwrap().starts_with(title), "{tag}: {found:#}");
    }
}

// containers/podman#8132: `pack build` writes configs with an empty architecture.
#[tokio::test(flavor = "multi_thread")]
async fn an_empty_architecture_is_not_a_contradiction() {
    let lab = Lab::empty().await;
    let top = layer("COPY", &[elf("app", "amd64")]);
    lab.app().image("linux", "", "").layer(top).entrypoint(&["/app"]).push_tag("1");
    let ran = lab.check("app:1 --json").await;
    assert_eq!(ran.code, 0, "{} {}", ran.text(), ran.stderr);
    let row = &ran.json()["rows"][0];
    assert_eq!(row["verdict"], "cannot_tell");
    assert_eq!(row["reason"], "the label names no architecture");
}

#[tokio::test(flavor = "multi_thread")]
async fn go_programs_for_more_than_the_label_promises_do_not_agree() {
    let lab = Lab::empty().await;
    // Go 1.26: "This program can only be run on AMD64 processors with v3 microarchitecture support."
    for (tag, platform, name, value, code, words) in [
        ("a", ("amd64", ""), "GOAMD64", "v1", 0, ""),
        (
            "b",
            ("amd64", ""),
            "GOAMD64",
            "v3",
            1,
            "it needs x86-64-v3, and the label promises x86-64-v1",
        ),
        ("c", ("amd64", "v2"), "GOAMD64", "v3", 1, "the label promises x86-64-v2"),
        ("d", ("amd64", "v3"), "GOAMD64", "v3", 0, ""),
        ("e", ("arm", "v6"), "GOARM", "7", 1, "it needs ARM v7, and the label promises ARM v6"),
        ("f", ("arm", "v7"), "GOARM", "7,hardfloat", 0, ""),
        ("g", ("arm64", ""), "GOARM64", "v8.1", 1, "it needs Armv8.1"),
        ("h", ("arm64", "v8"), "GOARM64", "v9.0", 1, "the label promises Armv8.0"),
        ("i", ("ppc64le", ""), "GOPPC64", "power10", 1, "it needs POWER10"),
        ("j", ("riscv64", ""), "GORISCV64", "rva23u64", 1, "it needs RVA23"),
    ] {
        let (architecture, variant) = platform;
        let file = go_program(&Platform::new("linux", architecture, variant), &[(name, value)]);
        let top = layer("COPY", &[TarFile::program("app", file)]);
        let image = lab.app().image("linux", architecture, variant).layer(top);
        image.entrypoint(&["/app"]).push_tag(tag);
        let ran = lab.check(&format!("app:{tag} --json")).await;
        assert_eq!(ran.code, code, "{value}: {}", ran.text());
        let reason = ran.json()["rows"][0]["reason"].as_str().unwrap().to_owned();
        assert!(reason.contains(words), "{value}: {reason}");
        assert_eq!(rules(&ran.json()).contains(&"binary-disagrees"), code == 1, "{value}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_beyond_the_first_thousands_are_read_too() {
    let lab = Lab::empty().await;
    let top = layer("COPY", &[elf("app", "amd64")]);
    let wrong = layer("COPY", &[elf("app", "arm64")]);
    let good = lab.app().image("linux", "amd64", "").layer(top).entrypoint(&["/app"]).push();
    let bad = lab.app().image("linux", "amd64", "").layer(wrong).entrypoint(&["/app"]).push();
    let entry = |image: &Descriptor, number: usize| {
        json!({
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "digest": image.digest.as_str(),
            "size": image.size,
            "platform": { "os": "linux", "architecture": "amd64", "variant": format!("w{number}") },
        })
    };
    let entries: Vec<Value> = (0..2_003)
        .map(|number| entry(if number == 2_002 { &bad } else { &good }, number))
        .collect();
    let index = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": entries,
    });
    let types = "application/vnd.oci.image.index.v1+json";
    let pushed = lab.app().put_manifest(types, serde_json::to_vec(&index).unwrap());
    lab.app().tag("long", &pushed.digest);
    let json = lab.check("app:long --json").await.json();
    let rows = json["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 2_003);
    assert_eq!(rows[2_002]["config"], "linux/amd64", "it was read");
    assert_eq!(rows[2_002]["binary"]["platform"], "linux/arm64");
}

#[tokio::test(flavor = "multi_thread")]
async fn expected_platforms_are_asserted() {
    // wader/postfix-relay#284.
    let lab = Lab::start().await;
    for (options, code, words) in [
        ("--expect linux/amd64,linux/arm64", 0, ""),
        ("--expect linux/x86_64 --expect linux/aarch64", 0, ""),
        ("--expect linux/mips", 1, "there is no image for linux/mips"),
        ("--expect linux/amd64 --exactly", 1, "an image for linux/s390x is not expected"),
        ("--platform linux/mips", 1, "there is no image for linux/mips"),
        ("--expect linux", 2, ""),
    ] {
        let ran = lab.check(&format!("{TEN} --no-binaries {options}")).await;
        assert_eq!(ran.code, code, "{options}: {} {}", ran.text(), ran.stderr);
        assert!(ran.text().contains(words), "{options}: {}", ran.text());
    }
    lab.app().index().push_tag("none");
    for options in ["--expect linux/amd64", "--platform linux/amd64"] {
        let ran = lab.check(&format!("app:none {options}")).await;
        assert_eq!(ran.code, 1, "{options}: {} {}", ran.text(), ran.stderr);
        assert!(ran.text().contains("there is no image for linux/amd64"), "{}", ran.text());
    }
    let windows = |version: &'static str| {
        let mut image = lab.app().image("windows", "amd64", "").layer(version).push();
        image.platform = Some(platy::oci::Platform {
            os_version: version.to_owned(),
            ..platy::oci::Platform::new("windows", "amd64", "")
        });
        image
    };
    lab.app().index().entries(["10.0.17763.1", "10.0.20348.2"].map(windows)).push_tag("windows");
    for (options, code) in [
        ("--expect windows/amd64 --exactly", 0),
        ("--expect windows(10.0.20348)/amd64", 0),
        ("--expect windows(10.0.20348)/amd64 --exactly", 1),
        ("--expect windows(10.0.1)/amd64", 1),
    ] {
        let ran = lab.check(&format!("app:windows --no-binaries {options}")).await;
        assert_eq!(ran.code, code, "{options}: {} {}", ran.text(), ran.stderr);
    }
    let ran = lab.check(&format!("{TEN} --no-binaries --expect linux/mips --github")).await;
    let line = ran.text();
    assert!(line.starts_with("::error title=expected-platform::"), "{line}");
    assert!(line.contains("there is no image for linux/mips%0Ait has linux/amd64"), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_layers_are_what_engines_make_of_them() {
    let lab = Lab::empty().await;
    let app = || elf("app", "amd64");
    let image = |tag: &str, layers: Vec<Layer>| {
        let image = lab.app().image("linux", "amd64", "").entrypoint(&["/app"]);
        layers.into_iter().fold(image, |image, layer| image.layer(layer)).push_tag(tag);
    };
    let link = |path: &str, target: &str| TarFile::HardLink {
        path: path.to_owned(),
        target: target.to_owned(),
    };
    let top = || layer("COPY", &[app()]);
    let of =
        |media_type: &str, bytes: Vec<u8>| Layer::opaque("COPY", bytes).with_media_type(media_type);
    const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
    image("nothing", vec![top(), of(LAYER, Vec::new())]);
    image("erofs", vec![of("application/vnd.erofs.layer.v1", vec![0; 2048])]);
    // One blob under two types.
    image("known", vec![top()]);
    image("mistyped", vec![of("application/vnd.erofs.layer.v1", top().bytes().to_vec())]);
    let encrypted = format!("{LAYER}+gzip+encrypted");
    image("encrypted", vec![of(&encrypted, vec![7; 2048])]);
    image("sif", vec![of("application/vnd.sylabs.sif.layer.v1.sif", vec![7; 2048])]);
    let padded = [top().bytes(), &[0; 512][..]].concat();
    let gzip = format!("{LAYER}+gzip");
    image("zeros", vec![of(&gzip, padded).with_diff_id(top().diff_id().clone())]);
    image("twice", vec![layer("COPY", &[elf("app", "arm64"), TarFile::text("x", ""), app()])]);
    image("forward", vec![layer("RUN", &[link("app", "bin/app"), elf("bin/app", "amd64")])]);
    image("lower", vec![top(), layer("RUN", &[link("app2", "app"), app()])]);
    image("elsewhere", vec![top(), layer("RUN", &[app(), link("app2", "other")])]);
    for (tag, code, verdict, words) in [
        ("nothing", 0, "agree", ""),
        ("erofs", 0, "cannot_tell", "it is an EROFS image, which platy does not read"),
        ("known", 0, "agree", ""),
        ("mistyped", 0, "cannot_tell", "it is an EROFS image, which platy does not read"),
        ("encrypted", 0, "cannot_tell", "it is encrypted"),
        ("sif", 0, "cannot_tell", "it is a SIF image"),
        ("zeros", 1, "agree", "containerd unpacks it if unpigz is installed"),
        // The last counts for what unpacks it.
        ("twice", 1, "agree", "Docker with a graph driver, podman and CRI-O refuse the layer"),
        ("forward", 1, "agree", "/app is a hard link to /bin/app, which comes later"),
        ("lower", 1, "agree", "/app2 is a hard link to /app, which comes later"),
        ("elsewhere", 1, "agree", "/app2 is a hard link to /other, which is not in the same layer"),
    ] {
        // What is known again from the cache is the same.
        for _ in 0..2 {
            let ran = lab.check(&format!("app:{tag} --json")).await;
            assert_eq!(ran.code, code, "{tag}: {} {}", ran.text(), ran.stderr);
            let json = ran.json();
            assert_eq!(json["rows"][0]["verdict"], verdict, "{tag}: {json:#}");
            assert!(ran.text().contains(words), "{tag}: {json:#}");
            assert_eq!(rules(&json).contains(&"layer-refused"), code == 1, "{tag}: {json:#}");
            assert!(!rules(&json).contains(&"missing-child"), "{tag}: {json:#}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_image_is_trouble_in_every_format() {
    let lab = Lab::start().await;
    let ran = lab.check("demo/odd:artifact --json").await;
    assert_eq!(ran.code, 2, "{}", ran.text());
    let message = ran.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("it is not an image"), "{message}");
    assert!(ran.stderr.contains("platy inspect"), "{}", ran.stderr);
    let ran = lab.check("demo/odd:artifact --junit").await;
    assert_eq!((ran.code, ran.text().matches("<error ").count()), (2, 1), "{}", ran.text());
    let ran = lab.check("demo/odd:artifact --sarif").await;
    let invocation = &ran.json()["runs"][0]["invocations"][0];
    assert_eq!((ran.code, &invocation["executionSuccessful"]), (2, &json!(false)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_layer_that_is_not_what_the_config_says_is_an_error() {
    let lab = Lab::empty().await;
    let top = layer("COPY", &[TarFile::program("run", b"#!/bin/bash\n".to_vec())]);
    let image = lab.app().image("linux", "amd64", "").layer(top).entrypoint(&["/run"]);
    image.push_tag("right");
    let manifest: Value = serde_json::from_slice(&lab.app().manifest("right").unwrap()).unwrap();
    let config = lab.app().blob(&manifest["config"]["digest"].as_str().unwrap().parse().unwrap());
    let mut config: Value = serde_json::from_slice(&config.unwrap()).unwrap();
    let found = config["rootfs"]["diff_ids"][0].clone();
    let stated = platy::oci::Digest::sha256(b"another");
    config["rootfs"]["diff_ids"] = json!([stated.as_str()]);
    let config = serde_json::to_vec(&config).unwrap();
    let mut wrong = manifest;
    wrong["config"]["size"] = json!(config.len());
    wrong["config"]["digest"] = json!(lab.app().put_blob(config).as_str());
    let types = "application/vnd.oci.image.manifest.v1+json";
    let pushed = lab.app().put_manifest(types, serde_json::to_vec(&wrong).unwrap());
    lab.app().tag("wrong", &pushed.digest);

    assert!(!rules(&lab.check("app:right --json").await.json()).contains(&"diff-id-differs"));
    let ran = lab.check("app:wrong --json").await;
    assert_eq!(ran.code, 1);
    let json = ran.json();
    let findings = json["findings"].as_array().unwrap();
    let finding = findings.iter().find(|it| it["rule"] == "diff-id-differs").unwrap();
    assert_eq!(finding["severity"], "error");
    let evidence = finding["evidence"][1].as_str().unwrap();
    assert!(evidence.contains(found.as_str().unwrap()) && evidence.contains(stated.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_layer_that_was_read_to_its_end_is_read_once() {
    let lab = Lab::empty().await;
    // Larger than what is read to its end anyhow; random bytes do not shrink.
    let filler = std::iter::repeat_with(noise()).take(9 << 20).collect();
    let base = layer("ADD base", &[elf("bin/sh", "amd64"), TarFile::program("etc/x", filler)]);
    let top = layer("COPY", &[TarFile::program("run", b"#!/bin/sh\n".to_vec())]);
    let (base_digest, top_digest) = (base.digest().clone(), top.digest().clone());
    let top_size = top.bytes().len();
    let image = lab.app().image("linux", "amd64", "").layer(base).layer(top);
    image.entrypoint(&["/run"]).push_tag("1");
    let times = |digest: &platy::oci::Digest| {
        lab.blobs().iter().filter(|path| path.ends_with(digest.as_str())).count()
    };
    let first = lab.check("app:1 --json").await.json();
    let (base_times, top_times) = (times(&base_digest), times(&top_digest));
    let second = lab.check("app:1 --json").await.json();
    assert_eq!(times(&top_digest), top_times, "/bin/sh was looked for in all of it");
    assert_eq!(times(&base_digest), base_times + 1, "only read in part, so not verified");
    assert_eq!((&first["bytes_known"], &second["bytes_known"]), (&json!(0), &json!(top_size)));
    assert_eq!(second["rows"][0]["bytes_known"], json!(top_size));
    let text = lab.check("app:1").await.text();
    assert!(text.contains(" known from before"), "{text}");
    assert_eq!(second["rows"][0]["binary"], first["rows"][0]["binary"]);
    lab.check("app:1 --no-cache").await;
    assert_eq!(times(&top_digest), top_times * 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_references_give_a_list_and_the_worst_code() {
    let lab = Lab::start().await;
    let ran = lab.check(&format!("{TEN} demo/none:1 --json")).await;
    assert_eq!(ran.code, 2);
    let json = ran.json();
    assert_eq!(json[0]["rows"].as_array().unwrap().len(), 10);
    assert_eq!(json[1]["error"]["class"], "not_found");
    assert!(ran.stderr.contains("demo/none"), "{}", ran.stderr);
    assert_eq!(lab.check("").await.code, 2, "a reference is needed");
    assert_eq!(lab.check(&format!("{TEN} --json --sarif")).await.code, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn sarif_names_rules_results_and_trouble() {
    let lab = Lab::start().await;
    let ran = lab.check(&format!("{LIAR} demo/none:1 --sarif")).await;
    assert_eq!(ran.code, 2);
    let json = ran.json();
    assert_eq!(json["version"], "2.1.0");
    let run = &json["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    let result = results.iter().find(|result| result["ruleId"] == "binary-disagrees").unwrap();
    assert_eq!(result["level"], "error");
    let index = result["ruleIndex"].as_u64().unwrap() as usize;
    assert_eq!(rules[index]["id"], "binary-disagrees");
    let text = result["message"]["text"].as_str().unwrap();
    assert!(text.contains("/usr/local/bin/inside is x86-64 ELF"), "{text}");
    let location = &result["locations"][0];
    let uri = location["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
    assert!(uri.ends_with("/demo/liar%3Alatest") && !uri.contains(':'), "{uri}");
    assert!(result["partialFingerprints"]["finding/v1"].is_string());
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    let trouble = &run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert!(trouble.as_str().unwrap().contains("demo/none"), "{trouble}");
}

#[tokio::test(flavor = "multi_thread")]
async fn junit_counts_what_it_holds() {
    let lab = Lab::start().await;
    let ran = lab.check(&format!("{LIAR} {TEN} demo/none:1 --junit")).await;
    assert_eq!(ran.code, 2);
    let xml = ran.text();
    assert!(xml.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "), "{xml}");
    let count = |tag: &str| xml.matches(&format!("<{tag}")).count();
    let first = xml.lines().nth(1).unwrap();
    for (name, tag) in [("tests", "testcase"), ("failures", "failure"), ("errors", "error")] {
        assert!(first.contains(&format!(" {name}=\"{}\"", count(tag))), "{name}: {xml}");
    }
    assert_eq!(count("testsuite "), 3);
    assert_eq!(count("error "), 1);
    // One case of a platform and the finding that goes with it, for either lie.
    assert_eq!(count("failure "), 4, "{xml}");
    for tag in ["testsuites", "testsuite", "testcase", "failure", "system-out"] {
        let opened =
            xml.matches(&format!("<{tag} ")).count() + xml.matches(&format!("<{tag}>")).count();
        let closed = xml.matches(&format!("</{tag}>")).count();
        let empty = xml.lines().filter(|line| {
            line.trim_start().starts_with(&format!("<{tag} ")) && line.ends_with("/>")
        });
        assert_eq!(opened, closed + empty.count(), "{tag}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_text_is_harmless_in_every_format() {
    let lab = Lab::start().await;
    for format in ["", "--sarif", "--junit", "--all-programs"] {
        let ran = lab.check(&format!("demo/hostile:latest {format}")).await;
        assert!(ran.code < 2, "{}", ran.stderr);
        let text = ran.text();
        for harmful in ['\u{1b}', '\u{202e}', '\u{9b}', '\u{200b}', '\u{7}'] {
            assert!(!text.contains(harmful), "{format}: {harmful:?}");
        }
    }
}

fn header(file: &[u8]) -> Executable {
    let mut probe = Probe::new(file.len() as u64);
    probe.push(file);
    match probe.end() {
        Contents::Executable(executable) => executable,
        other => panic!("{other:?}"),
    }
}

fn go_name(rust: &str) -> &str {
    match rust {
        "x86_64" => "amd64",
        "x86" => "386",
        "aarch64" => "arm64",
        other => other,
    }
}

/// This test's own program in an image, with a loader of the same name and without.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[tokio::test(flavor = "multi_thread")]
async fn a_real_program_is_told_for_what_it_is() {
    let lab = Lab::empty().await;
    let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
    let loader = header(&own).interpreter.unwrap();
    let real = std::fs::read(&loader).unwrap();
    let app = Layer::plain("COPY app /", &[TarFile::program("app", own)]).unwrap();
    let base = layer("ADD libc", &[TarFile::program(loader.trim_start_matches('/'), real)]);
    let here = go_name(std::env::consts::ARCH);
    let push = |architecture: &str, layers: Vec<Layer>| -> Descriptor {
        let mut image = lab.app().image("linux", architecture, "").entrypoint(&["/app"]);
        for layer in layers {
            image = image.layer(layer);
        }
        image.push()
    };
    let other = if here == "s390x" { "amd64" } else { "s390x" };
    let entries = [
        push(here, vec![base.clone(), app.clone()]),
        push(other, vec![base, app.clone()]),
        push(here, vec![app]),
    ];
    lab.app().index().entries(entries).push_tag("1");
    let ran = lab.check("app:1 --json").await;
    assert_eq!(ran.code, 1, "{}", ran.text());
    let json = ran.json();
    let rows = json["rows"].as_array().unwrap();
    let told: Vec<_> = rows
        .iter()
        .map(|row| (row["verdict"].as_str().unwrap(), row["binary"]["interpreter_found"].clone()))
        .collect();
    assert_eq!(told, [("agree", json!(true)), ("disagree", json!(true)), ("agree", json!(false))]);
    assert_eq!(rows[0]["binary"]["interpreter"], loader);
    assert!(rules(&json).contains(&"loader-missing"));
}

/// Debian's cross toolchains: what their loaders, libraries and start files are made for.
#[test]
#[ignore = "needs Debian's C libraries for other machines"]
fn real_programs_of_other_machines_are_told_for_what_they_are() {
    let mut told = 0;
    for (folder, platform, detail) in [
        ("aarch64-linux-gnu", "linux/arm64", "little-endian"),
        ("arm-linux-gnueabi", "linux/arm/v5", "soft float"),
        ("arm-linux-gnueabihf", "linux/arm/v7", "hard float"),
        ("i686-linux-gnu", "linux/386", "32-bit"),
        ("mips64el-linux-gnuabi64", "linux/mips64le", "64-bit"),
        ("powerpc64le-linux-gnu", "linux/ppc64le", "little-endian"),
        ("riscv64-linux-gnu", "linux/riscv64", "double float"),
        ("s390x-linux-gnu", "linux/s390x", "big-endian"),
    ] {
        for file in ["libc.so.6", "crt1.o"] {
            let Ok(bytes) = std::fs::read(format!("/usr/{folder}/lib/{file}")) else { continue };
            let found = header(&bytes);
            assert_eq!(found.platforms[0].to_string(), platform, "{folder}/{file}: {found:?}");
            assert!(found.details.contains(&detail.to_owned()), "{folder}/{file}: {found:?}");
            if file == "libc.so.6" {
                assert!(found.interpreter.is_some_and(|path| path.starts_with("/lib")), "{folder}");
            }
            told += 1;
        }
    }
    assert!(told >= 3, "libc6-arm64-cross, libc6-armhf-cross and libc6-riscv64-cross are missing");
}
