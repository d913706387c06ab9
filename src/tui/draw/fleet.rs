//! A fleet.

use ratatui::layout::Rect;

use super::chrome::{throbber, typed};
use super::{Meaning, Pen};
use crate::model::fleet::{Cell, Image, Kind};
use crate::text::{cut, cut_middle, escape, wrap};
use crate::tui::app::{FleetView, Spot, State};

pub(super) fn draw(pen: &mut Pen<'_>, state: &State, view: &FleetView) {
    head(pen, view);
    let areas = view.areas();
    let rows = areas.rows;
    let shown = view.images().enumerate().skip(view.top).take(usize::from(rows.height));
    for (y, (at, image)) in (rows.y..rows.bottom()).zip(shown) {
        let line = Rect { y, height: 1, ..rows };
        pen.spot(line, Spot::Line(at));
        row(pen, state, view, image, at, line);
    }
    if view.image().is_none() {
        let words =
            if view.counts()[0] == 0 { "the files name no image" } else { "nothing matches" };
        pen.write(rows, rows.x, rows.y, words, Meaning::Muted);
    }
    let rule = Rect { y: rows.bottom(), height: 1, ..rows };
    pen.line(rule, "─", Meaning::Muted);
    about(pen, view);
}

/// The machines, or the filter at their left; arrows say that there are more machines.
fn head(pen: &mut Pen<'_>, view: &FleetView) {
    let areas = view.areas();
    let name = Rect { width: areas.name.saturating_sub(2), ..areas.head };
    if view.filter.is_shown() {
        let x = pen.write(name, name.x, name.y, "/ ", Meaning::Key);
        typed(pen, name, x, &view.filter.input, view.filter.typing);
    } else {
        pen.write(name, name.x, name.y, "problems first", Meaning::Muted);
    }
    let hosts = view.fleet().hosts.iter().enumerate().skip(view.left).take(areas.columns);
    for (at, (number, host)) in hosts.enumerate() {
        let column = column(view, at);
        let meaning = if number == view.column { Meaning::Strong } else { Meaning::Muted };
        let text = cut(&escape(&host.to_string()), usize::from(column.width.saturating_sub(1)));
        pen.write(column, column.x, column.y, &text, meaning);
        pen.spot(column, Spot::Column(number));
    }
    if view.left > 0 {
        let x = column(view, 0).x.saturating_sub(2);
        pen.write(areas.head, x, areas.head.y, "‹", Meaning::Accent);
    }
    if view.left + areas.columns < view.fleet().hosts.len() {
        pen.write_right(areas.head, areas.head.y, "›", Meaning::Accent);
    }
}

/// The place of a column in the line of the heading, counted from the first one on the screen.
fn column(view: &FleetView, at: usize) -> Rect {
    let areas = view.areas();
    let x = areas.head.x + areas.name + u16::try_from(at).unwrap_or(0) * areas.column;
    Rect { x, width: areas.column, ..areas.head }
}

fn row(pen: &mut Pen<'_>, state: &State, view: &FleetView, image: &Image, at: usize, line: Rect) {
    let areas = view.areas();
    let chosen = at == view.cursor;
    let (sign, meaning) = match &image.outcome {
        None => (throbber(state.cx.ticks), Meaning::Accent),
        Some(Err(_)) => ("?", Meaning::Warning),
        Some(Ok(_)) if image.has_findings() => ("✗", Meaning::Danger),
        Some(Ok(_)) if image.is_bad() => ("·", Meaning::Muted),
        Some(Ok(_)) if image.has_trouble() => ("?", Meaning::Warning),
        Some(Ok(_)) => (" ", Meaning::Text),
    };
    pen.write(line, line.x, line.y, sign, meaning);
    let name = escape(&image.reference.familiar()).into_owned();
    let room = usize::from(areas.name.saturating_sub(4));
    let strong = if chosen { Meaning::Strong } else { Meaning::Text };
    pen.write(line, line.x + 2, line.y, &cut_middle(&name, room), strong);
    let cells = image.behind().map_or(&[][..], |it| it.cells.as_slice());
    for at_column in 0..areas.columns {
        let number = view.left + at_column;
        let place = Rect { y: line.y, ..column(view, at_column) };
        if let Some(cell) = cells.get(number) {
            let room = usize::from(place.width.saturating_sub(2));
            let text = cut(&escape(&FleetView::word(cell)), room);
            pen.write(place, place.x, place.y, &text, meaning_of(cell, image));
        }
        if number < view.fleet().hosts.len() {
            pen.spot(place, Spot::Cell(at, number));
        }
    }
    if chosen {
        let whole = Rect { x: line.x.saturating_sub(1), width: line.width + 2, ..line };
        pen.paint(whole, Meaning::Selection);
    }
}

fn meaning_of(cell: &Cell, image: &Image) -> Meaning {
    match cell {
        Cell::Gets { .. } => Meaning::Text,
        Cell::Wrong { .. } | Cell::Nothing(_) if image.allowed().is_some() => Meaning::Muted,
        Cell::Wrong { .. } | Cell::Nothing(_) => Meaning::Danger,
        Cell::Unknown(_) => Meaning::Warning,
        Cell::NotAsked => Meaning::Muted,
    }
}

/// What the image under the cursor is about: what is wrong, and where it is named.
fn about(pen: &mut Pen<'_>, view: &FleetView) {
    let area = view.areas().about;
    let Some(image) = view.image() else { return };
    let cells = usize::from(area.width.saturating_sub(2)).max(20);
    let mut lines: Vec<(Meaning, String)> = Vec::new();
    for told in view.fleet().told(image).iter().filter(|_| image.outcome.is_some()) {
        let meaning = match told.kind {
            Kind::Unread => Meaning::Warning,
            _ if image.allowed().is_some() => Meaning::Muted,
            _ => Meaning::Danger,
        };
        let text = format!("{} {}", told.kind.sign(), told.text);
        for (at, piece) in wrap(&escape(&text), cells).into_iter().enumerate() {
            lines.push((meaning, if at == 0 { piece } else { format!("  {piece}") }));
        }
    }
    if let Some(exception) = &image.exception {
        lines.push((Meaning::Muted, escape(&format!("· {}", exception.words())).into_owned()));
    }
    let engine = image.engine.map(|engine| engine.title).unwrap_or_default();
    let digest = image.behind().map(|it| it.digest.to_string()).unwrap_or_default();
    if lines.is_empty() && image.outcome.is_some() {
        lines.push((Meaning::Text, "every machine gets its own image".to_owned()));
    }
    for (file, mention) in view.fleet().places(image) {
        let text = format!("{file}:{}  {}", mention.line, mention.owner);
        lines.push((Meaning::Muted, escape(text.trim_end()).into_owned()));
    }
    lines.push((Meaning::Muted, format!("{engine}  {digest}")));
    for (y, (meaning, text)) in (area.y..area.bottom()).zip(&lines) {
        pen.write(area, area.x, y, &cut(text, usize::from(area.width)), *meaning);
    }
}
