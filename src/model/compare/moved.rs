//! Entries that stand in another place among the others.

use std::collections::{HashMap, HashSet};

use super::align::{Block, in_this_order};
use super::{Change, EntryRow, EntrySide};
use crate::oci::Digest;

/// Marks the entries that are not part of the longest sequence that both sides have in one order.
pub(super) fn mark_moved(rows: &mut [EntryRow]) {
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
