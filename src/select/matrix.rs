//! Who gets what: every host with every engine.

use super::engine::Engine;
use super::select::outcome;
use super::selection::Outcome;
use super::{Host, Offer};

/// The outcomes of several engines on several hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    /// One row for each host, in the order given; in it one cell for each engine. `None` where
    /// the engine does not run on that system.
    pub rows: Vec<Vec<Option<Outcome>>>,
    of_index: bool,
}

impl Matrix {
    /// Selects for every pair, without requests. The offer was prepared once; a cell costs one
    /// look at each entry.
    #[must_use]
    pub fn new(hosts: &[Host], engines: &[&Engine], offer: &Offer) -> Self {
        let row = |host: &Host| {
            engines
                .iter()
                .map(|engine| engine.runs_on(host.os()).then(|| outcome(engine, host, None, offer)))
                .collect()
        };
        Self { rows: hosts.iter().map(row).collect(), of_index: offer.media_type.is_index() }
    }

    /// Whether an outcome says which entry is chosen, or that none can be. Who takes the whole
    /// index or several images of it has not chosen, and differs from nobody.
    #[must_use]
    pub fn chooses(&self, outcome: &Outcome) -> bool {
        match outcome {
            Outcome::Picked(path) => !(path.is_empty() && self.of_index),
            Outcome::Failed(_) | Outcome::Nothing => true,
            Outcome::Several(_) | Outcome::Needs(_) | Outcome::Unknown(_) => false,
        }
    }

    /// Whether not all engines of this row that choose end with the same document.
    #[must_use]
    pub fn differs(&self, row: usize) -> bool {
        let outcomes = self.rows.get(row).into_iter().flatten().flatten();
        let mut picks = outcomes.filter(|outcome| self.chooses(outcome)).map(Outcome::pick);
        let first = picks.next();
        picks.any(|pick| Some(pick) != first)
    }
}
