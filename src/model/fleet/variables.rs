//! Variables in names, as Compose and Dockerfiles write them: `$X`, `${X}`, `${X:-default}`,
//! `${X-default}`, `${X:+other}`, `${X+other}`, `${X:?message}`.

/// The deepest nesting of defaults in defaults.
const MAX_DEPTH: usize = 16;

/// A text with its variables replaced. `value` gives a variable's value; `$$` is a dollar sign.
///
/// # Errors
/// The name of the first variable without a value (or the text, if it does not end).
pub(super) fn expand(text: &str, value: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    expand_within(text, value, MAX_DEPTH)
}

fn expand_within(
    text: &str,
    value: &dyn Fn(&str) -> Option<String>,
    depth: usize,
) -> Result<String, String> {
    let Some(depth) = depth.checked_sub(1) else { return Err(text.to_owned()) };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let after = after.strip_prefix('$').unwrap_or(after);
        if let Some(more) = after.strip_prefix('$') {
            out.push('$');
            rest = more;
        } else if let Some(inside) = after.strip_prefix('{') {
            let end = closing(inside).ok_or_else(|| text.to_owned())?;
            let (body, more) = inside.split_at(end);
            out.push_str(&braced(body, value, depth)?);
            rest = more.strip_prefix('}').unwrap_or(more);
        } else {
            let end = after.find(|c| !is_name(c)).unwrap_or(after.len());
            let (name, more) = after.split_at(end);
            if name.is_empty() {
                out.push('$');
            } else {
                out.push_str(&value(name).ok_or_else(|| name.to_owned())?);
            }
            rest = more;
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// Where the brace that was opened before this text closes.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn braced(
    body: &str,
    value: &dyn Fn(&str) -> Option<String>,
    depth: usize,
) -> Result<String, String> {
    let end = body.find(|c| !is_name(c)).unwrap_or(body.len());
    let (name, operation) = body.split_at(end);
    let set = value(name);
    let filled = set.clone().filter(|it| !it.is_empty());
    let other = |text: &str| expand_within(text, value, depth);
    if operation.is_empty() {
        set.ok_or_else(|| name.to_owned())
    } else if let Some(default) = operation.strip_prefix(":-") {
        filled.map_or_else(|| other(default), Ok)
    } else if let Some(default) = operation.strip_prefix('-') {
        set.map_or_else(|| other(default), Ok)
    } else if let Some(instead) = operation.strip_prefix(":+") {
        filled.map_or_else(|| Ok(String::new()), |_| other(instead))
    } else if let Some(instead) = operation.strip_prefix('+') {
        set.map_or_else(|| Ok(String::new()), |_| other(instead))
    } else if operation.starts_with(":?") {
        filled.ok_or_else(|| name.to_owned())
    } else if operation.starts_with('?') {
        set.ok_or_else(|| name.to_owned())
    } else {
        Err(name.to_owned())
    }
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_compose_and_dockerfiles_write_them() {
        let value = |name: &str| match name {
            "A" => Some("a".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        };
        for (text, expected) in [
            ("x:$A", Ok("x:a")),
            ("x:${A}-y", Ok("x:a-y")),
            ("${NONE:-d}", Ok("d")),
            ("${EMPTY:-d}", Ok("d")),
            ("${EMPTY-d}", Ok("")),
            ("${NONE:-${A}}", Ok("a")),
            ("${A:+b}", Ok("b")),
            ("x${EMPTY:+b}", Ok("x")),
            ("x${NONE+b}", Ok("x")),
            ("a$$b", Ok("a$b")),
            ("$NONE", Err("NONE")),
            ("${NONE:?is needed}", Err("NONE")),
            ("${A", Err("${A")),
        ] {
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(expand(text, &value), expected, "{text}");
        }
    }

    #[test]
    fn defaults_in_defaults_end() {
        let text = format!("{}x{}", "${N:-".repeat(100), "}".repeat(100));
        assert!(expand(&text, &|_| None).is_err());
    }
}
