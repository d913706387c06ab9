//! The comparison as JSON. The README names the fields.

use serde_json::{Map, Value, json};

use super::Question;
use crate::model::compare::{
    Bytes, Comparison, Detail, EntryRow, EntrySide, FieldChange, Head, HistoryRow, ImageDiff,
    LayerRow, LayerSide, Missing, Relation, Side,
};
use crate::oci::{Failure, HistoryStep, Location};

/// What `--files` adds.
pub(super) struct FilesJson {
    pub(super) files_of: Value,
    pub(super) files: Value,
    pub(super) unread_layers: Value,
}

/// The whole document.
pub(super) fn document(
    question: &Question,
    comparison: &Comparison,
    files: Option<FilesJson>,
) -> Value {
    let [a, b] = &question.locations;
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| out.insert(key.to_owned(), value);
    put("kind", json!(comparison.kind()));
    put("equal", json!(comparison.is_equal()));
    put("same_digest", json!(comparison.same_digest()));
    put("relation", json!(comparison.relation.as_str()));
    put("related_as", json!(related_as(&comparison.relation)));
    put("a", head(a, &comparison.a));
    put("b", head(b, &comparison.b));
    put("missing", comparison.missing.iter().map(missing).collect());
    detail(&comparison.detail, &mut out);
    if let Some(FilesJson { files_of, files, unread_layers }) = files {
        out.insert("files_of".to_owned(), files_of);
        out.insert("files".to_owned(), files);
        out.insert("unread_layers".to_owned(), unread_layers);
    }
    Value::Object(out)
}

/// The document where a side could not be loaded at all.
pub(super) fn failed(question: &Question, failures: &[Option<Failure>; 2]) -> Value {
    let side = |location: &Location, failure: &Option<Failure>| json!({ "reference": location.to_string(), "error": failure.as_ref().map(error) });
    let [a, b] = &question.locations;
    json!({ "a": side(a, &failures[0]), "b": side(b, &failures[1]) })
}

fn error(failure: &Failure) -> Value {
    json!({ "class": failure.class.as_str(), "message": failure.to_string() })
}

fn related_as(relation: &Relation) -> Option<&str> {
    match relation {
        Relation::ChildOf { name }
        | Relation::Contains { name }
        | Relation::FlattenedFrom { name }
        | Relation::FlattenedTo { name } => Some(name),
        Relation::Identical | Relation::Different => None,
    }
}

fn head(location: &Location, head: &Head) -> Value {
    json!({
        "reference": location.to_string(),
        "kind": head.kind.as_str(),
        "digest": head.digest,
        "media_type": head.media_type.as_ref().map(|it| it.as_str()),
        "size": head.size,
        "platform": head.platform,
    })
}

fn missing(missing: &Missing) -> Value {
    json!({
        "side": match missing.side { Side::A => "a", Side::B => "b" },
        "what": missing.what,
        "digest": missing.digest,
        "error": missing.failure.as_ref().map(|it| error(it)),
    })
}

fn detail(detail: &Detail, out: &mut Map<String, Value>) {
    let mut put = |key: &str, value: Value| out.insert(key.to_owned(), value);
    match detail {
        Detail::Index(diff) => {
            put("entries", diff.entries.iter().map(entry).collect());
            put("manifest", fields(&diff.manifest));
            bytes(diff.bytes, out);
        }
        Detail::Image(diff) => image(diff, out),
        Detail::Json(found) => {
            put("manifest", fields(found));
        }
    }
}

fn image(diff: &ImageDiff, out: &mut Map<String, Value>) {
    let mut put = |key: &str, value: Value| out.insert(key.to_owned(), value);
    put("layers", diff.layers.iter().map(layer).collect());
    put("config", fields(&diff.config));
    put("history", diff.history.iter().map(step).collect());
    put("manifest", fields(&diff.manifest));
    bytes(diff.bytes, out);
}

fn bytes(bytes: Bytes, out: &mut Map<String, Value>) {
    out.insert("shared_bytes".to_owned(), json!(bytes.shared));
    out.insert("new_bytes".to_owned(), json!(bytes.new));
}

fn entry(row: &EntryRow) -> Value {
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| out.insert(key.to_owned(), value);
    let platform = row.side().and_then(|it| it.platform.as_ref()).map(ToString::to_string);
    put("platform", json!(platform));
    put("change", json!(row.change.as_str()));
    put("moved", json!(row.moved));
    put("a", json!(row.a.as_ref().map(entry_side)));
    put("b", json!(row.b.as_ref().map(entry_side)));
    put("fields", fields(&row.fields));
    if let Some(found) = &row.detail {
        detail(found, &mut out);
    }
    // Last, so that a nested index's own do not stand in for the row's.
    bytes(row.bytes, &mut out);
    out.insert("attestations".to_owned(), row.attestations.iter().map(entry).collect());
    Value::Object(out)
}

fn entry_side(side: &EntrySide) -> Value {
    json!({
        "position": side.position,
        "kind": side.kind.as_str(),
        "platform": side.platform.as_ref().map(ToString::to_string),
        "digest": side.digest,
        "layers_size": side.layers_size,
    })
}

fn layer(row: &LayerRow) -> Value {
    json!({
        "change": row.change.as_str(),
        "a": row.a.as_ref().map(layer_side),
        "b": row.b.as_ref().map(layer_side),
        "fields": fields(&row.fields),
    })
}

fn layer_side(side: &LayerSide) -> Value {
    json!({
        "number": side.number,
        "digest": side.digest(),
        "size": side.descriptor.as_ref().map(|it| it.size),
        "media_type": side.descriptor.as_ref().map(|it| it.media_type.as_str()),
        "diff_id": side.diff_id,
        "created_by": side.step,
    })
}

fn step(row: &HistoryRow) -> Value {
    let change = match (&row.a, &row.b) {
        (None, _) => "added",
        (_, None) => "removed",
        _ if row.is_same() => "same",
        _ => "changed",
    };
    let side = |step: &Option<HistoryStep>| {
        step.as_ref().map(|step| {
            json!({
                "created": step.created,
                "created_by": step.created_by,
                "comment": step.comment,
                "empty_layer": step.empty,
            })
        })
    };
    json!({ "change": change, "a": side(&row.a), "b": side(&row.b) })
}

fn fields(fields: &[FieldChange]) -> Value {
    let field = |it: &FieldChange| json!({ "path": it.path(), "pointer": it.pointer.as_str(), "a": it.a, "b": it.b });
    fields.iter().map(field).collect()
}
