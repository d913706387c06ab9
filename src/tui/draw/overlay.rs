//! What lies over a screen: the page of keys, the copy menu.

use ratatui::layout::Rect;

use super::{Meaning, Pen, choice, question};
use crate::text::{cut, escape, pad};
use crate::tui::app::{CopyMenu, Overlay, Spot, State, help_keys_width, help_lines};

pub(super) fn draw(pen: &mut Pen<'_>, state: &State, overlay: &Overlay) {
    match overlay {
        Overlay::Help(scroll) => help(pen, state, *scroll),
        Overlay::Copy(menu) => copy(pen, state, menu),
        Overlay::Engines(at) => choice::engines(pen, state, *at),
        Overlay::Hosts(at) => choice::hosts(pen, state, *at),
        Overlay::Picking(menu) => question::picking(pen, state, menu),
        Overlay::Leave { .. } | Overlay::Discard { .. } | Overlay::Undo(_) => {
            question::draw(pen, state, overlay);
        }
    }
}

/// Every key that works, by context.
fn help(pen: &mut Pen<'_>, state: &State, scroll: usize) {
    let body = state.areas().body;
    pen.clear(body);
    let area = Rect { x: body.x + 3, width: body.width.saturating_sub(6), ..body };
    let cells = usize::from(area.width);
    let lines = help_lines(&state.keymap, cells);
    let keys_width = help_keys_width(&state.keymap);
    let page = usize::from(area.height);
    let scroll = scroll.min(lines.len().saturating_sub(page));
    for (y, line) in (area.y..area.bottom()).zip(lines.iter().skip(scroll)) {
        pen.write(area, area.x, y, line.title, Meaning::Title);
        if !line.words.is_empty() {
            let x = pen.write(area, area.x, y, &pad(&line.keys, keys_width), Meaning::Key);
            pen.write(area, x, y, &line.words, Meaning::Text);
        }
    }
    if lines.len() > page {
        let last = (scroll + page).min(lines.len());
        pen.write_right(area, area.y, &format!("{last}/{}", lines.len()), Meaning::Muted);
    }
}

/// What to copy, with the beginning of each text.
fn copy(pen: &mut Pen<'_>, state: &State, menu: &CopyMenu) {
    let body = state.areas().body;
    let height = u16::try_from(menu.items.len() + 3).unwrap_or(body.height).min(body.height);
    let area =
        Rect { x: body.x, y: body.bottom().saturating_sub(height), width: body.width, height };
    pen.clear(area);
    let inner = Rect { x: area.x + 3, width: area.width.saturating_sub(6), ..area };
    pen.line(
        Rect { x: area.x + 1, width: area.width.saturating_sub(2), height: 1, ..area },
        "─",
        Meaning::Rule,
    );
    let title = format!("copy of {}", escape(&menu.title));
    pen.write(inner, inner.x, area.y + 1, &cut(&title, usize::from(inner.width)), Meaning::Title);
    for (at, item) in menu.items.iter().enumerate() {
        let y = area.y + 2 + u16::try_from(at).unwrap_or(0);
        let x = pen.write(inner, inner.x, y, &pad(&item.what, 24), Meaning::Text);
        let room = usize::from(inner.right().saturating_sub(x));
        let (text, meaning) = match &item.text {
            Ok(text) => {
                let head: String = text.chars().take(room + 1).collect();
                (cut(&escape(&head), room), Meaning::Muted)
            }
            Err(why) => (format!("– {why}"), Meaning::Warning),
        };
        pen.write(inner, x, y, &text, meaning);
        let line = Rect { y, height: 1, ..area };
        pen.spot(line, Spot::Line(at));
        if menu.cursor == at {
            pen.paint(line, Meaning::Selection);
        }
    }
}
