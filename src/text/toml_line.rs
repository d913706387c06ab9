//! Where a TOML file is wrong, in one line.

use std::ops::Range;

/// How much of a file's line is quoted, in characters.
const QUOTED: usize = 80;

/// The next step where a file of settings is not written as it should be.
pub const WRITTEN: &str = "`platy help settings` shows how it is written";

/// `line 3: PROBLEM: `search = ["hyper"]`; NEXT`: the problem with the number and the text of the
/// line in which `at` begins. Without a place it is the problem and the next step.
#[must_use]
pub fn toml_line(file: &str, at: Option<Range<usize>>, problem: &str, next: &str) -> String {
    let problem = problem.trim().replace('\n', ", ");
    match at.and_then(|at| line_at(file, at.start)) {
        None => format!("{problem}; {next}"),
        Some((number, text)) if text.is_empty() => format!("line {number}: {problem}; {next}"),
        Some((number, text)) => format!("line {number}: {problem}: `{text}`; {next}"),
    }
}

/// `line 3: `search = ["hyper"]``: the line in which `at` begins.
#[must_use]
pub fn toml_place(file: &str, at: Range<usize>) -> String {
    line_at(file, at.start)
        .map_or_else(String::new, |(number, text)| format!("line {number}: `{text}`"))
}

/// The number of the line that a place is in, from 1, and as much of it as is quoted.
fn line_at(file: &str, at: usize) -> Option<(usize, String)> {
    let (before, rest) = file.split_at_checked(at)?;
    let begin = before.rfind('\n').map_or(0, |end| end + 1);
    let tail = before.get(begin..).unwrap_or_default();
    let line = format!("{tail}{}", rest.lines().next().unwrap_or_default());
    let line: String = line.trim().chars().take(QUOTED).collect();
    Some((before.matches('\n').count() + 1, line))
}

/// The same for what a reader of TOML says.
#[must_use]
pub fn toml_problem(file: &str, error: &toml::de::Error, next: &str) -> String {
    toml_line(file, error.span(), error.message(), next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_named_and_quoted() {
        let file = "a = 1\n  b = [\"x\"]\n\nc = ü\n";
        let at = |text: &str| file.find(text).map(|start| start..start + 1);
        for (at, said) in [
            (at("a"), "line 1: odd: `a = 1`; mend it"),
            (at("\"x"), "line 2: odd: `b = [\"x\"]`; mend it"),
            (at("ü"), "line 4: odd: `c = ü`; mend it"),
            (Some(file.len()..file.len()), "line 5: odd; mend it"),
            (Some(1000..1001), "odd; mend it"),
            (None, "odd; mend it"),
        ] {
            assert_eq!(toml_line(file, at, "odd", "mend it"), said);
        }
        let error = toml::from_str::<toml::Table>("a = 1\nb = = 2\n").unwrap_err();
        let said = toml_problem("a = 1\nb = = 2\n", &error, "mend it");
        assert!(said.starts_with("line 2: ") && said.ends_with(": `b = = 2`; mend it"), "{said}");
        assert!(!said.contains('\n'), "{said}");
    }
}
