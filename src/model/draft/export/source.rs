//! The entries of a draft, with what tools read of them.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::super::{Draft, Target};
use super::keeps::Keeps;
use crate::oci::{Annotations, Descriptor, Digest, Location, Manifest, MediaType, Platform};

/// An entry.
#[derive(Debug)]
pub(super) struct Source {
    /// Its position in the list, from 1.
    pub(super) number: usize,
    /// The descriptor's object.
    pub(super) raw: Map<String, Value>,
    pub(super) descriptor: Arc<Descriptor>,
    /// The platform that its config states, an image's or another (`oci::Image::platform_config`).
    pub(super) config: Option<Platform>,
    /// The platform in its config; none if it has no image config.
    pub(super) image_config: Option<Platform>,
    /// The annotations of its manifest.
    pub(super) annotations: Annotations,
    /// The `artifactType` of its manifest.
    pub(super) artifact_type: Option<String>,
    /// The type of its config.
    pub(super) config_type: Option<String>,
    /// Whether nothing is known of its manifest.
    pub(super) unread: bool,
    pub(super) place: Whereabouts,
}

/// Where an entry's manifest is, seen from the target.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Whereabouts {
    /// In the target's repository.
    Here,
    /// In another repository, of that name.
    Elsewhere(String),
    /// In a folder or a file.
    Local(String),
}

impl Source {
    pub(super) fn digest(&self) -> &Digest {
        &self.descriptor.digest
    }

    /// The name under which a tool finds it: `repository@digest`. A tool that takes nothing of other
    /// repositories finds the copy in the target's.
    pub(super) fn named(&self, target: &Target, keeps: &Keeps) -> String {
        match &self.place {
            Whereabouts::Elsewhere(repository) if keeps.copies => {
                format!("{repository}@{}", self.digest())
            }
            _ => target.repository.at(self.digest().clone()).to_string(),
        }
    }

    pub(super) fn is_list(&self) -> bool {
        self.descriptor.media_type.is_index()
    }

    pub(super) fn is_docker(&self) -> bool {
        self.descriptor.media_type == MediaType::DockerManifest
    }
}

/// All entries, and the number of one that is not a usable descriptor.
pub(super) fn all(draft: &Draft, target: &Target) -> (Vec<Source>, Option<usize>) {
    let mut sources = Vec::new();
    let mut odd = None;
    for entry in draft.entries() {
        let Some(position) = entry.position else { continue };
        let number = position + 1;
        let raw = serde_json::from_str::<Value>(&entry.json).ok();
        let raw = raw.and_then(|value| value.as_object().cloned());
        let (Some(descriptor), Some(raw)) = (entry.descriptor.clone(), raw) else {
            odd = odd.or(Some(number));
            continue;
        };
        let document = draft.known(&descriptor.digest);
        let config_type = document.and_then(|document| match &document.manifest {
            Manifest::Image(image) => {
                Some(image.config.descriptor()?.media_type.as_str().to_owned())
            }
            _ => None,
        });
        let place = match entry.from.as_ref() {
            Location::Registry(reference) if reference.repository == target.repository => {
                Whereabouts::Here
            }
            Location::Registry(reference) => {
                Whereabouts::Elsewhere(reference.repository.to_string())
            }
            other => Whereabouts::Local(other.to_string()),
        };
        sources.push(Source {
            number,
            raw,
            config: entry.config.clone(),
            image_config: entry.image_platform().cloned(),
            annotations: document
                .and_then(|it| it.manifest.annotations().cloned())
                .unwrap_or_default(),
            artifact_type: document.and_then(|it| it.manifest.artifact_type().map(str::to_owned)),
            config_type,
            unread: document.is_none()
                && entry.config.is_none()
                && !descriptor.media_type.is_index(),
            descriptor,
            place,
        });
    }
    (sources, odd)
}

/// What has to be done before the script, and what is not known.
pub(super) fn first(sources: &[Source], target: &Target, keeps: &Keeps) -> Vec<String> {
    let mut first = Vec::new();
    for source in sources {
        let digest = source.digest();
        let there = target.repository.at(digest.clone());
        match &source.place {
            Whereabouts::Local(location) => {
                first.push(format!("{digest} is in {location}: copy it to {there} first"));
            }
            Whereabouts::Elsewhere(repository) if !keeps.copies => {
                first.push(format!("{digest} is in {repository}: copy it to {there} first"));
            }
            _ => {}
        }
        if source.unread {
            first.push(format!(
                "{digest} could not be read: its platform is taken to be that of the list"
            ));
        }
    }
    first
}
