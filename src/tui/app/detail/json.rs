//! Large texts, mostly JSON, laid out without changing a token: numbers keep their digits,
//! repeated keys stay, strings keep their escapes.

use bytes::Bytes;

use super::{Line, Span, Tone};
use crate::text::{escape, escape_lines, fitting};
use crate::text::{first_of, last_of};

/// How many bytes are laid out at once at first; enough for any screen, and a few milliseconds.
const FIRST: usize = 128 << 10;

/// A text cut into lines of one width, with the tones of its tokens. A large one is laid out in
/// pieces, so that no key waits for its end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JsonText {
    text: String,
    /// Where each token ends in `text`, and its tone; in order.
    tokens: Vec<(usize, Tone)>,
    segments: Vec<Segment>,
    width: usize,
    /// Where the part of `text` begins that is not cut into segments.
    cut_from: usize,
    /// The indent of the next segment; `None` at the beginning of a line.
    hang: Option<usize>,
    /// What is not laid out yet.
    ahead: Option<Ahead>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Segment {
    start: usize,
    end: usize,
    indent: usize,
}

/// The rest of a text on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Ahead {
    /// UTF-8.
    source: Bytes,
    at: usize,
    depth: usize,
    /// Lay JSON out; otherwise leave the text as it is.
    lay_out: bool,
}

impl JsonText {
    /// JSON laid out with two spaces a level. What is not JSON comes out as it is; `valid` says
    /// that it was parsed before.
    #[must_use]
    pub(super) fn pretty(bytes: &Bytes, width: usize, valid: bool) -> Self {
        let valid = valid || serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok();
        match std::str::from_utf8(bytes) {
            Ok(_) if valid => Self::begin(bytes.clone(), width, true),
            _ => Self::plain(bytes, width),
        }
    }

    /// The bytes as they are; what is not UTF-8 shows as `\xNN`.
    #[must_use]
    pub(super) fn plain(bytes: &[u8], width: usize) -> Self {
        let mut source = String::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            source.push_str(chunk.valid());
            for byte in chunk.invalid() {
                source.push_str(&format!("\\x{byte:02x}"));
            }
        }
        Self::begin(source.into(), width, false)
    }

    fn begin(source: Bytes, width: usize, lay_out: bool) -> Self {
        let ahead = Some(Ahead { source, at: 0, depth: 0, lay_out });
        let mut text = Self { width: width.max(8), ahead, ..Self::default() };
        text.grow(FIRST);
        text
    }

    /// Whether all of it is laid out.
    pub(super) fn is_whole(&self) -> bool {
        self.ahead.is_none()
    }

    /// Lays out about this many bytes more.
    pub(super) fn grow(&mut self, budget: usize) {
        let Some(mut ahead) = self.ahead.take() else { return };
        let bytes = ahead.source.clone();
        let source = std::str::from_utf8(&bytes).unwrap_or_default();
        let stop = ahead.at.saturating_add(budget);
        if ahead.lay_out {
            while ahead.at < source.len() && ahead.at < stop {
                self.token(source, &mut ahead);
            }
        } else {
            let end = (stop..source.len())
                .find(|at| source.is_char_boundary(*at))
                .unwrap_or(source.len());
            self.text.push_str(&escape_lines(source.get(ahead.at..end).unwrap_or_default()));
            ahead.at = end;
        }
        let whole = ahead.at >= source.len();
        self.cut(whole, ahead.lay_out);
        if !whole {
            self.ahead = Some(ahead);
        }
    }

    /// Cuts what is there to the width; a line that may go on only as far as it fills rows.
    /// Continued lines hang under their beginning where `hanging` says so, unless that leaves no
    /// room.
    fn cut(&mut self, whole: bool, hanging: bool) {
        while self.cut_from < self.text.len() {
            let rest = self.text.get(self.cut_from..).unwrap_or_default();
            let line_end = memchr::memchr(b'\n', rest.as_bytes());
            let line = rest.get(..line_end.unwrap_or(rest.len())).unwrap_or_default();
            let fits = fitting(line, self.width - self.hang.unwrap_or(0));
            let ends = fits >= line.len();
            if ends && line_end.is_none() && !whole {
                return;
            }
            let (start, end) = (self.cut_from, self.cut_from + fits.min(line.len()));
            self.segments.push(Segment { start, end, indent: self.hang.unwrap_or(0) });
            if ends {
                self.hang = None;
                self.cut_from = end + 1;
            } else {
                let own = line.len() - line.trim_start_matches(' ').len();
                let hang = if hanging && own + 2 < self.width / 2 { own + 2 } else { 0 };
                self.hang.get_or_insert(hang);
                self.cut_from = end;
            }
        }
    }

    /// All of the text, in its own lines.
    pub(super) fn into_text(mut self) -> String {
        self.grow(usize::MAX);
        self.text
    }

    pub(super) fn len(&self) -> usize {
        self.segments.len()
    }

    /// The line with the first match from this line on, or the last before it; around the ends.
    pub(super) fn find(&self, needle: &[u8], from: usize, forward: bool) -> Option<usize> {
        let text = self.text.as_bytes();
        let start = self.segments.get(from).map_or(text.len(), |segment| segment.start);
        let (before, behind) = text.split_at_checked(start)?;
        // A match across the cut is one of those before it.
        let whole = text.get(..(start + needle.len()).saturating_sub(1)).unwrap_or(before);
        let ahead = |at: Option<usize>| at.map(|at| at + start);
        let found = match forward {
            true => ahead(first_of(behind, needle)).or_else(|| first_of(whole, needle)),
            false => last_of(whole, needle).or_else(|| ahead(last_of(behind, needle))),
        }?;
        let line = self.segments.partition_point(|segment| segment.start <= found);
        line.checked_sub(1)
    }

    pub(super) fn line(&self, at: usize) -> Option<Line> {
        let Segment { start, end, indent } = *self.segments.get(at)?;
        let mut line = Line::default();
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
}

/// Deeper levels are not indented further: hostile nesting would cost more memory than its bytes.
const MAX_INDENT: usize = 48;

impl JsonText {
    /// Lays out the next token of valid JSON, and the white space behind it.
    fn token(&mut self, source: &str, ahead: &mut Ahead) {
        let rest = source.get(ahead.at..).unwrap_or_default();
        let rest = rest.trim_start();
        let Some(first) = rest.chars().next() else {
            ahead.at = source.len();
            return;
        };
        let (token, after) = rest.split_at(token_length(rest, first));
        let next = after.trim_start();
        match first {
            '{' | '[' => {
                self.push(token, Tone::Muted);
                ahead.depth += 1;
                if !next.starts_with(['}', ']']) {
                    self.line_break(ahead.depth);
                }
            }
            '}' | ']' => {
                ahead.depth = ahead.depth.saturating_sub(1);
                if !self.text.ends_with(['{', '[']) {
                    self.line_break(ahead.depth);
                }
                self.push(token, Tone::Muted);
            }
            ',' => {
                self.push(token, Tone::Muted);
                self.line_break(ahead.depth);
            }
            ':' => self.push(": ", Tone::Muted),
            '"' if next.starts_with(':') => self.push(&escape(token), Tone::JsonKey),
            '"' => self.push(&escape(token), Tone::JsonString),
            _ => self.push(token, Tone::JsonValue),
        }
        ahead.at = source.len() - next.len();
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
}

/// The length in bytes of the token that begins here.
fn token_length(rest: &str, first: char) -> usize {
    match first {
        '"' => {
            let mut escaped = false;
            for (at, byte) in rest.bytes().enumerate().skip(1) {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' => escaped = true,
                    b'"' => return at + 1,
                    _ => {}
                }
            }
            rest.len()
        }
        '{' | '}' | '[' | ']' | ',' | ':' => 1,
        _ => rest
            .find(|c: char| c.is_whitespace() || matches!(c, ',' | '}' | ']' | ':'))
            .unwrap_or(rest.len())
            .max(first.len_utf8()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(json: &[u8], width: usize) -> Vec<String> {
        let text = JsonText::pretty(&Bytes::copy_from_slice(json), width, false);
        (0..text.len()).map(|at| text.line(at).unwrap().text()).collect()
    }

    #[test]
    fn tokens_are_kept_as_they_are() {
        assert_eq!(
            shown(br#"{"a":1.50e+2,"a":[],"b":{"c":"\u00fc\"x"},"d":[true , null]}"#, 40),
            [
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
                "}"
            ]
        );
    }

    #[test]
    fn long_values_wrap_and_hang() {
        assert_eq!(
            shown(br#"{"key":"0123456789abcdef"}"#, 16),
            ["{", "  \"key\": \"012345", "    6789abcdef\"", "}"]
        );
    }

    #[test]
    fn what_is_harmful_or_no_json_is_shown_as_escapes() {
        assert_eq!(shown("{\"a\":\"\u{202e}x\"}".as_bytes(), 40)[1], "  \"a\": \"\\u{202e}x\"");
        assert_eq!(shown(b"\x1b[31m\xff{", 40), ["\\e[31m\\xff{"]);
        assert_eq!(shown(b"one\ntwo\n", 40), ["one", "two"]);
    }

    #[test]
    fn tones_follow_the_tokens() {
        let text = JsonText::pretty(&Bytes::from_static(br#"{"a":"b"}"#), 40, false);
        let line = text.line(1).unwrap();
        let tones: Vec<Tone> = line.spans.iter().map(|span| span.tone).collect();
        assert_eq!(tones, [Tone::Text, Tone::JsonKey, Tone::Muted, Tone::JsonString]);
    }

    proptest! {
        #[test]
        fn any_bytes_can_be_shown(bytes in proptest::collection::vec(any::<u8>(), 0..200), width in 1usize..50) {
            for line in shown(&bytes, width) {
                let escapes = line.contains(char::is_control);
                prop_assert!(!escapes);
            }
        }

        #[test]
        fn pieces_make_the_same_whole(
            json in "(\\[(\"[a-z ü]{0,30}\",? ?){0,8}\\]|[a-z\n ü]{0,200})",
            width in 8usize..40, budget in 1usize..60
        ) {
            for lay_out in [true, false] {
                let text = |budget: usize| {
                    let source = Bytes::from(json.clone());
                    let ahead = Some(Ahead { source, at: 0, depth: 0, lay_out });
                    let mut text = JsonText { width, ahead, ..JsonText::default() };
                    while !text.is_whole() {
                        text.grow(budget);
                    }
                    text
                };
                prop_assert_eq!(text(budget), text(usize::MAX));
            }
        }

        #[test]
        fn layout_changes_white_space_only(numbers in proptest::collection::vec(any::<i64>(), 0..20)) {
            let json = serde_json::json!({"list": numbers, "empty": {}, "text": "a b"}).to_string();
            let laid_out = shown(json.as_bytes(), 10_000).concat();
            let strip = |text: &str| text.replace(' ', "");
            prop_assert_eq!(strip(&laid_out), strip(&json));
        }
    }
}
