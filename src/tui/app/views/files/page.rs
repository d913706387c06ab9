//! The content of a file in rows of the screen, made of its bytes as they are looked at.
//!
//! Of a text only every sixty-fourth row is known by its place: a row is found from the one before it
//! that is, so that a file of a million lines costs little more than its bytes.

use bytes::Bytes;

use crate::model::files::{as_text, hex_line};
use crate::text::{
    escape_line, expand_tabs, first_of, fitting, last_of, plural, shown_cells, width,
};
use crate::tui::app::detail::{Line, Span, Tone};

/// From one row whose place is known to the next.
const STRIDE: usize = 64;
/// Cells between a line's number and its text.
const GAP: usize = 2;
/// The cells of a line of sixteen bytes.
const SIXTEEN: usize = 75;

/// What a file is shown as.
#[derive(Debug, Clone)]
pub struct FilePage {
    /// Lines over the content.
    head: Vec<Line>,
    bytes: Bytes,
    form: Form,
    cells: usize,
    head_rows: Vec<Line>,
    rows: usize,
    /// What there is to see: `12 lines`.
    pub words: String,
}

/// The form in which bytes are shown.
#[derive(Debug, Clone)]
enum Form {
    /// As text, which ends at this byte.
    Text { end: usize, lines: usize, known: Vec<Place> },
    /// As hex.
    Hex { in_a_line: usize },
}

/// Where a row begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    /// The byte.
    at: usize,
    /// The number of its line, from 0.
    line: usize,
    /// The cells of the line before it.
    column: usize,
}

impl FilePage {
    /// Lines alone.
    pub(super) fn of_lines(head: Vec<Line>, words: String) -> Self {
        Self {
            head,
            bytes: Bytes::new(),
            form: Form::Hex { in_a_line: 16 },
            cells: 0,
            head_rows: Vec::new(),
            rows: 0,
            words,
        }
    }

    /// Bytes as text, or `None` if they are none; `whole`: they are all of the file.
    pub(super) fn of_text(head: Vec<Line>, bytes: Bytes, whole: bool) -> Option<Self> {
        let end = as_text(&bytes, whole)?.len();
        let text = bytes.get(..end).unwrap_or_default();
        let ends_open = text.last().is_some_and(|last| *last != b'\n');
        let lines = memchr::memchr_iter(b'\n', text).count() + usize::from(ends_open);
        let form = Form::Text { end, lines, known: Vec::new() };
        let words = plural(lines, "line");
        Some(Self { bytes, form, ..Self::of_lines(head, words) })
    }

    /// Bytes as hex.
    pub(super) fn of_hex(head: Vec<Line>, bytes: Bytes, words: String) -> Self {
        Self { bytes, ..Self::of_lines(head, words) }
    }

    /// How many rows there are, once it is laid out.
    #[must_use]
    pub fn len(&self) -> usize {
        self.head_rows.len() + self.rows
    }

    /// Whether there is nothing to see.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it is shown as hex.
    pub(super) fn is_hex(&self) -> bool {
        matches!(self.form, Form::Hex { .. })
    }

    /// Lays it out for a width, if it is another than before; the row that now holds what was at the
    /// beginning of row `top`.
    pub(super) fn lay(&mut self, cells: usize, top: usize) -> usize {
        if self.cells == cells {
            return top;
        }
        let stood = top.checked_sub(self.head_rows.len()).map(|row| self.byte_of(row));
        self.cells = cells;
        self.head_rows = self.head.iter().flat_map(|line| folded(line, cells)).collect();
        match &mut self.form {
            Form::Hex { in_a_line } => {
                *in_a_line = if cells >= SIXTEEN { 16 } else { 8 };
                self.rows = self.bytes.len().div_ceil(*in_a_line);
            }
            Form::Text { .. } => self.lay_text(),
        }
        match stood {
            Some(byte) => self.row_of(byte),
            None => top.min(self.head_rows.len()),
        }
    }

    fn lay_text(&mut self) {
        let mut known = Vec::new();
        let mut place = Place { at: 0, line: 0, column: 0 };
        let mut rows = 0;
        while let Some((_, next)) = self.row_at(place) {
            if rows % STRIDE == 0 {
                known.push(place);
            }
            rows += 1;
            place = next;
        }
        self.rows = rows;
        if let Form::Text { known: old, .. } = &mut self.form {
            *old = known;
        }
    }

    /// The end of the row that begins there, and the place of the next; `None` behind the last.
    fn row_at(&self, start: Place) -> Option<(usize, Place)> {
        let Form::Text { end, .. } = self.form else { return None };
        let room = self.cells.saturating_sub(self.hang()).max(1);
        let (mut at, mut column, mut marks) = (start.at, start.column, 0);
        if at >= end {
            return None;
        }
        let text = self.bytes.get(..end)?;
        while let Some(c) = char_at(text, at) {
            if c == '\n' {
                return Some((at, Place { at: at + 1, line: start.line + 1, column: 0 }));
            }
            let cells = if c == '\t' { tab(column) } else { shown_cells(c, &mut marks) };
            if at > start.at && column + cells - start.column > room {
                return Some((at, Place { at, line: start.line, column }));
            }
            column += cells;
            at += c.len_utf8();
        }
        Some((end, Place { at: end, line: start.line + 1, column: 0 }))
    }

    /// The cells before the text of a line.
    fn hang(&self) -> usize {
        match self.form {
            Form::Text { lines, .. } => lines.to_string().len() + GAP,
            Form::Hex { .. } => 0,
        }
    }

    /// Where a row of the content begins.
    fn place_of(&self, row: usize) -> Option<Place> {
        let Form::Text { known, .. } = &self.form else { return None };
        let mut place = *known.get(row / STRIDE)?;
        for _ in 0..row % STRIDE {
            place = self.row_at(place)?.1;
        }
        Some(place)
    }

    /// The byte at which a row of the content begins.
    fn byte_of(&self, row: usize) -> usize {
        match self.form {
            Form::Hex { in_a_line } => row * in_a_line,
            Form::Text { .. } => self.place_of(row).map_or(0, |place| place.at),
        }
    }

    /// The row, counted with those over the content, that shows a byte.
    fn row_of(&self, byte: usize) -> usize {
        let row = match &self.form {
            Form::Hex { in_a_line } => byte / in_a_line,
            Form::Text { known, .. } => {
                let before = known.partition_point(|place| place.at <= byte).saturating_sub(1);
                let mut row = before * STRIDE;
                let mut place = known.get(before).copied();
                while let Some((_, next)) = place.and_then(|it| self.row_at(it))
                    && next.at <= byte
                    && row + 1 < self.rows
                {
                    row += 1;
                    place = Some(next);
                }
                row
            }
        };
        self.head_rows.len() + row
    }

    /// The row with the next match behind row `from`, or before it, around the ends; `here_too`: that row
    /// counts.
    pub(super) fn find(
        &self,
        needle: &str,
        from: usize,
        forward: bool,
        here_too: bool,
    ) -> Option<usize> {
        let text = match self.form {
            Form::Text { end, .. } => self.bytes.get(..end)?,
            Form::Hex { .. } => &self.bytes,
        };
        let row = from.saturating_sub(self.head_rows.len());
        // What begins before the row is another row's.
        let row = row + usize::from(here_too != forward);
        let middle = if row < self.rows { self.byte_of(row) } else { text.len() };
        let (before, behind) = text.split_at_checked(middle)?;
        let needle = needle.as_bytes();
        let ahead = |found: Option<usize>| found.map(|at| middle + at);
        let found = match forward {
            true => ahead(first_of(behind, needle)).or_else(|| first_of(text, needle)),
            false => last_of(before, needle).or_else(|| last_of(text, needle)),
        };
        found.map(|byte| self.row_of(byte))
    }

    /// The number of the line in a row, from 1; `None` of other content than text.
    pub(super) fn line_of(&self, row: usize) -> Option<(usize, usize)> {
        let Form::Text { lines, .. } = self.form else { return None };
        let place = self.place_of(row.checked_sub(self.head_rows.len())?)?;
        Some((place.line + 1, lines))
    }

    /// The rows from one on, at most so many.
    #[must_use]
    pub fn shown(&self, from: usize, most: usize) -> Vec<Line> {
        let mut rows: Vec<Line> = self.head_rows.iter().skip(from).take(most).cloned().collect();
        let from = from.saturating_sub(self.head_rows.len());
        let left = most - rows.len();
        match self.form {
            Form::Hex { in_a_line } => {
                let chunks = self.bytes.chunks(in_a_line).enumerate().skip(from).take(left);
                rows.extend(chunks.map(|(at, bytes)| {
                    Line::of(Tone::Text, hex_line(at * in_a_line, bytes, in_a_line))
                }));
            }
            Form::Text { .. } => {
                let mut place = self.place_of(from);
                while rows.len() < most
                    && let Some(start) = place
                    && let Some((end, next)) = self.row_at(start)
                {
                    rows.push(self.row(start, end));
                    place = Some(next);
                }
            }
        }
        rows
    }

    fn row(&self, start: Place, end: usize) -> Line {
        let cells = self.hang() - GAP;
        let number = match start.column {
            0 => format!("{:>cells$}", start.line + 1),
            _ => " ".repeat(cells),
        };
        let bytes = self.bytes.get(start.at..end).unwrap_or_default();
        let text = str::from_utf8(bytes).unwrap_or_default();
        // Tabs reach to where they would in the whole line.
        let before = start.column % TAB;
        let text = format!("{}{}", " ".repeat(before), escape_line(text));
        let text = expand_tabs(&text).get(before..).unwrap_or_default().to_owned();
        Line::of(Tone::Muted, number + "  ").with(Tone::Text, text)
    }
}

/// Tabs end at multiples of this.
const TAB: usize = 8;

/// The cells of a tab in this column.
fn tab(column: usize) -> usize {
    TAB - column % TAB
}

/// The character at a byte of a text.
fn char_at(text: &[u8], at: usize) -> Option<char> {
    let first = *text.get(at)?;
    if first.is_ascii() {
        return Some(char::from(first));
    }
    let longest = text.get(at..text.len().min(at + 4))?;
    let valid = match str::from_utf8(longest) {
        Ok(text) => text,
        Err(error) => str::from_utf8(longest.get(..error.valid_up_to())?).ok()?,
    };
    valid.chars().next()
}

/// A line in rows of a width.
fn folded(line: &Line, cells: usize) -> Vec<Line> {
    let mut rows = Vec::new();
    let mut row = Line::default();
    let mut left = cells;
    for Span { text, tone } in &line.spans {
        let mut rest = text.as_str();
        while !rest.is_empty() {
            if left == 0 {
                rows.push(std::mem::take(&mut row));
                left = cells.max(1);
            }
            let (part, behind) = rest.split_at(fitting(rest, left));
            left = left.saturating_sub(width(part));
            row = row.with(*tone, part);
            rest = behind;
        }
    }
    rows.push(row);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> FilePage {
        FilePage::of_text(Vec::new(), Bytes::from(text.to_owned()), true).unwrap()
    }

    fn rows(page: &FilePage) -> Vec<String> {
        page.shown(0, usize::MAX).iter().map(Line::text).collect()
    }

    #[test]
    fn a_long_line_goes_on_behind_its_number() {
        let mut page = page("abcdefgh\n\n日本語\nabc");
        page.lay(6, 0);
        let folded = ["1  abc", "   def", "   gh", "2  ", "3  日", "   本", "   語", "4  abc"];
        assert_eq!(rows(&page), folded);
        assert_eq!(page.len(), folded.len());
        page.lay(80, 0);
        assert_eq!(rows(&page), ["1  abcdefgh", "2  ", "3  日本語", "4  abc"]);
        assert_eq!(page.words, "4 lines");
    }

    #[test]
    fn tabs_and_escapes_take_their_cells() {
        let mut page = page("abcdef\tx\n\u{1b}[2J\r\n");
        page.lay(80, 0);
        assert_eq!(rows(&page), ["1  abcdef  x", "2  \\e[2J\\r"]);
        page.lay(3 + 6, 0);
        assert_eq!(rows(&page), ["1  abcdef", "     x", "2  \\e[2J", "   \\r"]);
    }

    #[test]
    fn another_width_keeps_what_stands_at_the_top() {
        let mut page = page("abcdefgh\nabcdefgh\n");
        page.lay(6, 0);
        assert_eq!(page.lay(80, 4), 1, "the second line");
        assert_eq!(page.lay(6, 1), 3);
        assert_eq!(page.lay(6, 2), 2, "the same width changes nothing");
        page.lay(0, 0);
        assert_eq!(page.len(), 16, "a character in each row at least");
    }

    #[test]
    fn every_row_is_found_from_the_known_one_before_it() {
        let text: String = (0..1000).map(|at| format!("line {at}\n")).collect();
        let mut page = page(&text);
        page.lay(80, 0);
        for from in [0, 1, 63, 64, 65, 500, 999] {
            let expected = format!("{:>4}  line {from}", from + 1);
            assert_eq!(page.shown(from, 1).iter().map(Line::text).collect::<String>(), expected);
        }
        assert_eq!(page.shown(1000, 5), []);
        let find = |needle, from, forward, here_too| page.find(needle, from, forward, here_too);
        assert_eq!(find("line 70", 0, true, true), Some(70));
        assert_eq!(find("line 70", 70, true, true), Some(70));
        assert_eq!(find("line 70", 70, true, false), Some(700));
        assert_eq!(find("line 70", 709, true, false), Some(70), "around the end");
        assert_eq!(find("line 70", 700, false, false), Some(70));
        assert_eq!(find("line 70", 70, false, true), Some(70));
        assert_eq!(find("line 70", 70, false, false), Some(709), "around the start");
        assert_eq!(find("nowhere", 0, true, true), None);
    }

    #[test]
    fn hex_has_eight_bytes_in_a_narrow_line() {
        let bytes = Bytes::from_static(b"\0\x01 eight and more");
        let mut page = FilePage::of_hex(Vec::new(), bytes, String::new());
        page.lay(75, 0);
        assert_eq!(rows(&page).first().unwrap().len(), 75);
        assert_eq!(page.lay(60, 1), 2);
        assert_eq!(rows(&page)[0], "00000000  00 01 20 65 69 67 68 74  .. eight");
        assert_eq!(page.find("more", 0, true, true), Some(1));
    }
}
