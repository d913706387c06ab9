//! Lines with a cursor: how it moves, and what of them is on the screen.

use super::Action;

/// Where a movement leads in a list of `length` lines.
pub(super) fn target(action: Action, position: usize, length: usize, page: usize) -> usize {
    let target = match action {
        Action::Down => position + 1,
        Action::Up => position.saturating_sub(1),
        Action::PageDown => position + page,
        Action::PageUp => position.saturating_sub(page),
        Action::HalfDown => position + page.div_ceil(2),
        Action::HalfUp => position.saturating_sub(page.div_ceil(2)),
        Action::First => 0,
        Action::Last => usize::MAX,
        _ => position,
    };
    target.min(length.saturating_sub(1))
}

/// The first line on a screen of `height` lines, so that the cursor is on it and no line is free at
/// the end; as before if that holds.
pub(super) fn top(before: usize, cursor: usize, length: usize, height: usize) -> usize {
    let lowest = (cursor + 1).saturating_sub(height).min(cursor);
    before.clamp(lowest, cursor).min(length.saturating_sub(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_is_on_the_screen() {
        for length in [0, 1, 5, 30] {
            for height in [1, 4, 10] {
                for cursor in 0..length.max(1) {
                    for before in [0, 3, 100] {
                        let top = top(before, cursor, length, height);
                        assert!(top <= cursor && cursor < top + height, "{top} {cursor} {height}");
                        assert!(length <= height || top + height <= length, "{top} {length}");
                    }
                }
            }
        }
    }
}
