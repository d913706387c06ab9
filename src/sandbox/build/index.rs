//! Indexes and manifest lists.

use serde_json::{Value, json};

use super::descriptor::{bare_json, descriptor_json, pretty, strings};
use crate::oci::{Annotations, Descriptor, MediaType};
use crate::sandbox::RepositoryStore;

/// An index under construction. [`push`](Self::push) puts it into the store.
#[derive(Debug, Clone)]
#[must_use]
pub struct IndexBuilder {
    repository: RepositoryStore,
    docker: bool,
    entries: Vec<Value>,
    annotations: Annotations,
    subject: Option<Descriptor>,
}

impl IndexBuilder {
    pub(super) fn new(repository: RepositoryStore) -> Self {
        Self {
            repository,
            docker: false,
            entries: Vec::new(),
            annotations: Annotations::new(),
            subject: None,
        }
    }

    /// A Docker manifest list instead of an OCI index.
    pub fn docker(mut self) -> Self {
        self.docker = true;
        self
    }

    /// One more entry.
    pub fn entry(self, entry: Descriptor) -> Self {
        self.odd_entry(descriptor_json(&entry))
    }

    /// One more entry, be it a descriptor or not.
    pub fn odd_entry(mut self, entry: Value) -> Self {
        self.entries.push(entry);
        self
    }

    /// More entries.
    pub fn entries(mut self, entries: impl IntoIterator<Item = Descriptor>) -> Self {
        self.entries.extend(entries.into_iter().map(|entry| descriptor_json(&entry)));
        self
    }

    /// One more annotation of the index.
    pub fn annotation(mut self, key: &str, value: &str) -> Self {
        self.annotations.insert(key.to_owned(), value.to_owned());
        self
    }

    /// The manifest that this index refers to.
    pub fn subject(mut self, subject: &Descriptor) -> Self {
        self.subject = Some(subject.clone());
        self
    }

    /// Puts the index into the store. Nothing is checked of its entries.
    pub fn push(self) -> Descriptor {
        let media_type = if self.docker { MediaType::DockerList } else { MediaType::OciIndex };
        let mut index = json!({
            "schemaVersion": 2,
            "mediaType": media_type.as_str(),
            "manifests": self.entries,
        });
        if let Some(object) = index.as_object_mut() {
            if let Some(subject) = &self.subject {
                object.insert("subject".to_owned(), bare_json(subject));
            }
            if !self.annotations.is_empty() {
                object.insert("annotations".to_owned(), strings(&self.annotations));
            }
        }
        let text = pretty(&index, if self.docker { 3 } else { 2 });
        self.repository.put_manifest(media_type.as_str(), text)
    }

    /// As [`push`](Self::push), and points a tag to it.
    pub fn push_tag(self, tag: &str) -> Descriptor {
        let repository = self.repository.clone();
        let descriptor = self.push();
        repository.tag(tag, &descriptor.digest);
        descriptor
    }
}
