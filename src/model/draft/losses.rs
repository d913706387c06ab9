//! What a Docker manifest list has no place for.

use crate::text::plural;

use super::item::Item;
use super::raw::Object;
use super::work::Work;
use super::{Draft, Format};

/// Fields of an OCI index that a manifest list lacks (distribution `manifest-v2-2.md`).
pub(super) const LIST_FIELDS: [&str; 3] = ["artifactType", "subject", "annotations"];
/// The same of a descriptor.
const ENTRY_FIELDS: [&str; 3] = ["artifactType", "annotations", "data"];

/// What switching the format takes away, each in a few words; empty if nothing is lost.
#[must_use]
pub fn losses(draft: &Draft, format: Format) -> Vec<String> {
    let work = draft.work();
    if format == Format::Oci || work.format == format {
        return Vec::new();
    }
    of(work)
}

fn of(work: &Work) -> Vec<String> {
    let mut lost = Vec::new();
    for key in LIST_FIELDS {
        match work.fields.get(key) {
            None => {}
            Some(_) if key == "annotations" => {
                let annotations = work.fields.object(key);
                lost.push(format!("{} of the list", plural(annotations.len(), "annotation")));
            }
            Some(_) => lost.push(format!("the list's {key}")),
        }
    }
    let attestations = work
        .items
        .iter()
        .filter(|item| item.descriptor().is_some_and(|it| it.is_attestation()))
        .count();
    if attestations > 0 {
        lost.push(plural(attestations, "attestation"));
    }
    let mut annotations = 0;
    let mut others = 0;
    for item in &work.items {
        if item.descriptor().is_some_and(|it| it.is_attestation()) {
            continue;
        }
        let Some(object) = Object::parse(&item.raw) else { continue };
        annotations += object.object("annotations").len();
        others += ["artifactType", "data"].iter().filter(|key| object.get(key).is_some()).count();
    }
    if annotations > 0 {
        lost.push(format!("{} of entries", plural(annotations, "annotation")));
    }
    if others > 0 {
        lost.push(format!("{} of entries (artifactType, data)", plural(others, "field")));
    }
    lost
}

/// Whether the entry has something that a manifest list lacks.
pub(super) fn loses(item: &Item) -> bool {
    Object::parse(&item.raw)
        .is_some_and(|object| ENTRY_FIELDS.iter().any(|key| object.get(key).is_some()))
}

/// The entry without what a manifest list lacks.
pub(super) fn without(item: &Item) -> Item {
    if !loses(item) {
        return item.clone();
    }
    let changed = item.changed(|object| {
        for key in ENTRY_FIELDS {
            object.remove(key);
        }
    });
    changed.unwrap_or_else(|| item.clone())
}
