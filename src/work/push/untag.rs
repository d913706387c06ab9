//! A tag deleted, and nothing else with it.

use futures_util::future::join_all;

use super::dropped::{keep_dropped, put_back, restore};
use super::journal::{Journal, NewEntry};
use super::{Kept, Stopped};
use crate::model::draft::{Conflict, Encoded, Guard};
use crate::model::push::{Untag, Untagged};
use crate::oci::{Class, Digest, Failure, MAX_MANIFEST_PUSH, Reference};
use crate::source::Registry;

/// The most tags of a repository that are looked at for other names of a digest.
const MOST: usize = 100;

/// Looks what deleting a tag would do. Nothing is written.
///
/// # Errors
/// `NotFound` if there is no such tag; `TooLarge` if what it holds could not be put back; what
/// the registry comes up with.
pub async fn find_untag(registry: &Registry, reference: &Reference) -> Result<Untag, Failure> {
    let Some(held) = registry.held(reference).await? else {
        let repository = reference.repository.familiar();
        let failure = Failure::new(Class::NotFound, reference.to_string(), "there is no such tag");
        return Err(failure.with_next(format!("`platy tags {repository}` lists them")));
    };
    if held.bytes.as_ref().is_none_or(|bytes| bytes.len() as u64 > MAX_MANIFEST_PUSH) {
        return Err(too_large(reference));
    }
    let others = others(registry, reference, &held.digest).await?;
    Ok(Untag { reference: reference.clone(), held, others })
}

fn too_large(reference: &Reference) -> Failure {
    let detail = "its manifest is larger than platy writes, so that nothing could put it back";
    Failure::new(Class::TooLarge, reference.to_string(), detail)
}

/// The other tags of a digest.
async fn others(
    registry: &Registry,
    reference: &Reference,
    digest: &Digest,
) -> Result<Option<Vec<String>>, Failure> {
    let page = registry.tags(&reference.repository, None).await?;
    if page.next.is_some() || page.names.len() > MOST {
        return Ok(None);
    }
    let names = page.names.into_iter().filter(|name| Some(name) != reference.tag.as_ref());
    let looks = names.map(|name| async move {
        let head = registry.head_to_push(&reference.repository.tagged(&name)).await?;
        Ok(head.is_some_and(|head| head.digest == *digest).then_some(name))
    });
    let found: Result<Vec<Option<String>>, Failure> = join_all(looks).await.into_iter().collect();
    Ok(Some(found?.into_iter().flatten().collect()))
}

/// Deletes a tag that holds what it held when it was looked at; the journal keeps that before. A
/// registry that takes more than the tag gets the rest back: other tags are looked at behind it.
///
/// # Errors
/// Why the tag was not deleted, or that what went with it could not be written again.
pub(super) async fn untag(
    registry: &Registry,
    journal: Option<&Journal>,
    wanted: &Untag,
) -> Result<Untagged, Stopped> {
    let failed = |failure| Stopped::Failed { step: 0, failure: Box::new(failure) };
    let Untag { reference, held, .. } = wanted;
    let tag = reference.tag.clone().unwrap_or_default();
    let found = registry.head_to_push(reference).await.map_err(failed)?.map(|head| head.digest);
    if found.as_ref() != Some(&held.digest) {
        let guard = Guard::Is(held.digest.clone());
        return Err(Stopped::Conflict(Conflict { tag, guard, found }));
    }
    let mut done = Untagged::default();
    let mut id = None;
    if let Some(journal) = journal {
        let loss = keep_dropped(registry, journal, reference, held, None).await;
        done.unkept = loss.failure(reference);
        let kept = Kept { digest: held.digest.clone(), media_type: held.media_type.clone() };
        let before = Some((kept, held.bytes.clone()));
        let reference = reference.clone();
        let entry = NewEntry { reference, before, after: None, undoes: None };
        match journal.add(entry).await {
            Ok(added) => id = Some(added),
            // What may be lost has to be kept before.
            Err(failure) => return Err(failed(failure)),
        }
    }
    let deleted = registry.delete_tag(reference).await;
    let now = registry.head_to_push(reference).await;
    if let (Some(journal), Some(id)) = (journal, &id) {
        let noted = match &now {
            Ok(None) => journal.seen(id).await,
            Ok(Some(head)) if head.digest == held.digest => journal.void(id).await,
            _ => Ok(()),
        };
        done.unkept = noted.err().or(done.unkept);
    }
    match (deleted, now) {
        // It is gone, whatever became of the answer.
        (_, Ok(None)) => {}
        (Err(failure), _) | (Ok(()), Err(failure)) => return Err(failed(failure)),
        (Ok(()), Ok(Some(head))) => {
            return Err(match head.digest == held.digest {
                true => Stopped::NotWritten { tag },
                false => Stopped::Overwritten { tag, found: Some(head.digest) },
            });
        }
    }
    let at = reference.repository.at(held.digest.clone());
    done.dropped = registry.has_manifest(&at).await == Ok(false);
    done.rewritten = rewrite(registry, journal, wanted).await.map_err(failed)?;
    Ok(done)
}

/// Writes the other tags of the digest again that went with the tag.
async fn rewrite(
    registry: &Registry,
    journal: Option<&Journal>,
    wanted: &Untag,
) -> Result<Vec<String>, Failure> {
    let Untag { reference, held, others } = wanted;
    let mut lost = Vec::new();
    for name in others.iter().flatten() {
        let at = reference.repository.tagged(name);
        if registry.head_to_push(&at).await?.is_none() {
            lost.push(name.clone());
        }
    }
    if lost.is_empty() {
        return Ok(lost);
    }
    let bytes = held.bytes.clone().ok_or_else(|| too_large(reference))?;
    let (media_type, digest) = (held.media_type.clone(), held.digest.clone());
    let list = Encoded { media_type, digest, bytes };
    if let Some(journal) = journal {
        for digest in put_back(registry, journal, reference, &list).await? {
            restore(registry, journal, reference, &list, &digest).await?;
        }
    }
    for name in &lost {
        let to = reference.repository.tagged(name);
        registry.put_manifest(&to, &list.media_type, &list.bytes).await?;
    }
    Ok(lost)
}
