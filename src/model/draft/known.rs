//! What has been read of what a draft names.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::model::select::Lookup;
use crate::model::tree::{Answer, Need, Read};
use crate::oci::{
    Class, ConfigDocument, Descriptor, Digest, Document, Failure, Kind, Location, Manifest, Misfit,
    Platform, misfits,
};

use super::item::Item;
use super::work::Work;

/// A document that is worth reading, and where it can be had from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Want {
    /// Where it is.
    pub from: Location,
    /// What to ask there.
    pub need: Need,
}

/// Manifests and configs by digest. Not part of the history: what is known stays known.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    read: Read,
    failed: HashMap<Digest, Arc<Failure>>,
    /// What the statements in attestations speak of, by their manifests; `None` if they were read in
    /// vain.
    stated: HashMap<Digest, Option<Digest>>,
}

impl Known {
    pub(super) fn learn(&mut self, want: &Want, result: Result<Answer, Failure>) {
        let digest = match &want.need {
            Need::Manifest(descriptor) | Need::Config(descriptor) => &descriptor.digest,
            Need::Root | Need::Referrers(_) => return,
        };
        match result {
            Ok(Answer::Manifest(document)) if document.digest == *digest => {
                self.failed.remove(digest);
                self.read.keep_manifest(&document);
            }
            Ok(Answer::Config(document)) if document.digest == *digest => {
                self.failed.remove(digest);
                self.read.keep_config(digest, &document);
            }
            Ok(_) => {}
            Err(failure) => {
                self.failed.insert(digest.clone(), Arc::new(failure));
            }
        }
    }

    pub(super) fn document(&self, digest: &Digest) -> Option<&Arc<Document>> {
        self.read.document(digest)
    }

    pub(super) fn failure(&self, digest: &Digest) -> Option<&Arc<Failure>> {
        self.failed.get(digest)
    }

    /// Whether the document is known not to be where its entry says.
    pub(super) fn is_missing(&self, digest: &Digest) -> bool {
        self.failure(digest).is_some_and(|failure| failure.class == Class::NotFound)
    }

    /// The platform that the config of an entry's manifest states.
    pub(super) fn config_of(&self, item: &Item) -> Option<Platform> {
        let read = || {
            let document = self.document(&item.descriptor()?.digest)?;
            let config = self.read.config(&platform_config(document)?.digest)?;
            Some(config.config.platform.clone())
        };
        item.config.clone().or_else(read)
    }

    /// What an entry's manifest is, whatever the entry says; `None` before it was read.
    pub(super) fn holds(&self, item: &Item) -> Option<Kind> {
        let document = item.descriptor().and_then(|it| self.document(&it.digest));
        document.map(|document| document.kind())
    }

    /// Whether the config of an entry's manifest is known to be of another type than an image's.
    pub(super) fn holds_foreign_config(&self, item: &Item) -> bool {
        let document = item.descriptor().and_then(|it| self.document(&it.digest));
        document.is_some_and(|document| match &document.manifest {
            Manifest::Image(image) => image.image_config().is_none(),
            _ => false,
        })
    }

    /// What an entry's manifest refers to, or the statement that was read in it.
    pub(super) fn subject_of(&self, item: &Item) -> Option<Digest> {
        let digest = &item.descriptor()?.digest;
        let own = self.document(digest).and_then(|document| document.manifest.subject());
        own.map(|subject| subject.digest.clone()).or_else(|| self.stated.get(digest).cloned()?)
    }

    /// Keeps what the statement in a manifest speaks of; `None` if it does not tell.
    pub(super) fn learn_subject(&mut self, manifest: &Digest, image: Option<Digest>) {
        self.stated.insert(manifest.clone(), image);
    }

    /// Whether the statement in a manifest was asked for what it speaks of.
    pub(super) fn asked_for_subject(&self, manifest: &Digest) -> bool {
        self.stated.contains_key(manifest)
    }

    /// How the diff IDs of an entry's image do not fit its layers.
    pub(super) fn misfits_of(&self, item: &Item) -> Vec<Misfit> {
        let read = || {
            let document = self.document(&item.descriptor()?.digest)?;
            let Manifest::Image(image) = &document.manifest else { return None };
            let config = self.read.config(&image.config.descriptor()?.digest)?;
            Some(misfits(image, &config.config))
        };
        read().unwrap_or_default()
    }

    /// What is worth reading for the problems and the effects: manifests and the configs that state
    /// platforms, each once, that were not asked for already; those of attestations too, if `all`
    /// are wanted.
    pub(super) fn wanted(&self, start: &Work, work: &Work, all: bool) -> Vec<Want> {
        let mut wants: Vec<Want> = Vec::new();
        let mut seen = HashSet::new();
        // What was removed still says who loses what.
        for item in work.items.iter().chain(&start.items) {
            let Some(descriptor) = item.descriptor() else { continue };
            if (descriptor.is_attestation() && !all) || !descriptor.media_type.is_manifest() {
                continue;
            }
            let next = match self.document(&descriptor.digest) {
                None => Some(Need::Manifest(Arc::clone(descriptor))),
                Some(document) => platform_config(document)
                    .filter(|it| self.read.config(&it.digest).is_none())
                    .map(|it| Need::Config(Arc::clone(it))),
            };
            let Some(need) = next else { continue };
            let digest = match &need {
                Need::Manifest(it) | Need::Config(it) => it.digest.clone(),
                Need::Root | Need::Referrers(_) => continue,
            };
            if !self.failed.contains_key(&digest) && seen.insert(digest) {
                wants.push(Want { from: item.from.as_ref().clone(), need });
            }
        }
        wants
    }
}

fn platform_config(document: &Document) -> Option<&Arc<Descriptor>> {
    match &document.manifest {
        Manifest::Image(image) => image.platform_config(),
        _ => None,
    }
}

impl Lookup for Known {
    fn manifest(&self, digest: &Digest) -> Option<Arc<Document>> {
        self.read.manifest(digest)
    }

    fn config(&self, digest: &Digest) -> Option<Arc<ConfigDocument>> {
        self.read.config(digest).cloned()
    }
}
