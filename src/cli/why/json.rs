//! The answers as JSON. The README names the fields.

use serde::Serialize;
use serde_json::{Value, json};

use super::Question;
use super::answer::Answer;
use crate::cli::behind::Behind;
use crate::cli::output::Each;
use crate::cli::{end, routes};
use crate::model::diagnose::{Facts, Finding};
use crate::model::select::{Host, Outcome};
use crate::oci::{Digest, Failure};

/// The whole document.
#[derive(Serialize)]
pub(super) struct Document<'a> {
    reference: String,
    digest: &'a Digest,
    host: &'a Host,
    host_notes: &'a [String],
    request: &'a Option<String>,
    docker_default_platform: &'a Option<String>,
    content_type: Option<&'a str>,
    engines: Each<'a, Answer>,
    mirrors: Vec<Value>,
    findings: &'a [Finding],
    /// What this machine has of the images that are picked, if that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    here: Option<Value>,
}

impl<'a> Document<'a> {
    pub(super) fn new(
        question: &'a Question,
        behind: &'a Behind,
        answers: &'a [Answer],
        facts: &Facts,
        findings: &'a [Finding],
    ) -> Self {
        let mirrors = facts.mirrors.known().map(Vec::as_slice).unwrap_or_default();
        Self {
            reference: question.location.to_string(),
            digest: &behind.offer.digest,
            host: &question.machine.host,
            host_notes: &question.machine.notes,
            request: &question.request,
            docker_default_platform: &question.docker_default,
            content_type: behind.offer.sent.header(),
            engines: Each(answers, engine),
            mirrors: routes::json(&facts.routes, mirrors),
            findings,
            here: None,
        }
    }

    /// The same with what this machine has.
    pub(super) fn with_here(self, here: Option<Value>) -> Self {
        Self { here, ..self }
    }
}

/// The document if nothing could be loaded.
pub(super) fn failed(question: &Question, failure: &Failure) -> Value {
    json!({
        "reference": question.location.to_string(),
        "host": question.machine.host,
        "request": question.request,
        "error": { "class": failure.class.as_str(), "message": failure.to_string() },
    })
}

fn engine(answer: &Answer) -> Value {
    let selection = &answer.selection;
    json!({
        "engine": answer.engine.id,
        "version": answer.engine.versions,
        "pick": answer.pick.as_ref().map(end::json),
        "matches_host": answer.fit.matches_host(),
        "error": selection.outcome.error(),
        "fails": matches!(selection.outcome, Outcome::Fails(_)),
        "reason": answer.reason,
        "problem": answer.fit.problem(),
        "looked_for": selection.wanted,
        "notes": selection.notes,
        "trace": selection.trace,
    })
}
