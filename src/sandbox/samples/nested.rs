//! Indexes in indexes.

use std::io;

use super::rootfs::{image, windows};
use super::sample::Sample;
use crate::oci::{Descriptor, Platform};
use crate::sandbox::Store;

pub(super) const SAMPLES: &[Sample] = &[Sample {
    reference: "demo/nested:latest",
    title: "an index of indexes",
    look_at: "three levels, which few engines follow",
}];

pub(super) fn fill(store: &Store) -> io::Result<()> {
    let repository = store.repository("demo/nested");
    let make = |platform: &Platform| -> io::Result<Descriptor> {
        Ok(image(&repository, platform, "nested", 4)?.push())
    };
    let linux = |architecture, variant| Platform::new("linux", architecture, variant);
    let index = |name: &str, entries: Vec<Descriptor>| {
        let mut entry = repository.index().annotation("family", name).entries(entries).push();
        entry.annotations.insert("family".to_owned(), name.to_owned());
        entry
    };
    let arm = vec![make(&linux("arm", "v7"))?, make(&linux("arm64", "v8"))?];
    let arm = index("arm", arm);
    let all_linux = vec![make(&linux("amd64", ""))?, arm];
    let all_linux = index("linux", all_linux);
    let windows = vec![make(&windows("10.0.17763.5696"))?, make(&windows("10.0.20348.2402"))?];
    let windows = index("windows", windows);
    repository.index().entries([all_linux, windows]).push_tag("latest");
    Ok(())
}
