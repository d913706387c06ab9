//! The start page.

use ratatui::layout::Rect;

use super::chrome::typed;
use super::{Meaning, Pen};
use crate::app::{Spot, Start, State};
use crate::text::{cut, escape, pad, width, wrap};

pub(super) fn draw(pen: &mut Pen<'_>, state: &State, page: &Start) {
    let body = state.areas().body;
    let area = Rect { x: body.x + 3, width: body.width.saturating_sub(6), ..body };
    let line = |row: u16| Rect { y: area.y + row, height: 1, ..area };
    pen.write(area, area.x, area.y + 1, "reference", Meaning::Muted);
    let input = line(2);
    let x = pen.write(input, input.x, input.y, "› ", Meaning::Accent);
    typed(pen, input, x, &page.input, page.chosen.is_none());
    let mut y = area.y + 3;
    if let Some(problem) = &page.problem {
        for piece in wrap(problem, usize::from(area.width)).iter().take(3) {
            pen.write(area, area.x, y, piece, Meaning::Danger);
            y += 1;
        }
    }
    y += 1;
    let suggestions = page.suggestions(&state.samples, &state.history);
    let longest = suggestions.iter().map(|it| width(&escape(&it.reference))).max().unwrap_or(0);
    let name_width = longest.clamp(20, usize::from(area.width) * 2 / 3);
    let room = usize::from(area.bottom().saturating_sub(y + 1));
    let first = page.chosen.map_or(0, |at| (at + 1).saturating_sub(room.saturating_sub(1)));
    let mut recent_titled = false;
    if suggestions.first().is_some_and(|it| !it.recent) {
        pen.write(area, area.x, y, "samples", Meaning::Muted);
        y += 1;
    }
    for (at, suggestion) in suggestions.iter().enumerate().skip(first) {
        if suggestion.recent && !recent_titled {
            recent_titled = true;
            if at > 0 {
                y += 1;
            }
            pen.write(area, area.x, y, "opened before", Meaning::Muted);
            y += 1;
        }
        if y >= area.bottom() {
            break;
        }
        let row = Rect { y, height: 1, ..area };
        let name = pad(&escape(&suggestion.reference), name_width);
        let x = pen.write(area, area.x, y, &name, Meaning::Text);
        let room = usize::from(area.right().saturating_sub(x + 2));
        let note = cut(&escape(&suggestion.note), room);
        pen.write(area, x + 2, y, &note, Meaning::Muted);
        pen.spot(row, Spot::Line(at));
        if page.chosen == Some(at) {
            let bar = Rect { x: row.x.saturating_sub(1), width: row.width + 2, ..row };
            pen.paint(bar, Meaning::Selection);
        }
        y += 1;
    }
}
