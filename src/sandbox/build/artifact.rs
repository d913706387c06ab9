//! Artifacts: signatures, SBOMs, charts and whatever else a manifest carries.

use bytes::Bytes;
use serde_json::{Value, json};

use super::descriptor::{bare_json, descriptor_json, pretty, strings};
use crate::oci::{Annotations, Descriptor, MediaType};
use crate::sandbox::RepositoryStore;

/// An artifact under construction, with the empty config unless another is given.
/// [`push`](Self::push) puts it into the store.
#[derive(Debug, Clone)]
#[must_use]
pub struct ArtifactBuilder {
    repository: RepositoryStore,
    artifact_type: String,
    config: Option<(String, Bytes)>,
    blobs: Vec<(String, Bytes, Annotations)>,
    annotations: Annotations,
    subject: Option<Descriptor>,
}

impl ArtifactBuilder {
    pub(super) fn new(repository: RepositoryStore, artifact_type: &str) -> Self {
        Self {
            repository,
            artifact_type: artifact_type.to_owned(),
            config: None,
            blobs: Vec::new(),
            annotations: Annotations::new(),
            subject: None,
        }
    }

    /// A config, which tells the artifact's type by its media type; `artifactType` is left out
    /// then.
    pub fn config(mut self, media_type: &str, bytes: impl Into<Bytes>) -> Self {
        self.config = Some((media_type.to_owned(), bytes.into()));
        self
    }

    /// One more blob.
    pub fn blob(self, media_type: &str, bytes: impl Into<Bytes>) -> Self {
        self.annotated_blob(media_type, bytes, &[])
    }

    /// One more blob, with annotations on its descriptor.
    pub fn annotated_blob(
        mut self,
        media_type: &str,
        bytes: impl Into<Bytes>,
        annotations: &[(&str, &str)],
    ) -> Self {
        let annotations =
            annotations.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        self.blobs.push((media_type.to_owned(), bytes.into(), annotations.collect()));
        self
    }

    /// One more annotation of the manifest.
    pub fn annotation(mut self, key: &str, value: &str) -> Self {
        self.annotations.insert(key.to_owned(), value.to_owned());
        self
    }

    /// The manifest that this artifact refers to.
    pub fn subject(mut self, subject: &Descriptor) -> Self {
        self.subject = Some(subject.clone());
        self
    }

    /// Puts blobs and manifest into the store.
    pub fn push(self) -> Descriptor {
        let put = |media_type: &str, bytes: &Bytes| {
            let digest = self.repository.put_blob(bytes.clone());
            Descriptor::new(MediaType::parse(media_type), digest, bytes.len() as u64)
        };
        let mut manifest = json!({
            "schemaVersion": 2,
            "mediaType": MediaType::OciManifest.as_str(),
        });
        let blobs: Vec<Value> = self
            .blobs
            .iter()
            .map(|(media_type, bytes, annotations)| {
                let mut descriptor = put(media_type, bytes);
                descriptor.annotations = annotations.clone();
                descriptor_json(&descriptor)
            })
            .collect();
        if let Some(object) = manifest.as_object_mut() {
            let config = match &self.config {
                Some((media_type, bytes)) => bare_json(&put(media_type, bytes)),
                None => {
                    object.insert("artifactType".to_owned(), json!(self.artifact_type));
                    let empty = put(MediaType::OciEmpty.as_str(), &Bytes::from_static(b"{}"));
                    let mut empty = bare_json(&empty);
                    if let Some(empty) = empty.as_object_mut() {
                        empty.insert("data".to_owned(), json!("e30="));
                    }
                    empty
                }
            };
            object.insert("config".to_owned(), config);
            object.insert("layers".to_owned(), Value::Array(blobs));
            if let Some(subject) = &self.subject {
                object.insert("subject".to_owned(), bare_json(subject));
            }
            if !self.annotations.is_empty() {
                object.insert("annotations".to_owned(), strings(&self.annotations));
            }
        }
        self.repository.put_manifest(MediaType::OciManifest.as_str(), pretty(&manifest, 2))
    }

    /// As [`push`](Self::push), and points a tag to it.
    pub fn push_tag(self, tag: &str) -> Descriptor {
        let repository = self.repository.clone();
        let descriptor = self.push();
        repository.tag(tag, &descriptor.digest);
        descriptor
    }
}
