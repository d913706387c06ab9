//! What the registry answers to clients that accept fewer types.

use futures_util::future::join_all;

use crate::model::diagnose::{AcceptAnswer, Answered};
use crate::oci::Reference;
use crate::source::{Head, Registry};

/// The sets that are asked: what clients of three ages send.
const SETS: [(&str, &str); 3] = [
    (
        "Docker's types",
        "application/vnd.docker.distribution.manifest.list.v2+json, \
         application/vnd.docker.distribution.manifest.v2+json",
    ),
    (
        "OCI's types",
        "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json",
    ),
    (
        "manifests, no lists",
        "application/vnd.docker.distribution.manifest.v2+json, \
         application/vnd.oci.image.manifest.v1+json",
    ),
];

/// One HEAD for each set.
pub(super) async fn answers(registry: &Registry, reference: &Reference) -> Vec<AcceptAnswer> {
    join_all(SETS.iter().map(async |(accepts, types)| {
        let head = registry.head_accepting(reference, types).await;
        AcceptAnswer { accepts, types, answer: head.map(answered).into() }
    }))
    .await
}

/// Digest and type.
pub(super) fn answered(head: Head) -> Answered {
    Answered { digest: head.digest, media_type: head.media_type }
}
