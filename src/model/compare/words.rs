//! A comparison in words, for the screen and for `platy diff` alike.

use indexmap::IndexMap;
use serde_json::Value;

use super::layer_words::fold_layers;
use super::{
    Bytes, Change, Comparison, Detail, Encoder, EntryRow, EntrySide, FieldChange, Head, HistoryRow,
    ImageDiff, IndexDiff, Line, Missing, Relation, Side, Sign, instruction,
};
use crate::model::select::platforms::Normal;
use crate::oci::HistoryStep;
use crate::text::{bytes, cut, escape, plural};

/// The most cells of one value; a value may be as long as a config.
const LONGEST: usize = 1_000;
/// With more entries that differ than this, what they differ in is folded.
const OPEN_UP_TO: usize = 20;
/// How many of what is missing for one reason are named.
const MISSING_NAMED: usize = 3;

/// The lines of a comparison, what is the same folded together.
#[must_use]
pub fn lines(comparison: &Comparison) -> Vec<Line> {
    let mut lines = detail_lines(&comparison.detail);
    lines.extend(missing_lines(&comparison.missing));
    lines
}

/// What the comparison comes to, in one or two sentences without names: how the sides, called A
/// and B, are related, and how much differs.
#[must_use]
pub fn summary(comparison: &Comparison) -> Vec<String> {
    let mut out = Vec::new();
    match &comparison.relation {
        Relation::Identical => out.push("A and B are the same: one digest.".to_owned()),
        Relation::ChildOf { name } => out.push(format!("B is {}.", within(name, "A"))),
        Relation::Contains { name } => out.push(format!("A is {}.", within(name, "B"))),
        Relation::FlattenedFrom { name } => {
            out.push(format!("B is A flattened to one platform, {}.", escape(name)));
        }
        Relation::FlattenedTo { name } => {
            out.push(format!("A is B flattened to one platform, {}.", escape(name)));
        }
        Relation::Different if comparison.is_equal() => {
            out.push(format!(
                "A and B say the same; only the way in which the JSON is written differs{}.",
                encoders(comparison).map(|words| format!(": {words}")).unwrap_or_default()
            ));
        }
        Relation::Different if is_one_content(comparison) => {
            out.extend(encoders(comparison).map(|words| {
                format!("A and B name the same content: {words}{}.", habits(comparison))
            }));
        }
        Relation::Different => {}
    }
    if comparison.relation != Relation::Identical {
        out.extend(totals(&comparison.detail));
    }
    if !comparison.missing.is_empty() {
        let failed = comparison.missing.iter().filter(|it| it.failure.is_some()).count();
        out.push(match failed {
            0 => format!("{} not loaded.", plural(comparison.missing.len(), "part")),
            _ => format!("{} could not be loaded.", plural(failed, "part")),
        });
    }
    out
}

/// Who encodes lists as both sides are encoded, if that is not the same.
fn encoders(comparison: &Comparison) -> Option<String> {
    let encoder = |head: &Head| head.encoder.map(|it| format!("encoded by {it}"));
    match (encoder(&comparison.a), encoder(&comparison.b)) {
        (a, b) if a == b => None,
        (Some(a), Some(b)) => Some(format!("A is {a}, B is {b}")),
        (Some(a), None) => Some(format!("A is {a}")),
        (None, Some(b)) => Some(format!("B is {b}")),
        (None, None) => None,
    }
}

/// What the tools that encoded the sides do to lists, where the sides differ in just that.
fn habits(comparison: &Comparison) -> String {
    let Detail::Index(diff) = &comparison.detail else { return String::new() };
    let fields = diff.entries.iter().flat_map(|row| &row.fields);
    let encoders = [comparison.a.encoder, comparison.b.encoder].into_iter().flatten();
    let habits: Vec<(&str, &str)> = encoders.filter_map(Encoder::habit).collect();
    let changed: Vec<&str> = fields.map(|field| field.pointer.as_str()).collect();
    let shown = habits.iter().filter(|(path, _)| changed.iter().any(|it| it.starts_with(path)));
    shown.map(|(_, words)| format!("; {words}")).collect()
}

/// Whether two lists have the same entries, and differ in nothing but what tools add to entries or
/// leave out by themselves.
fn is_one_content(comparison: &Comparison) -> bool {
    let Detail::Index(diff) = &comparison.detail else { return false };
    let by_itself = |field: &FieldChange| {
        let of_tools =
            ["/artifactType", "/platform/variant", "/platform/os.version", "/platform/os.features"];
        let path = field.pointer.as_str();
        of_tools.iter().any(|it| path == *it || path.starts_with(&format!("{it}/")))
    };
    let same = |row: &EntryRow| {
        let digests = row.a.as_ref().zip(row.b.as_ref());
        digests.is_some_and(|(a, b)| a.digest == b.digest && a.digest.is_some())
            && row.change != Change::Reordered
            && row.fields.iter().all(by_itself)
    };
    let all = diff.entries.iter().flat_map(|row| std::iter::once(row).chain(&row.attestations));
    diff.manifest.is_empty() && comparison.missing.is_empty() && all.into_iter().all(same)
}

fn within(name: &str, whole: &str) -> String {
    let name = escape(name);
    if name.starts_with("config") || name.starts_with("layer") {
        format!("in {whole}: {name}")
    } else {
        format!("the {name} child of {whole}")
    }
}

fn totals(detail: &Detail) -> Option<String> {
    let (text, fetched, all) = match detail {
        Detail::Index(diff) => {
            let (differ, all) = diff.entries_that_differ();
            let kinds = kinds(diff);
            let kinds = if kinds.is_empty() { kinds } else { format!(" ({kinds})") };
            let attested = match diff.attested_otherwise() {
                0 => String::new(),
                1 => " · 1 has other attestations".to_owned(),
                more => format!(" · {more} have other attestations"),
            };
            let text = format!("{differ} of {} differ{kinds}{attested}", entries(all));
            (text, diff.bytes, "all of ")
        }
        Detail::Image(diff) if !diff.compared => return None,
        Detail::Image(diff) => {
            let (differ, all) = diff.layers_that_differ();
            let fields = diff.config.len() + diff.manifest.len();
            let fields = match fields {
                0 => String::new(),
                fields => format!(" · {}", plural(fields, "field")),
            };
            (format!("{differ} of {} differ{fields}", plural(all, "layer")), diff.bytes, "")
        }
        Detail::Json(fields) if fields.is_empty() => return None,
        Detail::Json(fields) => return Some(format!("{} differ.", plural(fields.len(), "field"))),
    };
    Some(format!("{text}. {}.", fetch(fetched, all)))
}

fn entries(count: usize) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}

/// `1 changed, 2 added`
fn kinds(diff: &IndexDiff) -> String {
    let count = |change: Change| diff.entries.iter().filter(|it| it.change == change).count();
    [Change::Changed, Change::Added, Change::Removed, Change::Relabelled, Change::Reordered]
        .into_iter()
        .filter_map(|change| match count(change) {
            0 => None,
            found => Some(format!("{found} {}", change.as_str())),
        })
        .collect::<Vec<_>>()
        .join(", ")
}

/// Of lists, the sum is between `all of` both; the line of an entry is between two images, as a
/// machine of one platform has them.
fn fetch(fetched: Bytes, all: &str) -> String {
    let shared = bytes(fetched.shared);
    match fetched.new {
        Some(new) => {
            format!("With {all}A pulled, {all}B downloads {} and shares {shared}", bytes(new))
        }
        None => format!("At least {shared} of B is shared with A"),
    }
}

fn detail_lines(detail: &Detail) -> Vec<Line> {
    match detail {
        Detail::Index(diff) => {
            let (differ, _) = diff.entries_that_differ();
            let mut lines: Vec<Line> =
                diff.entries.iter().map(|row| entry_line(row, differ <= OPEN_UP_TO)).collect();
            lines = fold(lines, "entries");
            lines.extend(diff.manifest.iter().map(|it| field_line(it, "")));
            lines
        }
        Detail::Image(diff) => image_lines(diff),
        Detail::Json(fields) => fields.iter().map(|it| field_line(it, "")).collect(),
    }
}

/// Runs of lines that are the same become one line each.
fn fold(lines: Vec<Line>, what: &str) -> Vec<Line> {
    let mut out: Vec<Line> = Vec::with_capacity(lines.len());
    let mut run: Vec<Line> = Vec::new();
    for line in lines {
        if line.sign == Sign::Same && line.children.is_empty() {
            run.push(line);
        } else {
            close(&mut run, what, &mut out);
            out.push(line);
        }
    }
    close(&mut run, what, &mut out);
    out
}

fn close(run: &mut Vec<Line>, what: &str, out: &mut Vec<Line>) {
    if run.len() < 2 {
        out.append(run);
        return;
    }
    let mut folded = Line::new(Sign::Same, format!("{} {what}", run.len()));
    folded.note = "the same".to_owned();
    folded.children = std::mem::take(run);
    out.push(folded);
}

fn entry_line(row: &EntryRow, open: bool) -> Line {
    let sign = match row.change {
        Change::Same => Sign::Same,
        Change::Changed | Change::Relabelled | Change::Reordered => Sign::Changed,
        Change::Added => Sign::Added,
        Change::Removed => Sign::Removed,
    };
    let label = row.side().map_or_else(String::new, EntrySide::label);
    let mut line = Line::new(sign, escape(&label));
    let cell = |side: &Option<EntrySide>| {
        side.as_ref().map_or_else(String::new, |side| {
            let digest = side.digest.as_ref().map_or("no digest", |digest| digest.short());
            match side.layers_size {
                Some(size) => format!("{digest}  {:>7}", bytes(size)),
                None => digest.to_owned(),
            }
        })
    };
    (line.a, line.b) = (cell(&row.a), cell(&row.b));
    line.nodes = (row.a.as_ref().map(|it| it.node), row.b.as_ref().map(|it| it.node));
    line.note = entry_note(row);
    if let Some(detail) = &row.detail {
        line.children.extend(detail_lines(detail));
    }
    line.children.extend(row.fields.iter().map(|it| field_line(it, "entry")));
    let attestations: Vec<Line> =
        row.attestations.iter().map(|row| Line { open: false, ..entry_line(row, false) }).collect();
    // An attestation says of what it attests; with the image it comes and goes.
    if row.attestations.iter().any(|it| it.change != row.change) || row.change == Change::Changed {
        line.children.extend(attestations);
    } else if !attestations.is_empty() && row.change != Change::Same {
        line.note = joined(&line.note, &plural(attestations.len(), "attestation"));
    }
    line.open &= open;
    line
}

fn entry_note(row: &EntryRow) -> String {
    let mut note = match row.change {
        Change::Same | Change::Removed => String::new(),
        Change::Reordered => String::new(),
        Change::Added => to_download(row.bytes),
        Change::Relabelled => relabelled(row),
        Change::Changed => match &row.detail {
            Some(Detail::Image(diff)) if !diff.compared => {
                "not compared: a manifest is missing".to_owned()
            }
            Some(Detail::Image(diff)) => {
                let (differ, all) = diff.layers_that_differ();
                let layers = match differ {
                    0 => "the same layers".to_owned(),
                    _ => format!("{differ} of {} differ", plural(all, "layer")),
                };
                joined(&layers, &to_download(row.bytes))
            }
            Some(Detail::Index(diff)) => {
                let (differ, all) = diff.entries_that_differ();
                format!("{differ} of {all} entries differ")
            }
            Some(Detail::Json(_)) => String::new(),
            None => "the same content, described otherwise".to_owned(),
        },
    };
    if row.moved
        && let (Some(a), Some(b)) = (&row.a, &row.b)
    {
        let moved = format!("place {} → {}", a.position + 1, b.position + 1);
        note = joined(&note, &moved);
    }
    note
}

fn relabelled(row: &EntryRow) -> String {
    let platform = |side: &Option<EntrySide>| side.as_ref().and_then(|it| it.platform.clone());
    let (Some(a), Some(b)) = (platform(&row.a), platform(&row.b)) else {
        return "the same content, labelled otherwise".to_owned();
    };
    if Normal::new(&a) == Normal::new(&b) {
        return format!("the same platform, was written {}", escape(&a.to_string()));
    }
    format!("the same content, was {}", escape(&a.to_string()))
}

fn to_download(of: Bytes) -> String {
    match of.new {
        None | Some(0) => String::new(),
        Some(new) => format!("{} to download", bytes(new)),
    }
}

pub(super) fn joined(a: &str, b: &str) -> String {
    match (a.is_empty(), b.is_empty()) {
        (true, _) => b.to_owned(),
        (_, true) => a.to_owned(),
        _ => format!("{a} · {b}"),
    }
}

fn image_lines(diff: &ImageDiff) -> Vec<Line> {
    let mut lines = fold_layers(&diff.layers);
    lines.extend(diff.config.iter().map(|it| field_line(it, "config")));
    lines.extend(history_line(&diff.history));
    lines.extend(diff.manifest.iter().map(|it| field_line(it, "")));
    lines
}

pub(super) fn field_line(field: &FieldChange, group: &str) -> Line {
    let sign = match (&field.a, &field.b) {
        (None, _) => Sign::Added,
        (_, None) => Sign::Removed,
        _ => Sign::Changed,
    };
    let mut line = Line::new(sign, value(&field_label(&field.path(), group)));
    let shown = |it: &Option<Value>| it.as_ref().map_or_else(String::new, |it| value(&plain(it)));
    (line.a, line.b) = (shown(&field.a), shown(&field.b));
    line
}

/// The path in the field's own words: `env PATH`, `label org.example.name`, `cmd`.
fn field_label(path: &str, group: &str) -> String {
    if group == "entry" {
        let label = field_label(path, "");
        // An entry of a list and the manifest that it names can have the same fields.
        return if label.starts_with("platform.") { label } else { format!("entry {label}") };
    }
    if let Some(rest) = path.strip_prefix("annotations.") {
        return format!("annotation {rest}");
    }
    if group != "config" {
        return path.to_owned();
    }
    let Some(field) = path.strip_prefix("config.") else {
        return if path == "digest" { "config digest".to_owned() } else { path.to_owned() };
    };
    for (prefix, word) in
        [("Env.", "env"), ("Labels.", "label"), ("ExposedPorts.", "port"), ("Volumes.", "volume")]
    {
        if let Some(name) = field.strip_prefix(prefix) {
            return format!("{word} {name}");
        }
    }
    match field {
        "WorkingDir" => "working dir".to_owned(),
        "StopSignal" => "stop signal".to_owned(),
        field => field.to_lowercase(),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        Value::String(text) => text.clone(),
        // As ports and volumes are written: the key says it all.
        Value::Object(map) if map.is_empty() => "set".to_owned(),
        other => other.to_string(),
    }
}

pub(super) fn value(text: &str) -> String {
    cut(&escape(text), LONGEST)
}

fn history_line(rows: &[HistoryRow]) -> Option<Line> {
    let differ = rows.iter().filter(|row| !row.is_same()).count();
    if rows.is_empty() {
        return None;
    }
    let sign = if differ == 0 { Sign::Same } else { Sign::Changed };
    let mut line = Line::new(sign, "history");
    line.note = match differ {
        0 => format!("the same {}", plural(rows.len(), "step")),
        _ if rows.iter().all(HistoryRow::is_same_instruction) => {
            format!("the same {}, taken at other times", plural(rows.len(), "step"))
        }
        _ => format!("{differ} of {} differ", plural(rows.len(), "step")),
    };
    line.children = rows.iter().map(step_line).collect();
    line.open = false;
    Some(line)
}

fn step_line(row: &HistoryRow) -> Line {
    let sign = match (&row.a, &row.b) {
        (None, _) => Sign::Added,
        (_, None) => Sign::Removed,
        _ if row.is_same() => Sign::Same,
        _ => Sign::Changed,
    };
    let mut line = Line::new(sign, "");
    let cell = |step: &Option<HistoryStep>| {
        step.as_ref().map_or_else(String::new, |step| match &step.created_by {
            Some(created_by) => value(&instruction(created_by)),
            None => "no command".to_owned(),
        })
    };
    let time = |it: &Option<String>| it.as_deref().map_or("no time".to_owned(), value);
    match (&row.a, &row.b) {
        // One step on both sides is told once.
        (Some(a), Some(b)) if row.is_same_instruction() => {
            line.label = cell(&row.a);
            if a.created != b.created {
                (line.a, line.b) = (time(&a.created), time(&b.created));
            }
        }
        (a, b) => {
            (line.a, line.b) = (cell(a), cell(b));
            if let (Some(a), Some(b)) = (a, b)
                && a.created != b.created
            {
                line.note = format!("{} → {}", time(&a.created), time(&b.created));
            }
        }
    }
    line
}

/// What could not be compared: of one side and for one reason once, with the first of it and a count.
fn missing_lines(all: &[Missing]) -> Vec<Line> {
    let why = |it: &Missing| it.failure.as_ref().map_or("not loaded".to_owned(), |it| it.brief());
    let mut kinds: IndexMap<(Side, String), Vec<&str>> = IndexMap::new();
    for it in all {
        kinds.entry((it.side, why(it))).or_default().push(&it.what);
    }
    kinds.iter().map(|((side, why), whats)| missing_line(*side, why, whats)).collect()
}

fn missing_line(side: Side, why: &str, whats: &[&str]) -> Line {
    let side = match side {
        Side::A => "A",
        Side::B => "B",
    };
    let first: Vec<_> = whats.iter().take(MISSING_NAMED).map(|what| escape(what)).collect();
    let more = match whats.len().saturating_sub(MISSING_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let mut line = Line::new(Sign::Changed, "missing");
    line.note = format!("{}{more} of {side}: {}", first.join(", "), escape(why));
    line
}
