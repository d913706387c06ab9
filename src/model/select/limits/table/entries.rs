//! What is wrong with an entry, before it is followed.

use super::super::fault::Kind;
use super::super::maker::Maker::{
    BuildKit, Crane, Ctr, CtrLocal, OciClient, OldClient, Oras, Regclient, Transfer,
};
use super::{
    CONTAINERD, CONTAINERS, CRANE, DOCKERD, FETCHER, HANDLERS, Limit, MOBY, NEW_FETCHER, ORAS,
    REGCTL, row,
};

pub(super) const ROWS: &[Limit] = &[
    row(
        Kind::Misread,
        &[Crane],
        "Unexpected media type for Image(): {media_type}",
        "crane 0.22.1: `crane digest --platform` prints the digest of the list and `crane export` \
         writes an empty archive, both with exit code 0",
    ),
    Limit {
        kind: Kind::TakenForImage,
        makers: &[Crane],
        words: None,
        source: "crane 0.22.1: `crane manifest --platform` prints the list and `crane export` writes \
                 an empty archive, both with exit code 0; `crane pull` asks for a blob without a \
                 digest",
    },
    row(Kind::SentAsBlob, &[Oras], "{digest}: not found", "oras 1.3.6 (`oras cp`)"),
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
        &[Transfer, Ctr, CtrLocal],
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
];
