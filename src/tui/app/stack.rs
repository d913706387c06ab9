//! Where the parts are in a view that has a head, rows, and the row under the cursor in full: of
//! comparisons and of files.

use ratatui::layout::Rect;

/// Cells left free on either side.
const MARGIN: u16 = 2;
/// The least rows that stay when the head is long.
const LEAST_ROWS: u16 = 4;
/// The lines that tell of the row under the cursor, with a free line over them.
const SENTENCE: u16 = 4;

/// The parts of such a view from top to bottom.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stack {
    /// All of it, for a file that is looked at.
    pub body: Rect,
    /// What is shown, and what it comes to.
    pub head: Rect,
    /// The rows.
    pub rows: Rect,
    /// The row under the cursor in full; empty if there is no room.
    pub sentence: Rect,
}

impl Stack {
    /// The lines that there are for the row under the cursor.
    pub(in crate::tui::app) const LINES: usize = SENTENCE as usize - 1;

    /// The cells of a line in a body of this width.
    #[must_use]
    pub fn cells(body: Rect) -> usize {
        usize::from(body.width.saturating_sub(2 * MARGIN))
    }

    /// Shares the body out.
    #[must_use]
    pub fn of(body: Rect, head: usize, rows: usize) -> Self {
        let area =
            Rect { x: body.x + MARGIN, width: body.width.saturating_sub(2 * MARGIN), ..body };
        let least = if rows == 0 { 0 } else { LEAST_ROWS + 1 };
        let height = u16::try_from(head).unwrap_or(u16::MAX);
        let height = height.min(area.height.saturating_sub(least));
        let head = Rect { height, ..area };
        let y = head.bottom() + 1.min(area.bottom() - head.bottom());
        let room = area.bottom().saturating_sub(y);
        let sentence = if room >= SENTENCE + LEAST_ROWS { SENTENCE } else { 0 };
        let height = u16::try_from(rows).unwrap_or(u16::MAX).min(room - sentence);
        let rows = Rect { y, height, ..area };
        let sentence = if sentence > 0 {
            // Always at the bottom, so that it does not jump while rows are folded.
            Rect { y: area.bottom() - sentence + 1, height: sentence - 1, ..area }
        } else {
            Rect::default()
        };
        Self { body: area, head, rows, sentence }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_stand_one_below_the_other_inside_the_body() {
        for height in 0..60 {
            for head in 0..20 {
                for rows in [0, 1, 7, 500] {
                    let body = Rect::new(0, 2, 80, height);
                    let it = Stack::of(body, head, rows);
                    for part in [it.head, it.rows, it.sentence] {
                        assert!(part.height == 0 || part.bottom() <= body.bottom(), "{it:?}");
                    }
                    assert!(it.rows.height == 0 || it.rows.y > it.head.bottom(), "{it:?}");
                    assert!(it.sentence.height == 0 || it.sentence.y > it.rows.bottom());
                }
            }
        }
    }
}
