//! A piece of a long text, laid out: JSON with two spaces a level, without changing a token (numbers
//! keep their digits, repeated keys stay, strings keep their escapes), or any bytes as they are.

use super::line::{Line, Span, Tone};
use crate::text::{escape, escape_file, escape_lines, fitting, push_expanded};

/// Deeper levels are not indented further: hostile nesting would cost more memory than its bytes.
const MAX_INDENT: usize = 48;

/// The least bytes of a piece: any character is shorter.
const LEAST: usize = 8;

/// How a text is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    /// In cells.
    pub(super) width: usize,
    /// Lay JSON out, which must be valid; otherwise leave the bytes as they are.
    pub(super) is_json: bool,
    /// Of a file, how many lines it has: each has its number before it, and tabs reach to their
    /// stops.
    pub(super) file_lines: Option<usize>,
}

/// Cells between a line's number and its text.
const GAP: usize = 2;

impl Layout {
    /// The cells of the number of a line; `None` if lines have none.
    fn digits(self) -> Option<usize> {
        self.file_lines.map(|lines| lines.checked_ilog10().unwrap_or(0) as usize + 1)
    }

    /// The cells that rows of text have.
    fn room(self) -> usize {
        self.width.saturating_sub(self.digits().map_or(0, |digits| digits + GAP)).max(1)
    }
}

/// Where a piece begins: all that laying out needs to go on from here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Resume {
    /// The first byte of the source that is not laid out.
    pub(super) at: usize,
    /// The number of the first row.
    pub(super) row: usize,
    /// Where in all that is laid out, whatever the width, the first row begins.
    pub(super) place: usize,
    /// The number of the line that the first row is of, from 0.
    line: usize,
    /// The cells of the last line that are laid out.
    column: usize,
    /// How many levels are open.
    depth: usize,
    /// The last token opened a level: an empty one stays on its line.
    opened: bool,
    /// In a string, whether its next byte is escaped.
    in_string: Option<bool>,
    /// The indent of the next row; `None` at the beginning of a line.
    hang: Option<usize>,
    /// What is laid out before it and does not fill a row.
    text: String,
    tokens: Vec<(usize, Tone)>,
}

/// A piece: rows of one width, with the tones of their tokens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// The number of its first row.
    pub(super) row: usize,
    /// The cells of the number before a line, if lines have one.
    digits: Option<usize>,
    text: String,
    /// Where each token ends in `text`, and its tone; in order.
    tokens: Vec<(usize, Tone)>,
    rows: Vec<Row>,
    /// Where the part of `text` begins that does not fill a row: the next piece begins with it.
    cut_from: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Row {
    start: usize,
    end: usize,
    indent: usize,
    /// The number of its line, from 0.
    line: usize,
    /// Whether the line begins here.
    begins: bool,
}

impl Block {
    /// Lays out about `budget` bytes from a place on; where the next piece begins, if this is not
    /// the last.
    pub(super) fn lay_out(
        source: &[u8],
        from: &Resume,
        layout: Layout,
        budget: usize,
    ) -> (Self, Option<Resume>) {
        let mut block = Self {
            row: from.row,
            digits: layout.digits(),
            text: from.text.clone(),
            tokens: from.tokens.clone(),
            ..Self::default()
        };
        let mut place = Resume { text: String::new(), tokens: Vec::new(), ..from.clone() };
        let stop = from.at.saturating_add(budget.max(LEAST));
        if layout.is_json {
            block.push_json(source, &mut place, stop);
        } else {
            block.push_plain(source, &mut place, stop, layout.file_lines.is_some());
        }
        let whole = place.at >= source.len();
        block.cut(&mut place, layout, whole);
        if whole {
            block.cut_from = block.text.len();
            return (block, None);
        }
        place.row += block.rows.len();
        place.place += block.cut_from;
        place.text.push_str(block.text.get(block.cut_from..).unwrap_or_default());
        let rest = block.tokens.partition_point(|(end, _)| *end <= block.cut_from);
        let rest = block.tokens.get(rest..).unwrap_or_default().iter();
        place.tokens.extend(rest.map(|(end, tone)| (end - block.cut_from, *tone)));
        (block, Some(place))
    }

    /// How many rows it has.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The text of its rows.
    pub(super) fn text(&self) -> &str {
        self.text.get(..self.cut_from).unwrap_or(&self.text)
    }

    /// Where a row of the whole text begins in this one; its end for what lies behind.
    pub(super) fn start_of(&self, row: usize) -> usize {
        let at = row.saturating_sub(self.row);
        self.rows.get(at).map_or(self.cut_from, |row| row.start)
    }

    /// The row of the whole text with this byte.
    pub(super) fn row_at(&self, byte: usize) -> usize {
        let behind = self.rows.partition_point(|row| row.start <= byte);
        self.row + behind.saturating_sub(1)
    }

    /// The number of the line, from 0, that a row of the whole text is of.
    pub(super) fn line_of(&self, row: usize) -> Option<usize> {
        Some(self.rows.get(row.checked_sub(self.row)?)?.line)
    }

    /// A row of the whole text.
    pub(super) fn line(&self, row: usize) -> Option<Line> {
        let at = *self.rows.get(row.checked_sub(self.row)?)?;
        let Row { start, end, indent, .. } = at;
        let mut line = match self.digits {
            Some(digits) if at.begins => {
                Line::of(Tone::Muted, format!("{:>digits$}{:GAP$}", at.line + 1, ""))
            }
            Some(digits) => Line::of(Tone::Muted, " ".repeat(digits + GAP)),
            None => Line::default(),
        };
        if indent > 0 {
            line = line.with(Tone::Text, " ".repeat(indent));
        }
        let mut from = start;
        let first = self.tokens.partition_point(|(token_end, _)| *token_end <= start);
        for (token_end, tone) in self.tokens.get(first..).unwrap_or_default() {
            if from >= end {
                break;
            }
            let to = (*token_end).min(end);
            let text = self.text.get(from..to).unwrap_or_default().to_owned();
            line.spans.push(Span { text, tone: *tone });
            from = to;
        }
        if from < end {
            line = line.with(Tone::Text, self.text.get(from..end).unwrap_or_default());
        }
        Some(line)
    }

    /// Bytes as they are; what is not UTF-8 shows as `\xNN`.
    fn push_plain(&mut self, source: &[u8], place: &mut Resume, stop: usize, fill_tabs: bool) {
        let end = stop.min(source.len());
        let mut window = source.get(place.at..end).unwrap_or_default();
        // A character that goes on behind the end belongs to the next piece.
        let last = begin_of_last(window);
        let is_cut =
            |last: &[u8]| std::str::from_utf8(last).is_err_and(|error| error.error_len().is_none());
        if end < source.len() && is_cut(window.get(last..).unwrap_or_default()) {
            window = window.get(..last).unwrap_or(window);
        }
        place.at += window.len();
        for chunk in window.utf8_chunks() {
            if fill_tabs {
                push_expanded(&mut self.text, &escape_file(chunk.valid()), &mut place.column);
            } else {
                self.text.push_str(&escape_lines(chunk.valid()));
            }
            for byte in chunk.invalid() {
                self.text.push_str(&format!("\\x{byte:02x}"));
            }
        }
    }

    fn push_json(&mut self, source: &[u8], place: &mut Resume, stop: usize) {
        let begin = place.at;
        // A token that begins in this piece may end behind it.
        let end = stop.saturating_add(stop - begin).min(source.len());
        let window = source.get(begin..end).unwrap_or_default();
        let text = window.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        let stop = stop - begin;
        let mut at = 0;
        while at < stop && at < text.len() {
            let rest = text.get(at..).unwrap_or_default();
            at = text.len() - self.push_token(rest, place).len();
        }
        // Valid JSON always gets on; nothing else may stop here for ever.
        place.at = if at == 0 { end } else { begin + at };
    }

    /// Lays out the next token, and the white space before it; the rest is returned.
    fn push_token<'a>(&mut self, rest: &'a str, place: &mut Resume) -> &'a str {
        if let Some(is_escaped) = place.in_string {
            let (token, after, goes_on) = string(rest, is_escaped);
            place.in_string = goes_on;
            self.push(&escape(token), Tone::JsonString);
            return after;
        }
        let rest = rest.trim_start();
        let Some(first) = rest.chars().next() else { return rest };
        let opened = std::mem::take(&mut place.opened);
        let closes = matches!(first, '}' | ']');
        if closes {
            place.depth = place.depth.saturating_sub(1);
        }
        if opened != closes {
            self.line_break(place.depth);
        }
        match first {
            '"' => {
                let (token, after) = rest.split_at(1);
                let (inner, after, goes_on) = string(after, false);
                place.in_string = goes_on;
                let is_key = goes_on.is_none() && after.trim_start().starts_with(':');
                let tone = if is_key { Tone::JsonKey } else { Tone::JsonString };
                let token = rest.get(..token.len() + inner.len()).unwrap_or(rest);
                self.push(&escape(token), tone);
                after
            }
            '{' | '[' | '}' | ']' | ',' | ':' => {
                let (token, after) = rest.split_at(1);
                match first {
                    ':' => self.push(": ", Tone::Muted),
                    _ => self.push(token, Tone::Muted),
                }
                match first {
                    '{' | '[' => {
                        place.depth += 1;
                        place.opened = true;
                    }
                    ',' => self.line_break(place.depth),
                    _ => {}
                }
                after
            }
            _ => {
                let ends = |c: char| c.is_whitespace() || matches!(c, ',' | '}' | ']' | ':');
                let length = rest.find(ends).unwrap_or(rest.len()).max(first.len_utf8());
                let (token, after) = rest.split_at(length);
                self.push(token, Tone::JsonValue);
                after
            }
        }
    }

    fn push(&mut self, text: &str, tone: Tone) {
        self.text.push_str(text);
        self.tokens.push((self.text.len(), tone));
    }

    fn line_break(&mut self, depth: usize) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n(' ', (depth * 2).min(MAX_INDENT)));
        self.tokens.push((self.text.len(), Tone::Text));
    }

    /// Cuts what is there to the width; a line that may go on only as far as it fills rows.
    /// Continued lines of JSON hang under their beginning, unless that leaves no room.
    fn cut(&mut self, place: &mut Resume, layout: Layout, whole: bool) {
        let room = layout.room();
        let mut line_end = None;
        while self.cut_from < self.text.len() {
            // A long line is looked through once, not for each of its rows.
            if line_end.is_none_or(|end| end < self.cut_from) {
                let rest = self.text.as_bytes().get(self.cut_from..).unwrap_or_default();
                line_end = memchr::memchr(b'\n', rest).map(|end| self.cut_from + end);
            }
            let end = line_end.unwrap_or(self.text.len());
            let line = self.text.get(self.cut_from..end).unwrap_or_default();
            let fits = fitting(line, room - place.hang.unwrap_or(0));
            let ends = fits >= line.len();
            if ends && line_end.is_none() && !whole {
                return;
            }
            let (start, end) = (self.cut_from, self.cut_from + fits.min(line.len()));
            self.rows.push(Row {
                start,
                end,
                indent: place.hang.unwrap_or(0),
                line: place.line,
                begins: place.hang.is_none(),
            });
            if ends {
                place.hang = None;
                place.line += 1;
                self.cut_from = end + 1;
            } else {
                let own = line.len() - line.trim_start_matches(' ').len();
                let hangs = layout.is_json && own + 2 < layout.width / 2;
                place.hang.get_or_insert(if hangs { own + 2 } else { 0 });
                self.cut_from = end;
            }
        }
    }
}

/// Where the last character of bytes begins, if they are UTF-8.
fn begin_of_last(bytes: &[u8]) -> usize {
    let is_begin = |byte: &u8| *byte & 0b1100_0000 != 0b1000_0000;
    bytes.iter().rposition(is_begin).unwrap_or(0)
}

/// A string up to its end, what is behind it, and, if it goes on there, whether the next byte is
/// escaped.
fn string(text: &str, is_escaped: bool) -> (&str, &str, Option<bool>) {
    let mut escaped = is_escaped;
    let mut end = None;
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if escaped {
            // What is escaped is in ASCII.
            escaped = false;
            at += 1;
            continue;
        }
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(next) = memchr::memchr2(b'"', b'\\', rest) else { break };
        at += next + 1;
        match rest.get(next) {
            Some(b'"') => {
                end = Some(at);
                break;
            }
            _ => escaped = true,
        }
    }
    let (token, after) = text.split_at(end.unwrap_or(text.len()));
    (token, after, end.is_none().then_some(escaped))
}
