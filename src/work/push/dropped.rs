//! What a list loses when a tag moves: kept in the journal, since some registries (zot) delete what
//! no tag reaches any more.

use std::collections::HashSet;

use futures_util::future::join_all;

use super::journal::Journal;
use super::verify::children;
use crate::model::draft::Encoded;
use crate::oci::{Digest, Document, Failure, Manifest, Reference};
use crate::source::{Held, Registry};

/// The most manifests that are kept of one list.
const MOST: usize = 256;

/// Keeps the manifests that the list under a tag names, at all depths, and the new list does not.
/// What cannot be read is left out: an undo looks what is there.
pub(super) async fn keep_dropped(
    registry: &Registry,
    journal: &Journal,
    tagged: &Reference,
    held: &Held,
    list: &Encoded,
) {
    let Some(bytes) = held.bytes.clone() else { return };
    let old = Encoded { media_type: held.media_type.clone(), digest: held.digest.clone(), bytes };
    let mut seen: HashSet<Digest> = children(list).into_iter().collect();
    let mut next = children(&old);
    while !next.is_empty() && seen.len() < MOST {
        next.retain(|digest| seen.insert(digest.clone()));
        next.truncate(MOST);
        let read = join_all(next.iter().map(|digest| async move {
            let held = registry.held(&tagged.repository.at(digest.clone())).await.ok()??;
            journal.keep(digest, held.bytes.as_ref()?).await.ok()?;
            Some(Encoded {
                media_type: held.media_type,
                digest: digest.clone(),
                bytes: held.bytes?,
            })
        }));
        let read: Vec<Option<Encoded>> = read.await;
        next = read.iter().flatten().flat_map(children).collect();
    }
}

/// Which manifests of a list, at all depths, are not in the registry and have to be put there from
/// the journal before the list: children before their parents.
///
/// # Errors
/// `NotFound` with the digests that are in neither; what the registry comes up with.
pub(super) async fn put_back(
    registry: &Registry,
    journal: &Journal,
    tagged: &Reference,
    list: &Encoded,
) -> Result<Vec<Digest>, Failure> {
    let (mut found, mut lost) = (Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    let mut next = children(list);
    while !next.is_empty() {
        next.retain(|digest| seen.insert(digest.clone()));
        let there = join_all(next.iter().map(|digest| async move {
            let at = tagged.repository.at(digest.clone());
            Ok((digest, registry.head_to_push(&at).await?.is_some()))
        }));
        let there: Vec<Result<(&Digest, bool), Failure>> = there.await;
        let mut below = Vec::new();
        for answer in there {
            let (digest, there) = answer?;
            if there {
                continue;
            }
            match kept(journal, digest).await? {
                Some(document) => {
                    if !blobs_are_there(registry, tagged, &document).await? {
                        lost.push(digest.clone());
                    }
                    if let Manifest::Index(index) = &document.manifest {
                        let entries = index.entries.iter().filter_map(|entry| entry.descriptor());
                        below.extend(entries.map(|entry| entry.digest.clone()));
                    }
                    found.push(digest.clone());
                }
                None => lost.push(digest.clone()),
            }
        }
        next = below;
    }
    if !lost.is_empty() {
        let lost: Vec<&str> = lost.iter().map(Digest::as_str).collect();
        let detail = format!(
            "the registry no longer has all of what the list names, and the journal does not \
             either: {}",
            lost.join(", ")
        );
        return Err(Failure::new(crate::oci::Class::NotFound, tagged.to_string(), detail)
            .with_next("push these images again, then undo; the tag stays as it is"));
    }
    found.reverse();
    Ok(found)
}

/// Puts a manifest back that the registry dropped.
pub(super) async fn restore(
    registry: &Registry,
    journal: &Journal,
    tagged: &Reference,
    digest: &Digest,
) -> Result<(), Failure> {
    let at = tagged.repository.at(digest.clone());
    let Some(document) = kept(journal, digest).await? else {
        let detail = "the journal does not have it any more";
        return Err(Failure::new(crate::oci::Class::NotFound, at.to_string(), detail));
    };
    registry.put_manifest(&at, &document.media_type, &document.bytes).await.map(drop)
}

async fn kept(journal: &Journal, digest: &Digest) -> Result<Option<Document>, Failure> {
    let bytes = journal.content(digest).await?;
    Ok(bytes.and_then(|bytes| Document::parse(bytes, None, digest.algorithm()).ok()))
}

async fn blobs_are_there(
    registry: &Registry,
    tagged: &Reference,
    document: &Document,
) -> Result<bool, Failure> {
    let Manifest::Image(image) = &document.manifest else { return Ok(true) };
    let blobs = image.config.descriptor().into_iter().chain(image.layer_descriptors());
    for blob in blobs.filter(|blob| blob.urls.is_empty()) {
        if !registry.has_blob(&tagged.repository, &blob.digest).await? {
            return Ok(false);
        }
    }
    Ok(true)
}
