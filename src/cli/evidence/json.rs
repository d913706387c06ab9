//! Coverage as JSON.

use serde_json::{Value, json};

use super::checked::Checked;
use crate::model::evidence::{Asked, Coverage, Item, Outcome, Place, Row, gaps};
use crate::oci::{Failure, Location};

/// The whole of it.
pub(super) fn document(
    location: &Location,
    coverage: &Coverage,
    checked: Option<&[Checked]>,
) -> Value {
    json!({
        "reference": location.to_string(),
        "rows": coverage.rows.iter().map(row).collect::<Vec<_>>(),
        "gaps": gaps(coverage),
        "checked": checked.map(|all| all.iter().map(one_checked).collect::<Vec<_>>()),
    })
}

fn one_checked(checked: &Checked) -> Value {
    let outcomes = checked.outcomes.iter();
    json!({
        "platform": checked.row.platform.as_ref().map(ToString::to_string),
        "name": checked.name,
        "digest": checked.manifest,
        "signatures": outcomes
            .map(|it| {
                let in_old_form = matches!(it, Outcome::Valid { in_old_form: true, .. });
                json!({ "result": it.name(), "words": it.words(), "old_payload": in_old_form })
            })
            .collect::<Vec<_>>(),
    })
}

/// Nothing was found.
pub(super) fn failed(location: &Location, failure: &Failure) -> Value {
    json!({ "reference": location.to_string(), "error": error(failure) })
}

fn error(failure: &Failure) -> Value {
    json!({ "class": failure.class.as_str(), "message": failure.detail })
}

fn row(row: &Row) -> Value {
    let mut out = json!({
        "kind": if row.is_list { "index" } else { "image" },
        "platform": row.platform.as_ref().map(ToString::to_string),
        "digest": row.digest,
        "asked": row.asked == Asked::Yes,
        "evidence": row.items.iter().map(item).collect::<Vec<_>>(),
    });
    if let (Asked::Failed(failure), Value::Object(out)) = (&row.asked, &mut out) {
        out.insert("error".to_owned(), error(failure));
    }
    out
}

fn item(item: &Item) -> Value {
    json!({
        "kind": item.kind.name(),
        "name": item.name,
        "predicate_type": item.predicate_type,
        "digest": item.manifest,
        "artifact_type": item.artifact_type,
        "blob": item.blob.as_ref().map(|blob| json!({
            "digest": blob.digest,
            "size": blob.size,
            "media_type": blob.media_type.as_str(),
        })),
        "found_by": item.places.iter().map(place).collect::<Vec<_>>(),
        "gone": item.is_gone,
        "signed_itself": item.is_signed_itself(),
        "signatures": item.signatures().map(|signature| json!({
            "digest": signature.manifest,
            "name": signature.name,
            "found_by": signature.places.iter().map(place).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}

fn place(place: &Place) -> String {
    match place {
        Place::List => "list".to_owned(),
        Place::Api => "referrers_api".to_owned(),
        Place::FallbackTag => "fallback_tag".to_owned(),
        Place::CosignTag(tag) => format!("tag {tag}"),
        Place::SameIndex => "same_index".to_owned(),
    }
}
