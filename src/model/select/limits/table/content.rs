//! What the config and the layers hold.

use super::super::fault::Kind;
use super::super::maker::Maker::{
    BuildKit, Client, Crane, Ctr, CtrLocal, Docker, DockerRun, Graphdriver, OldClient,
    OldGraphdriver, Oras, Storage, Transfer,
};
use super::{CONTAINERD, CRANE, DOCKERD, Limit, MOBY, ORAS, PODMAN, UNPACKERS, row};

/// Who waits for a config of a type that it knows, and what `Image.Unpack` says afterwards.
const UNWAITED: &str = "containerd 2.4.2 (client's Pull with unpack, ctr, CRI) and 1.6.20 (CRI)";

pub(super) const ROWS: &[Limit] = &[
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
        kind: Kind::UnreadableForeign,
        makers: &[DockerRun, Graphdriver, OldGraphdriver],
        words: None,
        source: "moby v2.0.0-beta.24, read in its source",
    },
    row(
        Kind::UnreadableForeign,
        &[Client, OldClient, Docker],
        "failed to unpack image on snapshotter overlayfs: failed to resolve rootfs: invalid character",
        UNWAITED,
    ),
    row(
        Kind::UnreadableForeign,
        &[CtrLocal],
        "failed to resolve rootfs: invalid character",
        UNWAITED,
    ),
    row(
        Kind::UnreadableForeign,
        &[Transfer],
        "get image info from containerd: get image diffIDs: invalid character",
        UNWAITED,
    ),
    row(
        Kind::ForeignCount,
        &[Client, OldClient, Docker],
        "failed to unpack image on snapshotter overlayfs: mismatched image rootfs and manifest layers",
        UNWAITED,
    ),
    row(
        Kind::ForeignUnfetched,
        &[Client, Docker],
        "failed to unpack image on snapshotter overlayfs: apply layer error for \"{reference}\": \
         failed to extract layer {stated}: failed to get reader from content store: content digest \
         {digest}: not found",
        UNWAITED,
    ),
    row(
        Kind::ForeignUnfetched,
        &[OldClient],
        "failed to unpack image on snapshotter overlayfs: failed to extract layer {stated}: failed \
         to get reader from content store: content digest {digest}: not found",
        UNWAITED,
    ),
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
