//! What a push changes of a list beside its entries, in sentences for the plan.

use crate::oci::{Annotations, Descriptor};
use crate::text::plural;

use super::item::Item;
use super::losses::LIST_FIELDS;
use super::work::Work;
use super::{Draft, Format, Mark};

/// The most annotations that are named one by one.
const MOST: usize = 20;
/// The most attestations that are named one by one.
const MOST_ATTESTATIONS: usize = 6;

/// Annotations, the format, fields and attestations that differ from what the draft began with,
/// each in a sentence without a full stop. Text from outside in it is not escaped.
pub(super) fn changes(draft: &Draft) -> Vec<String> {
    let (start, work) = (draft.start(), draft.work());
    let mut said = Vec::new();
    // A new list was nothing before.
    if draft.base().is_some() && start.format != work.format {
        said.push(format!("the list becomes {}; it was {}", one(work.format), one(start.format)));
    }
    let mut annotations = Vec::new();
    differ("the list", &list_annotations(start), &list_annotations(work), &mut annotations);
    for (at, item) in work.items.iter().enumerate() {
        let before = start.items.iter().find(|old| old.id == item.id);
        if let (Some(old), Some(new)) = (before.and_then(|old| old.descriptor()), item.descriptor())
        {
            let name = format!("entry {}", at + 1);
            differ(&name, &old.annotations, &new.annotations, &mut annotations);
        }
    }
    let more = annotations.len().saturating_sub(MOST);
    annotations.truncate(MOST);
    said.extend(annotations);
    if more > 0 {
        said.push(format!("{} more differ", plural(more, "annotation")));
    }
    for key in LIST_FIELDS.iter().filter(|key| **key != "annotations") {
        match (start.fields.get(key), work.fields.get(key)) {
            (Some(_), None) => said.push(format!("the list loses its {key}")),
            (None, Some(_)) => said.push(format!("the list gets a field {key}")),
            (Some(old), Some(new)) if old != new => said.push(format!("the list's {key} changes")),
            _ => {}
        }
    }
    said.extend(attestations(draft));
    said
}

fn one(format: Format) -> &'static str {
    match format {
        Format::Oci => "an OCI index",
        Format::Docker => "a Docker manifest list",
    }
}

fn list_annotations(work: &Work) -> Annotations {
    let object = work.fields.object("annotations");
    let text = |value: &str| serde_json::from_str(value).unwrap_or_else(|_| value.to_owned());
    object.iter().map(|(key, value)| (key.to_owned(), text(value))).collect()
}

fn differ(of: &str, old: &Annotations, new: &Annotations, into: &mut Vec<String>) {
    for (key, value) in new {
        match old.get(key) {
            None => into.push(format!("the annotation {key} of {of} is set to {value}")),
            Some(was) if was != value => {
                into.push(format!("the annotation {key} of {of} becomes {value}; it was {was}"));
            }
            Some(_) => {}
        }
    }
    for (key, was) in old.iter().filter(|(key, _)| !new.contains_key(*key)) {
        into.push(format!("the annotation {key} of {of} falls away; it was {was}"));
    }
}

/// The attestations that are no longer in the list, by the platform of their image.
fn attestations(draft: &Draft) -> Option<String> {
    let start = draft.start();
    let gone: Vec<String> = draft
        .entries()
        .iter()
        .filter(|entry| entry.mark == Mark::Removed)
        .filter_map(|entry| entry.descriptor.as_deref())
        .filter(|descriptor| descriptor.is_attestation())
        .map(|descriptor| of_image(descriptor, &start.items))
        .collect();
    let shown = gone.get(..gone.len().min(MOST_ATTESTATIONS)).unwrap_or_default().join(", ");
    match gone.len() {
        0 => None,
        1 => Some(format!("an attestation falls away: {shown}")),
        count if count > MOST_ATTESTATIONS => {
            Some(format!("{count} attestations fall away: {shown}, …"))
        }
        count => Some(format!("{count} attestations fall away: {shown}")),
    }
}

/// `that of linux/amd64`, or the digest of an attestation that speaks of nothing in the list.
fn of_image(attestation: &Descriptor, items: &[std::sync::Arc<Item>]) -> String {
    let of = attestation.attests();
    let image = items
        .iter()
        .filter_map(|item| item.descriptor())
        .find(|it| Some(&it.digest) == of.as_ref());
    match image.and_then(|image| image.platform.as_ref()) {
        Some(platform) => format!("that of {platform}"),
        None => attestation.digest.to_string(),
    }
}
