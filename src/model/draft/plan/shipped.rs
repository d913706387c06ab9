//! What is brought to a target: a root, what it names, and what goes along.

use std::sync::Arc;

use crate::model::tree::Answer;
use crate::oci::{Descriptor, Digest, Document, Failure, Location};

use super::super::{Encoded, Want};

/// What a plan is made for: a list under construction, or what is copied as it is.
pub trait Shipped {
    /// What gets the tags: a list, or a single manifest.
    fn root(&self) -> &Encoded;

    /// The manifests that the target has to hold before the root gets its tags, and where each can
    /// be had: what a list names, and what refers to it. A single manifest is its own only one.
    fn tops(&self) -> Vec<(Arc<Descriptor>, &Location)>;

    /// Manifests that are put under tags of their own, by which alone they refer to something.
    fn attached(&self) -> Vec<(&str, Descriptor)>;

    /// A manifest that was read.
    fn document(&self, digest: &Digest) -> Option<&Arc<Document>>;

    /// Why a manifest could not be read.
    fn failure(&self, digest: &Digest) -> Option<&Arc<Failure>>;

    /// Tells what was read.
    fn learn(&mut self, want: &Want, result: Result<Answer, Failure>);

    /// What else is worth knowing, in sentences.
    fn notes(&self) -> Vec<String>;

    /// Whether few requests count for more than looking twice: a root that the target has stands for
    /// all that it names; if the first tag does not exist, its manifests are sent without a
    /// question, and small blobs of a manifest that is not there always are.
    fn is_brief(&self) -> bool {
        false
    }
}
