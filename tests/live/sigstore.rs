//! The bundles that sigstore-go tests itself with: real signatures of the public instance of
//! Sigstore, checked with the trusted roots beside them. Each is valid for its own identity, and for
//! nobody else once any part of it is another's.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bytes::Bytes;
use jiff::Timestamp;
use platy::model::evidence::{
    Evidence, Keyless, Outcome, Stated, Subject, Trust, TrustedRoot, open, verify,
};
use platy::oci::Digest;
use serde_json::Value;

use crate::table;
use crate::tools::find;

/// The newest that Go 1.25 builds.
const MODULE: &str = "github.com/sigstore/sigstore-go@v1.2.1";

/// A bundle: its root, who signed, and what is signed if that is not in it.
struct Case {
    bundle: &'static str,
    root: &'static str,
    identity: &'static str,
    issuer: &'static str,
    artifact: Option<&'static [u8]>,
    /// What each of its signatures comes to, in the words of JSON.
    expected: &'static [&'static str],
}

const FIRST: Case = Case {
    bundle: "dsse.sigstore.json",
    root: "public-good.json",
    identity: "brian@dehamer.com",
    issuer: "https://github.com/login/oauth",
    artifact: None,
    expected: &["valid"],
};

const CASES: [Case; 4] = [
    FIRST,
    // The second signature is a copy of the first with other bytes at its end.
    Case { bundle: "dsse-2sigs.sigstore.json", expected: &["valid", "broken"], ..FIRST },
    Case {
        bundle: "sigstore.js@2.0.0-provenance.sigstore.json",
        root: "public-good.json",
        identity: "https://github.com/sigstore/sigstore-js/.github/workflows/release.yml@refs/heads/main",
        issuer: "https://token.actions.githubusercontent.com",
        artifact: None,
        expected: &["valid"],
    },
    Case {
        bundle: "othername.sigstore.json",
        root: "scaffolding.json",
        identity: "foo!oidc.local",
        issuer: "http://oidc.local:8080",
        artifact: Some(b"blob\n"),
        expected: &["valid"],
    },
];

/// Checks all bundles and prints the table; false if one comes to something else.
pub fn play() -> bool {
    let Some(folder) = data() else {
        println!("left out: sigstore-go's bundles (there is no Go, or the module cannot be had)");
        return true;
    };
    let mut right = true;
    let mut rows = Vec::new();
    for case in &CASES {
        let read = |kind: &str, name: &str| std::fs::read(folder.join(kind).join(name)).unwrap();
        let bytes = read("bundles", case.bundle);
        let root = read("trusted-roots", case.root);
        let own = outcomes(case, case.identity, &bytes, &root);
        let found: Vec<&str> = own.iter().map(Outcome::name).collect();
        let other = outcomes(case, "somebody else", &bytes, &root);
        let (spoiled, held) = spoil(case, &bytes, &root);
        let well = found == case.expected
            && matches!(other.first(), Some(Outcome::AnotherIdentity(_)))
            && held.is_empty();
        right &= well;
        rows.push(vec![
            case.bundle.to_owned(),
            own.iter().map(Outcome::name).collect::<Vec<_>>().join(" "),
            format!("{spoiled} spoiled, still valid: {}", held.len()),
            if well { "right" } else { "WRONG" }.to_owned(),
        ]);
        if !well {
            println!("{}: {own:#?}, {held:#?}", case.bundle);
        }
    }
    table::print(&["bundle", "outcome", "changed", ""], &rows);
    right
}

/// The folder of the module's test data.
fn data() -> Option<PathBuf> {
    let go = find("go")?;
    let empty = tempfile::TempDir::new().unwrap();
    let ran = Command::new(go)
        .args(["mod", "download", "-json", MODULE])
        .current_dir(empty.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said: Value = serde_json::from_slice(&ran.stdout).ok()?;
    let folder = Path::new(said["Dir"].as_str()?).join("pkg/testing/data");
    folder.is_dir().then_some(folder)
}

fn outcomes(case: &Case, identity: &str, bundle: &[u8], root: &[u8]) -> Vec<Outcome> {
    let Ok(evidence) = open(&Bytes::copy_from_slice(bundle), &Stated::default()) else {
        return Vec::new();
    };
    let root = TrustedRoot::parse(case.root, root).unwrap();
    let (identity, issuer) = (identity.to_owned(), case.issuer.to_owned());
    let trust = Trust { keyless: Some(Keyless { identity, issuer, root }), ..Trust::default() };
    let artifact = case.artifact.map(Bytes::from_static);
    let now: Timestamp = "2026-11-29T00:00:00Z".parse().unwrap();
    let digest = digest(case, &evidence);
    verify(&evidence, (&digest, artifact.as_ref()), &trust, now)
}

/// What the bundle speaks of; of a bundle that is spoiled, whatever it now says.
fn digest(case: &Case, evidence: &Evidence) -> Digest {
    let named = evidence.subjects.iter().find_map(Subject::digest);
    match case.artifact {
        Some(artifact) => Digest::sha256(artifact),
        None => named.unwrap_or_else(|| Digest::sha256(b"")),
    }
}

/// Changes every text of what is signed, one at a time; gives how many there were, and the paths of
/// those with which the first signature is still valid.
fn spoil(case: &Case, bundle: &[u8], root: &[u8]) -> (usize, Vec<String>) {
    let whole: Value = serde_json::from_slice(bundle).unwrap();
    let mut paths = Vec::new();
    texts(&whole, "", &mut paths);
    let matters = |path: &&String| {
        // Names and hints that nobody signs, certificates of the chain that the root has anyway,
        // and the second of two signatures.
        !["mediaType", "kind", "version", "keyid", "algorithm", "rootHash"]
            .iter()
            .any(|name| path.ends_with(&format!("/{name}")))
            && !path.contains("/certificates/1")
            && !path.contains("/certificates/2")
            && !path.contains("/signatures/1")
    };
    let wanted: Vec<&String> = paths.iter().filter(matters).collect();
    let mut held = Vec::new();
    for path in &wanted {
        let mut changed = whole.clone();
        let text = changed.pointer_mut(path).unwrap();
        // Of a signed note the last line names the signer, and nobody signs that.
        let at = if path.ends_with("/envelope") { 0 } else { text.as_str().unwrap().len() / 2 };
        *text = Value::String(other(text.as_str().unwrap(), at));
        let outcome = outcomes(case, case.identity, changed.to_string().as_bytes(), root);
        if matches!(outcome.first(), Some(Outcome::Valid { .. })) {
            held.push((*path).clone());
        }
    }
    (wanted.len(), held)
}

/// The text with one character changed.
fn other(text: &str, at: usize) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    letters[at] = match letters[at] {
        '1' => '2',
        digit if digit.is_ascii_digit() => '1',
        'A' => 'B',
        _ => 'A',
    };
    letters.into_iter().collect()
}

fn texts(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::String(text) if !text.is_empty() => found.push(path.to_owned()),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(at, one)| texts(one, &format!("{path}/{at}"), found))
        }
        Value::Object(fields) => {
            fields.iter().for_each(|(name, one)| texts(one, &format!("{path}/{name}"), found))
        }
        _ => {}
    }
}
