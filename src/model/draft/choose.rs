//! From what a source holds to what is added of it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::oci::{Digest, Document, Entry, Index, Location, Manifest, Platform, PlatformPattern};

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
        Manifest::Index(index) => {
            chosen(gathered, &index.entries, choice).into_iter().map(|(_, it)| it).collect()
        }
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
        return Err(none(gathered, choice));
    }
    Ok(found)
}

/// The positions of a list's entries that are chosen; `None` if that is all of them.
///
/// # Errors
/// The list has none of the platforms.
pub fn positions(
    gathered: &Gathered,
    index: &Index,
    choice: &Choice,
) -> Result<Option<Vec<usize>>, Refused> {
    let found = chosen(gathered, &index.entries, choice);
    if found.is_empty() && !choice.platforms.is_empty() {
        return Err(none(gathered, choice));
    }
    // An entry that is not usable stays in a list that is taken whole.
    let whole = choice.platforms.is_empty() && choice.attestations;
    let all = whole || found.len() == index.entries.len();
    Ok((!all).then(|| found.into_iter().map(|(position, _)| position).collect()))
}

fn none(gathered: &Gathered, choice: &Choice) -> Refused {
    let has: Vec<String> = match &gathered.root.manifest {
        Manifest::Index(index) => index
            .entries
            .iter()
            .filter_map(|entry| entry.descriptor())
            .filter(|it| !it.is_attestation())
            .filter_map(|it| Some(it.platform.as_ref()?.to_string()))
            .take(NAMED)
            .collect(),
        _ => gathered.configs.values().map(ToString::to_string).collect(),
    };
    let has = if has.is_empty() { String::new() } else { format!("; it has {}", has.join(", ")) };
    Refused::Match(format!("{} has no image for {}{has}", gathered.from.familiar(), choice.words()))
}

/// The most platforms that a sentence names.
const NAMED: usize = 20;

fn chosen(gathered: &Gathered, entries: &[Entry], choice: &Choice) -> Vec<(usize, Material)> {
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
        .enumerate()
        .filter_map(|(position, (entry, text))| {
            let descriptor = entry.descriptor()?;
            let taken = if descriptor.is_attestation() {
                let all = choice.platforms.is_empty();
                let belongs = |it: Digest| images.contains(&it);
                choice.attestations && descriptor.attests().map_or(all, |it| all || belongs(it))
            } else {
                is_chosen(entry)
            };
            let material = || Material {
                from: gathered.from.clone(),
                descriptor: text.to_string(),
                config: gathered.configs.get(&descriptor.digest).cloned(),
                filled: false,
            };
            taken.then(|| (position, material()))
        })
        .collect()
}
