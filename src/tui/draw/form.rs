//! A form: its fields one below the other, what could be there under the field with the cursor.
//!
//! ```text
//! platform of entry 3
//!   os            linux
//!   architecture  ar
//!                 arm  arm64  sparc64
//!   variant
//! ```

use ratatui::layout::Rect;

use super::chrome::typed;
use super::{Meaning, Pen};
use crate::text::{cut, escape, pad, width};
use crate::tui::app::{Field, Form, Spot};

const GAP: usize = 2;

/// Draws a form. Where there is less room than it has lines, those around the cursor are shown.
pub(super) fn draw(pen: &mut Pen<'_>, form: &Form, area: Rect) {
    if area.height == 0 {
        return;
    }
    pen.write(area, area.x, area.y, &cut(&form.title, usize::from(area.width)), Meaning::Title);
    let body = Rect {
        x: area.x + 2,
        y: area.y + 1,
        width: area.width.saturating_sub(2),
        height: area.height - 1,
    };
    let longest = form.fields.iter().map(|field| width(&escape(&field.label))).max().unwrap_or(0);
    let labels = longest.min(usize::from(body.width) / 2) + GAP;
    let room = usize::from(body.height);
    // The field with the cursor and the line under it are always there.
    let first = (form.focus + 2).saturating_sub(room);
    let mut y = body.y;
    for (at, field) in form.fields.iter().enumerate().skip(first) {
        if y >= body.bottom() {
            break;
        }
        let line = Rect { y, height: 1, ..body };
        let focused = at == form.focus;
        pen.spot(line, Spot::Field(at));
        draw_field(pen, field, line, labels, focused);
        y += 1;
        if focused && y < body.bottom() {
            let x = body.x + u16::try_from(labels).unwrap_or(0);
            let line = Rect { x, y, width: body.right().saturating_sub(x), height: 1 };
            under(pen, form, field, line);
            y += 1;
        }
    }
}

fn draw_field(pen: &mut Pen<'_>, field: &Field, line: Rect, labels: usize, focused: bool) {
    let meaning = if focused { Meaning::Strong } else { Meaning::Muted };
    let label = cut(&escape(&field.label), labels - GAP);
    let x = pen.write(line, line.x, line.y, &pad(&label, labels), meaning);
    if field.input().value().is_empty() && !field.example.is_empty() {
        let room = usize::from(line.right().saturating_sub(x + 2));
        pen.write(line, x + 2, line.y, &cut(&field.example, room), Meaning::Muted);
    }
    typed(pen, line, x, field.input(), focused);
}

/// What is wrong with the field, or else what could be there.
fn under(pen: &mut Pen<'_>, form: &Form, field: &Field, line: Rect) {
    if let Some(problem) = &field.problem {
        let text = cut(&escape(problem), usize::from(line.width));
        pen.write(line, line.x, line.y, &text, Meaning::Danger);
        return;
    }
    choices(pen, field, form.marked, line);
}

/// The choices of a field in a line, `marked` one of them, and behind them what is awaited: nothing
/// moves when more of them come.
pub(super) fn choices(pen: &mut Pen<'_>, field: &Field, marked: Option<usize>, line: Rect) {
    let note = escape(&field.note()).into_owned();
    let has_choices = field.fitting().next().is_some();
    // Beside choices it leaves them the half at least.
    let most = usize::from(line.width) / if has_choices { 2 } else { 1 };
    let note = cut(&note, most);
    let kept = if note.is_empty() { 0 } else { width(&note) + GAP };
    let mut room = usize::from(line.width).saturating_sub(kept);
    // Each choice has a cell at least, and those before the marked one may be in sight.
    let most = marked.unwrap_or(0) + room + 1;
    let shown = |it| escape(&field.shown(it)).into_owned();
    let fitting: Vec<String> = field.fitting().take(most).map(shown).collect();
    // The marked choice is always in sight.
    let first = marked.map_or(0, |marked| {
        let mut first = marked;
        let mut left = room;
        while let Some(choice) = fitting.get(first)
            && width(choice) + GAP <= left
        {
            left -= width(choice) + GAP;
            let Some(before) = first.checked_sub(1) else { return 0 };
            first = before;
        }
        (first + 1).min(marked)
    });
    let mut x = line.x;
    for (at, choice) in fitting.iter().enumerate().skip(first) {
        // One that is longer than the line is cut in it.
        let is_first = at == first;
        let choice = if is_first { cut(choice, room) } else { choice.clone() };
        let cells = width(&choice);
        if cells > room || cells == 0 {
            x = pen.write(line, x, line.y, "…", Meaning::Muted) + GAP as u16;
            break;
        }
        let end = pen.write(line, x, line.y, &choice, Meaning::Muted);
        let place = Rect { x, width: end.saturating_sub(x), ..line };
        pen.spot(place, Spot::Choice(at));
        if marked == Some(at) {
            pen.paint(place, Meaning::Selection);
        }
        room = room.saturating_sub(cells + GAP);
        x = end + GAP as u16;
    }
    let meaning = if field.has_failed() { Meaning::Danger } else { Meaning::Muted };
    let left = usize::from(line.right().saturating_sub(x));
    pen.write(line, x, line.y, &cut(&note, left), meaning);
}
