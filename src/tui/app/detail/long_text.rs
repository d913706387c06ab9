//! Long texts, of which only what is on the screen is laid out: of the rest it is known where each
//! piece begins.

use std::io;
use std::sync::Arc;

use bytes::Bytes;

use super::block::{Block, Layout, Resume};
use super::line::Line;
use crate::text::{first_of, last_of};

/// How many bytes of the source are laid out together: enough for any screen, and less than a
/// millisecond.
const PIECE: usize = 64 << 10;

/// A text in rows of one width.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LongText {
    source: Bytes,
    layout: Layout,
    /// How many bytes of the source are in a piece.
    piece: usize,
    /// Where the pieces begin.
    starts: Vec<Resume>,
    /// Where the piece behind them begins; `None` if they are all.
    ahead: Option<Resume>,
    rows: usize,
    /// The pieces on the screen, by their number.
    shown: Vec<(usize, Arc<Block>)>,
}

impl LongText {
    /// JSON laid out with two spaces a level. It must be valid.
    #[must_use]
    pub(super) fn json(source: Bytes, width: usize) -> Self {
        let layout = Layout { width: width.max(8), is_json: true, file_lines: None };
        Self::begin(source, layout, PIECE)
    }

    /// The bytes as they are; what is not UTF-8 shows as `\xNN`.
    #[must_use]
    pub(super) fn plain(source: Bytes, width: usize) -> Self {
        let layout = Layout { width: width.max(8), is_json: false, file_lines: None };
        Self::begin(source, layout, PIECE)
    }

    /// The text of a file of so many lines, each with its number.
    #[must_use]
    pub(super) fn file(source: Bytes, lines: usize, width: usize) -> Self {
        let layout = Layout { width: width.max(8), is_json: false, file_lines: Some(lines) };
        Self::begin(source, layout, PIECE)
    }

    fn begin(source: Bytes, layout: Layout, piece: usize) -> Self {
        let ahead = Some(Resume::default()).filter(|_| !source.is_empty());
        let (starts, shown) = (Vec::new(), Vec::new());
        let mut text = Self { source, layout, piece, starts, ahead, rows: 0, shown };
        if let Some(block) = text.go_on() {
            text.shown.push((0, Arc::new(block)));
        }
        text
    }

    /// Lays the next piece out.
    fn go_on(&mut self) -> Option<Block> {
        let place = self.ahead.take()?;
        let (block, ahead) = Block::lay_out(&self.source, &place, self.layout, self.piece);
        self.rows += block.len();
        self.starts.push(place);
        self.ahead = ahead;
        Some(block)
    }

    /// Whether it is known where all pieces begin.
    pub(super) fn is_whole(&self) -> bool {
        self.ahead.is_none()
    }

    /// Whether it can be searched while a key waits.
    pub(super) fn is_short(&self) -> bool {
        self.is_whole() && self.starts.len() <= 2
    }

    /// Finds out where pieces begin in about this many bytes more.
    pub(super) fn grow(&mut self, budget: usize) {
        let begin = self.ahead.as_ref().map_or(0, |ahead| ahead.at);
        while self.ahead.as_ref().is_some_and(|ahead| ahead.at - begin < budget) {
            self.go_on();
        }
    }

    /// How many rows there are, as far as it is known.
    pub(super) fn len(&self) -> usize {
        self.rows
    }

    /// Keeps the pieces with these rows, and no others.
    pub(super) fn show(&mut self, from: usize, rows: usize) {
        let first = self.piece_with(from);
        let last = self.piece_with(from + rows);
        self.shown.retain(|(at, _)| (first..=last).contains(at));
        for at in first..=last {
            if !self.shown.iter().any(|(shown, _)| *shown == at)
                && let Some(block) = self.piece(at)
            {
                self.shown.push((at, Arc::new(block)));
            }
        }
    }

    /// A row.
    pub(super) fn line(&self, row: usize) -> Option<Line> {
        if row >= self.rows {
            return None;
        }
        self.block(self.piece_with(row))?.line(row)
    }

    /// The line of a file, from 1, that a row is of, and how many there are.
    pub(super) fn line_of(&self, row: usize) -> Option<(usize, usize)> {
        let lines = self.layout.file_lines?;
        Some((self.block(self.piece_with(row))?.line_of(row)? + 1, lines))
    }

    /// Where in all that is laid out a row begins: the same place in every width.
    pub(super) fn place_of(&self, row: usize) -> Option<usize> {
        let at = self.piece_with(row);
        Some(self.starts.get(at)?.place + self.block(at)?.start_of(row))
    }

    /// The row with a place; `None` while it is not laid out.
    pub(super) fn row_of(&self, place: usize) -> Option<usize> {
        if self.ahead.as_ref().is_some_and(|ahead| ahead.place <= place) {
            return None;
        }
        let at = self.starts.partition_point(|start| start.place <= place).saturating_sub(1);
        Some(self.block(at)?.row_at(place - self.starts.get(at)?.place))
    }

    /// The number of the piece with a row.
    fn piece_with(&self, row: usize) -> usize {
        self.starts.partition_point(|place| place.row <= row).saturating_sub(1)
    }

    /// A piece, which on the screen is there already.
    fn block(&self, wanted: usize) -> Option<Arc<Block>> {
        match self.shown.iter().find(|(at, _)| *at == wanted) {
            Some((_, block)) => Some(Arc::clone(block)),
            None => self.piece(wanted).map(Arc::new),
        }
    }

    fn piece(&self, at: usize) -> Option<Block> {
        let place = self.starts.get(at)?;
        Some(Block::lay_out(&self.source, place, self.layout, self.piece).0)
    }

    /// Writes all of it, in its own lines.
    pub(super) fn write(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let mut next = Some(Resume::default()).filter(|_| !self.source.is_empty());
        while let Some(place) = next {
            let (block, ahead) = Block::lay_out(&self.source, &place, self.layout, self.piece);
            out.write_all(block.text().as_bytes())?;
            next = ahead;
        }
        Ok(())
    }

    /// The row with the first match from this row on, or the last before it; around the ends of
    /// what is laid out.
    pub(super) fn find(&self, needle: &[u8], from: usize, forward: bool) -> Option<usize> {
        let here = self.piece_with(from.min(self.rows.saturating_sub(1)));
        let (before, behind) = (0..here, here + 1..self.starts.len());
        let mut laid_out = LaidOut { of: self, last: None };
        let mut within = |at: usize, range: Within| laid_out.find(at, needle, forward, range);
        match forward {
            true => within(here, Within::From(from))
                .or_else(|| behind.clone().find_map(|at| within(at, Within::All)))
                .or_else(|| before.clone().find_map(|at| within(at, Within::All)))
                .or_else(|| within(here, Within::Before(from))),
            false => within(here, Within::Before(from))
                .or_else(|| before.clone().rev().find_map(|at| within(at, Within::All)))
                .or_else(|| behind.clone().rev().find_map(|at| within(at, Within::All)))
                .or_else(|| within(here, Within::From(from))),
        }
    }
}

/// Which matches of a piece count, by the row that they begin in.
#[derive(Debug, Clone, Copy)]
enum Within {
    All,
    From(usize),
    Before(usize),
}

/// The pieces of a text as they are searched: each is laid out once, though its beginning is
/// searched together with the piece before it.
struct LaidOut<'a> {
    of: &'a LongText,
    last: Option<(usize, Arc<Block>)>,
}

impl LaidOut<'_> {
    fn piece(&mut self, at: usize) -> Option<Arc<Block>> {
        if let Some((known, block)) = &self.last
            && *known == at
        {
            return Some(Arc::clone(block));
        }
        self.of.piece(at).map(Arc::new)
    }

    fn find(&mut self, at: usize, needle: &[u8], forward: bool, range: Within) -> Option<usize> {
        let block = self.piece(at)?;
        let mut text = block.text().to_owned();
        let own = text.len();
        // A match may go on in the pieces behind.
        let mut behind = at + 1;
        let mut next = None;
        while text.len() < own + needle.len().saturating_sub(1)
            && let Some(block) = self.piece(behind)
        {
            text.push_str(block.text());
            next.get_or_insert((behind, block));
            behind += 1;
        }
        self.last = if forward { next } else { Some((at, Arc::clone(&block))) };
        let range = match range {
            Within::All => 0..own,
            Within::From(row) => block.start_of(row)..own,
            Within::Before(row) => 0..block.start_of(row),
        };
        let end = (range.end + needle.len()).saturating_sub(1).min(text.len());
        let searched = text.as_bytes().get(range.start..end)?;
        let found = if forward { first_of(searched, needle) } else { last_of(searched, needle) };
        Some(block.row_at(range.start + found?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::app::detail::Tone;
    use proptest::prelude::*;

    fn rows(text: &LongText) -> Vec<String> {
        (0..text.len()).map(|at| text.line(at).unwrap().text()).collect()
    }

    fn json(json: &str, width: usize) -> LongText {
        LongText::json(Bytes::copy_from_slice(json.as_bytes()), width)
    }

    fn written(text: &LongText) -> String {
        let mut out = Vec::new();
        text.write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn tokens_are_kept_as_they_are() {
        let text = json(r#"{"a":1.50e+2,"a":[],"b":{"c":"\u00fc\"x"},"d":[true , null]}"#, 40);
        let expected = [
            "{",
            "  \"a\": 1.50e+2,",
            "  \"a\": [],",
            "  \"b\": {",
            "    \"c\": \"\\u00fc\\\"x\"",
            "  },",
            "  \"d\": [",
            "    true,",
            "    null",
            "  ]",
            "}",
        ];
        assert_eq!(rows(&text), expected);
        assert_eq!(written(&text), expected.join("\n"));
    }

    #[test]
    fn long_values_wrap_and_hang() {
        assert_eq!(
            rows(&json(r#"{"key":"0123456789abcdef"}"#, 16)),
            ["{", "  \"key\": \"012345", "    6789abcdef\"", "}"]
        );
    }

    #[test]
    fn what_is_harmful_or_no_json_is_shown_as_escapes() {
        assert_eq!(rows(&json("{\"a\":\"\u{202e}x\"}", 40))[1], "  \"a\": \"\\u{202e}x\"");
        let plain = |bytes: &'static [u8]| rows(&LongText::plain(bytes.into(), 40));
        assert_eq!(plain(b"\x1b[31m\xff{"), ["\\e[31m\\xff{"]);
        assert_eq!(plain(b"one\ntwo\n"), ["one", "two"]);
        assert_eq!(plain(b"cut: \xe6\xbc"), ["cut: \\xe6\\xbc"]);
        assert!(plain(b"").is_empty());
    }

    fn file(text: &str, width: usize) -> LongText {
        LongText::file(Bytes::copy_from_slice(text.as_bytes()), text.lines().count(), width)
    }

    #[test]
    fn a_long_line_of_a_file_goes_on_behind_its_number() {
        let text = "abcdefghijkl\n\n日本語\nabc";
        let folded = ["1  abcde", "   fghij", "   kl", "2  ", "3  日本", "   語", "4  abc"];
        assert_eq!(rows(&file(text, 8)), folded);
        assert_eq!(rows(&file(text, 80)), ["1  abcdefghijkl", "2  ", "3  日本語", "4  abc"]);
        assert_eq!(file(text, 8).line_of(5), Some((3, 4)));
        assert_eq!(file(text, 8).line_of(7), None);
        let many = file(&"x\n".repeat(10), 80);
        assert_eq!((rows(&many)[0].as_str(), rows(&many)[9].as_str()), (" 1  x", "10  x"));
    }

    #[test]
    fn tabs_and_escapes_of_a_file_take_their_cells() {
        let text = "abcdef\tx\n\u{1b}[2J\r\n";
        assert_eq!(rows(&file(text, 80)), ["1  abcdef  x", "2  \\e[2J\\r"]);
        assert_eq!(rows(&file(text, 9))[..2], ["1  abcdef", "     x"]);
    }

    #[test]
    fn a_place_is_the_same_in_every_width() {
        let text = "abcdefghijkl\nabcdefghijkl\n";
        let (narrow, wide) = (file(text, 8), file(text, 80));
        let second = narrow.place_of(3).unwrap();
        assert_eq!(wide.row_of(second), Some(1));
        assert_eq!(narrow.row_of(wide.place_of(1).unwrap()), Some(3));
        // The middle of a line is in the line.
        assert_eq!(wide.row_of(narrow.place_of(4).unwrap()), Some(1));
        let far = 2 * PIECE;
        let mut long = file(&"x".repeat(4 * PIECE), 80);
        assert_eq!(long.row_of(far), None, "it is not laid out");
        long.grow(usize::MAX);
        assert_eq!(long.row_of(far), Some(far / 77));
    }

    #[test]
    fn tones_follow_the_tokens() {
        let line = json(r#"{"a":"b"}"#, 40).line(1).unwrap();
        let tones: Vec<Tone> = line.spans.iter().map(|span| span.tone).collect();
        assert_eq!(tones, [Tone::Text, Tone::JsonKey, Tone::Muted, Tone::JsonString]);
    }

    #[test]
    fn one_long_string_is_laid_out_in_pieces_too() {
        let inside = "0123456789abcde\\\"".repeat(PIECE / 4);
        let mut text = json(&format!("{{\"payload\":\"{inside}\",\"last\":1}}"), 80);
        assert!(!text.is_whole());
        assert!(text.len() < 4 * PIECE / 70, "{}", text.len());
        text.grow(usize::MAX);
        assert!(text.starts.len() > 2);
        let last = text.len();
        let end = |at| text.line(last - at).unwrap().text();
        assert_eq!((end(2).as_str(), end(1).as_str()), ("  \"last\": 1", "}"));
        assert_eq!(written(&text).lines().nth(1), Some(&*format!("  \"payload\": \"{inside}\",")));
    }

    #[test]
    fn what_is_on_the_screen_is_kept_and_nothing_else() {
        let numbers: Vec<usize> = (0..60_000).collect();
        let mut text = json(&serde_json::json!(numbers).to_string(), 40);
        text.grow(usize::MAX);
        assert_eq!(text.len(), 60_002);
        for (from, expected) in [(0, "["), (30_000, "  29999,"), (60_001, "]")] {
            let far = text.line(from).unwrap();
            text.show(from, 40);
            assert!((1..=2).contains(&text.shown.len()));
            assert_eq!(text.line(from), Some(far));
            assert_eq!(text.line(from).unwrap().text(), expected);
        }
    }

    /// In pieces so small that words and characters are cut.
    fn pieces(source: &str, layout: Layout, piece: usize) -> LongText {
        let mut text = LongText::begin(Bytes::copy_from_slice(source.as_bytes()), layout, piece);
        text.grow(usize::MAX);
        text
    }

    proptest! {
        #[test]
        fn any_bytes_can_be_shown(
            bytes in proptest::collection::vec(any::<u8>(), 0..200), width in 1usize..50
        ) {
            for line in rows(&LongText::plain(bytes.into(), width)) {
                let escapes = line.contains(char::is_control);
                prop_assert!(!escapes);
            }
        }

        #[test]
        fn pieces_make_the_same_whole(
            source in "(\\[(\"([a-zü漢]|\\\\[\"\\\\]){0,30}\",? {0,20}){0,8}\\]|[a-z\n\t ü漢]{0,200})",
            width in 8usize..40, piece in 1usize..60
        ) {
            for (is_json, file_lines) in [(true, None), (false, None), (false, Some(100))] {
                let layout = Layout { width, is_json, file_lines };
                let (whole, pieces) =
                    (pieces(&source, layout, 10_000), pieces(&source, layout, piece));
                prop_assert_eq!(rows(&pieces), rows(&whole));
                prop_assert_eq!(written(&pieces), written(&whole));
                for at in 0..pieces.len() {
                    prop_assert_eq!(pieces.line_of(at), whole.line_of(at));
                    prop_assert_eq!(pieces.place_of(at), whole.place_of(at));
                    prop_assert_eq!(pieces.row_of(pieces.place_of(at).unwrap()), Some(at));
                }
            }
        }

        #[test]
        fn all_pieces_are_searched(
            source in "[abAB\n]{1,200}", needle in "[ab]{1,9}",
            width in 8usize..20, piece in 1usize..60, from in 0usize..30
        ) {
            let layout = Layout { width, is_json: false, file_lines: None };
            let (whole, pieces) =
                (pieces(&source, layout, 10_000), pieces(&source, layout, piece));
            for forward in [true, false] {
                let expected = whole.find(needle.as_bytes(), from, forward);
                prop_assert_eq!(pieces.find(needle.as_bytes(), from, forward), expected);
                let is_there = source.to_ascii_lowercase().contains(&needle);
                prop_assert_eq!(expected.is_some(), is_there);
            }
        }

        #[test]
        fn layout_changes_white_space_only(
            numbers in proptest::collection::vec(any::<i64>(), 0..20)
        ) {
            let source = serde_json::json!({"list": numbers, "empty": {}, "text": "a b"}).to_string();
            let laid_out = rows(&json(&source, 10_000)).concat();
            let strip = |text: &str| text.replace(' ', "");
            prop_assert_eq!(strip(&laid_out), strip(&source));
        }
    }
}
