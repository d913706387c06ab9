//! Which entry of one list belongs to which of another.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::Hash;

use serde_json::{Map, Value};

use super::Part;
use super::platform::Key;
use crate::oci::{Descriptor, Digest, Platform};

/// The elements of one side.
pub(super) struct List<'a> {
    entries: Vec<&'a Part>,
    /// The elements of the list as JSON, by position.
    raw: Vec<Value>,
    /// The other fields of the index.
    pub(super) fields: Option<Map<String, Value>>,
    /// The places in `entries` of what is in its own row.
    pub(super) own: Vec<usize>,
    /// The places of the attestations of each of them.
    attestations: HashMap<usize, Vec<usize>>,
}

impl<'a> List<'a> {
    pub(super) fn of(part: &'a Part) -> Self {
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

    pub(super) fn part(&self, at: usize) -> Option<&'a Part> {
        self.entries.get(at).copied()
    }

    fn key(&self, at: usize) -> Key {
        self.part(at).map_or(Key::None, Key::of)
    }

    /// The digest, or the element itself if it has none.
    fn identity(&self, at: usize) -> &'a str {
        let part = self.part(at);
        let digest = part.and_then(|part| part.digest()).map(Digest::as_str);
        digest.or_else(|| part.and_then(|part| part.odd.as_deref())).unwrap_or_default()
    }

    /// The platform as the list writes it.
    fn spelling(&self, at: usize) -> Option<&'a Platform> {
        self.part(at)?.descriptor.as_ref()?.platform.as_ref()
    }

    pub(super) fn raw(&self, part: &Part) -> Option<&Map<String, Value>> {
        self.raw.get(part.position?)?.as_object()
    }

    pub(super) fn attestations(&self, at: usize) -> &[usize] {
        self.attestations.get(&at).map_or(&[], Vec::as_slice)
    }
}

/// Both sides' places, paired or alone: the first side's order, what only the second side has
/// behind what is before it there.
pub(super) fn in_order(
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
pub(super) fn pairs(
    a: &List<'_>,
    b: &List<'_>,
    own_a: &[usize],
    own_b: &[usize],
) -> HashMap<usize, usize> {
    let keys = |list: &List<'_>, own: &[usize]| -> HashMap<usize, Key> {
        own.iter().map(|at| (*at, list.key(*at))).collect()
    };
    let (keys_a, keys_b) = (keys(a, own_a), keys(b, own_b));
    let mut matching = Matching { a: own_a.to_vec(), b: own_b.to_vec(), pairs: HashMap::new() };
    matching.by(
        |at| Some((keys_a.get(&at)?, a.identity(at))),
        |at| Some((keys_b.get(&at)?, b.identity(at))),
    );
    // Labels that were exchanged: every entry that is on a platform concerned is still there.
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
