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
        Self { rows: hosts.iter().map(row).collect() }
    }
}
