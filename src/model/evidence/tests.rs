//! What real tools wrote, read (tests/data/evidence; its README says which tool wrote what).

use std::path::Path;

use ::base64::Engine as _;
use ::base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::oci::{Digest, Platform};

fn read(name: &str) -> Bytes {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/evidence/files");
    std::fs::read(folder.join(name)).unwrap().into()
}

fn opened(name: &str, media_type: &str) -> Evidence {
    let stated = Stated { media_type: media_type.to_owned(), ..Stated::default() };
    open(&read(name), &stated).unwrap_or_else(|problem| panic!("{name}: {problem}"))
}

/// Titles, envelopes, what it speaks of, and how many packages or statements, of every file.
#[test]
fn every_form_is_understood() {
    for (file, title, envelopes, subject, count) in [
        // BuildKit 0.34.2.
        ("8849ea3f2633.statement.json", "SLSA provenance v1", "", "499729fd9212", 0),
        ("6a5eeb4aa14c.statement.json", "SLSA provenance v1", "", "e2a1d4ed3e0e", 0),
        ("d27ba87dcc53.statement.json", "SLSA provenance v0.2", "", "499729fd9212", 0),
        ("2a3be64d5796.statement.json", "SLSA provenance v0.2", "", "e2a1d4ed3e0e", 0),
        ("95b8cde15a74.statement.json", "SLSA provenance v1", "", "499729fd9212", 0),
        ("faf6df07a02f.statement.json", "SBOM (SPDX 2.3)", "", "499729fd9212", 6),
        ("bcafab08986e.statement.json", "SBOM (SPDX 2.3)", "", "e2a1d4ed3e0e", 5),
        // cosign 3.1.3, bundles.
        ("5ef11797825e.bundle.json", "signature (DSSE)", "Sigstore bundle", "594dad9377bf", 0),
        ("bdd6ce8e0b26.bundle.json", "SLSA provenance v1", "Sigstore bundle", "e681628b5f36", 0),
        ("00c3284b6fc0.bundle.json", "VEX (OpenVEX v0.2.0)", "Sigstore bundle", "e681628b5f36", 2),
        ("94a02a09f8f4.bundle.json", "SBOM (SPDX 2.3)", "Sigstore bundle", "e681628b5f36", 6),
        // cosign 3.1.3, the first form.
        ("40f08f0d9793.dsse.json", "SLSA provenance v0.2", "DSSE envelope", "e681628b5f36", 0),
        ("830c019ecd16.dsse.json", "SBOM (CycloneDX 1.7)", "DSSE envelope", "e681628b5f36", 6),
        // notation 1.3.2.
        (
            "32aa7af98993.jws.json",
            "signature (Notation JWS)",
            "JSON web signature",
            "594dad9377bf",
            0,
        ),
        ("3431f6be2cb3.cose", "signature (Notation COSE)", "COSE signature", "7304a962cf8e", 0),
        // syft 1.57.1.
        ("25cd4d5486c0.spdx.json", "SBOM (SPDX 2.3)", "", "", 7),
        ("7d75b9cdaa38.spdx.json", "SBOM (SPDX 2.2)", "", "", 5),
        ("8a07d32f5b0e.spdx.json", "SBOM (SPDX 3.0.1)", "", "", 5),
        ("f81fa5c5bb5d.spdx.txt", "SBOM (SPDX tag-value 2.3)", "", "", 5),
        ("1d2763ae158c.cdx.json", "SBOM (CycloneDX 1.7)", "", "", 6),
        ("b83a963ae2ed.cdx.json", "SBOM (CycloneDX 1.4)", "", "", 5),
        ("2663c48637ca.cdx.xml", "SBOM (CycloneDX XML 1.7)", "", "", 7),
        ("1b933587f571.cdx.xml", "SBOM (CycloneDX XML 1.7)", "", "", 5),
        ("bdc817fe6d62.syft.json", "SBOM (syft 16.1.13)", "", "", 5),
        ("593ad5001946.openvex.json", "VEX (OpenVEX v0.2.0)", "", "", 2),
    ] {
        let evidence = opened(file, "");
        assert_eq!(evidence.title(), title, "{file}");
        assert_eq!(evidence.is_json, is_json(&read(file)), "{file}");
        assert_eq!(evidence.envelopes.join(", "), envelopes, "{file}");
        let subjects = evidence.subjects.iter().filter_map(Subject::digest);
        let subjects: Vec<String> = subjects.map(|digest| digest.short().to_owned()).collect();
        assert_eq!(subjects.join(" "), subject, "{file}");
        let found = match &evidence.body {
            Body::Sbom(sbom) => sbom.packages.len(),
            Body::Vex(vex) => vex.statements.len(),
            _ => 0,
        };
        assert_eq!(found, count, "{file}: {:#?}", evidence.body);
    }
    let chart = opened("091928c30acb.helm-config.json", "application/vnd.cncf.helm.config.v1+json");
    let Body::Chart(chart) = chart.body else { panic!("{:?}", chart.body) };
    assert_eq!(
        (chart.name.as_str(), chart.version.as_str(), chart.app_version.as_deref()),
        ("sample", "0.1.0+build.5", Some("1.0"))
    );
    assert_eq!(chart.maintainers, ["Sample <s@example.org>"]);
}

fn sbom(name: &str) -> Sbom {
    match opened(name, "").body {
        Body::Sbom(sbom) => *sbom,
        other => panic!("{name}: {other:?}"),
    }
}

/// One image, six forms: every form tells the same packages.
#[test]
fn packages_are_the_same_in_every_form() {
    let lines = |name: &str| -> Vec<String> {
        let mut packages = sbom(name).packages;
        packages.sort();
        let line = |it: &Package| {
            format!(
                "{} {} {} {} {}",
                it.kind,
                it.name,
                it.version,
                it.architecture.as_deref().unwrap_or("-"),
                it.licence.as_deref().unwrap_or("-")
            )
        };
        packages.iter().map(line).collect()
    };
    let expected = [
        "apk alpine-baselayout-data 3.6.5-r0 aarch64 MIT",
        "apk busybox 1.36.1-r29 aarch64 MIT",
        "apk ca-certificates-bundle 20240705-r0 aarch64 MIT",
        "apk musl 1.2.5-r0 aarch64 MIT",
        "apk tzdata 2024b-r0 noarch MIT",
    ];
    for name in [
        "7d75b9cdaa38.spdx.json",
        "8a07d32f5b0e.spdx.json",
        "f81fa5c5bb5d.spdx.txt",
        "b83a963ae2ed.cdx.json",
        "1b933587f571.cdx.xml",
        "bdc817fe6d62.syft.json",
    ] {
        assert_eq!(lines(name), expected, "{name}");
    }
    let debian = lines("25cd4d5486c0.spdx.json");
    assert!(debian.contains(&"deb zlib1g 1:1.2.13.dfsg-1 amd64 -".to_owned()), "{debian:#?}");
    assert!(debian.contains(&"deb libc6 2.36-9+deb12u10 i386 -".to_owned()), "{debian:#?}");
    assert!(debian.contains(&"npm sample-js 4.5.6 - MIT".to_owned()), "{debian:#?}");
}

#[test]
fn sboms_say_what_they_are_about() {
    let image = "03ca5344e6b525ae63a4a209e7a18613984934a623996c42fc9cc5b9d9def17b";
    for (name, tool, digest, architecture) in [
        ("7d75b9cdaa38.spdx.json", "syft-[not provided]", image, Some("arm64")),
        ("8a07d32f5b0e.spdx.json", "syft-[not provided]", image, Some("arm64")),
        ("f81fa5c5bb5d.spdx.txt", "syft-[not provided]", image, Some("arm64")),
        ("b83a963ae2ed.cdx.json", "syft [not provided]", "", None),
        ("1b933587f571.cdx.xml", "syft [not provided]", "", None),
        ("bdc817fe6d62.syft.json", "syft [not provided]", image, Some("arm64")),
    ] {
        let sbom = sbom(name);
        assert_eq!(sbom.tools, [tool], "{name}");
        let about = sbom.about.unwrap();
        assert_eq!(about.name, "127.0.0.1:21300/ev/sbom-formats", "{name}");
        let found = about.digest.as_ref().map_or("", Digest::hex);
        assert_eq!((found, about.architecture.as_deref()), (digest, architecture), "{name}");
        // syft's own form does not tell when.
        let created = sbom.created.is_some_and(|it| it.starts_with("2026-11-28T08:4"));
        assert_eq!(created, sbom.format != Format::Syft, "{name}");
    }
}

#[test]
fn stages_and_context_are_told_from_the_image() {
    for (name, expected) in [
        ("sbom", Which::Image),
        ("sbom-build", Which::Stage("build".to_owned())),
        ("sbom-context", Which::Context),
        ("registry.example/sbom-tool:1", Which::Image),
        ("sbom-tool:1", Which::Image),
        ("", Which::Image),
    ] {
        let json = format!(r#"{{"spdxVersion":"SPDX-2.3","name":"{name}","packages":[]}}"#);
        let evidence = open(&json.into(), &Stated::default()).unwrap();
        let Body::Sbom(sbom) = evidence.body else { panic!() };
        assert_eq!(sbom.which(), expected, "{name}");
    }
}

fn provenance(name: &str) -> Provenance {
    match opened(name, "").body {
        Body::Provenance(provenance) => *provenance,
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn provenance_tells_source_commit_and_base() {
    let commit = "68b59c09edba7a33930c52aedda5c298035c3f67";
    // mode=max, v1.
    let max = provenance("6a5eeb4aa14c.statement.json");
    assert_eq!(max.builder.as_deref(), Some("https://example.org/builder"));
    assert_eq!(max.source.as_deref(), Some("git://127.0.0.1:21310/sample.git#main"));
    assert_eq!(max.commit.as_deref(), Some(commit));
    assert_eq!(max.platform, Some(Platform::new("linux", "arm64", "")));
    assert_eq!(max.builder_platform.as_deref(), Some("linux/amd64"));
    assert_eq!(max.started.as_deref(), Some("2026-11-28T08:44:34.888554438Z"));
    let roles: Vec<_> = max.materials.iter().map(|it| it.role).collect();
    assert_eq!(roles, [MaterialRole::Base, MaterialRole::Source]);
    let build = max.build.unwrap();
    let base = build.base().unwrap();
    assert_eq!((base.name.as_str(), base.platform), ("127.0.0.1:21300/ev/base:1", max.platform));
    let spine: Vec<&str> = build.spine().iter().map(|step| step.id.as_str()).collect();
    assert_eq!(spine, ["step9", "step8", "step6", "step4", "step0"]);
    assert_eq!(build.step("step8").unwrap().places, [(0, vec![13, 14, 15])]);
    assert_eq!(build.step("step8").unwrap().layers[0].1.len(), 4);
    assert!(build.files[0].text.starts_with("ARG VERSION=1.0\nFROM 127.0.0.1:21300/ev/base:1"));
    // mode=min: an image, nobody knows what for; and the scanner beside it.
    let min = provenance("80ee1d2cbf90.statement.json");
    assert_eq!(min.builder, None);
    let roles: Vec<_> = min.materials.iter().map(|it| it.role).collect();
    assert_eq!(roles, [MaterialRole::Image, MaterialRole::Image, MaterialRole::Source]);
    assert_eq!(min.build, None);
    // v0.2 of BuildKit: `environment.platform` is the builder's.
    let old = provenance("2a3be64d5796.statement.json");
    assert_eq!((old.platform, old.builder_platform.as_deref()), (None, Some("linux/amd64")));
    assert_eq!(old.commit.as_deref(), Some(commit));
    let subject = &opened("2a3be64d5796.statement.json", "").subjects[0];
    assert_eq!(subject.platform(), Some(Platform::new("linux", "arm64", "")));
    // v1 and v0.2 of others: the commit is among the materials.
    let other = provenance("bdd6ce8e0b26.bundle.json");
    assert_eq!(other.builder.as_deref(), Some("https://example.org/builder@v1"));
    assert_eq!(
        other.source.as_deref(),
        Some("git+https://example.org/sample/app@refs/tags/v1.0.0")
    );
    assert_eq!(other.commit.as_deref(), Some("0123456789abcdef0123456789abcdef01234567"));
    assert_eq!(other.invocation.as_deref(), Some("run-1"));
    let other = provenance("40f08f0d9793.dsse.json");
    assert_eq!(other.file.as_deref(), Some("build.yaml"));
    assert_eq!(other.finished.as_deref(), Some("2026-11-01T10:05:00Z"));
}

/// Shapes that the samples do not have: BuildKit's own documentation (v0.34,
/// `docs/attestations/slsa-definitions.md`), `actions/attest-build-provenance` v3 and
/// slsa-github-generator v2.
#[test]
fn provenance_of_other_builders_is_read() {
    let read = |json: &str| {
        let json = format!(
            r#"{{"_type":"https://in-toto.io/Statement/v1","subject":[],"predicateType":"https://slsa.dev/provenance/v1","predicate":{json}}}"#
        );
        match open(&json.into(), &Stated::default()).unwrap().body {
            Body::Provenance(provenance) => *provenance,
            other => panic!("{other:?}"),
        }
    };
    let buildx = read(
        r#"{"buildDefinition":{"externalParameters":{"configSource":{"path":"docker/Dockerfile"},
        "request":{"frontend":"dockerfile.v0","args":{"build-arg:VERSION":"1.2","target":"release",
        "vcs:source":"https://github.com/acme/app"},"locals":[{"name":"context"}]}},
        "internalParameters":{"targetPlatform":"linux/arm/v7"}},"runDetails":{"builder":{"id":""},
        "metadata":{"buildkit_metadata":{"vcs":{"revision":"abc","source":"https://github.com/acme/app"}}}}}"#,
    );
    assert_eq!(buildx.file.as_deref(), Some("docker/Dockerfile"));
    assert_eq!(buildx.target.as_deref(), Some("release"));
    assert_eq!(buildx.arguments, [("VERSION".to_owned(), "1.2".to_owned())]);
    assert_eq!(buildx.source.as_deref(), Some("https://github.com/acme/app"));
    assert_eq!(buildx.commit.as_deref(), Some("abc"));
    assert_eq!(buildx.platform, Some(Platform::new("linux", "arm", "v7")));
    let github = read(
        r#"{"buildDefinition":{"buildType":"https://actions.github.io/buildtypes/workflow/v1",
        "externalParameters":{"workflow":{"ref":"refs/heads/main","repository":"https://github.com/acme/app","path":".github/workflows/ci.yml"}},
        "internalParameters":{"github":{"event_name":"push"}},
        "resolvedDependencies":[{"uri":"git+https://github.com/acme/app@refs/heads/main","digest":{"gitCommit":"d00d"}}]},
        "runDetails":{"builder":{"id":"https://github.com/acme/app/.github/workflows/ci.yml@refs/heads/main"},
        "metadata":{"invocationId":"https://github.com/acme/app/actions/runs/1/attempts/1"}}}"#,
    );
    assert_eq!(github.source.as_deref(), Some("https://github.com/acme/app@refs/heads/main"));
    assert_eq!(github.commit.as_deref(), Some("d00d"));
    assert_eq!(github.file.as_deref(), Some(".github/workflows/ci.yml"));
}

#[test]
fn signatures_say_who_and_when() {
    let bundle = &opened("5ef11797825e.bundle.json", "").signatures[0];
    // The hint is the base64 of the SHA-256 of the key (keys/cosign-p256.pub).
    let hint = "f8NMcmUIIDOnC5dXJkAQ97mR94R4jMWSK7LzURpYVYg=";
    assert_eq!(bundle.signer, Signer::Hint(hint.to_owned()));
    assert!(bundle.log.is_empty());
    let jws = &opened("32aa7af98993.jws.json", "").signatures[0];
    assert_eq!(jws.algorithm.as_deref(), Some("PS256"));
    assert_eq!(jws.signed_at.as_deref(), Some("2026-11-28T08:45:44Z"));
    assert_eq!(jws.agent.as_deref(), Some("notation-go/1.3.2"));
    let certificate = jws.certificate().unwrap();
    assert_eq!(certificate.subject, "CN=signer.example.org,O=Sample,ST=WA,C=US");
    assert_eq!((certificate.key.as_str(), certificate.is_ca), ("RSA", false));
    assert_eq!(certificate.not_after.unwrap().to_string(), "2046-11-23T08:44:13Z");
    let cose = &opened("3431f6be2cb3.cose", "").signatures[0];
    assert_eq!(cose.algorithm.as_deref(), Some("ES384"));
    assert_eq!(cose.chain.len(), 2);
    assert_eq!(cose.certificate().unwrap().key, "P-384");
    assert!(cose.chain[1].as_ref().unwrap().is_ca);
    assert!(cose.signed_at.as_deref().unwrap().starts_with("2026-11-28T08:45:"));
    // cosign's first form keeps the signature in an annotation; two layers may be one blob.
    let stated = |signature: &str| Stated {
        media_type: "application/vnd.dev.cosign.simplesigning.v1+json".to_owned(),
        annotations: std::iter::once((
            "dev.cosignproject.cosign/signature".to_owned(),
            signature.to_owned(),
        ))
        .collect(),
    };
    let payload = read("ff33646b76ee.simplesigning.json");
    let simple = open(&payload, &stated("MEYCIQ==")).unwrap();
    assert_eq!(simple.title(), "signature (cosign simple signing)");
    assert_eq!(simple.subjects[0].digest().unwrap().short(), "594dad9377bf");
    assert_eq!(simple.notes, [("team".to_owned(), "sample".to_owned())]);
    assert_eq!(simple.signatures[0].signed, payload);
    let other = open(&payload, &stated("MEUCIQ==")).unwrap();
    assert_ne!(simple.signatures, other.signatures);
    assert!(open(&payload, &stated("§")).unwrap_err().contains("is not base64"));
}

fn problem(bytes: &[u8]) -> String {
    open(&Bytes::copy_from_slice(bytes), &Stated::default()).unwrap_err()
}

/// A scanner that ended early leaves nothing, or its own words, where JSON is said to be.
#[test]
fn what_is_said_to_be_json_and_is_not_cannot_be_read() {
    let opened = |text: &'static str, media_type: &str| {
        let stated = Stated { media_type: media_type.to_owned(), ..Stated::default() };
        open(&Bytes::from_static(text.as_bytes()), &stated)
    };
    for text in ["", "error: no such image", "<html>503</html>", "\0\0"] {
        assert_eq!(
            opened(text, "application/spdx+json").unwrap_err(),
            "it is not JSON, which its type (application/spdx+json) says"
        );
        assert!(opened(text, "text/plain").is_ok(), "{text}");
        assert!(opened(text, "").is_ok(), "{text}");
    }
    for text in ["null", " 1 ", "{}", "[]", "\"text\""] {
        assert!(opened(text, "application/json").is_ok(), "{text}");
    }
    // Tags and values are an SBOM, whatever their type says.
    let tags = "SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\n";
    assert!(matches!(opened(tags, "application/spdx+json").unwrap().body, Body::Sbom(_)));
}

#[test]
fn what_is_broken_is_said() {
    let statement = read("8849ea3f2633.statement.json");
    assert!(problem(&statement[..4000]).starts_with("not valid JSON: EOF while parsing"));
    let cose = read("3431f6be2cb3.cose");
    assert!(problem(&cose[..200]).starts_with("not a COSE signature: "));
    let bomb = br#"<?xml version="1.0"?><!DOCTYPE bom [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>
        <bom xmlns="http://cyclonedx.org/schema/bom/1.4"><metadata><timestamp>&b;</timestamp></metadata></bom>"#;
    assert_eq!(problem(bomb), "the XML has a document type; entities are never expanded");
    let entity = br#"<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><a>&b;</a></bom>"#;
    assert_eq!(problem(entity), "the XML uses an entity of its own; entities are never expanded");
    let deep = format!("<bom>{}", "<a>".repeat(1000));
    assert_eq!(problem(deep.as_bytes()), "the XML nests deeper than 128 levels");
    assert!(problem(b"<bom xmlns=\"x\"><components>").contains("ends in the middle"));
    let mut envelope = br#"{"payloadType":"x","payload":"e30=","signatures":[]}"#.to_vec();
    for _ in 0..20 {
        let payload = STANDARD.encode(&envelope);
        envelope = format!(r#"{{"payloadType":"x","payload":"{payload}","signatures":[]}}"#).into();
    }
    assert_eq!(problem(&envelope), "envelopes are inside each other more than 8 deep");
}

#[test]
fn what_is_not_known_is_left_as_it_is() {
    for (text, title) in [
        (r#"{"a":1}"#, "JSON"),
        ("[1,2]", "JSON"),
        ("hello", "text"),
        ("", "text"),
        ("\0\u{1}", "binary data"),
        ("<html></html>", "text"),
        ("-----BEGIN PGP SIGNED MESSAGE-----\n", "signed text (PGP)"),
        (
            r#"{"_type":"https://in-toto.io/Statement/v1","predicateType":"https://acme.example/review/v2","predicate":{}}"#,
            "statement (review v2)",
        ),
        (r#"{"_type":"https://in-toto.io/Statement/v0.1","predicateType":"x"}"#, "statement (x)"),
    ] {
        let evidence = open(&text.to_owned().into(), &Stated::default()).unwrap();
        assert_eq!(evidence.title(), title, "{text:?}");
        assert_eq!(evidence.document, text, "{text:?}");
    }
    let key = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/evidence/keys/notation-rsa.crt"),
    );
    let evidence = open(&key.unwrap().into(), &Stated::default()).unwrap();
    let Body::Certificates(found) = evidence.body else { panic!("{:?}", evidence.body) };
    assert_eq!(found[0].as_ref().unwrap().key, "RSA");
}

#[test]
fn documents_inside_predicates_are_found() {
    let tag_value = String::from_utf8(read("f81fa5c5bb5d.spdx.txt").to_vec()).unwrap();
    let quoted = serde_json::Value::String(tag_value.clone());
    let custom = serde_json::json!({"Data": tag_value, "Timestamp": "2026-11-01T00:00:00Z"});
    for (predicate_type, predicate, title) in [
        // cosign attest --type spdx: the file is a string.
        ("https://spdx.dev/Document", &quoted, "SBOM (SPDX tag-value 2.3)"),
        ("https://cosign.sigstore.dev/attestation/v1", &custom, "SBOM (SPDX tag-value 2.3)"),
    ] {
        let statement = serde_json::json!({
            "_type": "https://in-toto.io/Statement/v0.1",
            "predicateType": predicate_type,
            "predicate": predicate,
        });
        let evidence = open(&statement.to_string().into(), &Stated::default()).unwrap();
        assert_eq!(evidence.title(), title, "{predicate_type}");
    }
}

/// Editors and shells write the same SBOM in other encodings (PowerShell: UTF-16), and put comments,
/// licences and document types before it. None of that passes as something unknown.
#[test]
fn an_sbom_is_one_whatever_comes_before_it() {
    let xml = String::from_utf8(read("1b933587f571.cdx.xml").to_vec()).unwrap();
    let tags = String::from_utf8(read("f81fa5c5bb5d.spdx.txt").to_vec()).unwrap();
    let json = String::from_utf8(read("1d2763ae158c.cdx.json").to_vec()).unwrap();
    let root = xml.find("<bom").unwrap();
    let xml_after = |head: &str| format!("{}{head}{}", &xml[..root], &xml[root..]);
    let utf_16 = |text: &str| -> Vec<u8> {
        let text = text.replace("encoding=\"UTF-8\"", "encoding=\"UTF-16\"");
        let units = std::iter::once(0xfeff).chain(text.encode_utf16()).collect::<Vec<u16>>();
        units.into_iter().flat_map(u16::to_le_bytes).collect()
    };
    let long = "licence and more licence\n".repeat(1000);
    let latin = xml_after("<!-- \u{e9} -->").replace("encoding=\"UTF-8\"", "encoding='ISO-8859-1'");
    let latin: Vec<u8> = latin.chars().map(|it| u8::try_from(it).unwrap()).collect();
    let commented = |head: &str| format!("DocumentComment: <text>{head}</text>\n{tags}");
    for (what, bytes, title) in [
        ("XML, a long comment", xml_after(&format!("<!--{long}-->")).into(), "CycloneDX XML 1.7"),
        (
            "XML, a long instruction",
            xml_after(&format!("<?a {long}?>")).into(),
            "CycloneDX XML 1.7",
        ),
        ("XML in UTF-16", utf_16(&xml), "CycloneDX XML 1.7"),
        ("XML in ISO-8859-1", latin.clone(), "CycloneDX XML 1.7"),
        ("JSON in UTF-16", utf_16(&json), "CycloneDX 1.7"),
        ("tags in UTF-16", utf_16(&tags), "SPDX tag-value 2.3"),
        ("tags, a comment", commented("one\nno tag: in it\nthree").into(), "SPDX tag-value 2.3"),
        ("tags, a long comment", commented(&long).into(), "SPDX tag-value 2.3"),
    ] {
        let evidence = open(&bytes.clone().into(), &Stated::default());
        let evidence = evidence.unwrap_or_else(|problem| panic!("{what}: {problem}"));
        assert_eq!(evidence.title(), format!("SBOM ({title})"), "{what}");
        let Body::Sbom(sbom) = &evidence.body else { panic!("{what}") };
        assert!(sbom.packages.len() >= 5, "{what}");
        assert_eq!(evidence.document, bytes, "{what}: its bytes are those that were signed");
    }
    // What cannot be read says so.
    let type_before = |inside: &str| xml_after(&format!("<!DOCTYPE bom [{inside}]>"));
    let entity = "<!ENTITY a \"aaaa\">".repeat(400);
    let undeclared = [b"<bom xmlns=\"http://cyclonedx.org/schema/bom/1.4\">", latin.as_slice()];
    let klingon = xml.replace("encoding=\"UTF-8\"", "encoding=\"klingon\"");
    let mut half = utf_16(&xml);
    half.truncate(half.len() - 101);
    for (bytes, says) in [
        (type_before(&entity).into(), "the XML has a document type; entities are never expanded"),
        (type_before(&format!("<!--{long}-->")).into(), "the XML has a document type"),
        (undeclared.concat(), "not UTF-8: "),
        (klingon.into(), "its text is in \"klingon\", which platy does not read"),
        (half, "its text is not UTF-16LE, which it says"),
        (xml[..root + 20].to_owned().into(), "not XML: "),
        (commented("no end").replace("</text>", "").into(), "not SPDX: a text has no end"),
    ] {
        let found = problem(&bytes);
        assert!(found.starts_with(says), "{found}");
    }
}

/// What its type says to be an SBOM and platy cannot read does not pass as something unknown.
#[test]
fn what_is_said_to_be_an_sbom_and_is_not_cannot_be_read() {
    for (bytes, media_type, says) in [
        (
            "{}",
            "application/spdx+json",
            "it is not SPDX, which its type (application/spdx+json) says",
        ),
        ("hello", "text/spdx", "it is not SPDX, which its type (text/spdx) says"),
        ("\0", "application/vnd.cyclonedx+xml", "it is not CycloneDX, which its type "),
        ("{}", "application/vnd.syft+json", "it is not syft JSON, which its type "),
        ("{}", "application/openvex+json", "it is not OpenVEX, which its type "),
        (
            r#"{"predicateType":"https://spdx.dev/Document","predicate":"only text"}"#,
            "",
            "it is not SPDX, which its predicate type (https://spdx.dev/Document) says",
        ),
        (
            r#"{"predicateType":"https://cyclonedx.org/bom"}"#,
            "application/vnd.in-toto+json",
            "it is not CycloneDX, which its predicate type ",
        ),
        (
            r#"{"predicateType":"https://slsa.dev/provenance/v1"}"#,
            "",
            "it is not SLSA provenance, which its predicate type ",
        ),
    ] {
        let stated = Stated { media_type: media_type.to_owned(), ..Stated::default() };
        let found = open(&bytes.to_owned().into(), &stated).unwrap_err();
        assert!(found.starts_with(says), "{found}");
    }
}

#[test]
fn a_million_packages_are_counted() {
    let package = r#"{"SPDXID":"a","name":"b","versionInfo":"1"}"#;
    let list = vec![package; 300_000].join(",");
    let json = format!(r#"{{"spdxVersion":"SPDX-2.3","packages":[{list}]}}"#);
    let Body::Sbom(sbom) = open(&json.into(), &Stated::default()).unwrap().body else { panic!() };
    assert_eq!((sbom.packages.len(), sbom.count()), (100_000, 300_000));
}

proptest! {
    #[test]
    fn any_bytes_are_opened_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = open(&bytes.into(), &Stated::default());
    }

    #[test]
    fn cut_and_changed_files_are_opened_or_refused(
        which in 0usize..8, cut in 0usize..30_000, at in 0usize..30_000, byte in any::<u8>()
    ) {
        let name = [
            "94a02a09f8f4.bundle.json", "830c019ecd16.dsse.json", "3431f6be2cb3.cose",
            "32aa7af98993.jws.json", "8a07d32f5b0e.spdx.json", "1b933587f571.cdx.xml",
            "f81fa5c5bb5d.spdx.txt", "6a5eeb4aa14c.statement.json",
        ][which];
        let mut bytes = read(name).to_vec();
        let length = bytes.len();
        bytes[at % length] = byte;
        bytes.truncate(length - cut % length);
        let _ = open(&bytes.into(), &Stated::default());
    }
}

/// One document in the ways in which tools hand it on: as it is, with a byte order mark, in a
/// statement, as a JSON string in a statement, in cosign's custom predicate, in envelopes.
#[test]
fn one_document_is_the_same_in_every_wrapping() {
    let tags = "# made by hand\nDataLicense: CC0-1.0\nSPDXVersion: SPDX-2.2\nSPDXID: SPDXRef-DOCUMENT\n\
                DocumentName: app\nCreator: Tool: hand-1\nCreator: Organization: x\n\
                PackageName: app\nSPDXID: SPDXRef-app\nPrimaryPackagePurpose: OPERATING_SYSTEM\n\
                Relationship: SPDXRef-app DESCRIBED_BY SPDXRef-DOCUMENT\n\
                PackageName: musl\nSPDXID: SPDXRef-musl\nPackageVersion: 1.2\n\
                PackageLicenseDeclared: NOASSERTION\nPackageComment: <text>a\nb: c</text>\n\
                ExternalRef: PACKAGE-MANAGER purl pkg:apk/alpine/musl@1.2?arch=aarch64\n";
    let json = serde_json::json!({
        "spdxVersion": "SPDX-2.2",
        "name": "app",
        "creationInfo": { "creators": ["Organization: x", "Tool: hand-1"] },
        "packages": [
            { "SPDXID": "SPDXRef-app", "name": "app" },
            {
                "SPDXID": "SPDXRef-musl",
                "name": "musl",
                "versionInfo": "1.2",
                "licenseConcluded": "NONE",
                "externalRefs": [{
                    "referenceCategory": "PACKAGE_MANAGER",
                    "referenceType": "purl",
                    "referenceLocator": "pkg:apk/alpine/musl@1.2?arch=aarch64",
                }],
            },
        ],
        "relationships": [{
            "spdxElementId": "SPDXRef-app",
            "relationshipType": "DESCRIBED_BY",
            "relatedSpdxElement": "SPDXRef-DOCUMENT",
        }],
    });
    for plain in [tags.to_owned(), json.to_string()] {
        let statement = |predicate: serde_json::Value| {
            serde_json::json!({
                "_type": "https://in-toto.io/Statement/v0.1",
                "predicateType": "https://spdx.dev/Document",
                "subject": [],
                "predicate": predicate,
            })
            .to_string()
        };
        let quoted = serde_json::Value::String(plain.clone());
        let envelope = |payload: &str| {
            serde_json::json!({
                "payloadType": "application/vnd.in-toto+json",
                "payload": STANDARD.encode(payload),
                "signatures": [{ "sig": "YQ==" }],
            })
            .to_string()
        };
        let bundle = |envelope: &str| {
            let envelope: serde_json::Value = serde_json::from_str(envelope).unwrap();
            serde_json::json!({
                "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
                "verificationMaterial": {},
                "dsseEnvelope": envelope,
            })
            .to_string()
        };
        let custom = serde_json::json!({ "Data": plain, "Timestamp": "2026-11-28T00:00:00Z" });
        let mut all = vec![
            plain.clone(),
            format!("\u{feff}{plain}"),
            quoted.to_string(),
            statement(quoted.clone()),
            statement(custom),
            envelope(&statement(quoted.clone())),
            bundle(&envelope(&statement(quoted))),
        ];
        if let Ok(value) = serde_json::from_str::<serde_json::Value>(&plain) {
            all.push(statement(value));
        }
        for text in all {
            let evidence = open(&Bytes::from(text.clone()), &Stated::default()).unwrap();
            let Body::Sbom(sbom) = &evidence.body else { panic!("{text}: {evidence:?}") };
            assert_eq!(evidence.kind(), Kind::Sbom, "{text}");
            assert_eq!(sbom.tools, ["hand-1"], "{text}");
            assert_eq!(sbom.about.as_ref().unwrap().name, "app", "{text}");
            let [one] = sbom.packages.as_slice() else { panic!("{text}: {sbom:?}") };
            assert_eq!((&*one.kind, &*one.name, &*one.version), ("apk", "musl", "1.2"), "{text}");
            assert_eq!(
                (one.architecture.as_deref(), one.licence.as_deref()),
                (Some("aarch64"), None)
            );
        }
    }
}
