//! From two states to rows with marks.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::oci::{self, Digest, Kind};

use super::item::Item;
use super::known::Known;
use super::work::Work;
use super::{Entry, EntryId, Mark};

/// The entries of the list in order, those that were removed where they were.
pub(super) fn rows(start: &Work, work: &Work, known: &Known) -> Vec<Entry> {
    let base: HashMap<EntryId, usize> =
        start.items.iter().enumerate().map(|(at, item)| (item.id, at)).collect();
    let places: Vec<usize> =
        work.items.iter().filter_map(|item| base.get(&item.id).copied()).collect();
    let kept: HashSet<usize> = places.iter().copied().collect();
    let in_order = longest_rise(&places);
    let mut first: HashMap<&Digest, EntryId> = HashMap::new();
    for item in &work.items {
        if let Some(descriptor) = item.descriptor() {
            first.entry(&descriptor.digest).or_insert(item.id);
        }
    }
    let attests = |item: &Item| {
        item.descriptor().and_then(|it| it.attests()).and_then(|it| first.get(&it).copied())
    };
    let mut rows = Vec::with_capacity(work.items.len() + start.items.len() - kept.len());
    let gone_from = |rows: &mut Vec<Entry>, from: usize| {
        let gone = start.items.iter().enumerate().skip(from);
        for (_, item) in gone.take_while(|(at, _)| !kept.contains(at)) {
            rows.push(row(item, None, Mark::Removed, attests(item), known));
        }
    };
    gone_from(&mut rows, 0);
    for (position, item) in work.items.iter().enumerate() {
        let at = base.get(&item.id).copied();
        let mark = match at.and_then(|at| Some((at, start.items.get(at)?))) {
            None => Mark::Added,
            Some((_, old)) if old.raw != item.raw => Mark::Changed,
            Some((at, _)) if !in_order.contains(&at) => Mark::Moved,
            Some(_) => Mark::Same,
        };
        rows.push(row(item, Some(position), mark, attests(item), known));
        if let Some(at) = at {
            gone_from(&mut rows, at + 1);
        }
    }
    rows
}

fn row(
    item: &Arc<Item>,
    position: Option<usize>,
    mark: Mark,
    attests: Option<EntryId>,
    known: &Known,
) -> Entry {
    let odd = match &item.entry {
        oci::Entry::Odd { problem, .. } => Some(problem.clone()),
        oci::Entry::Descriptor(_) => None,
    };
    Entry {
        id: item.id,
        position,
        mark,
        descriptor: item.descriptor().cloned(),
        odd,
        json: Arc::clone(&item.raw),
        from: Arc::clone(&item.from),
        config: known.config_of(item),
        holds_foreign_config: known.holds_foreign_config(item),
        misfits: known.misfits_of(item),
        holds_attestation: known.holds(item) == Some(Kind::Attestation),
        holds_artifact: known.holds(item) == Some(Kind::Artifact),
        subject: known.subject_of(item),
        filled: item.filled,
        attests,
    }
}

/// The most numbers that are in rising order as they are: those that nobody moved.
fn longest_rise(numbers: &[usize]) -> HashSet<usize> {
    // Patience sorting: the end of each pile, and for each number the one below it.
    let mut ends: Vec<usize> = Vec::new();
    let mut below: HashMap<usize, usize> = HashMap::new();
    for number in numbers {
        let pile = ends.partition_point(|end| end < number);
        if let Some(under) = pile.checked_sub(1).and_then(|pile| ends.get(pile)) {
            below.insert(*number, *under);
        }
        match ends.get_mut(pile) {
            Some(end) => *end = *number,
            None => ends.push(*number),
        }
    }
    let mut rise = HashSet::new();
    let mut next = ends.last().copied();
    while let Some(number) = next {
        rise.insert(number);
        next = below.get(&number).copied();
    }
    rise
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_moved_is_out_of_order() {
        let rise = |numbers: &[usize]| {
            let mut rise: Vec<usize> = longest_rise(numbers).into_iter().collect();
            rise.sort_unstable();
            rise
        };
        assert_eq!(rise(&[0, 1, 2, 3]), [0, 1, 2, 3]);
        assert_eq!(rise(&[3, 0, 1, 2]), [0, 1, 2]);
        assert_eq!(rise(&[0, 2, 3, 1]), [0, 2, 3]);
        assert_eq!(rise(&[]), Vec::<usize>::new());
    }
}
