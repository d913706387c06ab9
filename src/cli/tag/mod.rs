//! `platy tag rm|cp|mv|mend`: tags of a repository deleted, copied, renamed and mended.

mod args;
mod mend;
mod report;

use super::args::Args;
use super::assemble::{ask, can_ask, journal};
use super::complain::{complain, complain_failure};
use super::interrupt::Interrupts;
use super::output::{print_json, print_text};
use super::waiting::Waiting;
use super::{DONE, PART, TROUBLE};
use crate::model::push::{Stopped, TagDone, TagPlan, TagWish};
use crate::oci::Failure;
use crate::source::{Registry, Sources};
use crate::text::escape;
use crate::work::push::{plan_tags, write_tags};
use args::TagAction;
pub(super) use args::TagArgs;

pub(super) async fn run(args: &Args, tag: &TagArgs) -> u8 {
    let wish = match wish(&tag.action) {
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
        let plan = match &wish.mend {
            Some(reference) => mend::find(&sources, &registry, reference, permits).await?,
            None => plan_tags(&registry, &wish).await?,
        };
        Ok::<(Registry, TagPlan), Failure>((registry, plan))
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
        print_lines(&plan.lines());
    }
    if let Some(refused) = plan.refused() {
        if how.json {
            print_json(&report::json(&plan, None));
        }
        complain(&refused);
        return PART;
    }
    let journal = match journal(args).await {
        _ if plan.is_nothing() => None,
        Ok(journal) => journal,
        Err(failure) => {
            complain_failure(&failure);
            if !how.dry_run {
                if how.json {
                    print_json(&report::json(&plan, None));
                }
                complain("nothing was written: what it replaces could not be put back");
                return TROUBLE;
            }
            None
        }
    };
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
    let mut interrupts = Interrupts::new();
    let done = tokio::select! {
        done = waiting.during(write_tags(&registry, journal.as_ref(), &plan)) => done,
        () = interrupts.next() => {
            complain("interrupted: each tag is as it was, or as it was to be; `platy undo --list` \
                      looks which");
            return TROUBLE;
        }
    };
    if how.json {
        print_json(&report::json(&plan, Some(&done)));
    } else {
        print_lines(&done.lines(&plan));
    }
    done.complaints(&plan).iter().for_each(|line| complain(line));
    code(&done)
}

/// What was typed.
fn wish(action: &TagAction) -> Result<TagWish, String> {
    match action {
        TagAction::Rm(rm) => TagWish::delete(rm.references.iter().map(String::as_str)),
        TagAction::Cp(to) => TagWish::copy(&to.reference, &to.name, to.if_absent),
        TagAction::Mv(to) => TagWish::rename(&to.reference, &to.name, to.if_absent),
        TagAction::Mend(wish) => TagWish::mend(&wish.reference),
    }
}

fn print_lines(lines: &[String]) {
    let lines = lines.iter().map(|line| format!("{}\n", escape(line)));
    print_text(&lines.collect::<String>());
}

fn code(done: &TagDone) -> u8 {
    let all: Vec<Option<&Stopped>> = done.failures().collect();
    let failed = all.iter().flatten().count();
    let conflicts = all.iter().flatten().all(|it| matches!(it, Stopped::Conflict(_)));
    match failed {
        0 => DONE,
        _ if failed < all.len() || conflicts => PART,
        _ => TROUBLE,
    }
}
