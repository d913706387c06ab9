//! Sentences in lines of a terminal: broken between words, and what is to be pasted never.

use unicode_width::UnicodeWidthStr as _;

use super::width::is_in_number;

/// The line in lines of at most `cells`, all but the first `indent` cells in. It is broken at spaces
/// alone, and at none between backquotes: what is there is a command or a line of a file. A word
/// longer than a line is not broken, so that the terminal does it and still copies it whole.
#[must_use]
pub fn fold(line: &str, cells: usize, indent: usize) -> String {
    let mut out = String::with_capacity(line.len() + 16);
    let mut used = 0;
    for word in words(line) {
        let bare = word.trim_start_matches(' ');
        // What the line begins with is its own indent.
        let (spaces, is_first) = (word.len() - bare.len(), out.is_empty());
        let wide = shown_cells(bare);
        if !is_first && used > indent && used + spaces + wide > cells {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            out.push_str(bare);
            used = indent + wide;
        } else {
            out.push_str(word);
            used += spaces + wide;
        }
    }
    out
}

/// The words, each with the spaces before it.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let begin = rest.len() - rest.trim_start_matches(' ').len();
        let mut end = begin;
        loop {
            let tail = rest.get(end..).filter(|tail| !tail.is_empty())?;
            let quoted = tail.strip_prefix('`').and_then(|tail| tail.find('`'));
            let next = tail.chars().next().map_or(0, char::len_utf8);
            end += quoted.map_or(next, |length| length + 2);
            let at_space = rest.get(end..).is_none_or(|tail| tail.is_empty())
                || (rest.get(end..).is_some_and(|tail| tail.starts_with(' '))
                    && !is_in_number(rest, end));
            if at_space {
                break;
            }
        }
        let (word, tail) = rest.split_at(end);
        rest = tail;
        Some(word)
    })
}

/// The cells of a word, of which sequences of colours take none.
fn shown_cells(word: &str) -> usize {
    let mut parts = word.split("\u{1b}[");
    let first = parts.next().map_or(0, |part| part.width());
    let behind = |part: &str| part.split_once('m').map_or(0, |(_, text)| text.width());
    first + parts.map(behind).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words_and_go_on_indented() {
        assert_eq!(fold("one two three four", 9, 2), "one two\n  three\n  four");
        assert_eq!(fold("  → one two three", 10, 4), "  → one\n    two\n    three");
        assert_eq!(fold("one", 40, 2), "one");
        assert_eq!(fold("", 40, 2), "");
        assert_eq!(fold("of 5 000 bytes", 6, 0), "of\n5 000\nbytes");
        assert_eq!(fold("a  b   ", 40, 0), "a  b");
    }

    #[test]
    fn what_is_to_be_pasted_is_whole() {
        let digest = format!("a@sha256:{}", "0".repeat(64));
        assert_eq!(
            fold(&format!("look at {digest}: gone"), 30, 2),
            format!("look at\n  {digest}:\n  gone")
        );
        assert_eq!(
            fold("write `platy login ghcr.io` first", 20, 2),
            "write\n  `platy login ghcr.io`\n  first"
        );
        // A backquote that nothing closes is a sign as any other.
        assert_eq!(fold("one ` two three", 9, 0), "one ` two\nthree");
        assert_eq!(
            fold("line 1: bad: `a = [\"b c\"]`; mend it", 14, 0),
            "line 1: bad:\n`a = [\"b c\"]`;\nmend it"
        );
    }

    #[test]
    fn colours_take_no_room() {
        assert_eq!(fold("\u{1b}[31mone\u{1b}[0m two", 7, 0), "\u{1b}[31mone\u{1b}[0m two");
    }
}
