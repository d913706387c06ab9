//! What a list loses when a tag moves: kept in the journal, since some registries (zot) delete what
//! no tag reaches any more.

use std::collections::HashSet;

use futures_util::future::join_all;

use super::journal::Journal;
use super::verify::children;
use crate::model::draft::Encoded;
use crate::model::push::Held;
use crate::oci::{Digest, Document, Failure, Manifest, Reference};
use crate::source::Registry;

/// The most manifests that are kept of one list.
const MOST: usize = 256;

/// The largest config that is kept (1 MiB).
const MAX_KEPT: u64 = 1 << 20;

/// Keeps the manifests that the list under a tag names, at all depths, and the new list, if there is
/// one, does not, with the configs of images; whether there were any. What cannot be read is left out: an undo
/// looks what is there.
pub(super) async fn keep_dropped(
    registry: &Registry,
    journal: &Journal,
    tagged: &Reference,
    held: &Held,
    list: Option<&Encoded>,
) -> bool {
    let Some(bytes) = held.bytes.clone() else { return false };
    let old = Encoded { media_type: held.media_type.clone(), digest: held.digest.clone(), bytes };
    let mut seen: HashSet<Digest> = list.map(children).unwrap_or_default().into_iter().collect();
    let mut next = children(&old);
    let mut kept = false;
    while !next.is_empty() && seen.len() < MOST {
        next.retain(|digest| seen.insert(digest.clone()));
        next.truncate(MOST);
        let read = join_all(next.iter().map(|digest| async move {
            let held = registry.held(&tagged.repository.at(digest.clone())).await.ok()??;
            journal.keep(digest, held.bytes.as_ref()?).await.ok()?;
            keep_config(registry, journal, tagged, digest, &held).await;
            Some(Encoded {
                media_type: held.media_type,
                digest: digest.clone(),
                bytes: held.bytes?,
            })
        }));
        let read: Vec<Option<Encoded>> = read.await;
        kept |= read.iter().any(Option::is_some);
        next = read.iter().flatten().flat_map(children).collect();
    }
    kept
}

/// Keeps the config of an image, if it is small: with the last manifest that names it, a registry
/// may drop it too. That of an attestation is not kept: its statements would be gone with it.
async fn keep_config(
    registry: &Registry,
    journal: &Journal,
    tagged: &Reference,
    digest: &Digest,
    held: &Held,
) {
    let Some(bytes) = held.bytes.clone() else { return };
    let document = Document::parse(bytes, Some(&held.media_type), digest.algorithm());
    let Ok(Manifest::Image(image)) = document.map(|it| it.manifest) else { return };
    if image.is_attestation() {
        return;
    }
    let Some(config) = image.config.descriptor().filter(|it| it.size <= MAX_KEPT) else { return };
    if let Ok(bytes) = registry.blob(&tagged.repository, config, MAX_KEPT).await {
        // What cannot be kept is looked for when it is needed.
        let _ = journal.keep(&config.digest, &bytes).await;
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
            Ok((digest, registry.has_manifest(&at).await?))
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
                    lost.extend(lost_blobs(registry, journal, tagged, &document).await?);
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
    if let Manifest::Image(image) = &document.manifest
        && let Some(config) = image.config.descriptor()
        && !registry.has_blob(&tagged.repository, &config.digest).await?
        && let Some(bytes) = journal.content(&config.digest).await?
    {
        registry.push_bytes(&tagged.repository, config, bytes).await?;
    }
    registry.put_manifest(&at, &document.media_type, &document.bytes).await.map(drop)
}

async fn kept(journal: &Journal, digest: &Digest) -> Result<Option<Document>, Failure> {
    let bytes = journal.content(digest).await?;
    Ok(bytes.and_then(|bytes| Document::parse(bytes, None, digest.algorithm()).ok()))
}

/// The blobs of an image that are neither in the registry nor, as its config may be, in the journal.
async fn lost_blobs(
    registry: &Registry,
    journal: &Journal,
    tagged: &Reference,
    document: &Document,
) -> Result<Vec<Digest>, Failure> {
    let Manifest::Image(image) = &document.manifest else { return Ok(Vec::new()) };
    let blobs = image.config.descriptor().into_iter().chain(image.layer_descriptors());
    let mut lost = Vec::new();
    for blob in blobs.filter(|blob| blob.urls.is_empty()) {
        if !registry.has_blob(&tagged.repository, &blob.digest).await?
            && journal.content(&blob.digest).await?.is_none()
        {
            lost.push(blob.digest.clone());
        }
    }
    Ok(lost)
}
