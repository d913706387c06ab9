//! `platy create TARGET SOURCE...`

use std::sync::Arc;

use super::assign::several;
use super::finish::{finish, give_up};
use super::job::{Job, Trouble, add, choice, further_tag, harvest, reach, set, tag_now};
use crate::cli::args::{Args, CreateArgs};
use crate::model::draft::{Base, Draft, EntryId, Format, Target};
use crate::oci::{Location, MediaType};
use crate::work::gather::Harvest;

pub(in crate::cli) async fn create(args: &Args, create: &CreateArgs) -> u8 {
    match job(args, create).await {
        Ok(job) => finish(args, job, &create.pushing).await,
        Err(trouble) => give_up(&trouble, &create.pushing),
    }
}

async fn job(args: &Args, create: &CreateArgs) -> Result<Job, Trouble> {
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
    let (sources, permits) = reach(args);
    let guard = tag_now(&sources, &target).await?;
    let choice = choice(&create.taking);
    let found = harvest(&sources, &locations, &choice, create.taking.referrers, permits).await?;
    let mut notes = Vec::new();
    let (draft, came) = assemble(found, create, &choice, &mut notes)?;
    let mut job = Job { draft, target, guard, sources, permits, notes };
    for text in &create.set {
        let (name, pairs) = several(text)?;
        for (source, entries) in create.sources.iter().zip(&came) {
            if source == name {
                set(&mut job.draft, entries, &pairs)?;
            }
        }
    }
    job.set(&create.setting).await?;
    if create.setting.format.is_none() && all_docker(&job.draft) && !has_oci_parts(create) {
        job.switch_to_docker()?;
    }
    Ok(job)
}

/// The draft, and for each source the entries that came of it. A single list that is taken whole
/// stays what it is, to the last byte.
fn assemble(
    mut found: Vec<Harvest>,
    create: &CreateArgs,
    choice: &crate::model::draft::Choice,
    notes: &mut Vec<String>,
) -> Result<(Draft, Vec<Vec<EntryId>>), Trouble> {
    let whole = choice.platforms.is_empty() && choice.attestations;
    if let ([one], true) = (found.as_slice(), whole && !create.taking.referrers)
        && let Ok(base) = Base::new(one.gathered.from.clone(), Arc::clone(&one.gathered.root))
    {
        let draft = Draft::of(base)?;
        let all = draft.entries().iter().map(|entry| entry.id).collect();
        return Ok((draft, vec![all]));
    }
    let mut draft = Draft::new(Format::Oci);
    let mut came = Vec::new();
    for harvest in found.drain(..) {
        came.push(add(&mut draft, harvest, choice, notes)?);
    }
    Ok((draft, came))
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
