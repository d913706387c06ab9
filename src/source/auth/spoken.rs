//! The text of `WWW-Authenticate` (RFC 9110, 11.6.1), read as far as it makes sense.
//!
//! Registries write addresses without quotes, leave commas out or write semicolons; a parser that
//! stops there finds no way in. What no one can read is passed over.

/// One challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spoken<'a> {
    /// Its scheme, as written.
    pub(super) scheme: &'a str,
    /// Its parameters, as written but for quotes and escapes.
    params: Vec<(&'a str, String)>,
}

impl Spoken<'_> {
    /// The first parameter of this name, in whatever case, that is not empty.
    pub(super) fn param(&self, name: &str) -> Option<String> {
        let named = self.params.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.clone()).find(|value| !value.is_empty())
    }
}

/// The challenges of one header, in their order.
pub(super) fn challenges(text: &str) -> Vec<Spoken<'_>> {
    let mut found: Vec<Spoken<'_>> = Vec::new();
    let mut rest = text;
    // Whether a scheme comes directly before, so that a `token68` may follow.
    let mut after_scheme = false;
    while let Some(begin) = rest.find(|c: char| !is_between(c)) {
        let (between, from) = rest.split_at(begin);
        after_scheme &= !between.contains([',', ';']);
        let end = from.find(|c: char| is_between(c) || matches!(c, '=' | '"'));
        let (word, after) = from.split_at(end.unwrap_or(from.len()));
        let behind = after.trim_start();
        if word.is_empty() {
            // A quote or an equals sign that belongs to nothing.
            rest = from.get(1..).unwrap_or_default();
        } else if let Some(value) = behind.strip_prefix('=') {
            let value = value.trim_start();
            let is_param = !value.is_empty() && !value.starts_with(['=', ',']);
            match found.last_mut() {
                Some(challenge) if is_param => {
                    let (value, left) = value_of(value);
                    challenge.params.push((word, value));
                    rest = left;
                }
                // The end of a `token68`.
                _ => rest = value.trim_start_matches('='),
            }
            after_scheme = false;
        } else if after_scheme && (behind.is_empty() || behind.starts_with(',')) {
            // A `token68`, as Negotiate has it.
            (rest, after_scheme) = (after, false);
        } else {
            found.push(Spoken { scheme: word, params: Vec::new() });
            (rest, after_scheme) = (after, true);
        }
    }
    found
}

fn is_between(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | ';')
}

/// A parameter's value, and what is behind it. A quote that is never closed goes to the end.
fn value_of(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(is_between).unwrap_or(text.len());
        let (value, rest) = text.split_at(end);
        return (value.to_owned(), rest);
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, quoted.get(at + 1..).unwrap_or_default()),
            '\\' => value.extend(chars.next().map(|(_, c)| c)),
            c => value.push(c),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        let words = challenges(text).into_iter().map(|it| {
            let params = it.params.iter().map(|(key, value)| format!(" {key}=<{value}>"));
            format!("{}{}", it.scheme, params.collect::<String>())
        });
        words.collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn challenges_however_they_are_written() {
        for (text, expected) in [
            (r#"Bearer realm="https://a/t",service="s""#, "Bearer realm=<https://a/t> service=<s>"),
            (
                "Bearer realm=https://a:5/t?x=y,service=s",
                "Bearer realm=<https://a:5/t?x=y> service=<s>",
            ),
            (r#"Bearer realm = "a" , service= b"#, "Bearer realm=<a> service=<b>"),
            (r#"Bearer realm="a" service="b""#, "Bearer realm=<a> service=<b>"),
            (r#"Bearer realm="a"; service="b","#, "Bearer realm=<a> service=<b>"),
            (r#"Basic realm="x", Bearer realm="y""#, "Basic realm=<x> | Bearer realm=<y>"),
            (r#"Basic realm="x" Bearer realm="y""#, "Basic realm=<x> | Bearer realm=<y>"),
            (r#"Basic, Bearer realm="y""#, "Basic | Bearer realm=<y>"),
            (r#"Negotiate YII==, Basic realm="x""#, "Negotiate | Basic realm=<x>"),
            ("Negotiate YIIabc, Basic", "Negotiate | Basic"),
            (r#"Bearer realm="a, \"b\" = c",x="d"#, "Bearer realm=<a, \"b\" = c> x=<d>"),
            (r#"Bearer service=,realm="a""#, "Bearer realm=<a>"),
            ("=,=", ""),
            (r#"" "#, ""),
            ("", ""),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
