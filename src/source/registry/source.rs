//! One opened reference as a [`Source`].

use std::ops::Range;

use bytes::Bytes;

use super::Registry;
use crate::oci::{Descriptor, Digest, Document, Location, Reference};
use crate::source::{Answer, BlobStream, Referrer, Source};

/// An image in a registry.
#[derive(Debug, Clone)]
pub struct RegistrySource {
    registry: Registry,
    reference: Reference,
    location: Location,
}

impl RegistrySource {
    /// Opens a reference. Nothing is sent yet.
    #[must_use]
    pub fn new(registry: Registry, reference: Reference) -> Self {
        let location = Location::Registry(reference.clone());
        Self { registry, reference, location }
    }
}

impl Source for RegistrySource {
    fn location(&self) -> &Location {
        &self.location
    }

    fn root(&self) -> Answer<'_, Document> {
        Box::pin(self.registry.document(&self.reference, None))
    }

    fn manifest<'a>(&'a self, descriptor: &'a Descriptor) -> Answer<'a, Document> {
        Box::pin(async move {
            let reference = self.reference.repository.at(descriptor.digest.clone());
            self.registry.document(&reference, Some(descriptor)).await
        })
    }

    fn blob<'a>(&'a self, descriptor: &'a Descriptor, cap: u64) -> Answer<'a, Bytes> {
        Box::pin(self.registry.blob(&self.reference.repository, descriptor, cap))
    }

    fn stream<'a>(
        &'a self,
        descriptor: &'a Descriptor,
        range: Option<Range<u64>>,
    ) -> Answer<'a, BlobStream> {
        Box::pin(self.registry.blob_stream(&self.reference.repository, descriptor, range))
    }

    fn referrers<'a>(&'a self, digest: &'a Digest) -> Answer<'a, Vec<Referrer>> {
        Box::pin(self.registry.referrers(&self.reference.repository, digest))
    }
}
