//! Where the parts of the files view stand.

use ratatui::layout::Rect;

/// Cells left free on either side.
const MARGIN: u16 = 2;
/// The lines that tell of the row under the cursor, with a free line over them.
const SENTENCE: u16 = 4;
/// The least rows that stay when there is little room.
const LEAST_ROWS: u16 = 5;

/// The parts of the files view from top to bottom.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FilesRegions {
    /// What is shown, and its sums.
    pub head: Rect,
    /// The rows; of layers while they are read.
    pub rows: Rect,
    /// The row under the cursor in full; empty where there is no room.
    pub sentence: Rect,
}

impl FilesRegions {
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
        let height = u16::try_from(head).unwrap_or(u16::MAX);
        let height = height.min(area.height.saturating_sub(LEAST_ROWS + 1));
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
        Self { head, rows, sentence }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_stay_inside_the_body() {
        for rows in 0..60 {
            for head in 0..4 {
                for count in [0, 1, 100] {
                    let body = Rect::new(0, 2, 80, rows);
                    let parts = FilesRegions::of(body, head, count);
                    for part in [parts.head, parts.rows, parts.sentence] {
                        assert!(part.bottom() <= body.bottom().max(2), "{body:?} {part:?}");
                    }
                }
            }
        }
    }
}
