//! `platy tag rm|cp|mv|mend`: tags of a repository deleted, copied, renamed and mended.

mod args;
mod mend;
mod plan;
mod report;

use super::args::Args;
use super::assemble::{ask, can_ask};
use super::complain::{complain, complain_failure};
use super::output::{print_json, print_text};
use super::waiting::Waiting;
use super::{DONE, PART, TROUBLE};
use crate::model::draft::Guard;
use crate::oci::Failure;
use crate::source::{Registry, Sources};
use crate::work::push::{Journal, Listing, Stopped, Tagged, Untagged, retag, untag};
pub(super) use args::TagArgs;
use plan::{Copying, Plan, Wish};

/// What was done.
#[derive(Default)]
struct Done {
    /// What became of the tag that was written, if one was to be.
    written: Option<(Tagged, Result<(), Stopped>)>,
    /// What became of each list that was to be written, in the plan's order.
    listed: Vec<(Tagged, Result<(), Stopped>)>,
    /// What became of each tag that was to be deleted, in the plan's order.
    deleted: Vec<Result<Untagged, Stopped>>,
}

pub(super) async fn run(args: &Args, tag: &TagArgs) -> u8 {
    let wish = match Wish::of(&tag.action) {
        Ok(wish) => wish,
        Err(problem) => {
            complain(&problem);
            return TROUBLE;
        }
    };
    let waiting = Waiting::new();
    let options = args.options();
    let permits = options.permits;
    let sources = Sources::new(options, waiting.activity());
    let found = async {
        let registry = sources.registry()?;
        let plan = plan::find(&sources, &registry, &wish, permits).await?;
        Ok::<(Registry, Plan), Failure>((registry, plan))
    };
    let (registry, plan) = match waiting.during(found).await {
        Ok(found) => found,
        Err(failure) => {
            complain_failure(&failure);
            return TROUBLE;
        }
    };
    let how = tag.action.how();
    if !how.json {
        print_text(&report::plan(&plan));
    }
    if let Some(refused) = plan.refused() {
        if how.json {
            print_json(&report::json(&plan, None));
        }
        complain(&refused);
        return PART;
    }
    if how.dry_run || plan.is_nothing() {
        if how.json {
            print_json(&report::json(&plan, None));
        }
        return DONE;
    }
    if !how.yes && !can_ask() {
        complain(
            "nothing was written: there is no terminal to ask on; --yes writes without asking",
        );
        return TROUBLE;
    }
    if !how.yes && !ask(plan.question()) {
        complain("nothing was written");
        return PART;
    }
    let journal = args.journal();
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without a handler the signal does what it always does.
            std::future::pending::<()>().await;
        }
    };
    let done = tokio::select! {
        done = waiting.during(carry_out(&registry, journal.as_ref(), &plan)) => done,
        () = interrupted => {
            complain("interrupted: each tag is as it was, or as it was to be; `platy undo --list` \
                      looks which");
            return TROUBLE;
        }
    };
    if how.json {
        print_json(&report::json(&plan, Some(&done)));
    } else {
        print_text(&report::done(&plan, &done));
    }
    report::complaints(&plan, &done).iter().for_each(|line| complain(line));
    code(&done)
}

async fn carry_out(registry: &Registry, journal: Option<&Journal>, plan: &Plan) -> Done {
    let mut done = Done::default();
    if let Some(Copying { to, list, now, .. }) = &plan.copying {
        let guard = now.clone().map_or(Guard::Absent, Guard::Is);
        let written = retag(registry, journal, to, list, &guard, None).await;
        let failed = written.1.is_err();
        done.written = Some(written);
        // A tag is deleted only once its other name is there.
        if failed {
            return done;
        }
    }
    for Listing { reference, now, list, .. } in &plan.lists {
        let guard = now.clone().map_or(Guard::Absent, Guard::Is);
        done.listed.push(retag(registry, journal, reference, list, &guard, None).await);
    }
    for wanted in &plan.deleting {
        done.deleted.push(untag(registry, journal, wanted).await);
    }
    done
}

fn code(done: &Done) -> u8 {
    let written = done.written.iter().chain(&done.listed);
    let written = written.map(|(_, result)| result.as_ref().err());
    let deleted = done.deleted.iter().map(|result| result.as_ref().err());
    let all: Vec<Option<&Stopped>> = written.chain(deleted).collect();
    let failed = all.iter().flatten().count();
    let conflicts = all.iter().flatten().all(|it| matches!(it, Stopped::Conflict(_)));
    match failed {
        0 => DONE,
        _ if failed < all.len() || conflicts => PART,
        _ => TROUBLE,
    }
}
