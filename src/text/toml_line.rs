//! Where a TOML file is wrong, in one line.

use std::ops::Range;

/// How much of a file's line is quoted, in characters.
const QUOTED: usize = 80;

/// `line 3: PROBLEM: `search = ["hyper"]``: the problem with the number and the text of the line in
/// which `at` begins. Without a place it is the problem alone.
#[must_use]
pub fn toml_line(file: &str, at: Option<Range<usize>>, problem: &str) -> String {
    let problem = problem.trim().replace('\n', ", ");
    let Some((before, rest)) = at.and_then(|at| file.split_at_checked(at.start)) else {
        return problem;
    };
    let begin = before.rfind('\n').map_or(0, |end| end + 1);
    let tail = before.get(begin..).unwrap_or_default();
    let line = format!("{tail}{}", rest.lines().next().unwrap_or_default());
    let line: String = line.trim().chars().take(QUOTED).collect();
    let number = before.matches('\n').count() + 1;
    if line.is_empty() {
        format!("line {number}: {problem}")
    } else {
        format!("line {number}: {problem}: `{line}`")
    }
}

/// The same for what a reader of TOML says.
#[must_use]
pub fn toml_problem(file: &str, error: &toml::de::Error) -> String {
    toml_line(file, error.span(), error.message())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_named_and_quoted() {
        let file = "a = 1\n  b = [\"x\"]\n\nc = ü\n";
        let at = |text: &str| file.find(text).map(|start| start..start + 1);
        for (at, said) in [
            (at("a"), "line 1: odd: `a = 1`"),
            (at("\"x"), "line 2: odd: `b = [\"x\"]`"),
            (at("ü"), "line 4: odd: `c = ü`"),
            (Some(file.len()..file.len()), "line 5: odd"),
            (Some(1000..1001), "odd"),
            (None, "odd"),
        ] {
            assert_eq!(toml_line(file, at, "odd"), said);
        }
        let error = toml::from_str::<toml::Table>("a = 1\nb = = 2\n").unwrap_err();
        let said = toml_problem("a = 1\nb = = 2\n", &error);
        assert!(said.starts_with("line 2: ") && said.ends_with(": `b = = 2`"), "{said}");
        assert!(!said.contains('\n'), "{said}");
    }
}
