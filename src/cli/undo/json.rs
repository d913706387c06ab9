//! An undo as JSON.

use serde_json::{Value, json};

use crate::cli::reason::reason;
use crate::oci::Reference;
use crate::work::push::{NoUndo, Stopped, Undo};

/// What was found, and what came of it; `None` if nothing was to be written.
pub(super) fn found(found: &Undo, done: Option<&Result<(), Stopped>>) -> Value {
    json!({
        "reference": found.entry.reference.to_string(),
        "push": found.entry.id,
        "before": found.now,
        "after": found.list.digest,
        "put_back": found.put_back,
        "dry_run": done.is_none(),
        "done": matches!(done, Some(Ok(()))),
        "conflict": found.conflict.as_ref().map(ToString::to_string),
        "error": done.and_then(|done| done.as_ref().err()).map(reason),
    })
}

/// Why there is nothing to put back.
pub(super) fn nothing(reference: &Reference, nothing: &NoUndo) -> Value {
    let reason = match nothing {
        NoUndo::Unknown => "unknown",
        NoUndo::WasAbsent(_) => "was_absent",
        NoUndo::Already(_) => "already",
        NoUndo::Failed(_) => "failed",
    };
    json!({ "reference": reference.to_string(), "done": false, "nothing": reason })
}
