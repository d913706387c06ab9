//! Two indexes: entries matched by platform.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::Hash;

use serde_json::{Map, Value};

use super::align::{Block, in_this_order};
use super::comparison::{Detail, detail};
use super::field::{FieldChange, objects};
use super::platform::Key;
use super::{Bytes, Missing, Part, PartKind, Side};
use crate::oci::{Descriptor, Digest, Kind, Platform, keys};
use crate::tree::NodeId;

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
    /// It stands in another place among the others.
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
    /// Whether it stands in another place among the others, whatever else differs.
    pub moved: bool,
    /// The first side's entry.
    pub a: Option<EntrySide>,
    /// The second side's entry.
    pub b: Option<EntrySide>,
    /// What differs in the descriptors beside digest and size.
    pub fields: Vec<FieldChange>,
    /// What must be fetched by who has the first side's entry.
    pub bytes: Bytes,
    /// What differs in the content, where the digests differ and both are there.
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
    /// The bytes of its layers, where they are known.
    pub layers_size: Option<u64>,
    /// Its node in the tree.
    pub node: NodeId,
}

/// What two indexes differ in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct IndexDiff {
    /// The entries in the order of the first side; what the second side adds stands where it has
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
            objects("", first, second, &mut diff.manifest);
        }
        diff.entries = rows(&first, &second, missing);
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

/// The elements of one side.
struct List<'a> {
    entries: Vec<&'a Part>,
    /// The elements of the list as JSON, by position.
    raw: Vec<Value>,
    /// The other fields of the index.
    fields: Option<Map<String, Value>>,
    /// The places in `entries` of what stands in its own row.
    own: Vec<usize>,
    /// The places of the attestations of each of them.
    attestations: HashMap<usize, Vec<usize>>,
}

impl<'a> List<'a> {
    fn of(part: &'a Part) -> Self {
        let mut list = Self {
            entries: vec![part],
            raw: Vec::new(),
            fields: None,
            own: vec![0],
            attestations: HashMap::new(),
        };
        if !part.is_index() {
            return list;
        }
        list.entries = part.entries.iter().collect();
        if let Some(Value::Object(mut object)) = part.json() {
            if let Some(Value::Array(raw)) = object.shift_remove("manifests") {
                list.raw = raw;
            }
            list.fields = Some(object);
        }
        list.own.clear();
        let mut by_digest: HashMap<&Digest, usize> = HashMap::new();
        for (at, entry) in list.entries.iter().enumerate() {
            if let Some(digest) = entry.digest().filter(|_| !entry.is_attestation()) {
                by_digest.entry(digest).or_insert(at);
            }
        }
        for (at, entry) in list.entries.iter().enumerate() {
            let attested = entry.descriptor.as_deref().and_then(Descriptor::attests);
            match attested.and_then(|digest| by_digest.get(&digest)) {
                Some(image) => list.attestations.entry(*image).or_default().push(at),
                None => list.own.push(at),
            }
        }
        list
    }

    fn part(&self, at: usize) -> Option<&'a Part> {
        self.entries.get(at).copied()
    }

    fn key(&self, at: usize) -> Key {
        self.part(at).map_or(Key::None, Key::of)
    }

    /// The digest, or the element itself where it has none.
    fn identity(&self, at: usize) -> &'a str {
        let part = self.part(at);
        let digest = part.and_then(|part| part.digest()).map(Digest::as_str);
        digest.or_else(|| part.and_then(|part| part.odd.as_deref())).unwrap_or_default()
    }

    /// The platform as the list writes it.
    fn spelling(&self, at: usize) -> Option<&'a Platform> {
        self.part(at)?.descriptor.as_ref()?.platform.as_ref()
    }

    fn raw(&self, part: &Part) -> Option<&Map<String, Value>> {
        self.raw.get(part.position?)?.as_object()
    }

    fn attestations(&self, at: usize) -> &[usize] {
        self.attestations.get(&at).map_or(&[], Vec::as_slice)
    }
}

fn rows(a: &List<'_>, b: &List<'_>, missing: &mut Vec<Missing>) -> Vec<EntryRow> {
    let pairs = pairs(a, b, &a.own, &b.own);
    in_order(&a.own, &b.own, &pairs)
        .into_iter()
        .filter_map(|(at_a, at_b)| {
            let mut row = row(a, b, at_a, at_b, missing)?;
            let attested = |list: &List<'_>, at: Option<usize>| {
                at.map_or_else(Vec::new, |at| list.attestations(at).to_vec())
            };
            let (own_a, own_b) = (attested(a, at_a), attested(b, at_b));
            let pairs = self::pairs(a, b, &own_a, &own_b);
            row.attestations = in_order(&own_a, &own_b, &pairs)
                .into_iter()
                .filter_map(|(at_a, at_b)| self::row(a, b, at_a, at_b, missing))
                .collect();
            Some(row)
        })
        .collect()
}

/// Both sides' places, paired or alone: the first side's order, what only the second side has
/// behind what stands before it there.
fn in_order(
    a: &[usize],
    b: &[usize],
    pairs: &HashMap<usize, usize>,
) -> Vec<(Option<usize>, Option<usize>)> {
    let paired: HashSet<usize> = pairs.values().copied().collect();
    let mut behind: HashMap<Option<usize>, Vec<usize>> = HashMap::new();
    let mut last = None;
    for at in b {
        if paired.contains(at) {
            last = Some(*at);
        } else {
            behind.entry(last).or_default().push(*at);
        }
    }
    let mut rows = Vec::with_capacity(a.len().max(b.len()));
    let added = |at: Option<usize>, rows: &mut Vec<_>| {
        let added = behind.get(&at).into_iter().flatten();
        rows.extend(added.map(|at| (None, Some(*at))));
    };
    added(None, &mut rows);
    for at in a {
        let other = pairs.get(at).copied();
        rows.push((Some(*at), other));
        if other.is_some() {
            added(other, &mut rows);
        }
    }
    rows
}

/// Which entry of the first side belongs to which of the second: by what they say most plainly.
fn pairs(a: &List<'_>, b: &List<'_>, own_a: &[usize], own_b: &[usize]) -> HashMap<usize, usize> {
    let keys = |list: &List<'_>, own: &[usize]| -> HashMap<usize, Key> {
        own.iter().map(|at| (*at, list.key(*at))).collect()
    };
    let (keys_a, keys_b) = (keys(a, own_a), keys(b, own_b));
    let mut matching = Matching { a: own_a.to_vec(), b: own_b.to_vec(), pairs: HashMap::new() };
    matching.by(
        |at| Some((keys_a.get(&at)?, a.identity(at))),
        |at| Some((keys_b.get(&at)?, b.identity(at))),
    );
    // Labels that were exchanged: every entry that stands on a platform concerned is still there.
    let both: HashSet<&str> = {
        let in_a: HashSet<&str> = matching.a.iter().map(|at| a.identity(*at)).collect();
        let in_b = matching.b.iter().map(|at| b.identity(*at));
        in_b.filter(|identity| in_a.contains(identity)).collect()
    };
    let strange = |list: &List<'_>, own: &[usize], keys: &HashMap<usize, Key>| -> HashSet<Key> {
        let new = own.iter().filter(|at| !both.contains(list.identity(**at)));
        new.filter_map(|at| keys.get(at).cloned()).collect()
    };
    let strange_in_a = strange(a, &matching.a, &keys_a);
    let strange_in_b = strange(b, &matching.b, &keys_b);
    matching.by(
        |at| keys_a.get(&at).filter(|key| !strange_in_b.contains(key)).map(|_| a.identity(at)),
        |at| keys_b.get(&at).filter(|key| !strange_in_a.contains(key)).map(|_| b.identity(at)),
    );
    // Of several that mean one platform those that are written alike belong together.
    matching.by(
        |at| keys_a.get(&at).filter(|key| **key != Key::Odd).map(|key| (key, a.spelling(at))),
        |at| keys_b.get(&at).filter(|key| **key != Key::Odd).map(|key| (key, b.spelling(at))),
    );
    matching.by(
        |at| keys_a.get(&at).filter(|key| **key != Key::Odd),
        |at| keys_b.get(&at).filter(|key| **key != Key::Odd),
    );
    matching.by(|at| Some(a.identity(at)), |at| Some(b.identity(at)));
    matching.by(
        |at| keys_a.get(&at).and_then(Key::release),
        |at| keys_b.get(&at).and_then(Key::release),
    );
    matching.pairs
}

struct Matching {
    a: Vec<usize>,
    b: Vec<usize>,
    pairs: HashMap<usize, usize>,
}

impl Matching {
    /// Pairs what is left by a key; the first of several with the first.
    fn by<K: Eq + Hash>(
        &mut self,
        key_a: impl Fn(usize) -> Option<K>,
        key_b: impl Fn(usize) -> Option<K>,
    ) {
        let mut waiting: HashMap<K, VecDeque<usize>> = HashMap::new();
        for at in &self.b {
            if let Some(key) = key_b(*at) {
                waiting.entry(key).or_default().push_back(*at);
            }
        }
        let mut taken = HashSet::new();
        self.a.retain(|at| {
            let found = key_a(*at).and_then(|key| waiting.get_mut(&key)?.pop_front());
            if let Some(found) = found {
                self.pairs.insert(*at, found);
                taken.insert(found);
            }
            found.is_none()
        });
        self.b.retain(|at| !taken.contains(at));
    }
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

/// What two descriptors differ in. Digest and size of other content are no field of theirs; nor
/// is, of an attestation, the digest of the image that it stands under.
fn descriptor_changes(
    a: &List<'_>,
    b: &List<'_>,
    x: &Part,
    y: &Part,
    same: bool,
) -> Vec<FieldChange> {
    let mut out = Vec::new();
    if let (Some(first), Some(second)) = (a.raw(x), b.raw(y)) {
        objects("", first, second, &mut out);
    }
    out.retain(|it| {
        let content = matches!(it.path.as_str(), "digest" | "size" | "data") && !same;
        let image = it.path.strip_prefix("annotations.") == Some(keys::REFERENCE_DIGEST);
        !content && (!image || !x.is_attestation())
    });
    out
}

/// Marks the entries that are not part of the longest sequence that both sides have in one order.
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
    if pairs.is_sorted_by_key(|pair| pair.0) && pairs.is_sorted_by_key(|pair| pair.1) {
        return;
    }
    let order = |key: fn(&(usize, usize, String)) -> usize| {
        let mut order: Vec<&(usize, usize, String)> = pairs.iter().collect();
        order.sort_by_key(|pair| key(pair));
        order
    };
    let (by_a, by_b) = (order(|pair| pair.0), order(|pair| pair.1));
    let names = |order: &[&(usize, usize, String)]| -> Vec<String> {
        order.iter().map(|pair| pair.2.clone()).collect()
    };
    // Which of several orders is kept must not depend on which side comes first.
    let (first, second) = if names(&by_a) <= names(&by_b) { (by_a, by_b) } else { (by_b, by_a) };
    let number: HashMap<(usize, usize), usize> =
        first.iter().enumerate().map(|(at, pair)| ((pair.0, pair.1), at)).collect();
    let numbers = |order: &[&(usize, usize, String)]| -> Vec<usize> {
        order.iter().filter_map(|pair| number.get(&(pair.0, pair.1)).copied()).collect()
    };
    let mut kept: HashSet<(usize, usize)> = HashSet::new();
    for block in in_this_order(&numbers(&first), &numbers(&second)) {
        if let Block::Same { a, len, .. } = block {
            kept.extend(first.iter().skip(a).take(len).map(|pair| (pair.0, pair.1)));
        }
    }
    let mark = |row: &mut EntryRow| {
        if let (Some(a), Some(b)) = (&row.a, &row.b)
            && !kept.contains(&(a.position, b.position))
            // Others changed places around it.
            && a.position != b.position
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
