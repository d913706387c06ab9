//! Bytes that are not text, in lines of hex, each made when it is looked at.

use bytes::Bytes;

use crate::model::files::hex_line;

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

    pub(super) fn text(&self, line: usize) -> String {
        let start = line * self.in_a_line;
        let end = (start + self.in_a_line).min(self.bytes.len());
        hex_line(start, self.bytes.get(start..end).unwrap_or_default(), self.in_a_line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
