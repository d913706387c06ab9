//! What an undo would do.

use super::Entry;
use crate::model::draft::{Conflict, Encoded};
use crate::oci::{Digest, Failure};

/// What an undo would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undo {
    /// The push to take back.
    pub entry: Entry,
    /// What the tag gets.
    pub list: Encoded,
    /// What the tag holds now; `None`: it does not exist.
    pub now: Option<Digest>,
    /// Manifests of the list, or the config of a single image, that the registry does not have any
    /// more and the journal has: they are put before the list is.
    pub put_back: Vec<Digest>,
    /// Set if the tag does not hold what was pushed: it is put back by force only.
    pub conflict: Option<Conflict>,
}

/// Why there is nothing to put back.
#[derive(Debug, Clone, PartialEq)]
pub enum NoUndo {
    /// The journal has no push of this tag that was not taken back.
    Unknown,
    /// There was no tag before the push.
    WasAbsent(Box<Entry>),
    /// The tag holds already what it held before.
    Already(Box<Entry>),
    /// Something could not be read.
    Failed(Failure),
}

impl From<Failure> for NoUndo {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}
