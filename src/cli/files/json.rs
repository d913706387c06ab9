//! A listing as JSON.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::row::Row;
use crate::cli::inside::{Inside, Place};
use crate::cli::output::{Made, print_json};
use crate::model::files::FileId;

/// The document; its rows are made as they are written.
#[derive(Serialize)]
struct Document<'a> {
    reference: String,
    digest: &'a str,
    path: String,
    complete: bool,
    files: Made<Box<dyn Iterator<Item = Value> + 'a>>,
    unread: Value,
}

/// Prints the listing.
pub(super) fn print(place: &Place, inside: &Inside, rows: &[FileId]) {
    let unread = inside.unread.iter().map(|(at, failure)| {
        json!({
            "layer": at + 1,
            "digest": inside.layers.get(*at).and_then(|it| it.as_ref()).map(|it| &it.digest),
            "class": failure.class.as_str(),
            "message": failure.to_string(),
        })
    });
    print_json(&Document {
        reference: place.location.to_string(),
        digest: inside.digest.as_str(),
        path: place.path.text(),
        complete: inside.files.is_complete(),
        files: Made::new(Box::new(
            rows.iter().filter_map(|id| Row::of(&inside.files, *id)).map(|it| row(&it)),
        )),
        unread: unread.collect(),
    });
}

fn row(row: &Row) -> Value {
    let entry = row.entry.as_ref();
    let modified = entry.and_then(|it| Timestamp::from_second(it.mtime).ok());
    json!({
        "path": row.path.text(),
        "type": row.word(),
        "size": row.size(),
        "mode": entry.map(|it| format!("{:04o}", it.mode)),
        "uid": entry.map(|it| it.uid),
        "gid": entry.map(|it| it.gid),
        "modified": modified.map(|it| it.to_string()),
        "target": row.target(),
        "digest": row.content.as_ref().and_then(|it| it.digest).and_then(|it| it.digest()),
        "layer": row.layer.map(|at| at + 1),
    })
}
