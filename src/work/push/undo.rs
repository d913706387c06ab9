//! A tag put back to what it held before platy wrote it.

use std::collections::HashSet;

use bytes::Bytes;

use crate::model::draft::{Conflict, Encoded, Guard};
use crate::model::push::{Entry, Kept, NoUndo, Stopped, Tagged, Undo};
use crate::oci::{Class, Failure, Reference};
use crate::source::Registry;

use super::dropped::{put_back, restore};
use super::journal::Journal;
use super::retag::retag;

/// Looks what an undo would do to a tag. Nothing is written.
///
/// # Errors
/// Why there is nothing to put back.
pub async fn find_undo(
    registry: &Registry,
    journal: &Journal,
    reference: &Reference,
) -> Result<Undo, NoUndo> {
    let entries = journal.entries().await?;
    let entry = last(&entries, reference).ok_or(NoUndo::Unknown)?.clone();
    let Some(before) = &entry.before else {
        return Err(NoUndo::WasAbsent(Box::new(entry)));
    };
    let now = registry.head_to_push(&entry.reference).await?.map(|head| head.digest);
    if now.as_ref() == Some(&before.digest) {
        return Err(NoUndo::Already(Box::new(entry)));
    }
    let bytes = bytes(registry, journal, &entry.reference, before).await?;
    let list =
        Encoded { media_type: before.media_type.clone(), digest: before.digest.clone(), bytes };
    let conflict = (now.as_ref() != entry.given()).then(|| Conflict {
        tag: reference.tag.clone().unwrap_or_default(),
        guard: guard(&entry),
        found: now.clone(),
    });
    let put_back = put_back(registry, journal, &entry.reference, &list).await?;
    Ok(Undo { entry, list, now, put_back, conflict })
}

/// The tag must be as the push left it.
fn guard(entry: &Entry) -> Guard {
    entry.given().map_or(Guard::Absent, |digest| Guard::Is(digest.clone()))
}

/// The last push of a tag that was not taken back and takes nothing back itself.
fn last<'a>(entries: &'a [Entry], reference: &Reference) -> Option<&'a Entry> {
    let undone: HashSet<&str> =
        entries.iter().filter_map(|entry| entry.undoes.as_deref()).collect();
    entries.iter().rev().find(|entry| {
        entry.reference == *reference
            && entry.undoes.is_none()
            && !undone.contains(entry.id.as_str())
    })
}

/// The bytes that are put back: those that were kept, else those that the registry still has.
async fn bytes(
    registry: &Registry,
    journal: &Journal,
    reference: &Reference,
    kept: &Kept,
) -> Result<Bytes, Failure> {
    if let Some(bytes) = journal.bytes(kept).await? {
        return Ok(bytes);
    }
    let at = reference.repository.at(kept.digest.clone());
    let held = registry.held(&at).await?.and_then(|held| held.bytes);
    held.ok_or_else(|| {
        let detail = "neither the journal nor the registry has what the tag held before";
        Failure::new(Class::NotFound, at.to_string(), detail)
    })
}

/// Puts the tag back: if it still holds what was pushed, or whatever it holds with `force`.
/// Returns what the tag holds then, and why that is not what it was to hold.
pub async fn undo(
    registry: &Registry,
    journal: &Journal,
    undo: &Undo,
    force: bool,
) -> (Tagged, Result<(), Stopped>) {
    let guard = if force { Guard::Nothing } else { guard(&undo.entry) };
    let (to, list) = (&undo.entry.reference, &undo.list);
    for digest in &undo.put_back {
        if let Err(failure) = restore(registry, journal, to, list, digest).await {
            let stopped = super::Stopped::Failed { step: 0, failure: Box::new(failure) };
            return (Tagged::Untouched, Err(stopped));
        }
    }
    retag(registry, Some(journal), to, list, &guard, Some(&undo.entry.id)).await
}
