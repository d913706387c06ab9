//! Two indexes: entries matched by platform.

use super::comparison::{Detail, detail};
use super::field::{FieldChange, objects};
use super::matching::{self, List, in_order};
use super::moved::moved;
use super::{Bytes, Missing, Part, PartKind, Pointer, Side};
use crate::model::tree::NodeId;
use crate::oci::{Digest, Kind, Platform, keys};

/// How an entry differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Change {
    /// Both sides have it.
    Same,
    /// The same platform has other content, or is described otherwise.
    Changed,
    /// Only the second side has it.
    Added,
    /// Only the first side has it.
    Removed,
    /// The same content stands for another platform.
    Relabelled,
    /// It is in another place among the others.
    Reordered,
}

impl Change {
    /// The word of the command line's JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Changed => "changed",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Relabelled => "relabelled",
            Self::Reordered => "reordered",
        }
    }
}

/// An entry of one or both sides.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryRow {
    /// How it differs.
    pub change: Change,
    /// Whether it is in another place among the others, whatever else differs.
    pub moved: bool,
    /// The first side's entry.
    pub a: Option<EntrySide>,
    /// The second side's entry.
    pub b: Option<EntrySide>,
    /// What differs in the descriptors beside digest and size.
    pub fields: Vec<FieldChange>,
    /// What must be fetched by who has the first side's entry.
    pub bytes: Bytes,
    /// What differs in the content, if the digests differ and both are there.
    pub detail: Option<Detail>,
    /// The attestations of the entry.
    pub attestations: Vec<EntryRow>,
}

/// An entry as one side has it.
#[derive(Debug, Clone, PartialEq)]
pub struct EntrySide {
    /// The place in the list, from 0.
    pub position: usize,
    /// What it is.
    pub kind: PartKind,
    /// The platform: the list's word, else the config's.
    pub platform: Option<Platform>,
    /// Its digest; an unusable element has none.
    pub digest: Option<Digest>,
    /// The bytes of its layers, if they are known.
    pub layers_size: Option<u64>,
    /// Its node in the tree.
    pub node: NodeId,
}

/// What two indexes differ in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct IndexDiff {
    /// The entries in the order of the first side; what the second side adds is where it has
    /// it.
    pub entries: Vec<EntryRow>,
    /// The fields that differ, but for the list of entries.
    pub manifest: Vec<FieldChange>,
    /// What must be fetched by who has all of the first side.
    pub bytes: Bytes,
}

impl IndexDiff {
    /// An image that is compared with an index counts as an index of itself.
    pub(super) fn of(a: &Part, b: &Part, missing: &mut Vec<Missing>) -> Self {
        let mut diff = Self { bytes: Bytes::between(a, b), ..Self::default() };
        for (side, part) in [(Side::A, a), (Side::B, b)] {
            if part.document.is_none() {
                missing.push(Missing::manifest(side, part));
            }
        }
        if a.document.is_none() || b.document.is_none() {
            return diff;
        }
        let (first, second) = (List::of(a), List::of(b));
        if let (Some(first), Some(second)) = (&first.fields, &second.fields) {
            objects(&Pointer::default(), first, second, &mut diff.manifest);
        }
        diff.entries = rows(&first, &second, missing);
        // Their fields take much room, and are not needed any more.
        drop((first, second));
        mark_moved(&mut diff.entries);
        diff
    }

    /// How many entries are not the same, attestations not counted, and how many there are.
    #[must_use]
    pub fn entries_that_differ(&self) -> (usize, usize) {
        let differ = self.entries.iter().filter(|row| row.change != Change::Same);
        (differ.count(), self.entries.len())
    }

    /// How many entries are the same but for their attestations.
    #[must_use]
    pub fn attested_otherwise(&self) -> usize {
        self.entries.iter().filter(|row| row.change == Change::Same && !row.is_equal()).count()
    }

    /// Whether nothing differs.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.manifest.is_empty() && self.entries.iter().all(EntryRow::is_equal)
    }
}

impl EntryRow {
    /// Whether neither the entry nor an attestation of it differs.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.change == Change::Same && self.attestations.iter().all(Self::is_equal)
    }

    /// The second side's entry, else the first side's.
    #[must_use]
    pub fn side(&self) -> Option<&EntrySide> {
        self.b.as_ref().or(self.a.as_ref())
    }
}

fn rows(a: &List<'_>, b: &List<'_>, missing: &mut Vec<Missing>) -> Vec<EntryRow> {
    let pairs = matching::pairs(a, b, &a.own, &b.own);
    let order = in_order(&a.own, &b.own, &pairs);
    // There may be thousands: room for twice as many, while it grows, is much.
    let mut rows = Vec::with_capacity(order.len());
    rows.extend(order.into_iter().filter_map(|(at_a, at_b)| {
        let mut row = row(a, b, at_a, at_b, missing)?;
        let attested = |list: &List<'_>, at: Option<usize>| {
            at.map_or_else(Vec::new, |at| list.attestations(at).to_vec())
        };
        let (own_a, own_b) = (attested(a, at_a), attested(b, at_b));
        let pairs = matching::pairs(a, b, &own_a, &own_b);
        row.attestations = in_order(&own_a, &own_b, &pairs)
            .into_iter()
            .filter_map(|(at_a, at_b)| self::row(a, b, at_a, at_b, missing))
            .collect();
        Some(row)
    }));
    rows
}

fn row(
    a: &List<'_>,
    b: &List<'_>,
    at_a: Option<usize>,
    at_b: Option<usize>,
    missing: &mut Vec<Missing>,
) -> Option<EntryRow> {
    let (part_a, part_b) = (at_a.and_then(|at| a.part(at)), at_b.and_then(|at| b.part(at)));
    let mut row = EntryRow {
        change: Change::Same,
        moved: false,
        a: part_a.map(EntrySide::of),
        b: part_b.map(EntrySide::of),
        fields: Vec::new(),
        bytes: Bytes::default(),
        detail: None,
        attestations: Vec::new(),
    };
    match (part_a, part_b) {
        (Some(x), Some(y)) => {
            let same = same_content(x, y);
            row.detail = (!same).then(|| detail(x, y, missing));
            row.bytes = match &row.detail {
                Some(detail) => detail.bytes().unwrap_or_else(|| Bytes::between(x, y)),
                None => Bytes::between(x, y),
            };
            row.fields = descriptor_changes(a, b, x, y, same);
            row.change = if !same {
                Change::Changed
            } else if x.stated_platform() != y.stated_platform()
                && x.descriptor.is_some()
                && y.descriptor.is_some()
            {
                Change::Relabelled
            } else if !row.fields.is_empty() {
                Change::Changed
            } else {
                Change::Same
            };
            if same {
                failed(Side::A, x, missing);
                failed(Side::B, y, missing);
            }
        }
        (Some(x), None) => {
            row.change = Change::Removed;
            row.bytes = Bytes::removed(x);
            unread(Side::A, x, missing);
        }
        (None, Some(y)) => {
            row.change = Change::Added;
            row.bytes = Bytes::added(y);
            unread(Side::B, y, missing);
        }
        (None, None) => return None,
    }
    Some(row)
}

/// Content that both sides name needs no comparison, but that it cannot be had is worth a word.
fn failed(side: Side, part: &Part, missing: &mut Vec<Missing>) {
    if part.failure.is_some() && part.document.is_none() && part.odd.is_none() {
        missing.push(Missing::manifest(side, part));
    }
}

/// What one side alone has is told by its content.
fn unread(side: Side, part: &Part, missing: &mut Vec<Missing>) {
    if part.document.is_none() && part.odd.is_none() && !part.is_attestation() {
        missing.push(Missing::manifest(side, part));
    }
}

fn same_content(a: &Part, b: &Part) -> bool {
    match (a.digest(), b.digest()) {
        (Some(a), Some(b)) => a == b,
        (None, None) => a.odd.is_some() && a.odd == b.odd,
        _ => false,
    }
}

/// What two descriptors differ in. Digest and size of other content are not a field of theirs; nor
/// is, of an attestation, the digest of the image that it is under.
fn descriptor_changes(
    a: &List<'_>,
    b: &List<'_>,
    x: &Part,
    y: &Part,
    same: bool,
) -> Vec<FieldChange> {
    let mut out = Vec::new();
    if let (Some(first), Some(second)) = (a.raw(x), b.raw(y)) {
        objects(&Pointer::default(), first, second, &mut out);
    }
    let of_image = Pointer::of(&["annotations", keys::REFERENCE_DIGEST]);
    out.retain(|it| {
        let content = matches!(it.pointer.as_str(), "/digest" | "/size" | "/data") && !same;
        let image = it.pointer == of_image;
        !content && (!image || !x.is_attestation())
    });
    out.shrink_to_fit();
    out
}

impl EntrySide {
    fn of(part: &Part) -> Self {
        let layers_size = match part.manifest() {
            Some(crate::oci::Manifest::Image(image)) => Some(image.layers_size()),
            _ => None,
        };
        Self {
            position: part.position.unwrap_or(0),
            kind: part.kind,
            platform: part.platform(),
            digest: part.digest().cloned(),
            layers_size,
            node: part.node,
        }
    }

    /// The platform, or what else it is.
    #[must_use]
    pub fn label(&self) -> String {
        match (self.kind, &self.platform) {
            (PartKind::Manifest(Kind::Attestation), _) => "attestation".to_owned(),
            (PartKind::Manifest(Kind::Index), Some(platform)) => format!("index {platform}"),
            (PartKind::Manifest(_), Some(platform)) => platform.to_string(),
            (PartKind::Manifest(Kind::Image | Kind::Unknown), None) => "no platform".to_owned(),
            (kind, _) => kind.as_str().to_owned(),
        }
    }
}

/// Marks the entries that are in another place among the others.
fn mark_moved(rows: &mut [EntryRow]) {
    let mut pairs: Vec<(usize, usize, String)> = Vec::new();
    for row in rows.iter().flat_map(|row| std::iter::once(row).chain(&row.attestations)) {
        if let (Some(a), Some(b)) = (&row.a, &row.b) {
            let name = |side: &EntrySide| {
                format!("{:?} {:?}", side.digest.as_ref().map(Digest::as_str), side.platform)
            };
            let (a_name, b_name) = (name(a), name(b));
            let both = if a_name <= b_name { a_name + &b_name } else { b_name + &a_name };
            pairs.push((a.position, b.position, both));
        }
    }
    let moved = moved(&pairs);
    let mark = |row: &mut EntryRow| {
        if let (Some(a), Some(b)) = (&row.a, &row.b)
            && moved.contains(&(a.position, b.position))
        {
            row.moved = true;
            if row.change == Change::Same {
                row.change = Change::Reordered;
            }
        }
    };
    for row in rows {
        mark(row);
        row.attestations.iter_mut().for_each(mark);
    }
}
