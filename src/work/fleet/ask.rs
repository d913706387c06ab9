//! What is behind each image, with few requests.

use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use super::once::{Asked, Once};
use crate::model::fleet::{Behind, Fleet, Image, Question};
use crate::model::select::Offer;
use crate::oci::{Class, Failure, Location, Reference};
use crate::source::{Source, Sources};
use crate::work::load::narrow;

/// The most images that are asked about at once; a host's own limit counts beside it.
const AT_ONCE: usize = 64;

/// Asks about images. What several of them share is asked for once.
#[derive(Debug, Clone)]
pub struct Asker {
    pub(super) sources: Sources,
    asked: Arc<Asked>,
}

impl Asker {
    /// An asker that has asked nothing yet.
    #[must_use]
    pub fn new(sources: Sources) -> Self {
        Self { sources, asked: Arc::default() }
    }

    /// Asks about one image: one request for a list whose entries say their platforms, two for a
    /// bare image; one more, a HEAD, if it is the first of its host or the registry counts
    /// requests, so that a list that two tags name, or that is in the cache, is not counted again.
    ///
    /// # Errors
    /// Why it could not be read.
    pub async fn ask(&self, question: &Question) -> Result<Behind, Failure> {
        let source = self.open(&question.reference).await?;
        let name = question.reference.to_string();
        let needs = |offer: &Offer| question.needs(offer);
        let (tree, offer) = narrow(&source, &name, self.sources.permits(), needs).await?;
        Ok(question.answer(&tree, &offer))
    }

    async fn open(&self, reference: &Reference) -> Result<Arc<dyn Source>, Failure> {
        let registry = self.sources.registry()?;
        let mut at = reference.clone();
        if at.digest.is_none() {
            let host = &at.repository.host;
            // Only an answer tells whether a host counts, so each one's first question is a HEAD,
            // and the others wait for it.
            let first = self.asked.first(host);
            let mut found = None;
            first.get_or_init(async || found = Some(registry.head(reference).await)).await;
            // Who has been waited for in vain is not waited for twice.
            if let Some(Err(failure)) = &found
                && failure.class == Class::TimedOut
            {
                return Err(failure.clone());
            }
            // The digest that a HEAD states is believed only if asking otherwise has a price.
            if registry.counts(host) {
                let head = match found {
                    Some(head) => head,
                    None => registry.head(reference).await,
                };
                at = reference.repository.at(head?.digest);
            }
        }
        let repository = at.repository.to_string();
        let inner = self.sources.open(&Location::Registry(at))?;
        Ok(Arc::new(Once { inner, repository, asked: Arc::clone(&self.asked) }))
    }

    /// Asks about all images of a fleet, many at once.
    pub async fn all(&self, fleet: &mut Fleet) {
        let questions: Vec<(usize, Question)> = fleet
            .images
            .iter()
            .enumerate()
            .filter_map(|(at, image)| Some((at, fleet.question(image)?)))
            .collect();
        let one =
            |(at, question): (usize, Question)| async move { (at, self.ask(&question).await) };
        for (at, outcome) in many(questions, one).await {
            if let Some(image) = fleet.images.get_mut(at) {
                image.outcome = Some(outcome);
            }
        }
    }

    /// Looks for the nearest tag that would do, for each image with a finding.
    pub async fn nearest(&self, fleet: &mut Fleet) {
        let wanted =
            |image: &Image| image.bad_cells().next().is_some() || !image.missing().is_empty();
        let questions: Vec<(usize, Question)> = fleet
            .images
            .iter()
            .enumerate()
            .filter(|(_, image)| wanted(image))
            .filter_map(|(at, image)| Some((at, fleet.question(image)?)))
            .collect();
        let one = |(at, question): (usize, Question)| async move {
            (at, self.nearest_of(&question).await)
        };
        for (at, found) in many(questions, one).await {
            if let Some(image) = fleet.images.get_mut(at) {
                image.nearest = found;
            }
        }
    }
}

/// Does work for each of many things, so many at once.
pub(super) async fn many<T, R, F>(all: Vec<T>, one: impl Fn(T) -> F) -> Vec<R>
where
    F: Future<Output = R>,
{
    let mut waiting = all.into_iter();
    let mut under_way: FuturesUnordered<F> = waiting.by_ref().take(AT_ONCE).map(&one).collect();
    let mut results = Vec::new();
    while let Some(result) = under_way.next().await {
        results.push(result);
        under_way.extend(waiting.next().map(&one));
    }
    results
}
