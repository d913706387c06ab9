//! Menus over a screen.
//!
//! ```text
//! ──────────────────────────────────────
//!   which machine                   3/20
//! ◆ this machine      linux/amd64/v3
//!   Raspberry Pi 2    linux/arm/v7
//! ```
//!
//! What is cut of the line under the cursor is below the lines, in full. Its place is kept for every
//! line of the menu, so that nothing moves with the cursor.

use ratatui::layout::Rect;

use super::{Meaning, Pen};
use crate::text::{cut, escape, pad, width, wrap};
use crate::tui::app::{Choosing, Menu, MenuItem, Spot, State};

/// The cells of what can be copied, in words.
const COPIED: usize = 22;
/// The cells between a label and what is said of it.
const GAP: u16 = 2;
/// In front of a line that is marked.
const MARKED: &str = "[×] ";
/// Of the lines that are free beside the facts, one in so many is kept for what is cut.
const ONE_IN: usize = 3;

pub(super) fn draw(pen: &mut Pen<'_>, state: &State, menu: &Menu) {
    let body = state.areas().body;
    let facts = facts(menu, body);
    let room = usize::from(body.width.saturating_sub(6));
    let labels = label_cells(menu, room);
    let free = usize::from(body.height).saturating_sub(facts.len() + Menu::AROUND);
    let below = lines_below(menu, labels, room).min(free / ONE_IN);
    let lines = facts.len() + menu.items.len() + below + Menu::AROUND;
    let height = u16::try_from(lines).unwrap_or(body.height).min(body.height);
    let area =
        Rect { x: body.x, y: body.bottom().saturating_sub(height), width: body.width, height };
    pen.clear(area);
    let inner = Rect { x: area.x + 3, width: area.width.saturating_sub(6), ..area };
    let rule = Rect { x: area.x + 1, width: area.width.saturating_sub(2), height: 1, ..area };
    pen.line(rule, "─", Meaning::Rule);
    pen.write(inner, inner.x, area.y + 1, &cut(&escape(&menu.title()), room), Meaning::Title);
    let mut y = area.y + 2;
    for fact in &facts {
        pen.write(inner, inner.x, y, fact, Meaning::Text);
        y += 1;
    }
    let page = usize::from(height).saturating_sub(facts.len() + below + Menu::AROUND);
    let first = (menu.cursor + 1).saturating_sub(page);
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
    if let Some(item) = menu.items.get(menu.cursor) {
        let whole = whole(item, labels, room);
        let first = area.bottom().saturating_sub(u16::try_from(below).unwrap_or(0));
        for (at, (y, line)) in (first..area.bottom()).zip(&whole).enumerate() {
            let goes_on = at + 1 == below && whole.len() > below;
            let line = if goes_on { cut(&format!("{line}…"), room) } else { line.clone() };
            pen.write(inner, inner.x, y, &line, Meaning::Text);
        }
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
    if whole.len() + menu.items.len() + Menu::AROUND <= usize::from(body.height) {
        return whole;
    }
    menu.facts.iter().map(|fact| cut(&escape(fact), room)).collect()
}

/// How many lines are kept below the others: as many as the longest one takes that is cut.
fn lines_below(menu: &Menu, labels: usize, room: usize) -> usize {
    let lines = menu.all().iter().map(|item| whole(item, labels, room).len());
    lines.max().unwrap_or(0).min(Menu::BELOW)
}

/// All of a line that is cut, wrapped; nothing if it is not cut. A label that is whole in the line is
/// not said again.
fn whole(item: &MenuItem, labels: usize, room: usize) -> Vec<String> {
    let (label, note) = (escape(&item.label), item.note.text());
    let left = room.saturating_sub(if item.mark.is_some() { width(MARKED) } else { 0 });
    let said = if note.is_empty() { 0 } else { labels + usize::from(GAP) + width(&note) };
    let cuts_label = width(&label) > labels.min(left);
    if !cuts_label && said <= left {
        return Vec::new();
    }
    let gap = if note.is_empty() { "" } else { "  " };
    wrap(&if cuts_label { format!("{label}{gap}{note}") } else { note }, room)
}

/// The cells of the column of labels; the same while the lines are narrowed.
fn label_cells(menu: &Menu, room: usize) -> usize {
    let longest = menu.all().iter().map(|item| width(&escape(&item.label))).max().unwrap_or(0);
    match menu.what {
        Choosing::Copy(_) => COPIED,
        _ if menu.all().iter().all(|item| item.note.spans.is_empty()) => room,
        _ => longest.min(room * 3 / 5),
    }
}

fn draw_item(pen: &mut Pen<'_>, inner: Rect, y: u16, item: &MenuItem, labels: usize) {
    let mut x = inner.x;
    if let Some(marked) = item.mark {
        x = pen.write(inner, x, y, if marked { MARKED } else { "[ ] " }, Meaning::Accent);
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
