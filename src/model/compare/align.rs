//! Two sequences, aligned.

use std::hash::Hash;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// A stretch of two aligned sequences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    /// As many elements from these positions on are equal.
    Same {
        /// The position in the first sequence.
        a: usize,
        /// The position in the second one.
        b: usize,
        /// How many elements.
        len: usize,
    },
    /// These elements have no counterpart in this place; one of the two may be empty.
    Differ {
        /// Of the first sequence.
        a: Range<usize>,
        /// Of the second one.
        b: Range<usize>,
    },
}

impl Block {
    fn mirrored(self) -> Self {
        match self {
            Self::Same { a, b, len } => Self::Same { a: b, b: a, len },
            Self::Differ { a, b } => Self::Differ { a: b, b: a },
        }
    }
}

/// Aligns two sequences by their longest common subsequence, or by one that is found in bounded
/// time if both are long and unlike. Of several equally long ones the choice depends on the
/// elements alone, so that swapped sequences give the mirrored alignment.
pub(super) fn align<T: Eq + Hash + Ord>(a: &[T], b: &[T]) -> Vec<Block> {
    if a <= b {
        in_this_order(a, b)
    } else {
        in_this_order(b, a).into_iter().map(Block::mirrored).collect()
    }
}

/// The same, always searched from `a` to `b`.
pub(super) fn in_this_order<T: Eq + Hash + Ord>(a: &[T], b: &[T]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, a, b) {
        let (next_a, next_b) = match op {
            DiffOp::Equal { old_index, new_index, len } => {
                blocks.push(Block::Same { a: old_index, b: new_index, len });
                continue;
            }
            DiffOp::Delete { old_index, old_len, new_index } => {
                (old_index..old_index + old_len, new_index..new_index)
            }
            DiffOp::Insert { old_index, new_index, new_len } => {
                (old_index..old_index, new_index..new_index + new_len)
            }
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                (old_index..old_index + old_len, new_index..new_index + new_len)
            }
        };
        match blocks.last_mut() {
            Some(Block::Differ { a, b }) => {
                a.end = a.end.max(next_a.end);
                b.end = b.end.max(next_b.end);
            }
            _ => blocks.push(Block::Differ { a: next_a, b: next_b }),
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn equal(blocks: &[Block]) -> usize {
        blocks
            .iter()
            .map(|block| match block {
                Block::Same { len, .. } => *len,
                Block::Differ { .. } => 0,
            })
            .sum()
    }

    #[test]
    fn what_lies_between_equal_parts_is_one_block() {
        let blocks = align(&["base", "x", "y", "end"], &["base", "z", "end"]);
        let expected = [
            Block::Same { a: 0, b: 0, len: 1 },
            Block::Differ { a: 1..3, b: 1..2 },
            Block::Same { a: 3, b: 2, len: 1 },
        ];
        assert_eq!(blocks, expected);
        assert_eq!(align::<u8>(&[], &[]), []);
    }

    #[test]
    fn long_and_unlike_sequences_are_no_trouble() {
        let a: Vec<u32> = (0..60_000).collect();
        let b: Vec<u32> = (0..60_000).map(|n: u32| n.wrapping_mul(48_271) % 60_000).collect();
        let started = std::time::Instant::now();
        assert!(!align(&a, &b).is_empty());
        assert!(started.elapsed() < std::time::Duration::from_secs(20));
    }

    proptest! {
        #[test]
        fn every_element_is_covered_once_and_swapping_mirrors(
            a in prop::collection::vec(0_u8..5, 0..12),
            b in prop::collection::vec(0_u8..5, 0..12),
        ) {
            let blocks = align(&a, &b);
            let (mut at_a, mut at_b) = (0, 0);
            for block in &blocks {
                match block {
                    Block::Same { a: from_a, b: from_b, len } => {
                        prop_assert_eq!((*from_a, *from_b), (at_a, at_b));
                        prop_assert_eq!(&a[at_a..at_a + len], &b[at_b..at_b + len]);
                        at_a += len;
                        at_b += len;
                    }
                    Block::Differ { a: in_a, b: in_b } => {
                        prop_assert_eq!((in_a.start, in_b.start), (at_a, at_b));
                        at_a = in_a.end;
                        at_b = in_b.end;
                    }
                }
            }
            prop_assert_eq!((at_a, at_b), (a.len(), b.len()));
            let mirrored: Vec<Block> = align(&b, &a).into_iter().map(Block::mirrored).collect();
            prop_assert_eq!(&mirrored, &blocks);
            prop_assert_eq!(equal(&align(&a, &a)), a.len());
        }
    }
}
