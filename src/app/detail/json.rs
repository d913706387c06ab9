//! Large texts, mostly JSON, laid out without changing a token: numbers keep their digits,
//! repeated keys stay, strings keep their escapes.

use super::{Line, Span, Tone};
use crate::text::{escape, escape_lines, fitting};

/// A text cut into lines of one width, with the tones of its tokens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JsonText {
    text: String,
    /// Where each token ends in `text`, and its tone; in order.
    tokens: Vec<(usize, Tone)>,
    segments: Vec<Segment>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Segment {
    start: usize,
    end: usize,
    indent: usize,
}

impl JsonText {
    /// JSON laid out with two spaces a level. What is no JSON comes out as it is.
    #[must_use]
    pub(super) fn pretty(bytes: &[u8], width: usize) -> Self {
        let valid = serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok();
        match std::str::from_utf8(bytes) {
            Ok(json) if valid => {
                let mut printer = Printer::default();
                printer.print(json);
                Self::cut(printer.out, printer.tokens, width, true)
            }
            _ => Self::plain(bytes, width),
        }
    }

    /// The bytes as they are; what is no UTF-8 shows as `\xNN`.
    #[must_use]
    pub(super) fn plain(bytes: &[u8], width: usize) -> Self {
        let mut text = String::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            text.push_str(&escape_lines(chunk.valid()));
            for byte in chunk.invalid() {
                text.push_str(&format!("\\x{byte:02x}"));
            }
        }
        Self::cut(text, Vec::new(), width, false)
    }

    /// Cuts lines to the width. Continued lines hang under their beginning where `hanging` says
    /// so, unless that leaves no room.
    fn cut(text: String, tokens: Vec<(usize, Tone)>, width: usize, hanging: bool) -> Self {
        let width = width.max(8);
        let mut segments = Vec::new();
        let mut at = 0;
        for line in text.split('\n') {
            let own = line.len() - line.trim_start_matches(' ').len();
            let hang = if hanging && own + 2 < width / 2 { own + 2 } else { 0 };
            let (mut start, mut indent) = (at, 0);
            let end = at + line.len();
            loop {
                let rest = text.get(start..end).unwrap_or_default();
                let taken = start + fitting(rest, width - indent);
                segments.push(Segment { start, end: taken.min(end), indent });
                if taken >= end {
                    break;
                }
                (start, indent) = (taken, hang);
            }
            at = end + 1;
        }
        if segments.last().is_some_and(|last| last.start == last.end) && segments.len() > 1 {
            segments.pop();
        }
        Self { text, tokens, segments }
    }

    pub(super) fn len(&self) -> usize {
        self.segments.len()
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

/// Lays out valid JSON token by token.
#[derive(Default)]
struct Printer {
    out: String,
    tokens: Vec<(usize, Tone)>,
    depth: usize,
}

impl Printer {
    fn print(&mut self, json: &str) {
        let mut rest = json.trim_start();
        while let Some(first) = rest.chars().next() {
            let (token, after) = rest.split_at(token_length(rest, first));
            let next = after.trim_start();
            match first {
                '{' | '[' => {
                    self.push(token, Tone::Muted);
                    if next.starts_with(['}', ']']) {
                        self.depth += 1;
                    } else {
                        self.depth += 1;
                        self.line_break();
                    }
                }
                '}' | ']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if !self.out.ends_with(['{', '[']) {
                        self.line_break();
                    }
                    self.push(token, Tone::Muted);
                }
                ',' => {
                    self.push(token, Tone::Muted);
                    self.line_break();
                }
                ':' => self.push(": ", Tone::Muted),
                '"' if next.starts_with(':') => self.push(&escape(token), Tone::JsonKey),
                '"' => self.push(&escape(token), Tone::JsonString),
                _ => self.push(token, Tone::JsonValue),
            }
            rest = next;
        }
    }

    fn push(&mut self, text: &str, tone: Tone) {
        self.out.push_str(text);
        self.tokens.push((self.out.len(), tone));
    }

    fn line_break(&mut self) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n(' ', (self.depth * 2).min(MAX_INDENT)));
        self.tokens.push((self.out.len(), Tone::Text));
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
        let text = JsonText::pretty(json, width);
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
        let text = JsonText::pretty(br#"{"a":"b"}"#, 40);
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
        fn layout_changes_white_space_only(numbers in proptest::collection::vec(any::<i64>(), 0..20)) {
            let json = serde_json::json!({"list": numbers, "empty": {}, "text": "a b"}).to_string();
            let laid_out = shown(json.as_bytes(), 10_000).concat();
            let strip = |text: &str| text.replace(' ', "");
            prop_assert_eq!(strip(&laid_out), strip(&json));
        }
    }
}
