//! Menus over a screen.
//!
//! ```text
//! ──────────────────────────────────────
//!   which machine                   3/20
//! ◆ this machine      linux/amd64/v3
//!   Raspberry Pi 2    linux/arm/v7
//! ```
//!
//! What is cut of the line under the cursor is below the lines, in full.

use ratatui::layout::Rect;

use super::{Meaning, Pen};
use crate::text::{cut, escape, pad};
use crate::tui::app::{Action, Menu, MenuItem, MenuLayout, Spot, State};

/// The cells between a label and what is said of it.
const GAP: u16 = MenuLayout::GAP as u16;

pub(super) fn draw(pen: &mut Pen<'_>, state: &State, menu: &Menu) {
    let body = state.areas().body;
    let layout = menu.layout();
    let height = layout.height.min(body.height);
    let area =
        Rect { x: body.x, y: body.bottom().saturating_sub(height), width: body.width, height };
    pen.spot(Rect { height: body.height - height, ..body }, Spot::Beside);
    pen.clear(area);
    let inner = Rect { x: area.x + 3, width: area.width.saturating_sub(6), ..area };
    let room = usize::from(inner.width);
    let mut y = area.y;
    if layout.has_rule {
        let rule = Rect { x: area.x + 1, width: area.width.saturating_sub(2), height: 1, ..area };
        pen.line(rule, "─", Meaning::Rule);
        y += 1;
    }
    pen.write(inner, inner.x, y, &cut(&escape(&menu.title()), room), Meaning::Title);
    if menu.items.len() > layout.page {
        let position = format!("{}/{}", menu.cursor + 1, menu.items.len());
        pen.write_right(inner, y, &position, Meaning::Muted);
    }
    y += 1;
    for fact in &layout.facts {
        pen.write(inner, inner.x, y, fact, Meaning::Text);
        y += 1;
    }
    // A menu lies over the whole line, a question is within its rule.
    let margin = u16::from(menu.is_question());
    let has_answers = menu.all().iter().any(|item| item.answer.is_some());
    for (at, item) in menu.items.iter().enumerate().skip(menu.top).take(layout.page) {
        if menu.current == Some(at) {
            pen.write(area, inner.x - 2, y, "◆", Meaning::Accent);
        }
        let answers = has_answers.then(|| answer_key(state, item));
        let x = pen.write(inner, inner.x, y, &answers.unwrap_or_default(), Meaning::Key);
        let place = Rect { x, width: inner.right().saturating_sub(x), ..inner };
        draw_item(pen, place, y, item, layout.labels);
        let line =
            Rect { x: area.x + margin, y, width: area.width.saturating_sub(2 * margin), height: 1 };
        pen.spot(line, Spot::Line(at));
        if at == menu.cursor {
            pen.paint(line, Meaning::Selection);
        }
        y += 1;
    }
    if let Some(item) = menu.items.get(menu.cursor) {
        let whole = layout.whole(item);
        let below = layout.below;
        let first = area.bottom().saturating_sub(u16::try_from(below).unwrap_or(0));
        for (at, (y, line)) in (first..area.bottom()).zip(&whole).enumerate() {
            let goes_on = at + 1 == below && whole.len() > below;
            let line = if goes_on { cut(&format!("{line}…"), room) } else { line.clone() };
            pen.write(inner, inner.x, y, &line, Meaning::Text);
        }
    }
}

/// The key that takes an answer, in the cells of all of them.
fn answer_key(state: &State, item: &MenuItem) -> String {
    let action = item.answer.map(|yes| if yes { Action::MenuYes } else { Action::MenuNo });
    pad(&action.map(|action| state.cx.key(action)).unwrap_or_default(), MenuLayout::KEY)
}

fn draw_item(pen: &mut Pen<'_>, inner: Rect, y: u16, item: &MenuItem, labels: usize) {
    let mut x = inner.x;
    if let Some(marked) = item.mark {
        let mark = if marked { MenuLayout::MARKED } else { "[ ] " };
        x = pen.write(inner, x, y, mark, Meaning::Accent);
    }
    let label = cut(&escape(&item.label), labels);
    if item.note.spans.is_empty() {
        pen.write(inner, x, y, &label, Meaning::Text);
        return;
    }
    x = pen.write(inner, x, y, &pad(&label, labels), Meaning::Text) + GAP;
    for span in &item.note.spans {
        let room = usize::from(inner.right().saturating_sub(x));
        x = pen.write(inner, x, y, &cut(&span.text, room), span.tone.into());
    }
}
