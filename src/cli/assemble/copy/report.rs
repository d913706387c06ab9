//! What a copy has to say: the plan before, the receipt after.

use serde_json::{Value, json};

use super::run::Came;
use super::shipment::{Shipment, Way, digests};
use super::take::Origin;
use crate::cli::assemble::json;
use crate::cli::reason::reason;
use crate::model::draft::{Action, Plan};
use crate::model::push::{Looked, Piece};
use crate::oci::Manifest;
use crate::text::{bytes, escape, plural};

/// What is about to be copied, and how.
pub(super) fn plans(shipments: &[Shipment]) -> String {
    let mut out = String::new();
    for shipment in shipments {
        for line in plan(shipment) {
            out.push_str(escape(&line).trim_end());
            out.push('\n');
        }
    }
    out
}

fn plan(shipment: &Shipment) -> Vec<String> {
    let mut lines = vec![format!("{} → {}", shipment.sources(), shipment.goal)];
    lines.push(match shipment.held.as_slice() {
        [] => "  now      nothing".to_owned(),
        held => format!("  now      {}", digests(held)),
    });
    let after = &shipment.after;
    let what = match &after.manifest {
        Manifest::Index(index) => {
            format!("{} of {}", after.media_type.title(), entries_of(index.entries.len()))
        }
        _ => after.media_type.title().to_owned(),
    };
    let same = match shipment.origin() {
        Some(origin) if after.digest == origin.root.digest => ", the source's bytes".to_owned(),
        Some(origin) => format!(", the source has {}", origin.root.digest.short()),
        None => String::new(),
    };
    lines.push(format!("  after    {}  {what}{same}", after.digest));
    let notes = shipment.notes.iter();
    match &shipment.way {
        Way::Registry { plan, .. } => {
            lines.extend(notes.chain(&plan.notes).map(|note| format!("  note     {note}")));
            lines.extend(sums(plan).into_iter().map(|line| format!("  {line}")));
        }
        Way::Files { load, .. } => {
            let all = notes.chain(&load.haul.notes);
            lines.extend(all.map(|note| format!("  note     {note}")));
            if !shipment.is_done() && shipment.conflict().is_none() {
                lines.push(format!(
                    "  write    {}, {} ({})",
                    plural(load.haul.manifests.len(), "manifest"),
                    plural(load.haul.blobs.len(), "blob"),
                    bytes(load.haul.blob_bytes())
                ));
            }
        }
    }
    if shipment.is_done() {
        lines.push("  nothing to do: it is there already".to_owned());
    }
    lines
}

fn entries_of(number: usize) -> String {
    if number == 1 { "1 entry".to_owned() } else { format!("{number} entries") }
}

fn sums(plan: &Plan) -> Vec<String> {
    let sums = &plan.sums;
    let mut lines = Vec::new();
    let present = [(sums.manifests_present, "manifest"), (sums.blobs_present, "blob")];
    let present: Vec<String> = present
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| plural(count, what))
        .collect();
    if !present.is_empty() {
        lines.push(format!("present  {}", present.join(", ")));
    }
    if sums.mounted > 0 {
        let (count, size) = (plural(sums.mounted, "blob"), bytes(sums.mounted_bytes));
        lines.push(format!("mount    {count} ({size}, none of which moves)"));
    }
    if sums.copied > 0 {
        lines.push(format!(
            "copy     {} ({})",
            plural(sums.copied, "blob"),
            bytes(sums.copied_bytes)
        ));
    }
    let puts = plan.steps.iter().filter(|step| {
        matches!(
            step.action,
            Action::PutManifest(_) | Action::PutAttached { .. } | Action::PutList { .. }
        )
    });
    let puts = puts.count();
    if puts > 0 {
        lines.push(format!("put      {}", plural(puts, "manifest")));
    }
    lines
}

/// What became of it, in lines.
pub(super) fn receipt(shipment: &Shipment, came: &Came) -> Vec<String> {
    let mut lines = Vec::new();
    match came {
        Came::Nothing => return lines,
        Came::Pushed(outcome) if !outcome.is_done() => return lines,
        Came::Pushed(_) => {}
        Came::Stored(stored, digest) => {
            let mut did = vec![plural(stored.manifests, "manifest")];
            if stored.copied > 0 {
                did.push(format!(
                    "{} copied ({})",
                    plural(stored.copied, "blob"),
                    bytes(stored.copied_bytes)
                ));
            }
            if stored.present > 0 {
                did.push(format!("{} there already", plural(stored.present, "blob")));
            }
            lines.push(format!("  done     {}", did.join(", ")));
            lines.extend(stored.notes.iter().map(|note| format!("  note     {note}")));
            lines.push(format!("  {} holds {digest}", shipment.goal));
        }
    }
    if let Some(Origin { root, .. }) = shipment.origin()
        && shipment.after.digest != root.digest
    {
        lines.push(format!(
            "  digest   {} at the source, {} now",
            root.digest, shipment.after.digest
        ));
    }
    lines.extend(shipment.receipt.sentences(true).into_iter().map(|line| format!("  {line}")));
    lines
}

/// The whole document.
pub(super) fn document(shipments: &[Shipment], came: &[Came]) -> Value {
    let all = shipments.iter().enumerate().map(|(at, it)| one(it, came.get(at)));
    let done = came.len() == shipments.len() && came.iter().all(Came::is_done);
    json!({ "copies": all.collect::<Vec<_>>(), "done": done })
}

fn one(shipment: &Shipment, came: Option<&Came>) -> Value {
    let receipt = &shipment.receipt;
    let left = receipt.left.iter().map(|(it, why)| piece(it, Some(why)));
    let mut document = json!({
        "target": shipment.goal.to_string(),
        "before": shipment.before(),
        "held": shipment.held,
        "after": shipment.after.digest,
        "media_type": shipment.after.media_type.as_str(),
        "same_bytes": shipment.of.iter().any(|it| it.root.digest == shipment.after.digest),
        "conflict": shipment.conflict(),
        "evidence": {
            "arrived": receipt.arrives.iter().map(|it| piece(it, None)).collect::<Vec<_>>(),
            "left_behind": left.collect::<Vec<_>>(),
            "referrers_looked_for": receipt.looked == Looked::Everywhere,
        },
        "done": came.is_some_and(Came::is_done),
    });
    let mut notes = shipment.notes.clone();
    let mut set = |key: &str, value: Value| {
        if let Some(object) = document.as_object_mut() {
            object.insert(key.to_owned(), value);
        }
    };
    match shipment.origin() {
        Some(origin) => {
            set("source", json!(origin.source.to_string()));
            set("source_digest", json!(origin.root.digest));
        }
        None => {
            let all = shipment.of.iter().map(|it| it.source.to_string());
            set("sources", json!(all.collect::<Vec<_>>()));
        }
    }
    match &shipment.way {
        Way::Registry { plan, .. } => {
            notes.extend(plan.notes.clone());
            let outcome = match came {
                Some(Came::Pushed(outcome)) => Some(outcome.as_ref()),
                _ => None,
            };
            set("steps", json::steps(plan, outcome));
            set("sums", json::sums(&plan.sums));
            if let Some(outcome) = outcome {
                set("error", json!(outcome.stopped.as_ref().map(reason)));
                set("outcome", json!({ "sentences": outcome.sentences(plan) }));
            }
        }
        Way::Files { load, .. } => {
            notes.extend(load.haul.notes.clone());
            let stored = match came {
                Some(Came::Stored(stored, _)) => Some(stored),
                _ => None,
            };
            notes.extend(stored.into_iter().flat_map(|it| it.notes.clone()));
            let sums = json!({
                "manifests_written": stored.map_or(0, |it| it.manifests),
                "blobs_present": stored.map_or(0, |it| it.present),
                "blobs_copied": stored.map_or(0, |it| it.copied),
                "bytes_copied": stored.map_or(0, |it| it.copied_bytes),
            });
            set("sums", sums);
        }
    }
    set("notes", json!(notes));
    document
}

fn piece(piece: &Piece, why: Option<&String>) -> Value {
    let mut document = json!({
        "place": piece.place.as_str(),
        "name": piece.name,
        "kinds": piece.kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>(),
        "digest": piece.digest,
        "of": piece.of,
    });
    if let (Some(object), Some(why)) = (document.as_object_mut(), why) {
        object.insert("reason".to_owned(), json!(why));
    }
    document
}
