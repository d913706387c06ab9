//! One opened reference as a [`Source`], with the cache before the network.

use std::ops::Range;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use jiff::Timestamp;

use super::tag_page::TagPage;
use super::{Look, Registry};
use crate::oci::{
    Descriptor, Digest, Document, Failure, Location, Manifest, MediaType, Reference, Sent, may_be,
};
use crate::source::{Answer, BlobStream, Cache, Recalled, Referrer, Source, TagOfDigest};

/// An image in a registry.
#[derive(Debug, Clone)]
pub struct RegistrySource {
    registry: Registry,
    reference: Reference,
    location: Location,
    cache: Option<Cache>,
    tags: TagPage,
}

impl RegistrySource {
    /// Opens a reference. Nothing is sent yet. What a digest names is taken from the cache where
    /// it is there, and kept in it.
    #[must_use]
    pub fn new(registry: Registry, reference: Reference, cache: Option<Cache>) -> Self {
        let location = Location::Registry(reference.clone());
        let tags = TagPage::with_witness(reference.tag.clone());
        Self { registry, reference, location, cache, tags }
    }

    async fn cached(&self, digest: &Digest) -> Option<Bytes> {
        self.cache.as_ref()?.get(digest).await
    }

    async fn keep(&self, digest: &Digest, bytes: &Bytes) {
        if let Some(cache) = &self.cache {
            cache.put(digest, bytes).await;
        }
    }

    /// What the reference names. A tag that was opened before costs one request that answers with
    /// nothing if it has not moved.
    async fn find_root(&self) -> Result<Document, Failure> {
        let Some(tag) = &self.reference.tag else {
            return self.by_digest(&self.reference, None).await;
        };
        let tagged = self.reference.repository.tagged(tag);
        let subject = self.reference.to_string();
        let fresh = || self.registry.document(&self.reference, None);
        let document = match self.known(&tagged).await {
            None => fresh().await?,
            Some((digest, sent, bytes)) => {
                match self.registry.look(&self.reference, Some(&digest)).await? {
                    Look::Document(document) => *document,
                    Look::Unchanged => {
                        self.confirmed(&tagged, &digest, &sent).await;
                        let document = parse(bytes, None, &digest, &subject)?;
                        self.registry.saw(&tagged, &document);
                        return Ok(document.with_sent(sent));
                    }
                    Look::Head(head) if head.digest == digest => {
                        self.confirmed(&tagged, &digest, &head.sent).await;
                        let stated = Some(&head.media_type).filter(|it| may_be(it, &bytes));
                        let document = parse(bytes.clone(), stated, &digest, &subject)?;
                        self.registry.saw(&tagged, &document);
                        return Ok(document.with_sent(head.sent));
                    }
                    Look::Head(_) => fresh().await?,
                }
            }
        };
        self.keep(&document.digest, &document.bytes).await;
        self.confirmed(&tagged, &document.digest, &document.sent).await;
        Ok(document)
    }

    /// Notes that a tag holds this now.
    async fn confirmed(&self, tagged: &Reference, digest: &Digest, sent: &Sent) {
        if let Some(cache) = &self.cache {
            cache.remember_tag(tagged, digest, sent).await;
        }
    }

    /// What the tag held when the registry was last asked; nothing if a digest is named beside it,
    /// which must agree with what the tag holds now.
    async fn recalled(&self) -> Option<Recalled> {
        let tag = self.reference.tag.as_ref().filter(|_| self.reference.digest.is_none())?;
        let tagged = self.reference.repository.tagged(tag);
        let seen = self.cache.as_ref()?.tag_seen(&tagged).await?;
        let (digest, sent, bytes) = self.known(&tagged).await?;
        let parsed = parse(bytes, None, &digest, &self.reference.to_string()).ok()?;
        let seen = Timestamp::try_from(seen).ok()?;
        Some(Recalled { document: parsed.with_sent(sent), seen })
    }

    /// What a tag pointed at when it was last seen, if its document is in the cache.
    async fn known(&self, tagged: &Reference) -> Option<(Digest, Sent, Bytes)> {
        let cache = self.cache.as_ref()?;
        let (digest, sent) = cache.known_tag(tagged).await?;
        let bytes = cache.get(&digest).await?;
        Some((digest, sent, bytes))
    }

    async fn by_digest(
        &self,
        reference: &Reference,
        expected: Option<&Descriptor>,
    ) -> Result<Document, Failure> {
        let digest = reference.digest.as_ref().or(expected.map(|it| &it.digest));
        // A descriptor whose size lies must fail as it would without a cache.
        if let Some(digest) = digest
            && let Some(bytes) = self.cached(digest).await
            && expected.is_none_or(|it| it.size == bytes.len() as u64)
        {
            let stated = expected.map(|it| &it.media_type);
            let document = parse(bytes, stated, digest, &reference.to_string());
            // The cache holds blobs too, which are not manifests whatever a reference says.
            let is_blob = |it: &Document| expected.is_none() && it.manifest == Manifest::Unknown;
            if !document.as_ref().is_ok_and(is_blob) {
                return document;
            }
        }
        let document = self.registry.document(reference, expected).await?;
        // Engines go by what a registry sends a manifest as, and the cache holds its bytes alone.
        if expected.is_none() || !is_contradicted(&document) {
            self.keep(&document.digest, &document.bytes).await;
        }
        Ok(document)
    }
}

/// Whether a registry sent a document as something else than what it is.
fn is_contradicted(document: &Document) -> bool {
    let own = || document.own_type().unwrap_or_else(|| document.media_type.clone());
    document.sent.header().is_some_and(|header| MediaType::essence(header) != own())
}

fn parse(
    bytes: Bytes,
    stated: Option<&MediaType>,
    digest: &Digest,
    subject: &str,
) -> Result<Document, Failure> {
    Document::parse(bytes.clone(), stated, digest.algorithm())
        .map_err(|problem| Failure::new(crate::oci::unread(&bytes), subject, problem))
}

impl Source for RegistrySource {
    fn location(&self) -> &Location {
        &self.location
    }

    fn root(&self) -> Answer<'_, Document> {
        Box::pin(async move {
            self.tags.forget().await;
            self.find_root().await
        })
    }

    fn recall(&self) -> BoxFuture<'_, Option<Recalled>> {
        Box::pin(self.recalled())
    }

    fn manifest<'a>(&'a self, descriptor: &'a Descriptor) -> Answer<'a, Document> {
        Box::pin(async move {
            let reference = self.reference.repository.at(descriptor.digest.clone());
            self.by_digest(&reference, Some(descriptor)).await
        })
    }

    fn blob<'a>(&'a self, descriptor: &'a Descriptor, cap: u64) -> Answer<'a, Bytes> {
        Box::pin(async move {
            if let Some(bytes) = self.cached(&descriptor.digest).await
                && descriptor.size == bytes.len() as u64
                && descriptor.size <= cap
            {
                return Ok(bytes);
            }
            let bytes = self.registry.blob(&self.reference.repository, descriptor, cap).await?;
            self.keep(&descriptor.digest, &bytes).await;
            Ok(bytes)
        })
    }

    fn stream<'a>(
        &'a self,
        descriptor: &'a Descriptor,
        range: Option<Range<u64>>,
    ) -> Answer<'a, BlobStream> {
        Box::pin(self.registry.blob_stream(&self.reference.repository, descriptor, range))
    }

    fn referrers<'a>(&'a self, digest: &'a Digest) -> Answer<'a, Vec<Referrer>> {
        Box::pin(self.registry.referrers(&self.reference.repository, digest, &self.tags))
    }

    fn digest_tag<'a>(&'a self, digest: &'a Digest) -> Answer<'a, Option<TagOfDigest>> {
        Box::pin(async move {
            let repository = &self.reference.repository;
            self.registry.tag_of(repository, digest, &self.tags).await.map(Some)
        })
    }
}
