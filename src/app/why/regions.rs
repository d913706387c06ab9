//! Where the parts of the why view stand.

use ratatui::layout::Rect;

/// Cells left free on either side.
const MARGIN: u16 = 3;
/// The least lines that the trace keeps, its titles and one free line over them included.
const LEAST_TRACE: u16 = 5;
/// The least lines of the trace beside which there is a sentence.
const LEAST_ROWS: u16 = 3;
/// The lines that the sentence under the trace takes, with a free line over it.
const SENTENCE: u16 = 4;

/// The parts of the why view from top to bottom.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Regions {
    /// The answer and what was looked for.
    pub head: Rect,
    /// The titles of the trace's columns; empty where there is no trace.
    pub titles: Rect,
    /// The lines of the trace.
    pub rows: Rect,
    /// The line under the cursor in full; empty where there is no room.
    pub sentence: Rect,
}

impl Regions {
    /// The cells of a line in a body of this width.
    #[must_use]
    pub fn cells(body: Rect) -> usize {
        usize::from(body.width.saturating_sub(2 * MARGIN))
    }

    /// Shares the body out: the head gets what it needs, the trace what is left of the rest.
    #[must_use]
    pub fn of(body: Rect, head: usize, steps: usize) -> Self {
        let area =
            Rect { x: body.x + MARGIN, width: body.width.saturating_sub(2 * MARGIN), ..body };
        let below = if steps == 0 { 0 } else { LEAST_TRACE };
        // A free line over the head.
        let y = area.y + 1.min(area.height);
        let room = area.bottom().saturating_sub(y);
        let height = u16::try_from(head).unwrap_or(u16::MAX).min(room.saturating_sub(below));
        let mut regions = Self { head: Rect { y, height, ..area }, ..Self::default() };
        if steps == 0 {
            return regions;
        }
        let y = regions.head.bottom() + 1;
        let room = area.bottom().saturating_sub(y);
        regions.titles = Rect { y, height: 1.min(room), ..area };
        let y = regions.titles.bottom();
        let room = area.bottom().saturating_sub(y);
        let sentence = if room >= SENTENCE + LEAST_ROWS { SENTENCE } else { 0 };
        let lines = u16::try_from(steps).unwrap_or(u16::MAX).min(room.saturating_sub(sentence));
        regions.rows = Rect { y, height: lines, ..area };
        if sentence > 0 {
            let y = regions.rows.bottom() + 1;
            regions.sentence = Rect { y, height: sentence - 1, ..area };
        }
        regions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_stand_one_below_the_other_inside_the_body() {
        for height in 0..60 {
            for head in 0..20 {
                for steps in [0, 1, 7, 500] {
                    let body = Rect::new(0, 2, 80, height);
                    let it = Regions::of(body, head, steps);
                    for part in [it.head, it.titles, it.rows, it.sentence] {
                        assert!(part.height == 0 || part.bottom() <= body.bottom(), "{it:?}");
                    }
                    assert!(it.titles.height == 0 || it.titles.y > it.head.bottom() - 1);
                    assert!(it.sentence.height == 0 || it.sentence.y > it.rows.bottom());
                }
            }
        }
    }
}
