//! Real signatures (tests/data/evidence), and what is wrong with others.

use std::path::Path;

use bytes::Bytes;
use jiff::Timestamp;

use super::*;
use crate::model::evidence::{Evidence, Stated, open, summary};
use crate::oci::Digest;

fn data(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/evidence");
    std::fs::read(folder.join(name)).unwrap()
}

fn read(file: &str, annotation: &str) -> Evidence {
    let mut stated = Stated::default();
    if !annotation.is_empty() {
        let key = "dev.cosignproject.cosign/signature".to_owned();
        stated.annotations.insert(key, annotation.to_owned());
    }
    open(&data(&format!("files/{file}")).into(), &stated).unwrap()
}

fn trust() -> Trust {
    let key = PublicKey::of_pem("cosign-p256.pub", &data("keys/cosign-p256.pub")).unwrap();
    let names = ["notation-rsa.crt", "notation-p384-chain.crt"];
    let anchors = names.map(|name| Anchor::of_pem(name, &data(&format!("keys/{name}"))).unwrap());
    Trust { keys: vec![key], anchors: anchors.concat(), keyless: None }
}

const INDEX: &str = "sha256:594dad9377bfa27b4bd4efc5017af76f89a37e111629c4b5a774aeb02d188ed2";
const AMD64: &str = "sha256:7304a962cf8e31c7ae77b42967e8b32a605a79b9bf7809cf671d26c5de04e9d1";
const ARM64: &str = "sha256:e681628b5f36786597e0b8fdd3d1ede08efab888b298dd100f25bb493a1ae4eb";
/// The annotation beside ff33646b76ee (ev/cosign-old:1).
const OLD: &str = "MEYCIQCu4Nb8Fv1Lx5hbrrUHfJ06+b+RAB1ymUsrrGR75DFm1wIhAO4bpKkHr33pnkjWHZitwdFf2BSBS/E2CAlQgHI4hMHs";
/// The annotation beside 549517429697 (ev/other-digest:1).
const OTHER: &str = "MEUCIC7UXGTjZUkUzUiUUoD70PbXd3O8AnNji+uBlkBbpajIAiEA29QtekQah9Wshlt4Y4HjmDaYBm7EzneyaqtSsQ71euc=";

fn checked(evidence: &Evidence, digest: &str, trust: &Trust, now: &str) -> String {
    let digest: Digest = digest.parse().unwrap();
    let now: Timestamp = now.parse().unwrap();
    let outcomes = verify(evidence, (&digest, None), trust, now);
    outcomes.iter().map(Outcome::words).collect::<Vec<_>>().join(", ")
}

const NOW: &str = "2026-12-01T00:00:00Z";

#[test]
fn genuine_signatures_hold() {
    for (file, annotation, digest, by) in [
        ("5ef11797825e.bundle.json", "", INDEX, "cosign-p256.pub"),
        ("bdd6ce8e0b26.bundle.json", "", ARM64, "cosign-p256.pub"),
        ("00c3284b6fc0.bundle.json", "", ARM64, "cosign-p256.pub"),
        ("94a02a09f8f4.bundle.json", "", ARM64, "cosign-p256.pub"),
        ("40f08f0d9793.dsse.json", "", ARM64, "cosign-p256.pub"),
        ("ff33646b76ee.simplesigning.json", OLD, INDEX, "cosign-p256.pub"),
        ("32aa7af98993.jws.json", "", INDEX, "notation-rsa.crt"),
        ("3431f6be2cb3.cose", "", AMD64, "notation-p384-chain.crt"),
    ] {
        let evidence = read(file, annotation);
        assert_eq!(checked(&evidence, digest, &trust(), NOW), format!("valid by {by}"), "{file}");
    }
}

#[test]
fn signatures_of_other_images_do_not() {
    for (file, annotation, digest) in [
        ("288f3ebadc50.bundle.json", "", INDEX),
        ("57c0a267999d.bundle.json", "", AMD64),
        ("549517429697.simplesigning.json", OTHER, INDEX),
        ("1e46ac72c7c9.jws.json", "", INDEX),
    ] {
        let words = checked(&read(file, annotation), digest, &trust(), NOW);
        assert!(words.starts_with("of another digest, by "), "{file}: {words}");
    }
}

#[test]
fn changed_bytes_and_other_keys_are_told_apart() {
    let mut evidence = read("5ef11797825e.bundle.json", "");
    let other =
        Trust { keys: vec![PublicKey::of_der("other", &rsa()).unwrap()], ..Trust::default() };
    assert_eq!(checked(&evidence, INDEX, &other, NOW), "another key");
    let nobody = checked(&evidence, INDEX, &Trust::default(), NOW);
    assert_eq!(nobody, "shown, not verified: --key names no key");
    let changed = [&evidence.signatures[0].signed[..], b" "].concat();
    evidence.signatures[0].signed = changed.into();
    let words = checked(&evidence, INDEX, &trust(), NOW);
    assert_eq!(words, "broken: it names cosign-p256.pub, and does not fit what it signs");
    // Without a hint nobody can tell a broken signature from one of another key.
    let evidence = read("ff33646b76ee.simplesigning.json", OTHER);
    assert_eq!(checked(&evidence, INDEX, &trust(), NOW), "another key");
    let mut evidence = read("32aa7af98993.jws.json", "");
    let nobody = checked(&evidence, INDEX, &Trust::default(), NOW);
    assert_eq!(nobody, "shown, not verified: --certificate names no certificate");
    let mut only_other = trust();
    only_other.anchors.retain(|anchor| anchor.name != "notation-rsa.crt");
    assert_eq!(checked(&evidence, INDEX, &only_other, NOW), "another key");
    evidence.signatures[0].bytes = Bytes::from_static(b"no signature");
    assert!(checked(&evidence, INDEX, &trust(), NOW).starts_with("broken: "));
}

#[test]
fn the_summary_names_the_user_s_key_by_its_hint() {
    let evidence = read("5ef11797825e.bundle.json", "");
    let other = PublicKey::of_der("other", &rsa()).unwrap();
    let values = |keys: &[PublicKey]| {
        let facts = summary(&evidence, keys);
        facts.into_iter().find(|fact| fact.name == "key").unwrap().values
    };
    let hint = values(&[]);
    assert!(hint.len() == 1 && hint[0].starts_with("hint "), "{hint:?}");
    assert_eq!(values(std::slice::from_ref(&other)), hint);
    let mut keys = trust().keys;
    keys.push(other);
    let named = ["cosign-p256.pub, by its hint".to_owned(), hint[0].clone()];
    assert_eq!(values(&keys), named);
}

/// The key of Notation's RSA certificate.
fn rsa() -> Vec<u8> {
    let evidence = read("32aa7af98993.jws.json", "");
    evidence.signatures[0].certificate().unwrap().public_key.to_vec()
}

#[test]
fn what_has_expired_is_told_with_its_date() {
    let jws = read("32aa7af98993.jws.json", "");
    let words = checked(&jws, INDEX, &trust(), "2050-01-01T00:00:00Z");
    assert_eq!(words, "expired: a certificate, on 2046-11-23T08:44:13Z");
    let mut cose = read("3431f6be2cb3.cose", "");
    let words = checked(&cose, AMD64, &trust(), "2040-01-01T00:00:00Z");
    assert!(words.starts_with("expired: a certificate, on 2036-11-25T08:44:1"), "{words}");
    cose.signatures[0].expires = Some("2026-11-29T00:00:00Z".to_owned());
    let words = checked(&cose, AMD64, &trust(), NOW);
    assert_eq!(words, "expired: the signature, on 2026-11-29T00:00:00Z");
}

#[test]
fn what_is_not_a_key_is_refused() {
    for (text, problem) in [
        (&b"hello"[..], "x has no public key in PEM: "),
        (
            b"-----BEGIN PUBLIC KEY-----\nYWJj\n-----END PUBLIC KEY-----\n",
            "x is not a public key: ",
        ),
    ] {
        let error = PublicKey::of_pem("x", text).unwrap_err();
        assert!(error.starts_with(problem), "{error}");
    }
    let error = Anchor::of_pem("x", b"hello").unwrap_err();
    assert_eq!(error, "x has no certificate in PEM");
}

/// What the fuzzers begin with is what the parsers read.
#[test]
fn the_fuzzers_begin_with_what_can_be_read() {
    let corpus = |name: &str| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fuzz/corpus");
        let files = std::fs::read_dir(std::path::Path::new(folder).join(name)).unwrap();
        files.map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect::<Vec<_>>()
    };
    assert!(corpus("certificate").iter().any(|it| read_certificate(it)));
    assert!(corpus("log_entry").iter().all(|it| read_log_entry(it)));
    assert!(corpus("timestamp").iter().all(|it| read_timestamp(it).is_some()));
    for text in corpus("trusted_root") {
        let root = TrustedRoot::parse("root", &text).unwrap();
        assert!(!root.stampers.is_empty() && !root.logs.is_empty());
    }
    assert!(!read_log_entry(b"{}") && read_timestamp(b"0").is_none());
}

/// What is signed is the payload alone, as before DSSE's PAE: it holds, and says how.
#[test]
fn the_old_payload_form_is_told() {
    use base64::Engine as _;
    use ring::signature::{Ed25519KeyPair, KeyPair as _};

    let base64 = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
    let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    // A SubjectPublicKeyInfo (RFC 8410).
    let head = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
    let der = [&head[..], pair.public_key().as_ref()].concat();
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", base64(&der));
    let key = PublicKey::of_pem("my.pub", pem.as_bytes()).unwrap();
    let trust = Trust { keys: vec![key], ..Trust::default() };
    let hex = INDEX.trim_start_matches("sha256:");
    let payload = format!(
        r#"{{"_type":"https://in-toto.io/Statement/v1","predicateType":"x","subject":[{{"digest":{{"sha256":"{hex}"}}}}]}}"#
    );
    let kind = "application/vnd.in-toto+json";
    let pae = format!("DSSEv1 {} {kind} {} {payload}", kind.len(), payload.len());
    let outcome = |signed: &str| {
        let envelope = serde_json::json!({
            "payloadType": kind,
            "payload": base64(payload.as_bytes()),
            "signatures": [{ "sig": base64(pair.sign(signed.as_bytes()).as_ref()) }],
        });
        let evidence = open(&envelope.to_string().into(), &Stated::default()).unwrap();
        checked(&evidence, INDEX, &trust, NOW)
    };
    assert_eq!(outcome(&pae), "valid by my.pub");
    assert_eq!(outcome(&payload), "valid by my.pub, in the old payload form");
    assert_eq!(outcome("another text"), "another key");
}
