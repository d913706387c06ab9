//! The plan and its steps.

use std::sync::Arc;

use crate::oci::{Descriptor, Digest, Document, Location, Repository};

use super::super::{Encoded, Target};
use super::guard::Conflict;

/// The steps that make a target hold a draft.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The target.
    pub target: Target,
    /// Where the first tag points now; `None`: it does not exist, or there is none.
    pub before: Option<Digest>,
    /// The list.
    pub list: Encoded,
    /// What is done, in order of [`Step::wave`].
    pub steps: Vec<Step>,
    /// How much that is.
    pub sums: Sums,
    /// Set if the guard does not hold: the plan is not to be run, unless that is forced.
    pub conflict: Option<Conflict>,
    /// What else is worth knowing, in sentences.
    pub notes: Vec<String>,
}

/// A step. The steps of one wave do not depend on each other; those of a later wave depend on all
/// earlier ones.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// When it is done, from 0.
    pub wave: usize,
    /// What is done.
    pub action: Action,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Nothing: the manifest is there, with all that it names.
    ManifestPresent(Arc<Descriptor>),
    /// Nothing: the blob is there.
    BlobPresent(Arc<Descriptor>),
    /// Mounts a blob from another repository of the registry. A registry that does not mount is
    /// given the bytes, read at `source`.
    Mount {
        /// The blob.
        blob: Arc<Descriptor>,
        /// The repository that has it.
        from: Repository,
        /// Where its bytes are.
        source: Location,
    },
    /// Copies a blob.
    Copy {
        /// The blob.
        blob: Arc<Descriptor>,
        /// Where its bytes are.
        source: Location,
    },
    /// Puts a manifest by its digest, with these exact bytes.
    PutManifest(Arc<Document>),
    /// Puts a manifest that is there under the tag by which it refers to an image.
    PutAttached {
        /// The manifest.
        manifest: Arc<Descriptor>,
        /// The tag.
        tag: String,
    },
    /// Nothing: the tag has the list already.
    TagPresent {
        /// The tag.
        tag: String,
    },
    /// Puts the list, [`Plan::list`], under a tag, or by its digest alone.
    PutList {
        /// The tag.
        tag: Option<String>,
    },
    /// Puts the list under a further tag.
    PutTag {
        /// The tag.
        tag: String,
    },
    /// Reads the tag back and compares the bytes; without a tag, reads by digest.
    ReadBack {
        /// The tag.
        tag: Option<String>,
    },
}

/// How much a plan moves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    /// Manifests that are there.
    pub manifests_present: usize,
    /// Blobs that are there.
    pub blobs_present: usize,
    /// Blobs that are mounted.
    pub mounted: usize,
    /// Their bytes, which do not move.
    pub mounted_bytes: u64,
    /// Blobs that are copied.
    pub copied: usize,
    /// Their bytes.
    pub copied_bytes: u64,
    /// Manifests that are put, the list not among them.
    pub manifests_put: usize,
    /// Their bytes.
    pub manifest_bytes: u64,
}

impl Plan {
    /// Whether the target holds the list already under every tag.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.steps.iter().all(|step| step.action.is_nothing())
    }
}

impl Action {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::ManifestPresent(_) | Self::BlobPresent(_) | Self::TagPresent { .. })
    }
}
