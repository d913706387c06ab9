//! An index of which parts are missing or wrong.

use std::io;

use super::rootfs::image;
use super::sample::Sample;
use crate::oci::{Descriptor, Digest, Manifest, MediaType, Platform};
use crate::sandbox::{RepositoryStore, Store};

pub(super) const SAMPLES: &[Sample] = &[Sample {
    reference: "demo/broken:latest",
    title: "an index with missing parts",
    look_at: "a child, a config and a layer that are not there, and a size that is wrong",
}];

pub(super) fn fill(store: &Store) -> io::Result<()> {
    let repository = store.repository("demo/broken");
    let make = |architecture, variant| -> io::Result<Descriptor> {
        let platform = Platform::new("linux", architecture, variant);
        Ok(image(&repository, &platform, &format!("{architecture}{variant}"), 4)?.push())
    };
    let whole = make("amd64", "")?;
    let no_manifest = make("arm64", "v8")?;
    repository.remove_manifest(&no_manifest.digest);
    let no_config = make("arm", "v7")?;
    if let Some(config) = parts(&repository, &no_config).first() {
        repository.remove_blob(config);
    }
    let no_layer = make("s390x", "")?;
    if let Some(layer) = parts(&repository, &no_layer).last() {
        repository.remove_blob(layer);
    }
    let mut wrong_size = make("386", "")?;
    wrong_size.size += 7;
    repository
        .index()
        .entries([whole, no_manifest, no_config, no_layer, wrong_size])
        .push_tag("latest");
    Ok(())
}

/// The digests of an image's config and layers, in this order.
fn parts(repository: &RepositoryStore, image: &Descriptor) -> Vec<Digest> {
    let bytes = repository.manifest(image.digest.as_str()).unwrap_or_default();
    match Manifest::parse(&MediaType::OciManifest, &bytes) {
        Ok(Manifest::Image(image)) => [&image.config]
            .into_iter()
            .chain(&image.layers)
            .filter_map(|entry| entry.descriptor().map(|part| part.digest.clone()))
            .collect(),
        _ => Vec::new(),
    }
}
