//! The hashes of a log's tree (RFC 6962, 2.1).

use ring::digest::{Context, SHA256};

/// A hash of the tree.
pub(super) type NodeHash = Vec<u8>;

fn hash(first: u8, parts: [&[u8]; 2]) -> NodeHash {
    let mut context = Context::new(&SHA256);
    context.update(&[first]);
    parts.iter().for_each(|part| context.update(part));
    context.finish().as_ref().to_vec()
}

/// The hash of an entry.
pub(super) fn leaf(entry: &[u8]) -> NodeHash {
    hash(0, [entry, &[]])
}

fn node(left: &[u8], right: &[u8]) -> NodeHash {
    hash(1, [left, right])
}

/// The root that a proof leads to (RFC 9162, 2.1.3.2); `None` if it has too many or too few hashes
/// for a tree of this size.
pub(super) fn root(
    leaf: NodeHash,
    index: u64,
    size: u64,
    proof: &[impl AsRef<[u8]>],
) -> Option<NodeHash> {
    if index >= size {
        return None;
    }
    let (mut at, mut last, mut hash) = (index, size - 1, leaf);
    for sibling in proof {
        if last == 0 {
            return None;
        }
        if at & 1 == 1 || at == last {
            hash = node(sibling.as_ref(), &hash);
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            hash = node(&hash, sibling.as_ref());
        }
        (at, last) = (at >> 1, last >> 1);
    }
    (last == 0).then_some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The root of a tree, as RFC 6962, 2.1 defines it.
    fn whole(entries: &[Vec<u8>]) -> NodeHash {
        match entries {
            [one] => leaf(one),
            more => {
                let split = more.len().next_power_of_two() / 2;
                node(&whole(&more[..split]), &whole(&more[split..]))
            }
        }
    }

    /// The proof of an entry, as RFC 6962, 2.1.1 defines it.
    fn proof(at: usize, entries: &[Vec<u8>]) -> Vec<NodeHash> {
        if entries.len() == 1 {
            return Vec::new();
        }
        let split = entries.len().next_power_of_two() / 2;
        let (left, right) = entries.split_at(split);
        let mut path = if at < split { proof(at, left) } else { proof(at - split, right) };
        path.push(if at < split { whole(right) } else { whole(left) });
        path
    }

    #[test]
    fn every_entry_of_every_tree_is_proven_and_no_other() {
        let entries: Vec<Vec<u8>> = (0..40_u8).map(|it| vec![it]).collect();
        for size in 1..=entries.len() {
            let tree = &entries[..size];
            let expected = whole(tree);
            for at in 0..size {
                let path = proof(at, tree);
                let found = |entry: &[u8], at: usize, path: &[NodeHash]| {
                    root(leaf(entry), at as u64, size as u64, path)
                };
                assert_eq!(found(&tree[at], at, &path).as_ref(), Some(&expected), "{at}/{size}");
                assert_ne!(found(b"another", at, &path).as_ref(), Some(&expected));
                assert_eq!(found(&tree[at], size, &path), None);
                let longer = [path.clone(), vec![vec![0; 32]]].concat();
                assert_ne!(found(&tree[at], at, &longer).as_ref(), Some(&expected));
                if let Some((_, shorter)) = path.split_last() {
                    assert_ne!(found(&tree[at], at, shorter).as_ref(), Some(&expected));
                }
            }
        }
        assert_eq!(root(leaf(b""), 0, 0, &[] as &[NodeHash]), None);
        assert_eq!(root(leaf(b""), u64::MAX - 1, u64::MAX, &[] as &[NodeHash]), None);
    }
}
