//! One engine at work on one offer: the way down and what was met on it.

use super::judge::{Judge, choose};
use super::offer::{Candidate, Content, Offer, Path, Sort};
use super::reason::Reason;
use super::selection::{Missing, Need, Outcome, Step};
use super::trace;

/// An engine, ready to select: host and request are settled.
pub(super) trait Client {
    /// Selects.
    fn run(&self, offer: &Offer) -> Run;

    /// How it judges the entries of an index; `other` names its second set of rules, if it has
    /// two.
    fn judge(&self, other: bool) -> &dyn Judge;

    /// The trace of a run.
    fn trace(&self, offer: &Offer, run: &Run) -> Vec<Step> {
        trace::of_visits(offer, run, self)
    }

    /// Whether it fetches an entry of an index that it reads even if it chooses another.
    fn fetches(&self, _: &Candidate) -> bool {
        false
    }

    /// What else is worth knowing about this run.
    fn notes(&self, _offer: &Offer, _run: &Run) -> Vec<String> {
        Vec::new()
    }
}

/// What a run found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) outcome: Outcome,
    pub(super) downloads: Vec<Path>,
    pub(super) visits: Vec<Visit>,
}

/// An index in which an entry was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Visit {
    /// The position of the index.
    pub(super) index: Path,
    /// Whether the engine's second set of rules held here.
    pub(super) other: bool,
    /// Entries that were tried and given up, in that order.
    pub(super) given_up: Vec<(usize, Reason)>,
}

impl Run {
    /// A run that looked at no entry.
    pub(super) fn short(outcome: Outcome) -> Self {
        let downloads = outcome.pick().cloned().into_iter().collect();
        Self { outcome, downloads, visits: Vec::new() }
    }

    /// The root is used as it is.
    pub(super) fn root() -> Self {
        Self::short(Outcome::Picked(Path::new()))
    }

    /// The engine fails before it looks at an entry.
    pub(super) fn failed(text: String) -> Self {
        Self::short(Outcome::Failed(text))
    }

    /// A document must be read first.
    pub(super) fn needs(path: Path, offer: &Offer, what: Missing) -> Self {
        let digest = match offer.at(&path) {
            Some(candidate) => candidate.digest.clone(),
            None => Some(offer.digest.clone()),
        };
        Self::short(Outcome::Needs(vec![Need { path, digest, what }]))
    }

    /// platy stops here.
    pub(super) fn too_deep() -> Self {
        Self::short(Outcome::Unknown(
            "the indexes are nested deeper than platy follows them".to_owned(),
        ))
    }

    /// The same run, with what was met on the way.
    pub(super) fn visiting(self, visits: Vec<Visit>) -> Self {
        Self { visits, ..self }
    }
}

impl Visit {
    pub(super) fn new(index: &[usize]) -> Self {
        Self { index: index.to_vec(), other: false, given_up: Vec::new() }
    }
}

/// The way down through nested indexes: one entry of each, without going back.
#[derive(Debug)]
pub(super) struct Descent<'o> {
    pub(super) visits: Vec<Visit>,
    pub(super) path: Path,
    pub(super) end: End<'o>,
}

/// Where the way down ends.
#[derive(Debug)]
pub(super) enum End<'o> {
    /// At an image.
    Image(&'o Candidate),
    /// At something that is neither image nor index.
    Foreign(&'o Candidate),
    /// At an index in which nothing matches.
    Nothing,
    /// At an index that has not been read.
    Unread,
    /// At an entry that calls itself an index, and is none.
    NotAnIndex,
    /// At an index that platy does not follow.
    TooDeep,
}

/// Goes down from the root index. The entries on the way to an end that is not an image are marked as
/// given up, the last one for the reason that the end gives.
pub(super) fn descend<'o>(offer: &'o Offer, judge: &dyn Judge) -> Descent<'o> {
    descend_by(offer, judge, Candidate::sort)
}

/// The same for an engine that has its own opinion on what is behind an entry.
pub(super) fn descend_by<'o>(
    offer: &'o Offer,
    judge: &dyn Judge,
    sort: fn(&Candidate) -> Sort,
) -> Descent<'o> {
    let mut descent = Descent { visits: Vec::new(), path: Path::new(), end: End::Nothing };
    let mut content = &offer.content;
    loop {
        let level = match content {
            Content::Index(level) => level,
            Content::TooDeep => {
                descent.end = End::TooDeep;
                return descent.ended(Reason::TooDeep);
            }
            Content::Unread => {
                descent.end = End::Unread;
                return descent.ended(Reason::Unread);
            }
            Content::Image(_) | Content::Other => {
                descent.end = End::NotAnIndex;
                return descent.ended(Reason::DeadEnd);
            }
        };
        descent.visits.push(Visit::new(&descent.path));
        let Some((at, candidate)) =
            choose(level, judge).and_then(|at| Some((at, level.entries.get(at)?)))
        else {
            descent.end = End::Nothing;
            return descent.ended(Reason::DeadEnd);
        };
        descent.path.push(at);
        match sort(candidate) {
            Sort::Image => {
                descent.end = End::Image(candidate);
                return descent;
            }
            Sort::Foreign => {
                descent.end = End::Foreign(candidate);
                return descent.ended(Reason::MediaType);
            }
            Sort::Index => content = &candidate.content,
        }
    }
}

impl Descent<'_> {
    /// Marks every entry on the way as given up: the last one for this reason.
    pub(super) fn ended(mut self, reason: Reason) -> Self {
        let above = match reason {
            Reason::Unread | Reason::TooDeep | Reason::DeadEnd => reason,
            _ => Reason::Failed,
        };
        let last = self.path.len().saturating_sub(1);
        for (depth, (visit, at)) in self.visits.iter_mut().zip(&self.path).enumerate() {
            visit.given_up.push((*at, if depth == last { reason } else { above }));
        }
        self
    }

    /// The way down to this depth only.
    pub(super) fn cut_to(mut self, depth: usize) -> Self {
        self.path.truncate(depth);
        self.visits.truncate(depth);
        for visit in &mut self.visits {
            visit.given_up.clear();
        }
        self
    }
}
