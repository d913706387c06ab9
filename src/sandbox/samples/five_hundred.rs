//! An index with 500 entries.

use std::collections::HashMap;
use std::io;

use super::rootfs::{app, base, configured};
use super::sample::Sample;
use crate::oci::Platform;
use crate::sandbox::{Layer, Store};

const ENTRIES: usize = 500;

pub(super) const SAMPLES: &[Sample] = &[Sample {
    reference: "demo/five-hundred:latest",
    title: "an index with 500 entries",
    look_at: "how what is on the screen loads first, and the search",
}];

pub(super) fn fill(store: &Store) -> io::Result<()> {
    let repository = store.repository("demo/five-hundred");
    let mut layers: HashMap<Platform, [Layer; 2]> = HashMap::new();
    let mut index = repository.index().annotation("org.opencontainers.image.version", "500");
    for platform in platforms().take(ENTRIES) {
        // Builds of one architecture share their layers, as they do in life.
        let family = Platform::new(&platform.os, &platform.architecture, "");
        let shared = match layers.get(&family) {
            Some(shared) => shared.clone(),
            None => {
                let made = [base(&family, 4)?, app(&family, "many", 2)?];
                layers.insert(family, made.clone());
                made
            }
        };
        index = index.entry(configured(&repository, &platform, "many", shared).push());
    }
    index.push_tag("latest");
    Ok(())
}

/// Linux, the BSDs, then ever more builds of Windows; no platform twice.
fn platforms() -> impl Iterator<Item = Platform> {
    let linux = [
        ("amd64", ""),
        ("arm64", "v8"),
        ("arm", "v7"),
        ("arm", "v6"),
        ("arm", "v5"),
        ("386", ""),
        ("ppc64le", ""),
        ("riscv64", ""),
        ("s390x", ""),
        ("loong64", ""),
        ("mips64le", ""),
        ("amd64", "v2"),
        ("amd64", "v3"),
        ("amd64", "v4"),
    ]
    .map(|(architecture, variant)| Platform::new("linux", architecture, variant));
    let versioned = |os: &'static str, architecture: &'static str, version: String| Platform {
        os_version: version,
        ..Platform::new(os, architecture, "")
    };
    let bsd = (13..15).flat_map(move |major| {
        (0..4).flat_map(move |minor| {
            ["amd64", "arm64"]
                .map(|architecture| versioned("freebsd", architecture, format!("{major}.{minor}")))
        })
    });
    let windows = (0_u32..).flat_map(move |month| {
        [14393, 17763, 20348, 26100].into_iter().flat_map(move |build| {
            ["amd64", "arm64"].map(|architecture| {
                let version = format!("10.0.{build}.{}", 1000 + month * 73);
                versioned("windows", architecture, version)
            })
        })
    });
    linux.into_iter().chain(bsd).chain(windows)
}
