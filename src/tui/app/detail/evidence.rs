//! Which evidence there is, for the list and for each image.

use super::{Line, Subject, Tone};
use crate::model::evidence::{Asked, Coverage, Item, Kind, Row, Table, gaps};
use crate::text::{bytes, escape, pad, plural, width, wrap};
use crate::tui::app::Action;

/// Where what is found begins.
const INDENT: usize = 12;
/// Cells between a name and its digest, and of the digest.
const GAP: usize = 2;
const DIGEST: usize = 12;

pub(super) fn lines(subject: &Subject<'_>) -> Vec<Line> {
    let coverage = Coverage::of(subject.tree);
    let mut lines = head(subject, &coverage);
    push_table(&mut lines, &coverage, subject);
    let names: Vec<String> =
        coverage.rows.iter().map(|row| escape(&row.name()).into_owned()).collect();
    let longest = names.iter().map(|name| width(name)).max().unwrap_or(0);
    let room = subject.width.saturating_sub(GAP + DIGEST);
    let name_cells = longest.min(room).max(INDENT);
    for (row, name) in coverage.rows.iter().zip(&names) {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        push_row(&mut lines, row, &pad(name, name_cells), subject);
    }
    let gaps = gaps(&coverage);
    if !gaps.is_empty() && coverage.rows.iter().all(|row| row.asked == Asked::Yes) {
        lines.push(Line::default());
        for gap in gaps {
            say(&mut lines, subject.width, Tone::Warning, &gap);
        }
    }
    lines
}

/// A line for the index and each platform, a column for each kind.
fn push_table(lines: &mut Vec<Line>, coverage: &Coverage, subject: &Subject<'_>) {
    if coverage.rows.is_empty() {
        return;
    }
    if !lines.is_empty() {
        lines.push(Line::default());
    }
    let table = Table::of(coverage, subject.width);
    let tone = |at: usize| match at.checked_sub(1).and_then(|at| coverage.rows.get(at)) {
        Some(row) if is_here(row, subject) => Tone::Accent,
        Some(_) => Tone::Strong,
        None => Tone::Muted,
    };
    for at in 0..table.lines.len() {
        let (name, cells) = table.line(at, subject.width);
        let told = if at == 0 { Tone::Muted } else { Tone::Text };
        lines.push(Line::of(tone(at), name).with(told, cells));
    }
    if let Some(legend) = &table.legend {
        say(lines, subject.width, Tone::Muted, legend);
    }
}

/// Whether a row is that of the cursor.
fn is_here(row: &Row, subject: &Subject<'_>) -> bool {
    row.node == subject.node
        || subject.tree.ancestors(subject.node).any(|it| it == row.node && !row.is_list)
}

/// What was read, is being read, or would be.
fn head(subject: &Subject<'_>, coverage: &Coverage) -> Vec<Line> {
    let mut lines = Vec::new();
    let blobs: Vec<u64> =
        coverage.items().filter_map(|(_, item)| item.blob.as_ref()).map(|blob| blob.size).collect();
    let enter = subject.keymap.spelled(Action::Toggle);
    let total = bytes(blobs.iter().copied().fold(0, u64::saturating_add));
    let pieces = |count: usize| match count {
        1 => "1 piece of evidence".to_owned(),
        count => format!("{count} pieces of evidence"),
    };
    let unread = subject.evidenced.unread_databases(subject.tree);
    let images = plural(unread.len(), "image");
    let (tone, text) = match subject.evidenced.known() {
        Some(_) if subject.evidenced.is_being_read() && !unread.is_empty() => {
            (Tone::Accent, format!("reading the layers of {images} for what is installed"))
        }
        _ if subject.evidenced.is_being_read() => (Tone::Accent, "reading the evidence".to_owned()),
        Some(known) => {
            if !unread.is_empty() {
                let layers = unread.iter().flat_map(|(_, layers)| layers.iter().flatten());
                let total = bytes(layers.map(|it| it.size).fold(0, u64::saturating_add));
                let text = format!(
                    "{enter} reads the layers of {images} ({total}) and holds the SBOMs against \
                     what is installed"
                );
                say(&mut lines, subject.width, Tone::Strong, &text);
            }
            let what =
                "what does not fit the images is marked in the tree, and told in their summary";
            (Tone::Muted, format!("{} read; {what}", pieces(known.read.len())))
        }
        None if blobs.is_empty() => return lines,
        None => {
            let all = pieces(blobs.len());
            let text = format!("{enter} reads {all} ({total}) and holds it against the images");
            (Tone::Strong, text)
        }
    };
    say(&mut lines, subject.width, tone, &text);
    lines
}

fn push_row(lines: &mut Vec<Line>, row: &Row, name: &str, subject: &Subject<'_>) {
    let tone = if is_here(row, subject) { Tone::Accent } else { Tone::Strong };
    let digest = format!("{:GAP$}{}", "", row.digest.short());
    lines.push(Line::of(tone, name).with(Tone::Muted, digest));
    for kind in Kind::ALL {
        for item in row.of(kind) {
            push_item(lines, item, subject.width);
        }
    }
    let databases = subject.evidenced.known().map(|known| known.databases.as_slice());
    let told = databases.unwrap_or_default().iter().find(|(digest, _)| *digest == row.digest);
    if let Some((_, told)) = told {
        let (tone, text) = match told {
            Ok(databases) => (Tone::Text, databases.words()),
            Err(why) => (Tone::Danger, format!("cannot be read: {why}")),
        };
        push_text(lines, "installed", (tone, &text), subject.width);
    }
    let missing = [Kind::Signature, Kind::Provenance, Kind::Sbom];
    let missing: Vec<&str> =
        missing.into_iter().filter(|kind| row.of(*kind).next().is_none()).map(Kind::word).collect();
    let missing = missing.join(", ");
    match &row.asked {
        Asked::Yes if missing.is_empty() => {}
        Asked::Yes => say(lines, subject.width, Tone::Muted, &format!("  none: {missing}")),
        Asked::UnderWay => say(lines, subject.width, Tone::Muted, "  asking what refers to it"),
        Asked::NotYet => {
            say(lines, subject.width, Tone::Muted, "  not asked what refers to it");
        }
        Asked::Failed(failure) => {
            let text = format!("  could not be asked: {}", failure.detail);
            say(lines, subject.width, Tone::Danger, &text);
        }
    }
}

fn push_item(lines: &mut Vec<Line>, item: &Item, cells: usize) {
    let places: Vec<&str> = item.places.iter().map(|place| place.word()).collect();
    let mut text = format!("{} · {}", item.name, places.join(" + "));
    if let Some(state) = item.state() {
        text.push_str(&format!(" · {state}"));
    }
    push_text(lines, item.kind.word(), (Tone::Text, &text), cells);
}

fn push_text(lines: &mut Vec<Line>, name: &str, (tone, text): (Tone, &str), cells: usize) {
    let pieces = wrap(&escape(text), cells.saturating_sub(INDENT + 2).max(10));
    for (at, piece) in pieces.into_iter().enumerate() {
        let name = if at == 0 { name } else { "" };
        let name = pad(&format!("  {name}"), INDENT + 2);
        lines.push(Line::of(Tone::Muted, name).with(tone, piece));
    }
}

fn say(lines: &mut Vec<Line>, cells: usize, tone: Tone, text: &str) {
    lines.extend(wrap(&escape(text), cells).into_iter().map(|piece| Line::of(tone, piece)));
}
