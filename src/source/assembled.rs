//! A list that is in no registry yet: its bytes are at hand, its content is where each entry was
//! taken from.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::{Answer, BlobStream, FindDraft, Referrer, Source, Sources};
use crate::oci::{Assembled, Class, Descriptor, Digest, Document, Failure, Location};

/// Where the list itself comes from.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    /// It was handed over.
    Given(Arc<Assembled>),
    /// It is found anew whenever it is asked for.
    Kept(String, Arc<dyn FindDraft>),
}

/// One assembled list as a source.
pub(super) struct AssembledSource {
    location: Location,
    origin: Origin,
    sources: Sources,
    places: Mutex<Places>,
}

/// What is where, as far as the manifests read so far say.
#[derive(Default)]
struct Places {
    of: HashMap<Digest, Location>,
    open: HashMap<Location, Arc<dyn Source>>,
}

impl AssembledSource {
    pub(super) fn new(location: Location, origin: Origin, sources: Sources) -> Self {
        Self { location, origin, sources, places: Mutex::default() }
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes where content is that was named there.
    fn note<'a>(&self, location: &Location, digests: impl Iterator<Item = &'a Digest>) {
        let mut places = self.places();
        for digest in digests {
            places.of.entry(digest.clone()).or_insert_with(|| location.clone());
        }
    }

    /// The source that has this content.
    fn place_of(&self, digest: &Digest) -> Result<(Location, Arc<dyn Source>), Failure> {
        let mut places = self.places();
        let Some(location) = places.of.get(digest).cloned() else {
            let detail = format!("nothing in {} names it", self.location);
            return Err(Failure::new(Class::NotFound, digest.to_string(), detail));
        };
        if let Some(source) = places.open.get(&location) {
            return Ok((location, Arc::clone(source)));
        }
        let source = self.sources.open(&location)?;
        places.open.insert(location.clone(), Arc::clone(&source));
        Ok((location, source))
    }
}

impl Source for AssembledSource {
    fn location(&self) -> &Location {
        &self.location
    }

    fn root(&self) -> Answer<'_, Document> {
        Box::pin(async move {
            let list = match &self.origin {
                Origin::Given(list) => Arc::clone(list),
                Origin::Kept(name, drafts) => {
                    let (name, drafts) = (name.clone(), Arc::clone(drafts));
                    let found = tokio::task::spawn_blocking(move || drafts.find(&name)).await;
                    let broken = |_| {
                        let subject = self.location.to_string();
                        Failure::new(Class::Cancelled, subject, "the reading broke off")
                    };
                    Arc::new(found.map_err(broken)??)
                }
            };
            self.places().of.extend(list.origins.clone());
            Ok(list.document.as_ref().clone())
        })
    }

    fn manifest<'a>(&'a self, descriptor: &'a Descriptor) -> Answer<'a, Document> {
        Box::pin(async move {
            let (location, source) = self.place_of(&descriptor.digest)?;
            let document = source.manifest(descriptor).await?;
            self.note(&location, document.manifest.descriptors().map(|it| &it.digest));
            Ok(document)
        })
    }

    fn blob<'a>(&'a self, descriptor: &'a Descriptor, cap: u64) -> Answer<'a, Bytes> {
        Box::pin(async move {
            let (_, source) = self.place_of(&descriptor.digest)?;
            source.blob(descriptor, cap).await
        })
    }

    fn stream<'a>(
        &'a self,
        descriptor: &'a Descriptor,
        range: Option<Range<u64>>,
    ) -> Answer<'a, BlobStream> {
        Box::pin(async move {
            let (_, source) = self.place_of(&descriptor.digest)?;
            source.stream(descriptor, range).await
        })
    }

    /// What refers to an entry, as its own source says. Nothing refers to the list itself yet.
    fn referrers<'a>(&'a self, digest: &'a Digest) -> Answer<'a, Vec<Referrer>> {
        Box::pin(async move {
            let (location, source) = match self.place_of(digest) {
                Ok(place) => place,
                Err(failure) if failure.class == Class::NotFound => return Ok(Vec::new()),
                Err(failure) => return Err(failure),
            };
            let referrers = source.referrers(digest).await?;
            self.note(&location, referrers.iter().map(|it| &it.descriptor.digest));
            Ok(referrers)
        })
    }
}
