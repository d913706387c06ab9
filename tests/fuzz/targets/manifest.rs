//! The parsers of manifests and configs, and what is concluded from them at once.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use platy::oci::{Algorithm, ConfigDocument, Document, Manifest, MediaType};
use platy::truth::{Layers, launch};

const TYPES: [&str; 7] = [
    "",
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.v1+prettyjws",
    "application/vnd.oci.artifact.manifest.v1+json",
];

fuzz_target!(|data: &[u8]| {
    let Some((how, text)) = data.split_first() else { return };
    let bytes = Bytes::copy_from_slice(text);
    let stated = TYPES[usize::from(*how) % TYPES.len()];
    let stated = (!stated.is_empty()).then(|| MediaType::parse(stated));
    let document = Document::parse(bytes.clone(), stated.as_ref(), Algorithm::Sha256);
    if let Ok(document) = &document {
        assert_eq!(document.bytes, bytes, "bytes are sacred");
        let _ = (document.kind(), document.manifest.annotations().map(|it| it.len()));
    }
    let Ok(config) = ConfigDocument::parse(bytes, Algorithm::Sha256) else { return };
    let _ = config.config.platform.to_string();
    let _ = launch(&config.config.runtime, &Layers::new(2, how % 2 == 1));
    if let Ok(Manifest::Image(image)) = document.map(|document| document.manifest) {
        let _ = config.config.steps(&image);
    }
});
