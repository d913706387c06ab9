//! Several platforms that are looked for, and which of two entries that match comes first
//! (containerd/platforms `compare.go`).

use std::cmp::Reverse;

use super::matcher::{Matcher, Mismatch};
use super::{Normal, windows};

/// Matches entries and ranks those that match.
#[derive(Debug, Clone)]
pub struct Comparer {
    pub(super) matchers: Vec<Matcher>,
    pub(super) order: Order,
}

/// What ranks entries that match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// The place of the platform that they match, then the number of features.
    Place,
    /// The Windows default since v1.0.0-rc.2: `os.version` as text, the greatest first.
    VersionText,
    /// The Windows default of v1.0.0-rc.1: the revision as a number, the greatest first.
    Revision,
}

/// Where an entry is among those that match: the smaller, the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Standing<'e> {
    /// Which of the wanted platforms it matches, from 0.
    pub place: usize,
    features: Reverse<usize>,
    version: Reverse<&'e str>,
    revision: Reverse<i64>,
}

impl Standing<'_> {
    fn at(place: usize) -> Self {
        Self { place, features: Reverse(0), version: Reverse(""), revision: Reverse(0) }
    }
}

impl Comparer {
    /// The rank of the entry, or why it does not match.
    ///
    /// # Errors
    /// What kept it from matching the platform that it came closest to.
    pub fn standing<'e>(&self, entry: &'e Normal) -> Result<Standing<'e>, Mismatch> {
        let mut closest = None;
        for (place, matcher) in self.matchers.iter().enumerate() {
            match matcher.check(entry, true) {
                Ok(()) => return Ok(self.rank(place, entry)),
                Err(mismatch) => closest = closest.max(Some(mismatch)),
            }
        }
        // No matcher at all: a variant of which nothing is known.
        Err(closest.unwrap_or(Mismatch::Variant))
    }

    fn rank<'e>(&self, place: usize, entry: &'e Normal) -> Standing<'e> {
        let standing = Standing::at(place);
        match self.order {
            Order::Place if self.minds_features() => {
                Standing { features: Reverse(entry.features_listed), ..standing }
            }
            Order::Place => standing,
            Order::VersionText => {
                Standing { version: Reverse(entry.os_version.as_str()), ..standing }
            }
            Order::Revision => {
                Standing { revision: Reverse(windows::revision(&entry.os_version)), ..standing }
            }
        }
    }

    fn minds_features(&self) -> bool {
        self.matchers.first().is_some_and(Matcher::minds_features)
    }

    /// The rank of an entry that matches nothing, if the client takes it all the same: as if
    /// it listed no features.
    #[must_use]
    pub fn standing_of_rest<'e>(&self, entry: &Normal) -> Standing<'e> {
        let count = self.matchers.len();
        let place = self.matchers.iter().position(|matcher| {
            matcher.minds_features()
                && entry.features_listed > 0
                && matcher.check(entry, false).is_ok()
        });
        Standing::at(count + place.unwrap_or(count))
    }

    /// Positions of the entries that match, best first; equal ones keep their order.
    #[must_use]
    pub fn sort(&self, entries: &[Normal]) -> Vec<usize> {
        let mut matching: Vec<_> = entries
            .iter()
            .enumerate()
            .filter_map(|(at, entry)| self.standing(entry).ok().map(|standing| (standing, at)))
            .collect();
        matching.sort_by_key(|(standing, _)| *standing);
        matching.into_iter().map(|(_, at)| at).collect()
    }

    /// What is looked for, best first.
    #[must_use]
    pub fn wanted(&self) -> Vec<String> {
        self.matchers.iter().map(Matcher::wanted).collect()
    }

    /// The Windows builds that are accepted, lowest and highest, where builds are compared.
    #[must_use]
    pub fn builds(&self) -> Option<(u16, u16)> {
        self.matchers.iter().find_map(Matcher::builds)
    }
}
