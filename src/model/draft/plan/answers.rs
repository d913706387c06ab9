//! What a plan has to know of the target, and of places that are not registries.

use std::collections::HashMap;
use std::sync::Arc;

use crate::oci::{Descriptor, Digest, Failure, Location};

use super::super::Want;

/// A HEAD request at the target, or a look into another place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Question {
    /// Where a tag points.
    Tag(String),
    /// Whether a manifest is there.
    Manifest(Digest),
    /// Whether a blob is there.
    Blob(Digest),
    /// Whether a place that is not a registry can give a blob: a store that has unpacked a layer
    /// cannot give the bytes that its digest is of, and half a layout lacks some.
    AtHand(Arc<Descriptor>, Location),
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// It is there; for a tag, what it points at.
    There(Digest),
    /// It is not.
    Absent,
    /// It cannot be given, and why.
    Lacking(Arc<Failure>),
}

/// All answers so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers(HashMap<Question, Presence>);

/// What has to be asked and read before there is a plan. All of it can be asked for at once.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Missing {
    /// HEAD requests at the target, and looks into other places.
    pub questions: Vec<Question>,
    /// Manifests to read where they are now; told with [`Draft::learn`](super::super::Draft::learn).
    pub wants: Vec<Want>,
    /// What could not be read or cannot be given; while there are any, there is no plan.
    pub failures: Vec<(Digest, Arc<Failure>)>,
}

impl Answers {
    /// Adds an answer.
    pub fn insert(&mut self, question: Question, presence: Presence) {
        self.0.insert(question, presence);
    }

    /// An answer, if it is known.
    #[must_use]
    pub fn get(&self, question: &Question) -> Option<&Presence> {
        self.0.get(question)
    }

    /// Where a tag points; the outer `None` if that is not known.
    #[must_use]
    pub fn tag(&self, tag: &str) -> Option<Option<&Digest>> {
        self.get(&Question::Tag(tag.to_owned())).map(|presence| match presence {
            Presence::There(digest) => Some(digest),
            Presence::Absent | Presence::Lacking(_) => None,
        })
    }

    /// Whether something is there; `None` if that is not known.
    pub(super) fn is_there(&self, question: &Question) -> Option<bool> {
        self.get(question).map(|presence| matches!(presence, Presence::There(_)))
    }
}

impl Missing {
    /// Whether everything is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.questions.is_empty() && self.wants.is_empty() && self.failures.is_empty()
    }

    /// Whether nothing more can be asked, and still something is not known.
    #[must_use]
    pub fn is_hopeless(&self) -> bool {
        self.questions.is_empty() && self.wants.is_empty() && !self.failures.is_empty()
    }
}
