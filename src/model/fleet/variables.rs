//! Variables in names, as Compose and Dockerfiles write them: `$X`, `${X}`, `${X:-default}`,
//! `${X-default}`, `${X:+other}`, `${X+other}`, `${X:?message}`; and, in Dockerfiles only,
//! `${X#pattern}`, `${X##pattern}`, `${X%pattern}`, `${X%%pattern}`, `${X/pattern/other}` and
//! `${X//pattern/other}`, where `*` and `?` are for any characters (BuildKit 0.34,
//! `frontend/dockerfile/shell`).

use super::mention::Unresolved;

/// The deepest nesting of defaults in defaults.
const MAX_DEPTH: usize = 16;
/// The longest text that variables may come to, in bytes: more than any name has, and no value that
/// is made of itself grows without end.
const MAX_TEXT: usize = 4_096;
/// The longest value, and pattern, that are compared, in bytes.
const MAX_MATCHED: usize = 512;

/// Whether what removes and replaces parts of a value is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Patterns {
    /// As in Dockerfiles.
    Known,
    /// As in Compose files.
    Unknown,
}

type Values<'v> = &'v dyn Fn(&str) -> Option<String>;

/// A text with its variables replaced. `value` gives a variable's value; `$$` is a dollar sign.
///
/// # Errors
/// The first variable without a value, or the first expression that is not understood or does not
/// end.
pub(super) fn expand(
    text: &str,
    patterns: Patterns,
    value: Values<'_>,
) -> Result<String, Unresolved> {
    expand_within(text, patterns, value, MAX_DEPTH)
}

fn expand_within(
    text: &str,
    patterns: Patterns,
    value: Values<'_>,
    depth: usize,
) -> Result<String, Unresolved> {
    let unclear = || Unresolved::Expression(text.to_owned());
    let depth = depth.checked_sub(1).ok_or_else(unclear)?;
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        if out.len() > MAX_TEXT {
            return Err(Unresolved::TooLong);
        }
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let after = after.strip_prefix('$').unwrap_or(after);
        if let Some(more) = after.strip_prefix('$') {
            out.push('$');
            rest = more;
        } else if let Some(inside) = after.strip_prefix('{') {
            let end = closing(inside).ok_or_else(unclear)?;
            let (body, more) = inside.split_at(end);
            out.push_str(&braced(body, patterns, value, depth)?);
            rest = more.strip_prefix('}').unwrap_or(more);
        } else {
            let end = after.find(|c| !is_name(c)).unwrap_or(after.len());
            let (name, more) = after.split_at(end);
            if name.is_empty() {
                out.push('$');
            } else {
                out.push_str(&value(name).ok_or_else(|| Unresolved::Variable(name.to_owned()))?);
            }
            rest = more;
        }
    }
    out.push_str(rest);
    if out.len() > MAX_TEXT { Err(Unresolved::TooLong) } else { Ok(out) }
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
    patterns: Patterns,
    value: Values<'_>,
    depth: usize,
) -> Result<String, Unresolved> {
    let end = body.find(|c| !is_name(c)).unwrap_or(body.len());
    let (name, operation) = body.split_at(end);
    let set = value(name);
    let filled = set.clone().filter(|it| !it.is_empty());
    let missing = || Unresolved::Variable(name.to_owned());
    let other = |text: &str| expand_within(text, patterns, value, depth);
    if operation.is_empty() {
        return set.ok_or_else(missing);
    }
    if let Some(default) = operation.strip_prefix(":-") {
        return filled.map_or_else(|| other(default), Ok);
    }
    if let Some(default) = operation.strip_prefix('-') {
        return set.map_or_else(|| other(default), Ok);
    }
    if let Some(instead) = operation.strip_prefix(":+") {
        return filled.map_or_else(|| Ok(String::new()), |_| other(instead));
    }
    if let Some(instead) = operation.strip_prefix('+') {
        return set.map_or_else(|| Ok(String::new()), |_| other(instead));
    }
    if operation.starts_with(":?") {
        return filled.ok_or_else(missing);
    }
    if operation.starts_with('?') {
        return set.ok_or_else(missing);
    }
    let changed = match patterns {
        Patterns::Known => Change::read(operation),
        Patterns::Unknown => None,
    };
    let unclear = || Unresolved::Expression(format!("${{{body}}}"));
    let change = changed.ok_or_else(unclear)?;
    let pattern = other(change.pattern)?;
    let instead = other(change.instead)?;
    let set = set.ok_or_else(missing)?;
    if set.len().max(pattern.len()) > MAX_MATCHED {
        return Err(unclear());
    }
    Ok(change.of(&set, &pattern, &instead))
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Takes a part of a value away, or puts another in its place.
struct Change<'e> {
    kind: Kind,
    /// Of several places, or lengths, all or the longest.
    most: bool,
    pattern: &'e str,
    instead: &'e str,
}

enum Kind {
    Beginning,
    End,
    Replace,
}

impl<'e> Change<'e> {
    fn read(operation: &'e str) -> Option<Self> {
        let mut rest = operation.chars();
        let sign = rest.next()?;
        let twice = rest.as_str().strip_prefix(sign);
        let (most, pattern) = (twice.is_some(), twice.unwrap_or(rest.as_str()));
        let kind = match sign {
            '#' => Kind::Beginning,
            '%' => Kind::End,
            '/' => Kind::Replace,
            _ => return None,
        };
        let (pattern, instead) = match kind {
            Kind::Replace => parted(pattern),
            Kind::Beginning | Kind::End => (pattern, ""),
        };
        Some(Self { kind, most, pattern, instead })
    }

    fn of(&self, value: &str, pattern: &str, instead: &str) -> String {
        let pattern = parts(pattern);
        let fits = |part: &str| fits(&pattern, part);
        let ends = || value.char_indices().map(|(at, _)| at).chain([value.len()]);
        match self.kind {
            Kind::Beginning => {
                let mut cuts = ends().filter(|at| value.get(..*at).is_some_and(fits));
                let cut = if self.most { cuts.next_back() } else { cuts.next() };
                value.get(cut.unwrap_or(0)..).unwrap_or_default().to_owned()
            }
            Kind::End => {
                let mut cuts = ends().filter(|at| value.get(*at..).is_some_and(fits));
                let cut = if self.most { cuts.next() } else { cuts.next_back() };
                value.get(..cut.unwrap_or(value.len())).unwrap_or_default().to_owned()
            }
            Kind::Replace => replaced(value, fits, instead, self.most),
        }
    }
}

/// The pattern and what comes in its place, at the first `/` that no backslash precedes.
fn parted(text: &str) -> (&str, &str) {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            '/' if !escaped => {
                let (pattern, rest) = text.split_at(at);
                return (pattern, rest.strip_prefix('/').unwrap_or(rest));
            }
            _ => escaped = c == '\\' && !escaped,
        }
    }
    (text, "")
}

/// The longest fitting part at the first place where one is, or at each, replaced.
fn replaced(value: &str, fits: impl Fn(&str) -> bool, instead: &str, all: bool) -> String {
    let mut out = String::new();
    let mut rest = value;
    let mut done = false;
    while let Some(first) = rest.chars().next() {
        let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8());
        let end = ends.filter(|end| rest.get(..*end).is_some_and(&fits)).last();
        match end.filter(|_| all || !done) {
            Some(end) => {
                out.push_str(instead);
                done = true;
                rest = rest.get(end..).unwrap_or_default();
            }
            None => {
                out.push(first);
                rest = rest.get(first.len_utf8()..).unwrap_or_default();
            }
        }
    }
    out
}

/// A part of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Many,
    One,
    Only(char),
}

/// The parts of a pattern; a backslash takes the meaning of what follows.
fn parts(pattern: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        parts.push(match c {
            '*' => Part::Many,
            '?' => Part::One,
            '\\' => rest.next().map_or(Part::Only(c), Part::Only),
            c => Part::Only(c),
        });
    }
    parts
}

/// Whether a whole text is as a pattern says. The last `*` takes more if what follows does not fit.
fn fits(pattern: &[Part], text: &str) -> bool {
    let (mut pattern, mut text) = (pattern, text.chars());
    let mut last: Option<(&[Part], std::str::Chars<'_>)> = None;
    loop {
        let mut after = text.clone();
        let next = after.next();
        match (pattern.split_first(), next) {
            (None, None) => return true,
            (Some((Part::Many, rest)), _) => {
                last = Some((rest, text.clone()));
                pattern = rest;
                continue;
            }
            (Some((part, rest)), Some(c))
                if matches!(part, Part::One) || *part == Part::Only(c) =>
            {
                (pattern, text) = (rest, after);
                continue;
            }
            _ => {}
        }
        let Some((rest, begin)) = &mut last else { return false };
        if begin.next().is_none() {
            return false;
        }
        (pattern, text) = (*rest, begin.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_compose_and_dockerfiles_write_them() {
        let value = |name: &str| match name {
            "A" => Some("a".to_owned()),
            "V" => Some("3.20.1".to_owned()),
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
            ("${V%.*}", Ok("3.20")),
            ("${V%%.*}", Ok("3")),
            ("${V#*.}", Ok("20.1")),
            ("${V##*.}", Ok("1")),
            ("${V#?.}", Ok("20.1")),
            ("${V%x}", Ok("3.20.1")),
            ("${V/./-}", Ok("3-20.1")),
            ("${V//./-}", Ok("3-20-1")),
            ("${V//.}", Ok("3201")),
            ("${V/2*1/x}", Ok("3.x")),
            ("${V/\\*/x}", Ok("3.20.1")),
            ("${V/$A/x}", Ok("3.20.1")),
            ("${V^^}", Err(Unresolved::Expression("${V^^}".to_owned()))),
            ("${NONE%.*}", Err(Unresolved::Variable("NONE".to_owned()))),
            ("$NONE", Err(Unresolved::Variable("NONE".to_owned()))),
            ("${NONE:?is needed}", Err(Unresolved::Variable("NONE".to_owned()))),
            ("${A", Err(Unresolved::Expression("${A".to_owned()))),
        ] {
            let expected = expected.map(str::to_owned);
            assert_eq!(expand(text, Patterns::Known, &value), expected, "{text}");
        }
    }

    #[test]
    fn defaults_in_defaults_end() {
        let text = format!("{}x{}", "${N:-".repeat(100), "}".repeat(100));
        assert!(expand(&text, Patterns::Known, &|_| None).is_err());
    }
}
