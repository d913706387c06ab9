//! How a row is worded, in all formats.

use crate::model::check::{Program, Row, Verdict};
use crate::oci::Platform;

/// The platform that a row is about: the list's, else the config's.
pub(super) fn platform(row: &Row) -> String {
    row.claim.label().map_or_else(|| "no platform".to_owned(), ToString::to_string)
}

pub(super) fn claimed(platform: &Option<Platform>) -> String {
    platform.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string)
}

/// The program that a row speaks of, and what it is.
pub(super) fn program(row: &Row) -> String {
    let Some(program) = row.program() else { return "–".to_owned() };
    match program.executable() {
        Some(executable) => format!("{executable}  {}", program.path),
        None => program.path.clone(),
    }
}

/// What made the layer of a program.
pub(super) fn created_by<'a>(row: &'a Row, program: &Program) -> Option<&'a str> {
    row.claim.created_by.get(program.layer?)?.as_deref().filter(|made| !made.is_empty())
}

/// Whether a row should hold a release up: a program that does not run where the labels send it.
pub(super) fn is_grave(row: &Row) -> bool {
    row.verdict == Verdict::Disagree && row.is_grave()
}
