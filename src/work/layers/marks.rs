//! Marks of paths, by the hashes of the paths.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

/// How many marks a hash can have.
const MARKS: u32 = 4;
const MASK: u64 = (1 << MARKS) - 1;

/// Up to four marks for each hash, which give place to the lowest four bits of it: a layer may have
/// hundreds of thousands of paths, and so each of them takes eight bytes. The hashes have to be
/// evenly spread and not to be guessed.
#[derive(Default)]
pub(super) struct Marks(HashTable<u64>);

impl Marks {
    /// The marks of a hash.
    pub(super) fn get(&self, hash: u64) -> u8 {
        self.0.find(place(hash), |it| key(*it) == key(hash)).map_or(0, |it| marks(*it))
    }

    /// Adds marks to those of a hash and takes others away; those that it had before.
    pub(super) fn put(&mut self, hash: u64, add: u8, remove: u8) -> u8 {
        let (add, remove) = (u64::from(add) & MASK, u64::from(remove) & MASK);
        match self.0.entry(place(hash), |it| key(*it) == key(hash), |it| place(*it)) {
            Entry::Occupied(mut found) => {
                let before = *found.get();
                *found.get_mut() = before & !remove | add;
                marks(before)
            }
            Entry::Vacant(free) => {
                free.insert(key(hash) | add);
                0
            }
        }
    }
}

fn key(hash: u64) -> u64 {
    hash & !MASK
}

/// Where a hash belongs in the table, which looks at its lowest bits and at its highest.
fn place(hash: u64) -> u64 {
    key(hash) ^ (hash >> 32)
}

fn marks(entry: u64) -> u8 {
    (entry & MASK) as u8
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn marks_come_and_go_as_in_a_plain_map(
            steps in proptest::collection::vec((0..40_u64, 0..16_u8, 0..16_u8), 0..300),
        ) {
            // Spread as hashes are; the lowest bits tell nothing apart.
            let hash = |number: u64| (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (number & 3);
            let (mut marks, mut plain) = (Marks::default(), HashMap::<u64, u8>::new());
            for (number, add, remove) in steps {
                let kept = plain.entry(number).or_default();
                prop_assert_eq!(marks.get(hash(number)), *kept);
                prop_assert_eq!(marks.put(hash(number), add, remove), *kept);
                *kept = *kept & !remove | add;
            }
            for (number, kept) in plain {
                prop_assert_eq!(marks.get(hash(number)), kept);
            }
        }
    }
}
