//! An engine that can be played.

use std::collections::BTreeSet;

use super::random::{Leaf, Made};
use crate::support::Ran;

/// One pull: an index, and whether a platform is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Trial {
    pub number: usize,
    pub asks: bool,
}

impl Trial {
    /// Each index twice: as the machine takes it, and with `--platform`.
    pub fn all(indexes: usize) -> Vec<Self> {
        (0..indexes).flat_map(|number| [false, true].map(|asks| Self { number, asks })).collect()
    }

    /// The repository of its own that an engine finds it in, so that nothing is there already.
    pub fn name(&self, engine: &str) -> String {
        format!("{engine}/{}{}", if self.asks { "asked" } else { "own" }, self.number)
    }

    pub fn request<'m>(&self, made: &'m Made) -> Option<&'m str> {
        self.asks.then_some(made.request.as_str())
    }
}

/// What an engine did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// It ended with these manifests; with none at all, and without an error, in the case of ctr.
    Took(BTreeSet<String>),
    /// Its words.
    Failed(String),
}

impl Seen {
    pub fn one(digest: &str) -> Self {
        Self::Took(BTreeSet::from([digest.to_owned()]))
    }
}

/// What is known of one pull besides what the engine printed.
#[derive(Debug)]
pub struct Pulled<'p> {
    pub trial: &'p Trial,
    pub made: &'p Made,
    /// The blobs that the server sent.
    pub fetched: &'p BTreeSet<String>,
    /// What [`Player::after`] found.
    pub after: &'p BTreeSet<String>,
}

/// An engine that can be played.
pub trait Player: Sync {
    /// The word that chooses it, and the folder of its repositories.
    fn name(&self) -> &'static str;

    /// Platy's name of it.
    fn engine(&self) -> &'static str;

    fn version(&self) -> String;

    /// Whether it can be asked this at all.
    fn takes(&self, _: &Trial) -> bool {
        true
    }

    /// Pulls; each worker is a thread of its own.
    fn pull(&self, worker: usize, reference: &str, trial: &Trial, request: Option<&str>) -> Ran;

    /// What has to be asked once, after all pulls: in the case of containerd, what it unpacked.
    fn after(&self) -> BTreeSet<String> {
        BTreeSet::new()
    }

    /// Whether it can be seen that it ended with this one.
    fn shows(&self, _: &Leaf) -> bool {
        true
    }

    /// Why a pull cannot be compared, if it cannot.
    fn passes_over(&self, _: &Made, _: Option<&str>, _: &Ran) -> Option<&'static str> {
        None
    }

    /// What it did.
    fn seen(&self, ran: &Ran, pulled: &Pulled) -> Seen;
}
