//! Who gets what: every host with every engine.

use super::engine::Engine;
use super::select::outcome;
use super::selection::Outcome;
use super::{Host, Offer};
use crate::oci::Digest;

/// The outcomes of several engines on several hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    /// One row for each host, in the order given; in it one cell for each engine. `None` if
    /// the engine does not run on that system.
    pub rows: Vec<Vec<Option<Outcome>>>,
}

/// What an engine ends with: a document, or `Some(None)` for none. `None` if it has not chosen:
/// who takes the whole index or several images of it does so on every machine, and differs from
/// nobody; of what is not known nothing is said.
#[must_use]
pub fn end<'o>(offer: &'o Offer, outcome: &Outcome) -> Option<Option<&'o Digest>> {
    match outcome {
        Outcome::Picked(path) if path.is_empty() => {
            (!offer.media_type.is_index()).then_some(Some(&offer.digest))
        }
        // Two entries can name one document.
        Outcome::Picked(path) => Some(offer.at(path).and_then(|entry| entry.digest.as_ref())),
        Outcome::Failed(_) | Outcome::Fails(_) | Outcome::Nothing => Some(None),
        Outcome::Several(_) | Outcome::Needs(_) | Outcome::Unknown(_) => None,
    }
}

/// Whether not all engines of a row that choose end with the same document. An engine that asks for
/// another machine's platform by default is left out.
#[must_use]
pub fn differ<'r>(
    offer: &Offer,
    host: &Host,
    request: Option<&str>,
    row: impl IntoIterator<Item = (&'r Engine, &'r Outcome)>,
) -> bool {
    let mut ends = row
        .into_iter()
        .filter(|(engine, _)| !engine.asks_for_another(host, request))
        .filter_map(|(_, outcome)| end(offer, outcome));
    let first = ends.next();
    ends.any(|end| Some(end) != first)
}

impl Matrix {
    /// Selects for every pair, without requests. The offer was prepared once; a cell costs one
    /// look at each entry.
    #[must_use]
    pub fn new(hosts: &[Host], engines: &[&Engine], offer: &Offer) -> Self {
        Self::asked(hosts, engines, None, offer)
    }

    /// The same where every user asks the engine for this platform (its `--platform`, as typed).
    #[must_use]
    pub fn asked(
        hosts: &[Host],
        engines: &[&Engine],
        request: Option<&str>,
        offer: &Offer,
    ) -> Self {
        let cell = |engine: &Engine, host: &Host| {
            engine.runs_on(host.os()).then(|| outcome(engine, host, request, offer))
        };
        let row = |host: &Host| engines.iter().map(|engine| cell(engine, host)).collect();
        Self { rows: hosts.iter().map(row).collect() }
    }
}
