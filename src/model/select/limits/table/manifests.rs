//! What an entry leads to: its manifest, and what that says of its parts.

use super::super::fault::Kind;
use super::super::maker::Maker::{
    BuildKit, Containers, Crane, Docker, OciClient, OldClient, Oras, Regclient, Storage,
};
use super::{
    CONTAINERD, CONTAINERS, CRANE, DOCKERD, FETCHER, GO, GO_SEEN, HANDLERS, Limit, MOBY, NEW_GO,
    ORAS, PODMAN, REGCTL, SKOPEO, row,
};

pub(super) const ROWS: &[Limit] = &[
    row(
        Kind::MissingManifest,
        FETCHER,
        "failed to copy: httpReadSeeker: failed open: content at {url} not found: not found",
        CONTAINERD,
    ),
    row(
        Kind::MissingManifest,
        CONTAINERS,
        "copying system image from manifest list: determining manifest MIME type for \
         docker://{reference}: reading manifest {digest} in {repository}: manifest unknown",
        SKOPEO,
    ),
    row(
        Kind::MissingManifest,
        DOCKERD,
        "manifest for {reference} not found: manifest unknown",
        MOBY,
    ),
    row(Kind::MissingManifest, &[Crane], "GET {url}: MANIFEST_UNKNOWN: manifest unknown", CRANE),
    row(
        Kind::MissingManifest,
        &[Regclient],
        "failed to get manifest {repository}@{digest}: request failed: not found [http 404]",
        REGCTL,
    ),
    row(Kind::MissingManifest, &[Oras], "{digest}: not found", ORAS),
    Limit {
        kind: Kind::MissingManifest,
        makers: &[OciClient],
        words: None,
        source: "oci-client 0.18.0, read in its source",
    },
    row(
        Kind::EntryAbove4MiB,
        CONTAINERS,
        "copying system image from manifest list: determining manifest MIME type for \
         docker://{reference}: exceeded maximum allowed size of 4194304 bytes",
        "skopeo 1.9.3 and podman 4.3.1",
    ),
    row(
        Kind::EntryAbove4MiB,
        &[Oras],
        "read failed: content size {found} exceeds push size limit 4194304: size exceeds limit",
        ORAS,
    ),
    row(
        Kind::ConfigSize,
        CONTAINERS,
        "copying system image from manifest list: writing blob: Size mismatch when copying \
         {digest}, expected {stated}, got {found}",
        "skopeo 1.9.3 (podman 4.3.1: `blob size mismatch`)",
    ),
    row(
        Kind::ConfigSize,
        &[Crane],
        "GET {url}: Content-Length header {found} does not match expected size {stated}",
        CRANE,
    ),
    row(
        Kind::ConfigSize,
        &[Regclient],
        "failed to get blob, digest {digest}, ref {reference}: retry limit exceeded",
        REGCTL,
    ),
    row(
        Kind::MissingConfig,
        FETCHER,
        "failed to copy: httpReadSeeker: failed open: could not fetch content descriptor {digest} \
         ({media_type}) from remote: not found",
        CONTAINERD,
    ),
    row(
        Kind::MissingConfig,
        CONTAINERS,
        "reading config blob {digest}: fetching blob: blob unknown to registry",
        SKOPEO,
    ),
    row(Kind::MissingConfig, DOCKERD, "unknown blob", MOBY),
    row(Kind::MissingConfig, &[Crane], "GET {url}: BLOB_UNKNOWN: blob unknown to registry", CRANE),
    row(
        Kind::MissingConfig,
        &[Regclient],
        "failed to get blob, digest {digest}, ref {reference}: request failed: not found [http 404]",
        REGCTL,
    ),
    row(Kind::MissingConfig, &[Oras], "{digest}: not found", ORAS),
    row(
        Kind::SizeAbove,
        FETCHER,
        "short read: expected {stated} bytes but got {found}: unexpected EOF",
        CONTAINERD,
    ),
    row(
        Kind::SizeBelow,
        &[Docker],
        "failed size validation: {found} != {stated}: failed precondition",
        "moby v2.0.0-beta.24",
    ),
    row(
        Kind::SizeBelow,
        FETCHER,
        "failed to copy: httpReadSeeker: read past expected size {stated}: failed precondition",
        CONTAINERD,
    ),
    row(Kind::SizeAbove, &[Oras], "GET \"{url}\": mismatch Content-Length", ORAS),
    row(Kind::SizeBelow, &[Oras], "GET \"{url}\": mismatch Content-Length", ORAS),
    row(
        Kind::WrongManifest,
        FETCHER,
        "failed commit on ref \"{part}-{digest}\": unexpected commit digest {found}, expected \
         {digest}: failed precondition",
        CONTAINERD,
    ),
    row(
        Kind::WrongManifest,
        CONTAINERS,
        "copying system image from manifest list: determining manifest MIME type for \
         docker://{reference}: Manifest does not match provided manifest digest {digest}",
        SKOPEO,
    ),
    row(Kind::WrongManifest, DOCKERD, "manifest verification failed for digest {digest}", MOBY),
    row(
        Kind::WrongManifest,
        &[Crane],
        "manifest digest: \"{found}\" does not match requested digest: \"{digest}\" for \
         \"{repository}@{digest}\"",
        CRANE,
    ),
    row(
        Kind::WrongManifest,
        &[Regclient],
        "manifest digest mismatch, expected {digest}, computed {found}",
        REGCTL,
    ),
    row(Kind::WrongManifest, &[Oras], "mismatched digest", ORAS),
    Limit {
        kind: Kind::WrongManifest,
        makers: &[OciClient],
        words: None,
        source: "oci-client 0.18.0, read in its source",
    },
    row(
        Kind::WrongConfig,
        FETCHER,
        "failed commit on ref \"{part}-{digest}\": unexpected commit digest {found}, expected \
         {digest}: failed precondition",
        CONTAINERD,
    ),
    row(Kind::WrongConfig, DOCKERD, "image config verification failed for digest {digest}", MOBY),
    Limit {
        kind: Kind::WrongConfig,
        makers: &[Containers, Storage, Crane, Regclient, Oras, OciClient],
        words: None,
        source: "each of them compares digests, read in their sources",
    },
    row(
        Kind::MixedManifest,
        HANDLERS,
        "children: invalid desc {digest}: media-type: expected manifest but found index \
         ({media_type})",
        CONTAINERD,
    ),
    row(
        Kind::MixedManifest,
        &[BuildKit],
        "manifest: invalid desc {digest}: media-type: expected manifest but found index \
         ({media_type})",
        "BuildKit 0.34.2 with containerd 2.4.2, read in their sources",
    ),
    row(
        Kind::MixedManifest,
        CONTAINERS,
        "initializing image from source docker://{reference}: rejecting ambiguous manifest, \
         unexpected fields []string{\"manifests\"} in supposedly {media_type}",
        SKOPEO,
    ),
    row(
        Kind::MixedManifest,
        DOCKERD,
        "ocimanifest: expected manifest but found index",
        "distribution 3.1.2 and docker/distribution 2.8.3, read in their sources",
    ),
    row(
        Kind::ManifestCalledIndex,
        HANDLERS,
        "children: invalid desc {digest}: media-type: expected manifest but found index \
         ({media_type})",
        CONTAINERD,
    ),
    row(
        Kind::ManifestCalledIndex,
        &[BuildKit],
        "manifest: invalid desc {digest}: media-type: expected manifest but found index \
         ({media_type})",
        "BuildKit 0.34.2 with containerd 2.4.2, read in their sources",
    ),
    row(
        Kind::ManifestCalledIndex,
        &[Regclient],
        "manifest contains an unexpected media type: expected {media_type}, received {found}",
        REGCTL,
    ),
    row(
        Kind::ForeignLayerInDocker,
        CONTAINERS,
        "copying system image from manifest list: initializing image from source \
         docker://{reference}: unsupported docker v2s2 media type: \"{media_type}\"",
        SKOPEO,
    ),
    row(
        Kind::Sha512Manifest,
        CONTAINERS,
        "copying system image from manifest list: determining manifest MIME type for \
         docker://{reference}: Manifest does not match provided manifest digest {digest}",
        "containers/image 5.42.1 (it compares with a SHA-256, internal/manifest/manifest.go)",
    ),
    row(
        Kind::Sha512Manifest,
        &[OldClient],
        "unexpected commit digest sha256:…, expected {digest}: failed precondition",
        "containerd 1.6.20 (it hashes with SHA-256 alone until 2.0, plugins/content/local)",
    ),
    row(
        Kind::Sha512Config,
        &[OldClient],
        "unexpected commit digest sha256:…, expected {digest}: failed precondition",
        "containerd 1.6.20 (it hashes with SHA-256 alone until 2.0, plugins/content/local)",
    ),
    row(
        Kind::Sha512Layer,
        &[OldClient],
        "unexpected commit digest sha256:…, expected {digest}: failed precondition",
        "containerd 1.6.20 (it hashes with SHA-256 alone until 2.0, plugins/content/local)",
    ),
    Limit { kind: Kind::UnreadableManifest, makers: GO, words: None, source: GO_SEEN },
    Limit { kind: Kind::UnreadableNewField, makers: NEW_GO, words: None, source: GO_SEEN },
    row(
        Kind::SentOtherwise,
        &[Oras],
        "GET \"{url}\": mismatch response Content-Type \"{found}\": expect \"{media_type}\"",
        ORAS,
    ),
    row(
        Kind::NoConfig,
        FETCHER,
        "unable to fetch descriptor () which reports content size of zero: invalid argument",
        "containerd 2.4.2 and 1.6.20",
    ),
    row(
        Kind::NoConfig,
        &[Storage],
        "parsing image configuration: unsupported image-specific operation on artifact with type \
         \"\"",
        PODMAN,
    ),
    Limit { kind: Kind::NoConfig, makers: &[Crane], words: None, source: CRANE },
    row(Kind::NoConfig, &[Regclient], "invalid checksum digest format", REGCTL),
    row(Kind::NoConfig, &[Oras], ": invalid digest", ORAS),
    row(
        Kind::OddBlob,
        FETCHER,
        "could not fetch content descriptor {digest} ({media_type}) from remote: not found",
        "containerd 2.4.2 and 1.6.20",
    ),
    row(Kind::OddBlob, &[Crane], "{found}", CRANE),
    Limit {
        kind: Kind::OddBlob,
        makers: CONTAINERS,
        words: None,
        source: "skopeo 1.9.3 and podman 4.3.1",
    },
    row(
        Kind::OddLayer,
        FETCHER,
        "unable to fetch descriptor () which reports content size of zero: invalid argument",
        "containerd 2.4.2 and 1.6.20",
    ),
    row(
        Kind::OddLayer,
        CONTAINERS,
        "trying to reuse blob  at destination: Can not check for a blob with unknown digest",
        "skopeo 1.9.3 and podman 4.3.1",
    ),
    Limit { kind: Kind::OddLayer, makers: &[Crane], words: None, source: CRANE },
    row(
        Kind::ForeignConfig,
        &[Storage],
        "parsing image configuration: unsupported image-specific operation on artifact with type \
         \"{found}\"",
        "containers/image 5.42.1, read in its source (podman 4.3.1 names the config's type always)",
    ),
    row(
        Kind::MixedConfig,
        &[Storage],
        "parsing image configuration: invalid mixed OCI image with Docker v2s2 config (\"{found}\")",
        "containers/image 5.42.1, read in its source (podman 4.3.1 calls it an artifact)",
    ),
];
