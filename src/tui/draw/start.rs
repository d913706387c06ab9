//! The start page.

use ratatui::layout::Rect;

use super::chrome::typed;
use super::{Meaning, Pen};
use crate::text::{cut, escape, pad, width};
use crate::tui::app::{Spot, Start, StartRow, State, Suggestion, start_rows};

pub(super) fn draw(pen: &mut Pen<'_>, state: &State, page: &Start) {
    let body = state.areas().body;
    let area = Rect { x: body.x + 3, width: body.width.saturating_sub(6), ..body };
    let line = |row: u16| Rect { y: area.y + row, height: 1, ..area };
    pen.write(area, area.x, area.y + 1, "reference", Meaning::Muted);
    let input = line(2);
    let x = pen.write(input, input.x, input.y, "› ", Meaning::Accent);
    typed(pen, input, x, &page.input, page.chosen.is_none());
    for (y, piece) in (area.y + 3..area.bottom()).zip(page.problem_lines(body)) {
        pen.write(area, area.x, y, &piece, Meaning::Danger);
    }
    list(pen, state, page, page.list_area(body));
}

/// The sections below each other. The heading of the first row stays where it is.
fn list(pen: &mut Pen<'_>, state: &State, page: &Start, area: Rect) {
    let sections = page.sections(state.cx.known());
    let titles: Vec<String> = sections.iter().map(|it| escape(&it.title).into_owned()).collect();
    let suggestions: usize = sections.iter().map(|section| section.lines.len()).sum();
    let names = sections.iter().flat_map(|section| &section.lines);
    let longest = names.map(|it| width(&escape(&it.name))).max().unwrap_or(0);
    let name_width = longest.clamp(20, (usize::from(area.width) * 2 / 3).max(20));
    let rows = start_rows(sections);
    pen.spot(area, Spot::Detail);
    let room = usize::from(area.height.saturating_sub(1));
    let count = rows.len();
    let mut shown = rows.into_iter().skip(page.first_row()).peekable();
    // A section that would begin right under the fixed heading is named by it.
    while shown.next_if(|(_, row)| matches!(row, StartRow::Gap)).is_some() {}
    if let Some(title) = shown.peek().and_then(|(section, _)| titles.get(*section)) {
        let room = usize::from(area.width);
        pen.write(area, area.x, area.y, &cut(title, room), Meaning::Muted);
    }
    shown.next_if(|(_, row)| matches!(row, StartRow::Title(_)));
    let mut last = 0;
    for (y, (_, row)) in (area.y + 1..area.bottom()).zip(shown) {
        match row {
            StartRow::Gap => {}
            StartRow::Title(title) => {
                let room = usize::from(area.width);
                pen.write(area, area.x, y, &cut(&escape(&title), room), Meaning::Muted);
            }
            StartRow::More(count) => {
                let words = format!("{count} more; type to narrow");
                pen.write(area, area.x, y, &words, Meaning::Muted);
            }
            StartRow::Suggestion(at, suggestion) => {
                last = at + 1;
                let line = Rect { y, height: 1, ..area };
                draw_suggestion(pen, &suggestion, line, name_width);
                pen.spot(line, Spot::Line(at));
                if page.chosen == Some(at) {
                    let bar = Rect { x: line.x.saturating_sub(1), width: line.width + 2, ..line };
                    pen.paint(bar, Meaning::Selection);
                }
            }
        }
    }
    if count > room + 1 {
        let position = format!("{last}/{suggestions}");
        pen.write_right(area, area.y, &position, Meaning::Muted);
    }
}

fn draw_suggestion(pen: &mut Pen<'_>, suggestion: &Suggestion, line: Rect, name_width: usize) {
    let name = pad(&escape(&suggestion.name), name_width);
    let x = pen.write(line, line.x, line.y, &name, Meaning::Text) + 2;
    let room = usize::from(line.right().saturating_sub(x));
    pen.write(line, x, line.y, &cut(&escape(&suggestion.title), room), Meaning::Muted);
}
