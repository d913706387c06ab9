//! Width in terminal cells.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many cells a text takes.
#[must_use]
pub fn width(text: &str) -> usize {
    text.width()
}

/// The text cut to at most `cells`, with `…` in the last cell if something was cut off.
#[must_use]
pub fn cut(text: &str, cells: usize) -> String {
    // A byte is at most one cell, so a short text needs no measuring.
    if text.len() <= cells || text.width() <= cells {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide + 1 > cells {
            break;
        }
        out.push(c);
        used += wide;
    }
    if cells > 0 {
        out.push('…');
    }
    out
}

/// The text cut to at most `cells`, with `…` if its middle was cut out: of names that begin alike
/// the ends tell them apart.
#[must_use]
pub fn cut_middle(text: &str, cells: usize) -> String {
    if text.len() <= cells || text.width() <= cells {
        return text.to_owned();
    }
    let tail_cells = cells.saturating_sub(1) * 2 / 3;
    let mut tail_at = text.len();
    let mut used = 0;
    for (at, c) in text.char_indices().rev() {
        used += c.width().unwrap_or(0);
        if used > tail_cells {
            break;
        }
        tail_at = at;
    }
    let tail = text.get(tail_at..).unwrap_or_default();
    cut(text, cells.saturating_sub(tail.width())) + tail
}

/// The text cut or filled with spaces to exactly `cells`.
#[must_use]
pub fn pad(text: &str, cells: usize) -> String {
    let mut out = cut(text, cells);
    let used = out.width();
    out.extend(std::iter::repeat_n(' ', cells.saturating_sub(used)));
    out
}

/// What names and addresses may be split behind.
const JOINTS: [char; 9] = ['/', '.', ':', '=', ',', '&', '?', '@', '+'];

/// Splits a text into pieces of at most `cells`: at a space if one is near, or where the word
/// behind it fits on a line of its own; else behind a joint of a name, else anywhere.
#[must_use]
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let cells = cells.max(2);
    let mut lines = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = fitting(rest, cells);
        let (head, tail) = rest.split_at(end);
        let at_space = if tail.starts_with(' ') && !is_in_number(rest, end) {
            Some(head.len())
        } else {
            let near = |space: usize| head.len() - space <= cells / 3;
            let mut spaces = head.rmatch_indices(' ').map(|(at, _)| at);
            let space =
                (!tail.is_empty()).then(|| spaces.find(|at| !is_in_number(rest, *at))).flatten();
            space.filter(|space| {
                *space > 0 && (near(*space) || fits(head.get(space + 1..), tail, cells))
            })
        };
        // Joints are one byte each.
        let joint = (!tail.is_empty())
            .then(|| head.rfind(JOINTS))
            .flatten()
            .map(|joint| joint + 1)
            .filter(|end| head.len() - end <= cells / 3);
        if let Some(space) = at_space {
            lines.push(rest.get(..space).unwrap_or_default().to_owned());
            rest = rest.get(space + 1..).unwrap_or_default();
        } else {
            let (head, tail) = joint.map_or((head, tail), |end| rest.split_at(end));
            lines.push(head.to_owned());
            rest = tail;
        }
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

/// Whether the space there is between the digits of one number: `5 000`.
pub(super) fn is_in_number(text: &str, space: usize) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let before = text.get(..space).unwrap_or_default();
    let behind = text.get(space + 1..).unwrap_or_default();
    before.ends_with(|c: char| c.is_ascii_digit()) && digits(behind) == 3
}

/// Whether a word of which this much is before the end of a line fits on a line.
fn fits(before: Option<&str>, tail: &str, cells: usize) -> bool {
    let behind = tail.chars().take_while(|c| *c != ' ').take(cells + 1);
    let behind: usize = behind.map(|c| c.width().unwrap_or(0).max(1)).sum();
    before.unwrap_or_default().width() + behind <= cells
}

/// How many bytes of the text fit into `cells`; at least one character.
#[must_use]
pub fn fitting(text: &str, cells: usize) -> usize {
    // Printable ASCII is one cell a byte; most text is.
    let ascii = text.bytes().take(cells).take_while(|b| (0x20..0x7f).contains(b)).count();
    if ascii == text.len() || ascii >= cells {
        return ascii.min(text.len()).max(1.min(text.len()));
    }
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += c.width().unwrap_or(0);
        if used > cells && at > 0 {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_count_twice() {
        assert_eq!(width("漢字"), 4);
        assert_eq!(cut("漢字漢字", 5), "漢字…");
        assert_eq!(cut("漢字漢字", 4), "漢…");
        assert_eq!(pad("漢", 4), "漢  ");
        assert_eq!(cut_middle("abcdefghij", 10), "abcdefghij");
        assert_eq!(cut_middle("abcdefghij", 7), "ab…ghij");
        assert_eq!(cut_middle("ab漢字漢字", 7), "ab…漢字");
        assert_eq!(cut_middle("abc", 0), "");
        for cells in 0..12 {
            assert!(width(&cut_middle("a漢字b漢字c", cells)) <= cells, "{cells}");
        }
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
        assert_eq!(cut("abcd", 0), "");
    }

    #[test]
    fn wrapping_prefers_spaces_and_loses_nothing_else() {
        for cells in 7..12 {
            assert_eq!(wrap("one two three", cells), ["one two", "three"]);
        }
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("漢字漢", 4), ["漢字", "漢"]);
        assert_eq!(wrap("demo/app:latest", 12), ["demo/app:", "latest"]);
        assert_eq!(wrap("v.abcdefghij", 10), ["v.abcdefgh", "ij"]);
        assert_eq!(wrap("", 4), [""]);
    }

    #[test]
    fn a_number_is_not_broken_between_its_digits() {
        assert_eq!(wrap("of 12 005 000 bytes", 9), ["of", "12 005 00", "0 bytes"]);
        assert_eq!(wrap("of the 5 000 bytes", 10), ["of the", "5 000", "bytes"]);
        assert_eq!(wrap("of the 5 000 bytes", 8), ["of the", "5 000", "bytes"]);
        assert_eq!(wrap("in 2026 1 of 3", 8), ["in 2026", "1 of 3"]);
    }

    #[test]
    fn a_word_that_fits_on_a_line_is_not_broken() {
        let digest = format!("sha256:{}", "0f".repeat(32));
        let text = format!("no. 4: linux/amd64/v3 {digest}; its config");
        let first = "no. 4: linux/amd64/v3".to_owned();
        assert_eq!(wrap(&text, 72), [first.clone(), format!("{digest};"), "its config".to_owned()]);
        // One that does not is broken behind a joint, or where the line ends.
        assert_eq!(wrap("a demo/applica:latest", 16), ["a demo/applica:", "latest"]);
        let text = format!("{} {digest}", "x".repeat(30));
        assert_eq!(wrap(&text, 60).len(), 2);
        assert_eq!(wrap(&text, 60).concat().replace(' ', ""), text.replace(' ', ""));
    }
}
