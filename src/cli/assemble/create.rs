//! `platy create TARGET SOURCE...`

use std::sync::Arc;

use super::args::CreateArgs;
use super::assign::several;
use super::copy::{Origin, Taken, write_all};
use super::edit::base;
use super::finish::{Voice, finish, give_up, say_problems};
use super::job::{Job, Making, Trouble, add, choice, further_tag, harvest, reach, set, tag_now};
use super::join::join;
use super::joining::{Found, Joining};
use crate::cli::args::Args;
use crate::cli::output::print_exact;
use crate::cli::{DONE, PART};
use crate::model::draft::{
    Attests, Base, Companion, Draft, Edit, EntryId, Files, Format, Goal, Guard, Parcel, Severity,
    Target,
};
use crate::oci::{Digest, Location, MediaType};
use crate::source::Sources;
use crate::work::gather::{self, Harvest};

pub(in crate::cli) async fn create(args: &Args, create: &CreateArgs) -> u8 {
    let reached = reach(args);
    let mut found = Found::default();
    let target = match goal(create) {
        Ok(Goal::Registry { target, .. }) => target,
        Ok(Goal::Files(files)) => {
            return match files_of(&reached, create, files).await {
                Ok(load) => load.write(args, create).await,
                Err(trouble) => give_up(&trouble, &create.pushing),
            };
        }
        Err(trouble) => return give_up(&trouble, &create.pushing),
    };
    let mut anew = async || job(&reached, create, &target, &mut found).await;
    if create.join {
        return join(args, &create.pushing, anew).await;
    }
    match anew().await {
        Ok(job) => finish(args, job, &create.pushing, Voice::Whole).await.code,
        Err(trouble) => give_up(&trouble, &create.pushing),
    }
}

/// Where the list goes to, with all its tags.
fn goal(create: &CreateArgs) -> Result<Goal, Trouble> {
    let mut goal = Goal::parse(&create.target)?;
    match &mut goal {
        Goal::Registry { target, .. } => {
            for tag in &create.tag {
                further_tag(target, tag)?;
            }
        }
        Goal::Files(_) => {
            let asked = [(create.join, "--join"), (!create.tag.is_empty(), "--tag")];
            if let Some((_, option)) = asked.into_iter().find(|(is_asked, _)| *is_asked) {
                return Err(Trouble::Said(format!(
                    "{option} is for the tags of a registry, and {goal} is on this machine"
                )));
            }
        }
    }
    Ok(goal)
}

/// The sources as they are written, each with its location.
fn locations(create: &CreateArgs) -> Result<Vec<Location>, Trouble> {
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
    Ok(locations)
}

async fn job(
    reached: &(Sources, usize),
    create: &CreateArgs,
    target: &Target,
    found: &mut Found,
) -> Result<Job, Trouble> {
    let locations = locations(create)?;
    let (sources, permits) = reached.clone();
    let mut guard = tag_now(&sources, target).await?;
    let choice = choice(&create.taking);
    let referrers = create.taking.referrers;
    let found = harvest(&sources, &locations, &choice, referrers, permits, found).await?;
    // A tag that is there is joined: what it holds is what the list begins with.
    let held = match (&guard, target.tag()) {
        (Guard::Unchanged(Some(_)), Some(tag)) if create.join => {
            let at = Location::Registry(target.repository.tagged(tag));
            let base = base(&sources, &at).await?;
            guard = Guard::Unchanged(Some(base.document.digest.clone()));
            Some(base)
        }
        _ => None,
    };
    let mut making = Making::new(Draft::new(Format::Oci), (sources, permits));
    if create.join {
        let document = held.as_ref().map(|base| Arc::clone(&base.document));
        making.joining = Joining::of(document, &found, &choice)?;
    }
    let joins = held.is_some();
    let mut is_in = false;
    if let Some(base) = held {
        making.draft = Draft::of(base)?;
        is_in = making.joining.is_in();
    }
    let mut job = Job { making, target: target.clone(), guard };
    if !is_in {
        make(&mut job.making, create, found, locations, joins).await?;
        job.leave_referrers(&create.taking);
    }
    Ok(job)
}

/// Makes the list of what was found at the sources.
async fn make(
    making: &mut Making,
    create: &CreateArgs,
    mut found: Vec<Harvest>,
    locations: Vec<Location>,
    joins: bool,
) -> Result<(), Trouble> {
    let of_lists: Vec<(Digest, Vec<Companion>)> = found
        .iter_mut()
        .map(|it| (it.gathered.root.digest.clone(), std::mem::take(&mut it.of_list)))
        .collect();
    let came = assemble(making, found, &choice(&create.taking))?;
    for text in &create.set {
        let (name, pairs) = several(text)?;
        for (source, entries) in create.sources.iter().zip(&came) {
            if source == name {
                set(&mut making.draft, entries, &pairs)?;
            }
        }
    }
    if create.mend {
        making.mend().await?;
    }
    making.set(&create.setting).await?;
    if create.setting.format.is_none()
        && !joins
        && all_docker(&making.draft)
        && !has_oci_parts(create)
    {
        making.switch_to_docker()?;
    }
    keep_of_lists(making, of_lists)?;
    making.from = locations;
    Ok(())
}

/// A list on its way into files.
struct Filed {
    making: Making,
    files: Files,
    of: Vec<Origin>,
    attests: Attests,
}

async fn files_of(
    reached: &(Sources, usize),
    create: &CreateArgs,
    files: Files,
) -> Result<Filed, Trouble> {
    let locations = locations(create)?;
    let (sources, permits) = reached.clone();
    let choice = choice(&create.taking);
    let (referrers, mut known) = (create.taking.referrers, Found::default());
    let found = harvest(&sources, &locations, &choice, referrers, permits, &mut known).await?;
    let gathered = found.iter().map(|it| &it.gathered);
    let of = gathered.clone().map(Origin::of).collect();
    let attests = gathered.flat_map(|it| it.attests.clone()).collect();
    let mut making = Making::new(Draft::new(Format::Oci), (sources, permits));
    make(&mut making, create, found, locations, false).await?;
    gather::learn(&mut making.draft, &making.sources, permits).await;
    Ok(Filed { making, files, of, attests })
}

impl Filed {
    /// Writes it as a copy is written, unless the list has errors.
    async fn write(self, args: &Args, create: &CreateArgs) -> u8 {
        let pushing = &create.pushing;
        let problems = self.making.draft.problems();
        say_problems(&problems);
        let refused = problems.iter().any(|problem| problem.severity == Severity::Error);
        if pushing.raw {
            print_exact(&self.making.draft.document().bytes);
        }
        if refused && !pushing.raw {
            let trouble = Trouble::Said("nothing was written: the list has errors".to_owned());
            give_up(&trouble, pushing);
        }
        if refused || pushing.raw {
            return if refused { PART } else { DONE };
        }
        let Self { making, files, of, attests } = self;
        let taken = Taken {
            of,
            parcel: Parcel::of(&making.draft),
            left: Vec::new(),
            notes: making.notes,
            looked: create.taking.referrers,
            attests,
            attestations: !create.taking.no_attestations,
        };
        write_all(args, vec![(taken, Goal::Files(files))], pushing, &making.sources, making.permits)
            .await
    }
}

/// What refers to a source's list goes along if the list stays what it is, and is void otherwise.
fn keep_of_lists(
    making: &mut Making,
    of_lists: Vec<(Digest, Vec<Companion>)>,
) -> Result<(), Trouble> {
    for (list, companions) in of_lists.into_iter().filter(|(_, it)| !it.is_empty()) {
        if making.draft.document().digest == list {
            let materials = Vec::new();
            making.draft.apply(Edit::Add { materials, companions, at: None })?;
        } else {
            let what = if companions.len() == 1 { "manifest refers" } else { "manifests refer" };
            making.notes.push(format!(
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
    making: &mut Making,
    mut found: Vec<Harvest>,
    choice: &crate::model::draft::Choice,
) -> Result<Vec<Vec<EntryId>>, Trouble> {
    let whole = choice.platforms.is_empty() && choice.attestations && making.draft.base().is_none();
    if let ([one], true) = (found.as_mut_slice(), whole)
        && let Ok(base) = Base::new(one.gathered.from.clone(), Arc::clone(&one.gathered.root))
    {
        making.draft = Draft::of(base)?;
        let companions = std::mem::take(&mut one.gathered.companions);
        making.draft.apply(Edit::Add { materials: Vec::new(), companions, at: None })?;
        gather::fill(&mut making.draft, std::mem::take(&mut one.read));
        making.notes.append(&mut one.notes);
        let all = making.draft.entries().iter().map(|entry| entry.id).collect();
        return Ok(vec![all]);
    }
    found.into_iter().map(|harvest| add(making, harvest, choice)).collect()
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
