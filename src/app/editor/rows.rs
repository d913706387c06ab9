//! The entries of a draft as the rows of a table.

use std::collections::{HashMap, HashSet};

use crate::draft::{Draft, Entry, EntryId, Mark, Place, Problem, Severity};
use crate::oci::Location;
use crate::text::{escape, plural, width};

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRow {
    /// The entry.
    pub id: EntryId,
    /// Its number in the list, from 1; `None` for one that was removed.
    pub number: Option<usize>,
    /// How it stands to the base.
    pub mark: Mark,
    /// Whether it is an attestation below its image.
    pub below: bool,
    /// Whether its attestations are shown; `None` where it has none.
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
    /// How many entries were added, changed or moved, and removed.
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
    let images: HashSet<EntryId> =
        entries.iter().filter(|it| it.attests.is_none()).map(|it| it.id).collect();
    for entry in entries {
        if let Some(image) = entry.attests.filter(|image| images.contains(image)) {
            below.entry(image).or_default().push(entry);
        }
    }
    let home = draft.base().map(|base| &base.location);
    let mut made = Rows::default();
    for entry in entries {
        match entry.mark {
            Mark::Same => {}
            Mark::Added => made.counts.0 += 1,
            Mark::Changed | Mark::Moved => made.counts.1 += 1,
            Mark::Removed => made.counts.2 += 1,
        }
        if entry.attests.is_some_and(|image| images.contains(&image)) {
            continue;
        }
        let attestations = below.get(&entry.id).map_or(&[][..], Vec::as_slice);
        let shown = open.contains(&entry.id);
        let mut first = row(entry, home, &wrong);
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
                attestations.iter().map(|it| EntryRow { below: true, ..row(it, home, &wrong) }),
            );
        }
    }
    made.label_width = made.rows.iter().map(|row| width(&row.label)).max().unwrap_or(0);
    made
}

fn row(
    entry: &Entry,
    home: Option<&Location>,
    wrong: &HashMap<EntryId, (Severity, String, usize)>,
) -> EntryRow {
    let problem = wrong.get(&entry.id).map(|(severity, text, more)| {
        let text = escape(text);
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
        notes: escape(&notes(entry, home)).into_owned(),
        problem,
    }
}

/// The platform; what it is where it has none.
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

fn notes(entry: &Entry, home: Option<&Location>) -> String {
    if let Some(odd) = &entry.odd {
        return odd.clone();
    }
    let mut notes = String::new();
    if home != Some(entry.from.as_ref()) {
        notes = format!("from {}", origin(&entry.from, home));
    }
    if entry.filled {
        notes = joined(&notes, "platform from its config");
    }
    notes
}

/// Where an entry comes from: in the base's repository only the tag or digest.
fn origin(from: &Location, home: Option<&Location>) -> String {
    let (Some(reference), Some(home)) = (from.reference(), home.and_then(Location::reference))
    else {
        return from.familiar();
    };
    if reference.repository != home.repository {
        return from.familiar();
    }
    match (&reference.tag, &reference.digest) {
        (Some(tag), _) => format!(":{tag}"),
        (None, Some(digest)) => format!("@{}", digest.short()),
        (None, None) => from.familiar(),
    }
}

fn joined(one: &str, two: &str) -> String {
    if one.is_empty() { two.to_owned() } else { format!("{one} · {two}") }
}
