//! A push, as the journal keeps it.

use jiff::Timestamp;

use crate::oci::{Digest, MediaType, Reference};

/// A manifest that a tag held, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its digest.
    pub digest: Digest,
    /// Its media type.
    pub media_type: MediaType,
}

/// A push, or a tag that was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name in the journal.
    pub id: String,
    /// When it was.
    pub time: Timestamp,
    /// The tag.
    pub reference: Reference,
    /// What the tag held; `None`: it did not exist.
    pub before: Option<Kept>,
    /// What it was given; `None`: it was deleted.
    pub after: Option<Kept>,
    /// The push that this one took back.
    pub undoes: Option<String>,
    /// Whether the tag was seen to hold what was pushed. If not, nobody knows whether the push
    /// wrote it: platy was ended meanwhile, or the registry could not be asked.
    pub seen: bool,
}

impl Entry {
    /// What the tag was given; `None`: it was deleted.
    #[must_use]
    pub fn given(&self) -> Option<&Digest> {
        self.after.as_ref().map(|kept| &kept.digest)
    }
}
