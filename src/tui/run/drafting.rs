//! What drafts ask for: content of any place, answers of the place that is pushed to.

use std::sync::Arc;

use super::sessions::{Address, Sessions, broke_off};
use crate::model::draft::{Question, Target, Want};
use crate::oci::{Digest, Document, Location};
use crate::tui::app::{Reply, Weighing};
use crate::work::gather::subjects;
use crate::work::load::{answer, gather};
use crate::work::push::ask;
use crate::work::referring::referring;

impl Sessions {
    /// Something that a draft wants to know.
    pub(super) fn learn(&mut self, at: Address, want: Want) {
        let (place, sources) = (self.place(at.0, &want.from), self.sources.clone());
        self.spawn(at, async move {
            let source = place.source(&sources).await?;
            answer(source.as_ref(), &want.need).await.map(Reply::Content)
        });
    }

    /// Of which images an attestation is.
    pub(super) fn subjects_of(&mut self, at: Address, from: &Location, manifest: Arc<Document>) {
        let (place, sources) = (self.place(at.0, from), self.sources.clone());
        self.spawn(at, async move {
            let source = place.source(&sources).await?;
            Ok(Reply::Subjects(subjects(source.as_ref(), &manifest).await))
        });
    }

    /// Whom a draft changes, off the threads that must not wait.
    pub(super) fn weigh(&mut self, at: Address, weighing: Weighing) {
        self.spawn(at, async move {
            let effects = tokio::task::spawn_blocking(move || weighing.answer()).await;
            effects.map(Reply::Effects).map_err(|_| broke_off("whom the draft changes"))
        });
    }

    /// What a reference names.
    pub(super) fn gather(&mut self, at: Address, location: &Location) {
        let (place, sources) = (self.place(at.0, location), self.sources.clone());
        self.spawn(at, async move {
            let source = place.source(&sources).await?;
            gather(source.as_ref()).await.map(Reply::Gathered)
        });
    }

    /// What refers to an image.
    pub(super) fn referrers(&mut self, at: Address, from: &Location, subject: Digest) {
        let (place, sources) = (self.place(at.0, from), self.sources.clone());
        self.spawn(at, async move {
            let source = place.source(&sources).await?;
            let found = referring(source.as_ref(), &subject).await?;
            let loose = found.iter().filter(|it| it.loose);
            let loose = loose.map(|it| it.referrer.descriptor.digest.clone()).collect();
            let found = found.into_iter().filter(|it| !it.loose);
            Ok(Reply::Referrers { found: found.map(|it| it.referrer).collect(), loose })
        });
    }

    /// Something that the place may know that a draft is pushed to, or one that it takes blobs from.
    pub(super) fn presence(&mut self, at: Address, target: Target, question: Question) {
        let sources = self.sources.clone();
        let place = match &question {
            Question::AtHand(_, from) => Some(self.place(at.0, from)),
            Question::Tag(_) | Question::Manifest(_) | Question::Blob(_) => None,
        };
        self.spawn(at, async move {
            let registry = sources.registry()?;
            let open = async |from: &Location| match &place {
                Some(place) => place.source(&sources).await,
                None => sources.open(from),
            };
            ask(&registry, &target, &question, open).await.map(Reply::Presence)
        });
    }
}
