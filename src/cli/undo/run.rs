//! Which push is taken back, and whether.

use super::{json, list, text};
use crate::cli::args::{Args, UndoArgs};
use crate::cli::assemble::{ask, can_ask};
use crate::cli::complain::{complain, complain_failure};
use crate::cli::output::{print, print_json};
use crate::cli::{DONE, PART, TROUBLE};
use crate::oci::{Failure, Reference};
use crate::source::{Activity, Sources};
use crate::work::push::{Entry, Journal, NoUndo, Stopped, Undo, find_undo, undo};

pub(in crate::cli) async fn run(args: &Args, wanted: &UndoArgs) -> u8 {
    let reference = match wanted.reference.as_deref().map(str::parse::<Reference>).transpose() {
        Ok(reference) => reference,
        Err(error) => {
            complain(&error.to_string());
            return TROUBLE;
        }
    };
    let Some(journal) = Journal::of_user() else {
        complain("there is no journal: this system names no folder for state (XDG_STATE_HOME)");
        return TROUBLE;
    };
    let entries = match journal.entries().await {
        Ok(entries) => entries,
        Err(failure) => return trouble(&failure),
    };
    if wanted.list {
        return list::print_list(&entries, reference.as_ref(), wanted.json);
    }
    let Some(reference) = reference.or_else(|| newest(&entries)) else {
        complain("the journal has no push to take back");
        return TROUBLE;
    };
    match put_back(args, wanted, &journal, &reference).await {
        Ok(code) => code,
        Err(failure) => trouble(&failure),
    }
}

/// The tag of the newest push that can be taken back.
fn newest(entries: &[Entry]) -> Option<Reference> {
    list::standing(entries).last().map(|entry| entry.reference.clone())
}

async fn put_back(
    args: &Args,
    wanted: &UndoArgs,
    journal: &Journal,
    reference: &Reference,
) -> Result<u8, Failure> {
    let registry = Sources::new(args.options(), Activity::default()).registry()?;
    let found = match find_undo(&registry, journal, reference).await {
        Ok(found) => found,
        Err(NoUndo::Failed(failure)) => return Err(failure),
        Err(nothing) => {
            let done = matches!(nothing, NoUndo::Already(_));
            if wanted.json {
                print_json(&json::nothing(reference, &nothing));
            }
            for line in text::nothing(reference, &nothing) {
                complain(&line);
            }
            return Ok(if done { DONE } else { TROUBLE });
        }
    };
    if wanted.dry_run && wanted.json {
        print_json(&json::found(&found, None));
        return Ok(if found.conflict.is_some() && !wanted.force { PART } else { DONE });
    }
    if !wanted.json {
        print(text::plan(&found).as_bytes());
    }
    if let Some(conflict) = found.conflict.as_ref().filter(|_| !wanted.force) {
        if wanted.json {
            let stopped = Stopped::Conflict(conflict.clone());
            print_json(&json::found(&found, Some(&Err(stopped))));
        }
        complain(&text::conflict(conflict));
        return Ok(PART);
    }
    if wanted.dry_run {
        return Ok(DONE);
    }
    if !wanted.yes && !can_ask() {
        complain(
            "nothing was written: there is no terminal to ask on; --yes writes without asking",
        );
        return Ok(TROUBLE);
    }
    if !wanted.yes && !ask("Put it back?") {
        complain("nothing was written");
        return Ok(PART);
    }
    Ok(write(&registry, journal, &found, wanted).await)
}

async fn write(
    registry: &crate::source::Registry,
    journal: &Journal,
    found: &Undo,
    wanted: &UndoArgs,
) -> u8 {
    let (tagged, done) = undo(registry, journal, found, wanted.force).await;
    if wanted.json {
        print_json(&json::found(found, Some(&done)));
    }
    match done {
        Ok(()) => {
            if !wanted.json {
                print(text::done(found).as_bytes());
            }
            DONE
        }
        Err(stopped) => {
            for line in text::stopped(found, &tagged, &stopped) {
                complain(&line);
            }
            if matches!(stopped, Stopped::Conflict(_)) { PART } else { TROUBLE }
        }
    }
}

fn trouble(failure: &Failure) -> u8 {
    complain_failure(failure);
    TROUBLE
}
