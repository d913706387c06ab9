//! What lies over a screen: the page of keys, the messages, or a menu.

use ratatui::layout::Rect;

use super::{Meaning, Pen};
use crate::oci::Exchange;
use crate::text::pad;
use crate::tui::app::{Overlay, Spot, State, ToastKind, help_keys_width, help_lines};

pub(super) fn draw(pen: &mut Pen<'_>, state: &State, overlay: &Overlay) {
    match overlay {
        Overlay::Help(scroll) => help(pen, state, *scroll),
        Overlay::Messages(scroll) => messages(pen, state, *scroll),
        Overlay::Requests(scroll) => requests(pen, state, *scroll),
        Overlay::Menu(menu) => super::menu::draw(pen, state, menu),
    }
}

/// Every key that works, by context.
fn help(pen: &mut Pen<'_>, state: &State, scroll: usize) {
    let body = state.areas().body;
    pen.clear(body);
    pen.spot(body, Spot::Detail);
    let area = Rect { x: body.x + 3, width: body.width.saturating_sub(6), ..body };
    let cells = usize::from(area.width);
    let lines = help_lines(&state.cx.keymap, &state.cx.own, cells);
    let keys_width = help_keys_width(&state.cx.keymap, &state.cx.own);
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

/// Every message of the session in full, the newest last.
fn messages(pen: &mut Pen<'_>, state: &State, scroll: usize) {
    let body = state.areas().body;
    pen.clear(body);
    pen.spot(body, Spot::Detail);
    let area = Rect { x: body.x + 3, width: body.width.saturating_sub(6), ..body };
    let lines = state.message_lines(usize::from(area.width));
    if lines.is_empty() {
        pen.write(area, area.x, area.y, "no message yet", Meaning::Muted);
    }
    let page = usize::from(area.height);
    let scroll = scroll.min(lines.len().saturating_sub(page));
    for (y, line) in (area.y..area.bottom()).zip(lines.iter().skip(scroll)) {
        let x = pen.write(area, area.x, y, &pad(&line.time, 10), Meaning::Muted);
        let meaning = match line.kind {
            None => Meaning::Text,
            Some(ToastKind::Done) => Meaning::Good,
            Some(ToastKind::Warning) => Meaning::Warning,
            Some(ToastKind::Error) => Meaning::Danger,
        };
        pen.write(area, x, y, &line.words, meaning);
    }
    if lines.len() > page {
        let last = (scroll + page).min(lines.len());
        pen.write_right(area, area.y, &format!("{last}/{}", lines.len()), Meaning::Muted);
    }
}

/// What each request took, the newest last; the heads of the columns stay.
fn requests(pen: &mut Pen<'_>, state: &State, scroll: usize) {
    let body = state.areas().body;
    pen.clear(body);
    pen.spot(body, Spot::Detail);
    let area = Rect { x: body.x + 1, width: body.width.saturating_sub(2), ..body };
    let cells = usize::from(area.width);
    let rows = state.request_lines(cells);
    if rows.is_empty() {
        pen.write(area, area.x, area.y, "no request yet", Meaning::Muted);
        return;
    }
    pen.write(area, area.x, area.y, Exchange::head(cells), Meaning::Title);
    let page = usize::from(area.height.saturating_sub(1));
    let scroll = scroll.min(rows.len().saturating_sub(page));
    for (y, row) in (area.y + 1..area.bottom()).zip(rows.iter().skip(scroll)) {
        pen.write(area, area.x, y, row, Meaning::Text);
    }
}
