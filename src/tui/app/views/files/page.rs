//! The lines of a file, laid out in rows of the screen.

use std::ops::Range;

use crate::text::{fitting, width};
use crate::tui::app::detail::Line;

/// The lines of a file; those that are longer than the screen is wide go on in the next row.
#[derive(Debug, Clone)]
pub struct FilePage {
    lines: Vec<Line>,
    rows: Vec<Row>,
    cells: usize,
    /// What there is to see: `12 lines`.
    pub words: String,
}

/// A row: a line, and which bytes of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    line: usize,
    part: Range<usize>,
}

impl FilePage {
    /// Lines of a number and a text, or of a text alone; they have no rows before they are laid out.
    pub(super) fn new(lines: Vec<Line>, words: String) -> Self {
        Self { lines, rows: Vec::new(), cells: 0, words }
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is nothing to see.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Lays the lines out for a width, if it is another than before; the row that now holds
    /// what was at the beginning of row `top`.
    pub(super) fn lay(&mut self, cells: usize, top: usize) -> usize {
        if self.cells == cells {
            return top;
        }
        let stood = self.rows.get(top).map_or((0, 0), |row| (row.line, row.part.start));
        self.cells = cells;
        self.rows = (0..self.lines.len()).flat_map(|line| self.rows_of(line)).collect();
        let behind = self.rows.partition_point(|row| (row.line, row.part.start) <= stood);
        behind.saturating_sub(1)
    }

    fn rows_of(&self, line: usize) -> Vec<Row> {
        let Some((text, number)) = self.lines.get(line).and_then(|line| line.spans.split_last())
        else {
            return vec![Row { line, part: 0..0 }];
        };
        let room = self.cells.saturating_sub(hang(number)).max(1);
        let mut rows = Vec::new();
        let mut from = 0;
        while let Some(rest) = text.text.get(from..)
            && (from == 0 || !rest.is_empty())
        {
            let end = from + fitting(rest, room);
            rows.push(Row { line, part: from..end });
            if end == from {
                break;
            }
            from = end;
        }
        rows
    }

    /// The rows from one on, at most so many.
    #[must_use]
    pub fn shown(&self, from: usize, most: usize) -> Vec<Line> {
        self.rows.iter().skip(from).take(most).map(|row| self.row(row)).collect()
    }

    fn row(&self, row: &Row) -> Line {
        let Some(line) = self.lines.get(row.line) else { return Line::default() };
        let Some((text, number)) = line.spans.split_last() else { return Line::default() };
        let part = text.text.get(row.part.clone()).unwrap_or_default();
        let mut out = Line { spans: number.to_vec() };
        if row.part.start > 0 {
            for span in &mut out.spans {
                span.text = " ".repeat(width(&span.text));
            }
        }
        out = out.with(text.tone, part);
        out
    }
}

/// The cells of what is before a text.
fn hang(number: &[crate::tui::app::detail::Span]) -> usize {
    number.iter().map(|span| width(&span.text)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::app::detail::Tone;

    fn page(texts: &[&str]) -> FilePage {
        let line = |text: &&str| Line::of(Tone::Muted, "1  ").with(Tone::Text, *text);
        FilePage::new(texts.iter().map(line).collect(), String::new())
    }

    fn rows(page: &FilePage) -> Vec<String> {
        page.shown(0, usize::MAX).iter().map(Line::text).collect()
    }

    #[test]
    fn a_long_line_goes_on_behind_its_number() {
        let mut page = page(&["abcdefgh", "", "日本語", "abc"]);
        page.lay(6, 0);
        assert_eq!(
            rows(&page),
            ["1  abc", "   def", "   gh", "1  ", "1  日", "   本", "   語", "1  abc"]
        );
        page.lay(80, 0);
        assert_eq!(rows(&page), ["1  abcdefgh", "1  ", "1  日本語", "1  abc"]);
    }

    #[test]
    fn another_width_keeps_what_stands_at_the_top() {
        let mut page = page(&["abcdefgh", "abcdefgh"]);
        page.lay(6, 0);
        assert_eq!(page.lay(80, 4), 1, "the second line");
        assert_eq!(page.lay(6, 1), 3);
        assert_eq!(page.lay(6, 2), 2, "the same width changes nothing");
        page.lay(0, 0);
        assert_eq!(page.len(), 16, "a character in each row at least");
    }
}
