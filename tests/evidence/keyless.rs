//! Signatures without keys of one's own: certificates, logs and timestamps of the tests' own
//! authorities, checked with a trusted root.

use bytes::Bytes;
use jiff::Timestamp;
use platy::model::evidence::{Keyless, Outcome, Stated, Trust, TrustedRoot, open, verify};
use platy::oci::Digest;
use serde_json::{Value, json};

use super::Lab;
use super::authority::{IDENTITY, ISSUER, LATER, SIGNED, Seen, World, b64};

const PROMISED: Seen = Seen { promised: Some(SIGNED), proven: None, second: false, stamped: None };
const NUMBERED: &str = "the log of the tests - 42";
const HOST: &str = "rekor.example.org";
const STAMPED: Seen =
    Seen { promised: None, proven: None, second: false, stamped: Some("20261101120000.5Z") };

fn manifest() -> Bytes {
    Bytes::from_static(br#"{"schemaVersion":2}"#)
}

fn trust(root: &Value) -> Trust {
    let root = TrustedRoot::parse("root.json", root.to_string().as_bytes()).unwrap();
    let (identity, issuer) = (IDENTITY.to_owned(), ISSUER.to_owned());
    Trust { keyless: Some(Keyless { identity, issuer, root }), ..Trust::default() }
}

/// What a bundle comes to for the manifest of the tests, in the year after.
fn words(bundle: &Value, trust: &Trust) -> String {
    let bytes = Bytes::from(bundle.to_string());
    let evidence = open(&bytes, &Stated::default()).unwrap();
    let manifest = manifest();
    let now: Timestamp = "2027-11-01T00:00:00Z".parse().unwrap();
    let digest = Digest::sha256(&manifest);
    let outcomes = verify(&evidence, (&digest, Some(&manifest)), trust, now);
    outcomes.iter().map(Outcome::words).collect::<Vec<_>>().join("; ")
}

fn digest() -> String {
    Digest::sha256(&manifest()).to_string()
}

#[test]
fn what_a_log_or_a_timestamp_authority_saw_is_valid() {
    let world = World::new();
    let trust = trust(&world.root());
    let signer = world.signer(IDENTITY, ISSUER, true);
    let proven = |origin: &'static str| Seen { proven: Some(origin), ..PROMISED };
    let by = format!("valid by {IDENTITY} ({ISSUER}), ");
    let logged = "in the log https://rekor.example.org, entry 1234";
    let since = " since 2026-11-01T12:00:00Z";
    let stamped = "stamped 2026-11-01T12:00:00Z by https://authority.example.org";
    for (seen, expected) in [
        (PROMISED, format!("{by}{logged}{since}")),
        (proven(NUMBERED), format!("{by}{logged}{since}")),
        (STAMPED, format!("{by}{stamped}, no log entry")),
        // What only has a proof has no time of its own.
        (
            Seen { proven: Some(NUMBERED), ..STAMPED },
            format!("{by}{logged}, {stamped}"),
        ),
        (
            Seen { proven: Some(HOST), second: true, ..STAMPED },
            format!("{by}{logged}, {stamped}"),
        ),
        (
            Seen { proven: Some(NUMBERED), ..Seen::default() },
            "shown, not verified: its log entry is not dated, and it has no timestamp".to_owned(),
        ),
        (
            Seen::default(),
            "shown, not verified: it has neither a log entry nor a timestamp".to_owned(),
        ),
        (
            Seen { promised: Some(LATER), ..PROMISED },
            "expired: its certificate, on 2026-11-02T00:00:00Z; it was signed 2026-11-05T12:00:00Z"
                .to_owned(),
        ),
        (
            Seen { stamped: Some("20261105120000Z"), ..PROMISED },
            "expired: its certificate, on 2026-11-02T00:00:00Z; it was signed 2026-11-05T12:00:00Z"
                .to_owned(),
        ),
        (
            Seen { proven: Some("rekor.example.com"), ..PROMISED },
            "broken: its log entry has a proof of \"rekor.example.com\", not of https://rekor.example.org"
                .to_owned(),
        ),
    ] {
        assert_eq!(words(&world.bundle(&signer, &digest(), &seen), &trust), expected);
    }
}

#[test]
fn others_and_other_digests_are_told_apart() {
    let world = World::new();
    let trust = trust(&world.root());
    let other = world.signer("https://github.com/other/name", ISSUER, true);
    let bundle = world.bundle(&other, &digest(), &PROMISED);
    assert_eq!(
        words(&bundle, &trust),
        format!("another identity: https://github.com/other/name ({ISSUER})")
    );
    let other = world.signer(IDENTITY, "https://example.org", true);
    let bundle = world.bundle(&other, &digest(), &PROMISED);
    assert_eq!(
        words(&bundle, &trust),
        format!("another identity: {IDENTITY} (https://example.org)")
    );
    let signer = world.signer(IDENTITY, ISSUER, true);
    let elsewhere = Digest::sha256(b"another image").to_string();
    let found = words(&world.bundle(&signer, &elsewhere, &PROMISED), &trust);
    assert!(found.starts_with(&format!("of another digest, by {IDENTITY}")), "{found}");
    let unknown = world.signer(IDENTITY, ISSUER, false);
    assert_eq!(
        words(&world.bundle(&unknown, &digest(), &PROMISED), &trust),
        "shown, not verified: no log of certificates of root.json vouches for its certificate"
    );
    // The certificate of another authority; and a root that knows the authority, not the log.
    let another = World::new();
    let mut root = another.root();
    root["tlogs"] = world.root()["tlogs"].clone();
    let bundle = world.bundle(&signer, &digest(), &PROMISED);
    assert_eq!(
        words(&bundle, &self::trust(&root)),
        format!("another identity: {IDENTITY}, by no certificate authority of root.json")
    );
    let mut root = world.root();
    root["tlogs"] = another.root()["tlogs"].clone();
    assert_eq!(
        words(&bundle, &self::trust(&root)),
        "shown, not verified: its log entry is of another log"
    );
    root["timestampAuthorities"] = another.root()["timestampAuthorities"].clone();
    assert_eq!(
        words(&world.bundle(&signer, &digest(), &STAMPED), &self::trust(&root)),
        "shown, not verified: its timestamp is by no authority of root.json"
    );
    // A root without a log of certificates asks for none.
    let mut root = world.root();
    root["ctlogs"] = json!([]);
    let found = words(&world.bundle(&unknown, &digest(), &PROMISED), &self::trust(&root));
    assert!(found.starts_with("valid by "), "{found}");
    // What counted before or after does not.
    for (part, key) in [("tlogs", "/0/publicKey/validFor"), ("ctlogs", "/0/publicKey/validFor")] {
        let mut root = world.root();
        *root[part].pointer_mut(key).unwrap() = json!({ "end": "2026-10-31T00:00:00Z" });
        let found = words(&bundle, &self::trust(&root));
        assert!(!found.starts_with("valid"), "{part}: {found}");
    }
    let mut root = world.root();
    root["certificateAuthorities"][0]["validFor"] = json!({ "start": "2026-11-02T00:00:00Z" });
    let found = words(&bundle, &self::trust(&root));
    assert!(found.starts_with("another identity: "), "{found}");
}

/// Takes the parts of two signatures of one signer, and puts one where the other belongs.
#[test]
fn nothing_of_another_signature_counts() {
    let world = World::new();
    let trust = trust(&world.root());
    let signer = world.signer(IDENTITY, ISSUER, true);
    let seen = Seen { proven: Some(NUMBERED), stamped: STAMPED.stamped, ..PROMISED };
    let good = world.bundle(&signer, &digest(), &seen);
    let other = world.bundle(&signer, &Digest::sha256(b"another image").to_string(), &seen);
    assert!(words(&good, &trust).starts_with("valid by "), "{}", words(&good, &trust));
    for part in [
        "/dsseEnvelope/payload",
        "/dsseEnvelope/signatures/0/sig",
        "/verificationMaterial/tlogEntries/0",
        "/verificationMaterial/tlogEntries/0/canonicalizedBody",
        "/verificationMaterial/tlogEntries/0/inclusionPromise",
        "/verificationMaterial/tlogEntries/0/inclusionProof",
        "/verificationMaterial/tlogEntries/0/inclusionProof/checkpoint",
    ] {
        let mut mixed = good.clone();
        *mixed.pointer_mut(part).unwrap() = other.pointer(part).unwrap().clone();
        let found = words(&mixed, &trust);
        assert!(found.starts_with("broken: "), "{part}: {found}");
    }
    let stamps = "/verificationMaterial/timestampVerificationData";
    let alone = world.bundle(&signer, &digest(), &STAMPED);
    let mut mixed = alone.clone();
    *mixed.pointer_mut(stamps).unwrap() = other.pointer(stamps).unwrap().clone();
    let found = words(&mixed, &trust);
    assert_eq!(found, "shown, not verified: its timestamp is of another signature");
    for (part, value) in [
        ("/verificationMaterial/tlogEntries/0/integratedTime", json!((SIGNED + 1).to_string())),
        ("/verificationMaterial/tlogEntries/0/logIndex", json!("1235")),
        ("/verificationMaterial/tlogEntries/0/inclusionProof/treeSize", json!("4")),
        ("/verificationMaterial/tlogEntries/0/inclusionProof/logIndex", json!("1")),
        ("/verificationMaterial/tlogEntries/0/inclusionProof/hashes", json!([])),
        ("/verificationMaterial/tlogEntries/0/canonicalizedBody", json!(b64("{}"))),
    ] {
        let mut changed = good.clone();
        *changed.pointer_mut(part).unwrap() = value;
        let found = words(&changed, &trust);
        assert!(found.starts_with("broken: its log entry "), "{part}: {found}");
    }
    // The certificate of somebody else who signed in the same minute.
    let mut changed = good.clone();
    let other = world.signer(IDENTITY, ISSUER, true);
    changed["verificationMaterial"]["certificate"]["rawBytes"] = json!(b64(&other.der));
    assert!(words(&changed, &trust).starts_with("broken: "), "{}", words(&changed, &trust));
    // A timestamp with any byte changed.
    let stamp =
        "/verificationMaterial/timestampVerificationData/rfc3161Timestamps/0/signedTimestamp";
    let text = alone.pointer(stamp).unwrap().as_str().unwrap().to_owned();
    let whole = words(&alone, &trust);
    for at in (0..text.len()).step_by(7) {
        let mut bytes = text.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let mut changed = alone.clone();
        *changed.pointer_mut(stamp).unwrap() = json!(String::from_utf8(bytes).unwrap());
        let found = words(&changed, &trust);
        // Bits that nobody signed may change, and nothing that is said with them.
        assert!(found == whole || found.starts_with("shown, not verified: "), "{at}: {found}");
    }
}

#[test]
fn what_is_no_trusted_root_is_refused() {
    for (text, problem) in [
        ("{", "root.json is not a trusted root: EOF while parsing an object at line 1 column 1"),
        (
            r#"{"mediaType":"x"}"#,
            "root.json is not a trusted root of Sigstore: its mediaType is \"x\", not application/vnd.dev.sigstore.trustedroot…",
        ),
        (
            r#"{"mediaType":"application/vnd.dev.sigstore.trustedroot.v0.2+json"}"#,
            "root.json names no certificate authority that issues certificates",
        ),
        (
            r#"{"mediaType":"application/vnd.dev.sigstore.trustedroot.v0.2+json","certificateAuthorities":[{}]}"#,
            "root.json: an authority has no certificate",
        ),
    ] {
        assert_eq!(TrustedRoot::parse("root.json", text.as_bytes()).unwrap_err(), problem);
    }
    // Two of them, one after the other.
    let two = format!("{}\n{}\n", World::new().root(), World::new().root());
    assert!(TrustedRoot::parse("root.json", two.as_bytes()).is_ok());
}

const BUNDLE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";

/// A bundle that refers to an image, as cosign 3 writes it.
fn attach(lab: &Lab, bundle: &Value) -> Digest {
    let repository = lab.sandbox.store().repository("keyless");
    let media_type = "application/vnd.oci.image.manifest.v1+json";
    let config = repository.put_blob(&b"{}"[..]);
    let image = json!({
        "schemaVersion": 2,
        "mediaType": media_type,
        "config": { "mediaType": "application/vnd.oci.empty.v1+json", "digest": config, "size": 2 },
        "layers": [],
    });
    let image = repository.put_manifest(media_type, image.to_string());
    repository.tag("1", &image.digest);
    let bytes = bundle.to_string();
    let size = bytes.len();
    let blob = repository.put_blob(bytes);
    let referrer = json!({
        "schemaVersion": 2,
        "mediaType": media_type,
        "artifactType": BUNDLE,
        "config": { "mediaType": "application/vnd.oci.empty.v1+json", "digest": config, "size": 2 },
        "layers": [{ "mediaType": BUNDLE, "digest": blob, "size": size }],
        "subject": { "mediaType": media_type, "digest": image.digest, "size": image.size },
    });
    repository.put_manifest(media_type, referrer.to_string());
    image.digest
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_checks_with_a_root_of_a_file() {
    let lab = Lab::start(true).await;
    let world = World::new();
    let signer = world.signer(IDENTITY, ISSUER, true);
    // The image's digest is known once it is there.
    let image = attach(&lab, &json!({ "mediaType": BUNDLE }));
    attach(&lab, &world.bundle(&signer, image.as_str(), &PROMISED));
    let root = lab.home.path().join("root.json");
    std::fs::write(&root, world.root().to_string()).unwrap();
    let with = |identity: &str| {
        let root = root.display();
        format!(
            "evidence keyless:1 --trusted-root={root} --certificate-identity={identity} \
             --certificate-oidc-issuer={ISSUER}"
        )
    };
    let ran = lab.run(&with(IDENTITY)).await;
    assert!(
        ran.text().contains(&format!("valid by {IDENTITY} ({ISSUER}), in the log ")),
        "{}",
        ran.text()
    );
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ran = lab.run(&with("https://example.org")).await;
    assert!(
        ran.text().contains(&format!("another identity: {IDENTITY} ({ISSUER})")),
        "{}",
        ran.text()
    );
    assert_eq!(ran.code, 1);
    // Without a root nothing is said to be in a log.
    let ran = lab.run("evidence keyless:1 --certificate=/nowhere").await;
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    let ran = lab.run("evidence keyless:1 --certificate-identity=x").await;
    assert!(ran.stderr.contains("--trusted-root"), "{}", ran.stderr);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
}
