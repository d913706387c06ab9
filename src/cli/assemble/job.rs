//! A draft on its way to a target: what the commands share before they finish it.

use std::collections::HashSet;

use futures_util::stream::{self, StreamExt as _};

use super::args::{Setting, Taking};
use super::assign::{Pair, named, pair, several};
use super::joining::{Found, Joining};
use crate::cli::args::Args;
use crate::cli::complain::{complain, complain_failure};
use crate::model::draft::{
    Choice, Draft, Edit, EntryId, Format, Guard, Match, Material, Place, Refused, Target, losses,
    materials,
};
use crate::oci::{Failure, Location, Reference};
use crate::source::{Activity, Sources};
use crate::work::gather::{self, Harvest};
use crate::work::load;

/// Why a command stops before it pushes.
#[derive(Debug)]
pub(super) enum Trouble {
    /// A sentence.
    Said(String),
    /// A failure of a source or of the target.
    Failed(Failure),
}

impl From<Refused> for Trouble {
    fn from(refused: Refused) -> Self {
        Self::Said(match refused {
            Refused::Docker(what) => format!(
                "a Docker manifest list has no {what}; with --format oci it becomes an OCI index"
            ),
            other => other.to_string(),
        })
    }
}

impl From<String> for Trouble {
    fn from(text: String) -> Self {
        Self::Said(text)
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl Trouble {
    pub(super) fn complain(&self) {
        match self {
            Self::Said(text) => complain(text),
            Self::Failed(failure) => complain_failure(failure),
        }
    }
}

/// A draft on its way to a tag of a registry.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) making: Making,
    pub(super) target: Target,
    pub(super) guard: Guard,
}

/// A draft under construction.
#[derive(Debug)]
pub(super) struct Making {
    pub(super) draft: Draft,
    pub(super) sources: Sources,
    pub(super) permits: usize,
    /// Where its images were read.
    pub(super) from: Vec<Location>,
    /// What is worth knowing, in sentences.
    pub(super) notes: Vec<String>,
    /// With `--rebase` and `--join`: what the tag held, and what is to be in it.
    pub(super) joining: Joining,
}

/// The fetch layer of a command.
pub(super) fn reach(args: &Args) -> (Sources, usize) {
    let options = args.options();
    let permits = options.permits;
    (Sources::new(options, Activity::default()).keeping(), permits)
}

/// Where the target's first tag points now.
pub(super) async fn tag_now(sources: &Sources, target: &Target) -> Result<Guard, Failure> {
    let Some(tag) = target.tag() else { return Ok(Guard::Nothing) };
    let tagged: Reference = target.repository.tagged(tag);
    let head = sources.registry()?.head_to_push(&tagged).await?;
    Ok(Guard::Unchanged(head.map(|head| head.digest)))
}

/// Adds a further tag to a target.
pub(super) fn further_tag(target: &mut Target, tag: &str) -> Result<(), Trouble> {
    let tagged = format!("{}:{tag}", target.repository);
    tagged.parse::<Reference>().map_err(|error| error.to_string())?;
    if !target.tags.iter().any(|known| known == tag) {
        target.tags.push(tag.to_owned());
    }
    Ok(())
}

/// What is taken of a source.
pub(super) fn choice(taking: &Taking) -> Choice {
    Choice { platforms: taking.platform.clone(), attestations: !taking.no_attestations }
}

/// Reads all sources at once, in their order; what was found before is not read again.
pub(super) async fn harvest(
    sources: &Sources,
    locations: &[Location],
    choice: &Choice,
    referrers: bool,
    permits: usize,
    found: &mut Found,
) -> Result<Vec<Harvest>, Failure> {
    let all = locations.iter().map(|location| {
        let known = found.get(location, choice, referrers);
        async move {
            match known {
                Some(known) => Ok(known),
                None => gather::harvest(sources, location, choice, referrers, permits).await,
            }
        }
    });
    let all: Vec<Result<Harvest, Failure>> =
        stream::iter(all).buffered(permits.max(1)).collect().await;
    let all = all.into_iter().collect::<Result<Vec<Harvest>, Failure>>()?;
    for (location, harvest) in locations.iter().zip(&all) {
        found.keep(location, choice, referrers, harvest);
    }
    Ok(all)
}

/// Adds what is chosen of a source; the entries that came of it. What a list that is joined has
/// already is not added again.
pub(super) fn add(
    making: &mut Making,
    harvest: Harvest,
    choice: &Choice,
) -> Result<Vec<EntryId>, Trouble> {
    let mut materials = materials(&harvest.gathered, choice)?;
    let Making { draft, notes, joining, .. } = making;
    let there = joining.there();
    materials.retain(|it| it.parsed().is_none_or(|it| !there.contains(&it.digest)));
    let before: HashSet<EntryId> = ids(draft).into_iter().collect();
    let companions = harvest.gathered.companions;
    draft.apply(Edit::Add { materials, companions, at: None })?;
    gather::fill(draft, harvest.read);
    notes.extend(harvest.notes);
    Ok(ids(draft).into_iter().filter(|id| !before.contains(id)).collect())
}

fn ids(draft: &Draft) -> Vec<EntryId> {
    let entries = draft.entries();
    entries.iter().filter(|entry| entry.position.is_some()).map(|entry| entry.id).collect()
}

/// Sets platform fields of entries; attestations have none.
pub(super) fn set(draft: &mut Draft, entries: &[EntryId], pairs: &[Pair]) -> Result<(), Trouble> {
    let attestations: HashSet<EntryId> = draft
        .entries()
        .iter()
        .filter(|entry| entry.is_attestation())
        .map(|entry| entry.id)
        .collect();
    let mut edits = Vec::new();
    for entry in entries.iter().filter(|entry| !attestations.contains(entry)) {
        for (field, value) in pairs {
            let (field, value) = (field.parse()?, value.clone());
            edits.push(Edit::SetPlatform { entry: *entry, field, value });
        }
    }
    draft.apply(Edit::All(edits))?;
    Ok(())
}

/// `--set MATCH:FIELD=VALUE,…`
pub(super) fn set_matching(draft: &mut Draft, all: &[String]) -> Result<(), Trouble> {
    for text in all {
        let (name, pairs) = several(text)?;
        let entries = draft.find(&name.parse::<Match>()?)?;
        set(draft, &entries, &pairs)?;
    }
    Ok(())
}

impl Job {
    /// A job that has nothing to say yet.
    pub(super) fn new(
        draft: Draft,
        target: Target,
        guard: Guard,
        (sources, permits): (Sources, usize),
    ) -> Self {
        Self { making: Making::new(draft, (sources, permits)), target, guard }
    }

    /// Says of sources elsewhere than the target's repository that what refers to their images was
    /// not looked for, unless that was asked for.
    pub(super) fn leave_referrers(&mut self, taking: &Taking) {
        let target = &self.target.repository;
        let is_elsewhere = |it: &Location| it.reference().is_none_or(|it| it.repository != *target);
        if !taking.referrers && self.making.from.iter().any(is_elsewhere) {
            self.making.notes.push(
                "signatures and SBOMs that refer to the images stay where they are, if there are any; \
                 --referrers takes them along"
                    .to_owned(),
            );
        }
    }
}

impl Making {
    /// One that has nothing to say yet.
    pub(super) fn new(draft: Draft, (sources, permits): (Sources, usize)) -> Self {
        let (from, notes, joining) = (Vec::new(), Vec::new(), Joining::default());
        Self { draft, sources, permits, from, notes, joining }
    }

    /// Does what `--annotation` and its neighbours ask for. A switch to a Docker manifest list
    /// comes last and says what it takes away; one to an OCI index comes first.
    pub(super) async fn set(&mut self, setting: &Setting) -> Result<(), Trouble> {
        if setting.format == Some(Format::Oci) {
            self.draft.apply(Edit::SetFormat(Format::Oci))?;
        }
        for text in &setting.annotation {
            let (key, value) = pair(text)?;
            self.draft.apply(Edit::Annotate { on: Place::List, key, value: Some(value) })?;
        }
        for text in &setting.entry_annotation {
            let (name, key, value) = named(text)?;
            for entry in self.draft.find(&name.parse::<Match>()?)? {
                let (key, value) = (key.to_owned(), Some(value.to_owned()));
                self.draft.apply(Edit::Annotate { on: Place::Entry(entry), key, value })?;
            }
        }
        if let Some(artifact_type) = &setting.artifact_type {
            let value = Some(artifact_type.clone()).filter(|text| !text.is_empty());
            self.draft.apply(Edit::SetArtifactType(value))?;
        }
        if let Some(location) = &setting.subject {
            let root = self.sources.open(location)?.root().await?;
            load::is_one(location, &root)?;
            let subject = Material::bare(location.clone(), &root, None).descriptor;
            self.draft.apply(Edit::SetSubject(Some(subject)))?;
        }
        if setting.format == Some(Format::Docker) {
            self.switch_to_docker()?;
        }
        Ok(())
    }

    pub(super) fn switch_to_docker(&mut self) -> Result<(), Trouble> {
        let lost = losses(&self.draft, Format::Docker);
        if !lost.is_empty() {
            self.notes.push(format!("a Docker manifest list has no place for {}", lost.join(", ")));
        }
        self.draft.apply(Edit::SetFormat(Format::Docker))?;
        Ok(())
    }
}
