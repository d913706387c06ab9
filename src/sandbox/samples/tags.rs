//! A repository with a thousand tags.

use std::io;

use super::rootfs::{app, base, configured};
use super::sample::Sample;
use crate::oci::{Descriptor, Platform};
use crate::sandbox::Store;

const TAGS: usize = 1000;
const IMAGES: usize = 20;

pub(super) const SAMPLES: &[Sample] = &[Sample {
    reference: "demo/tags:latest",
    title: "a thousand tags over twenty images",
    look_at: "the list of tags: natural order, filter, tags that share a digest",
}];

pub(super) fn fill(store: &Store) -> io::Result<()> {
    let repository = store.repository("demo/tags");
    let platform = Platform::new("linux", "amd64", "");
    let layers = [base(&platform, 4)?, app(&platform, "tagged", 2)?];
    let images: Vec<Descriptor> = (0..IMAGES)
        .map(|number| {
            configured(&repository, &platform, "tagged", layers.clone())
                .label("org.opencontainers.image.revision", &format!("{number:04x}"))
                .created(&format!("2026-04-{:02}T08:00:00Z", number + 1))
                .push()
        })
        .collect();
    // Each release has four tags, and twelve or thirteen releases were the same build.
    let releases = (1_usize..).flat_map(|major| {
        (0..12_usize).flat_map(move |minor| (0..5_usize).map(move |patch| (major, minor, patch)))
    });
    let names = releases.enumerate().flat_map(|(number, (major, minor, patch))| {
        let version = format!("{major}.{minor}.{patch}");
        [format!("{version}-alpine"), format!("v{version}"), format!("build-{number}"), version]
            .map(|name| (number, name))
    });
    let floating = ["latest", "stable", "edge"].map(|name| (IMAGES - 1, name.to_owned()));
    for (number, name) in floating.into_iter().chain(names).take(TAGS) {
        if let Some(image) = images.get(number % IMAGES) {
            repository.tag(&name, &image.digest);
        }
    }
    Ok(())
}
