//! The parsers of manifests and configs, and what is concluded from them at once. Documents that
//! are whole are damaged, so that the input gets past the JSON.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use platy::oci::{Algorithm, ConfigDocument, Document, Manifest, MediaType};
use platy::model::check::launch;
use platy::model::files::Layers;

const TYPES: [&str; 7] = [
    "",
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.v1+prettyjws",
    "application/vnd.oci.artifact.manifest.v1+json",
];

/// What is damaged; the first is nothing at all.
const DOCUMENTS: [&str; 5] = [
    "",
    r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":7,"platform":{"os":"windows","architecture":"arm64","variant":"v8","os.version":"10.0.1.2","os.features":["win32k"]},"annotations":{"vnd.docker.reference.type":"attestation-manifest","vnd.docker.reference.digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}],"annotations":{"a":"b"}}"#,
    r#"{"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":2},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":32,"urls":["http://a"]}],"subject":{"digest":"","size":-1}}"#,
    r#"{"schemaVersion":1,"name":"a","tag":"b","architecture":"amd64","fsLayers":[{"blobSum":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}],"history":[{"v1Compatibility":"{\"id\":\"1\",\"throwaway\":true}"}]}"#,
    r#"{"os":"linux","architecture":"arm","variant":"v7","created":"2024-01-01T00:00:00Z","config":{"Entrypoint":["/bin/sh","-c","exec tini -- \"$A\" | b"],"Cmd":["run"],"Env":["PATH=/bin:/sbin","A=b"],"WorkingDir":"w","User":"0"},"rootfs":{"type":"layers","diff_ids":["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]},"history":[{"created_by":"COPY a b","empty_layer":true},{"created_by":"RUN x"}]}"#,
];

#[derive(Debug, Arbitrary)]
struct Input<'a> {
    stated: u8,
    base: u8,
    /// What is put where, in place of so many bytes.
    changes: Vec<(u16, u8, &'a [u8])>,
    rest: &'a [u8],
}

fuzz_target!(|input: Input<'_>| {
    let mut text = DOCUMENTS[usize::from(input.base) % DOCUMENTS.len()].as_bytes().to_vec();
    for (at, length, with) in input.changes {
        let at = usize::from(at).min(text.len());
        let end = (at + usize::from(length)).min(text.len());
        text.splice(at..end, with.iter().copied());
    }
    text.extend_from_slice(input.rest);
    check(Bytes::from(text), input.stated);
});

fn check(bytes: Bytes, stated: u8) {
    let how = usize::from(stated);
    let stated = TYPES[how % TYPES.len()];
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
}
