//! What is copied: a list or a single manifest with its exact bytes, and what refers to it.

use std::sync::Arc;

use crate::model::tree::{Answer, Need};
use crate::oci::{Descriptor, Digest, Document, Failure, Location, Manifest};

use super::known::Known;
use super::plan::Shipped;
use super::{Companion, Draft, Encoded, Want};

/// What is copied to one place.
#[derive(Debug, Clone)]
pub struct Parcel {
    root: Encoded,
    tops: Vec<(Arc<Descriptor>, Location)>,
    companions: Vec<Companion>,
    known: Known,
    notes: Vec<String>,
    /// Whether everything is looked for, whatever the target's tag holds.
    thorough: bool,
}

impl Parcel {
    /// What a source holds, to the last byte, and what refers to it.
    #[must_use]
    pub fn whole(from: &Location, root: &Arc<Document>, companions: Vec<Companion>) -> Self {
        let descriptor =
            Arc::new(Descriptor::new(root.media_type.clone(), root.digest.clone(), root.size()));
        let mut known = Known::default();
        let need = Need::Manifest(Arc::clone(&descriptor));
        known.learn(&Want { from: from.clone(), need }, Ok(Answer::Manifest(Arc::clone(root))));
        let tops = match &root.manifest {
            Manifest::Index(index) => {
                index.entries.iter().filter_map(|entry| entry.descriptor().cloned()).collect()
            }
            _ => vec![descriptor],
        };
        let root = Encoded {
            media_type: root.media_type.clone(),
            bytes: root.bytes.clone(),
            digest: root.digest.clone(),
        };
        let tops = tops.into_iter().map(|top| (top, from.clone())).collect();
        Self { root, tops, companions, known, notes: Vec::new(), thorough: false }
    }

    /// What a draft makes.
    #[must_use]
    pub fn of(draft: &Draft) -> Self {
        let tops = draft.work().items.iter();
        let tops = tops
            .filter_map(|item| Some((Arc::clone(item.descriptor()?), item.from.as_ref().clone())));
        Self {
            root: draft.document().clone(),
            tops: tops.collect(),
            companions: draft.companions().iter().map(|it| it.as_ref().clone()).collect(),
            known: draft.known_all().clone(),
            notes: draft.notes(),
            thorough: false,
        }
    }

    /// Everything is looked for, whatever the target's tag holds.
    #[must_use]
    pub fn thorough(mut self) -> Self {
        self.thorough = true;
        self
    }

    /// The parcel without what refers to something by a tag alone, and that.
    #[must_use]
    pub fn without_tags(mut self) -> (Self, Vec<Companion>) {
        let (stays, goes) = self.companions.into_iter().partition(|it| it.tag.is_some());
        self.companions = goes;
        (self, stays)
    }

    /// What refers to the root and to what it names.
    #[must_use]
    pub fn companions(&self) -> &[Companion] {
        &self.companions
    }
}

impl Shipped for Parcel {
    fn root(&self) -> &Encoded {
        &self.root
    }

    fn tops(&self) -> Vec<(Arc<Descriptor>, &Location)> {
        let tops = self.tops.iter().map(|(top, from)| (Arc::clone(top), from));
        let companions = self.companions.iter();
        let companions =
            companions.filter_map(|it| Some((Arc::new(it.descriptor()?), &it.material.from)));
        tops.chain(companions).collect()
    }

    fn attached(&self) -> Vec<(&str, Descriptor)> {
        let companions = self.companions.iter();
        companions.filter_map(|it| Some((it.tag.as_deref()?, it.descriptor()?))).collect()
    }

    fn document(&self, digest: &Digest) -> Option<&Arc<Document>> {
        self.known.document(digest)
    }

    fn failure(&self, digest: &Digest) -> Option<&Arc<Failure>> {
        self.known.failure(digest)
    }

    fn learn(&mut self, want: &Want, result: Result<Answer, Failure>) {
        self.known.learn(want, result);
    }

    fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }

    fn is_brief(&self) -> bool {
        !self.thorough && self.companions.is_empty()
    }
}
