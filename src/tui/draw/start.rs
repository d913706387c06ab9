//! The start page.

use ratatui::layout::Rect;

use super::chrome::typed;
use super::{Meaning, Pen};
use crate::text::{cut, escape, pad, width, wrap};
use crate::tui::app::{Section, Spot, Start, State, Suggestion};

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
enum Row {
    Gap,
    /// The heading of a section.
    Title(String),
    Suggestion(usize, Suggestion),
    /// How many lines of a section are left out.
    More(usize),
}

/// The sections below each other. The heading of the first row stays where it is.
fn list(pen: &mut Pen<'_>, state: &State, page: &Start, area: Rect) {
    let sections = page.sections(state.cx.known());
    let titles: Vec<String> = sections.iter().map(|it| escape(&it.title).into_owned()).collect();
    let suggestions: usize = sections.iter().map(|section| section.lines.len()).sum();
    let names = sections.iter().flat_map(|section| &section.lines);
    let longest = names.map(|it| width(&escape(&it.name))).max().unwrap_or(0);
    let name_width = longest.clamp(20, (usize::from(area.width) * 2 / 3).max(20));
    let rows = rows(sections);
    let room = usize::from(area.height.saturating_sub(1));
    let is_chosen =
        |(_, row): &(usize, Row)| matches!(row, Row::Suggestion(at, _) if page.chosen == Some(*at));
    let chosen = rows.iter().position(is_chosen).unwrap_or(0);
    // The first heading is not one of the rows below it.
    let first = if chosen <= room { 0 } else { chosen + 1 - room };
    let count = rows.len();
    let mut shown = rows.into_iter().skip(first).peekable();
    // A section that would begin right under the fixed heading is named by it.
    while shown.next_if(|(_, row)| matches!(row, Row::Gap)).is_some() {}
    if let Some(title) = shown.peek().and_then(|(section, _)| titles.get(*section)) {
        let room = usize::from(area.width);
        pen.write(area, area.x, area.y, &cut(title, room), Meaning::Muted);
    }
    shown.next_if(|(_, row)| matches!(row, Row::Title(_)));
    let mut last = 0;
    for (y, (_, row)) in (area.y + 1..area.bottom()).zip(shown) {
        match row {
            Row::Gap => {}
            Row::Title(title) => {
                let room = usize::from(area.width);
                pen.write(area, area.x, y, &cut(&escape(&title), room), Meaning::Muted);
            }
            Row::More(count) => {
                let words = format!("{count} more; type to narrow");
                pen.write(area, area.x, y, &words, Meaning::Muted);
            }
            Row::Suggestion(at, suggestion) => {
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

/// The rows of all sections, each with the section that it belongs to.
fn rows(sections: Vec<Section>) -> Vec<(usize, Row)> {
    let (mut rows, mut at) = (Vec::new(), 0);
    // Headings without lines have no gap between them.
    let mut is_alone = true;
    for (number, section) in sections.into_iter().enumerate() {
        if number > 0 && !(is_alone && section.lines.is_empty()) {
            rows.push((number, Row::Gap));
        }
        is_alone = section.lines.is_empty();
        rows.push((number, Row::Title(section.title)));
        for line in section.lines {
            rows.push((number, Row::Suggestion(at, line)));
            at += 1;
        }
        if section.left_out > 0 {
            rows.push((number, Row::More(section.left_out)));
        }
    }
    rows
}

fn draw_suggestion(pen: &mut Pen<'_>, suggestion: &Suggestion, line: Rect, name_width: usize) {
    let name = pad(&escape(&suggestion.name), name_width);
    let x = pen.write(line, line.x, line.y, &name, Meaning::Text) + 2;
    let room = usize::from(line.right().saturating_sub(x));
    pen.write(line, x, line.y, &cut(&escape(&suggestion.title), room), Meaning::Muted);
}
