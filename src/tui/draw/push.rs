//! The page of a push.

use ratatui::layout::Rect;

use super::editor::lines;
use super::{Meaning, Pen};
use crate::text::width;
use crate::tui::app::{Button, PushPage, Spot, Stage, State};

pub(super) fn draw(pen: &mut Pen<'_>, state: &State, page: &PushPage) {
    let body = state.areas().body;
    let area = Rect { x: body.x + 3, width: body.width.saturating_sub(6), ..body };
    let text = Rect { y: area.y + 1, height: area.height.saturating_sub(3), ..area };
    pen.spot(text, Spot::Detail);
    let shown = page.lines().get(page.scroll..).unwrap_or_default();
    lines(pen, text, shown);
    let hidden = page.lines().len().saturating_sub(page.scroll + usize::from(text.height));
    let foot = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
    if hidden > 0 {
        pen.write(foot, foot.x, foot.y, &format!("↓ {hidden} more"), Meaning::Muted);
    }
    let push = page.offer.unwrap_or("Push");
    let cells = width("[ Cancel ]") + 2 + width(push) + 4;
    let mut x = foot.right().saturating_sub(u16::try_from(cells).unwrap_or(0));
    match &page.stage {
        Stage::Asking => {
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
        // It has no focus: no key but the one that the status line names ends a push. It is where
        // Cancel was, so that a second click on Push does not hit it.
        Stage::Running { stopping: false, .. } => {
            let end = pen.write(foot, x, foot.y, "  Stop", Meaning::Strong);
            pen.spot(Rect { x, width: end + 2 - x, ..foot }, Spot::Line(0));
        }
        Stage::Running { .. } => {}
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
