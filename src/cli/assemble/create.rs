//! `platy create TARGET SOURCE...`

use std::sync::Arc;

use super::args::CreateArgs;
use super::assign::several;
use super::edit::base;
use super::finish::{Voice, finish, give_up};
use super::job::{Job, Trouble, add, choice, further_tag, harvest, reach, set, tag_now};
use super::join::join;
use super::joining::{Found, Joining};
use crate::cli::args::Args;
use crate::model::draft::{Base, Companion, Draft, Edit, EntryId, Format, Guard, Target};
use crate::oci::{Digest, Location, MediaType};
use crate::source::Sources;
use crate::work::gather::{self, Harvest};

pub(in crate::cli) async fn create(args: &Args, create: &CreateArgs) -> u8 {
    let reached = reach(args);
    let mut found = Found::default();
    if create.join {
        return join(args, &create.pushing, async || job(&reached, create, &mut found).await).await;
    }
    match job(&reached, create, &mut found).await {
        Ok(job) => finish(args, job, &create.pushing, Voice::Whole).await.code,
        Err(trouble) => give_up(&trouble, &create.pushing),
    }
}

async fn job(
    reached: &(Sources, usize),
    create: &CreateArgs,
    found: &mut Found,
) -> Result<Job, Trouble> {
    let mut target = Target::of(&create.target)?;
    for tag in &create.tag {
        further_tag(&mut target, tag)?;
    }
    let locations = create
        .sources
        .iter()
        .map(|text| text.parse::<Location>().map_err(|error| error.to_string()))
        .collect::<Result<Vec<_>, _>>()?;
    for text in &create.set {
        let (name, _) = several(text)?;
        if !create.sources.iter().any(|source| source == name) {
            return Err(Trouble::Said(format!(
                "--set names {name:?}, which is none of the sources"
            )));
        }
    }
    let (sources, permits) = reached.clone();
    let mut guard = tag_now(&sources, &target).await?;
    let choice = choice(&create.taking);
    let referrers = create.taking.referrers;
    let mut found = harvest(&sources, &locations, &choice, referrers, permits, found).await?;
    let of_lists: Vec<(Digest, Vec<Companion>)> = found
        .iter_mut()
        .map(|it| (it.gathered.root.digest.clone(), std::mem::take(&mut it.of_list)))
        .collect();
    // A tag that is there is joined: what it holds is what the list begins with.
    let held = match &guard {
        Guard::Unchanged(Some(_)) if create.join => {
            let base = base(&sources, &Location::Registry(create.target.clone())).await?;
            guard = Guard::Unchanged(Some(base.document.digest.clone()));
            Some(base)
        }
        _ => None,
    };
    let draft = Draft::new(Format::Oci);
    let mut job = Job::new(draft, target, guard, (sources, permits));
    if create.join {
        let document = held.as_ref().map(|base| Arc::clone(&base.document));
        job.joining = Joining::of(document, &found, &choice)?;
    }
    let joins = held.is_some();
    if let Some(base) = held {
        job.draft = Draft::of(base)?;
        if job.joining.is_in() {
            return Ok(job);
        }
    }
    let came = assemble(&mut job, found, &choice)?;
    for text in &create.set {
        let (name, pairs) = several(text)?;
        for (source, entries) in create.sources.iter().zip(&came) {
            if source == name {
                set(&mut job.draft, entries, &pairs)?;
            }
        }
    }
    if create.mend {
        job.mend().await?;
    }
    job.set(&create.setting).await?;
    if create.setting.format.is_none() && !joins && all_docker(&job.draft) && !has_oci_parts(create)
    {
        job.switch_to_docker()?;
    }
    keep_of_lists(&mut job, of_lists)?;
    job.from = locations;
    job.leave_referrers(&create.taking);
    Ok(job)
}

/// What refers to a source's list goes along if the list stays what it is, and is void otherwise.
fn keep_of_lists(job: &mut Job, of_lists: Vec<(Digest, Vec<Companion>)>) -> Result<(), Trouble> {
    for (list, companions) in of_lists.into_iter().filter(|(_, it)| !it.is_empty()) {
        if job.draft.document().digest == list {
            let materials = Vec::new();
            job.draft.apply(Edit::Add { materials, companions, at: None })?;
        } else {
            let what = if companions.len() == 1 { "manifest refers" } else { "manifests refer" };
            job.notes.push(format!(
                "{} {what} to the list {list}, which this one is not: left behind",
                companions.len()
            ));
        }
    }
    Ok(())
}

/// Fills the draft; for each source the entries that came of it. A single list that is taken whole
/// into an empty draft stays what it is, to the last byte.
fn assemble(
    job: &mut Job,
    mut found: Vec<Harvest>,
    choice: &crate::model::draft::Choice,
) -> Result<Vec<Vec<EntryId>>, Trouble> {
    let whole = choice.platforms.is_empty() && choice.attestations && job.draft.base().is_none();
    if let ([one], true) = (found.as_mut_slice(), whole)
        && let Ok(base) = Base::new(one.gathered.from.clone(), Arc::clone(&one.gathered.root))
    {
        job.draft = Draft::of(base)?;
        let companions = std::mem::take(&mut one.gathered.companions);
        job.draft.apply(Edit::Add { materials: Vec::new(), companions, at: None })?;
        gather::fill(&mut job.draft, std::mem::take(&mut one.read));
        job.notes.append(&mut one.notes);
        let all = job.draft.entries().iter().map(|entry| entry.id).collect();
        return Ok(vec![all]);
    }
    found.into_iter().map(|harvest| add(job, harvest, choice)).collect()
}

/// Whether all images are Docker's: then so is the list, as `docker manifest` has it.
pub(super) fn all_docker(draft: &Draft) -> bool {
    let entries = draft.entries();
    draft.base().is_none()
        && !entries.is_empty()
        && entries.iter().all(|entry| {
            entry.descriptor.as_ref().is_some_and(|it| {
                it.media_type == MediaType::DockerManifest && it.annotations.is_empty()
            })
        })
}

/// Whether something is set that only an OCI index has.
fn has_oci_parts(create: &CreateArgs) -> bool {
    let setting = &create.setting;
    !setting.annotation.is_empty()
        || !setting.entry_annotation.is_empty()
        || setting.artifact_type.is_some()
        || setting.subject.is_some()
}
