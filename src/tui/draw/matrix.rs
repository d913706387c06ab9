//! The matrix.

use ratatui::layout::Rect;

use super::chrome::throbber;
use super::{Meaning, Pen};
use crate::text::{cut, escape, wrap};
use crate::tui::app::{Cell, CellKind, MatrixView, Spot, State};

pub(super) fn draw(pen: &mut Pen<'_>, state: &State, view: &MatrixView) {
    legend(pen, view.grid().titles);
    titles(pen, view);
    let grid = view.grid();
    let height = usize::from(grid.rows.height);
    for (at, named) in state.cx.choice.hosts().iter().enumerate().skip(view.top).take(height) {
        let y = grid.rows.y + u16::try_from(at - view.top).unwrap_or(0);
        let line = Rect { y, height: 1, ..grid.rows };
        let meaning = if at == view.row { Meaning::Strong } else { Meaning::Text };
        let name = cut(&escape(&named.name()), usize::from(grid.name));
        pen.write(line, line.x, y, &name, meaning);
        pen.spot(line, Spot::Line(at));
        for (column, x, cells) in &grid.columns {
            let Some(cell) = view.cells(at).get(*column) else { continue };
            let area = Rect { x: *x, width: *cells, ..line };
            draw_cell(pen, state, cell, area, grid.digests);
            pen.spot(area, Spot::Cell(at, *column));
            if (at, *column) == (view.row, view.column) {
                let bar = Rect { x: x.saturating_sub(1), width: cells + 2, ..line };
                pen.paint(bar, Meaning::Selection);
            }
        }
        if view.differs(at) {
            pen.write(line, grid.signs, y, "≠", Meaning::Warning);
        }
    }
    sentence(pen, state, view);
}

/// What the signs mean, in the free line over the engines.
fn legend(pen: &mut Pen<'_>, titles: Rect) {
    let area = Rect { y: titles.y.saturating_sub(1), ..titles };
    let mut x = area.x;
    for (sign, meaning, words) in [
        ("≠", Meaning::Warning, "engines differ"),
        ("!", Meaning::Warning, "does not run there"),
        ("–", Meaning::Muted, "nothing"),
        ("·", Meaning::Muted, "not on this system"),
    ] {
        x = pen.write(area, x, area.y, sign, meaning) + 1;
        x = pen.write(area, x, area.y, words, Meaning::Muted) + 2;
    }
}

/// The engines; an arrow says that there are more on that side.
fn titles(pen: &mut Pen<'_>, view: &MatrixView) {
    let grid = view.grid();
    let area = grid.titles;
    for (column, x, cells) in &grid.columns {
        let Some(engine) = view.engines().get(*column) else { continue };
        let chosen = *column == view.column;
        let meaning = if chosen { Meaning::Strong } else { Meaning::Muted };
        let title = Rect { x: *x, width: *cells, ..area };
        pen.write(title, *x, area.y, engine.short, meaning);
        pen.spot(title, Spot::Column(*column));
    }
    if grid.left > 0 {
        let x = grid.columns.first().map_or(area.x, |(_, x, _)| x.saturating_sub(2));
        pen.write(area, x, area.y, "‹", Meaning::Accent);
    }
    if grid.columns.last().is_some_and(|(last, ..)| last + 1 < view.engines().len()) {
        pen.write(area, grid.signs, area.y, "›", Meaning::Accent);
    }
}

fn draw_cell(pen: &mut Pen<'_>, state: &State, cell: &Cell, area: Rect, digests: bool) {
    let meaning = match (cell.kind, cell.odd) {
        (CellKind::Absent, _) => Meaning::Muted,
        (CellKind::Needs, _) if state.is_busy() => Meaning::Accent,
        (_, true) => Meaning::Differs,
        (CellKind::Pick | CellKind::Needs, false) => Meaning::Text,
        (CellKind::Nothing, false) => Meaning::Muted,
    };
    let text = match cell.kind {
        CellKind::Needs if state.is_busy() => throbber(state.cx.ticks),
        _ => cell.text.as_str(),
    };
    let room = usize::from(area.width);
    let room = if digests && cell.digest.is_some() { room.saturating_sub(14) } else { room };
    let x = pen.write(area, area.x, area.y, &cut(text, room), meaning);
    if cell.wrong.is_some() {
        // Behind the longest text it is in the gap between the columns.
        pen.write(Rect { width: area.width + 1, ..area }, x, area.y, "!", Meaning::Warning);
    }
    if let Some(digest) = cell.digest.as_ref().filter(|_| digests) {
        pen.write_right(area, area.y, digest.short(), Meaning::Muted);
    }
}

/// What the cell under the cursor says in full.
fn sentence(pen: &mut Pen<'_>, state: &State, view: &MatrixView) {
    let area = view.grid().sentence;
    let named = state.cx.choice.hosts().get(view.row);
    let (Some(cell), Some(named), Some(engine)) = (view.cell(), named, view.engine()) else {
        return;
    };
    if area.height == 0 {
        return;
    }
    let x = pen.write(area, area.x, area.y, engine.title, Meaning::Strong);
    pen.write(area, x, area.y, &escape(&format!(" on {}", named.words())), Meaning::Muted);
    let meaning = if cell.kind == CellKind::Nothing { Meaning::Danger } else { Meaning::Text };
    let cells = usize::from(area.width);
    let of = |meaning, text: &str| wrap(text, cells).into_iter().map(move |line| (meaning, line));
    let mut lines: Vec<(Meaning, String)> = of(meaning, &cell.sentence).collect();
    if let Some(why) = &cell.wrong {
        lines.extend(of(Meaning::Warning, &format!("! not for this machine: {why}")));
    }
    lines.extend(cell.digest.as_ref().map(|digest| (meaning, digest.to_string())));
    for (y, (meaning, line)) in (area.y + 1..area.bottom()).zip(&lines) {
        pen.write(area, area.x, y, line, *meaning);
    }
}
