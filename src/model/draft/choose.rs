//! From what a source holds to what is added of it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::oci::{Digest, Document, Entry, Location, Manifest, Platform, PlatformPattern};

use super::raw::{Object, elements};
use super::{Companion, Material, Refused};

/// What was read of a source.
#[derive(Debug, Clone)]
pub struct Gathered {
    /// Where it is.
    pub from: Location,
    /// What the location names: a list or a single manifest.
    pub root: Arc<Document>,
    /// The platforms in the configs of its images, by the manifest's digest.
    pub configs: HashMap<Digest, Platform>,
    /// What refers to its images; empty if that was not asked for.
    pub companions: Vec<Companion>,
}

/// What of a source is added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Only these platforms; empty for all.
    pub platforms: Vec<PlatformPattern>,
    /// Whether attestations come along.
    pub attestations: bool,
}

impl Default for Choice {
    fn default() -> Self {
        Self { platforms: Vec::new(), attestations: true }
    }
}

impl Choice {
    fn takes(&self, platform: Option<&Platform>) -> bool {
        self.platforms.is_empty()
            || platform.is_some_and(|it| self.platforms.iter().any(|pattern| pattern.matches(it)))
    }

    fn words(&self) -> String {
        self.platforms.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }
}

/// What is added of a source: the chosen entries of a list letter by letter, with their
/// attestations, or the single manifest with the platform of its config.
///
/// # Errors
/// The source is neither a list nor a manifest, or a draft, or has none of the platforms.
pub fn materials(gathered: &Gathered, choice: &Choice) -> Result<Vec<Material>, Refused> {
    if matches!(gathered.from, Location::Draft(_)) {
        return Err(Refused::Draft(gathered.from.to_string()));
    }
    let found = match &gathered.root.manifest {
        Manifest::Index(index) => chosen(gathered, &index.entries, choice),
        Manifest::Image(_) | Manifest::Artifact(_) | Manifest::Schema1(_) => {
            let config = gathered.configs.get(&gathered.root.digest).cloned();
            let bare = Material::bare(gathered.from.clone(), &gathered.root, config);
            if choice.takes(bare.config.as_ref()) { vec![bare] } else { Vec::new() }
        }
        Manifest::Unknown => {
            return Err(Refused::Descriptor(format!(
                "{} is {}, which no list can hold",
                gathered.from.familiar(),
                gathered.root.media_type
            )));
        }
    };
    if found.is_empty() && !choice.platforms.is_empty() {
        return Err(Refused::Match(format!(
            "{} has no image for {}",
            gathered.from.familiar(),
            choice.words()
        )));
    }
    Ok(found)
}

fn chosen(gathered: &Gathered, entries: &[Entry], choice: &Choice) -> Vec<Material> {
    let texts = std::str::from_utf8(&gathered.root.bytes)
        .ok()
        .and_then(Object::parse)
        .map(|object| elements(object.get("manifests").unwrap_or("[]")))
        .unwrap_or_default();
    let platform = |entry: &Entry| {
        let descriptor = entry.descriptor()?;
        descriptor.platform.clone().or_else(|| gathered.configs.get(&descriptor.digest).cloned())
    };
    let is_chosen = |entry: &Entry| {
        entry.descriptor().is_some_and(|it| !it.is_attestation())
            && choice.takes(platform(entry).as_ref())
    };
    let images: HashSet<&Digest> = entries
        .iter()
        .filter(|entry| is_chosen(entry))
        .filter_map(|entry| entry.descriptor().map(|it| &it.digest))
        .collect();
    entries
        .iter()
        .zip(texts)
        .filter_map(|(entry, text)| {
            let descriptor = entry.descriptor()?;
            let taken = if descriptor.is_attestation() {
                let all = choice.platforms.is_empty();
                let belongs = |it: Digest| images.contains(&it);
                choice.attestations && descriptor.attests().map_or(all, |it| all || belongs(it))
            } else {
                is_chosen(entry)
            };
            taken.then(|| Material {
                from: gathered.from.clone(),
                descriptor: text.to_string(),
                config: gathered.configs.get(&descriptor.digest).cloned(),
                filled: false,
            })
        })
        .collect()
}
