//! The entries of a draft as the rows of a table.

use std::collections::{HashMap, HashSet};

use crate::model::draft::{Draft, Entry, EntryId, Mark, Place, Problem, Severity};
use crate::oci::{Digest, Location};
use crate::text::{escape, plural, width};

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRow {
    /// The entry.
    pub id: EntryId,
    /// Its number in the list, from 1; `None` for one that was removed.
    pub number: Option<usize>,
    /// How it differs from the base.
    pub mark: Mark,
    /// Whether it is an attestation below its image.
    pub below: bool,
    /// Whether its attestations are shown; `None` if it has none.
    pub open: Option<bool>,
    /// The platform, or what else it is; harmless for a terminal.
    pub label: String,
    /// The short digest.
    pub digest: String,
    /// Where it comes from and what was filled; harmless for a terminal.
    pub notes: String,
    /// The worst that is wrong with it, and how many more things are.
    pub problem: Option<(Severity, String)>,
}

/// All rows, and what they have in common.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// The rows, attestations of closed images left out.
    pub rows: Vec<EntryRow>,
    /// The cells of the longest label.
    pub label_width: usize,
    /// How many entries were added, changed or moved, and removed; attestations that hang below
    /// an image do not count.
    pub counts: (usize, usize, usize),
}

/// The rows of a draft. `open` are the images whose attestations are shown.
pub(super) fn rows(
    draft: &Draft,
    entries: &[Entry],
    problems: &[Problem],
    open: &HashSet<EntryId>,
) -> Rows {
    let mut wrong: HashMap<EntryId, (Severity, String, usize)> = HashMap::new();
    for problem in problems {
        let Place::Entry(id) = problem.place else { continue };
        wrong
            .entry(id)
            .and_modify(|known| {
                known.2 += 1;
                if problem.severity > known.0 {
                    (known.0, known.1) = (problem.severity, problem.sentence.clone());
                }
            })
            .or_insert_with(|| (problem.severity, problem.sentence.clone(), 0));
    }
    let mut below: HashMap<EntryId, Vec<&Entry>> = HashMap::new();
    let images = images(entries);
    for entry in entries {
        if let Some(image) = images.get(&entry.id) {
            below.entry(*image).or_default().push(entry);
        }
    }
    let home = draft.base().map(|base| &base.location);
    let host = |from: &Location| from.reference().map(|it| it.repository.host.clone());
    let first = home.or(entries.first().map(|entry| entry.from.as_ref())).and_then(host);
    let one_host = entries.iter().all(|entry| host(&entry.from) == first);
    let at = (home, one_host);
    let mut made = Rows::default();
    for entry in entries.iter().filter(|entry| !images.contains_key(&entry.id)) {
        match entry.mark {
            Mark::Same => {}
            Mark::Added => made.counts.0 += 1,
            Mark::Changed | Mark::Moved => made.counts.1 += 1,
            Mark::Removed => made.counts.2 += 1,
        }
        let attestations = below.get(&entry.id).map_or(&[][..], Vec::as_slice);
        let shown = open.contains(&entry.id);
        let mut first = row(entry, at, &wrong);
        if !attestations.is_empty() {
            first.open = Some(shown);
            let words = plural(attestations.len(), "attestation");
            first.notes = joined(&first.notes, &words);
            // What is wrong below a closed image shows on the image.
            let hidden = attestations.iter().filter_map(|it| wrong.get(&it.id)).next();
            if !shown && first.problem.is_none() {
                first.problem =
                    hidden.map(|(severity, text, _)| (*severity, escape(text).into_owned()));
            }
        }
        made.rows.push(first);
        if shown {
            made.rows.extend(
                attestations.iter().map(|it| EntryRow { below: true, ..row(it, at, &wrong) }),
            );
        }
    }
    made.label_width = made.rows.iter().map(|row| width(&row.label)).max().unwrap_or(0);
    made
}

/// The image that each attestation hangs below; of one that was removed with its image, that one.
fn images(entries: &[Entry]) -> HashMap<EntryId, EntryId> {
    let gone =
        entries.iter().filter(|entry| entry.mark == Mark::Removed && !entry.is_attestation());
    let gone: HashMap<&Digest, EntryId> =
        gone.filter_map(|entry| Some((&entry.descriptor.as_ref()?.digest, entry.id))).collect();
    entries
        .iter()
        .filter_map(|entry| {
            let gone = || {
                let removed = entry.mark == Mark::Removed;
                let image = entry.descriptor.as_ref().filter(|_| removed)?.attests()?;
                gone.get(&image).copied()
            };
            Some((entry.id, entry.attests.or_else(gone)?))
        })
        .filter(|(id, image)| id != image)
        .collect()
}

fn row(
    entry: &Entry,
    at: (Option<&Location>, bool),
    wrong: &HashMap<EntryId, (Severity, String, usize)>,
) -> EntryRow {
    let problem = wrong.get(&entry.id).map(|(severity, text, more)| {
        // The row is the entry.
        let own = entry.position.map(|at| format!("entry {} ", at + 1)).unwrap_or_default();
        let text = escape(text.strip_prefix(&own).unwrap_or(text));
        let text = if *more > 0 { format!("{text} (+{more})") } else { text.into_owned() };
        (*severity, text)
    });
    EntryRow {
        id: entry.id,
        number: entry.position.map(|at| at + 1),
        mark: entry.mark,
        below: false,
        open: None,
        label: escape(&label(entry)).into_owned(),
        digest: entry.descriptor.as_ref().map_or("", |it| it.digest.short()).to_owned(),
        notes: escape(&notes(entry, at.0, at.1)).into_owned(),
        problem,
    }
}

/// The platform; what it is if it has none.
fn label(entry: &Entry) -> String {
    let Some(descriptor) = &entry.descriptor else { return "odd entry".to_owned() };
    if descriptor.is_attestation() {
        return "attestation".to_owned();
    }
    match (&descriptor.platform, &descriptor.artifact_type) {
        (Some(platform), _) => platform.to_string(),
        (None, Some(kind)) => kind.clone(),
        (None, None) if descriptor.media_type.is_index() => "an index".to_owned(),
        (None, None) => "no platform".to_owned(),
    }
}

fn notes(entry: &Entry, home: Option<&Location>, one_host: bool) -> String {
    if let Some(odd) = &entry.odd {
        return odd.clone();
    }
    let mut notes = String::new();
    if home != Some(entry.from.as_ref()) {
        notes = format!("from {}", origin(&entry.from, home, one_host));
    }
    if entry.filled {
        notes = joined(&notes, "platform from its config");
    }
    notes
}

/// Where an entry comes from: in the base's repository only the tag or digest, in the registry of
/// all entries without its name.
fn origin(from: &Location, home: Option<&Location>, one_host: bool) -> String {
    let Some(reference) = from.reference() else { return from.familiar() };
    let name = match (&reference.tag, &reference.digest) {
        (Some(tag), _) => format!(":{tag}"),
        (None, Some(digest)) => format!("@{}", digest.short()),
        (None, None) => String::new(),
    };
    let home = home.and_then(Location::reference);
    if home.is_some_and(|home| home.repository == reference.repository) {
        return name;
    }
    let repository = match one_host {
        true if !reference.repository.host.is_docker_hub() => reference.repository.path.clone(),
        _ => reference.repository.familiar(),
    };
    format!("{repository}{name}")
}

fn joined(one: &str, two: &str) -> String {
    if one.is_empty() { two.to_owned() } else { format!("{one} · {two}") }
}
