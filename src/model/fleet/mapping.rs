//! A mapping of YAML: its entries in the file's order, and where each key is.

use std::rc::Rc;

use super::node::Node;

/// A mapping with more entries than this knows where each key is.
const SHORT: usize = 8;

/// Entries in the file's order; a key can be there twice.
#[derive(Debug, Default)]
pub(super) struct Mapping {
    entries: Vec<(Rc<str>, Rc<Node>)>,
    /// The positions of the entries by their keys, those of one key in order; of short ones none.
    by_key: Box<[u32]>,
}

impl Mapping {
    pub(super) fn new(entries: Vec<(Rc<str>, Rc<Node>)>) -> Self {
        let mut by_key: Vec<u32> = Vec::new();
        if entries.len() > SHORT {
            by_key.extend((0..entries.len()).filter_map(|at| u32::try_from(at).ok()));
            let key = |at: u32| entries.get(at as usize).map(|(key, _)| &**key);
            // Stable: of one key the last entry stays the last.
            by_key.sort_by(|a, b| key(*a).cmp(&key(*b)));
        }
        Self { entries, by_key: by_key.into() }
    }

    /// All entries.
    pub(super) fn entries(&self) -> &[(Rc<str>, Rc<Node>)] {
        &self.entries
    }

    /// The value of a key: the last one.
    pub(super) fn last(&self, key: &str) -> Option<&Rc<Node>> {
        self.all(key).next_back()
    }

    /// The values of a key, in the file's order.
    pub(super) fn all(&self, key: &str) -> impl DoubleEndedIterator<Item = &Rc<Node>> {
        let name = |at: &u32| self.entries.get(*at as usize).map_or("", |(name, _)| name);
        let from = self.by_key.partition_point(|at| name(at) < key);
        let behind = self.by_key.get(from..).unwrap_or_default();
        let count = behind.partition_point(|at| name(at) == key);
        let found = behind.iter().take(count);
        let found = found.filter_map(|at| self.entries.get(*at as usize));
        let short = if self.by_key.is_empty() { self.entries.as_slice() } else { &[] };
        let looked_at = short.iter().filter(move |(name, _)| **name == *key);
        found.chain(looked_at).map(|(_, node)| node)
    }
}

#[cfg(test)]
mod tests {
    use super::super::node::Value;
    use super::*;

    #[test]
    fn the_last_of_a_key_counts_however_many_there_are() {
        for count in [0, 1, SHORT - 1, SHORT, SHORT + 1, 100] {
            let entry = |line: usize| {
                let node = Node { line, value: Value::Null };
                (Rc::from(format!("k{}", line % 7).as_str()), Rc::new(node))
            };
            let mapping = Mapping::new((0..count).map(entry).collect());
            for key in 0..8 {
                let lines: Vec<usize> = mapping.all(&format!("k{key}")).map(|it| it.line).collect();
                let there: Vec<usize> = (0..count).filter(|line| line % 7 == key).collect();
                assert_eq!(lines, there, "{count} {key}");
                let last = mapping.last(&format!("k{key}")).map(|it| it.line);
                assert_eq!(last, there.last().copied(), "{count} {key}");
            }
        }
    }
}
