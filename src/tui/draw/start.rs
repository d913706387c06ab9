//! The start page.

use ratatui::layout::Rect;

use super::chrome::typed;
use super::{Meaning, Pen};
use crate::text::{cut, escape, pad, width, wrap};
use crate::tui::app::{Spot, Start, State, Suggestion};

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
    if !state.cx.drafts.left.is_empty() {
        pen.write_right(area, area.y, &state.left_words(), Meaning::Muted);
    }
    y += 1;
    list(pen, state, page, Rect { y, height: area.bottom().saturating_sub(y), ..area });
}

/// A row of the list.
enum Row<'a> {
    Gap,
    Title(&'static str),
    Suggestion(usize, &'a Suggestion),
}

const SAMPLES: &str = "samples";
const RECENT: &str = "opened before";

/// Samples and what was opened before. The heading of the first row stays where it is.
fn list(pen: &mut Pen<'_>, state: &State, page: &Start, area: Rect) {
    let suggestions = page.suggestions(&state.cx.samples, &state.cx.history);
    let title = |it: &Suggestion| if it.recent { RECENT } else { SAMPLES };
    let mut rows = Vec::new();
    for (at, suggestion) in suggestions.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| suggestions.get(at));
        if before.is_some_and(|before| before.recent != suggestion.recent) {
            rows.push(Row::Gap);
            rows.push(Row::Title(title(suggestion)));
        }
        rows.push(Row::Suggestion(at, suggestion));
    }
    let longest = suggestions.iter().map(|it| width(&escape(&it.name))).max().unwrap_or(0);
    let name_width = longest.clamp(20, (usize::from(area.width) * 2 / 3).max(20));
    let room = usize::from(area.height.saturating_sub(1));
    let is_chosen =
        |row: &Row<'_>| matches!(row, Row::Suggestion(at, _) if page.chosen == Some(*at));
    let chosen = rows.iter().position(is_chosen).unwrap_or(0);
    let first = (chosen + 1).saturating_sub(room);
    let mut shown = rows.iter().skip(first).take(room).peekable();
    // A section that would begin right under the fixed heading is named by it.
    while shown.next_if(|row| !matches!(row, Row::Suggestion(..))).is_some() {}
    if let Some(Row::Suggestion(_, suggestion)) = shown.peek() {
        pen.write(area, area.x, area.y, title(suggestion), Meaning::Muted);
    }
    let mut last = 0;
    for (y, row) in (area.y + 1..area.bottom()).zip(shown) {
        match row {
            Row::Gap => {}
            Row::Title(title) => {
                pen.write(area, area.x, y, title, Meaning::Muted);
            }
            Row::Suggestion(at, suggestion) => {
                last = at + 1;
                let line = Rect { y, height: 1, ..area };
                draw_suggestion(pen, suggestion, line, name_width);
                pen.spot(line, Spot::Line(*at));
                if page.chosen == Some(*at) {
                    let bar = Rect { x: line.x.saturating_sub(1), width: line.width + 2, ..line };
                    pen.paint(bar, Meaning::Selection);
                }
            }
        }
    }
    if rows.len() > room {
        let position = format!("{last}/{}", suggestions.len());
        pen.write_right(area, area.y, &position, Meaning::Muted);
    }
}

fn draw_suggestion(pen: &mut Pen<'_>, suggestion: &Suggestion, line: Rect, name_width: usize) {
    let name = pad(&escape(&suggestion.name), name_width);
    let x = pen.write(line, line.x, line.y, &name, Meaning::Text) + 2;
    let room = usize::from(line.right().saturating_sub(x));
    pen.write(line, x, line.y, &cut(&escape(&suggestion.title), room), Meaning::Muted);
}
