//! A source that is asked for each document once, whoever asks.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use tokio::sync::OnceCell;

use crate::oci::{ConfigDocument, Descriptor, Digest, Document, Failure, Host, Location, Referrer};
use crate::source::{Answer, BlobStream, Source};

type Cells<T> = Mutex<HashMap<(String, Digest), Arc<OnceCell<Result<T, Failure>>>>>;

/// What was asked for already, by repository and digest.
#[derive(Debug, Default)]
pub(super) struct Asked {
    documents: Cells<Document>,
    configs: Cells<ConfigDocument>,
    hosts: Mutex<HashMap<Host, Arc<OnceCell<()>>>>,
}

impl Asked {
    /// What waits for the first answer of a host.
    pub(super) fn first(&self, host: &Host) -> Arc<OnceCell<()>> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(hosts.entry(host.clone()).or_default())
    }
}

/// A source among others that share what they read.
pub(super) struct Once {
    pub(super) inner: Arc<dyn Source>,
    pub(super) repository: String,
    pub(super) asked: Arc<Asked>,
}

/// The cell of a document; a failure stays in it, so that what is not there is asked for once too.
fn cell<T>(
    cells: &Cells<T>,
    repository: &str,
    digest: &Digest,
) -> Arc<OnceCell<Result<T, Failure>>> {
    let mut cells = cells.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(cells.entry((repository.to_owned(), digest.clone())).or_default())
}

impl Source for Once {
    fn location(&self) -> &Location {
        self.inner.location()
    }

    fn root(&self) -> Answer<'_, Document> {
        let digest = match self.location() {
            Location::Registry(reference) if reference.tag.is_none() => reference.digest.clone(),
            _ => None,
        };
        let Some(digest) = digest else { return self.inner.root() };
        Box::pin(async move {
            let cell = cell(&self.asked.documents, &self.repository, &digest);
            cell.get_or_init(|| self.inner.root()).await.clone()
        })
    }

    fn manifest<'a>(&'a self, descriptor: &'a Descriptor) -> Answer<'a, Document> {
        Box::pin(async move {
            let cell = cell(&self.asked.documents, &self.repository, &descriptor.digest);
            cell.get_or_init(|| self.inner.manifest(descriptor)).await.clone()
        })
    }

    fn config<'a>(&'a self, descriptor: &'a Descriptor) -> Answer<'a, ConfigDocument> {
        Box::pin(async move {
            let cell = cell(&self.asked.configs, &self.repository, &descriptor.digest);
            cell.get_or_init(|| self.inner.config(descriptor)).await.clone()
        })
    }

    fn blob<'a>(&'a self, descriptor: &'a Descriptor, cap: u64) -> Answer<'a, Bytes> {
        self.inner.blob(descriptor, cap)
    }

    fn stream<'a>(
        &'a self,
        descriptor: &'a Descriptor,
        range: Option<Range<u64>>,
    ) -> Answer<'a, BlobStream> {
        self.inner.stream(descriptor, range)
    }

    fn referrers<'a>(&'a self, digest: &'a Digest) -> Answer<'a, Vec<Referrer>> {
        self.inner.referrers(digest)
    }
}
