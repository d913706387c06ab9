//! The comparison as JSON. The README names the fields.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Value, json};

use super::Question;
use super::files::Compared;
use super::packages::Found as Packages;
use crate::cli::output::Each;
use crate::model::compare::{
    Bytes, Comparison, Detail, EntryRow, EntrySide, FieldChange, Head, HistoryRow, LayerRow,
    LayerSide, Missing, Relation, Side,
};
use crate::oci::{Failure, HistoryStep, Location};

/// The whole document. What there may be tens of thousands of is made one by one as it is written.
pub(super) struct Document<'a> {
    pub(super) question: &'a Question,
    pub(super) comparison: &'a Comparison,
    /// What `--files` adds.
    pub(super) files: Option<&'a Compared>,
    /// What `--packages` adds.
    pub(super) packages: Option<&'a [Packages]>,
    /// What `--here` adds: what this machine has of each side.
    pub(super) here: Option<[Value; 2]>,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { question, comparison, files, packages, here } = self;
        let [a, b] = &question.locations;
        let mut out = serializer.serialize_map(None)?;
        out.serialize_entry("kind", comparison.kind())?;
        out.serialize_entry("equal", &comparison.is_equal())?;
        out.serialize_entry("same_digest", &comparison.same_digest())?;
        out.serialize_entry("relation", comparison.relation.as_str())?;
        out.serialize_entry("related_as", &related_as(&comparison.relation))?;
        out.serialize_entry("a", &head(a, &comparison.a))?;
        out.serialize_entry("b", &head(b, &comparison.b))?;
        out.serialize_entry("missing", &Each(&comparison.missing, missing))?;
        detail(&comparison.detail, &mut out)?;
        if let Some(found) = comparison.detail.bytes() {
            bytes(found, &mut out)?;
        }
        if let Some([a, b]) = here {
            out.serialize_entry("here", &json!({ "a": a, "b": b }))?;
        }
        if let Some(files) = files {
            out.serialize_entry("files_of", &files.of_json())?;
            out.serialize_entry("files", &files.changes_json())?;
            out.serialize_entry("unread_layers", &files.unread_json())?;
        }
        if let Some(packages) = packages {
            out.serialize_entry("packages", &Each(packages, Packages::json))?;
        }
        out.end()
    }
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
        "encoder": head.encoder.map(|it| it.to_string()),
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

fn detail<M: SerializeMap>(detail: &Detail, out: &mut M) -> Result<(), M::Error> {
    match detail {
        Detail::Index(diff) => {
            out.serialize_entry("entries", &Each(&diff.entries, Entry))?;
            out.serialize_entry("manifest", &Each(&diff.manifest, field))
        }
        Detail::Image(diff) => {
            out.serialize_entry("layers", &Each(&diff.layers, layer))?;
            out.serialize_entry("config", &Each(&diff.config, field))?;
            out.serialize_entry("history", &Each(&diff.history, step))?;
            out.serialize_entry("manifest", &Each(&diff.manifest, field))
        }
        Detail::Json(found) => out.serialize_entry("manifest", &Each(found, field)),
    }
}

fn bytes<M: SerializeMap>(bytes: Bytes, out: &mut M) -> Result<(), M::Error> {
    out.serialize_entry("shared_bytes", &bytes.shared)?;
    out.serialize_entry("new_bytes", &bytes.new)
}

/// A row of a list with what differs below it.
struct Entry<'a>(&'a EntryRow);

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(row) = self;
        let platform = row.side().and_then(|it| it.platform.as_ref()).map(ToString::to_string);
        let mut out = serializer.serialize_map(None)?;
        out.serialize_entry("platform", &platform)?;
        out.serialize_entry("change", row.change.as_str())?;
        out.serialize_entry("moved", &row.moved)?;
        out.serialize_entry("a", &row.a.as_ref().map(entry_side))?;
        out.serialize_entry("b", &row.b.as_ref().map(entry_side))?;
        out.serialize_entry("fields", &Each(&row.fields, field))?;
        if let Some(found) = &row.detail {
            detail(found, &mut out)?;
        }
        // The row's, which are those of a nested index with all that is below it.
        bytes(row.bytes, &mut out)?;
        out.serialize_entry("attestations", &Each(&row.attestations, Entry))?;
        out.end()
    }
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
    fields.iter().map(field).collect()
}

fn field(it: &FieldChange) -> Value {
    json!({ "path": it.path(), "pointer": it.pointer.as_str(), "a": it.a, "b": it.b })
}
