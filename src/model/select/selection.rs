//! What a selection says.

use serde::{Serialize, Serializer};

use crate::oci::{Digest, Platform};

use super::offer::{Offer, Path};

/// What an engine makes of an offer on a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// The result.
    pub outcome: Outcome,
    /// The images whose layers are downloaded, if the engine downloads more or others than the
    /// one that it picks.
    pub downloads: Vec<Path>,
    /// What the engine looks for, best first.
    pub wanted: Vec<String>,
    /// Every entry that was considered, in the engine's order; the entries of a nested index
    /// follow those of the index that names it.
    pub trace: Vec<Step>,
    /// What else is worth knowing: no selection took place, the request was ignored, …
    pub notes: Vec<String>,
}

/// The result of a selection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// This document is used. The empty path is the root itself: a bare manifest, or the whole
    /// index for an engine that was not asked to select.
    Picked(Path),
    /// The engine fails, with these words of its own.
    Failed(String),
    /// This document is picked, and then the engine fails on it.
    Fails(Box<Fall>),
    /// Nothing is picked and the engine reports success.
    Nothing,
    /// The engine downloads several images and picks none of them.
    Several(Vec<Path>),
    /// The answer depends on documents that have not been read.
    Needs(Vec<Need>),
    /// platy did not follow the engine to the end; why.
    Unknown(String),
}

/// A document that an engine picks and then fails on, for another reason than its platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fall {
    /// Where the document is.
    pub path: Path,
    /// What is wrong with it, in one sentence without a full stop.
    pub problem: String,
    /// What the engine prints, if that is known.
    pub words: Option<String>,
    /// The version of which this is known.
    pub source: &'static str,
}

/// A document that has to be read before the answer is known.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Need {
    /// Its position.
    pub path: Path,
    /// The digest of the manifest or index; `None` for an element without one.
    pub digest: Option<Digest>,
    /// What of it.
    pub what: Missing,
}

/// What has to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Missing {
    /// The index itself.
    Index,
    /// The manifest: the types of its config and layers.
    Manifest,
    /// The manifest and its config's platform.
    Config,
}

/// One entry of the trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The position of the entry.
    pub path: Path,
    /// Its digest.
    pub digest: Option<Digest>,
    /// Its platform, as written.
    #[serde(serialize_with = "shown")]
    pub platform: Option<Platform>,
    /// What became of it.
    pub verdict: Verdict,
    /// Its place among the entries that are eligible, from 1.
    pub rank: Option<usize>,
    /// The rule that decided, in one sentence.
    pub rule: String,
}

/// What became of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It is used, or leads to what is used.
    Picked,
    /// Eligible, but another one is better or earlier.
    Outranked,
    /// Not eligible, or chosen and then given up.
    Rejected,
    /// Not looked at.
    Skipped,
}

impl Outcome {
    /// The path of what is used, if something is.
    #[must_use]
    pub fn pick(&self) -> Option<&Path> {
        match self {
            Self::Picked(path) => Some(path),
            Self::Fails(fall) => Some(&fall.path),
            _ => None,
        }
    }

    /// What has to be read before the answer is known, and before it is known whether the engine
    /// fails on what it picks.
    #[must_use]
    pub fn needs(self, offer: &Offer) -> Vec<Need> {
        let mut needs = match self {
            Self::Needs(needs) => needs,
            Self::Picked(path) => offer.unread(&path).into_iter().collect(),
            _ => Vec::new(),
        };
        needs.extend(offer.unread_artifacts());
        needs
    }

    /// The engine's error, if it fails.
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        match self {
            Self::Failed(text) => Some(text),
            Self::Fails(fall) => fall.words.as_deref(),
            _ => None,
        }
    }
}

impl Verdict {
    /// The word in JSON output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Picked => "picked",
            Self::Outranked => "outranked",
            Self::Rejected => "rejected",
            Self::Skipped => "skipped",
        }
    }
}

#[expect(clippy::ref_option, reason = "serde passes the field by reference")]
fn shown<S: Serializer>(platform: &Option<Platform>, serializer: S) -> Result<S::Ok, S::Error> {
    match platform {
        Some(platform) => serializer.collect_str(platform),
        None => serializer.serialize_none(),
    }
}
