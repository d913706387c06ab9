//! What a client that has one side must fetch to have the other.

use std::collections::HashMap;

use super::Part;
use crate::oci::{Digest, Entry, Manifest};

/// Sizes in bytes, by the descriptors: manifests, configs and layers, each content counted once.
/// Attestations count only if they themselves are compared: who pulls an image leaves them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bytes {
    /// What the second side has and the first one too.
    pub shared: u64,
    /// What only the second side has; `None` if a manifest is missing, so that it cannot be
    /// known.
    pub new: Option<u64>,
    /// What only the first side has; `None` as for `new`.
    pub old: Option<u64>,
}

impl Bytes {
    pub(super) fn between(a: &Part, b: &Part) -> Self {
        let (a, b) = (Blobs::of(a), Blobs::of(b));
        Self { shared: a.in_common(&b), new: b.beyond(&a), old: a.beyond(&b) }
    }

    /// Where only the second side is there.
    pub(super) fn added(b: &Part) -> Self {
        Self { shared: 0, new: Blobs::of(b).beyond(&Blobs::default()), old: Some(0) }
    }

    /// Where only the first side is there.
    pub(super) fn removed(a: &Part) -> Self {
        Self { shared: 0, new: Some(0), old: Blobs::of(a).beyond(&Blobs::default()) }
    }
}

#[derive(Default)]
struct Blobs<'a> {
    sizes: HashMap<&'a Digest, u64>,
    /// Manifests of which the content is not there.
    unread: Vec<&'a Digest>,
}

impl<'a> Blobs<'a> {
    fn of(part: &'a Part) -> Self {
        let mut blobs = Self::default();
        blobs.add(part);
        blobs
    }

    fn add(&mut self, part: &'a Part) {
        let Some(digest) = part.digest() else {
            if let Some(config) = &part.config {
                self.sizes.insert(&config.digest, config.bytes.len() as u64);
            }
            return;
        };
        let size = match (&part.descriptor, &part.document) {
            (Some(descriptor), _) => descriptor.size,
            (None, Some(document)) => document.size(),
            (None, None) => 0,
        };
        self.sizes.insert(digest, size);
        match part.manifest() {
            Some(Manifest::Image(image)) => {
                self.entry(&image.config);
                image.layers.iter().for_each(|it| self.entry(it));
            }
            Some(Manifest::Artifact(artifact)) => {
                artifact.blobs.iter().for_each(|it| self.entry(it));
            }
            Some(Manifest::Index(_)) => {
                part.entries.iter().filter(|it| !it.is_attestation()).for_each(|it| self.add(it));
            }
            Some(Manifest::Schema1(_) | Manifest::Unknown) => {}
            None if matches!(part.kind, super::PartKind::Manifest(_)) => {
                self.unread.push(digest);
            }
            None => {}
        }
    }

    fn entry(&mut self, entry: &'a Entry) {
        if let Entry::Descriptor(it) = entry {
            self.sizes.insert(&it.digest, it.size);
        }
    }

    fn in_common(&self, other: &Self) -> u64 {
        let common = other.sizes.iter().filter(|(digest, _)| self.sizes.contains_key(*digest));
        common.fold(0, |sum, (_, size)| sum.saturating_add(*size))
    }

    fn beyond(&self, other: &Self) -> Option<u64> {
        // A manifest that both sides name brings nothing new, read or not.
        if self.unread.iter().any(|digest| !other.sizes.contains_key(digest)) {
            return None;
        }
        let new = self.sizes.iter().filter(|(digest, _)| !other.sizes.contains_key(*digest));
        Some(new.fold(0, |sum, (_, size)| sum.saturating_add(*size)))
    }
}
