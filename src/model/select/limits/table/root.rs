//! How the root document is read.

use super::super::fault::Kind;
use super::super::maker::Maker::{
    BuildKit, Crane, Graphdriver, OciClient, OldGraphdriver, Oras, Regclient, Windows,
};
use super::{
    CONTAINERD, CONTAINERS, CRANE, DOCKERD, FETCHER, HANDLERS, Limit, ORAS, REGCTL, SKOPEO, row,
};

pub(super) const ROWS: &[Limit] = &[
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
        Kind::UnreadableHeader,
        CONTAINERS,
        "initializing image from source docker://{reference}: unsupported schema version 2",
        SKOPEO,
    ),
    row(
        Kind::UnreadableHeader,
        &[Oras],
        "GET \"{url}\": invalid response `Content-Type` header; {stated}",
        ORAS,
    ),
    row(
        Kind::UnreadableHeader,
        DOCKERD,
        "{stated}",
        "distribution 3.1.2 and docker/distribution 2.8.3 (`UnmarshalManifest`), read in their \
         sources",
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
        Kind::SentAsSchema1,
        CONTAINERS,
        "initializing image from source docker://{reference}: unsupported schema version 2",
        SKOPEO,
    ),
    row(
        Kind::SentAsSchema1,
        &[Regclient],
        "error unmarshaling manifest for {reference}: missing signature key",
        REGCTL,
    ),
    row(
        Kind::SentAsSchema1,
        &[OldGraphdriver],
        "missing signature key",
        "docker/distribution 2.8.3, read in its source",
    ),
    row(
        Kind::SentUnlike,
        &[Regclient],
        "manifest contains an unexpected media type: expected {media_type}, received {found}",
        REGCTL,
    ),
    row(
        Kind::ListSentAsImage,
        HANDLERS,
        "children: invalid desc {digest}: media-type: expected manifest but found index \
         ({media_type})",
        CONTAINERD,
    ),
    row(
        Kind::ListSentAsImage,
        &[BuildKit],
        "manifest: invalid desc {digest}: media-type: expected manifest but found index \
         ({media_type})",
        "BuildKit 0.34.2 with containerd 2.4.2, read in their sources",
    ),
    row(
        Kind::ListSentAsImage,
        CONTAINERS,
        "initializing image from source docker://{reference}: rejecting ambiguous manifest, \
         unexpected fields []string{stated} in supposedly {media_type}",
        "skopeo 1.9.3 (which names another type) and containers/image 5.42.1, read in its source",
    ),
    Limit {
        kind: Kind::ListSentAsImage,
        makers: &[Graphdriver, OldGraphdriver, Windows],
        words: None,
        source: "distribution 3.1.2 and docker/distribution 2.8.3 (`UnmarshalManifest`), read in \
                 their sources",
    },
    Limit {
        kind: Kind::ListSentAsImage,
        makers: &[Regclient],
        words: None,
        source: "regctl 0.11.7 (`image copy` and `image export` ask for a blob without a digest)",
    },
    Limit {
        kind: Kind::ListSentAsImage,
        makers: &[Oras],
        words: None,
        source: "oras 1.3.6 (`oras cp`: `invalid digest`; with --platform `fail to recognize \
                 platform from unknown config`)",
    },
    row(
        Kind::ImageSentAsList,
        HANDLERS,
        "children: invalid desc {digest}: media-type: expected index but found manifest \
         ({media_type})",
        CONTAINERD,
    ),
    row(
        Kind::ImageSentAsList,
        &[BuildKit],
        "manifest: invalid desc {digest}: media-type: expected index but found manifest \
         ({media_type})",
        "BuildKit 0.34.2 with containerd 2.4.2, read in their sources",
    ),
    row(
        Kind::ImageSentAsList,
        CONTAINERS,
        "parsing primary manifest as list for docker://{reference}: rejecting ambiguous manifest, \
         unexpected fields []string{stated} in supposedly {media_type}",
        SKOPEO,
    ),
    Limit {
        kind: Kind::ImageSentAsList,
        makers: &[Graphdriver, OldGraphdriver, Windows],
        words: None,
        source: "distribution 3.1.2 and docker/distribution 2.8.3 (`UnmarshalManifest`), read in \
                 their sources",
    },
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
];
