//! The matrix as JSON. The README names the fields.

use serde_json::{Value, json};

use super::cell::{Cell, Row};
use crate::cli::behind::Behind;
use crate::cli::end;
use crate::model::select::{Engine, Outcome};
use crate::oci::{Failure, Location};

/// The whole document.
pub(super) fn document(
    location: &Location,
    behind: &Behind,
    engines: &[&Engine],
    rows: &[Row],
    unread: usize,
) -> Value {
    let columns: Vec<Value> = engines
        .iter()
        .map(|engine| json!({ "engine": engine.id, "version": engine.versions }))
        .collect();
    json!({
        "reference": location.to_string(),
        "digest": behind.offer.digest,
        "content_type": behind.offer.sent.header(),
        "unread": unread,
        "engines": columns,
        "hosts": rows.iter().map(|it| row(it, engines)).collect::<Vec<_>>(),
    })
}

/// The document if nothing could be loaded.
pub(super) fn failed(location: &Location, failure: &Failure) -> Value {
    json!({
        "reference": location.to_string(),
        "error": { "class": failure.class.as_str(), "message": failure.to_string() },
    })
}

fn row(row: &Row, engines: &[&Engine]) -> Value {
    let cells: Vec<Value> = engines
        .iter()
        .zip(&row.cells)
        .filter_map(|(engine, cell)| Some(one(engine, cell.as_ref()?)))
        .collect();
    json!({
        "profile": row.profile.id,
        "title": row.profile.title,
        "host": row.host,
        "differs": row.differs,
        "cells": cells,
    })
}

fn one(engine: &Engine, cell: &Cell) -> Value {
    json!({
        "engine": engine.id,
        "pick": cell.pick.as_ref().map(end::json),
        "matches_host": cell.fit.matches_host(),
        "error": cell.outcome.error(),
        "fails": matches!(cell.outcome, Outcome::Fails(_)),
        "problem": cell.fit.problem(),
    })
}
