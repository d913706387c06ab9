//! What `platy tag` says.

use serde_json::{Value, json};

use super::Done;
use super::plan::{Plan, others};
use crate::oci::{Digest, Reference};
use crate::text::{escape, plural};
use crate::work::push::{Stopped, Untag, Untagged};

fn name(reference: &Reference) -> String {
    escape(&reference.familiar()).into_owned()
}

fn points(digest: Option<&Digest>) -> &str {
    digest.map_or("nothing", Digest::as_str)
}

/// What would be done.
pub(super) fn plan(plan: &Plan) -> String {
    let mut out = String::new();
    if plan.copying.is_none() && plan.lists.is_empty() && plan.deleting.is_empty() {
        out += "no tag that stands for a digest has to be mended\n";
    }
    if let Some(copying) = &plan.copying {
        out += &format!(
            "write {}\n  now    {}\n  after  {}, as {}\n",
            name(&copying.to),
            points(copying.now.as_ref()),
            copying.list.digest,
            name(&copying.from)
        );
    }
    for listing in &plan.lists {
        out += &format!(
            "write {}\n  now    {}\n  after  {}, a list with {} more\n",
            name(&listing.reference),
            points(listing.now.as_ref()),
            listing.list.digest,
            plural(listing.added, "attestation")
        );
    }
    for wanted in &plan.deleting {
        let digest = &wanted.held.digest;
        out += &format!(
            "delete {}\n  now    {digest}\n  after  nothing; {}@{digest} stays\n  {}\n",
            name(&wanted.reference),
            wanted.reference.repository.familiar(),
            escape(&others(wanted)),
        );
    }
    out
}

/// What was done.
pub(super) fn done(plan: &Plan, done: &Done) -> String {
    let mut out = String::new();
    if let (Some(copying), Some((_, Ok(())))) = (&plan.copying, &done.written) {
        out += &format!("{} points at {}\n", name(&copying.to), copying.list.digest);
    }
    for (listing, (_, result)) in plan.lists.iter().zip(&done.listed) {
        if result.is_ok() {
            let name = name(&listing.reference);
            let back = if listing.now.is_some() { "undo" } else { "tag rm" };
            out += &format!("{name} is written; `platy {back} {name}` takes it back\n");
        }
    }
    for (wanted, result) in plan.deleting.iter().zip(&done.deleted) {
        if result.is_ok() {
            let name = name(&wanted.reference);
            out += &format!("{name} is deleted; `platy undo {name}` puts it back\n");
        }
    }
    out
}

/// What went otherwise than it was to go.
pub(super) fn complaints(plan: &Plan, done: &Done) -> Vec<String> {
    let mut lines = Vec::new();
    if let (Some(copying), Some((_, Err(stopped)))) = (&plan.copying, &done.written) {
        lines.push(why(&copying.to, stopped));
        for wanted in &plan.deleting {
            lines.push(format!("{} was left as it is", wanted.reference.familiar()));
        }
    }
    for (listing, (_, result)) in plan.lists.iter().zip(&done.listed) {
        lines.extend(result.as_ref().err().map(|stopped| why(&listing.reference, stopped)));
    }
    for (wanted, result) in plan.deleting.iter().zip(&done.deleted) {
        lines.extend(of_deleted(wanted, result));
    }
    lines
}

/// Why nothing came of it; a failure names what it is about itself.
fn why(reference: &Reference, stopped: &Stopped) -> String {
    match stopped {
        Stopped::Failed { failure, .. } => failure.to_string(),
        other => format!("{}: {other}", reference.familiar()),
    }
}

fn of_deleted(wanted: &Untag, result: &Result<Untagged, Stopped>) -> Vec<String> {
    let name = wanted.reference.familiar();
    let done = match result {
        Ok(done) => done,
        Err(Stopped::Conflict(conflict)) => {
            return vec![format!(
                "{name} was not deleted: {conflict}; look again, and run it again"
            )];
        }
        Err(stopped) => return vec![why(&wanted.reference, stopped)],
    };
    let mut lines = Vec::new();
    if !done.rewritten.is_empty() {
        lines.push(format!(
            "the registry took other tags of {} away too; they were written again: {}",
            wanted.held.digest,
            done.rewritten.join(", ")
        ));
    } else if done.dropped {
        lines.push(format!(
            "the registry deleted {} with the tag; the journal has it, and `platy undo {name}` puts \
             it back",
            wanted.held.digest
        ));
    }
    if let Some(failure) = &done.unkept {
        lines.push(format!("the journal could not be written: {failure}"));
    }
    lines
}

/// The plan and what came of it; `None` if nothing was to be written.
pub(super) fn json(plan: &Plan, done: Option<&Done>) -> Value {
    let written = done.and_then(|done| done.written.as_ref());
    let write = plan.copying.as_ref().map(|copying| {
        json!({
            "from": copying.from.to_string(),
            "reference": copying.to.to_string(),
            "before": copying.now,
            "after": copying.list.digest,
            "done": matches!(written, Some((_, Ok(())))),
            "error": written.and_then(|(_, result)| result.as_ref().err()).map(ToString::to_string),
        })
    });
    let delete = plan.deleting.iter().enumerate().map(|(at, wanted)| {
        let result = done.and_then(|done| done.deleted.get(at));
        let deleted = result.and_then(|it| it.as_ref().ok());
        json!({
            "reference": wanted.reference.to_string(),
            "before": wanted.held.digest,
            "other_tags": wanted.others,
            "done": deleted.is_some(),
            "dropped": deleted.map(|it| it.dropped),
            "rewritten": deleted.map(|it| &it.rewritten),
            "error": result.and_then(|it| it.as_ref().err()).map(ToString::to_string),
        })
    });
    let lists = plan.lists.iter().enumerate().map(|(at, listing)| {
        let result = done.and_then(|done| done.listed.get(at)).map(|(_, result)| result);
        json!({
            "reference": listing.reference.to_string(),
            "before": listing.now,
            "after": listing.list.digest,
            "added": listing.added,
            "done": result.is_some_and(Result::is_ok),
            "error": result.and_then(|it| it.as_ref().err()).map(ToString::to_string),
        })
    });
    json!({
        "write": write,
        "lists": lists.collect::<Vec<_>>(),
        "delete": delete.collect::<Vec<_>>(),
        "dry_run": done.is_none(),
    })
}
