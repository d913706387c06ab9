//! Menus over a screen that ask something about drafts.

use ratatui::layout::Rect;

use super::{Meaning, Pen};
use crate::text::{cut, escape, pad, plural, width};
use crate::tui::app::{Asked, Overlay, Picking, Spot, State};

/// A question, its answers one below the other.
pub(super) fn draw(pen: &mut Pen<'_>, state: &State, overlay: &Overlay) {
    let Some((title, answers, at)) = state.question() else { return };
    let facts = match overlay {
        Overlay::Undo(asked) => Asked::lines(asked),
        _ => Vec::new(),
    };
    let inner = frame(pen, state, facts.len() + answers.len() + 2);
    let room = usize::from(inner.width);
    pen.write(inner, inner.x, inner.y + 1, &cut(&escape(&title), room), Meaning::Title);
    let mut y = inner.y + 2;
    for fact in &facts {
        pen.write(inner, inner.x, y, &cut(&escape(fact), room), Meaning::Text);
        y += 1;
    }
    for (number, answer) in answers.iter().enumerate() {
        let line = Rect { x: inner.x - 2, y, width: inner.width + 4, height: 1 };
        pen.write(line, inner.x, y, &cut(answer, room), Meaning::Text);
        pen.spot(line, Spot::Line(number));
        if number == at {
            pen.paint(line, Meaning::Selection);
        }
        y += 1;
    }
}

/// The images of a list, to be marked.
pub(super) fn picking(pen: &mut Pen<'_>, state: &State, menu: &Picking) {
    let inner = frame(pen, state, menu.items.len() + 2);
    let marked = menu.items.iter().filter(|(_, marked)| *marked).count();
    let from = menu.from.familiar();
    let title = match menu.replaces {
        Some(_) => format!("which image of {from} takes its place"),
        None => format!("which images of {from}: {marked} of {} marked", menu.items.len()),
    };
    let room = usize::from(inner.width);
    pen.write(inner, inner.x, inner.y + 1, &cut(&escape(&title), room), Meaning::Title);
    let label = |item: &crate::tui::app::Offered| {
        let platform = item.descriptor.platform.as_ref();
        let text = platform.map_or_else(|| "no platform".to_owned(), ToString::to_string);
        escape(&text).into_owned()
    };
    let names = menu.items.iter().map(|(item, _)| width(&label(item))).max().unwrap_or(0);
    let names = names.min(room.saturating_sub(20));
    let page = usize::from(inner.height.saturating_sub(2));
    let first = (menu.cursor + 1).saturating_sub(page);
    for (row, (at, (item, marked))) in
        menu.items.iter().enumerate().skip(first).take(page).enumerate()
    {
        let y = inner.y + 2 + u16::try_from(row).unwrap_or(0);
        let mut x = inner.x;
        if menu.replaces.is_none() {
            x = pen.write(inner, x, y, if *marked { "[×] " } else { "[ ] " }, Meaning::Accent);
        }
        x = pen.write(inner, x, y, &pad(&cut(&label(item), names), names), Meaning::Text) + 2;
        x = pen.write(inner, x, y, item.descriptor.digest.short(), Meaning::Muted) + 2;
        if !item.attestations.is_empty() {
            let words = format!("with {}", plural(item.attestations.len(), "attestation"));
            pen.write(inner, x, y, &words, Meaning::Muted);
        }
        let line = Rect { x: inner.x - 2, y, width: inner.width + 4, height: 1 };
        pen.spot(line, Spot::Line(at));
        if at == menu.cursor {
            pen.paint(line, Meaning::Selection);
        }
    }
    if menu.items.len() > page {
        let position = format!("{}/{}", menu.cursor + 1, menu.items.len());
        pen.write_right(inner, inner.y + 1, &position, Meaning::Muted);
    }
}

/// The lower part of the body under a rule; the place for the menu's lines.
fn frame(pen: &mut Pen<'_>, state: &State, lines: usize) -> Rect {
    let body = state.areas().body;
    let height = u16::try_from(lines + 1).unwrap_or(body.height).min(body.height);
    let area =
        Rect { x: body.x, y: body.bottom().saturating_sub(height), width: body.width, height };
    pen.clear(area);
    let rule = Rect { x: area.x + 1, width: area.width.saturating_sub(2), height: 1, ..area };
    pen.line(rule, "─", Meaning::Rule);
    Rect { x: area.x + 3, width: area.width.saturating_sub(6), ..area }
}
