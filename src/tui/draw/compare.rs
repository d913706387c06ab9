//! The compare view.

use ratatui::layout::Rect;

use super::chrome::throbber;
use super::{Meaning, Pen};
use crate::model::compare::Sign;
use crate::text::{cut, cut_middle, escape, width, wrap};
use crate::tui::app::detail::Line;
use crate::tui::app::{CompareRow, CompareView, FileDifference, Spot, State};

/// Cells from one depth to the next.
const INDENT: u16 = 2;
/// Cells of the sign and the triangle before a label.
const SIGNS: u16 = 4;
const GAP: u16 = 2;
/// The cells that a label beside which there are sides may take on any screen.
const LABEL: u16 = 36;

pub(super) fn draw(pen: &mut Pen<'_>, state: &State, view: &CompareView) {
    let regions = view.regions();
    if let Some(difference) = view.difference() {
        return file(pen, state, regions.body, difference);
    }
    lines(pen, regions.head, view.head());
    let area = regions.rows;
    let columns = SideColumns::of(view, area);
    let height = usize::from(area.height);
    for (at, row) in view.rows().iter().enumerate().skip(view.top).take(height) {
        let y = area.y + u16::try_from(at - view.top).unwrap_or(0);
        let line = Rect { y, height: 1, ..area };
        columns.row(pen, line, row);
        let bar = Rect { x: line.x.saturating_sub(1), width: line.width + 2, ..line };
        pen.spot(bar, Spot::Line(at));
        if view.cursor == at {
            pen.paint(bar, Meaning::Selection);
        }
    }
    lines(pen, regions.sentence, view.sentence());
}

/// What differs in one file.
fn file(pen: &mut Pen<'_>, state: &State, area: Rect, difference: &FileDifference) {
    let cells = usize::from(area.width);
    pen.write(area, area.x, area.y, &cut(&difference.title, cells), Meaning::Strong);
    let text = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
    pen.spot(area, Spot::Detail);
    match &difference.lines {
        None => {
            let x = pen.write(text, text.x, text.y, throbber(state.cx.ticks), Meaning::Accent);
            pen.write(text, x + 1, text.y, "reading the file on both sides", Meaning::Muted);
        }
        Some(Err(failure)) => {
            let lines = wrap(&escape(&failure.to_string()), cells);
            for (y, line) in (text.top()..text.bottom()).zip(lines) {
                pen.write(text, text.x, y, &line, Meaning::Danger);
            }
        }
        Some(Ok(lines)) => {
            let page = usize::from(text.height);
            let from = difference.scroll.min(lines.len());
            for (y, line) in (text.top()..text.bottom()).zip(lines.iter().skip(from)) {
                pen.write(text, text.x, y, &cut(line, cells), of_line(line));
            }
            if lines.len() > page {
                let last = (from + page).min(lines.len());
                let position = format!("{last}/{}", lines.len());
                pen.write_right(area, area.y + 1, &position, Meaning::Muted);
            }
        }
    }
}

/// What a line of a unified diff means.
fn of_line(line: &str) -> Meaning {
    match line.as_bytes().first() {
        Some(b'+') => Meaning::Added,
        Some(b'-') => Meaning::Removed,
        Some(b'@') => Meaning::Muted,
        _ => Meaning::Text,
    }
}

fn lines(pen: &mut Pen<'_>, area: Rect, lines: &[Line]) {
    for (y, line) in (area.top()..area.bottom()).zip(lines) {
        let mut x = area.x;
        for span in &line.spans {
            x = pen.write(area, x, y, &span.text, span.tone.into());
        }
    }
}

/// Where the columns of a wide screen begin; a narrow one has one column.
enum SideColumns {
    Sides { a: u16, b: u16, note: u16 },
    One,
}

impl SideColumns {
    /// From all rows, not only those on the screen, so that nothing moves while they scroll.
    fn of(view: &CompareView, area: Rect) -> Self {
        if !view.is_wide() {
            return Self::One;
        }
        let cells = |text: &str| u16::try_from(width(text)).unwrap_or(u16::MAX);
        let rows = view.rows();
        // A row that has nothing in the columns of the sides writes over them.
        let label = rows.iter().filter(|row| has_sides(row)).map(|row| {
            (row.depth * INDENT).saturating_add(SIGNS).saturating_add(cells(&row.label))
        });
        let longest = |text: fn(&CompareRow) -> &String| {
            rows.iter().filter(|row| has_sides(row)).map(|row| cells(text(row))).max().unwrap_or(0)
        };
        let (a, b, note) = (longest(|row| &row.a), longest(|row| &row.b), longest(|row| &row.note));
        let label = label.max().unwrap_or(0).min(area.width / 2);
        let all = [label, a, b, note, 3 * GAP].into_iter().fold(0, u16::saturating_add);
        // Where not everything has room, names are cut first: their ends still tell them apart.
        let label = if all > area.width { label.min(LABEL) } else { label };
        // Notes have what the sides leave, a third at least if they are that long.
        let room = area.width.saturating_sub(label + 3 * GAP);
        let sides = room - note.min(room / 3);
        let half = sides / 2;
        let (a, b) =
            (a.min(half.max(sides.saturating_sub(b))), b.min(half.max(sides - a.min(half))));
        let at = area.x + label + GAP;
        Self::Sides { a: at, b: at + a + GAP, note: at + a + GAP + b + GAP }
    }

    fn row(&self, pen: &mut Pen<'_>, line: Rect, row: &CompareRow) {
        let meaning = meaning(row.sign);
        let x = line.x + row.depth * INDENT;
        let triangle = match row.open {
            Some(true) => "▾",
            Some(false) => "▸",
            None => "",
        };
        pen.write(line, x, line.y, row.sign.as_str(), meaning);
        let label_at = if row.is_head {
            pen.write(line, x + 2, line.y, triangle, Meaning::Muted);
            x + SIGNS
        } else {
            x + 2
        };
        let write = |pen: &mut Pen<'_>, from: u16, to: u16, text: &str, meaning| {
            let room = usize::from(to.saturating_sub(from));
            pen.write(line, from, line.y, &cut(text, room), meaning)
        };
        let side = if row.sign == Sign::Same { Meaning::Muted } else { Meaning::Text };
        match self {
            Self::Sides { a, .. } if !has_sides(row) => {
                let x = write(pen, label_at, line.right(), &row.label, meaning);
                write(pen, (x + GAP).max(*a), line.right(), &row.note, Meaning::Muted);
            }
            Self::Sides { a, b, note } => {
                let room = usize::from((a - GAP).saturating_sub(label_at));
                pen.write(line, label_at, line.y, &cut_middle(&row.label, room), meaning);
                write(pen, *a, b - GAP, &row.a, side);
                write(pen, *b, note - GAP, &row.b, side);
                write(pen, *note, line.right(), &row.note, Meaning::Muted);
            }
            Self::One => {
                let label = if row.is_head { meaning } else { side };
                let mut x = write(pen, label_at, line.right(), &row.label, label);
                // What both sides have is told once; what one has is its own sign's.
                let text = if row.a.is_empty() { &row.b } else { &row.a };
                for (text, meaning) in [(text, side), (&row.note, Meaning::Muted)] {
                    if !text.is_empty() {
                        x = write(pen, x + GAP, line.right(), text, meaning);
                    }
                }
            }
        }
    }
}

/// Whether something of a row is in the columns of the sides.
fn has_sides(row: &CompareRow) -> bool {
    !row.a.is_empty() || !row.b.is_empty()
}

fn meaning(sign: Sign) -> Meaning {
    match sign {
        Sign::Same => Meaning::Muted,
        Sign::Changed => Meaning::Changed,
        Sign::Added => Meaning::Added,
        Sign::Removed => Meaning::Removed,
    }
}
