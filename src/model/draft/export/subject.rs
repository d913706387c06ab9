//! What the list refers to: regctl looks it up in the target's repository.

use serde_json::{Value, json};

use super::super::{Draft, Target};
use crate::oci::{Descriptor, Repository};

/// The list's `subject`.
#[derive(Debug)]
pub(super) struct ListSubject(Descriptor);

/// The subject of a draft, if it is a usable descriptor.
pub(super) fn of(draft: &Draft) -> Option<ListSubject> {
    draft.subject_descriptor().map(ListSubject)
}

impl ListSubject {
    pub(super) fn digest(&self) -> &str {
        self.0.digest.as_str()
    }

    /// As a registry tells it: type, digest and size of what is there.
    pub(super) fn found(&self, draft: &Draft) -> Value {
        let (media_type, size) = match draft.known(&self.0.digest) {
            Some(document) => (document.media_type.as_str(), document.size()),
            None => (self.0.media_type.as_str(), self.0.size),
        };
        json!({ "mediaType": media_type, "digest": self.digest(), "size": size })
    }

    /// What has to be done before it is found in the target's repository.
    pub(super) fn first(&self, draft: &Draft, target: &Target) -> Option<String> {
        let digest = &self.0.digest;
        let there = target.repository.at(digest.clone());
        let from = draft.base().and_then(|base| base.location.reference());
        let from: Option<&Repository> = from.map(|reference| &reference.repository);
        let is_missing = draft.known_all().is_missing(digest);
        match from {
            Some(from) if is_missing => Some(format!(
                "the list refers to {digest}, which is not in {from}: push it to {there} first"
            )),
            Some(from) if *from == target.repository => None,
            Some(from) => Some(format!(
                "the list refers to {digest}, which is in {from}: copy it to {there} first"
            )),
            None => Some(format!("the list refers to {digest}: {there} has to be there first")),
        }
    }
}
