//! From what a source holds to what is added of it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::oci::{
    Descriptor, Digest, Document, Entry, Index, Location, MAX_INDEX_DEPTH, Manifest, Platform,
    PlatformPattern,
};

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
    /// The lists that it names, and that those name, as far as they were read: all, if only some
    /// platforms are taken.
    pub nested: HashMap<Digest, Arc<Document>>,
    /// Attestations whose entries do not say that they are, if not everything is taken.
    pub attests: Attests,
}

/// Attestations by what they hold, and the image that each speaks of, if that is known.
pub type Attests = HashMap<Digest, Option<Digest>>;

impl Gathered {
    /// What a source names, of which nothing else was read.
    #[must_use]
    pub fn of(from: Location, root: Arc<Document>) -> Self {
        let (configs, companions) = (HashMap::new(), Vec::new());
        let (nested, attests) = (HashMap::new(), Attests::new());
        Self { from, root, configs, companions, nested, attests }
    }
}

/// Which entries of a list stay in a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subset {
    /// The positions of those that stay.
    pub kept: Vec<usize>,
    /// Entries of nested lists, and their positions in the part, in order: each comes in the place
    /// of its list.
    pub lifted: Vec<(usize, Material)>,
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
        Manifest::Index(_) => {
            chosen(gathered, &gathered.root, choice, 0).into_iter().map(|it| it.material).collect()
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

/// The entries of a list that are chosen; `None` if that is all of them.
///
/// # Errors
/// The list has none of the platforms.
pub fn subset(
    gathered: &Gathered,
    index: &Index,
    choice: &Choice,
) -> Result<Option<Subset>, Refused> {
    let found = chosen(gathered, &gathered.root, choice, 0);
    if found.is_empty() && !choice.platforms.is_empty() {
        return Err(none(gathered, choice));
    }
    // An entry that is not usable stays in a list that is taken whole.
    let whole = choice.platforms.is_empty() && choice.attestations;
    let lifts = found.iter().any(|it| it.is_lifted);
    if whole || !lifts && found.len() == index.entries.len() {
        return Ok(None);
    }
    let mut subset = Subset { kept: Vec::new(), lifted: Vec::new() };
    for (at, chosen) in found.into_iter().enumerate() {
        if chosen.is_lifted {
            subset.lifted.push((at, chosen.material));
        } else {
            subset.kept.push(chosen.position);
        }
    }
    Ok(Some(subset))
}

fn none(gathered: &Gathered, choice: &Choice) -> Refused {
    let entries = |list: &Document| match &list.manifest {
        Manifest::Index(index) => index.entries.clone(),
        _ => Vec::new(),
    };
    let mut hidden = Vec::new();
    let mut has: Vec<String> = Vec::new();
    for entry in entries(&gathered.root).iter().filter_map(Entry::descriptor) {
        if gathered.is_attestation(entry) {
            continue;
        }
        has.extend(entry.platform.as_ref().map(ToString::to_string));
        let Some(list) = gathered.nested.get(&entry.digest) else { continue };
        match &entry.platform {
            Some(platform) if !chosen(gathered, list, choice, 1).is_empty() => {
                hidden.push(format!(
                    "the nested list {} has it behind an entry for {platform}, where no engine \
                     looks for it: copy that list by its digest",
                    list.digest.short()
                ));
            }
            Some(_) => {}
            None => {
                let inner = entries(list);
                let inner = inner.iter().filter_map(Entry::descriptor);
                let inner = inner.filter(|it| !gathered.is_attestation(it));
                has.extend(inner.filter_map(|it| Some(it.platform.as_ref()?.to_string())));
            }
        }
    }
    if !matches!(gathered.root.manifest, Manifest::Index(_)) {
        has = gathered.configs.values().map(ToString::to_string).collect();
    }
    has.truncate(NAMED);
    let mut said = format!("{} has no image for {}", gathered.from.familiar(), choice.words());
    if !has.is_empty() {
        said.push_str(&format!("; it has {}", has.join(", ")));
    }
    for hidden in hidden.into_iter().take(1) {
        said.push_str(&format!("; {hidden}"));
    }
    Refused::Match(said)
}

/// The most platforms that a sentence names.
const NAMED: usize = 20;

/// An entry that is chosen.
struct Chosen {
    /// Its position in the list, or that of the nested list which it is in.
    position: usize,
    material: Material,
    is_lifted: bool,
}

impl Gathered {
    /// Whether an entry is an attestation, as it says or as was read.
    fn is_attestation(&self, entry: &Descriptor) -> bool {
        entry.is_attestation() || self.attests.contains_key(&entry.digest)
    }

    /// The image that an attestation is of, as it says or as was read.
    fn attested(&self, entry: &Descriptor) -> Option<Digest> {
        entry.attests().or_else(|| self.attests.get(&entry.digest).cloned().flatten())
    }
}

/// What is chosen of a list. Of a nested list whose entry says no other platform, where engines find
/// what is in it, comes what is chosen of that; whole it comes only if nothing in it is.
fn chosen(gathered: &Gathered, list: &Document, choice: &Choice, depth: usize) -> Vec<Chosen> {
    let Manifest::Index(Index { entries, .. }) = &list.manifest else { return Vec::new() };
    let texts = std::str::from_utf8(&list.bytes)
        .ok()
        .and_then(Object::parse)
        .map(|object| elements(object.get("manifests").unwrap_or("[]")))
        .unwrap_or_default();
    let platform = |entry: &Descriptor| {
        entry.platform.clone().or_else(|| gathered.configs.get(&entry.digest).cloned())
    };
    let is_chosen = |entry: &Descriptor| {
        !gathered.is_attestation(entry) && choice.takes(platform(entry).as_ref())
    };
    let mut inner: HashMap<usize, Vec<Chosen>> = HashMap::new();
    for (position, entry) in entries.iter().enumerate() {
        let Some(entry) = entry.descriptor() else { continue };
        let looked_into = entry.platform.as_ref().is_none_or(|it| choice.takes(Some(it)));
        if let (Some(nested), true) = (gathered.nested.get(&entry.digest), looked_into)
            && !choice.platforms.is_empty()
            && depth < MAX_INDEX_DEPTH
        {
            inner.insert(position, chosen(gathered, nested, choice, depth + 1));
        }
    }
    inner.retain(|_, found| !found.is_empty());
    let lifted: Vec<Digest> =
        inner.values().flatten().filter_map(|it| Some(it.material.parsed()?.digest)).collect();
    let images: HashSet<&Digest> = entries
        .iter()
        .filter_map(Entry::descriptor)
        .filter(|entry| is_chosen(entry))
        .map(|entry| &entry.digest)
        .chain(&lifted)
        .collect();
    let mut found = Vec::new();
    for (position, (entry, text)) in entries.iter().zip(texts).enumerate() {
        if let Some(inner) = inner.remove(&position) {
            found.extend(inner.into_iter().map(|it| Chosen { position, is_lifted: true, ..it }));
            continue;
        }
        let Some(entry) = entry.descriptor() else { continue };
        let taken = if gathered.is_attestation(entry) {
            let all = choice.platforms.is_empty();
            let belongs = |it: Digest| images.contains(&it);
            choice.attestations && gathered.attested(entry).map_or(all, |it| all || belongs(it))
        } else {
            is_chosen(entry)
        };
        if taken {
            let material = Material {
                from: gathered.from.clone(),
                descriptor: text.to_string(),
                config: gathered.configs.get(&entry.digest).cloned(),
                filled: false,
            };
            found.push(Chosen { position, material, is_lifted: false });
        }
    }
    found
}
