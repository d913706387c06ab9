//! Text for terminals that show ASCII alone.

use std::borrow::Cow;

use super::width;

/// The text with platy's signs as ASCII, and a question mark for each cell of other characters.
/// The key ↵ alone takes more cells than before: it is in what is printed, and screens name it in words
/// from the start.
#[must_use]
pub fn ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_ascii() => out.push(c),
            '↵' => out.push_str("enter"),
            c => match sign(c) {
                Some(sign) => out.push(sign),
                None => out.extend(std::iter::repeat_n('?', width(c.encode_utf8(&mut [0; 4])))),
            },
        }
    }
    Cow::Owned(out)
}

fn sign(c: char) -> Option<char> {
    Some(match c {
        '─' | '–' | '—' | '−' => '-',
        '│' | '├' | '⠋' | '⠼' | '⠇' => '|',
        '└' | '⠸' | '⠧' => '\\',
        '⠙' | '⠴' | '⠏' => '/',
        '⠹' | '⠦' => '-',
        '·' => '.',
        '…' | '⋯' => '~',
        '→' | '▸' | '›' => '>',
        '←' | '‹' => '<',
        '↑' => '^',
        '↓' | '▾' | '✓' => 'v',
        '↕' | '≠' => '#',
        '✗' | '×' => 'x',
        '◆' | '●' => '*',
        '◇' => 'o',
        '“' | '”' => '"',
        '█' | '▉' | '▊' | '▋' | '▌' => '=',
        '▍' | '▎' | '▏' => '-',
        'é' => 'e',
        'µ' | 'μ' => 'u',
        '§' => 'S',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_stay_told_apart_and_columns_stay_where_they_are() {
        for (text, shown) in [
            ("◆ ▸ linux/amd64 · 3 MB", "* > linux/amd64 . 3 MB"),
            ("✗ a → b…", "x a > b~"),
            ("↵ open", "enter open"),
            ("漢ü", "???"),
            ("plain", "plain"),
        ] {
            assert_eq!(ascii(text), shown);
        }
    }
}
