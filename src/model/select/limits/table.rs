//! Who minds what, in whose words, and since when that is known.
//!
//! Every row was seen with the version that it names, if it does not say that it was read in its
//! source. Of an engine that has no row for a fault, nothing is known to fail.

use super::fault::Kind;
use super::maker::Maker::{
    self, BuildKit, Client, Containers, Crane, Ctr, CtrLocal, Docker, DockerRun, Graphdriver,
    OciClient, OldClient, OldGraphdriver, Oras, Regclient, Storage, Transfer, Windows,
};

/// One row: a fault, whose engines fail on it, and what they print.
pub(super) struct Limit {
    pub(super) kind: Kind,
    pub(super) makers: &'static [Maker],
    /// What they print; `None` if that is not known.
    pub(super) words: Option<&'static str>,
    /// The version.
    pub(super) source: &'static str,
}

impl Limit {
    /// The row of a maker for a fault.
    pub(super) fn of(maker: Maker, kind: Kind) -> Option<&'static Self> {
        LIMITS.iter().find(|limit| limit.kind == kind && limit.makers.contains(&maker))
    }
}

const fn row(
    kind: Kind,
    makers: &'static [Maker],
    words: &'static str,
    source: &'static str,
) -> Limit {
    Limit { kind, makers, words: Some(words), source }
}

/// containerd's fetcher and whoever uses it.
const FETCHER: &[Maker] = &[Client, OldClient, CtrLocal, Transfer, Ctr, Docker, BuildKit];
/// The same without what came before 2.1.
const NEW_FETCHER: &[Maker] = &[Client, CtrLocal, Transfer, Ctr, Docker, BuildKit];
/// Those of them that look into the document while they go down.
const HANDLERS: &[Maker] = &[Client, OldClient, CtrLocal, Transfer, Ctr, Docker];
/// containers/image.
const CONTAINERS: &[Maker] = &[Containers, Storage];
/// Whoever is written in Go.
const GO: &[Maker] = &[
    Client,
    OldClient,
    CtrLocal,
    Transfer,
    Ctr,
    Docker,
    Graphdriver,
    OldGraphdriver,
    Windows,
    BuildKit,
    Containers,
    Storage,
    Crane,
    Regclient,
    Oras,
];
/// The same with image-spec 1.1.
const NEW_GO: &[Maker] = &[
    Client, CtrLocal, Transfer, Ctr, Docker, BuildKit, Containers, Storage, Crane, Regclient, Oras,
];
/// Whoever unpacks with containerd's code.
const UNPACKERS: &[Maker] = HANDLERS;
const DOCKERD: &[Maker] = &[Graphdriver, OldGraphdriver, Windows];

const CONTAINERD: &str = "containerd 2.4.2";
const SKOPEO: &str = "skopeo 1.22 (containers/image 5.42)";
const CRANE: &str = "crane 0.22.1";
const REGCTL: &str = "regctl 0.11.7";
const ORAS: &str = "oras 1.3.6";
const PODMAN: &str = "podman 4.3.1";
const GO_SEEN: &str = "containerd 2.4.2 and 1.6.20, skopeo 1.9.3, crane 0.22.1 (`json: cannot \
     unmarshal …`, with the name of the field)";
const MOBY: &str = "moby v2.0.0-beta.24, read in its source";

static LIMITS: &[Limit] = &[
    // How the root document is read.
    row(
        Kind::AboveContainerd,
        FETCHER,
        "rejecting {found} byte manifest for {reference}: not found",
        "containerd 2.4.2 (4 × 1048 × 1048 bytes, core/remotes/docker/resolver.go)",
    ),
    row(
        Kind::Above4MiB,
        CONTAINERS,
        "initializing source docker://{reference}: exceeded maximum allowed size of 4194304 bytes",
        SKOPEO,
    ),
    row(
        Kind::Above4MiB,
        &[Oras],
        "read failed: content size {found} exceeds push size limit 4194304: size exceeds limit",
        ORAS,
    ),
    row(Kind::Untyped, HANDLERS, "target.MediaType must be set: invalid argument", CONTAINERD),
    row(
        Kind::Untyped,
        CONTAINERS,
        "initializing image from source docker://{reference}: unsupported schema version 2",
        SKOPEO,
    ),
    row(
        Kind::Untyped,
        &[Regclient],
        "unsupported media type: \"\"",
        "regctl 0.11.7 where it asks by HEAD (`regctl image digest`)",
    ),
    row(
        Kind::Untyped,
        &[Oras],
        "GET \"{url}\": invalid response `Content-Type` header; mime: no media type",
        ORAS,
    ),
    row(
        Kind::Untyped,
        &[OldGraphdriver],
        "missing signature key",
        "docker/distribution 2.8.3 (it takes the document for schema 1), read in its source",
    ),
    row(
        Kind::OddlyTyped,
        CONTAINERS,
        "initializing image from source docker://{reference}: unsupported schema version 2",
        SKOPEO,
    ),
    row(Kind::OddlyTyped, &[Regclient], "unsupported media type: \"{media_type}\"", REGCTL),
    row(
        Kind::OddlyTyped,
        &[OldGraphdriver],
        "missing signature key",
        "docker/distribution 2.8.3 (it takes the document for schema 1), read in its source",
    ),
    row(
        Kind::MixedIndex,
        HANDLERS,
        "children: invalid desc {digest}: media-type: expected index but found manifest \
         ({media_type})",
        CONTAINERD,
    ),
    row(
        Kind::MixedIndex,
        &[BuildKit],
        "manifest: invalid desc {digest}: media-type: expected index but found manifest \
         ({media_type})",
        "BuildKit 0.34.2 with containerd 2.4.2, read in their sources",
    ),
    row(
        Kind::MixedIndex,
        CONTAINERS,
        "parsing primary manifest as list for docker://{reference}: rejecting ambiguous manifest, \
         unexpected fields []string{stated} in supposedly {media_type}",
        SKOPEO,
    ),
    row(
        Kind::MixedIndex,
        DOCKERD,
        "index: expected index but found manifest",
        "distribution 3.1.2 and docker/distribution 2.8.3, read in their sources",
    ),
    row(
        Kind::IndexCalledImage,
        HANDLERS,
        "children: invalid desc {digest}: media-type: expected index but found manifest \
         ({media_type})",
        CONTAINERD,
    ),
    row(
        Kind::IndexCalledImage,
        &[BuildKit],
        "manifest: invalid desc {digest}: media-type: expected index but found manifest \
         ({media_type})",
        "BuildKit 0.34.2 with containerd 2.4.2, read in their sources",
    ),
    row(
        Kind::IndexCalledImage,
        &[Regclient],
        "manifest contains an unexpected media type: expected {media_type}, received {found}",
        REGCTL,
    ),
    row(Kind::UnreadableDigest, &[Crane], "{found}", CRANE),
    row(
        Kind::OddKeys,
        &[OciClient],
        "Failed to parse manifest as Versioned object: data did not match any variant of untagged \
         enum OciManifest",
        "oci-client 0.18.0, read in its source",
    ),
    // What was picked.
    row(
        Kind::Misread,
        &[Crane],
        "Unexpected media type for Image(): {media_type}",
        "crane 0.22.1: `crane digest --platform` prints the digest of the list and `crane export` \
         writes an empty archive, both with exit code 0",
    ),
    row(
        Kind::NoSize,
        FETCHER,
        "unable to fetch descriptor ({digest}) which reports content size of zero: invalid argument",
        "containerd 2.4.2 (core/remotes/handlers.go)",
    ),
    row(
        Kind::UnstatedSize,
        FETCHER,
        "unable to fetch descriptor ({digest}) which reports content size of zero: invalid argument",
        "containerd 2.4.2 and 1.6.20",
    ),
    row(Kind::UnstatedSize, &[Oras], "GET \"{url}\": mismatch Content-Length", ORAS),
    row(
        Kind::NegativeSize,
        NEW_FETCHER,
        "unable to fetch descriptor ({digest}) which reports negative content size ({stated}): \
         invalid argument",
        CONTAINERD,
    ),
    Limit {
        kind: Kind::NegativeSize,
        makers: &[OldClient],
        words: None,
        source: "containerd 1.6.20 (`failed size validation`)",
    },
    row(Kind::NegativeSize, &[Oras], "GET \"{url}\": mismatch Content-Length", ORAS),
    row(
        Kind::NotAManifest,
        NEW_FETCHER,
        "could not fetch content descriptor {digest} ({media_type}) from remote: not found",
        CONTAINERD,
    ),
    row(
        Kind::NotAManifest,
        &[OldClient],
        "could not fetch content descriptor {digest} ({media_type}) from remote: not found",
        "containerd 1.6.20",
    ),
    // A registry has no manifest among its blobs; the tables of vectors have an oracle that gives it.
    row(
        Kind::UnknownType,
        &[Transfer],
        "could not fetch content descriptor {digest} ({media_type}) from remote: not found",
        CONTAINERD,
    ),
    row(Kind::UnknownType, &[Oras], "{digest}: not found", ORAS),
    row(Kind::NotAManifest, &[Oras], "{digest}: not found", ORAS),
    row(Kind::SignedSchema1, &[Oras], "{digest}: not found", ORAS),
    row(Kind::SignedSchema1, FETCHER, "{media_type} not supported", "containerd 2.4.2 and 1.6.20"),
    row(
        Kind::ImageForIndex,
        HANDLERS,
        "children: invalid desc {digest}: media-type: expected index but found manifest \
         ({media_type})",
        "containerd 2.4.2 and 1.6.20",
    ),
    row(
        Kind::ImageForIndex,
        &[BuildKit],
        "manifest: invalid desc {digest}: media-type: expected index but found manifest \
         ({media_type})",
        "BuildKit 0.34.2 with containerd 2.4.2, read in their sources",
    ),
    row(
        Kind::IndexForImage,
        HANDLERS,
        "children: invalid desc {digest}: media-type: expected manifest but found index \
         ({media_type})",
        "containerd 2.4.2 and 1.6.20",
    ),
    row(
        Kind::IndexForImage,
        &[BuildKit],
        "manifest: invalid desc {digest}: media-type: expected manifest but found index \
         ({media_type})",
        "BuildKit 0.34.2 with containerd 2.4.2, read in their sources",
    ),
    Limit {
        kind: Kind::IndexForImage,
        makers: &[Crane],
        words: None,
        source: "crane 0.22.1: `crane export` writes an empty archive, with exit code 0",
    },
    row(
        Kind::NotADigest,
        FETCHER,
        "failed to copy: httpReadSeeker: failed open: content at {url} not found: not found",
        "containerd 2.4.2 and 1.6.20",
    ),
    row(
        Kind::NotADigest,
        CONTAINERS,
        "copying system image from manifest list: determining manifest MIME type for \
         docker://{reference}: reading manifest {digest} in {repository}: manifest unknown",
        "skopeo 1.9.3 and podman 4.3.1",
    ),
    row(
        Kind::NotADigest,
        &[Regclient],
        "failed to get manifest {repository}@{digest}: request failed: not found [http 404]",
        REGCTL,
    ),
    row(Kind::NotADigest, &[Oras], "{digest}: not found", ORAS),
    row(
        Kind::NotADigestAtAll,
        DOCKERD,
        "invalid digest format",
        "distribution 3.1.2 and docker/distribution 2.8.3, read in their sources",
    ),
    row(Kind::NotADigest, DOCKERD, "manifest for {reference} not found: manifest unknown", MOBY),
    Limit {
        kind: Kind::NotADigest,
        makers: &[OciClient],
        words: None,
        source: "oci-client 0.18.0, read in its source",
    },
    row(
        Kind::NoDigest,
        FETCHER,
        "failed to copy: httpReadSeeker: failed open: content at {url} not found: not found",
        "containerd 2.4.2 and 1.6.20",
    ),
    row(
        Kind::NoDigest,
        CONTAINERS,
        "copying system image from manifest list: determining manifest MIME type for \
         docker://{reference}: reading manifest  in {repository}: manifest unknown",
        "skopeo 1.9.3 and podman 4.3.1",
    ),
    row(Kind::NoDigest, &[Crane], "GET {url}/:: MANIFEST_UNKNOWN: manifest unknown", CRANE),
    row(Kind::NoDigest, &[Regclient], "reference missing tag and digest: {repository}", REGCTL),
    row(Kind::NoDigest, &[Oras], ": not found", ORAS),
    row(
        Kind::NoDigest,
        DOCKERD,
        "invalid digest format",
        "distribution 3.1.2 and docker/distribution 2.8.3, read in their sources",
    ),
    Limit {
        kind: Kind::NoDigest,
        makers: &[OciClient],
        words: None,
        source: "oci-client 0.18.0, read in its source",
    },
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
         \"{media_type}\"",
        PODMAN,
    ),
    Limit {
        kind: Kind::UnreadableLayers,
        makers: &[
            Client,
            OldClient,
            CtrLocal,
            Transfer,
            Ctr,
            Docker,
            DockerRun,
            Graphdriver,
            OldGraphdriver,
            BuildKit,
            Storage,
        ],
        words: None,
        source: "containerd 2.4.2 and 1.6.20 (`unmarshal image config`), podman 4.3.1 (`parsing image \
                 configuration`), then what Go says",
    },
    Limit {
        kind: Kind::UnreadableConfig,
        makers: &[
            OldClient,
            CtrLocal,
            Transfer,
            DockerRun,
            Graphdriver,
            OldGraphdriver,
            BuildKit,
            Storage,
        ],
        words: None,
        source: "containerd 1.6.20 (`unmarshal image config`) and 2.4.2 (CRI: `get image diffIDs`; \
                 `ctr --local`: `failed to resolve rootfs`), podman 4.3.1 (`parsing image \
                 configuration`), then what Go says of the field",
    },
    Limit {
        kind: Kind::UnreadableDocker,
        makers: &[DockerRun, Graphdriver, OldGraphdriver, Storage],
        words: None,
        source: "podman 4.3.1 (`inspecting image`, then what Go says of the field); Docker read in \
                 the source of moby v2.0.0-beta.24",
    },
    row(
        Kind::Encrypted,
        UNPACKERS,
        "failed to get stream processor for {media_type}",
        "containerd 2.4.2 and 1.6.20 without imgcrypt",
    ),
    Limit { kind: Kind::Encrypted, makers: &[Storage], words: None, source: PODMAN },
    row(
        Kind::NoUnpacker,
        UNPACKERS,
        "failed to get stream processor for {media_type}: no processor for media-type",
        "containerd 2.4.2 and 1.6.20",
    ),
    Limit {
        kind: Kind::TakenForTar,
        makers: UNPACKERS,
        words: None,
        source: "containerd 2.4.2 and 1.6.20",
    },
    Limit { kind: Kind::NotATar, makers: &[Storage], words: None, source: PODMAN },
    row(
        Kind::AtAddress,
        &[BuildKit],
        "could not fetch content descriptor {digest} ({media_type}) from remote: not found",
        "BuildKit 0.34.2",
    ),
    row(
        Kind::OrdinaryAtAddress,
        &[BuildKit],
        "could not fetch content descriptor {digest} ({media_type}) from remote: not found",
        "BuildKit 0.34.2",
    ),
    row(Kind::AtAddress, &[Graphdriver, OldGraphdriver], "unknown blob", MOBY),
    row(Kind::OrdinaryAtAddress, &[Graphdriver, OldGraphdriver], "unknown blob", MOBY),
    row(Kind::OrdinaryAtAddress, &[Oras], "{digest}: not found", ORAS),
    row(
        Kind::AtPrivateAddress,
        &[Crane],
        "foreign layer URL host \"{stated}\" is a private or link-local address",
        CRANE,
    ),
    row(
        Kind::DiffCount,
        &[Client, OldClient, Transfer, Ctr, Docker],
        "number of layers and diffIDs don't match: {found} != {stated}",
        "containerd 2.4.2 (core/unpack/unpacker.go)",
    ),
    row(
        Kind::DiffCount,
        &[CtrLocal, BuildKit],
        "mismatched image rootfs and manifest layers",
        "containerd 2.4.2 (client/image.go); BuildKit 0.34.2 read in its source (util/pull/pull.go)",
    ),
    row(Kind::DiffCount, DOCKERD, "layers from manifest don't match image configuration", MOBY),
    row(
        Kind::DiffId,
        &[Client, Transfer, Ctr, Docker],
        "wrong diff id \"{found}\" calculated on extraction \"{stated}\", desc \"{digest}\"",
        CONTAINERD,
    ),
    row(
        Kind::DiffId,
        &[OldClient],
        "wrong diff id calculated on extraction \"{stated}\"",
        "containerd 1.6.20",
    ),
    row(
        Kind::DiffId,
        &[Storage],
        "does not match config's DiffID \"{stated}\"",
        "containers/image 5.42.1, read in its source (podman 4.3.1 does not look)",
    ),
    row(
        Kind::DiffFewer,
        &[Storage],
        "image config has only {stated} DiffID values, but a layer with index {stated} exists",
        "containers/image 5.42.1, read in its source (podman 4.3.1 does not look)",
    ),
    row(
        Kind::DiffWithoutLayers,
        &[CtrLocal],
        "mismatched image rootfs and manifest layers",
        CONTAINERD,
    ),
    row(
        Kind::DiffWithoutLayers,
        &[Docker],
        "failed to unpack image on snapshotter overlayfs: mismatched image rootfs and manifest layers",
        "containerd 2.4.2 (client/image.go), read in its source",
    ),
    row(
        Kind::DiffId,
        &[CtrLocal],
        "wrong diff id calculated on extraction \"{found}\"",
        CONTAINERD,
    ),
    row(Kind::DiffId, DOCKERD, "layers from manifest don't match image configuration", MOBY),
    row(
        Kind::Features,
        &[DockerRun],
        "snapshotter overlayfs does not support platform {stated} for image {digest}",
        "moby v2.0.0-beta.24",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_engine_has_two_rows_for_one_fault_but_the_first_counts() {
        for (at, limit) in LIMITS.iter().enumerate() {
            let earlier = LIMITS.iter().take(at).filter(|it| it.kind == limit.kind);
            let taken: Vec<Maker> = earlier.flat_map(|it| it.makers).copied().collect();
            // A row that nobody is left for says nothing.
            assert!(limit.makers.iter().any(|it| !taken.contains(it)), "row {}", at + 1);
            assert!(!limit.source.is_empty());
        }
    }
}
