//! JSON text that Go reads and other readers refuse, made plain.

use std::borrow::Cow;

/// As deep as documents are looked into; what is deeper is left out of the view.
const DEPTH: usize = 100;
/// As deep as Go reads (`maxNestingDepth` of `encoding/json/scanner.go`, Go 1.26).
const MOST: usize = 10_000;

/// The same JSON with U+FFFD for each byte of a string that is not UTF-8 and for each lone
/// surrogate (`unquote` of `encoding/json/decode.go`), and with `null` for what is nested deeper
/// than anybody looks.
///
/// # Errors
/// A sentence if it is nested deeper than Go reads.
pub(super) fn mended(bytes: &[u8]) -> Result<Cow<'_, [u8]>, String> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut depth = 0_usize;
    let mut rest = bytes;
    while let Some(&first) = rest.first() {
        let taken = match first {
            b'"' => {
                let string = string_length(rest);
                let (string, _) = rest.split_at(string);
                if depth <= DEPTH {
                    mend_string(string, &mut out);
                }
                string.len()
            }
            b'[' | b'{' => {
                depth += 1;
                if depth > MOST {
                    return Err(format!("it is nested more than {MOST} levels deep"));
                }
                if depth == DEPTH + 1 {
                    out.extend_from_slice(b"null");
                } else if depth <= DEPTH {
                    out.push(first);
                }
                1
            }
            b']' | b'}' => {
                if depth <= DEPTH {
                    out.push(first);
                }
                depth = depth.saturating_sub(1);
                1
            }
            _ => {
                if depth <= DEPTH {
                    out.push(first);
                }
                1
            }
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    Ok(if out == bytes { Cow::Borrowed(bytes) } else { Cow::Owned(out) })
}

/// The length of the string at the beginning, with its quotes.
fn string_length(text: &[u8]) -> usize {
    let mut escaped = false;
    for (at, byte) in text.iter().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn mend_string(string: &[u8], out: &mut Vec<u8>) {
    let replacement = "\u{fffd}".as_bytes();
    let mut rest = string;
    while let Some(&first) = rest.first() {
        let (taken, is_good) = match first {
            b'\\' => match surrogate(rest) {
                Some(0xd800..=0xdbff)
                    if matches!(rest.get(6..).and_then(surrogate), Some(0xdc00..=0xdfff)) =>
                {
                    (12, true)
                }
                Some(_) => (6, false),
                // The sign that is escaped belongs to it.
                None => (2.min(rest.len()), rest.get(1).is_none_or(u8::is_ascii)),
            },
            0..0x80 => (1, true),
            _ => match character(rest) {
                Some(length) => (length, true),
                None => (1, false),
            },
        };
        match rest.get(..taken) {
            Some(good) if is_good => out.extend_from_slice(good),
            _ => out.extend_from_slice(replacement),
        }
        rest = rest.get(taken..).unwrap_or_default();
    }
}

/// The surrogate that `\uD800` to `\uDFFF` at the beginning names.
fn surrogate(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    let unit = u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    (0xd800..=0xdfff).contains(&unit).then_some(unit)
}

/// The length of the character at the beginning, if it is UTF-8.
fn character(text: &[u8]) -> Option<usize> {
    (2..=4).find(|length| text.get(..*length).is_some_and(|it| std::str::from_utf8(it).is_ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_json_stays_as_it_is() {
        for json in [r#"{"a":"\ud83d\ude00 \u00e9 é \\ \" x","b":[1,{}]}"#, "", "{\"", "]", "\"\\"]
        {
            assert!(matches!(mended(json.as_bytes()), Ok(Cow::Borrowed(_))), "{json}");
        }
    }

    #[test]
    fn what_is_too_deep_is_an_error() {
        let deep = "[".repeat(MOST + 1);
        assert!(mended(deep.as_bytes()).unwrap_err().contains("10000 levels"));
        let deep = format!("{}\"\\ud800\"{}", "[".repeat(MOST), "]".repeat(MOST));
        let shallow = format!("{}null{}", "[".repeat(DEPTH), "]".repeat(DEPTH));
        assert_eq!(mended(deep.as_bytes()).unwrap(), shallow.as_bytes());
    }
}
