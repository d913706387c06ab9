//! Bytes that are not text, in lines of hex, each made when it is looked at.

use bytes::Bytes;
use memchr::memmem;

use crate::model::files::hex_line;
use crate::text::{first_of, last_of};

/// Bytes, so many in a line as fit the width.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hex {
    bytes: Bytes,
    in_a_line: usize,
}

impl Hex {
    /// For a pane of this width, in cells.
    #[must_use]
    pub(super) fn new(bytes: Bytes, width: usize) -> Self {
        // The position, a byte in three cells and its character in one, and the space between.
        let in_a_line = [16, 8].into_iter().find(|count| 11 + 4 * count <= width).unwrap_or(4);
        Self { bytes, in_a_line }
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len().div_ceil(self.in_a_line)
    }

    /// The first byte of a line.
    pub(super) fn place_of(&self, line: usize) -> usize {
        line.saturating_mul(self.in_a_line)
    }

    /// The line with a byte.
    pub(super) fn row_of(&self, byte: usize) -> usize {
        byte / self.in_a_line
    }

    /// The line in which the first match from this line on begins, or the last before it; around the
    /// ends. What is looked for is text or hex digits, `7f 45 4c` or `7f454c`.
    pub(super) fn find(&self, needle: &str, from: usize, forward: bool) -> Option<usize> {
        let (text, digits, length) = (needle.as_bytes(), digits(needle), self.bytes.len());
        let first = |from: usize| {
            let part = self.bytes.get(from..)?;
            let by_digits = digits.as_ref().and_then(|digits| memmem::find(part, digits));
            first_of(part, text).into_iter().chain(by_digits).min().map(|at| from + at)
        };
        // What begins before a byte may end behind it.
        let last = |before: usize| {
            let part = |needle: &[u8]| {
                let end = before.saturating_add(needle.len()).saturating_sub(1).min(length);
                self.bytes.get(..end).unwrap_or_default()
            };
            let by_digits = digits.as_ref().and_then(|it| memmem::rfind(part(it), it));
            last_of(part(text), text).into_iter().chain(by_digits).max()
        };
        let middle = self.place_of(from).min(length);
        let byte = match forward {
            true => first(middle).or_else(|| first(0)),
            false => last(middle).or_else(|| last(length)),
        };
        byte.map(|byte| self.row_of(byte))
    }

    pub(super) fn text(&self, line: usize) -> String {
        let start = line * self.in_a_line;
        let end = (start + self.in_a_line).min(self.bytes.len());
        hex_line(start, self.bytes.get(start..end).unwrap_or_default(), self.in_a_line)
    }
}

/// The bytes that hex digits stand for, with spaces between them or without.
fn digits(needle: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> =
        needle.chars().filter(|c| *c != ' ').map(|c| c.to_digit(16)).collect::<Option<_>>()?;
    let (pairs, []) = digits.as_chunks::<2>() else { return None };
    let bytes = pairs.iter().map(|[high, low]| u8::try_from(high * 16 + low).ok());
    bytes.collect::<Option<Vec<u8>>>().filter(|bytes| !bytes.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_found_as_text_and_as_digits_over_the_ends_of_lines() {
        let hex = Hex::new(Bytes::from_static(b"\x7fELF\x02\x01\x01Inter\0preter"), 43);
        assert_eq!(hex.len(), 3);
        let find = |needle, from, forward| hex.find(needle, from, forward);
        assert_eq!(find("inter", 0, true), Some(0), "over two lines");
        assert_eq!(find("inter", 1, false), Some(0));
        assert_eq!(find("inter", 1, true), Some(0), "around the end");
        assert_eq!(find("preter", 1, true), Some(1));
        assert_eq!(find("preter", 0, false), Some(1), "around the start");
        assert_eq!(find("Preter", 0, true), None, "capitals count");
        for digits in ["7f 45 4c", "7f454C", "7F"] {
            assert_eq!(find(digits, 0, true), Some(0), "{digits}");
        }
        assert_eq!(find("00 70", 0, true), Some(1));
        assert_eq!(find("01 49", 0, false), Some(0));
        assert_eq!(find("65", 0, false), Some(2), "the last of them");
        assert_eq!(find("7f 4", 0, true), None, "half a byte");
        assert_eq!(find("45 4c  7f", 0, true), None);
        assert_eq!(find(" ", 0, true), None);
    }

    #[test]
    fn every_byte_has_its_place_at_any_width() {
        let bytes: Bytes = (0..=255_u8).chain(0..=9).collect();
        for (width, lines) in [(200, 17), (75, 17), (74, 34), (43, 34), (42, 67), (8, 67)] {
            let hex = Hex::new(bytes.clone(), width);
            assert_eq!(hex.len(), lines, "{width}");
        }
        let hex = Hex::new(bytes, 43);
        assert_eq!(hex.text(8), "00000040  40 41 42 43 44 45 46 47  @ABCDEFG");
        assert_eq!(hex.text(33), "00000108  08 09                    ..");
        assert_eq!(hex.text(8).len(), 43);
    }
}
