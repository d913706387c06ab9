//! Where the parts of the editor are.

use ratatui::layout::Rect;

/// The least lines that the middle keeps beside the foot.
const LEAST_ROWS: u16 = 5;

/// The parts of the editor from top to bottom.
///
/// ```text
///   1 Entries   2 Preview   3 Plan   4 Effects          2 added
///   #    platform         digest         from
///   the rows, with an open form under the one it is about
///   ────
///   what is wrong, and what would mend it
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Parts {
    /// The headings of the tabs.
    pub tabs: Rect,
    /// The titles of the columns.
    pub titles: Rect,
    /// The entries, or what another tab shows.
    pub rows: Rect,
    /// The rule over the foot; empty if there is no room.
    pub rule: Rect,
    /// The problems.
    pub foot: Rect,
}

impl Parts {
    /// Shares the body out; the foot gets its lines as far as the middle keeps enough.
    #[must_use]
    pub fn of(body: Rect, foot: usize) -> Self {
        let area = Rect { x: body.x + 1, width: body.width.saturating_sub(2), ..body };
        let line = |y: u16| Rect { y, height: 1.min(area.bottom().saturating_sub(y)), ..area };
        let tabs = line(area.y);
        let titles = line(area.y + 1);
        let room = area.bottom().saturating_sub(titles.bottom());
        let wanted = u16::try_from(foot).unwrap_or(u16::MAX);
        let foot = wanted.min(room.saturating_sub(LEAST_ROWS + 1));
        let rule = if foot > 0 { 1 } else { 0 };
        let rows = Rect { y: titles.bottom(), height: room - foot - rule, ..area };
        Self {
            tabs,
            titles,
            rows,
            rule: Rect { y: rows.bottom(), height: rule, ..area },
            foot: Rect { y: rows.bottom() + rule, height: foot, ..area },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_stand_one_below_the_other_inside_the_body() {
        for height in 4..60 {
            for foot in [0, 1, 4, 100] {
                let body = Rect::new(0, 2, 80, height);
                let it = Parts::of(body, foot);
                let parts = [it.tabs, it.titles, it.rows, it.rule, it.foot];
                assert!(parts.windows(2).all(|two| two[0].bottom() == two[1].y), "{it:?}");
                assert_eq!(it.foot.bottom(), body.bottom(), "{it:?}");
            }
        }
    }
}
