//! How an engine judges the entries of one index, and the choice that follows.

use super::offer::{Candidate, Level};
use super::platforms::{Comparer, Mismatch, Standing};
use super::reason::Reason;

/// One engine's rules for the entries of an index.
pub(super) trait Judge {
    /// The entry's rank, or why it is not eligible. It depends on the platform and its keys, the zstd mark and
    /// whether the element is a descriptor, and on nothing else.
    fn judge<'c>(&self, candidate: &'c Candidate) -> Result<Rank<'c>, Reason>;

    /// What is looked for, best first.
    fn wanted(&self) -> Vec<String>;

    /// Whether the first eligible entry is taken and the rest never looked at.
    fn takes_first(&self) -> bool {
        false
    }

    /// Why an eligible entry is eligible, if the list of what is wanted does not say it.
    fn likes(&self, _candidate: &Candidate) -> Option<String> {
        None
    }

    /// Whether a later entry takes the place of the best one so far.
    fn beats(&self, later: (&Candidate, Rank<'_>), best: (&Candidate, Rank<'_>)) -> bool {
        later.1 < best.1
    }
}

/// The place of an eligible entry: the smaller, the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank<'c> {
    /// No platform: after all that have one.
    pub(super) last: bool,
    /// Which of the wanted platforms it is.
    pub(super) place: usize,
    /// What decides between entries of one place.
    pub(super) within: Within<'c>,
}

/// What decides between entries of one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Within<'c> {
    /// Nothing: the first one stays.
    Order,
    /// A number, the smaller the better.
    Number(usize),
    /// The order of containerd's library.
    Standing(Standing<'c>),
}

impl<'c> Rank<'c> {
    /// As good as every other eligible entry.
    pub(super) const PLAIN: Rank<'static> = Rank { last: false, place: 0, within: Within::Order };
    /// An entry without a platform, where such an entry is the last resort.
    pub(super) const LAST: Rank<'static> = Rank { last: true, place: 0, within: Within::Order };

    /// A place in the list of what is wanted.
    pub(super) fn place(place: usize) -> Self {
        Self { last: false, place, within: Within::Order }
    }

    /// The order of containerd's library.
    pub(super) fn standing(standing: Standing<'c>) -> Self {
        Self { last: false, place: standing.place, within: Within::Standing(standing) }
    }
}

/// The entry that this judge takes.
pub(super) fn choose(level: &Level, judge: &dyn Judge) -> Option<usize> {
    let mut best: Option<(usize, &Candidate, Rank<'_>)> = None;
    // Of entries that are alike only the first can be chosen.
    for (at, candidate) in level.firsts() {
        let Ok(rank) = judge.judge(candidate) else { continue };
        if best.is_none_or(|(_, held, held_rank)| judge.beats((candidate, rank), (held, held_rank)))
        {
            best = Some((at, candidate, rank));
            if judge.takes_first() {
                break;
            }
        }
    }
    best.map(|(at, ..)| at)
}

/// All eligible entries, best first.
pub(super) fn ranked<'c>(level: &'c Level, judge: &dyn Judge) -> Vec<(usize, Rank<'c>)> {
    let mut eligible: Vec<(usize, Rank<'_>)> = level
        .entries
        .iter()
        .enumerate()
        .filter_map(|(at, candidate)| Some((at, judge.judge(candidate).ok()?)))
        .collect();
    if !judge.takes_first() {
        eligible.sort_by_key(|(_, rank)| *rank);
    }
    eligible
}

/// What becomes of entries without a platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unnamed {
    /// They are the last resort.
    Last,
    /// The same, and a platform in which every field is empty counts as none (moby).
    LastEvenEmpty,
    /// They match as a platform in which every field is empty: never.
    Never,
}

/// The rules of containerd's library.
#[derive(Debug, Clone)]
pub(super) struct Compared {
    pub(super) comparer: Comparer,
    pub(super) unnamed: Unnamed,
}

impl Judge for Compared {
    fn judge<'c>(&self, candidate: &'c Candidate) -> Result<Rank<'c>, Reason> {
        if candidate.is_odd() {
            return Err(Reason::Odd);
        }
        let none = match &candidate.platform {
            None => true,
            // An empty list of features is something that is said (moby v2.0.0-beta.24).
            Some(platform) => {
                self.unnamed == Unnamed::LastEvenEmpty
                    && platform.is_empty()
                    && !candidate.platform_keys.os_features
            }
        };
        match (none, self.unnamed) {
            (true, Unnamed::Never) => Err(Reason::NoPlatform),
            (true, _) => Ok(Rank::LAST),
            (false, _) => match self.comparer.standing(&candidate.normal) {
                Ok(standing) => Ok(Rank::standing(standing)),
                Err(Mismatch::Build) => Err(Reason::Build(self.comparer.builds())),
                Err(mismatch) => Err(mismatch.into()),
            },
        }
    }

    fn wanted(&self) -> Vec<String> {
        self.comparer.wanted()
    }
}
