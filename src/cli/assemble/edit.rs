//! `platy edit REFERENCE`

use std::sync::Arc;

use super::finish::{finish, give_up};
use super::job::{Job, Trouble, add, choice, harvest, reach, set_matching, tag_now};
use crate::cli::args::{Args, EditArgs};
use crate::model::draft::{
    Base, Choice, Draft, Edit, EntryId, Guard, Match, Material, Place, Target, materials,
};
use crate::oci::{Location, PlatformPattern};
use crate::work::gather;

pub(in crate::cli) async fn edit(args: &Args, edit: &EditArgs) -> u8 {
    match job(args, edit).await {
        Ok(job) => finish(args, job, &edit.pushing).await,
        Err(trouble) => give_up(&trouble, &edit.pushing),
    }
}

async fn job(args: &Args, edit: &EditArgs) -> Result<Job, Trouble> {
    let target = target(&edit.reference, edit.to.as_ref())?;
    let (sources, permits) = reach(args);
    let base = base(&sources, &edit.reference).await?;
    let guard = match &edit.to {
        None => Guard::Unchanged(Some(base.document.digest.clone())),
        Some(_) => tag_now(&sources, &target).await?,
    };
    let draft = Draft::of(base)?;
    let mut job = Job { draft, target, guard, sources, permits, notes: Vec::new() };
    if edit.setting.format == Some(crate::model::draft::Format::Oci) {
        job.draft.apply(Edit::SetFormat(crate::model::draft::Format::Oci))?;
    }
    remove(&mut job.draft, edit)?;
    for text in &edit.replace {
        job.replace(text, &edit.taking).await?;
    }
    job.add(edit).await?;
    job.fill(&edit.fill).await?;
    set_matching(&mut job.draft, &edit.set)?;
    for text in &edit.drop_annotation {
        drop_annotation(&mut job.draft, text)?;
    }
    job.set(&edit.setting).await?;
    Ok(job)
}

/// Where an edited list goes.
pub(super) fn target(
    reference: &Location,
    to: Option<&crate::oci::Reference>,
) -> Result<Target, Trouble> {
    match (to, reference) {
        (Some(to), _) => Ok(Target::of(to)?),
        (None, Location::Registry(reference)) if reference.digest.is_none() => {
            Ok(Target::of(reference)?)
        }
        (None, other) => Err(Trouble::Said(format!(
            "{} has no tag that could be written; name one with --to",
            other.familiar()
        ))),
    }
}

/// The list behind a location.
pub(super) async fn base(
    sources: &crate::source::Sources,
    location: &Location,
) -> Result<Base, Trouble> {
    let root = Arc::new(sources.open(location)?.root().await?);
    let name = location.familiar();
    Base::new(location.clone(), root).map_err(|refused| {
        Trouble::Said(format!("{name}: {refused}; `platy create TARGET {name}` makes a list of it"))
    })
}

/// Takes away what is named; all names are of the list as it was.
fn remove(draft: &mut Draft, edit: &EditArgs) -> Result<(), Trouble> {
    let mut entries: Vec<EntryId> = Vec::new();
    for named in &edit.remove {
        entries.extend(draft.find(named)?);
    }
    if !entries.is_empty() {
        let keep_attestations = edit.keep_attestations;
        draft.apply(Edit::Remove { entries, keep_attestations })?;
    }
    Ok(())
}

/// `--drop-annotation [MATCH:]K`
fn drop_annotation(draft: &mut Draft, text: &str) -> Result<(), Trouble> {
    let of_entries = text.rsplit_once(':').and_then(|(named, key)| {
        let named = named.parse::<Match>().ok()?;
        Some((named, key))
    });
    let (places, key) = match of_entries {
        Some((named, key)) => (draft.find(&named)?.into_iter().map(Place::Entry).collect(), key),
        None => (vec![Place::List], text),
    };
    for on in places {
        draft.apply(Edit::Annotate { on, key: key.to_owned(), value: None })?;
    }
    Ok(())
}

impl Job {
    async fn add(&mut self, edit: &EditArgs) -> Result<(), Trouble> {
        let locations =
            edit.add.iter().map(|text| location(text)).collect::<Result<Vec<_>, _>>()?;
        let choice = choice(&edit.taking);
        let referrers = edit.taking.referrers;
        for found in harvest(&self.sources, &locations, &choice, referrers, self.permits).await? {
            add(&mut self.draft, found, &choice, &mut self.notes)?;
        }
        Ok(())
    }

    /// `--replace MATCH=SOURCE`: the image of the same platform in its place.
    async fn replace(
        &mut self,
        text: &str,
        taking: &crate::cli::args::Taking,
    ) -> Result<(), Trouble> {
        let (named, source) =
            text.split_once('=').ok_or_else(|| format!("{text:?} is not MATCH=SOURCE"))?;
        let source = location(source)?;
        for entry in self.draft.find(&named.parse::<Match>()?)? {
            let platform = self
                .draft
                .entries()
                .into_iter()
                .find(|it| it.id == entry)
                .and_then(|it| it.platform().cloned())
                .ok_or_else(|| format!("{named} has no platform to look for in {source}"))?;
            let only: PlatformPattern = platform.short().parse()?;
            let choice = Choice { platforms: vec![only], attestations: !taking.no_attestations };
            let found =
                gather::harvest(&self.sources, &source, &choice, taking.referrers, self.permits)
                    .await?;
            let (images, attestations): (Vec<Material>, Vec<Material>) =
                materials(&found.gathered, &choice)?
                    .into_iter()
                    .partition(|it| !it.parsed().is_some_and(|it| it.is_attestation()));
            let [with] = images.as_slice() else {
                return Err(Trouble::Said(format!(
                    "{} has {} images for {}; write a digest",
                    source.familiar(),
                    images.len(),
                    platform.short()
                )));
            };
            self.draft.apply(Edit::Replace { entry, with: with.clone(), attestations })?;
            gather::fill(&mut self.draft, found.read);
            self.notes.extend(found.notes);
        }
        Ok(())
    }

    async fn fill(&mut self, all: &[Match]) -> Result<(), Trouble> {
        if all.is_empty() {
            return Ok(());
        }
        gather::learn(&mut self.draft, &self.sources, self.permits).await;
        for named in all {
            for entry in self.draft.find(named)? {
                let config = self
                    .draft
                    .entries()
                    .into_iter()
                    .find(|it| it.id == entry)
                    .and_then(|it| it.config);
                let config =
                    config.ok_or_else(|| format!("the config of {named} could not be read"))?;
                self.draft.apply(Edit::FillFromConfig { entry, config })?;
            }
        }
        Ok(())
    }
}

fn location(text: &str) -> Result<Location, Trouble> {
    text.parse::<Location>().map_err(|error| Trouble::Said(error.to_string()))
}
