//! What is read of what a session has open, and found out about it.

use std::sync::Arc;

use super::prove;
use super::sessions::{Address, Sessions};
use crate::model::diagnose::Facts;
use crate::model::evidence::{Attested, Coverage, Item, is_json};
use crate::model::fleet::Question;
use crate::model::tree::Need;
use crate::oci::{Descriptor, Digest, Location};
use crate::source::Recalled;
use crate::tui::app::{Msg, Part, Reply, SessionId, Unproven};
use crate::work::attest::{self, MOST_EVIDENCE};
use crate::work::evidence;
use crate::work::layers::Reader;
use crate::work::load::answer;
use crate::work::prove::Prover;
use crate::work::surroundings::{Asking, Surroundings, gather};

impl Sessions {
    /// Something of the location that the session has open. What a tag held last comes before.
    pub(super) fn fetch(&mut self, at: Address, need: Need) {
        let (session, request) = at;
        let (own, sources) = (self.own(session), self.sources.clone());
        let results = self.results();
        self.spawn(at, async move {
            let source = own?.source(&sources).await?;
            let recalled = async {
                let known = if need == Need::Root { source.recall().await } else { None };
                if let Some(Recalled { document, seen }) = known {
                    let part = Part::Recalled { document: Arc::new(document), seen };
                    let _ = results.send(Msg::Part { session, request, part }).await;
                }
            };
            let answered = answer(source.as_ref(), &need);
            let ((), answer) = futures_util::future::join(recalled, answered).await;
            answer.map(Reply::Content)
        });
    }

    /// A blob that is not a layer, opened.
    pub(super) fn read_blob(&mut self, at: Address, of: SessionId, descriptor: Arc<Descriptor>) {
        let (own, sources) = (self.own(of), self.sources.clone());
        self.spawn(at, async move {
            let source = own?.source(&sources).await?;
            let bytes = evidence::fetch(source.as_ref(), &descriptor).await?;
            let stated = evidence::stated(&descriptor);
            let evidence = evidence::opened(&bytes, stated).await.map(Arc::new);
            let is_json = match &evidence {
                Ok(evidence) => evidence.is_json,
                Err(_) => {
                    let content = bytes.clone();
                    let checked = tokio::task::spawn_blocking(move || is_json(&content));
                    checked.await.unwrap_or_default()
                }
            };
            Ok(Reply::Blob { bytes, is_json, evidence })
        });
    }

    /// Each piece of evidence, read and opened.
    pub(super) fn attest(&mut self, at: Address, coverage: Arc<Coverage>) {
        let (own, sources) = (self.own(at.0), self.sources.clone());
        self.spawn(at, async move {
            let source = own?.source(&sources).await?;
            let permits = sources.permits();
            let coverage = Arc::unwrap_or_clone(coverage);
            let has_blob = Item::has_blob;
            let read = attest::read(&source, &coverage, permits, MOST_EVIDENCE, has_blob).await;
            let attested = Attested { coverage, read, ..Attested::default() };
            Ok(Reply::Attested(Arc::new(attested)))
        });
    }

    /// The package databases of images.
    pub(super) fn databases(
        &mut self,
        at: Address,
        images: Vec<(Digest, Vec<Option<Arc<Descriptor>>>)>,
    ) {
        let (own, sources) = (self.own(at.0), self.sources.clone());
        let cache = self.cache();
        self.spawn(at, async move {
            let source = own?.source(&sources).await?;
            let reader = Reader::new(source, cache);
            Ok(Reply::Databases(attest::databases(&reader, images).await))
        });
    }

    /// The programs of images; each image is told as it is read.
    pub(super) fn prove(&mut self, at: Address, images: Vec<Unproven>, all: bool) {
        let (session, request) = at;
        let (own, sources) = (self.own(session), self.sources.clone());
        let (results, cache) = (self.results(), self.cache());
        self.spawn(at, async move {
            let source = own?.source(&sources).await?;
            let prover = Prover::new(Reader::new(source, cache), all);
            prove::run(prover, images, sources.permits(), session, request, results).await;
            Ok(Reply::Proven)
        });
    }

    /// What is seen outside of a tree.
    pub(super) fn look_around(
        &mut self,
        at: Address,
        location: Location,
        facts: Box<Facts>,
        this_machine: bool,
    ) {
        let (sources, mirrors) = (self.sources.clone(), self.mirrors.clone());
        self.spawn(at, async move {
            let around = match this_machine {
                true => tokio::task::spawn_blocking(Surroundings::of_process).await.ok(),
                false => None,
            };
            let registry = sources.registry().ok();
            let asking = Asking {
                registry: registry.as_ref().zip(location.reference()),
                around: around.as_ref(),
                mirrors: &mirrors,
            };
            Ok(Reply::Facts(Box::new(gather(asking, *facts).await)))
        });
    }

    /// What is behind an image of a fleet.
    pub(super) fn look_behind(&mut self, at: Address, question: Box<Question>) {
        let asker = self.asker.clone();
        self.spawn(at, async move {
            asker.ask(&question).await.map(|behind| Reply::Behind(Box::new(behind)))
        });
    }
}
