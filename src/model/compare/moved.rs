//! Entries that are in another place among the others.

use std::collections::{HashMap, HashSet};

use super::align::{Block, in_this_order};

/// Which of these pairs are not part of the longest sequence that both sides have in one order.
/// A pair is the place on either side, and a name that is the same whichever side comes first.
pub(super) fn moved(pairs: &[(usize, usize, String)]) -> HashSet<(usize, usize)> {
    if pairs.is_sorted_by_key(|pair| pair.0) && pairs.is_sorted_by_key(|pair| pair.1) {
        return HashSet::new();
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
    // A pair in one place has others change around it.
    let moved = pairs.iter().map(|(a, b, _)| (*a, *b)).filter(|(a, b)| a != b);
    moved.filter(|pair| !kept.contains(pair)).collect()
}
