//! Which push is taken back, and whether.

use super::args::UndoArgs;
use super::{json, list, text};
use crate::cli::args::Args;
use crate::cli::assemble::{ask, can_ask};
use crate::cli::complain::{complain, complain_failure};
use crate::cli::interrupt::Interrupts;
use crate::cli::output::{print_json, print_text};
use crate::cli::{DONE, PART, TROUBLE};
use crate::oci::{Class, Digest, Failure, Reference};
use crate::source::{Activity, Sources};
use crate::text::escape;
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
    let journal = if args.reach.no_journal { journal.unwritten() } else { journal };
    let entries = match journal.entries().await {
        Ok(entries) => entries,
        Err(failure) => return trouble(&failure),
    };
    if wanted.list {
        let entries = settled(args, &journal, entries).await;
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

/// The pushes, after a look at the tags of those of which it is not known whether they wrote them:
/// platy was ended meanwhile. One that did not is noted as such and left out.
async fn settled(args: &Args, journal: &Journal, entries: Vec<Entry>) -> Vec<Entry> {
    let mut settled = Vec::new();
    let sources = Sources::new(args.options(), Activity::default());
    for (at, entry) in entries.iter().enumerate() {
        if entry.seen {
            settled.push(entry.clone());
            continue;
        }
        // What the next push of the tag found is what this one left.
        let mut later = entries.iter().skip(at + 1);
        let now = match later.find(|it| it.reference == entry.reference) {
            Some(later) => Some(later.before.as_ref().map(|kept| kept.digest.clone())),
            None => tag_now(&sources, &entry.reference).await,
        };
        let before = entry.before.as_ref().map(|kept| kept.digest.clone());
        let wrote = now.map(|now| (now.as_ref() == entry.given(), now == before));
        match wrote {
            Some((true, _)) => {
                // What cannot be noted is asked again the next time.
                let _ = journal.seen(&entry.id).await;
                settled.push(Entry { seen: true, ..entry.clone() });
            }
            Some((false, true)) => drop(journal.void(&entry.id).await),
            _ => settled.push(entry.clone()),
        }
    }
    settled
}

/// What a tag points at; the outer `None` if it cannot be asked.
async fn tag_now(sources: &Sources, reference: &Reference) -> Option<Option<Digest>> {
    match sources.registry().ok()?.head(reference).await {
        Ok(head) => Some(Some(head.digest)),
        Err(failure) if failure.class == Class::NotFound => Some(None),
        Err(_) => None,
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
    // What the tag holds now has to be noted before it is replaced, as with every push.
    let unwritable = journal.ready().await.err();
    if let Some(failure) = &unwritable {
        complain_failure(failure);
    }
    if wanted.dry_run && wanted.json {
        print_json(&json::found(&found, None));
        return Ok(if found.conflict.is_some() && !wanted.force { PART } else { DONE });
    }
    if !wanted.json {
        print_text(&text::plan(&found));
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
    if let Some(failure) = unwritable {
        if wanted.json {
            let stopped = Stopped::Failed { step: 0, failure: Box::new(failure) };
            print_json(&json::found(&found, Some(&Err(stopped))));
        }
        complain("nothing was written: what it replaces could not be put back");
        return Ok(TROUBLE);
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
    let mut interrupts = Interrupts::new();
    let (tagged, done) = tokio::select! {
        ended = undo(registry, journal, found, wanted.force) => ended,
        () = interrupts.next() => {
            let name = escape(&found.entry.reference.familiar()).into_owned();
            complain(&format!(
                "interrupted: {name} points at {} as before, or at {}; `platy undo --list` looks \
                 which, and says so",
                found.entry.given().map_or("nothing", Digest::short),
                found.list.digest.short()
            ));
            return TROUBLE;
        }
    };
    if wanted.json {
        print_json(&json::found(found, Some(&done)));
    }
    match done {
        Ok(()) => {
            if !wanted.json {
                print_text(&text::done(found));
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
