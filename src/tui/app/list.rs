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

/// Turns the wheel over a list on a screen of `height` lines: the lines move, and the cursor stays on
/// the screen.
pub(super) fn wheel(
    top: &mut usize,
    cursor: &mut usize,
    (length, height): (usize, usize),
    lines: i32,
) {
    *top = scrolled(*top, length, height, lines);
    let last = (*top + height.max(1)).min(length).saturating_sub(1);
    *cursor = (*cursor).clamp((*top).min(last), last);
}

/// Where the wheel takes a text: as far as its last line.
pub(super) fn scrolled(top: usize, length: usize, height: usize, lines: i32) -> usize {
    let lines = isize::try_from(lines).unwrap_or(0);
    top.saturating_add_signed(lines).min(length.saturating_sub(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wheel_moves_the_lines_and_the_cursor_only_as_far_as_it_must() {
        let turned = |(top, cursor), length, lines| {
            let (mut top, mut cursor) = (top, cursor);
            wheel(&mut top, &mut cursor, (length, 10), lines);
            (top, cursor)
        };
        assert_eq!(turned((0, 5), 30, 3), (3, 5));
        assert_eq!(turned((0, 0), 30, 3), (3, 3));
        assert_eq!(turned((10, 19), 30, -3), (7, 16));
        assert_eq!(turned((18, 25), 30, 9), (20, 25));
        assert_eq!(turned((1, 5), 30, -9), (0, 5));
        // All of it is on the screen, or there is nothing.
        assert_eq!(turned((0, 2), 6, 3), (0, 2));
        assert_eq!(turned((0, 0), 0, 3), (0, 0));
    }

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
