//! Reading evidence: large SBOMs, against `jq length` of the same file, and on the screen; and what
//! comparing packages costs.

use std::process::{Command, Stdio};
use std::time::Instant;

use bytes::Bytes;
use platy::model::evidence::{Body, Stated, open};
use platy::sandbox::{Auth, Sandbox, SandboxOptions};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::binary::peak_of;
use crate::server::{Server, runtime};
use crate::support::command::{PLATY, command};
use crate::support::terminal::Terminal;
use crate::table::{Judged, Row, Values};

/// How often each is run, by turns.
const RUNS: usize = 7;
/// How much slower than `jq length` reading an SBOM may be.
const MOST: f64 = 2.0;
/// The packages of an image of Debian with 898 of them, and the files that syft 1.57.1 lists beside
/// them, make 12.5 MB of SPDX 3.
const PACKAGES: usize = 898;
const FILES: usize = 15_200;

/// What syft's own JSON of the same image has, in bytes, and how often it is looked at.
const SYFT_BYTES: usize = 24_000_000;
const LOOKS: usize = 5;

pub fn rows() -> Vec<Row> {
    let mut rows = vec![parsing()];
    rows.extend(looking());
    rows.push(comparing());
    rows
}

fn parsing() -> Row {
    let bytes = Bytes::from(spdx3());
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("sbom.json");
    std::fs::write(&path, &bytes).unwrap();
    let (mut own, mut jq) = (Values::default(), Values::default());
    for _ in 0..RUNS {
        let begin = Instant::now();
        let evidence = open(&bytes, &Stated::default()).unwrap();
        own.push_time(begin.elapsed());
        let Body::Sbom(sbom) = &evidence.body else { panic!("not an SBOM") };
        assert_eq!(sbom.packages.len(), PACKAGES);
        let begin = Instant::now();
        let ran = Command::new("jq").arg("length").arg(&path).stdout(Stdio::null()).status();
        if ran.is_ok_and(|status| status.success()) {
            jq.push_time(begin.elapsed());
        }
    }
    let bound = jq.median() * MOST;
    let beside = match jq.median() {
        median if median.is_nan() => "jq is not here".to_owned(),
        median => format!("jq length: {median:.0} ms"),
    };
    Row {
        what: format!("an SBOM of {:.1} MB, SPDX 3", bytes.len() as f64 / 1e6),
        unit: "ms",
        values: own,
        bound: (!bound.is_nan()).then_some((Judged::Median, bound)),
        notes: format!("{PACKAGES} packages; {beside}"),
    }
}

/// From the key that opens a large SBOM to its first page, and the most memory that it took until
/// its last one was on the screen. The registry answers at once.
fn looking() -> Vec<Row> {
    let runtime = runtime();
    let sandbox = runtime.block_on(Sandbox::start(SandboxOptions::default())).unwrap();
    let document = syft();
    let size = document.len() as f64 / 1e6;
    let store = sandbox.store().repository("team/sbom");
    let kind = "application/vnd.syft+json";
    let sbom = store.artifact(kind).blob(kind, document).push();
    let reference = format!("{}/team/sbom@{}", sandbox.host(), sbom.digest);
    let (mut first, mut peak) = (Values::default(), Values::default());
    for _ in 0..LOOKS {
        let home = TempDir::new().unwrap();
        let mut terminal = Terminal::start(PLATY, &[&reference], home.path(), 120, 40);
        // The config, then the SBOM.
        terminal.see("syft+json");
        terminal.types("jj");
        terminal.see("not read yet");
        let begin = Instant::now();
        terminal.types("2");
        terminal.see("\"artifacts\": [");
        first.push_time(begin.elapsed());
        terminal.types("\tG");
        terminal.see("the end of it");
        peak.push(peak_of(terminal.process_id()).unwrap_or(f64::NAN));
        terminal.types("\u{3}");
        terminal.end();
    }
    vec![
        Row {
            what: format!("an SBOM of {size:.1} MB, syft: its first page"),
            unit: "ms",
            values: first,
            bound: Some((Judged::Median, 300.0)),
            notes: format!("{LOOKS} starts"),
        },
        Row {
            what: format!("an SBOM of {size:.1} MB, syft: peak memory at its last page"),
            unit: "MB",
            values: peak,
            bound: Some((Judged::Max, 80.0)),
            notes: String::new(),
        },
    ]
}

/// How many requests more the packages of two images cost that have SBOMs.
fn comparing() -> Row {
    let server = Server::start(Auth::Open);
    let home = TempDir::new().unwrap();
    let sides = ["demo/evidence:complete", "demo/cases:sbom-packages"];
    let [a, b] = sides.map(|sample| server.reference(sample));
    let count = |more: &[&str]| {
        server.sandbox.requests().clear();
        let words = ["diff", "--no-cache", "--platform", "linux/arm64", &a, &b];
        let ran = command(PLATY, home.path()).args(words).args(more).output().unwrap();
        assert_eq!(ran.status.code(), Some(1), "{}", String::from_utf8_lossy(&ran.stderr));
        server.sandbox.requests().count() as f64
    };
    let without = count(&[]);
    let mut values = Values::default();
    values.push(count(&["--packages"]) - without);
    Row {
        what: "diff --packages of two images with SBOMs, more than diff".to_owned(),
        unit: "requests",
        values,
        bound: Some((Judged::Max, 2.0)),
        notes: format!("diff: {without:.0}"),
    }
}

/// A document as syft 1.57.1 writes it (`-o syft-json`): packages with their files, files, and what
/// belongs together.
fn syft() -> String {
    let artifact = |at: usize| {
        let files = (0..40).map(|file| {
            json!({
                "path": format!("/usr/share/doc/package{at}/file{file}"),
                "digest": { "algorithm": "md5", "value": format!("{:032x}", at * 1000 + file) },
                "isConfigFile": false,
            })
        });
        json!({
            "id": format!("{at:016x}"),
            "name": format!("package{at}"),
            "version": format!("1.{at}-2"),
            "type": "deb",
            "purl": format!("pkg:deb/debian/package{at}@1.{at}-2?arch=amd64"),
            "metadata": { "architecture": "amd64", "files": files.collect::<Vec<Value>>() },
        })
    };
    let file = |at: usize| {
        json!({
            "id": format!("{at:016x}"),
            "location": { "path": format!("/usr/share/doc/file{at}") },
            "metadata": { "mode": 644, "type": "RegularFile", "mimeType": "text/plain" },
            "digests": [
                { "algorithm": "sha1", "value": format!("{at:040x}") },
                { "algorithm": "sha256", "value": format!("{at:064x}") },
            ],
        })
    };
    let artifacts: Vec<Value> = (0..PACKAGES).map(artifact).collect();
    let mut files = Vec::new();
    let mut size = json!(artifacts).to_string().len();
    while size < SYFT_BYTES {
        let file = file(files.len());
        size += file.to_string().len() + 1;
        files.push(file);
    }
    json!({
        "artifacts": artifacts,
        "files": files,
        "descriptor": { "name": "syft", "version": "1.57.1" },
        "schema": {
            "version": "16.1.3",
            "url": "https://raw.githubusercontent.com/anchore/syft/main/schema/json/schema-16.1.3.json",
        },
        "note": "the end of it",
    })
    .to_string()
}

/// A document as syft 1.57.1 writes it (`-o spdx-json@3.0`).
fn spdx3() -> String {
    let info = "_:CreationInfo-1";
    let package = |at: usize| {
        json!({
            "creationInfo": info,
            "externalIdentifier": [{
                "externalIdentifierType": "cpe23",
                "identifier": format!("cpe:2.3:a:package{at}:package{at}:1.{at}:*:*:*:*:*:*:*"),
                "type": "ExternalIdentifier",
            }],
            "name": format!("package{at}"),
            "software_copyrightText": "NOASSERTION",
            "software_packageUrl": format!("pkg:deb/debian/package{at}@1.{at}?arch=amd64"),
            "software_packageVersion": format!("1.{at}"),
            "spdxId": format!("SPDXRef:Package-deb-package{at}-5ac3f163119b5e36"),
            "type": "software_Package",
        })
    };
    let file = |at: usize| {
        json!({
            "comment": format!("layerID: sha256:{at:064x}"),
            "creationInfo": info,
            "name": format!("usr/share/doc/package{}/file{at}", at % PACKAGES),
            "software_copyrightText": "NOASSERTION",
            "software_fileKind": "file",
            "spdxId": format!("SPDXRef:File-usr-share-doc-file{at}-e886d37c1641e10b"),
            "type": "software_File",
            "verifiedUsing": [
                { "algorithm": "sha1", "hashValue": format!("{at:040x}"), "type": "Hash" },
                { "algorithm": "sha256", "hashValue": format!("{at:064x}"), "type": "Hash" },
            ],
        })
    };
    let relation = |at: usize| {
        json!({
            "creationInfo": info,
            "from": format!("SPDXRef:Package-deb-package{}-5ac3f163119b5e36", at % PACKAGES),
            "relationshipType": "contains",
            "spdxId": format!("SPDXRef:Relationship-{at}"),
            "to": [format!("SPDXRef:File-usr-share-doc-file{at}-e886d37c1641e10b")],
            "type": "Relationship",
        })
    };
    let elements: Vec<Value> = (0..PACKAGES)
        .map(package)
        .chain((0..FILES).map(file))
        .chain((0..FILES).map(relation))
        .collect();
    json!({
        "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
        "@graph": elements,
    })
    .to_string()
}
