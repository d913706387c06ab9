//! One image for each finding of [`crate::model::diagnose`] that a registry can show, under the name of
//! its rule. Findings that have a sample elsewhere: `bare-manifest` and `accept-differs`
//! (`yorek/multiarch-hello-world`), `config-disagrees` (`demo/liar`), `missing-child`
//! (`demo/broken`), `no-platform-chosen` (`demo/odd:no-platform`), `agreement`
//! (`demo/ten-platforms`).

use std::io;

use super::rootfs::{app, base, configured, image, windows};
use super::sample::Sample;
use super::ten_platforms::attestation;
use crate::oci::{Descriptor, MediaType, Platform};
use crate::sandbox::{IndexBuilder, RepositoryStore, Store};

pub(super) const SAMPLES: &[Sample] = &[
    case(
        "demo/cases:platform-not-listed",
        "a list for big iron only",
        "what each engine says on an ordinary machine",
    ),
    case(
        "demo/cases:flattened-tag",
        "one entry of a list, promoted alone",
        "the tag flattened-tag-1.0 is the list that this manifest is an entry of",
    ),
    case(
        "demo/cases:shared-layers",
        "amd64 and arm64 with the same layers",
        "the digests of the base layers: FROM was pinned to one platform",
    ),
    case(
        "demo/cases:size-outlier",
        "an image unlike its siblings",
        "the sizes: one build lost most of its content",
    ),
    case(
        "demo/cases:duplicate-platform",
        "the same platform twice",
        "which engine takes which of linux/amd64 and linux/x86_64",
    ),
    case(
        "demo/cases:32-bit-fallback",
        "32-bit entries only",
        "arm64 and amd64 machines, and which engines give them a 32-bit image",
    ),
    case(
        "demo/cases:arm-variant",
        "ARM v7 before v6, one bare",
        "what a Raspberry Pi Zero (linux/arm/v6) gets",
    ),
    case(
        "demo/cases:arm64-variant",
        "arm64 with and without v8",
        "podman takes the second entry, the others the first",
    ),
    case(
        "demo/cases:amd64-level",
        "x86-64 levels beside the base",
        "Docker takes the machine's level, Kubernetes and podman the base",
    ),
    case("demo/cases:amd64-level-only", "x86-64-v3 and nothing below", "most engines find nothing"),
    case(
        "demo/cases:windows-build",
        "three builds of Windows",
        "which of them Windows Server 2019, 2022 and 2025 run",
    ),
    case(
        "demo/cases:mirror-differs",
        "a list that a mirror has one image of",
        "w asks its mirror too; in a shell: platy why … --mirror HOST/mirror",
    ),
    case(
        "demo/pinned-child:latest",
        "a list whose entries get pinned",
        "Y on an entry copies its reference by digest; open that with o, then press w",
    ),
    case(
        "demo/cases:descriptor-differs",
        "an OCI image listed as Docker's",
        "the type in the entry and the one in the manifest",
    ),
    case(
        "demo/cases:content-type",
        "a list sent as application/json",
        "who goes by the header, and what each engine makes of it",
    ),
    case(
        "demo/cases:orphan-attestation",
        "an attestation without its image",
        "the list was thinned out, and the attestation was left behind",
    ),
    case(
        "demo/cases:windows-version",
        "Windows without os.version",
        "engines cannot tell which hosts run it",
    ),
    case(
        "demo/cases:created-in-future",
        "an image from the year 2099",
        "the time in its config: the clock of the builder was wrong",
    ),
    case(
        "demo/cases:odd-annotations",
        "annotations that keep to no rule",
        "a time that is none, an address that is none, a reserved key",
    ),
];

const fn case(reference: &'static str, title: &'static str, look_at: &'static str) -> Sample {
    Sample { reference, title, look_at }
}

pub(super) fn fill(store: &Store) -> io::Result<()> {
    let repository = store.repository("demo/cases");
    let list = |tag: &str, platforms: &[(&str, &str)]| -> io::Result<Vec<Descriptor>> {
        let entries = platforms
            .iter()
            .map(|(architecture, variant)| {
                let platform = Platform::new("linux", architecture, variant);
                Ok(image(&repository, &platform, "case", 2)?.push())
            })
            .collect::<io::Result<Vec<_>>>()?;
        repository.index().entries(entries.clone()).push_tag(tag);
        Ok(entries)
    };
    list("platform-not-listed", &[("s390x", ""), ("ppc64le", "")])?;
    let whole = list("flattened-tag-1.0", &[("amd64", ""), ("arm64", "v8")])?;
    if let Some(promoted) = whole.first() {
        repository.tag("flattened-tag", &promoted.digest);
    }
    list("32-bit-fallback", &[("386", ""), ("arm", "v7")])?;
    list("arm-variant", &[("arm", "v7"), ("arm", "v6"), ("arm", "")])?;
    list("arm64-variant", &[("arm64", ""), ("arm64", "v8"), ("amd64", "")])?;
    list("amd64-level", &[("amd64", ""), ("amd64", "v2"), ("amd64", "v3"), ("amd64", "v4")])?;
    list("amd64-level-only", &[("amd64", "v3"), ("arm64", "v8")])?;
    shared_layers(&repository)?;
    size_outlier(&repository)?;
    duplicates(&repository)?;
    windows_builds(&repository)?;
    mirrored(store)?;
    let whole = list_of_two(&store.repository("demo/pinned-child"), "pinned")?;
    whole.push_tag("latest");
    badly_listed(&repository)
}

fn shared_layers(repository: &RepositoryStore) -> io::Result<()> {
    let amd64 = Platform::new("linux", "amd64", "");
    let layers = [base(&amd64, 2)?, app(&amd64, "shared", 1)?];
    let entries = ["amd64", "arm64"].map(|architecture| {
        let platform = Platform::new("linux", architecture, "");
        configured(repository, &platform, "shared", layers.clone()).push()
    });
    repository.index().entries(entries).push_tag("shared-layers");
    Ok(())
}

fn size_outlier(repository: &RepositoryStore) -> io::Result<()> {
    let entries = [("amd64", 24), ("arm64", 24), ("s390x", 1), ("riscv64", 24)]
        .into_iter()
        .map(|(architecture, kib)| {
            let platform = Platform::new("linux", architecture, "");
            Ok(image(repository, &platform, "sized", kib)?.push())
        })
        .collect::<io::Result<Vec<_>>>()?;
    repository.index().entries(entries).push_tag("size-outlier");
    Ok(())
}

fn duplicates(repository: &RepositoryStore) -> io::Result<()> {
    let amd64 = Platform::new("linux", "amd64", "");
    let first = image(repository, &amd64, "first", 2)?.push();
    let mut second = image(repository, &amd64, "second", 2)?.push();
    second.platform = Some(Platform::new("linux", "x86_64", ""));
    repository.index().entries([first, second]).push_tag("duplicate-platform");
    Ok(())
}

fn windows_builds(repository: &RepositoryStore) -> io::Result<()> {
    let entries = ["10.0.14393.7159", "10.0.17763.5696", "10.0.20348.2402"]
        .into_iter()
        .map(|version| Ok(image(repository, &windows(version), "built", 2)?.push()))
        .collect::<io::Result<Vec<_>>>()?;
    repository.index().entries(entries).push_tag("windows-build");
    Ok(())
}

fn list_of_two(repository: &RepositoryStore, name: &str) -> io::Result<IndexBuilder> {
    let entries = [("amd64", ""), ("arm64", "v8")]
        .into_iter()
        .map(|(architecture, variant)| {
            let platform = Platform::new("linux", architecture, variant);
            Ok(image(repository, &platform, name, 2)?.push())
        })
        .collect::<io::Result<Vec<_>>>()?;
    Ok(repository.index().entries(entries))
}

/// A pull-through cache under `mirror/` of the same registry has the image that its first client
/// asked for, under the tag of the list.
fn mirrored(store: &Store) -> io::Result<()> {
    list_of_two(&store.repository("demo/cases"), "mirrored")?.push_tag("mirror-differs");
    let cache = store.repository("mirror/demo/cases");
    let amd64 = Platform::new("linux", "amd64", "");
    image(&cache, &amd64, "mirrored", 2)?.push_tag("mirror-differs");
    Ok(())
}

/// Lists whose images are good, and which do not tell the truth about them.
fn badly_listed(repository: &RepositoryStore) -> io::Result<()> {
    let amd64 = Platform::new("linux", "amd64", "");
    let good = image(repository, &amd64, "listed", 2)?.push();
    let mut other = good.clone();
    other.media_type = MediaType::DockerManifest;
    repository.index().entry(other).push_tag("descriptor-differs");

    let list = repository.index().entries([good.clone()]).push();
    let bytes = repository.manifest(list.digest.as_str()).unwrap_or_default();
    // Other bytes, for the digest stands for the document of the right type.
    let bytes = [&bytes[..], b"\n"].concat();
    let mistyped = repository.put_manifest("application/json", bytes);
    repository.tag("content-type", &mistyped.digest);

    let arm64 = Platform::new("linux", "arm64", "v8");
    let left_out = image(repository, &arm64, "listed", 2)?.push();
    let attestations = [&good, &left_out].map(|image| attestation(repository, image));
    repository.index().entry(good.clone()).entries(attestations).push_tag("orphan-attestation");

    let mut windows = image(repository, &windows("10.0.20348.2402"), "listed", 2)?.push();
    windows.platform = Some(Platform::new("windows", "amd64", ""));
    repository.index().entries([good.clone(), windows]).push_tag("windows-version");

    let early = image(repository, &amd64, "early", 2)?.created("2099-01-01T00:00:00Z").push();
    repository.index().entry(early).push_tag("created-in-future");

    repository
        .index()
        .annotation("org.opencontainers.image.created", "yesterday")
        .annotation("org.opencontainers.image.source", "our server")
        .annotation("org.opencontainers.image.maintainer", "nobody")
        .entry(good)
        .push_tag("odd-annotations");
    Ok(())
}
