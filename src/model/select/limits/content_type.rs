//! How Go reads a `Content-Type` (`mime.ParseMediaType` of Go 1.26, mime/mediatype.go).

use std::collections::HashSet;

/// Why Go's library does not read it; `None` if it does.
pub(super) fn problem(header: &str) -> Option<&'static str> {
    let base = header.split(';').next().unwrap_or_default();
    let essence = base.trim().to_lowercase();
    let (name, rest) = token(&essence);
    if name.is_empty() {
        return Some("mime: no media type");
    }
    if !rest.is_empty() {
        let Some(rest) = rest.strip_prefix('/') else {
            return Some("mime: expected slash after first token");
        };
        let (name, rest) = token(rest);
        if name.is_empty() {
            return Some("mime: expected token after slash");
        }
        if !rest.is_empty() {
            return Some("mime: unexpected content after media subtype");
        }
    }
    let mut rest = header.get(base.len()..).unwrap_or_default();
    let mut names = HashSet::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return None;
        }
        match parameter(rest) {
            Some((name, _)) if !names.insert(name.clone()) => {
                return Some("mime: duplicate parameter name");
            }
            Some((_, behind)) => rest = behind,
            None if rest.trim_end() == ";" => return None,
            None => return Some("mime: invalid media parameter"),
        }
    }
}

/// The first parameter, with what is behind it.
fn parameter(text: &str) -> Option<(String, &str)> {
    let (name, rest) = token(text.strip_prefix(';')?.trim_start());
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let rest = match rest.strip_prefix('"') {
        Some(quoted) => behind_quotes(quoted)?,
        None => match token(rest) {
            ("", _) => return None,
            (_, rest) => rest,
        },
    };
    (!name.is_empty()).then(|| (name.to_lowercase(), rest))
}

/// What is behind a quoted value; `None` if it does not end.
fn behind_quotes(text: &str) -> Option<&str> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return text.get(at + 1..),
            '\r' | '\n' => return None,
            _ => {}
        }
    }
    None
}

/// A token (RFC 2045) at the beginning, and the rest.
fn token(text: &str) -> (&str, &str) {
    let is_token = |c: char| c.is_ascii_graphic() && !"()<>@,;:\\\"/[]?=".contains(c);
    let end = text.find(|c: char| !is_token(c)).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::problem;

    /// Each header was sent by a registry to oras 1.3.6, which prints what Go says of it.
    #[test]
    fn headers_are_read_as_go_reads_them() {
        for (header, says) in [
            ("application/json", None),
            ("Application/JSON ; charset=utf-8", None),
            ("application/json;", None),
            ("application/json ", None),
            ("application/json; charset=\"a;b\"", None),
            ("*/*", None),
            ("text", None),
            ("", Some("mime: no media type")),
            ("; charset=utf-8", Some("mime: no media type")),
            ("application/json; charset", Some("mime: invalid media parameter")),
            ("application/json; charset=", Some("mime: invalid media parameter")),
            ("application/json; a=\"b", Some("mime: invalid media parameter")),
            ("application/json;; a=b", Some("mime: invalid media parameter")),
            ("application/json; a=b; A=c", Some("mime: duplicate parameter name")),
            ("application/", Some("mime: expected token after slash")),
            ("a b", Some("mime: expected slash after first token")),
            ("a/b, c/d", Some("mime: unexpected content after media subtype")),
        ] {
            assert_eq!(problem(header), says, "{header}");
        }
    }
}
