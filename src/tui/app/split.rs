//! Where the rule between two panes is, if the user moved it.

use super::Action;

/// Neither pane becomes narrower than this many columns.
const LEAST_COLUMNS: u16 = 30;
/// Neither pane becomes lower than this many rows.
const LEAST_ROWS: u16 = 6;
/// How many columns one key moves the rule.
const COLUMNS: i16 = 4;
/// How many rows one key moves the rule.
const ROWS: i16 = 2;

/// How far the rule between two panes was moved from its own place, for all views of the session.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Split {
    /// To the right, in columns, where the panes are side by side.
    columns: i16,
    /// Down, in rows, where one is above the other.
    rows: i16,
}

/// Which way the rule goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// To the left, or up: the second pane grows.
    Back,
    /// To the right, or down: the first pane grows.
    Forth,
}

impl Way {
    /// The way of [`Action::RuleBack`] and [`Action::RuleForth`].
    pub(super) fn of(action: Action) -> Self {
        if action == Action::RuleBack { Self::Back } else { Self::Forth }
    }
}

impl Split {
    /// How wide the left of two panes is that are this wide together, and that is `own` columns wide
    /// by itself.
    pub(super) fn columns(self, own: u16, whole: u16) -> u16 {
        within(own.saturating_add_signed(self.columns), LEAST_COLUMNS, whole)
    }

    /// How high the upper of two panes is that are this high together, and that is `own` rows high by
    /// itself.
    pub(super) fn rows(self, own: u16, whole: u16) -> u16 {
        within(own.saturating_add_signed(self.rows), LEAST_ROWS, whole)
    }

    /// The same with the rule between panes side by side moved by one key; `None` if it is at its end.
    pub(super) fn moved_columns(self, way: Way, own: u16, whole: u16) -> Option<Self> {
        let columns = moved(self.columns(own, whole), way, COLUMNS, LEAST_COLUMNS, whole)?;
        Some(Self { columns: columns.wrapping_sub(own).cast_signed(), ..self })
    }

    /// The same for panes one above the other.
    pub(super) fn moved_rows(self, way: Way, own: u16, whole: u16) -> Option<Self> {
        let rows = moved(self.rows(own, whole), way, ROWS, LEAST_ROWS, whole)?;
        Some(Self { rows: rows.wrapping_sub(own).cast_signed(), ..self })
    }
}

/// A size that leaves both panes their least.
fn within(size: u16, least: u16, whole: u16) -> u16 {
    let most = whole.saturating_sub(least);
    if most < least { whole / 2 } else { size.clamp(least, most) }
}

fn moved(now: u16, way: Way, step: i16, least: u16, whole: u16) -> Option<u16> {
    let by = if way == Way::Forth { step } else { -step };
    let to = within(now.saturating_add_signed(by), least, whole);
    (to != now).then_some(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_moves_until_a_pane_has_its_least_and_comes_back_at_once() {
        let mut split = Split::default();
        assert_eq!(split.columns(66, 120), 66);
        while let Some(moved) = split.moved_columns(Way::Back, 66, 120) {
            assert!(moved.columns(66, 120) < split.columns(66, 120));
            split = moved;
        }
        assert_eq!(split.columns(66, 120), 30);
        // Keys at the end are not remembered.
        let back = split.moved_columns(Way::Forth, 66, 120).unwrap();
        assert_eq!(back.columns(66, 120), 34);
        assert_eq!(back.rows(20, 40), 20, "the other direction is another matter");
        let lower = back.moved_rows(Way::Forth, 20, 40).unwrap();
        assert_eq!((lower.columns(66, 120), lower.rows(20, 40)), (34, 22));
    }

    #[test]
    fn in_another_size_both_panes_keep_their_least() {
        let split = Split { columns: -40, rows: 300 };
        for whole in 0..300 {
            let left = split.columns(whole / 2, whole);
            assert!(left <= whole);
            assert!(whole < 60 || (30..=whole - 30).contains(&left), "{left} of {whole}");
            assert!(split.rows(whole / 2, whole) <= whole);
        }
    }
}
