//! `platy edit --mend`: lists that other tools broke.

use serde_json::{Value, json};

use super::Lab;

/// podman 4.3.1 strips the annotations of attestations, in BuildKit's new form and the old one;
/// `regctl image mod` 0.11.7 orphans them; imagetools 0.38.2 writes an empty architecture.
#[tokio::test(flavor = "multi_thread")]
async fn what_other_tools_broke_is_mended_with_plan_and_undo() {
    let lab = Lab::start().await;
    let repository = lab.sandbox.store().repository("team/broken");
    let image = |architecture: &str| repository.image("linux", architecture, "").layer("x").push();
    let (amd64, arm64) = (image("amd64"), image("arm64"));
    let statement = |of: &platy::oci::Descriptor| {
        let hex = of.digest.hex();
        json!({
            "_type": "https://in-toto.io/Statement/v0.1",
            "subject": [{ "name": "x", "digest": { "sha256": hex } }],
            "predicateType": "https://slsa.dev/provenance/v0.2",
            "predicate": {},
        })
        .to_string()
    };
    // The old form names no subject: only the statement in it tells.
    let stripped = |of: &platy::oci::Descriptor| {
        let text = statement(of);
        let (blob, size) = (repository.put_blob(text.clone()), text.len());
        let config = repository.put_blob("{}");
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": { "mediaType": "application/vnd.oci.image.config.v1+json", "digest": config, "size": 2 },
            "layers": [{
                "mediaType": "application/vnd.in-toto+json", "digest": blob, "size": size,
                "annotations": { "in-toto.io/predicate-type": "https://slsa.dev/provenance/v0.2" },
            }],
        });
        let mut entry = repository
            .put_manifest("application/vnd.oci.image.manifest.v1+json", manifest.to_string());
        entry.platform = Some(platy::oci::Platform::new("unknown", "unknown", ""));
        entry
    };
    let gone = image("s390x");
    let mut orphan = stripped(&gone);
    orphan.annotations.insert("vnd.docker.reference.type".into(), "attestation-manifest".into());
    orphan.annotations.insert("vnd.docker.reference.digest".into(), gone.digest.to_string());
    let note = || repository.artifact("application/vnd.example.note").blob("text/plain", "x");
    let referrer = note().subject(&amd64).push();
    let mut half = note().blob("text/plain", "y").push();
    half.platform = Some(platy::oci::Platform::new("linux", "", ""));
    half.artifact_type = None;
    let entries = [
        amd64.clone(),
        arm64.clone(),
        stripped(&amd64),
        stripped(&arm64),
        orphan,
        referrer,
        half.clone(),
    ];
    repository.index().entries(entries).push_tag("1");
    let before = repository.manifest("1").unwrap();

    let reference = lab.at("team/broken:1");
    let ran = lab.run(&["edit", &reference, "--mend"]).await;
    assert!(ran.text().contains("put its annotations back"), "{} {}", ran.text(), ran.stderr);
    assert_eq!(repository.manifest("1").unwrap(), before, "nothing is pushed without --yes");
    let ran = lab.run(&["edit", &reference, "--mend", "--yes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let list: Value = serde_json::from_slice(&repository.manifest("1").unwrap()).unwrap();
    let entries = list["manifests"].as_array().unwrap();
    assert_eq!(entries.len(), 5, "{list:#}");
    for (at, image) in [(2, &amd64), (3, &arm64)] {
        let annotations = &entries[at]["annotations"];
        assert_eq!(annotations["vnd.docker.reference.type"], "attestation-manifest");
        assert_eq!(annotations["vnd.docker.reference.digest"], image.digest.as_str());
    }
    assert_eq!(entries[4]["digest"], half.digest.as_str());
    assert_eq!(entries[4].get("platform"), None);
    let ran = lab.run(&["check", "--json", "--no-evidence", &reference]).await;
    let rules =
        ["stripped-attestation", "orphan-attestation", "referrer-entry", "empty-architecture"];
    for finding in ran.json()["findings"].as_array().unwrap() {
        assert!(!rules.contains(&finding["rule"].as_str().unwrap()), "{finding:#}");
    }
    // A list that takes such entries in has the same problems, and offers the same.
    repository.index().entries([amd64.clone(), stripped(&amd64)]).push_tag("podman");
    let other = repository.image("linux", "riscv64", "").layer("x").push();
    repository.tag("other", &other.digest);
    let (target, podman, other) =
        (lab.at("team/broken:both"), lab.at("team/broken:podman"), lab.at("team/broken:other"));
    let ran = lab.run(&["create", &target, &podman, &other]).await;
    assert!(ran.stderr.contains("(to mend it: put its annotations back)"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("remove it"), "{}", ran.stderr);
    let ran = lab.run(&["create", &target, &podman, &other, "--mend", "--yes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let both: Value = serde_json::from_slice(&repository.manifest("both").unwrap()).unwrap();
    let annotations = &both["manifests"][1]["annotations"];
    assert_eq!(annotations["vnd.docker.reference.digest"], amd64.digest.as_str(), "{both:#}");

    // As imagetools takes a referrer in: nothing is wrong with it, and that is said.
    let new = repository
        .artifact("application/vnd.docker.attestation.manifest.v1+json")
        .blob("application/vnd.in-toto+json", statement(&amd64))
        .subject(&amd64);
    let mut taken = new.push();
    taken.annotations.extend([
        ("org.opencontainers.image.created".to_owned(), "2026-11-01T00:00:00Z".to_owned()),
        ("vnd.docker.reference.type".to_owned(), "attestation-manifest".to_owned()),
        ("vnd.docker.reference.digest".to_owned(), amd64.digest.to_string()),
    ]);
    taken.platform = Some(platy::oci::Platform::new("unknown", "unknown", ""));
    repository.index().entries([amd64.clone(), taken]).push_tag("taken");
    let ran = lab.run(&["edit", &lab.at("team/broken:taken"), "--mend", "--yes"]).await;
    let words = "1 attestation that the list names also refers to the image as a referrer";
    assert!(ran.text().contains(words), "{}", ran.text());

    // Nothing is left to mend; and the push is taken back as any other.
    let ran = lab.run(&["edit", &reference, "--mend", "--yes"]).await;
    assert!(ran.text().contains("nothing in the list is broken"), "{}", ran.text());
    let ran = lab.run(&["undo", &reference, "--yes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(repository.manifest("1").unwrap(), before);
}
