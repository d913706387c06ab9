//! Two releases of one list, with every sort of change between them, and one entry on its own.

use std::io;

use super::rootfs::{app, base, configured, notes};
use super::sample::Sample;
use super::ten_platforms::attestation;
use crate::oci::{Descriptor, Platform};
use crate::sandbox::{ImageBuilder, RepositoryStore, Store};

const NAME: &str = "shop";

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        reference: "demo/compare:1",
        title: "a release to compare with the next",
        look_at: "= compares it with demo/compare:2: changed, added, removed, relabelled",
    },
    Sample {
        reference: "demo/compare:2",
        title: "the next release",
        look_at: "arm64 has a layer that is only packed otherwise, and one that is new",
    },
    Sample {
        reference: "demo/compare:flat",
        title: "the arm64 image of release 1 alone",
        look_at: "the same config and layers under another manifest: the list flattened",
    },
];

pub(super) fn fill(store: &Store) -> io::Result<()> {
    let repository = store.repository("demo/compare");
    let amd64 = first(&repository, "amd64", "")?.push();
    let arm64 = first(&repository, "arm64", "v8")?;
    let v6 = first(&repository, "arm", "v6")?.push();
    let riscv = first(&repository, "riscv64", "")?.push();
    let mut mistyped = riscv.clone();
    mistyped.platform = Some(Platform::new("linux", "riscv", ""));
    let ppc64le = first(&repository, "ppc64le", "")?.push();
    let old = arm64.clone().push();
    let attested = attestation(&repository, &old);
    let one: [Descriptor; 6] = [amd64.clone(), old, attested, v6, mistyped, ppc64le.clone()];
    repository.index().entries(one).annotation("org.example.release", "1").push_tag("1");
    let new = second(&repository)?.push();
    let attested = attestation(&repository, &new);
    let two = [ppc64le, amd64, new, attested, riscv, s390x(&repository)?];
    repository.index().entries(two).annotation("org.example.release", "2").push_tag("2");
    arm64.docker().push_tag("flat");
    Ok(())
}

fn first(
    repository: &RepositoryStore,
    architecture: &str,
    variant: &str,
) -> io::Result<ImageBuilder> {
    let platform = Platform::new("linux", architecture, variant);
    let layers = [base(&platform, 24)?, app(&platform, NAME, 8)?];
    Ok(configured(repository, &platform, NAME, layers)
        .layer(notes(NAME)?)
        .env("LOG=info")
        .label("org.opencontainers.image.version", "1"))
}

/// The same base, another program, the same notes packed otherwise, and one layer more.
fn second(repository: &RepositoryStore) -> io::Result<ImageBuilder> {
    let platform = Platform::new("linux", "arm64", "v8");
    let layers = [base(&platform, 24)?, app(&platform, NAME, 9)?];
    Ok(configured(repository, &platform, NAME, layers)
        .layer(notes(NAME)?.packed_anew()?)
        .layer(app(&platform, "shop-admin", 3)?)
        .created("2026-05-02T08:00:00Z")
        .env("LOG=warn")
        .label("org.opencontainers.image.version", "2"))
}

fn s390x(repository: &RepositoryStore) -> io::Result<Descriptor> {
    Ok(first(repository, "s390x", "")?.push())
}
