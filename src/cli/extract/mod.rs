//! `platy extract REFERENCE PATH DIR`: files of an image, written to this machine's disk.

mod args;
mod report;

use std::path::PathBuf;

use super::args::Args;
use super::complain::{complain, complain_failure};
use super::inside::Place;
use super::interrupt::Interrupts;
use super::waiting::Waiting;
use super::{DONE, PART, TROUBLE};
use crate::model::files::{Extraction, Resolved};
use crate::oci::{Class, Digest, Failure};
use crate::source::Sources;
use crate::work::layers::{Extracted, extract};
pub(super) use args::ExtractArgs;

/// What was written, and where.
struct Written {
    image: Digest,
    to: PathBuf,
    plan: Extraction,
    done: Extracted,
}

pub(super) async fn run(args: &Args, wish: &ExtractArgs) -> u8 {
    let place = Place::parse(&wish.reference, wish.platform.as_deref(), &wish.path);
    let Some(place) = place else { return TROUBLE };
    let waiting = Waiting::new();
    let sources = Sources::new(args.options(), waiting.activity());
    let mut interrupts = Interrupts::new();
    let written = tokio::select! {
        written = waiting.during(write(args, &sources, &place, wish)) => written,
        () = interrupts.next() => {
            complain("interrupted: nothing was written");
            return TROUBLE;
        }
    };
    match written {
        Ok(written) => {
            match wish.json {
                true => report::print_json(&place, &written),
                false => report::print_text(&place, &written),
            }
            let is_whole = written.plan.left_out.is_empty() && written.done.failed.is_empty();
            if is_whole { DONE } else { PART }
        }
        Err(failure) => {
            complain_failure(&failure);
            TROUBLE
        }
    }
}

async fn write(
    args: &Args,
    sources: &Sources,
    place: &Place,
    wish: &ExtractArgs,
) -> Result<Written, Failure> {
    let inside = place.whole(args, sources).await?;
    // What it holds and removes decides what is written.
    if let Some((at, failure)) = inside.unread.first() {
        let detail = format!("layer {} cannot be read: {}", at + 1, failure.detail);
        return Err(Failure { detail, ..failure.clone() });
    }
    let Resolved::Found(_, found) = inside.files.resolve(&place.path, true) else {
        return Err(inside.nothing(place));
    };
    let plan = Extraction::of(&inside.files, found.id);
    if plan.folders.is_empty() && plan.files.is_empty() && plan.links.is_empty() {
        return Err(inside.nothing(place));
    }
    let to = match place.path.name() {
        Some(name) => wish.folder.join(file_name(name)?),
        None => wish.folder.clone(),
    };
    let done = extract(&inside.reader, &inside.layers, &plan, &to).await?;
    Ok(Written { image: inside.digest, to, plan, done })
}

/// The name that it gets on this disk: one part, whatever the system takes for a separator.
fn file_name(name: &[u8]) -> Result<String, Failure> {
    let text = String::from_utf8_lossy(name).into_owned();
    let mut parts = std::path::Path::new(&text).components();
    match (parts.next(), parts.next()) {
        (Some(std::path::Component::Normal(_)), None) => Ok(text),
        _ => {
            let detail = "no file can have this name here";
            Err(Failure::new(Class::Local, text, detail).with_next("name the folder that it is in"))
        }
    }
}
