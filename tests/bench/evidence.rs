//! Reading evidence: large SBOMs, against `jq length` of the same file.

use std::process::{Command, Stdio};
use std::time::Instant;

use bytes::Bytes;
use platy::model::evidence::{Body, Stated, open};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::table::{Judged, Row, Values};

/// How often each is run, by turns.
const RUNS: usize = 7;
/// How much slower than `jq length` reading an SBOM may be.
const MOST: f64 = 2.0;
/// The packages of an image of Debian with 898 of them, and the files that syft 1.57.1 lists beside
/// them, make 12.5 MB of SPDX 3.
const PACKAGES: usize = 898;
const FILES: usize = 15_200;

pub fn rows() -> Vec<Row> {
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
    vec![Row {
        what: format!("an SBOM of {:.1} MB, SPDX 3", bytes.len() as f64 / 1e6),
        unit: "ms",
        values: own,
        bound: (!bound.is_nan()).then_some((Judged::Median, bound)),
        notes: format!("{PACKAGES} packages; {beside}"),
    }]
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
