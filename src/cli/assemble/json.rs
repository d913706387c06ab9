//! Plans and outcomes as JSON. The README names the fields.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::job::Trouble;
use super::report::Report;
use crate::cli::reason::{failed, reason};
use crate::model::draft::{Action, Effect, EntryId, Got, Place, Plan, Problem, Sums};
use crate::oci::Digest;
use crate::work::push::{Did, Outcome, StepState, Tagged};

/// The whole document.
pub(super) fn document(report: &Report<'_>) -> Value {
    let list = report.draft.document();
    let mut document = json!({
        "target": report.target.to_string(),
        "tags": report.target.tags,
        "before": report.plan.and_then(|plan| plan.before.as_ref()),
        "after": list.digest,
        "media_type": list.media_type.as_str(),
        "size": list.size(),
        "problems": problems(report),
        "notes": report.notes,
        "done": report.outcome.is_some_and(Outcome::is_done) && !matches!(report.second, Some(Err(_))),
    });
    if let Some(plan) = report.plan {
        set(&mut document, "conflict", json!(plan.conflict.as_ref().map(ToString::to_string)));
        let effects = report.effects.changes.iter().map(effect).collect::<Vec<_>>();
        set(&mut document, "effects", json!(effects));
        set(&mut document, "steps", steps(plan, report.outcome));
        set(&mut document, "sums", sums(&plan.sums));
    }
    if let Some(second) = report.second {
        let error = second.err().map(failed);
        set(&mut document, "second_reader", json!({ "same": error.is_none(), "error": error }));
    }
    if let (Some(plan), Some(outcome)) = (report.plan, report.outcome) {
        set(&mut document, "error", json!(outcome.stopped.as_ref().map(reason)));
        let tags: Vec<Value> =
            outcome.tags.iter().map(|(tag, is)| tagged(tag, is, outcome)).collect();
        set(
            &mut document,
            "outcome",
            json!({
                "tags": tags,
                "sentences": outcome.sentences(plan),
            }),
        );
    }
    document
}

/// The document if there is no plan.
pub(super) fn stopped(trouble: &Trouble) -> Value {
    let error = match trouble {
        Trouble::Said(text) => json!({ "class": null, "message": text }),
        Trouble::Failed(failure) => failed(failure),
    };
    json!({ "done": false, "error": error })
}

fn set(document: &mut Value, key: &str, value: Value) {
    if let Some(object) = document.as_object_mut() {
        object.insert(key.to_owned(), value);
    }
}

fn problems(report: &Report<'_>) -> Value {
    let entries = report.draft.entries();
    let positions: HashMap<EntryId, usize> =
        entries.iter().filter_map(|entry| Some((entry.id, entry.position? + 1))).collect();
    report.problems.iter().map(|it| problem(it, &positions)).collect()
}

fn problem(problem: &Problem, positions: &HashMap<EntryId, usize>) -> Value {
    let entry = match problem.place {
        Place::List => None,
        Place::Entry(id) => positions.get(&id),
    };
    json!({
        "kind": problem.kind.as_str(),
        "severity": problem.severity.as_str(),
        "entry": entry,
        "message": problem.sentence,
        "fix": problem.fix.as_ref().map(|fix| &fix.label),
    })
}

fn effect(effect: &Effect) -> Value {
    json!({
        "machine": effect.machine,
        "profiles": effect.profiles.iter().map(|it| it.id).collect::<Vec<_>>(),
        "engines": effect.engines.iter().map(|it| it.id).collect::<Vec<_>>(),
        "before": got(&effect.before),
        "after": got(&effect.after),
        "message": effect.sentence(),
    })
}

fn got(got: &Got) -> Value {
    match got {
        Got::Nothing => Value::Null,
        Got::Image { platform, digest } => json!([{ "platform": platform, "digest": digest }]),
        Got::Several(all) => {
            json!(all.iter().map(|digest| json!({ "digest": digest })).collect::<Vec<_>>())
        }
    }
}

pub(super) fn sums(sums: &Sums) -> Value {
    json!({
        "manifests_present": sums.manifests_present,
        "blobs_present": sums.blobs_present,
        "blobs_mounted": sums.mounted,
        "bytes_mounted": sums.mounted_bytes,
        "blobs_copied": sums.copied,
        "bytes_copied": sums.copied_bytes,
        "manifests_written": sums.manifests_put,
        "bytes_written": sums.manifest_bytes,
    })
}

pub(super) fn steps(plan: &Plan, outcome: Option<&Outcome>) -> Value {
    let step = |(at, step): (usize, &crate::model::draft::Step)| {
        let state = outcome.and_then(|outcome| outcome.steps.get(at));
        let (action, digest, size, from, tag) = facts(plan, &step.action);
        json!({
            "action": action,
            "digest": digest,
            "size": size,
            "from": from,
            "tag": tag,
            "result": state.map(state_word),
        })
    };
    plan.steps.iter().enumerate().map(step).collect()
}

type Step<'a> = (&'static str, &'a Digest, u64, Option<String>, Option<&'a str>);

fn facts<'a>(plan: &'a Plan, action: &'a Action) -> Step<'a> {
    let list = (&plan.list.digest, plan.list.size());
    match action {
        Action::ManifestPresent(it) => ("manifest_present", &it.digest, it.size, None, None),
        Action::BlobPresent(it) => ("blob_present", &it.digest, it.size, None, None),
        Action::Mount { blob, from, .. } => {
            ("mount", &blob.digest, blob.size, Some(from.to_string()), None)
        }
        Action::Copy { blob, source } => {
            ("copy", &blob.digest, blob.size, Some(source.to_string()), None)
        }
        Action::PutManifest(it) => ("put_manifest", &it.digest, it.size(), None, None),
        Action::PutAttached { manifest: it, tag } => {
            ("put_attached", &it.digest, it.size, None, Some(tag))
        }
        Action::TagPresent { tag } => ("tag_present", list.0, list.1, None, Some(tag)),
        Action::PutList { tag } => ("put_list", list.0, list.1, None, tag.as_deref()),
        Action::PutTag { tag } => ("put_tag", list.0, list.1, None, Some(tag)),
        Action::ReadBack { tag } => ("read_back", list.0, list.1, None, tag.as_deref()),
    }
}

fn state_word(state: &StepState) -> &'static str {
    match state {
        StepState::Waiting | StepState::Running => "not_done",
        StepState::Failed => "failed",
        StepState::Done(Did::Nothing) => "present",
        StepState::Done(Did::Mounted) => "mounted",
        StepState::Done(Did::Copied) => "copied",
        StepState::Done(Did::Put) => "written",
        StepState::Done(Did::Verified) => "verified",
    }
}

fn tagged(tag: &str, tagged: &Tagged, outcome: &Outcome) -> Value {
    let (state, digest) = match tagged {
        Tagged::New => ("new", Some(&outcome.after)),
        Tagged::Old(digest) => ("old", digest.as_ref()),
        Tagged::Other(digest) => ("other", digest.as_ref()),
        Tagged::Untouched => ("untouched", None),
        Tagged::Unknown => ("unknown", None),
    };
    json!({ "tag": tag, "state": state, "digest": digest })
}
