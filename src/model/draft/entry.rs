//! The entries of a draft, as a table shows them.

use std::sync::Arc;

use crate::oci::{Descriptor, Digest, Location, Misfit, Platform};

use super::EntryId;

/// How an entry compares to the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// As in the base.
    Same,
    /// As in the base, at another place among its siblings.
    Moved,
    /// A field differs.
    Changed,
    /// Not in the base.
    Added,
    /// Only in the base.
    Removed,
}

impl Mark {
    /// The sign before the row; blank for an entry that is as it was.
    #[must_use]
    pub fn sign(self) -> char {
        match self {
            Self::Same => ' ',
            Self::Moved => '↕',
            Self::Changed => '~',
            Self::Added => '+',
            Self::Removed => '-',
        }
    }

    /// The word in JSON output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Moved => "moved",
            Self::Changed => "changed",
            Self::Added => "added",
            Self::Removed => "removed",
        }
    }
}

/// One entry of a draft, or one that was removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name in edits.
    pub id: EntryId,
    /// Its position in the list, from 0; `None` for one that was removed.
    pub position: Option<usize>,
    /// How it compares to the base.
    pub mark: Mark,
    /// The descriptor; `None` if the element is not a usable one.
    pub descriptor: Option<Arc<Descriptor>>,
    /// What is wrong with an element that is not a usable descriptor.
    pub odd: Option<String>,
    /// The element as JSON, letter by letter.
    pub json: Arc<str>,
    /// Where its content is.
    pub from: Arc<Location>,
    /// The platform that its config states, if that is known.
    pub config: Option<Platform>,
    /// Whether the config of its manifest, if that was read, is of another type than an image's.
    pub holds_foreign_config: bool,
    /// How the diff IDs in its config do not fit its layers, if both were read.
    pub misfits: Vec<Misfit>,
    /// Whether its platform was filled from the config when it was added.
    pub filled: bool,
    /// Whether its manifest, if it was read, is an attestation.
    pub holds_attestation: bool,
    /// The entry that it attests, if that is in the list.
    pub attests: Option<EntryId>,
    /// What its manifest, or the statement in it, speaks of; if it was read.
    pub subject: Option<Digest>,
    /// Whether its manifest, if it was read, is of an artifact.
    pub holds_artifact: bool,
}

impl Entry {
    /// The platform, as written in the list.
    #[must_use]
    pub fn platform(&self) -> Option<&Platform> {
        self.descriptor.as_ref()?.platform.as_ref()
    }

    /// The platform in its config, if that is known and an image's.
    #[must_use]
    pub fn image_platform(&self) -> Option<&Platform> {
        self.config.as_ref().filter(|_| !self.holds_foreign_config)
    }

    /// Its digest.
    #[must_use]
    pub fn digest(&self) -> Option<&Digest> {
        self.descriptor.as_ref().map(|descriptor| &descriptor.digest)
    }

    /// Whether this is an attestation.
    #[must_use]
    pub fn is_attestation(&self) -> bool {
        self.holds_attestation || self.descriptor.as_ref().is_some_and(|it| it.is_attestation())
    }
}
