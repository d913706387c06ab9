//! Images: a config, layers and the manifest of both.

use serde_json::{Map, Value, json};

use super::descriptor::{bare_json, descriptor_json, platform_fields, pretty, strings};
use super::{CREATED, Layer};
use crate::oci::{Annotations, Descriptor, MediaType, Platform};
use crate::sandbox::RepositoryStore;

/// An image under construction. [`push`](Self::push) puts it into the store.
#[derive(Debug, Clone)]
#[must_use]
pub struct ImageBuilder {
    repository: RepositoryStore,
    docker: bool,
    /// What the entry in an index says.
    platform: Platform,
    /// What the config says.
    config_platform: Platform,
    created: String,
    runtime: Map<String, Value>,
    labels: Annotations,
    annotations: Annotations,
    steps: Vec<Step>,
    subject: Option<Descriptor>,
}

#[derive(Debug, Clone)]
enum Step {
    Layer(Layer),
    Empty(String),
}

impl ImageBuilder {
    pub(super) fn new(
        repository: RepositoryStore,
        os: &str,
        architecture: &str,
        variant: &str,
    ) -> Self {
        let platform = Platform::new(os, architecture, variant);
        Self {
            repository,
            docker: false,
            config_platform: platform.clone(),
            platform,
            created: CREATED.to_owned(),
            runtime: Map::new(),
            labels: Annotations::new(),
            annotations: Annotations::new(),
            steps: Vec::new(),
            subject: None,
        }
    }

    /// Docker's media types (schema 2) instead of OCI's.
    pub fn docker(mut self) -> Self {
        self.docker = true;
        self
    }

    /// `os.version`, such as `10.0.17763.5696`, in the config and in the index entry.
    pub fn os_version(mut self, version: &str) -> Self {
        self.platform.os_version = version.to_owned();
        self.config_platform.os_version = version.to_owned();
        self
    }

    /// What the config says, if that is not what the index entry says.
    pub fn config_platform(mut self, platform: Platform) -> Self {
        self.config_platform = platform;
        self
    }

    /// `created`, RFC 3339.
    pub fn created(mut self, created: &str) -> Self {
        created.clone_into(&mut self.created);
        self
    }

    /// One more layer, with its step in the history.
    pub fn layer(mut self, layer: impl Into<Layer>) -> Self {
        self.steps.push(Step::Layer(layer.into()));
        self
    }

    /// A step of the history that made no layer.
    pub fn empty_step(mut self, created_by: &str) -> Self {
        self.steps.push(Step::Empty(created_by.to_owned()));
        self
    }

    /// One more `Env`, `NAME=value`.
    pub fn env(mut self, variable: &str) -> Self {
        if let Value::Array(list) = self.runtime.entry("Env").or_insert_with(|| json!([])) {
            list.push(json!(variable));
        }
        self
    }

    /// `Entrypoint`.
    pub fn entrypoint(mut self, words: &[&str]) -> Self {
        self.runtime.insert("Entrypoint".to_owned(), json!(words));
        self
    }

    /// `Cmd`.
    pub fn cmd(mut self, words: &[&str]) -> Self {
        self.runtime.insert("Cmd".to_owned(), json!(words));
        self
    }

    /// Any other field of the config's `config` object: `User`, `WorkingDir`, `ExposedPorts`, …
    pub fn runtime(mut self, field: &str, value: Value) -> Self {
        self.runtime.insert(field.to_owned(), value);
        self
    }

    /// One more label.
    pub fn label(mut self, key: &str, value: &str) -> Self {
        self.labels.insert(key.to_owned(), value.to_owned());
        self
    }

    /// One more annotation of the manifest.
    pub fn annotation(mut self, key: &str, value: &str) -> Self {
        self.annotations.insert(key.to_owned(), value.to_owned());
        self
    }

    /// The manifest that this image refers to.
    pub fn subject(mut self, subject: &Descriptor) -> Self {
        self.subject = Some(subject.clone());
        self
    }

    /// Puts blobs and manifest into the store. The descriptor is the image's entry in an index,
    /// with its platform.
    pub fn push(self) -> Descriptor {
        let config = self.config();
        let config_type = if self.docker { MediaType::DockerConfig } else { MediaType::OciConfig };
        let config = Descriptor::new(
            config_type,
            self.repository.put_blob(config.clone()),
            config.len() as u64,
        );
        let layers: Vec<Value> = self
            .layers()
            .map(|layer| {
                if !layer.is_foreign() {
                    self.repository.put_blob_as(layer.digest(), layer.bytes().clone());
                }
                descriptor_json(&layer.descriptor(self.docker))
            })
            .collect();
        let media_type =
            if self.docker { MediaType::DockerManifest } else { MediaType::OciManifest };
        let mut manifest = json!({
            "schemaVersion": 2,
            "mediaType": media_type.as_str(),
            "config": descriptor_json(&config),
            "layers": layers,
        });
        if let Some(object) = manifest.as_object_mut() {
            if let Some(subject) = &self.subject {
                object.insert("subject".to_owned(), bare_json(subject));
            }
            if !self.annotations.is_empty() {
                object.insert("annotations".to_owned(), strings(&self.annotations));
            }
        }
        let text = pretty(&manifest, if self.docker { 3 } else { 2 });
        let mut descriptor = self.repository.put_manifest(media_type.as_str(), text);
        descriptor.platform = Some(self.platform);
        descriptor
    }

    /// As [`push`](Self::push), and points a tag to it.
    pub fn push_tag(self, tag: &str) -> Descriptor {
        let repository = self.repository.clone();
        let descriptor = self.push();
        repository.tag(tag, &descriptor.digest);
        descriptor
    }

    fn layers(&self) -> impl Iterator<Item = &Layer> {
        self.steps.iter().filter_map(|step| match step {
            Step::Layer(layer) => Some(layer),
            Step::Empty(_) => None,
        })
    }

    fn config(&self) -> String {
        let mut runtime = self.runtime.clone();
        if !self.labels.is_empty() {
            runtime.insert("Labels".to_owned(), strings(&self.labels));
        }
        let history: Vec<Value> = self
            .steps
            .iter()
            .map(|step| match step {
                Step::Layer(layer) => {
                    json!({ "created": self.created, "created_by": layer.created_by() })
                }
                Step::Empty(created_by) => {
                    json!({ "created": self.created, "created_by": created_by, "empty_layer": true })
                }
            })
            .collect();
        let diff_ids: Vec<Value> = self.layers().map(|layer| json!(layer.diff_id())).collect();
        let mut config = Map::new();
        config.insert("created".to_owned(), json!(self.created));
        platform_fields(&self.config_platform, &mut config);
        config.insert("config".to_owned(), Value::Object(runtime));
        config.insert("rootfs".to_owned(), json!({ "type": "layers", "diff_ids": diff_ids }));
        config.insert("history".to_owned(), Value::Array(history));
        Value::Object(config).to_string()
    }
}
