//! Two lists of layers, aligned as sequences.

use std::collections::HashMap;
use std::sync::Arc;

use super::align::{Block, align};
use super::field::{FieldChange, changes, text_map};
use super::{Part, PartKind, Pointer};
use crate::model::tree::NodeId;
use crate::oci::{Descriptor, Digest, Entry, Manifest};

/// How a layer differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LayerChange {
    /// Both sides have it; what their descriptors differ in is beside.
    Same,
    /// The same files in the same order: only the compression differs. The digest before
    /// compression (`diff_id`) is the same, that of the blob is not.
    Recompressed,
    /// Another layer in its place: the same step of the build made it, or it is between the
    /// same neighbours.
    Changed,
    /// Only the second side has it here.
    Added,
    /// Only the first side has it here.
    Removed,
}

impl LayerChange {
    /// The word of the command line's JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Recompressed => "recompressed",
            Self::Changed => "changed",
            Self::Added => "added",
            Self::Removed => "removed",
        }
    }
}

/// A layer of one or both sides, base first.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerRow {
    /// How it differs.
    pub change: LayerChange,
    /// The first side's layer.
    pub a: Option<LayerSide>,
    /// The second side's layer.
    pub b: Option<LayerSide>,
    /// What differs in the descriptors beside digest and size: media type, annotations, `diff_id`.
    pub fields: Vec<FieldChange>,
}

/// A layer as one side has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerSide {
    /// Its number, from 1, base first.
    pub number: usize,
    /// Its descriptor; a config alone has none.
    pub descriptor: Option<Arc<Descriptor>>,
    /// Its digest before compression, if the config has it.
    pub diff_id: Option<Digest>,
    /// What made it, as the config's history says.
    pub step: Option<String>,
    /// Its node in the tree.
    pub node: Option<NodeId>,
    /// The list's element, if it is not a usable descriptor.
    pub odd: Option<String>,
}

impl LayerSide {
    /// The blob's digest.
    #[must_use]
    pub fn digest(&self) -> Option<&Digest> {
        self.descriptor.as_ref().map(|it| &it.digest)
    }
}

/// The layers of one side: an image's, an artifact's blobs, or what a config alone tells.
pub(super) fn of_part(part: &Part) -> Vec<LayerSide> {
    let config = part.config.as_ref().map(|document| &document.config);
    let diff_id = |at: usize| config.and_then(|it| it.diff_ids.get(at).cloned().flatten());
    // Looked up once: an image may have thousands of layers and steps.
    let ids = config.map_or(0, |config| config.diff_ids.len());
    let count = match part.manifest() {
        Some(Manifest::Image(image)) => image.layers.len(),
        _ => ids,
    };
    let steps: Vec<Option<&str>> = config.map_or_else(Vec::new, |it| it.commands(count).collect());
    let step = |at: usize| steps.get(at).copied().flatten().map(str::to_owned);
    let entries: &[Entry] = match part.manifest() {
        Some(Manifest::Image(image)) => &image.layers,
        Some(Manifest::Artifact(artifact)) => &artifact.blobs,
        _ if part.kind == PartKind::Config => {
            return (0..ids)
                .map(|at| LayerSide {
                    number: at + 1,
                    descriptor: None,
                    diff_id: diff_id(at),
                    step: step(at),
                    node: None,
                    odd: None,
                })
                .collect();
        }
        _ => &[],
    };
    let side = |(at, entry): (usize, &Entry)| LayerSide {
        number: at + 1,
        descriptor: entry.descriptor().cloned(),
        diff_id: diff_id(at),
        step: step(at),
        node: part.layer_nodes.get(&(at + 1)).copied(),
        odd: match entry {
            Entry::Odd { raw, .. } => Some(raw.clone()),
            Entry::Descriptor(_) => None,
        },
    };
    entries.iter().enumerate().map(side).collect()
}

/// Aligns two lists of layers: by digest, and by `diff_id` if the blobs differ; what is left in
/// one place is paired by the step of the build that made it, else in its order.
pub(super) fn rows(a: &[LayerSide], b: &[LayerSide]) -> Vec<LayerRow> {
    let names = Names::of(a, b);
    let mut rows = Vec::with_capacity(a.len().max(b.len()));
    for block in align(&names.all(a), &names.all(b)) {
        match block {
            Block::Same { a: from_a, b: from_b, len } => {
                let in_b = b.get(from_b..from_b + len).unwrap_or_default();
                for (a, b) in a.iter().skip(from_a).zip(in_b) {
                    rows.push(pair(a, b));
                }
            }
            Block::Differ { a: in_a, b: in_b } => {
                let a = a.get(in_a).unwrap_or_default();
                let b = b.get(in_b).unwrap_or_default();
                by_step(a, b, &mut rows);
            }
        }
    }
    rows
}

fn by_step(a: &[LayerSide], b: &[LayerSide], rows: &mut Vec<LayerRow>) {
    fn steps(sides: &[LayerSide]) -> Vec<Option<&str>> {
        sides.iter().map(|side| side.step.as_deref()).collect()
    }
    for block in align(&steps(a), &steps(b)) {
        match block {
            Block::Same { a: from_a, b: from_b, len } => {
                let in_b = b.get(from_b..from_b + len).unwrap_or_default();
                rows.extend(a.iter().skip(from_a).zip(in_b).map(|(a, b)| pair(a, b)));
            }
            Block::Differ { a: in_a, b: in_b } => {
                let one = |change, a: Option<&LayerSide>, b: Option<&LayerSide>| LayerRow {
                    change,
                    a: a.cloned(),
                    b: b.cloned(),
                    fields: Vec::new(),
                };
                let (a, b) = (a.get(in_a).unwrap_or_default(), b.get(in_b).unwrap_or_default());
                let pairs = a.len().min(b.len());
                rows.extend(a.iter().zip(b).map(|(a, b)| pair(a, b)));
                let removed = a.iter().skip(pairs);
                rows.extend(removed.map(|it| one(LayerChange::Removed, Some(it), None)));
                let added = b.iter().skip(pairs);
                rows.extend(added.map(|it| one(LayerChange::Added, None, Some(it))));
            }
        }
    }
}

fn pair(a: &LayerSide, b: &LayerSide) -> LayerRow {
    let same_blob = match (a.digest(), b.digest()) {
        (Some(a), Some(b)) => a == b,
        (None, None) if a.odd.is_some() || b.odd.is_some() => a.odd == b.odd,
        (None, None) => a.diff_id == b.diff_id,
        _ => false,
    };
    let same_files = a.diff_id.is_some() && a.diff_id == b.diff_id;
    let mut fields = descriptor_changes(a, b, same_blob);
    if same_blob && a.diff_id != b.diff_id && a.diff_id.is_some() && b.diff_id.is_some() {
        let text = |id: &Option<Digest>| id.as_ref().map(|id| id.as_str().into());
        fields.push(FieldChange::new(
            Pointer::of(&["diff_id"]),
            text(&a.diff_id),
            text(&b.diff_id),
        ));
    }
    let change = match (same_blob, same_files) {
        (true, _) => LayerChange::Same,
        (false, true) => LayerChange::Recompressed,
        _ => LayerChange::Changed,
    };
    LayerRow { change, a: Some(a.clone()), b: Some(b.clone()), fields }
}

/// What two descriptors differ in, beside the digest; the size is part of another digest.
fn descriptor_changes(a: &LayerSide, b: &LayerSide, same_blob: bool) -> Vec<FieldChange> {
    let mut out = Vec::new();
    let (Some(a), Some(b)) = (&a.descriptor, &b.descriptor) else { return out };
    // What is the same, as most is, is not made JSON first.
    if a.media_type != b.media_type {
        let (a, b) = (a.media_type.as_str().into(), b.media_type.as_str().into());
        changes(&Pointer::of(&["mediaType"]), &a, &b, &mut out);
    }
    if same_blob && a.size != b.size {
        changes(&Pointer::of(&["size"]), &a.size.into(), &b.size.into(), &mut out);
    }
    if a.annotations != b.annotations {
        changes(
            &Pointer::of(&["annotations"]),
            &text_map(&a.annotations),
            &text_map(&b.annotations),
            &mut out,
        );
    }
    if a.urls != b.urls {
        changes(&Pointer::of(&["urls"]), &a.urls.clone().into(), &b.urls.clone().into(), &mut out);
    }
    out
}

/// One name for all layers of one content: the same digest, or the same digest before compression.
struct Names<'a>(HashMap<&'a str, usize>);

impl<'a> Names<'a> {
    fn of(a: &'a [LayerSide], b: &'a [LayerSide]) -> Self {
        let mut names = HashMap::new();
        let mut next = 0;
        // The names must not depend on which side comes first: the alignment compares them.
        let mut all: Vec<&LayerSide> = a.iter().chain(b).collect();
        all.sort_by_key(|side| (side.digest(), side.diff_id.as_ref(), side.odd.as_deref()));
        for side in all {
            let known = keys(side).find_map(|key| names.get(key).copied());
            let name = known.unwrap_or_else(|| {
                next += 1;
                next
            });
            for key in keys(side) {
                names.entry(key).or_insert(name);
            }
        }
        Self(names)
    }

    fn all(&self, sides: &'a [LayerSide]) -> Vec<usize> {
        let name = |side| keys(side).find_map(|key| self.0.get(key).copied()).unwrap_or(0);
        sides.iter().map(name).collect()
    }
}

fn keys(side: &LayerSide) -> impl Iterator<Item = &str> {
    let digest = side.digest().map(Digest::as_str);
    let diff_id = side.diff_id.as_ref().map(Digest::as_str);
    digest.into_iter().chain(diff_id).chain(side.odd.as_deref())
}
