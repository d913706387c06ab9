//! Plans and outcomes in words.

use std::fmt::Write as _;

use super::report::Report;
use crate::cli::complain::complain;
use crate::cli::output::print_line;
use crate::model::draft::{Action, Entry, Mark, Plan};
use crate::oci::Location;
use crate::text::{bytes, escape, plural};
use crate::work::push::{Did, Outcome};

/// The most effects that are listed.
const EFFECTS: usize = 20;

/// What is about to be pushed, and how.
pub(super) fn plan(report: &Report<'_>) -> String {
    let Some(plan) = report.plan else { return String::new() };
    let mut out = Lines(String::new());
    out.line(&plan.target.to_string());
    match &plan.before {
        Some(digest) => out.line(&format!("  tag now    {digest}")),
        None if plan.target.tags.is_empty() => {}
        None => out.line("  tag now    does not exist"),
    }
    let entries = entries_words(report.draft.len());
    out.line(&format!(
        "  tag after  {}  {}, {entries}, {}",
        plan.list.digest,
        report.draft.format(),
        bytes(plan.list.size())
    ));
    out.line("");
    for entry in report.draft.entries() {
        out.line(&row(&entry, plan));
    }
    if !report.notes.is_empty() {
        out.line("");
    }
    for note in report.notes {
        out.line(&format!("  note: {note}"));
    }
    if !report.effects.changes.is_empty() {
        out.line("");
        for effect in report.effects.changes.iter().take(EFFECTS) {
            out.line(&format!("  {}", effect.sentence()));
        }
        let more = report.effects.changes.len().saturating_sub(EFFECTS);
        if more > 0 {
            out.line(&format!("  and {}; --json names all", plural(more, "change")));
        }
    }
    out.line("");
    steps(&mut out, plan);
    out.0
}

fn entries_words(number: usize) -> String {
    if number == 1 { "1 entry".to_owned() } else { format!("{number} entries") }
}

/// `+ linux/amd64   sha256:…  from …`
fn row(entry: &Entry, plan: &Plan) -> String {
    let platform = match entry.platform() {
        Some(_) if entry.is_attestation() => "attestation".to_owned(),
        Some(platform) => platform.to_string(),
        None => "no platform".to_owned(),
    };
    let digest = entry.descriptor.as_ref().map_or_else(
        || "no usable descriptor".to_owned(),
        |descriptor| descriptor.digest.short().to_owned(),
    );
    let mut line = format!("  {} {platform:<30} {digest}", entry.mark.sign());
    let is_here = entry
        .from
        .reference()
        .is_some_and(|reference| reference.repository == plan.target.repository);
    if entry.mark != Mark::Removed && (!is_here || entry.mark == Mark::Added) {
        let _ = write!(line, "   from {}", entry.from.familiar());
    }
    if entry.filled {
        line.push_str("   platform filled from the config");
    }
    line
}

fn steps(out: &mut Lines, plan: &Plan) {
    let sums = &plan.sums;
    if sums.manifests_present > 0 {
        out.line(&format!("  present  {}", plural(sums.manifests_present, "manifest")));
    }
    if sums.blobs_present > 0 {
        out.line(&format!("  present  {}", plural(sums.blobs_present, "blob")));
    }
    for step in &plan.steps {
        let line = match &step.action {
            Action::ManifestPresent(_) | Action::BlobPresent(_) => continue,
            Action::Mount { blob, from, .. } => {
                format!("mount    {}  {}, from {from}", blob.digest.short(), bytes(blob.size))
            }
            Action::Copy { blob, source } => format!(
                "copy     {}  {}, from {}",
                blob.digest.short(),
                bytes(blob.size),
                place(source)
            ),
            Action::PutManifest(document) => format!(
                "put      {}  {}, {}",
                document.digest.short(),
                document.media_type.title(),
                bytes(document.size())
            ),
            Action::PutAttached { manifest, tag } => {
                format!("put      {}  as {tag}", manifest.digest.short())
            }
            Action::TagPresent { tag } => format!("present  the list is under {tag} already"),
            Action::PutList { tag: Some(tag) } => {
                format!("put      the list, {}, as {tag}", bytes(plan.list.size()))
            }
            Action::PutList { tag: None } => {
                format!("put      the list, {}, without a tag", bytes(plan.list.size()))
            }
            Action::PutTag { tag } => format!("put      the list, as {tag} too"),
            Action::ReadBack { tag: Some(tag) } => format!("read     {tag} back and compare"),
            Action::ReadBack { tag: None } => "read     the list back and compare".to_owned(),
        };
        out.line(&format!("  {line}"));
    }
    let mut whole = Vec::new();
    if sums.mounted > 0 {
        whole.push(format!(
            "{} mounted ({}, none of which moves)",
            plural(sums.mounted, "blob"),
            bytes(sums.mounted_bytes)
        ));
    }
    if sums.copied > 0 {
        whole.push(format!(
            "{} copied ({})",
            plural(sums.copied, "blob"),
            bytes(sums.copied_bytes)
        ));
    }
    if !whole.is_empty() {
        out.line(&format!("  in all   {}", whole.join(", ")));
    }
    if plan.is_done() {
        out.line("  nothing to do: the target holds the list already");
    }
}

fn place(source: &Location) -> String {
    match source {
        Location::Registry(reference) => reference.repository.familiar(),
        other => other.to_string(),
    }
}

/// What a push came to: on standard output where text is asked for, else beside the JSON.
pub(super) fn say_outcome(plan: &Plan, outcome: &Outcome, is_json: bool) {
    let sentences = outcome.sentences(plan);
    if !outcome.is_done() {
        for sentence in &sentences {
            complain(sentence);
        }
        return;
    }
    if is_json {
        return;
    }
    let did = [
        (Did::Mounted, "blob", "mounted"),
        (Did::Copied, "blob", "copied"),
        (Did::Put, "manifest", "written"),
    ];
    let did: Vec<String> = did
        .into_iter()
        .map(|(did, what, verb)| (outcome.count(did), what, verb))
        .filter(|(count, _, _)| *count > 0)
        .map(|(count, what, verb)| format!("{} {verb}", plural(count, what)))
        .collect();
    if !did.is_empty() {
        print_line(&format!("  done     {}", did.join(", ")));
    }
    for sentence in sentences {
        print_line(&format!("  {}", escape(&sentence)));
    }
}

/// Lines, each harmless for a terminal.
struct Lines(String);

impl Lines {
    fn line(&mut self, text: &str) {
        self.0.push_str(escape(text).trim_end());
        self.0.push('\n');
    }
}
