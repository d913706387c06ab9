//! Documents that were read, in one place.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::select::Lookup;
use crate::oci::{ConfigDocument, Digest, Document};

/// Manifests and configs by digest.
#[derive(Debug, Clone, Default)]
pub struct Read {
    manifests: HashMap<Digest, Arc<Document>>,
    configs: HashMap<Digest, Arc<ConfigDocument>>,
}

impl Read {
    /// Keeps a manifest.
    pub fn keep_manifest(&mut self, document: &Arc<Document>) {
        self.manifests.insert(document.digest.clone(), Arc::clone(document));
    }

    /// Keeps a config, under the digest that it was asked by.
    pub fn keep_config(&mut self, digest: &Digest, document: &Arc<ConfigDocument>) {
        self.configs.insert(digest.clone(), Arc::clone(document));
    }

    /// A manifest.
    #[must_use]
    pub fn document(&self, digest: &Digest) -> Option<&Arc<Document>> {
        self.manifests.get(digest)
    }

    /// A config.
    #[must_use]
    pub fn config(&self, digest: &Digest) -> Option<&Arc<ConfigDocument>> {
        self.configs.get(digest)
    }
}

impl Lookup for Read {
    fn manifest(&self, digest: &Digest) -> Option<Arc<Document>> {
        self.manifests.get(digest).cloned()
    }

    fn config(&self, digest: &Digest) -> Option<Arc<ConfigDocument>> {
        self.configs.get(digest).cloned()
    }
}
