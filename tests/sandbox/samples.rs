//! The sample images, walked over HTTP.

use std::collections::BTreeSet;
use std::io::Read as _;

use flate2::read::MultiGzDecoder;
use platy::oci::{
    Algorithm, ConfigDocument, Descriptor, Digest, Document, Entry, Kind, Manifest, MediaType,
};
use platy::sandbox::{SandboxOptions, samples};
use serde_json::Value;

use super::{Lab, header};

/// What a walk came upon.
#[derive(Debug, Default)]
struct Walked {
    images: usize,
    depth: usize,
    platforms: Vec<String>,
    /// Programs as `platform of the config: first bytes`.
    programs: Vec<(String, Vec<u8>)>,
    /// What is missing, odd or wrong.
    problems: Vec<String>,
}

impl Lab {
    async fn with_samples() -> Self {
        Self::with(SandboxOptions { samples: true, ..SandboxOptions::default() }).await
    }

    async fn document(&self, repository: &str, reference: &str) -> Result<Document, String> {
        let response = self.get(&format!("/v2/{repository}/manifests/{reference}")).await;
        if response.status() != 200 {
            return Err(format!("manifest {}", response.status().as_u16()));
        }
        let media_type = MediaType::parse(header(&response, "content-type"));
        let digest: Digest = header(&response, "docker-content-digest").parse().unwrap();
        let bytes = response.bytes().await.unwrap();
        // The digest of schema 1 leaves the signatures out.
        assert!(media_type.is_schema1() || digest.matches(&bytes), "{repository} {reference}");
        Document::parse(bytes, Some(&media_type), Algorithm::Sha256)
    }

    async fn blob(&self, repository: &str, entry: &Entry) -> Result<Vec<u8>, String> {
        let Some(descriptor) = entry.descriptor() else {
            return Err("odd entry".to_owned());
        };
        if !descriptor.urls.is_empty() {
            return Err("elsewhere".to_owned());
        }
        let blob = self.get(&format!("/v2/{repository}/blobs/{}", descriptor.digest)).await;
        if blob.status() != 200 {
            return Err(format!("blob {}", blob.status().as_u16()));
        }
        let bytes = blob.bytes().await.unwrap();
        assert!(descriptor.digest.matches(&bytes));
        assert_eq!(descriptor.size, bytes.len() as u64);
        Ok(bytes.to_vec())
    }

    async fn walk(&self, reference: &str) -> Walked {
        let (repository, tag) = reference.split_once(':').unwrap();
        let mut walked = Walked::default();
        let mut ahead = vec![(tag.to_owned(), None::<Descriptor>, 0)];
        while let Some((reference, entry, depth)) = ahead.pop() {
            walked.depth = walked.depth.max(depth);
            let document = match self.document(repository, &reference).await {
                Ok(document) => document,
                Err(problem) => {
                    walked.problems.push(problem);
                    continue;
                }
            };
            if entry.as_ref().is_some_and(|entry| entry.size != document.size()) {
                walked.problems.push("size".to_owned());
            }
            match document.manifest {
                Manifest::Index(index) => {
                    for entry in index.entries.iter().rev() {
                        match entry {
                            Entry::Descriptor(entry) => {
                                let platform = entry.platform.as_ref().map(ToString::to_string);
                                walked.platforms.extend(platform);
                                let digest = entry.digest.to_string();
                                ahead.push((digest, Some((**entry).clone()), depth + 1));
                            }
                            Entry::Odd { problem, .. } => walked.problems.push(problem.clone()),
                        }
                    }
                }
                Manifest::Image(image) => self.image(repository, image, &mut walked).await,
                _ => {}
            }
        }
        walked.platforms.sort();
        walked
    }

    async fn image(&self, repository: &str, image: platy::oci::Image, walked: &mut Walked) {
        walked.images += usize::from(!image.is_artifact());
        let config = match self.blob(repository, &image.config).await {
            Ok(bytes) => bytes,
            Err(problem) => return walked.problems.push(problem),
        };
        let mut contents = Vec::new();
        for (number, layer) in image.layers.iter().enumerate() {
            match self.blob(repository, layer).await {
                Ok(bytes) => contents.push((number, layer.descriptor().unwrap().clone(), bytes)),
                Err(problem) => walked.problems.push(problem),
            }
        }
        if image.is_artifact() {
            return;
        }
        let config = ConfigDocument::parse(config.into(), Algorithm::Sha256).unwrap().config;
        for (number, layer, bytes) in &contents {
            if !layer.media_type.is_layer() {
                continue;
            }
            let mut plain = Vec::new();
            match layer.media_type.compression() {
                platy::oci::Compression::Gzip => {
                    MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut plain).unwrap();
                }
                platy::oci::Compression::Zstd => plain = zstd::decode_all(&bytes[..]).unwrap(),
                _ => plain.clone_from(bytes),
            }
            // One sample is about a diff ID that is missing.
            if let Some(Some(diff_id)) = config.diff_ids.get(*number) {
                assert!(diff_id.matches(&plain), "{repository}");
            } else {
                walked.problems.push("no diff ID".to_owned());
            }
            for file in tar::Archive::new(plain.as_slice()).entries().unwrap() {
                let mut file = file.unwrap();
                let mut content = Vec::new();
                file.read_to_end(&mut content).unwrap();
                if content.starts_with(b"MZ") || content.starts_with(b"\x7fELF") {
                    content.truncate(20);
                    walked.programs.push((config.platform.short(), content));
                }
            }
        }
    }
}

#[tokio::test]
async fn every_sample_is_there_and_whole_but_for_what_it_is_about() {
    let lab = Lab::with_samples().await;
    for sample in samples() {
        let mut problems = lab.walk(sample.reference).await.problems;
        problems.sort();
        let expected: &[&str] = match sample.reference {
            "demo/broken:latest" => &["blob 404", "blob 404", "manifest 404", "size"],
            "demo/cases:diff-ids-misfit" => &["no diff ID"],
            "demo/odd:foreign" => &["elsewhere"],
            "demo/odd:odd-entry" => &[
                "it has no digest",
                "it is not an object",
                "its digest \"sha256:abc\": 64 hex digits expected, 3 found",
                "its size is -1",
            ],
            _ => &[],
        };
        assert_eq!(problems, expected, "{}", sample.reference);
    }
}

#[tokio::test]
async fn samples_are_what_their_titles_say() {
    let lab = Lab::with_samples().await;
    for (reference, kind) in [
        ("demo/odd:artifact", Kind::Artifact),
        ("demo/odd:chart", Kind::Artifact),
        ("demo/odd:artifact-manifest", Kind::Artifact),
        ("demo/odd:schema1", Kind::Schema1),
        ("demo/odd:unknown", Kind::Unknown),
        ("demo/odd:foreign", Kind::Image),
        ("demo/odd:no-platform", Kind::Index),
        ("demo/tags:latest", Kind::Image),
        ("yorek/multiarch-hello-world:latest", Kind::Index),
        ("yorek/multiarch-hello-world:linux", Kind::Image),
    ] {
        let (repository, tag) = reference.split_once(':').unwrap();
        let document = lab.document(repository, tag).await.unwrap();
        assert_eq!(document.kind(), kind, "{reference}");
    }
    let hello = lab.walk("yorek/multiarch-hello-world:latest").await;
    assert_eq!(hello.platforms, ["linux/amd64", "windows(10.0.17763.5696)/amd64"]);
    let ten = lab.walk("demo/ten-platforms:latest").await;
    // The images and their attestations, which look like images.
    assert_eq!((ten.images, ten.platforms.len()), (20, 20));
    assert_eq!(lab.walk("demo/nested:latest").await.depth, 3);
    assert_eq!(lab.sandbox.store().repository("demo/tags").tags().len(), 1000);

    let many = lab.walk("demo/five-hundred:latest").await;
    assert_eq!(many.images, 500);
    let different: BTreeSet<_> = many.platforms.iter().collect();
    assert_eq!(different.len(), 500);
}

#[tokio::test]
async fn programs_are_what_the_configs_say_but_for_the_liar() {
    let lab = Lab::with_samples().await;
    let number = |architecture: &str| match architecture {
        "linux/386" => 3,
        "linux/arm/v5" | "linux/arm/v6" | "linux/arm/v7" => 40,
        "linux/amd64" => 62,
        "linux/arm64/v8" => 183,
        "linux/ppc64le" => 21,
        "linux/riscv64" => 243,
        "linux/s390x" => 22,
        other => panic!("{other}"),
    };
    let lies = |programs: &[(String, Vec<u8>)]| {
        let lie = |(platform, bytes): &&(String, Vec<u8>)| {
            if bytes.starts_with(b"MZ") {
                return platform != "windows/amd64";
            }
            u16::from(bytes[18]) + u16::from(bytes[19]) != number(platform)
        };
        programs.iter().filter(lie).count()
    };
    let ten = lab.walk("demo/ten-platforms:latest").await;
    assert_eq!((ten.programs.len(), lies(&ten.programs)), (20, 0));
    let liar = lab.walk("demo/liar:latest").await;
    assert_eq!((liar.programs.len(), lies(&liar.programs)), (8, 1));
}

#[tokio::test]
async fn the_ten_platforms_have_referrers_in_every_form() {
    for referrers_api in [true, false] {
        let options = SandboxOptions { samples: true, referrers_api, ..SandboxOptions::default() };
        let lab = Lab::with(options).await;
        let repository = lab.sandbox.store().repository("demo/ten-platforms");
        let index = repository.resolve("latest").unwrap();
        let path = if referrers_api {
            format!("referrers/{index}")
        } else {
            format!("manifests/sha256-{}", index.hex())
        };
        let list = lab.get(&format!("/v2/demo/ten-platforms/{path}")).await;
        let list: Value = serde_json::from_slice(&list.bytes().await.unwrap()).unwrap();
        let types: Vec<_> =
            list["manifests"].as_array().unwrap().iter().map(|it| &it["artifactType"]).collect();
        assert_eq!(
            types,
            ["application/spdx+json", "application/vnd.dev.cosign.artifact.sig.v1+json"]
        );
        for suffix in ["sig", "att", "sbom"] {
            let tag = format!("sha256-{}.{suffix}", index.hex());
            assert!(lab.document("demo/ten-platforms", &tag).await.is_ok());
        }
        assert_eq!(repository.resolve("1.2"), Some(index));
        assert_ne!(repository.resolve("1.1"), repository.resolve("1.2"));
    }
}
