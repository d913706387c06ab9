//! The answers as text: the answer first, then the evidence.

use std::io::IsTerminal as _;

use super::Question;
use super::answer::Answer;
use super::{group, table};
use crate::cli::behind::Behind;
use crate::cli::output::columns;
use crate::cli::{finding, routes};
use crate::model::diagnose::{Facts, Finding};
use crate::model::select::Offer;
use crate::text::{escape, wrap};

/// What is shown beside the answers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    /// What each engine makes of each entry.
    pub(super) trace: bool,
    /// The hosts that the engines ask, in order.
    pub(super) mirrors: bool,
}

/// The whole text.
pub(super) fn document(
    question: &Question,
    behind: &Behind,
    answers: &[Answer],
    facts: &Facts,
    findings: &[Finding],
    shown: Shown,
) -> String {
    let trace = shown.trace;
    let on_disk = question.location.reference().is_none();
    let words = group::Words { short: std::io::stdout().is_terminal(), on_disk };
    // In a pipe lines are for grep: whole.
    let cells = columns(usize::MAX);
    let mut out = heading(question);
    if let Some(sent) = sent(&behind.offer) {
        bullet(&sent, cells, &mut out);
    }
    if on_disk {
        let text = "it is not in a registry: this is what engines would make of it there";
        bullet(text, cells, &mut out);
    }
    if !behind.offer.media_type.is_index() {
        out.push_str("\nThis is not an index, so no selection takes place.\n");
    }
    for route in &facts.routes {
        if let Some(why) = &route.refused {
            // Whatever would be picked, nobody gets so far.
            let text = format!("nothing can be pulled by {} here: {why}", route.family);
            bullet(&text, cells, &mut out);
        }
    }
    for group in group::groups(answers) {
        out.push('\n');
        group.write(words, cells, &mut out);
    }
    for answer in answers.iter().filter(|_| trace) {
        evidence(question, answer, answers.len() > 1, cells, &mut out);
    }
    for note in &question.machine.notes {
        bullet(note, cells, &mut out);
    }
    if shown.mirrors {
        let mirrors = facts.mirrors.known().map(Vec::as_slice).unwrap_or_default();
        routes::write(&facts.routes, mirrors, cells, &mut out);
    }
    if !findings.is_empty() {
        out.push('\n');
    }
    for finding in findings {
        finding::write(finding, cells, &mut out);
    }
    if !trace {
        out.push_str("\n--engine NAME or --trace shows the evidence\n");
    }
    out
}

/// With which type the registry sends the document, if not with its own.
fn sent(offer: &Offer) -> Option<String> {
    let own = offer.media_type.as_str();
    match offer.sent.header()? {
        "" => Some(format!("the registry sends it without a Content-Type; it is {own}")),
        header if header == own => None,
        header => Some(format!("the registry sends it as {header}; it is {own}")),
    }
}

/// The reference, the machine and what was asked for.
fn heading(question: &Question) -> String {
    let machine = &question.machine;
    let host = match machine.title {
        Some(title) => format!("{title} ({})", machine.host),
        None => machine.host.to_string(),
    };
    let mut out = format!("{}   on {}", escape(&question.location.to_string()), escape(&host));
    if let Some(request) = &question.request {
        out.push_str(&format!("   asked for {}", escape(request)));
    } else if let Some(request) = &question.docker_default {
        out.push_str(&format!("   Docker asked for {} (DOCKER_DEFAULT_PLATFORM)", escape(request)));
    }
    out.push('\n');
    out
}

fn evidence(question: &Question, answer: &Answer, titled: bool, cells: usize, out: &mut String) {
    let selection = &answer.selection;
    out.push('\n');
    if titled {
        out.push_str(&format!("{}\n", answer.engine.title));
    }
    if !selection.wanted.is_empty() {
        out.push_str(&format!("looked for   {}\n", escape(&selection.wanted.join(", then "))));
    }
    table::write(selection, cells, out);
    for note in &selection.notes {
        bullet(note, cells, out);
    }
    let note = answer.engine.note_on(&question.machine.host);
    let end = if note.is_empty() { String::new() } else { format!(": {note}") };
    bullet(&format!("{}{end}", answer.engine.versions), cells, out);
}

fn bullet(text: &str, cells: usize, out: &mut String) {
    for (at, line) in wrap(&escape(text), cells.saturating_sub(2)).iter().enumerate() {
        out.push_str(&format!("{} {line}\n", if at == 0 { "●" } else { " " }));
    }
}
