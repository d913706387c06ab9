//! What one machine gets from each engine.

use crate::cli::behind::Behind;
use crate::model::diagnose::{End, Served};
use crate::model::select::{Engine, Host, Matrix, Outcome, PROFILES, Profile, differ};

/// One machine.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) profile: &'static Profile,
    pub(super) host: Host,
    /// One for each engine; `None` if it does not run on that system.
    pub(super) cells: Vec<Option<Cell>>,
    /// Whether not all engines that choose end with the same document.
    pub(super) differs: bool,
}

/// What it gets from one engine.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) pick: Option<End>,
    pub(super) outcome: Outcome,
    pub(super) fit: Served,
}

/// A row for each machine.
pub(super) fn rows(hosts: &[Host], engines: &[&Engine], behind: &Behind) -> Vec<Row> {
    let matrix = Matrix::new(hosts, engines, &behind.offer);
    PROFILES
        .iter()
        .zip(hosts)
        .zip(matrix.rows)
        .map(|((profile, host), outcomes)| Row {
            profile,
            host: host.clone(),
            differs: differ(&behind.offer, host, None, paired(engines, &outcomes)),
            cells: engines
                .iter()
                .zip(outcomes)
                .map(|(engine, outcome)| Some(Cell::new(engine, host, outcome?, behind)))
                .collect(),
        })
        .collect()
}

/// The engines that run there, with their outcomes.
fn paired<'r>(
    engines: &'r [&Engine],
    outcomes: &'r [Option<Outcome>],
) -> impl Iterator<Item = (&'r Engine, &'r Outcome)> {
    engines.iter().zip(outcomes).filter_map(|(engine, outcome)| Some((*engine, outcome.as_ref()?)))
}

impl Cell {
    fn new(engine: &Engine, host: &Host, outcome: Outcome, behind: &Behind) -> Self {
        let pick = outcome.pick().and_then(|path| End::at(behind.seen(), path));
        let fit = Served::of(engine, host, &outcome, pick.as_ref(), behind.seen());
        Self { pick, outcome, fit }
    }
}

impl Row {
    /// Whether all that had to be read for it was read.
    pub(super) fn is_known(&self) -> bool {
        !self.cells.iter().flatten().any(|cell| matches!(cell.fit, Served::Unknown(_)))
    }
}
