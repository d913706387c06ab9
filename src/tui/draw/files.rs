//! The files view.

use ratatui::layout::Rect;

use super::chrome::throbber;
use super::{Meaning, Pen, sheet};
use crate::text::{bar, bytes, cut, escape, pad, width, wrap};
use crate::tui::app::detail::{Line, Tone};
use crate::tui::app::{
    FileRow, FilesView, LayerLoad, LayerState, Spot, State, Viewer, ViewerState,
};

/// Cells from one folder to the next.
const INDENT: u16 = 2;
/// Cells of the sign and the triangle before a name.
const SIGNS: u16 = 4;
const GAP: u16 = 2;
/// `-rwxr-xr-x`
const PERMISSIONS: u16 = 10;
/// `1000 kB`
const SIZE: usize = 7;
/// `layer 12`, `1.2 MB wasted`; what one layer does is said in more words.
const NOTE: u16 = 13;
/// Cells of the bar of a size.
const BAR: u16 = 8;
/// The least cells of the column of names, and the step by which it grows.
const LEAST_NAME: u16 = 24;
const NAME_STEP: u16 = 8;
/// From this many columns on the permissions are shown.
const WIDE: u16 = 74;
/// From this many columns on bars are shown.
const BARRED: u16 = 54;

pub(super) fn draw(pen: &mut Pen<'_>, state: &State, view: &FilesView) {
    let regions = view.regions();
    if let Some(viewer) = &view.viewer {
        let body = view.viewer_body();
        pen.line(view.viewer_rule(), "│", Meaning::Rule);
        pen.spot(body, Spot::Detail);
        lines(pen, body, &[view.viewer_title()]);
        file(pen, state, view.viewer_area(), viewer);
        if view.viewer_rule().width == 0 {
            return;
        }
    } else if view.viewer_rule().width > 0 {
        pen.line(view.viewer_rule(), "│", Meaning::Rule);
        let cells = usize::from(view.viewer_body().width);
        let words = view.beside_words().iter().flat_map(|line| wrap(&line.text(), cells));
        let words: Vec<Line> = words.map(|line| Line::of(Tone::Muted, line)).collect();
        lines(pen, view.viewer_body(), &words);
    }
    lines(pen, regions.head, view.head());
    if view.files().is_some() {
        rows(pen, view, regions.rows);
    } else {
        layers(pen, state, view, regions.rows);
    }
    lines(pen, regions.sentence, view.sentence());
}

fn lines(pen: &mut Pen<'_>, area: Rect, lines: &[Line]) {
    for (y, line) in (area.top()..area.bottom()).zip(lines) {
        let mut x = area.x;
        for span in &line.spans {
            x = pen.write(area, x, y, &span.text, span.tone.into());
        }
    }
}

fn rows(pen: &mut Pen<'_>, view: &FilesView, area: Rect) {
    if view.rows().is_empty() && area.height > 0 {
        pen.write(area, area.x, area.y, "nothing lies in it", Meaning::Muted);
        return;
    }
    let height = usize::from(area.height);
    let shown = || view.rows().iter().enumerate().skip(view.top).take(height);
    let names = shown().map(|(_, row)| {
        let label = u16::try_from(width(&view.words(row).label)).unwrap_or(u16::MAX);
        name_at(area, row).saturating_sub(area.x).saturating_add(label)
    });
    // Behind the longest name on the screen, by steps, so that little moves while rows scroll.
    let names = names.max().unwrap_or(0).clamp(LEAST_NAME, LEAST_NAME.max(area.width));
    let names = names.next_multiple_of(NAME_STEP);
    for (at, row) in shown() {
        let y = area.y + u16::try_from(at - view.top).unwrap_or(0);
        let line = Rect { y, height: 1, ..area };
        draw_row(pen, view, (line, names), row);
        let whole = Rect { x: line.x.saturating_sub(1), width: line.width + 2, ..line };
        pen.spot(whole, Spot::Line(at));
        if view.cursor == at {
            let elsewhere = view.is_reading();
            let meaning = if elsewhere { Meaning::SelectionElsewhere } else { Meaning::Selection };
            pen.paint(whole, meaning);
        }
    }
}

/// Where the name of a row begins. Names deep down stay on the screen.
fn name_at(line: Rect, row: &FileRow) -> u16 {
    line.x + (row.depth.saturating_mul(INDENT)).min(line.width / 3) + SIGNS
}

/// A row whose name has at most so many cells from the left side of the line on.
fn draw_row(pen: &mut Pen<'_>, view: &FilesView, (line, names): (Rect, u16), row: &FileRow) {
    let words = view.words(row);
    let sign = match words.sign {
        "+" => Meaning::Good,
        "-" => Meaning::Danger,
        _ => Meaning::Warning,
    };
    pen.write(line, line.x, line.y, words.sign, sign);
    let name_at = name_at(line, row);
    let x = name_at - SIGNS;
    let triangle = match row.open {
        Some(true) => "▾",
        Some(false) => "▸",
        None => " ",
    };
    pen.write(line, x + 2, line.y, triangle, Meaning::Muted);
    let size = u16::try_from(SIZE).unwrap_or(u16::MAX);
    let shows_permissions = line.width >= WIDE && !view.wasted;
    let permissions = if shows_permissions { PERMISSIONS + GAP } else { 0 };
    let note = NOTE.max(u16::try_from(width(&words.note)).unwrap_or(NOTE)).min(line.width / 3);
    let shows_bar = line.width >= BARRED;
    let bars = if shows_bar { BAR + GAP } else { 0 };
    let right = line.right().saturating_sub(note + GAP + bars + size + permissions);
    let right = right.min(line.x.saturating_add(names) + GAP);
    let room = usize::from(right.saturating_sub(name_at + GAP));
    let meaning = words.tone.into();
    let meaning = if row.open.is_some() && words.sign != "-" { Meaning::Strong } else { meaning };
    pen.write(line, name_at, line.y, &cut(&words.label, room), meaning);
    let mut x = right;
    if shows_permissions {
        x = pen.write(line, x, line.y, &pad(&words.permissions, 10), Meaning::Muted) + GAP;
    }
    let mut x = pen.write(line, x, line.y, &format!("{:>SIZE$}", words.size), Meaning::Text) + GAP;
    if shows_bar {
        let (part, whole) = row.share;
        pen.write(line, x, line.y, &bar(part, whole, usize::from(BAR)), Meaning::Muted);
        x += bars;
    }
    pen.write(line, x, line.y, &cut(&words.note, usize::from(note)), Meaning::Muted);
}

/// The layers while they are read.
fn layers(pen: &mut Pen<'_>, state: &State, view: &FilesView, area: Rect) {
    let shown =
        view.layers.iter().enumerate().filter(|(at, _)| view.only.is_none_or(|only| only == *at));
    for ((at, layer), y) in shown.zip(area.top()..area.bottom()) {
        let line = Rect { y, height: 1, ..area };
        let (sign, meaning) = match layer.load {
            LayerLoad::Reading(_) => (throbber(state.cx.ticks), Meaning::Accent),
            LayerLoad::Ready(_) => ("✓", Meaning::Good),
            LayerLoad::Failed(_) => ("✗", Meaning::Danger),
            LayerLoad::Waiting | LayerLoad::Idle => ("·", Meaning::Muted),
        };
        let x = pen.write(line, line.x, y, sign, meaning) + 1;
        let x = pen.write(line, x, y, &format!("layer {:<4}", at + 1), Meaning::Text);
        let x = pen.write(line, x, y, &pad(&progress(layer), 22), Meaning::Muted);
        let made = escape(layer.created_by.as_deref().unwrap_or_default()).into_owned();
        let room = usize::from(line.right().saturating_sub(x + GAP));
        pen.write(line, x + GAP, y, &cut(&made, room), Meaning::Muted);
    }
}

fn progress(layer: &LayerState) -> String {
    let total = layer.descriptor.as_ref().map_or(0, |descriptor| descriptor.size);
    match &layer.load {
        LayerLoad::Reading(received) => format!("{} of {}", bytes(*received), bytes(total)),
        LayerLoad::Failed(failure) => escape(&failure.brief()).into_owned(),
        _ => bytes(total),
    }
}

fn file(pen: &mut Pen<'_>, state: &State, area: Rect, viewer: &Viewer) {
    match &viewer.state {
        ViewerState::Loading => {
            pen.write(area, area.x, area.y, throbber(state.cx.ticks), Meaning::Accent);
        }
        ViewerState::Failed(failure) => {
            let text = wrap(&escape(&failure.to_string()), usize::from(area.width));
            for (y, line) in (area.top()..area.bottom()).zip(text) {
                pen.write(area, area.x, y, &line, Meaning::Danger);
            }
        }
        ViewerState::Ready(_) => sheet::draw(pen, area, &viewer.sheet),
    }
}
