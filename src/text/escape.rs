//! Text from outside, made harmless for a terminal.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Shows what could act on the terminal or deceive the eye as visible escapes: control
/// characters, escape sequences, bidirectional overrides and isolates, zero-width characters,
/// line and paragraph separators, and tag characters. Line breaks and tabs are escaped too.
#[must_use]
pub fn escape(text: &str) -> Cow<'_, str> {
    escape_with(text, |_| false)
}

/// As [`escape`], but keeps line breaks, for text that is shown on several lines.
#[must_use]
pub fn escape_lines(text: &str) -> Cow<'_, str> {
    escape_with(text, |c| c == '\n')
}

/// As [`escape`], but keeps tabs, for a line of a file.
#[must_use]
pub fn escape_line(text: &str) -> Cow<'_, str> {
    escape_with(text, |c| c == '\t')
}

/// As [`escape_lines`], but keeps tabs, too, for the lines of a file.
#[must_use]
pub fn escape_file(text: &str) -> Cow<'_, str> {
    escape_with(text, |c| matches!(c, '\n' | '\t'))
}

/// A line with each tab filled up to the next multiple of eight cells, for the screen.
#[must_use]
pub fn expand_tabs(line: &str) -> Cow<'_, str> {
    if !line.contains('\t') {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len() + STOP);
    push_expanded(&mut out, line, &mut 0);
    Cow::Owned(out)
}

/// Cells from one stop of tabs to the next.
const STOP: usize = 8;

/// Appends lines with their tabs filled up; `column` is how many cells of the first line are before
/// them, then of the last.
pub fn push_expanded(out: &mut String, lines: &str, column: &mut usize) {
    for piece in lines.split_inclusive(['\t', '\n']) {
        if let Some(rest) = piece.strip_suffix('\t') {
            *column += super::width(rest);
            let filled = STOP - *column % STOP;
            out.push_str(rest);
            out.extend(std::iter::repeat_n(' ', filled));
            *column += filled;
        } else {
            out.push_str(piece);
            *column = if piece.ends_with('\n') { 0 } else { *column + super::width(piece) };
        }
    }
}

fn escape_with(text: &str, keep: impl Fn(char) -> bool) -> Cow<'_, str> {
    // Nothing in printable ASCII is harmful; most text is that.
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return Cow::Borrowed(text);
    }
    let shown = |c: char, marks: &mut usize| {
        *marks = if is_mark(c) { *marks + 1 } else { 0 };
        *marks <= MOST_MARKS && (!is_harmful(c) || keep(c))
    };
    let mut marks = 0;
    let Some((first, _)) = text.char_indices().find(|(_, c)| !shown(*c, &mut marks)) else {
        return Cow::Borrowed(text);
    };
    let (clean, rest) = text.split_at(first);
    let mut out = String::with_capacity(text.len() + 16);
    out.push_str(clean);
    // The run of marks goes on where it stopped.
    marks = clean.chars().rev().take_while(|c| is_mark(*c)).count();
    for c in rest.chars() {
        match c {
            c if shown(c, &mut marks) => out.push(c),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{1b}' => out.push_str("\\e"),
            // Writing to a String cannot fail.
            c if (c as u32) < 0x100 => drop(write!(out, "\\x{:02x}", c as u32)),
            c => drop(write!(out, "\\u{{{:x}}}", c as u32)),
        }
    }
    Cow::Owned(out)
}

/// The most combining marks on one letter that are shown. No script needs as many; hundreds of
/// them cover the lines above and below.
const MOST_MARKS: usize = 8;

/// Whether the character takes no cell of its own: it goes onto the one before it.
fn is_mark(c: char) -> bool {
    !c.is_control() && unicode_width::UnicodeWidthChar::width(c) == Some(0)
}

/// JSON with everything that acts on a terminal or deceives the eye written as `\u…`: the
/// same document for every reader of JSON. The text must be JSON: there such characters are in
/// strings only. Line breaks stay.
#[must_use]
pub fn escape_json(json: &str) -> Cow<'_, str> {
    let harmful = |c: char| is_harmful(c) && c != '\n';
    if !json.contains(harmful) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if !harmful(c) {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    Cow::Owned(out)
}

fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}'                      // soft hyphen
            | '\u{34f}' | '\u{61c}'       // grapheme joiner, Arabic letter mark
            | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' // fillers that show nothing
            | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'     // zero width, direction marks
            | '\u{2028}'..='\u{202e}'     // separators, embeddings, overrides
            | '\u{2060}'..='\u{206f}'     // joiners, isolates
            | '\u{fe00}'..='\u{fe0f}'     // variation selectors
            | '\u{feff}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'   // tags, more variation selectors
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    #[test]
    fn tabs_reach_to_their_stops_wherever_lines_are_cut() {
        let lines = "a\tb\n\t漢\tc\n12345678\t|";
        let whole = "a       b\n        漢      c\n12345678        |";
        for (cut, _) in lines.char_indices() {
            let (mut out, mut column) = (String::new(), 0);
            push_expanded(&mut out, &lines[..cut], &mut column);
            push_expanded(&mut out, &lines[cut..], &mut column);
            assert_eq!(out, whole, "{cut}");
        }
        assert_eq!(expand_tabs("a\tb"), "a       b");
    }

    #[test]
    fn what_acts_or_deceives_is_shown() {
        for (text, shown) in [
            ("plain ü 漢 🐟", "plain ü 漢 🐟"),
            ("\u{1b}[31mred", "\\e[31mred"),
            ("a\u{7}b\u{9b}c", "a\\x07b\\x9bc"),
            ("evil\u{202e}gpj.exe", "evil\\u{202e}gpj.exe"),
            ("zero\u{200b}width", "zero\\u{200b}width"),
            ("two\nlines\r\n", "two\\nlines\\r\\n"),
        ] {
            assert_eq!(escape(text), shown);
        }
        assert_eq!(escape_lines("a\nb\t"), "a\nb\\t");
        assert!(matches!(escape("plain"), Cow::Borrowed(_)));
        assert_eq!(escape_line("\ta\u{1b}\r"), "\ta\\e\\r");
    }

    #[test]
    fn a_letter_has_no_more_marks_than_a_script_needs() {
        let marks = |count: usize| "\u{301}".repeat(count);
        assert_eq!(escape(&format!("e{}", marks(8))), format!("e{}", marks(8)));
        let shown = escape(&format!("e{}o", marks(10))).into_owned();
        assert_eq!(shown, format!("e{}\\u{{301}}\\u{{301}}o", marks(8)));
        // Another letter begins anew.
        let text = format!("e{}o{}", marks(8), marks(8));
        assert_eq!(escape(&text), text);
    }

    #[test]
    fn json_stays_the_same_document() {
        let value = serde_json::json!({
            "a\u{202e}": ["\u{7f}\u{9b}\u{200b}", "plain ü\n", "\u{e0041}"],
        });
        let json = serde_json::to_string_pretty(&value).unwrap();
        let escaped = escape_json(&json);
        assert!(!escaped.chars().any(|c| is_harmful(c) && c != '\n'), "{escaped}");
        assert!(escaped.contains("\\u007f\\u009b\\u200b") && escaped.contains("\\udb40\\udc41"));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&escaped).unwrap(), value);
        assert!(matches!(escape_json("{}"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_tab_fills_up_to_the_next_stop() {
        for (line, expected) in [
            ("none", "none"),
            ("\tcc", "        cc"),
            ("1234567\tx", "1234567 x"),
            ("12345678\tx", "12345678        x"),
            ("漢\t\tx", "漢              x"),
        ] {
            assert_eq!(expand_tabs(line), expected);
        }
    }

    proptest! {
        #[test]
        fn nothing_harmful_is_left(text in any::<String>()) {
            prop_assert!(!escape(&text).chars().any(is_harmful));
        }
    }
}
