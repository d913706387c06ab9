//! Everything else that a registry can answer with.

use std::io;

use serde_json::json;

use super::rootfs::{app, base, configured, image, notes, windows};
use super::sample::Sample;
use super::schema1::schema1;
use crate::oci::{Algorithm, Descriptor, Digest, MediaType, Platform};
use crate::sandbox::{Layer, RepositoryStore, Store, TarFile, descriptor_json};

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        reference: "demo/odd:artifact",
        title: "an artifact",
        look_at: "artifactType and the empty config: nothing in it runs",
    },
    Sample {
        reference: "demo/odd:chart",
        title: "a Helm chart",
        look_at: "an artifact that is known by the type of its config",
    },
    Sample {
        reference: "demo/odd:artifact-manifest",
        title: "OCI 1.1's withdrawn artifact manifest",
        look_at: "a media type that was withdrawn, and that registries still hold",
    },
    Sample {
        reference: "demo/odd:schema1",
        title: "a Docker schema 1 manifest, signed",
        look_at: "what images were before 2016; its digest leaves the signature out",
    },
    Sample {
        reference: "demo/odd:unknown",
        title: "an unknown media type",
        look_at: "the raw bytes, which are all there is",
    },
    Sample {
        reference: "demo/odd:no-platform",
        title: "an index entry without a platform",
        look_at: "what each engine makes of it",
    },
    Sample {
        reference: "demo/odd:foreign",
        title: "a foreign layer",
        look_at: "a layer with URLs, which the registry itself does not have",
    },
    Sample {
        reference: "demo/odd:sha512",
        title: "a child named by sha512",
        look_at: "the longer digests, which are verified like the others",
    },
    Sample {
        reference: "demo/odd:odd-entry",
        title: "an index with broken entries",
        look_at: "each odd entry names its problem and leaves the others alone",
    },
    Sample {
        reference: "demo/odd:plain",
        title: "layers that are not packed",
        look_at: "layers without gzip, and a history that is shorter than the layers",
    },
];

const HELM_CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";
const HELM_CHART: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";

pub(super) fn fill(store: &Store) -> io::Result<()> {
    let repository = store.repository("demo/odd");
    artifacts(&repository)?;
    let platform = Platform::new("linux", "amd64", "");
    let image = image(&repository, &platform, "odd", 4)?.push();
    schema1(&repository, &[base(&platform, 4)?, app(&platform, "old", 2)?]);
    let unknown = repository.put_manifest(
        "application/vnd.example.manifest.v3+json",
        "{\n  \"schemaVersion\": 3,\n  \"contents\": [\"what is this?\"]\n}\n",
    );
    repository.tag("unknown", &unknown.digest);
    let mut nameless = image.clone();
    nameless.platform = None;
    repository.index().entries([nameless, image.clone()]).push_tag("no-platform");
    foreign(&repository)?;
    sha512(&repository, &platform)?;
    odd_entries(&repository, &image);
    repository
        .image("linux", "amd64", "")
        .layer(Layer::plain("COPY a /a", &[TarFile::text("a", "not packed\n")])?)
        .push_tag("plain");
    Ok(())
}

fn artifacts(repository: &RepositoryStore) -> io::Result<()> {
    repository
        .artifact("application/vnd.example.recipe.v1")
        .annotated_blob(
            "text/markdown",
            "# Fish soup\n\nNo platys.\n",
            &[("org.opencontainers.image.title", "recipe.md")],
        )
        .annotation("org.opencontainers.image.created", "2026-05-04T09:30:00Z")
        .push_tag("artifact");
    let chart = json!({ "name": "aquarium", "version": "0.3.0", "apiVersion": "v2" });
    let files = [TarFile::text("aquarium/Chart.yaml", "name: aquarium\nversion: 0.3.0\n")];
    repository
        .artifact("")
        .config(HELM_CONFIG, chart.to_string())
        .blob(HELM_CHART, Layer::gzip("", &files)?.bytes().clone())
        .push_tag("chart");
    let blob = repository.put_blob("SBOM of old\n");
    let manifest = json!({
        "mediaType": MediaType::OciArtifact.as_str(),
        "artifactType": "application/vnd.example.sbom.v1",
        "blobs": [{ "mediaType": "text/plain", "digest": blob, "size": 12 }],
    });
    let old = repository.put_manifest(MediaType::OciArtifact.as_str(), manifest.to_string());
    repository.tag("artifact-manifest", &old.digest);
    Ok(())
}

/// A Windows image as it was before 2023: its base is only to be had from Microsoft.
fn foreign(repository: &RepositoryStore) -> io::Result<()> {
    let platform = windows("10.0.17763.5696");
    let base = base(&platform, 8)?
        .with_media_type("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")
        .with_url("https://mcr.example.com/v2/windows/nanoserver/blobs/base");
    let layers = [base, app(&platform, "foreign", 4)?];
    configured(repository, &platform, "foreign", layers).docker().push_tag("foreign");
    Ok(())
}

/// An index, named by sha256, of an image in which everything is named by sha512.
fn sha512(repository: &RepositoryStore, platform: &Platform) -> io::Result<()> {
    let named = |media_type: &str, bytes: bytes::Bytes| {
        let digest = Digest::of(Algorithm::Sha512, &bytes);
        let size = bytes.len() as u64;
        repository.put_blob_as(&digest, bytes);
        descriptor_json(&Descriptor::new(MediaType::parse(media_type), digest, size))
    };
    let layer = notes("sha512")?;
    let config = json!({
        "created": "2026-05-04T09:30:00Z",
        "architecture": platform.architecture,
        "os": platform.os,
        "config": { "Cmd": ["/bin/sh"] },
        "rootfs": {
            "type": "layers",
            "diff_ids": [layer.diff_id()],
        },
        "history": [{ "created": "2026-05-04T09:30:00Z", "created_by": layer.created_by() }],
    });
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MediaType::OciManifest.as_str(),
        "config": named(MediaType::OciConfig.as_str(), config.to_string().into()),
        "layers": [named("application/vnd.oci.image.layer.v1.tar+gzip", layer.bytes().clone())],
    });
    let manifest = manifest.to_string();
    let digest = Digest::of(Algorithm::Sha512, manifest.as_bytes());
    let mut child = repository.put_manifest_as(&digest, MediaType::OciManifest.as_str(), manifest);
    child.platform = Some(platform.clone());
    repository.index().entry(child).push_tag("sha512");
    Ok(())
}

fn odd_entries(repository: &RepositoryStore, good: &Descriptor) {
    let manifest = MediaType::OciManifest;
    let platform = json!({ "architecture": "arm64", "os": "linux" });
    repository
        .index()
        .entry(good.clone())
        .odd_entry(json!({
            "mediaType": manifest.as_str(),
            "digest": "sha256:abc",
            "size": 528,
            "platform": platform,
        }))
        .odd_entry(json!({
            "mediaType": manifest.as_str(),
            "digest": good.digest,
            "size": -1,
            "platform": platform,
        }))
        .odd_entry(json!("not an object"))
        .odd_entry(json!({ "mediaType": manifest.as_str(), "platform": platform }))
        .push_tag("odd-entry");
}
