//! The menus of engines and machines.

use ratatui::layout::Rect;

use super::{Meaning, Pen};
use crate::model::select::ENGINES;
use crate::text::{cut, escape, pad, width};
use crate::tui::app::{Spot, State};

/// Every engine, with the versions that it stands for.
pub(super) fn engines(pen: &mut Pen<'_>, state: &State, cursor: usize) {
    let lines: Vec<(String, String)> =
        ENGINES.iter().map(|it| (it.title.to_owned(), it.versions.to_owned())).collect();
    menu(pen, state, "which engine", &lines, state.choice.engine_number(), cursor);
}

/// Every machine, with its platform; the last line is for one that is not listed.
pub(super) fn hosts(pen: &mut Pen<'_>, state: &State, cursor: usize) {
    let hosts = state.choice.hosts().iter();
    let mut lines: Vec<(String, String)> =
        hosts.map(|it| (it.name(), it.host.to_string())).collect();
    lines.push(("another machine …".to_owned(), "type its platform".to_owned()));
    menu(pen, state, "which machine", &lines, state.choice.host_number(), cursor);
}

fn menu(
    pen: &mut Pen<'_>,
    state: &State,
    title: &str,
    lines: &[(String, String)],
    chosen: usize,
    cursor: usize,
) {
    let body = state.areas().body;
    let height = u16::try_from(lines.len() + 3).unwrap_or(body.height).min(body.height);
    let area =
        Rect { x: body.x, y: body.bottom().saturating_sub(height), width: body.width, height };
    pen.clear(area);
    let inner = Rect { x: area.x + 3, width: area.width.saturating_sub(6), ..area };
    let rule = Rect { x: area.x + 1, width: area.width.saturating_sub(2), height: 1, ..area };
    pen.line(rule, "─", Meaning::Rule);
    pen.write(inner, inner.x, area.y + 1, title, Meaning::Title);
    let page = usize::from(height.saturating_sub(3));
    let first = (cursor + 1).saturating_sub(page);
    let names = lines.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
    let names = names.min(usize::from(inner.width) * 3 / 5);
    for (row, (at, (name, note))) in lines.iter().enumerate().skip(first).take(page).enumerate() {
        let y = area.y + 2 + u16::try_from(row).unwrap_or(0);
        if at == chosen {
            pen.write(area, inner.x - 2, y, "◆", Meaning::Accent);
        }
        let name = pad(&cut(&escape(name), names), names);
        let x = pen.write(inner, inner.x, y, &name, Meaning::Text) + 2;
        let room = usize::from(inner.right().saturating_sub(x));
        pen.write(inner, x, y, &cut(&escape(note), room), Meaning::Muted);
        let line = Rect { y, height: 1, ..area };
        pen.spot(line, Spot::Line(at));
        if at == cursor {
            pen.paint(line, Meaning::Selection);
        }
    }
    if lines.len() > page {
        let position = format!("{}/{}", cursor + 1, lines.len());
        pen.write_right(inner, area.y + 1, &position, Meaning::Muted);
    }
}
