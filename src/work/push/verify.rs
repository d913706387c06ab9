//! The look at what is there after a push.

use futures_util::future::{join, join_all};

use crate::model::draft::Encoded;
use crate::model::push::Held;
use crate::oci::{Digest, Failure, Manifest, Reference};
use crate::source::Registry;

/// What a tag, or a digest, was found to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The list, and all its children are there.
    Right,
    /// The list, but these of its children are not there.
    Missing(Vec<Digest>),
    /// Something else, or nothing.
    Other(Option<Digest>),
}

/// Reads back what was written, byte for byte, and asks for each child that was not seen there a
/// moment ago, nor put there and answered with its digest, nor in what one of `tags` held before, all
/// at once.
pub(super) async fn verify(
    registry: &Registry,
    written: &Reference,
    tags: &[String],
    list: &Encoded,
) -> Result<Verdict, Failure> {
    let children = children(list);
    let there = join_all(children.iter().map(|digest| async move {
        if registry.has_seen(&written.repository, tags, digest) {
            return Ok(true);
        }
        registry.has_manifest(&written.repository.at(digest.clone())).await
    }));
    let (held, there) = join(registry.held(written), there).await;
    match held? {
        Some(held) if is(&held, list) => {}
        held => return Ok(Verdict::Other(held.map(|held| held.digest))),
    }
    let mut missing = Vec::new();
    for (digest, there) in children.into_iter().zip(there) {
        if !there? {
            missing.push(digest);
        }
    }
    Ok(if missing.is_empty() { Verdict::Right } else { Verdict::Missing(missing) })
}

/// Whether this is the list, to the last byte.
pub(super) fn is(held: &Held, list: &Encoded) -> bool {
    match &held.bytes {
        Some(bytes) => *bytes == list.bytes,
        None => held.digest == list.digest,
    }
}

/// The digests that a list names, each once.
pub(super) fn children(list: &Encoded) -> Vec<Digest> {
    let Ok(document) = list.parse() else { return Vec::new() };
    let Manifest::Index(index) = &document.manifest else { return Vec::new() };
    let mut digests: Vec<Digest> =
        index.entries.iter().filter_map(|entry| Some(entry.descriptor()?.digest.clone())).collect();
    digests.sort_unstable();
    digests.dedup();
    digests
}
