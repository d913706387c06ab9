//! `platy copy SOURCE... TARGET`

mod left;
mod report;
mod run;
mod shipment;
mod take;

use std::collections::HashSet;

use futures_util::future::join;
use futures_util::stream::{self, StreamExt as _};

use super::args::{CopyArgs, Pushing};
use super::ask::{ask, can_ask};
use super::finish::{give_up, journal};
use super::job::{Trouble, reach};
use crate::cli::args::Args;
use crate::cli::complain::{complain, complain_failure};
use crate::cli::output::{print_exact, print_json, print_text};
use crate::cli::{DONE, PART, TROUBLE};
use crate::model::draft::{Answers, Form, Goal, Presence, Question, Shipped as _};
use crate::oci::{Failure, Location};
use crate::source::Sources;
use crate::text::escape;
use shipment::{Shipment, Way, plan, tag_now};
use take::{each, take};

pub(super) use take::{Origin, Taken};

pub(in crate::cli) async fn copy(args: &Args, copy: &CopyArgs) -> u8 {
    let (sources, permits) = reach(args);
    let pushing = &copy.pushing;
    let all = match read(copy, &sources, permits).await {
        Ok(all) => all,
        Err(trouble) => return give_up(&trouble, pushing),
    };
    if pushing.raw {
        all.iter().for_each(|read| print_exact(&read.taken.parcel.root().bytes));
        return DONE;
    }
    let shipments = plan_all(all, pushing, &sources, permits).await;
    carry(args, shipments, pushing, &sources, permits).await
}

/// Writes each of these to its place: plan, question, receipt.
pub(super) async fn write_all(
    args: &Args,
    all: Vec<(Taken, Goal)>,
    pushing: &Pushing,
    sources: &Sources,
    permits: usize,
) -> u8 {
    let all = all.into_iter().map(|(taken, goal)| Read { taken, goal, tag_now: None }).collect();
    let shipments = plan_all(all, pushing, sources, permits).await;
    carry(args, shipments, pushing, sources, permits).await
}

async fn carry(
    args: &Args,
    shipments: Result<Vec<Shipment>, Failure>,
    pushing: &Pushing,
    sources: &Sources,
    permits: usize,
) -> u8 {
    let shipments = match shipments {
        Ok(shipments) => shipments,
        Err(failure) => return give_up(&Trouble::Failed(failure), pushing),
    };
    if !pushing.json {
        print_text(&report::plans(&shipments));
    }
    if let Some(code) = stops(&shipments, pushing) {
        if pushing.json {
            print_json(&report::document(&shipments, &[]));
        }
        return code;
    }
    let writes_tags =
        shipments.iter().any(|it| matches!(it.way, Way::Registry { .. }) && !it.is_done());
    let journal = match journal(args).await {
        _ if !writes_tags => None,
        Ok(journal) => journal,
        Err(failure) => {
            complain_failure(&failure);
            if pushing.json {
                print_json(&report::document(&shipments, &[]));
            }
            complain("nothing was copied: what it replaces could not be put back");
            return TROUBLE;
        }
    };
    run::run(shipments, pushing, sources, permits, journal.as_ref()).await
}

/// A source that was read, for a target.
struct Read {
    taken: Taken,
    goal: Goal,
    /// What the target's tag holds, if that was asked.
    tag_now: Option<(Question, Presence)>,
}

/// Reads the sources, and asks the targets for their tags unless nothing is planned.
async fn read(copy: &CopyArgs, sources: &Sources, permits: usize) -> Result<Vec<Read>, Trouble> {
    let goal = Goal::parse(&copy.target)?;
    let locations = copy
        .sources
        .iter()
        .map(|text| text.parse::<Location>().map_err(|error| error.to_string()))
        .collect::<Result<Vec<_>, _>>()?;
    // Files keep the name of an image, a registry tells several by it.
    let enough = match &goal {
        Goal::Files(files) if files.form == Form::Dir => usize::MAX,
        goal if goal.has_name() => usize::MAX,
        Goal::Files(_) => 1,
        Goal::Registry { .. } => 2,
    };
    let locations = each(sources, locations, enough).await?;
    let goals = goals(&goal, &locations)?;
    let reads = locations.into_iter().zip(goals).map(|(location, goal)| async move {
        let asked = async {
            match &goal {
                Goal::Registry { target, .. } if !copy.pushing.raw => {
                    tag_now(sources, target).await
                }
                Goal::Registry { .. } | Goal::Files(_) => Ok(None),
            }
        };
        let taken = take(sources, location, &copy.taking, copy.format, permits);
        let (taken, tag_now) = join(taken, asked).await;
        Ok::<_, Trouble>(Read { taken: taken?, goal, tag_now: tag_now? })
    });
    let reads: Vec<_> = stream::iter(reads).buffered(permits.max(1)).collect().await;
    reads.into_iter().collect()
}

/// Plans the way of each.
async fn plan_all(
    all: Vec<Read>,
    pushing: &Pushing,
    sources: &Sources,
    permits: usize,
) -> Result<Vec<Shipment>, Failure> {
    let mut answers = Answers::default();
    let mut shipments = Vec::new();
    for Read { taken, goal, tag_now } in all {
        if let Some((question, presence)) = tag_now {
            answers.insert(question, presence);
        }
        shipments.push(plan(taken, goal, pushing, sources, permits, &mut answers).await?);
    }
    Ok(shipments)
}

/// Where each source goes.
fn goals(goal: &Goal, locations: &[Location]) -> Result<Vec<Goal>, String> {
    if let [location] = locations {
        return match goal {
            Goal::Registry { .. } => Ok(vec![goal.clone()]),
            Goal::Files(_) => Ok(vec![goal.keeping(location)?]),
        };
    }
    if goal.has_name() {
        return Err(format!(
            "{} images are copied, and each keeps its tag: write {goal} without one",
            locations.len()
        ));
    }
    if matches!(goal, Goal::Files(files) if files.form == Form::Dir) {
        return Err(format!(
            "{goal} holds one image, and {} are copied: copy them to a layout (oci:FOLDER)",
            locations.len()
        ));
    }
    let goals: Vec<Goal> =
        locations.iter().map(|location| goal.keeping(location)).collect::<Result<_, _>>()?;
    let mut seen = HashSet::new();
    for (goal, location) in goals.iter().zip(locations) {
        if goal.has_name() && !seen.insert(goal.to_string()) {
            return Err(format!(
                "two sources would become {goal}, {} among them: copy one by itself under another \
                 tag",
                location.familiar()
            ));
        }
    }
    Ok(goals)
}

/// Why nothing is written: a guard, a dry run, or nobody who was asked.
fn stops(shipments: &[Shipment], pushing: &Pushing) -> Option<u8> {
    let conflicts: Vec<String> = shipments.iter().filter_map(Shipment::conflict).collect();
    if !conflicts.is_empty() {
        complain(&format!("nothing was copied: {}", conflicts.join("; ")));
        return Some(PART);
    }
    if pushing.dry_run {
        return Some(DONE);
    }
    if pushing.yes || shipments.iter().all(Shipment::is_done) {
        return None;
    }
    if !can_ask() {
        complain("nothing was copied: there is no terminal to ask on; --yes copies without asking");
        return Some(TROUBLE);
    }
    let to = match shipments {
        [one] => one.goal.to_string(),
        several => format!("{} places", several.len()),
    };
    if ask(&format!("Copy to {}?", escape(&to))) {
        return None;
    }
    complain("nothing was copied");
    Some(PART)
}
