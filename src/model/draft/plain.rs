//! Entries of which a draft need not know more than they say.

use std::collections::{HashMap, HashSet};

use crate::model::select::platforms::Normal;
use crate::oci::Digest;

use super::item::Item;
use super::work::Work;

/// The images that are as they were in the base, or were taken out of it, with a platform that no
/// other entry has.
pub(super) fn plain(start: &Work, work: &Work) -> HashSet<Digest> {
    let mut shared: HashMap<Machine, usize> = HashMap::new();
    for machine in work.items.iter().filter_map(|item| machine(item)) {
        *shared.entry(machine).or_default() += 1;
    }
    let is_alone = |item: &Item| {
        machine(item).is_some_and(|machine| shared.get(&machine).is_none_or(|count| *count == 1))
    };
    let changed: HashSet<_> = work
        .items
        .iter()
        .filter(|item| !start.items.iter().any(|it| it.id == item.id && it.raw == item.raw))
        .filter_map(|item| Some(&item.descriptor()?.digest))
        .collect();
    start
        .items
        .iter()
        .filter(|item| is_alone(item))
        .filter_map(|item| Some(&item.descriptor()?.digest))
        .filter(|digest| !changed.contains(digest))
        .cloned()
        .collect()
}

/// Operating system, architecture, variant, normalised.
type Machine = (String, String, String);

/// For which machines an entry says that it is.
fn machine(item: &Item) -> Option<Machine> {
    let platform = item.descriptor()?.platform.as_ref()?;
    let is_whole = !platform.os.is_empty() && !platform.architecture.is_empty();
    let lacks_version = platform.os == "windows" && platform.os_version.is_empty();
    let normal = Normal::new(platform);
    (is_whole && !lacks_version).then_some((normal.os, normal.architecture, normal.variant))
}
