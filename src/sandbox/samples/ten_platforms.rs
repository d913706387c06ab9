//! What a good build leaves behind: ten platforms, attestations, referrers, signatures.

use std::io;

use serde_json::{Value, json};

use super::rootfs::{image, notes, windows};
use super::sample::Sample;
use crate::oci::{Descriptor, MediaType, Platform, keys};
use crate::sandbox::{IndexBuilder, RepositoryStore, Store};

const SPDX: &str = "application/spdx+json";
const SIMPLE_SIGNING: &str = "application/vnd.dev.cosign.simplesigning.v1+json";
const SIGNATURE: &str = "application/vnd.dev.cosign.artifact.sig.v1+json";

pub(super) const SAMPLES: &[Sample] = &[Sample {
    reference: "demo/ten-platforms:latest",
    title: "ten platforms, attested and signed",
    look_at: "provenance and SBOM under each image, signatures under the index, sibling tags",
}];

pub(super) fn fill(store: &Store) -> io::Result<()> {
    let repository = store.repository("demo/ten-platforms");
    let notes = notes("ten")?;
    let mut images = Vec::new();
    for (number, platform) in platforms().iter().enumerate() {
        let image = image(&repository, platform, "ten", 6 + 3 * (number % 4))?;
        images.push(image.layer(notes.clone()).push());
    }
    let attestations: Vec<Descriptor> =
        images.iter().map(|image| attestation(&repository, image)).collect();
    let index = |version: &str, count: usize| -> IndexBuilder {
        repository
            .index()
            .annotation("org.opencontainers.image.title", "ten-platforms")
            .annotation("org.opencontainers.image.version", version)
            .entries(images.iter().take(count).cloned())
            .entries(attestations.iter().take(count).cloned())
    };
    let latest = index("1.2.0", images.len()).push_tag("latest");
    for tag in ["1", "1.2", "1.2.0"] {
        repository.tag(tag, &latest.digest);
    }
    let older = index("1.1.0", 7).push_tag("1.1");
    repository.tag("1.1.0", &older.digest);
    index("1.0.0", 4).push_tag("1.0");
    repository.index().entries(images.iter().take(2).cloned()).push_tag("edge");
    referrers(&repository, &latest, images.first());
    cosign_tags(&repository, &latest);
    Ok(())
}

fn platforms() -> [Platform; 10] {
    let linux = |architecture, variant| Platform::new("linux", architecture, variant);
    [
        linux("amd64", ""),
        linux("arm64", "v8"),
        linux("arm", "v7"),
        linux("arm", "v6"),
        linux("arm", "v5"),
        linux("386", ""),
        linux("ppc64le", ""),
        linux("riscv64", ""),
        linux("s390x", ""),
        windows("10.0.20348.2402"),
    ]
}

/// An attestation manifest as BuildKit makes it, as an entry of the index.
pub(super) fn attestation(repository: &RepositoryStore, image: &Descriptor) -> Descriptor {
    let statement = |predicate_type: &str, predicate: Value| {
        json!({
            "_type": "https://in-toto.io/Statement/v0.1",
            "predicateType": predicate_type,
            "subject": [{
                "name": "pkg:docker/demo/ten-platforms@latest",
                "digest": { "sha256": image.digest.hex() },
            }],
            "predicate": predicate,
        })
        .to_string()
    };
    let platform = image.platform.as_ref().map(Platform::short).unwrap_or_default();
    let spdx = "https://spdx.dev/Document";
    let slsa = "https://slsa.dev/provenance/v0.2";
    let sbom = statement(spdx, spdx_document(&platform));
    let provenance = statement(
        slsa,
        json!({
            "builder": { "id": "https://example.com/builders/1" },
            "buildType": "https://mobyproject.org/buildkit@v1",
            "invocation": { "environment": { "platform": platform } },
            "materials": [{ "uri": "https://example.com/platy/ten.git" }],
        }),
    );
    let diff_ids = [&sbom, &provenance].map(|text| crate::oci::Digest::sha256(text.as_bytes()));
    let config = json!({
        "architecture": "unknown",
        "os": "unknown",
        "config": {},
        "rootfs": { "type": "layers", "diff_ids": diff_ids },
    });
    let in_toto = MediaType::InToto;
    let mut entry = repository
        .artifact("")
        .config(MediaType::OciConfig.as_str(), config.to_string())
        .annotated_blob(in_toto.as_str(), sbom, &[(keys::PREDICATE_TYPE, spdx)])
        .annotated_blob(in_toto.as_str(), provenance, &[(keys::PREDICATE_TYPE, slsa)])
        .push();
    entry.platform = Some(Platform::new("unknown", "unknown", ""));
    entry.annotations.insert(keys::REFERENCE_DIGEST.to_owned(), image.digest.to_string());
    entry.annotations.insert(keys::REFERENCE_TYPE.to_owned(), "attestation-manifest".to_owned());
    entry
}

fn spdx_document(name: &str) -> Value {
    json!({
        "spdxVersion": "SPDX-2.3",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": name,
        "packages": [
            { "name": "busybox", "versionInfo": "1.36.1", "SPDXID": "SPDXRef-Package-busybox" },
            { "name": "ten", "versionInfo": "1.2.0", "SPDXID": "SPDXRef-Package-ten" },
        ],
    })
}

/// OCI 1.1 referrers: to the index, to one image, and one to a referrer.
fn referrers(repository: &RepositoryStore, index: &Descriptor, image: Option<&Descriptor>) {
    let created = "2026-05-04T10:00:00Z";
    let sbom = repository
        .artifact(SPDX)
        .blob(SPDX, spdx_document("ten-platforms").to_string())
        .annotation(keys::CREATED, created)
        .annotation("org.opencontainers.image.description", "SBOM of all platforms")
        .subject(index)
        .push();
    for subject in [index, &sbom] {
        repository
            .artifact(SIGNATURE)
            .blob(SIMPLE_SIGNING, signed(subject))
            .annotation(keys::CREATED, created)
            .subject(subject)
            .push();
    }
    if let Some(image) = image {
        let report = json!({ "scanner": "example", "vulnerabilities": [] });
        repository
            .artifact("application/vnd.example.vulnerability-report.v1+json")
            .blob("application/json", report.to_string())
            .annotation(keys::CREATED, created)
            .subject(image)
            .push();
    }
}

/// The tags by which cosign finds what it knows of a digest.
fn cosign_tags(repository: &RepositoryStore, index: &Descriptor) {
    let tag = |suffix: &str| format!("sha256-{}.{suffix}", index.digest.hex());
    let config = json!({
        "architecture": "",
        "os": "",
        "config": {},
        "rootfs": { "type": "layers", "diff_ids": [] },
    });
    let with_config =
        || repository.artifact("").config(MediaType::OciConfig.as_str(), config.to_string());
    with_config()
        .annotated_blob(
            SIMPLE_SIGNING,
            signed(index),
            &[("dev.cosignproject.cosign/signature", "MEUCIQDnotarealsignature==")],
        )
        .push_tag(&tag("sig"));
    let envelope = json!({
        "payloadType": MediaType::InToto.as_str(),
        "payload": "e30=",
        "signatures": [{ "sig": "MEUCIQDnotarealsignature==" }],
    });
    with_config()
        .annotated_blob(
            "application/vnd.dsse.envelope.v1+json",
            envelope.to_string(),
            &[("predicateType", "https://slsa.dev/provenance/v1")],
        )
        .push_tag(&tag("att"));
    with_config()
        .blob("text/spdx+json", spdx_document("ten-platforms").to_string())
        .push_tag(&tag("sbom"));
}

/// What cosign signs.
fn signed(subject: &Descriptor) -> String {
    json!({
        "critical": {
            "identity": { "docker-reference": "demo/ten-platforms" },
            "image": { "docker-manifest-digest": subject.digest },
            "type": "cosign container image signature",
        },
        "optional": null,
    })
    .to_string()
}
