//! What a file names, as far as it is read.

use super::mention::{Mention, brief};

/// The most images that are read in one go: each takes some kB until it is told.
pub(super) const MAX_MENTIONS: usize = 25_000;

/// The images that a file names: one more than are kept at most, which tells that there are more.
#[derive(Debug, Default)]
pub(super) struct Mentions(Vec<Mention>);

impl Mentions {
    /// Adds one, with as much of what names it as is told. `false` if there is no room for another.
    pub(super) fn push(&mut self, mut mention: Mention) -> bool {
        if !self.is_full() {
            mention.owner = brief(mention.owner);
            self.0.push(mention);
        }
        !self.is_full()
    }

    /// Whether what follows need not be read.
    pub(super) fn is_full(&self) -> bool {
        self.0.len() > MAX_MENTIONS
    }

    /// Those that were added.
    pub(super) fn as_slice(&self) -> &[Mention] {
        &self.0
    }
}

impl IntoIterator for Mentions {
    type Item = Mention;
    type IntoIter = std::vec::IntoIter<Mention>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Extend<Mention> for Mentions {
    fn extend<T: IntoIterator<Item = Mention>>(&mut self, mentions: T) {
        let _ = mentions.into_iter().all(|mention| self.push(mention));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fleet::Named;

    #[test]
    fn one_more_than_is_kept_is_held_and_none_with_a_long_owner() {
        let mention = |owner: &str| Mention::plain(Named::of("o/a:1"), 1, owner.to_owned());
        let mut found = Mentions::default();
        assert!(found.push(mention(&"o".repeat(1_000_000))));
        assert!(found.as_slice()[0].owner.len() < 300);
        found.extend((0..MAX_MENTIONS - 1).map(|_| mention("job")));
        assert!(!found.is_full());
        assert!(!found.push(mention("job")));
        assert!(!found.push(mention("job")));
        assert_eq!(found.as_slice().len(), MAX_MENTIONS + 1);
    }
}
