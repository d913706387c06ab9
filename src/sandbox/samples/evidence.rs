//! Evidence: an image that has all of it, and one image for each way in which it lies.

use std::io;

use serde_json::{Value, json};

use super::rootfs::base;
use super::sample::Sample;
use crate::oci::{Descriptor, Platform, keys};
use crate::sandbox::{Layer, RepositoryStore, Store, TarFile};

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        reference: "demo/evidence:complete",
        title: "signed, with provenance and SBOMs",
        look_at: "in a shell: platy evidence HOST/demo/evidence:complete",
    },
    case(
        "demo/cases:evidence-subject",
        "a statement about another image",
        "arm64 has the statement of amd64",
    ),
    case(
        "demo/cases:sbom-architecture",
        "the SBOM of another architecture",
        "arm64 has the SBOM of amd64",
    ),
    case(
        "demo/cases:provenance-platform",
        "provenance of another platform",
        "arm64 says that amd64 was built",
    ),
    case(
        "demo/cases:provenance-base",
        "provenance of a build on another base",
        "arm64 says that it is built on the base of amd64",
    ),
    case(
        "demo/cases:sbom-packages",
        "an SBOM of an older build",
        "a package in another version than dpkg has",
    ),
    case(
        "demo/cases:evidence-unreadable",
        "an SBOM that was cut",
        "the statement ends in the middle",
    ),
    case(
        "demo/cases:evidence-gaps",
        "evidence for one platform alone",
        "arm64 has an SBOM, amd64 has none",
    ),
    case(
        "demo/cases:list-sbom",
        "an SBOM of one platform on the list",
        "it hangs on the list and is of amd64",
    ),
    case(
        "demo/cases:stray-tag",
        "a tag that `cosign copy` left",
        "sha256-… holds the image of arm64 itself",
    ),
];

const fn case(reference: &'static str, title: &'static str, look_at: &'static str) -> Sample {
    Sample { reference, title, look_at }
}

const SPDX: &str = "https://spdx.dev/Document";
const SLSA: &str = "https://slsa.dev/provenance/v1";
const IN_TOTO: &str = "application/vnd.in-toto+json";

pub(super) fn fill(store: &Store) -> io::Result<()> {
    let all = store.repository("demo/evidence");
    let images = two(&all, "complete")?;
    let attested = images.iter().map(|(architecture, image)| {
        let statements = [
            statement(image, SPDX, &sbom(architecture, "2.36-9")),
            statement(image, SLSA, &provenance(architecture)),
        ];
        attestation(&all, image, &statements.map(|text| text.to_string()))
    });
    let attested: Vec<Descriptor> = attested.collect();
    let entries = images.iter().map(|(_, image)| image.clone()).chain(attested);
    let list = all.index().entries(entries).push_tag("complete");
    let payload = json!({
        "critical": {
            "identity": { "docker-reference": "demo/evidence" },
            "image": { "docker-manifest-digest": list.digest },
            "type": "cosign container image signature",
        },
        "optional": null,
    });
    let signature = all
        .artifact("application/vnd.dev.cosign.artifact.sig.v1+json")
        .annotated_blob(
            "application/vnd.dev.cosign.simplesigning.v1+json",
            payload.to_string(),
            &[("dev.cosignproject.cosign/signature", "c2FtcGxlLCBub3QgYSByZWFsIG9uZQ==")],
        )
        .subject(&list);
    signature.push();
    lies(&store.repository("demo/cases"))
}

/// Each case has images of its own: what refers to one image refers to it under every tag.
fn lies(repository: &RepositoryStore) -> io::Result<()> {
    let right = |image: &Descriptor, architecture: &str| {
        statement(image, SPDX, &sbom(architecture, "2.36-9")).to_string()
    };
    let built = |image: &Descriptor, architecture: &str| {
        statement(image, SLSA, &provenance(architecture)).to_string()
    };
    let statements_of = |case: &str, amd64: &Descriptor, arm64: &Descriptor| {
        let of_amd64 = Some(right(amd64, "amd64"));
        Some(match case {
            "evidence-subject" => (of_amd64, right(amd64, "arm64")),
            "sbom-architecture" => (of_amd64, right(arm64, "amd64")),
            "provenance-platform" => (Some(built(amd64, "amd64")), built(arm64, "amd64")),
            "provenance-base" => (
                Some(built_on(repository, amd64, amd64, "amd64")),
                built_on(repository, arm64, amd64, "arm64"),
            ),
            "sbom-packages" => {
                (of_amd64, statement(arm64, SPDX, &sbom("arm64", "2.31-13")).to_string())
            }
            "evidence-unreadable" => (of_amd64, right(arm64, "arm64").chars().take(300).collect()),
            "evidence-gaps" => (None, right(arm64, "arm64")),
            _ => return None,
        })
    };
    for sample in SAMPLES {
        let Some(case) = sample.reference.strip_prefix("demo/cases:") else { continue };
        let [(_, amd64), (_, arm64)] = two(repository, case)?;
        let mut entries = vec![amd64.clone(), arm64.clone()];
        if let Some((of_amd64, of_arm64)) = statements_of(case, &amd64, &arm64) {
            entries.extend(of_amd64.map(|text| attestation(repository, &amd64, &[text])));
            entries.push(attestation(repository, &arm64, &[of_arm64]));
        }
        let list = repository.index().entries(entries).push_tag(case);
        if case == "stray-tag" {
            repository.tag(&format!("sha256-{}", arm64.digest.hex()), &arm64.digest);
        }
        if case == "list-sbom" {
            let sbom = sbom("amd64", "2.36-9").to_string();
            let artifact = repository.artifact("application/spdx+json");
            artifact.blob("application/spdx+json", sbom).subject(&list).push();
        }
    }
    Ok(())
}

/// Two images with dpkg's database, by their architectures; `tag` tells them from those of others.
fn two(repository: &RepositoryStore, tag: &str) -> io::Result<[(&'static str, Descriptor); 2]> {
    let image = |architecture: &'static str| -> io::Result<(&'static str, Descriptor)> {
        let platform = Platform::new("linux", architecture, "");
        let package = |name: &str, version: &str, architecture: &str| {
            format!(
                "Package: {name}\nStatus: install ok installed\nArchitecture: {architecture}\n\
                 Version: {version}\n\n"
            )
        };
        let database =
            [package("libc6", "2.36-9", architecture), package("tzdata", "1:2025b-0", "all")];
        let database = Layer::gzip(
            "RUN apt-get install -y tzdata # buildkit",
            &[TarFile::text("var/lib/dpkg/status", &database.concat())],
        )?;
        let image = repository.image("linux", architecture, "");
        let image = image.label("org.opencontainers.image.version", tag);
        let image = image.layer(base(&platform, 2)?).layer(database).cmd(&["/bin/busybox"]);
        Ok((architecture, image.push()))
    };
    Ok([image("amd64")?, image("arm64")?])
}

/// An attestation manifest as BuildKit 0.34 makes it, as an entry of the index.
fn attestation(
    repository: &RepositoryStore,
    image: &Descriptor,
    statements: &[String],
) -> Descriptor {
    let artifact = repository.artifact("application/vnd.docker.attestation.manifest.v1+json");
    let mut artifact = artifact.subject(image);
    for text in statements {
        let predicate = if text.contains(SLSA) { SLSA } else { SPDX };
        let annotations = [(keys::PREDICATE_TYPE, predicate)];
        artifact = artifact.annotated_blob(IN_TOTO, text.clone(), &annotations);
    }
    let mut entry = artifact.push();
    entry.artifact_type = None;
    entry.platform = Some(Platform::new("unknown", "unknown", ""));
    entry.annotations.insert(keys::REFERENCE_DIGEST.to_owned(), image.digest.to_string());
    entry.annotations.insert(keys::REFERENCE_TYPE.to_owned(), "attestation-manifest".to_owned());
    entry
}

fn statement(image: &Descriptor, predicate_type: &str, predicate: &Value) -> Value {
    json!({
        "_type": "https://in-toto.io/Statement/v1",
        "predicateType": predicate_type,
        "subject": [{ "name": "_", "digest": { "sha256": image.digest.hex() } }],
        "predicate": predicate,
    })
}

fn provenance(architecture: &str) -> Value {
    json!({
        "buildDefinition": {
            "buildType": "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md",
            "externalParameters": {
                "configSource": {
                    "uri": "https://example.com/platy/evidence.git#main",
                    "digest": { "sha1": "1f0c7d3a5b9e2468ace013579bdf2468ace01357" },
                    "path": "Dockerfile",
                },
                "request": { "frontend": "dockerfile.v0", "args": { "build-arg:VERSION": "1.0" } },
            },
            "internalParameters": {
                "builderPlatform": "linux/amd64",
                "targetPlatform": format!("linux/{architecture}"),
            },
        },
        "runDetails": {
            "builder": { "id": "https://example.com/builders/1" },
            "metadata": { "startedOn": "2026-11-01T10:00:00Z", "finishedOn": "2026-11-01T10:05:00Z" },
        },
    })
}

/// Provenance of BuildKit in `mode=max`: an image that is built on the first layer of another.
#[allow(
    clippy::indexing_slicing,
    reason = "a key of a JSON value, which is null or made if it is not there"
)]
fn built_on(
    repository: &RepositoryStore,
    image: &Descriptor,
    other: &Descriptor,
    architecture: &str,
) -> String {
    let layers = |of: &Descriptor| -> Vec<Value> {
        let bytes = repository.manifest(of.digest.as_str()).unwrap_or_default();
        let manifest: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        manifest["layers"].as_array().cloned().unwrap_or_default()
    };
    let base: Vec<Value> = layers(other).into_iter().take(1).collect();
    let result: Vec<Value> =
        base.iter().cloned().chain(layers(image).into_iter().skip(1)).collect();
    let mut predicate = provenance(architecture);
    let fetched = format!("docker-image://registry.example.com/platy/base:1@{}", other.digest);
    predicate["buildDefinition"]["internalParameters"]["buildConfig"] = json!({ "llbDefinition": [
        { "id": "step0", "op": { "Op": { "source": { "identifier": fetched } } } },
        {
            "id": "step1",
            "inputs": ["step0:0"],
            "op": { "Op": { "exec": { "mounts": [{ "input": 0, "dest": "/" }] } } },
        },
        { "id": "step2", "inputs": ["step1:0"], "op": {} },
    ] });
    predicate["runDetails"]["metadata"]["buildkit_metadata"] =
        json!({ "layers": { "step0:0": [base], "step1:0": [result] } });
    statement(image, SLSA, &predicate).to_string()
}

fn sbom(architecture: &str, libc: &str) -> Value {
    let package = |name: &str, version: &str, architecture: &str| {
        let escaped = version.replace(':', "%3A");
        json!({
            "SPDXID": format!("SPDXRef-Package-deb-{name}"),
            "name": name,
            "versionInfo": version,
            "licenseDeclared": "LGPL-2.1-or-later",
            "externalRefs": [{
                "referenceCategory": "PACKAGE-MANAGER",
                "referenceType": "purl",
                "referenceLocator": format!("pkg:deb/platy/{name}@{escaped}?arch={architecture}"),
            }],
        })
    };
    json!({
        "spdxVersion": "SPDX-2.3",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": "sbom",
        "creationInfo": { "created": "2026-11-01T10:04:00Z", "creators": ["Tool: sample-1.0"] },
        "packages": [package("libc6", libc, architecture), package("tzdata", "1:2025b-0", "all")],
    })
}
