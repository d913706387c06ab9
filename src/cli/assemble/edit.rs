//! `platy edit REFERENCE`

use std::sync::Arc;

use super::args::{EditArgs, Taking};
use super::finish::{Voice, finish, give_up};
use super::job::{Job, Making, Trouble, add, choice, harvest, reach, set_matching, tag_now};
use super::join::join;
use super::joining::{Found, Joining};
use crate::cli::args::Args;
use crate::model::draft::{
    Base, Choice, Draft, Edit, EntryId, Guard, Match, Material, Place, Target, materials,
};
use crate::oci::{Location, PlatformPattern};
use crate::source::Sources;
use crate::work::gather::{self, Harvest};
use crate::work::load;

pub(in crate::cli) async fn edit(args: &Args, edit: &EditArgs) -> u8 {
    let reached = reach(args);
    let mut found = Found::default();
    if edit.rebase {
        return join(args, &edit.pushing, async || job(&reached, edit, &mut found).await).await;
    }
    match job(&reached, edit, &mut found).await {
        Ok(job) => finish(args, job, &edit.pushing, Voice::Whole).await.code,
        Err(trouble) => give_up(&trouble, &edit.pushing),
    }
}

async fn job(
    reached: &(Sources, usize),
    edit: &EditArgs,
    found: &mut Found,
) -> Result<Job, Trouble> {
    let target = target(&edit.reference, edit.to.as_ref())?;
    let (sources, permits) = reached.clone();
    let base = base(&sources, &edit.reference).await?;
    let guard = match &edit.to {
        None => Guard::Unchanged(Some(base.document.digest.clone())),
        Some(_) => tag_now(&sources, &target).await?,
    };
    let held = edit.rebase.then(|| Arc::clone(&base.document));
    let draft = Draft::of(base)?;
    let mut job = Job::new(draft, target, guard, (sources, permits));
    job.making.from.push(edit.reference.clone());
    let added = job.making.harvest(&edit.add, &edit.taking, found).await?;
    if edit.rebase {
        job.making.joining = Joining::of(held, &added, &choice(&edit.taking))?;
        if job.making.joining.is_in() {
            return Ok(job);
        }
    }
    if edit.setting.format == Some(crate::model::draft::Format::Oci) {
        job.making.draft.apply(Edit::SetFormat(crate::model::draft::Format::Oci))?;
    }
    remove(&mut job.making.draft, edit)?;
    if edit.mend {
        job.making.mend().await?;
    }
    for text in &edit.replace {
        job.making.replace(text, &edit.taking, found).await?;
    }
    job.making.add(added, &choice(&edit.taking))?;
    job.making.fill(&edit.fill).await?;
    set_matching(&mut job.making.draft, &edit.set)?;
    for text in &edit.drop_annotation {
        drop_annotation(&mut job.making.draft, text)?;
    }
    job.making.set(&edit.setting).await?;
    job.leave_referrers(&edit.taking);
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
pub(super) async fn base(sources: &Sources, location: &Location) -> Result<Base, Trouble> {
    let root = Arc::new(sources.open(location)?.root().await?);
    load::is_one(location, &root)?;
    let name = location.familiar();
    Base::new(location.clone(), root).map_err(|refused| {
        Trouble::Said(format!("{name}: {refused}; `platy create TARGET {name}` makes a list of it"))
    })
}

/// Takes away what is named; all names are of the list as it was.
fn remove(draft: &mut Draft, edit: &EditArgs) -> Result<(), Trouble> {
    let mut entries: Vec<EntryId> = Vec::new();
    for named in &edit.remove {
        match draft.find(named) {
            // Another writer, or this one in an earlier run, may have removed it.
            Err(_) if edit.rebase => {}
            found => entries.extend(found?),
        }
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

impl Making {
    /// What the sources of `--add` have.
    async fn harvest(
        &mut self,
        sources: &[String],
        taking: &Taking,
        found: &mut Found,
    ) -> Result<Vec<Harvest>, Trouble> {
        let locations = sources.iter().map(|text| location(text)).collect::<Result<Vec<_>, _>>()?;
        let choice = choice(taking);
        let referrers = taking.referrers;
        let read = harvest(&self.sources, &locations, &choice, referrers, self.permits, found);
        let read = read.await?;
        self.from.extend(locations);
        Ok(read)
    }

    fn add(&mut self, all: Vec<Harvest>, choice: &Choice) -> Result<(), Trouble> {
        for found in all {
            add(self, found, choice)?;
        }
        Ok(())
    }

    /// `--replace MATCH=SOURCE`: the image of the same platform in its place.
    async fn replace(
        &mut self,
        text: &str,
        taking: &Taking,
        found: &mut Found,
    ) -> Result<(), Trouble> {
        let (named, source) =
            text.split_once('=').ok_or_else(|| format!("{text:?} is not MATCH=SOURCE"))?;
        let source = location(source)?;
        self.from.push(source.clone());
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
            let (sources, from) = (&self.sources, std::slice::from_ref(&source));
            let read = harvest(sources, from, &choice, taking.referrers, self.permits, found);
            let Some(found) = read.await?.pop() else { continue };
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
