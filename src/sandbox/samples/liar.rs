//! Labels that are not true.

use std::io;

use super::rootfs::{app, base, configured, image};
use super::sample::Sample;
use crate::oci::Platform;
use crate::sandbox::Store;

pub(super) const SAMPLES: &[Sample] = &[Sample {
    reference: "demo/liar:latest",
    title: "labels that lie",
    look_at: "entry says arm64, config amd64; or both say arm64 and the program is x86-64",
}];

pub(super) fn fill(store: &Store) -> io::Result<()> {
    let repository = store.repository("demo/liar");
    let amd64 = Platform::new("linux", "amd64", "");
    let arm64 = Platform::new("linux", "arm64", "");
    let arm64_v8 = Platform::new("linux", "arm64", "v8");
    let v6 = Platform::new("linux", "arm", "v6");
    let v7 = Platform::new("linux", "arm", "v7");

    let honest = image(&repository, &amd64, "liar", 8)?.push();
    // Built for the wrong platform, then listed under the one that was wanted.
    let mut listed = image(&repository, &amd64, "listed", 8)?.push();
    listed.platform = Some(arm64);
    // A cross-build that forgot to cross-compile.
    let inside = [base(&arm64_v8, 8)?, app(&amd64, "inside", 4)?];
    let inside = configured(&repository, &arm64_v8, "inside", inside).push();
    let mut variant = image(&repository, &v6, "variant", 8)?.push();
    variant.platform = Some(v7);
    repository.index().entries([honest, listed, inside, variant]).push_tag("latest");
    Ok(())
}
