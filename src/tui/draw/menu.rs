//! Menus over a screen.
//!
//! ```text
//! ──────────────────────────────────────
//!   which machine                   3/20
//! ◆ this machine      linux/amd64/v3
//!   Raspberry Pi 2    linux/arm/v7
//! ```

use ratatui::layout::Rect;

use super::{Meaning, Pen};
use crate::text::{cut, escape, pad, width, wrap};
use crate::tui::app::{Choosing, Menu, MenuItem, Spot, State};

/// The cells of what can be copied, in words.
const COPIED: usize = 22;

pub(super) fn draw(pen: &mut Pen<'_>, state: &State, menu: &Menu) {
    let body = state.areas().body;
    let facts = facts(menu, body);
    let lines = facts.len() + menu.items.len() + 3;
    let height = u16::try_from(lines).unwrap_or(body.height).min(body.height);
    let area =
        Rect { x: body.x, y: body.bottom().saturating_sub(height), width: body.width, height };
    pen.clear(area);
    let inner = Rect { x: area.x + 3, width: area.width.saturating_sub(6), ..area };
    let rule = Rect { x: area.x + 1, width: area.width.saturating_sub(2), height: 1, ..area };
    pen.line(rule, "─", Meaning::Rule);
    let room = usize::from(inner.width);
    pen.write(inner, inner.x, area.y + 1, &cut(&escape(&menu.title()), room), Meaning::Title);
    let mut y = area.y + 2;
    for fact in &facts {
        pen.write(inner, inner.x, y, fact, Meaning::Text);
        y += 1;
    }
    let page = usize::from(height.saturating_sub(3)).saturating_sub(facts.len());
    let first = (menu.cursor + 1).saturating_sub(page);
    let labels = label_cells(menu, room);
    // A menu lies over the whole line, a question is within its rule.
    let margin = u16::from(menu.is_question());
    for (at, item) in menu.items.iter().enumerate().skip(first).take(page) {
        if menu.current == Some(at) {
            pen.write(area, inner.x - 2, y, "◆", Meaning::Accent);
        }
        draw_item(pen, inner, y, item, labels);
        let line =
            Rect { x: area.x + margin, y, width: area.width.saturating_sub(2 * margin), height: 1 };
        pen.spot(line, Spot::Line(at));
        if at == menu.cursor {
            pen.paint(line, Meaning::Selection);
        }
        y += 1;
    }
    if menu.items.len() > page {
        let position = format!("{}/{}", menu.cursor + 1, menu.items.len());
        pen.write_right(inner, area.y + 1, &position, Meaning::Muted);
    }
}

/// The lines of the facts: each as many as it takes while lines are free, else cut to one.
fn facts(menu: &Menu, body: Rect) -> Vec<String> {
    let room = usize::from(body.width.saturating_sub(6));
    let whole = menu.facts.iter().flat_map(|fact| {
        let pieces = wrap(&escape(fact), room).into_iter().enumerate();
        pieces.map(|(at, piece)| match at {
            0 => piece,
            _ => format!("{:1$}{piece}", "", room.saturating_sub(width(&piece)).min(2)),
        })
    });
    let whole: Vec<String> = whole.collect();
    if whole.len() + menu.items.len() + 3 <= usize::from(body.height) {
        return whole;
    }
    menu.facts.iter().map(|fact| cut(&escape(fact), room)).collect()
}

/// The cells of the column of labels.
fn label_cells(menu: &Menu, room: usize) -> usize {
    let longest = menu.items.iter().map(|item| width(&escape(&item.label))).max().unwrap_or(0);
    match menu.what {
        Choosing::Copy(_) => COPIED,
        _ if menu.items.iter().all(|item| item.note.spans.is_empty()) => room,
        _ => longest.min(room * 3 / 5),
    }
}

fn draw_item(pen: &mut Pen<'_>, inner: Rect, y: u16, item: &MenuItem, labels: usize) {
    let mut x = inner.x;
    if let Some(marked) = item.mark {
        x = pen.write(inner, x, y, if marked { "[×] " } else { "[ ] " }, Meaning::Accent);
    }
    let label = cut(&escape(&item.label), labels);
    if item.note.spans.is_empty() {
        pen.write(inner, x, y, &label, Meaning::Text);
        return;
    }
    x = pen.write(inner, x, y, &pad(&label, labels), Meaning::Text) + 2;
    for span in &item.note.spans {
        let room = usize::from(inner.right().saturating_sub(x));
        x = pen.write(inner, x, y, &cut(&span.text, room), span.tone.into());
    }
}
