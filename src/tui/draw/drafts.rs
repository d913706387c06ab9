//! The list of drafts and pushes.

use ratatui::layout::Rect;

use super::{Meaning, Pen};
use crate::text::{cut, escape, pad, width};
use crate::tui::app::{Action, DraftsPage, Spot, State, undo_words};

/// The open drafts, those left unsaved, the last push of each tag.
pub(super) fn draw(pen: &mut Pen<'_>, state: &State, page: &DraftsPage) {
    let body = state.areas().body;
    let area = Rect { x: body.x + 2, width: body.width.saturating_sub(4), ..body };
    let mut rows: Vec<(String, String, Option<String>)> = state
        .cx
        .drafts
        .lines(state.cx.now)
        .into_iter()
        .map(|line| (line.title, line.notes, line.problem))
        .collect();
    let first_push = rows.len();
    rows.extend(state.cx.drafts.pushes.iter().map(|entry| {
        let name = escape(&entry.reference.familiar()).into_owned();
        (name, undo_words(entry, state.cx.now), None)
    }));
    if rows.is_empty() {
        pen.write(area, area.x, area.y + 1, "no drafts, and nothing pushed yet", Meaning::Muted);
        let (edit, add) = (state.cx.key(Action::EditList), state.cx.key(Action::AddToDraft));
        let text =
            format!("{edit} on a list opens it as a draft; {add} on an image starts one with it");
        pen.write(area, area.x, area.y + 3, &text, Meaning::Muted);
        return;
    }
    let names = rows.iter().map(|(title, ..)| width(title)).max().unwrap_or(0);
    let names = names.clamp(20, (usize::from(area.width) * 3 / 5).max(20));
    let list = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let heading = if page.top < first_push { "drafts" } else { "pushed" };
    pen.write(area, area.x, area.y, heading, Meaning::Muted);
    let mut y = list.y;
    for (at, (title, notes, problem)) in rows.iter().enumerate().skip(page.top) {
        if at == first_push && at != page.top {
            pen.write(list, list.x, y, "pushed", Meaning::Muted);
            y += 1;
        }
        if y >= list.bottom() {
            break;
        }
        let line = Rect { y, height: 1, ..list };
        let x = pen.write(line, line.x + 1, y, &pad(&cut(title, names), names), Meaning::Text) + 2;
        let room = usize::from(line.right().saturating_sub(x));
        match problem {
            Some(problem) => pen.write(line, x, y, &cut(problem, room), Meaning::Danger),
            None => pen.write(line, x, y, &cut(notes, room), Meaning::Muted),
        };
        pen.spot(line, Spot::Line(at));
        if page.cursor == at {
            pen.paint(line, Meaning::Selection);
        }
        y += 1;
    }
}
