//! What `platy tag` says as JSON.

use serde_json::{Value, json};

use crate::cli::reason::reason;
use crate::model::push::{TagDone, TagPlan};

/// The plan and what came of it; `None` if nothing was to be written.
pub(super) fn json(plan: &TagPlan, done: Option<&TagDone>) -> Value {
    let written = done.and_then(|done| done.written.as_ref());
    let write = plan.copying.as_ref().map(|copying| {
        json!({
            "from": copying.from.to_string(),
            "reference": copying.to.to_string(),
            "before": copying.now,
            "after": copying.list.digest,
            "done": matches!(written, Some((_, Ok(())))) || (written.is_none() && copying.is_done()),
            "error": written.and_then(|(_, result)| result.as_ref().err()).map(reason),
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
            "error": result.and_then(|it| it.as_ref().err()).map(reason),
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
            "error": result.and_then(|it| it.as_ref().err()).map(reason),
        })
    });
    json!({
        "write": write,
        "lists": lists.collect::<Vec<_>>(),
        "delete": delete.collect::<Vec<_>>(),
        "dry_run": done.is_none(),
    })
}
