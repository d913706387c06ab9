//! The report as text: problems first, then every image with what each machine gets.

use indexmap::IndexMap;

use crate::cli::output::columns;
use crate::model::fleet::{Cell, Fleet, Image, Kind, Told};
use crate::oci::Quota;
use crate::text::{escape, pad, plural, width, wrap};

/// The cells in a line where the output goes into a pipe.
const IN_A_PIPE: usize = 120;
/// The widest that an image's name is shown.
const NAME: usize = 60;

pub(super) fn document(fleet: &Fleet, quotas: &[(String, Quota)]) -> String {
    let cells = columns(IN_A_PIPE);
    let mut out = String::new();
    for (file, problem) in fleet.problems() {
        let at = problem.line.map_or_else(|| file.to_owned(), |line| format!("{file}:{line}"));
        paragraph(&format!("✗ {at}: {}", problem.text), cells, &mut out);
    }
    for (file, mention, text, reason) in fleet.unresolved() {
        let line = mention.line;
        paragraph(&format!("? {file}:{line}: {text}: {reason}"), cells, &mut out);
    }
    unread(fleet, cells, &mut out);
    for image in &fleet.images {
        trouble(fleet, image, cells, &mut out);
    }
    if !out.is_empty() {
        out.push('\n');
    }
    table(fleet, &mut out);
    paragraph(&summary(fleet), cells, &mut out);
    for (host, quota) in quotas {
        paragraph(&format!("{host}: {}", quota.words()), cells, &mut out);
    }
    out
}

/// A sentence in lines, the following ones indented.
fn paragraph(text: &str, cells: usize, out: &mut String) {
    for (at, line) in wrap(&escape(text), cells.saturating_sub(2).max(20)).iter().enumerate() {
        out.push_str(if at == 0 { "" } else { "  " });
        out.push_str(line);
        out.push('\n');
    }
}

/// What is said of an image: of one with an exception only that it could not be read.
fn told(fleet: &Fleet, image: &Image) -> Vec<Told> {
    let allowed = image.allowed().is_some();
    let counts = |told: &Told| !allowed || told.kind == Kind::Unread;
    fleet.told(image).into_iter().filter(counts).collect()
}

/// Why an image was not read, if that is all that is said of it.
fn why_unread(fleet: &Fleet, image: &Image) -> Option<String> {
    let is_all = image.nearest.is_none() && image.exception.is_none();
    match told(fleet, image).as_slice() {
        [told] if is_all && image.behind().is_none() => Some(told.text.clone()),
        _ => None,
    }
}

/// Where an image is named that a machine pulls.
fn places(fleet: &Fleet, image: &Image, indent: usize, out: &mut String) {
    for (file, mention) in fleet.pulled_at(image) {
        let owner = if mention.owner.is_empty() { "" } else { "  " };
        let text = format!("{file}:{}{owner}{}", mention.line, mention.owner);
        out.push_str(&format!("{:indent$}{}\n", "", escape(&text)));
    }
}

/// Images that were not read for one reason: the reason once, then their names.
fn unread(fleet: &Fleet, cells: usize, out: &mut String) {
    let mut reasons: IndexMap<String, Vec<&Image>> = IndexMap::new();
    for image in &fleet.images {
        if let Some(why) = why_unread(fleet, image) {
            reasons.entry(why).or_default().push(image);
        }
    }
    for (why, images) in &reasons {
        match images.as_slice() {
            [image] => {
                let name = image.reference.familiar();
                paragraph(&format!("{} {name}: {why}", Kind::Unread.sign()), cells, out);
                places(fleet, image, 4, out);
            }
            several => {
                let count = plural(several.len(), "image");
                paragraph(&format!("{} {count}: {why}", Kind::Unread.sign()), cells, out);
                for image in several {
                    out.push_str(&format!("    {}\n", escape(&image.reference.familiar())));
                    places(fleet, image, 6, out);
                }
            }
        }
    }
}

fn trouble(fleet: &Fleet, image: &Image, cells: usize, out: &mut String) {
    let name = image.reference.familiar();
    // What was not read was told with all that was not for the same reason.
    let told = match why_unread(fleet, image) {
        Some(_) => Vec::new(),
        None => told(fleet, image),
    };
    for told in &told {
        paragraph(&format!("{} {name}: {}", told.kind.sign(), told.text), cells, out);
    }
    if !told.is_empty() {
        places(fleet, image, 4, out);
        if let Some(nearest) = &image.nearest {
            paragraph(&format!("    → {}", nearest.words()), cells, out);
        }
        if let Some(exception) = &image.exception {
            paragraph(&format!("    · {}", exception.words()), cells, out);
        }
    }
    for (file, mention, running) in fleet.outdated(image) {
        let line = mention.line;
        let text = format!(
            "· {name}: {} runs {running}, which the tag does not hold any more",
            mention.owner
        );
        paragraph(&text, cells, out);
        out.push_str(&format!("    {}\n", escape(&format!("{file}:{line}"))));
    }
}

fn table(fleet: &Fleet, out: &mut String) {
    if fleet.images.is_empty() {
        return;
    }
    let name = |image: &Image| escape(&image.reference.familiar()).into_owned();
    let first = fleet.images.iter().map(|it| width(&name(it)).min(NAME)).max().unwrap_or_default();
    let heads: Vec<String> = fleet.hosts.iter().map(|it| it.to_string()).collect();
    let rows: Vec<(String, Vec<String>)> = fleet
        .images
        .iter()
        .map(|image| {
            let cells = match &image.outcome {
                Some(Ok(behind)) => behind.cells.iter().map(sign).collect(),
                _ => heads.iter().map(|_| "?".to_owned()).collect(),
            };
            (name(image), cells)
        })
        .collect();
    let widest = |(at, head): (usize, &String)| {
        let cells = rows.iter().filter_map(|(_, cells)| cells.get(at));
        cells.map(|cell| width(cell)).max().unwrap_or_default().max(width(head))
    };
    let widths: Vec<usize> = heads.iter().enumerate().map(widest).collect();
    let line = |name: &str, cells: &[String]| {
        let mut line = pad(name, first);
        for (cell, widest) in cells.iter().zip(&widths) {
            line.push_str("  ");
            line.push_str(&pad(cell, *widest));
        }
        format!("{}\n", line.trim_end())
    };
    out.push_str(&line("", &heads));
    for (name, cells) in &rows {
        out.push_str(&line(name, cells));
    }
    out.push('\n');
}

pub(super) fn sign(cell: &Cell) -> String {
    match cell {
        Cell::Gets { platform, .. } => format!("✓ {}", escape(platform)),
        Cell::Wrong { platform, .. } => format!("✗ {}", escape(platform)),
        Cell::Nothing(_) => "✗ nothing".to_owned(),
        Cell::Unknown(_) => "?".to_owned(),
        Cell::NotAsked => "·".to_owned(),
    }
}

pub(super) fn summary(fleet: &Fleet) -> String {
    let count = |of: fn(&Image) -> bool| fleet.images.iter().filter(|image| of(image)).count();
    let bad = count(|image| image.has_findings() && image.bad_cells().next().is_some());
    let lacking = count(|image| image.allowed().is_none() && !image.missing().is_empty());
    let untrue = count(|image| image.allowed().is_none() && !image.untrue().is_empty());
    let unread = count(|image| image.behind().is_none());
    let allowed = count(|image| image.allowed().is_some() && image.is_bad());
    let unresolved = fleet.unresolved().count();
    let mut parts = vec![plural(fleet.images.len(), "image")];
    let mut part = |number: usize, text: String| {
        if number > 0 {
            parts.push(text);
        }
    };
    part(bad, format!("{bad} not for every machine"));
    part(lacking, format!("{lacking} without an expected platform"));
    part(untrue, format!("{untrue} with labels that are not true"));
    part(unread, format!("{unread} not read"));
    part(unresolved, format!("{} without a value", plural(unresolved, "name")));
    part(allowed, format!("{allowed} with an exception"));
    if let Some((number, count)) = fleet.shard {
        parts.insert(1, format!("shard {number} of {count}"));
    }
    if !fleet.has_trouble() && !fleet.has_findings() && !fleet.images.is_empty() {
        parts.push("every machine gets its own".to_owned());
    }
    parts.join(" · ")
}
