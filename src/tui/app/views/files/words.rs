//! What is over and under the rows.

use super::{FilesView, LayerLoad};
use crate::model::files::{Entry, Fate, Found, Kind, Way};
use crate::oci::{Failure, failure_kinds};
use crate::text::{bytes, count, cut, escape, plural, wrap};
use crate::tui::app::Stack;
use crate::tui::app::detail::{Line, Tone};

/// What is shown and what it comes to; `retry` is the key that reads again what failed.
pub(super) fn head(view: &FilesView, cells: usize, retry: &str) -> Vec<Line> {
    // What is wrong with a layer as a whole goes first.
    let (mut unread, mut grave, mut odd) = (Vec::new(), Vec::new(), Vec::new());
    for (at, layer) in view.layers.iter().enumerate() {
        if view.only.is_some_and(|only| only != at) {
            continue;
        }
        let number = at + 1;
        let line = |tone, said: String| (tone, format!("layer {number}: {said}"));
        match &layer.load {
            LayerLoad::Failed(failure) => unread.push((number, &**failure)),
            LayerLoad::Ready(listing) => {
                if layer.contradicts() {
                    let said = "it does not decompress to the diff_id that the config states";
                    grave.push(line(Tone::Warning, said.to_owned()));
                }
                if listing.left_out > 0 {
                    let said = format!("{} entries are not shown", count(listing.left_out));
                    grave.push(line(Tone::Warning, said));
                }
                let problems = listing.problems.iter();
                odd.extend(problems.map(|it| line(Tone::Warning, it.to_string())));
            }
            _ => {}
        }
    }
    let not = if view.only.is_some() { "not read" } else { "not merged" };
    let mut said = not_read(&unread, not, retry);
    said.append(&mut grave);
    said.append(&mut odd);
    let mut out = vec![title(view, cells)];
    out.extend(warnings(said, cells, room_for_warnings(view)));
    out
}

/// Layers that could not be read, in a sentence for each reason.
fn not_read(unread: &[(usize, &Failure)], not: &str, retry: &str) -> Vec<(Tone, String)> {
    let sentence = |kind: Vec<&(usize, &Failure)>| {
        let (_, failure) = kind.first()?;
        let numbers: Vec<String> = kind.iter().map(|(number, _)| number.to_string()).collect();
        let (layers, them) = if kind.len() == 1 { ("layer", "it") } else { ("layers", "them") };
        let (numbers, why) = (numbers.join(", "), failure.class.title());
        let detail = escape(&failure.detail);
        Some((
            Tone::Danger,
            format!("{layers} {numbers}: {not}, {why}; {retry} reads {them} again · {detail}"),
        ))
    };
    let kinds = failure_kinds(unread, |(_, failure)| failure);
    kinds.into_iter().filter_map(sentence).collect()
}

/// A third of the screen, or what the rows leave free.
fn room_for_warnings(view: &FilesView) -> usize {
    let body = usize::from(view.areas.body.height);
    let rows = if view.files().is_some() { view.rows.len() } else { view.layers.len() };
    // The title is over the warnings; free lines are under them and over the row in full.
    let taken = 1 + 1 + rows + 1 + Stack::LINES;
    body.saturating_sub(taken).max(body / 3).max(4) - 1
}

/// Warnings in full if there is room for that; else as many as there are lines, each on one.
fn warnings(said: Vec<(Tone, String)>, cells: usize, room: usize) -> Vec<Line> {
    let few = said.len() <= room;
    let mut whole = Vec::new();
    for (tone, text) in said.iter().take(room) {
        whole.extend(wrap(text, cells).into_iter().map(|line| Line::of(*tone, line)));
    }
    if few && whole.len() <= room {
        return whole;
    }
    let shown = if few { said.len() } else { room.saturating_sub(1) };
    let left = said.len() - shown;
    let mut lines: Vec<Line> = said
        .into_iter()
        .take(shown)
        .map(|(tone, text)| Line::of(tone, cut(&text, cells)))
        .collect();
    if left > 0 {
        let more = count(left as u64);
        let what = format!("{more} more warnings; a taller screen shows more of them");
        lines.push(Line::of(Tone::Warning, cut(&what, cells)));
    }
    lines
}

/// The name and size of the file that is looked at, or the name of that whose maker is shown.
pub(super) fn viewer_title(view: &FilesView) -> Line {
    let Some(viewer) = &view.viewer else { return Line::default() };
    let text = match viewer.blamed {
        Some(_) => format!("what made {}", viewer.path),
        None => format!("{}  {}{}", viewer.path, bytes(viewer.size), viewer.note),
    };
    Line::of(Tone::Strong, cut(&text, usize::from(view.viewer_body().width)))
}

/// How many layers could not be read.
fn failed(view: &FilesView) -> usize {
    view.layers.iter().filter(|it| matches!(it.load, LayerLoad::Failed(_))).count()
}

fn title(view: &FilesView, cells: usize) -> Line {
    let all = view.layers.len();
    let which = match view.only {
        None if all == 1 && failed(view) == 0 => "the only layer".to_owned(),
        None if view.files().is_none() => format!("reading {}", plural(all, "layer")),
        None if failed(view) > 0 => {
            format!("{} of {} merged", all - failed(view), plural(all, "layer"))
        }
        None => format!("all {} merged", plural(all, "layer")),
        Some(only) => format!("layer {} of {all}", only + 1),
    };
    let mut parts = vec![];
    if let Some(files) = view.files() {
        let sums = files.sums(files.root());
        parts.push(bytes(sums.bytes));
        match view.only {
            None if view.wasted => {
                parts.push(format!("{} wasted", plural(files.waste().len(), "file")));
                parts.push(bytes(files.wasted()));
            }
            None => {
                parts.push(plural(sums.entries, "entry"));
                if view.by_size {
                    parts.push("largest first".to_owned());
                }
                if files.wasted() > 0 {
                    parts.push(format!("{} wasted", bytes(files.wasted())));
                }
            }
            Some(only) => {
                let listing = view.layers.get(only).and_then(|layer| layer.listing());
                if let Some(listing) = listing {
                    parts.push(plural(listing.totals.entries, "entry"));
                    if listing.totals.removals > 0 {
                        parts.push(plural(listing.totals.removals, "removal"));
                    }
                    if listing.way == Way::Table {
                        parts.push("by its table of contents".to_owned());
                    }
                }
            }
        }
    }
    let rest = parts.iter().map(|part| format!(" · {part}")).collect::<String>();
    Line::of(Tone::Strong, which.clone())
        .with(Tone::Muted, cut(&rest, cells.saturating_sub(crate::text::width(&which))))
}

/// The row under the cursor in full.
pub(super) fn sentence(view: &FilesView, cells: usize) -> Vec<Line> {
    let (Some(files), Some(id)) = (view.files(), view.at_cursor()) else { return Vec::new() };
    if view.viewer.is_some() && view.beside.width == 0 {
        return Vec::new();
    }
    let mut out = vec![Line::of(Tone::Strong, cut(&files.path(id).shown(), cells))];
    if let Some(waste) = view.rows.get(view.cursor).and_then(|row| row.waste(files)) {
        let how = match waste.fate {
            Fate::Replaced => "replaced",
            Fate::Removed => "removed",
        };
        let (size, written, by) = (plural(waste.bytes, "byte"), waste.written, waste.by);
        let text = format!("{size} written by layer {}, {how} by layer {}", written + 1, by + 1);
        out.push(Line::of(Tone::Text, cut(&text, cells)));
        out.push(made_by(view, by, cells));
        return out;
    }
    let found = files.get(id);
    let facts = match &found {
        Some(found) => facts(found),
        None if files.is_removed(id) => "removed by this layer".to_owned(),
        None => String::new(),
    };
    out.push(Line::of(Tone::Text, cut(&facts, cells)));
    let layer = found.and_then(|found| found.layer).or(view.only);
    out.extend(layer.map(|at| made_by(view, at, cells)));
    out
}

/// `layer 3: RUN update tool`
fn made_by(view: &FilesView, layer: usize, cells: usize) -> Line {
    let made = view.layers.get(layer).and_then(|layer| layer.created_by.as_deref());
    let made = made.map_or(String::new(), |made| format!(": {}", escape(made)));
    Line::of(Tone::Muted, cut(&format!("layer {}{made}", layer + 1), cells))
}

fn facts(found: &Found) -> String {
    let Some(entry) = &found.entry else { return "folder that no layer names".to_owned() };
    let mut parts = vec![entry.kind.word().to_owned(), entry.permissions(), owner(entry)];
    match &entry.kind {
        Kind::File => parts.push(plural(entry.size, "byte")),
        Kind::Symlink(target) => parts.push(format!("→ {}", escape(&target.text()))),
        Kind::HardLink(target) => parts.push(format!("= {target}")),
        Kind::CharacterDevice(major, minor) | Kind::BlockDevice(major, minor) => {
            parts.push(format!("{major},{minor}"));
        }
        _ => {}
    }
    if let Ok(time) = jiff::Timestamp::from_second(entry.mtime) {
        parts.push(time.strftime("%Y-%m-%d").to_string());
    }
    parts.extend(entry.digest.map(|digest| format!("sha256:{}", digest.hex())));
    parts.join(" · ")
}

fn owner(entry: &Entry) -> String {
    format!("{}:{}", entry.uid, entry.gid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_are_whole_where_there_is_room() {
        let said = || {
            let layers =
                [1, 2].map(|at| (Tone::Danger, format!("layer {at}: not found; r reads it")));
            layers.to_vec()
        };
        let lines =
            |room| -> Vec<String> { warnings(said(), 20, room).iter().map(Line::text).collect() };
        let whole = ["layer 1: not found;", "r reads it", "layer 2: not found;", "r reads it"];
        assert_eq!(lines(4), whole);
        assert_eq!(lines(3), ["layer 1: not found;…", "layer 2: not found;…"]);
        assert_eq!(lines(2), ["layer 1: not found;…", "layer 2: not found;…"]);
        assert_eq!(lines(1), ["2 more warnings; a …"]);
    }
}
