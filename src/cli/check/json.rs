//! The report as JSON. The README names the fields.

use serde::Serialize;
use serde_json::{Value, json};

use super::report::{Checked, Report};
use super::words;
use crate::cli::output::Each;
use crate::model::check::{Loader, Program, Role, Row, Side};
use crate::model::diagnose::Finding;
use crate::oci::{Digest, Failure};
use crate::work::prove::Told;

/// One object; of several references a list of objects.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Document<'a> {
    One(One<'a>),
    Several(Vec<One<'a>>),
}

/// What is said of one reference.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum One<'a> {
    Checked {
        reference: String,
        digest: &'a Digest,
        rows: Each<'a, Told>,
        findings: &'a [Finding],
        failures: Each<'a, Failure>,
        bytes_read: u64,
        bytes_known: u64,
        bytes: u64,
    },
    Failed {
        reference: String,
        error: Value,
    },
}

pub(super) fn document(reports: &[Report]) -> Document<'_> {
    match reports {
        [one] => Document::One(report(one)),
        all => Document::Several(all.iter().map(report).collect()),
    }
}

fn report(report: &Report) -> One<'_> {
    let reference = report.location.to_string();
    match &report.outcome {
        Ok(Checked { digest, table, findings, failures }) => One::Checked {
            reference,
            digest,
            rows: Each(&table.rows, row),
            findings,
            failures: Each(failures, failure),
            bytes_read: table.bytes_read,
            bytes_known: table.bytes_known,
            bytes: table.bytes,
        },
        Err(error) => One::Failed { reference, error: failure(error) },
    }
}

fn failure(failure: &Failure) -> Value {
    json!({ "class": failure.class.as_str(), "message": failure.to_string() })
}

fn row(told: &Told) -> Value {
    let row = &told.proven.row;
    let proof = row.proof.as_ref().ok();
    let text = |platform: &Option<crate::oci::Platform>| platform.as_ref().map(ToString::to_string);
    json!({
        "platform": row.claim.label().map(ToString::to_string),
        "digest": told.digest,
        "descriptor": text(&row.claim.list),
        "config": text(&row.claim.config),
        "binary": row.program().map(|it| program(row, it)),
        "programs": row.programs().map(|it| program(row, it)).collect::<Vec<_>>(),
        "other_programs": proof.and_then(|proof| proof.others.as_ref()).map(|it| &it.counts),
        "verdict": row.verdict.as_str(),
        "wrong": row.wrong.iter().map(|side: &Side| side.as_str()).collect::<Vec<_>>(),
        "reason": row.reason,
        "bytes_read": proof.map(|proof| proof.bytes_read),
        "bytes_known": proof.map(|proof| proof.bytes_known),
        "bytes": proof.map(|proof| proof.bytes),
    })
}

fn program(row: &Row, program: &Program) -> Value {
    let executable = program.executable();
    let platforms = executable.map(|it| it.platforms.as_slice()).unwrap_or_default();
    let role = match &program.role {
        Role::Entrypoint => "entrypoint",
        Role::StartedBy(_) => "started_by",
        Role::InterpreterOf(_) => "interpreter",
        Role::HandedTo(_) => "handed_to",
    };
    let by = match &program.role {
        Role::Entrypoint => None,
        Role::StartedBy(by) | Role::InterpreterOf(by) | Role::HandedTo(by) => Some(by),
    };
    let proof = row.proof.as_ref().ok();
    let unverified = proof.map(|proof| proof.unverified.as_slice()).unwrap_or_default();
    json!({
        "path": program.path,
        "role": role,
        "by": by,
        "format": format(program),
        "machine": executable.map(|it| &it.machine),
        "platform": platforms.first().map(ToString::to_string),
        "platforms": platforms.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "details": executable.map(|it| &it.details),
        "interpreter": interpreter(program),
        "interpreter_found": program.loader.as_ref().and_then(|loader: &Loader| loader.found),
        "layer": program.layer.map(|layer| layer + 1),
        "created_by": words::created_by(row, program),
        "verified": program.layer.map(|layer| !unverified.contains(&layer)),
        "problem": program.contents.as_ref().err(),
    })
}

fn format(program: &Program) -> Option<&'static str> {
    use crate::model::files::program::Contents;
    match program.contents.as_ref().ok()? {
        Contents::Executable(executable) => Some(executable.format.as_str()),
        Contents::Script(_) => Some("script"),
        Contents::Data => Some("data"),
    }
}

/// The loader of a program, or what runs a script.
fn interpreter(program: &Program) -> Option<&str> {
    use crate::model::files::program::Contents;
    match program.contents.as_ref().ok()? {
        Contents::Executable(executable) => executable.interpreter.as_deref(),
        Contents::Script(script) => Some(&script.interpreter),
        Contents::Data => None,
    }
}
