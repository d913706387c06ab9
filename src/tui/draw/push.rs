//! The page of a push, and the list of drafts and pushes.

use ratatui::layout::Rect;

use super::editor::lines;
use super::{Meaning, Pen};
use crate::text::{cut, escape, pad, width};
use crate::tui::app::{Button, DraftsPage, PushPage, Spot, Stage, State, undo_words};

pub(super) fn draw(pen: &mut Pen<'_>, state: &State, page: &PushPage) {
    let body = state.areas().body;
    let area = Rect { x: body.x + 3, width: body.width.saturating_sub(6), ..body };
    let text = Rect { y: area.y + 1, height: area.height.saturating_sub(3), ..area };
    let shown = page.lines().get(page.scroll..).unwrap_or_default();
    lines(pen, text, shown);
    let hidden = page.lines().len().saturating_sub(page.scroll + usize::from(text.height));
    let foot = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
    if hidden > 0 {
        pen.write(foot, foot.x, foot.y, &format!("↓ {hidden} more"), Meaning::Muted);
    }
    match &page.stage {
        Stage::Asking => {
            let push = page.offer.unwrap_or("Push");
            let cells = width("[ Cancel ]") + 2 + width(push) + 4;
            let mut x = foot.right().saturating_sub(u16::try_from(cells).unwrap_or(0));
            for (at, (button, word)) in
                [(Button::Cancel, "Cancel"), (Button::Push, push)].into_iter().enumerate()
            {
                let start = x;
                let off = button == Button::Push && page.refused.is_some();
                let meaning = if off { Meaning::Muted } else { Meaning::Strong };
                let focused = page.button == button;
                let text = if focused { format!("[ {word} ]") } else { format!("  {word}  ") };
                x = pen.write(foot, x, foot.y, &text, meaning);
                let place = Rect { x: start, width: x - start, ..foot };
                if focused {
                    pen.paint(place, Meaning::Selection);
                }
                pen.spot(place, Spot::Line(at));
                x += 2;
            }
        }
        Stage::Running { .. } => {
            pen.write_right(foot, foot.y, "esc stops it", Meaning::Muted);
        }
        Stage::Over { outcome, .. } => {
            let text = if outcome.is_done() { "[ Back ]" } else { "[ Look again ]" };
            let cells = u16::try_from(width(text)).unwrap_or(0);
            let x = foot.right().saturating_sub(cells);
            pen.write(foot, x, foot.y, text, Meaning::Strong);
            let place = Rect { x, width: cells, ..foot };
            pen.paint(place, Meaning::Selection);
            pen.spot(place, Spot::Line(0));
        }
    }
}

/// The open drafts, those left unsaved, the last push of each tag.
pub(super) fn drafts(pen: &mut Pen<'_>, state: &State, page: &DraftsPage) {
    let body = state.areas().body;
    let area = Rect { x: body.x + 2, width: body.width.saturating_sub(4), ..body };
    let mut rows: Vec<(String, String, Option<String>)> = state
        .drafts
        .lines(state.now)
        .into_iter()
        .map(|line| (line.title, line.notes, line.problem))
        .collect();
    let first_push = rows.len();
    rows.extend(state.drafts.pushes.iter().map(|entry| {
        let name = escape(&entry.reference.familiar()).into_owned();
        (name, undo_words(entry, state.now), None)
    }));
    if rows.is_empty() {
        pen.write(area, area.x, area.y + 1, "no drafts, and nothing pushed yet", Meaning::Muted);
        let text = "e on a list opens it as a draft; a on an image starts one with it";
        pen.write(area, area.x, area.y + 3, text, Meaning::Muted);
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
