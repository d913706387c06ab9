//! Where everything is, from nothing but the terminal's size. Used by `update` (to know what
//! is visible) and by the drawing, so that both agree.
//!
//! ```text
//!  header
//!  ──────────────────────────────
//!  tree or list  │ tabs
//!                │ detail
//!  ──────────────────────────────
//!  status
//!  keys
//! ```

use ratatui::layout::Rect;

use super::Pane;
use super::split::{Split, Way};

/// Fewer columns than this get a notice instead of a picture.
pub const MIN_COLUMNS: u16 = 60;
/// Fewer rows than this get a notice instead of a picture.
pub const MIN_ROWS: u16 = 15;
/// From this many columns on the panes are side by side.
const WIDE: u16 = 104;
/// The columns of the detail in which a digest fits behind a field's name.
const WHOLE_DIGESTS: u16 = 13 + 71;
/// From this many rows on the panes of a narrow terminal are one above the other.
const TALL: u16 = 40;

/// The areas of a screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Areas {
    /// What is open, and for whom.
    pub header: Rect,
    /// The rule under the header.
    pub top_rule: Rect,
    /// The whole middle.
    pub body: Rect,
    /// The tree or list; empty if only the detail is shown.
    pub main: Rect,
    /// The rule between the panes; empty if there is one pane.
    pub pane_rule: Rect,
    /// The headings of the detail tabs; empty if the detail is not shown.
    pub tabs: Rect,
    /// The detail's text; empty if it is not shown.
    pub detail: Rect,
    /// The rule over the status line.
    pub bottom_rule: Rect,
    /// The status line.
    pub status: Rect,
    /// The line of keys.
    pub keys: Rect,
}

impl Areas {
    /// Lays out a terminal of this size. `focus` is the pane that a narrow terminal shows.
    #[must_use]
    pub fn of(columns: u16, rows: u16, focus: Pane) -> Self {
        Self::split((columns, rows), focus, Split::default(), false)
    }

    /// The same with the rule between the panes where the user put it; `zoomed` if only the pane in
    /// focus is to be shown.
    pub(super) fn split(
        (columns, rows): (u16, u16),
        focus: Pane,
        split: Split,
        zoomed: bool,
    ) -> Self {
        let line = |y: u16| Rect::new(0, y, columns, 1.min(rows));
        let body = Rect::new(0, 2, columns, rows.saturating_sub(5));
        let mut areas = Self {
            header: line(0),
            top_rule: line(1),
            body,
            bottom_rule: line(rows.saturating_sub(3)),
            status: line(rows.saturating_sub(2)),
            keys: line(rows.saturating_sub(1)),
            ..Self::default()
        };
        let side_by_side = columns >= WIDE && !zoomed;
        if side_by_side {
            let main = split.columns(Self::own_width(columns), columns);
            areas.main = Rect { width: main, ..body };
            areas.pane_rule = Rect { x: main, width: 1, ..body };
            areas.set_detail(Rect { x: main + 2, width: columns.saturating_sub(main + 3), ..body });
        } else if rows >= TALL && !zoomed {
            let main = split.rows(body.height / 2, body.height);
            areas.main = Rect { height: main, ..body };
            areas.pane_rule = Rect { y: body.y + main, height: 1, ..body };
            areas.set_detail(Rect {
                x: 1,
                y: body.y + main + 1,
                width: columns.saturating_sub(2),
                height: body.height.saturating_sub(main + 1),
            });
        } else if focus == Pane::Detail {
            areas.set_detail(Rect { x: 1, width: columns.saturating_sub(2), ..body });
        } else {
            areas.main = body;
        }
        areas
    }

    /// How wide the tree is by itself. It needs about 66 columns for all its facts; the detail gets
    /// the rest, until it has room for whole digests beside their names. Then the tree grows again.
    fn own_width(columns: u16) -> u16 {
        let main = (columns.min(200) * 11 / 20).clamp(62, 76);
        main.max(columns.saturating_sub(WHOLE_DIGESTS + 3).min(104))
    }

    /// Where the rule between the panes of a terminal of this size goes by one key; `None` if it is
    /// at its end. Only for a terminal that shows both.
    pub(super) fn moved_rule((columns, rows): (u16, u16), split: Split, way: Way) -> Option<Split> {
        if columns >= WIDE {
            return split.moved_columns(way, Self::own_width(columns), columns);
        }
        let height = Self::of(columns, rows, Pane::Tree).body.height;
        split.moved_rows(way, height / 2, height)
    }

    fn set_detail(&mut self, area: Rect) {
        self.tabs = Rect { height: 1.min(area.height), ..area };
        self.detail = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
    }

    /// Whether the terminal is too small for a picture.
    #[must_use]
    pub fn too_small(columns: u16, rows: u16) -> bool {
        columns < MIN_COLUMNS || rows < MIN_ROWS
    }

    /// Whether tree and detail are both shown.
    #[must_use]
    pub fn shows_both(&self) -> bool {
        self.main.height > 0 && self.detail.height > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_stay_inside_every_terminal() {
        for columns in 1..220 {
            for rows in 1..70 {
                for focus in [Pane::Tree, Pane::Detail] {
                    let areas = Areas::of(columns, rows, focus);
                    for area in [areas.header, areas.main, areas.tabs, areas.detail, areas.keys] {
                        if area.width > 0 && area.height > 0 && !Areas::too_small(columns, rows) {
                            assert!(area.right() <= columns, "{columns}×{rows}: {area:?}");
                            assert!(area.bottom() <= rows, "{columns}×{rows}: {area:?}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_narrow_terminal_shows_the_pane_in_focus() {
        assert_eq!(Areas::of(80, 24, Pane::Tree).detail.height, 0);
        assert_eq!(Areas::of(80, 24, Pane::Detail).main.height, 0);
        assert!(Areas::of(80, 50, Pane::Tree).shows_both());
        assert!(Areas::of(120, 24, Pane::Tree).shows_both());
    }
}
