//! What is read row by row: the detail of a node, a file.

use ratatui::layout::Rect;

use super::{Meaning, Pen};
use crate::tui::app::Sheet;

pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, sheet: &Sheet) {
    for row in 0..area.height {
        let at = sheet.scroll + usize::from(row);
        let Some(line) = sheet.line(at) else { break };
        let mut x = area.x;
        for span in line.spans {
            x = pen.write(area, x, area.y + row, &span.text, span.tone.into());
        }
        if sheet.within.at() == Some(at) {
            let found =
                Rect { y: area.y + row, width: x.saturating_sub(area.x), height: 1, ..area };
            pen.paint(found, Meaning::Match);
        }
    }
}
