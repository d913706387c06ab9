//! The paths in the text of a Rust file: enough of the grammar for this crate's own files.

use std::collections::HashSet;

/// One name that a `use` line binds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Used {
    /// The path; for `*` the path before it.
    pub(super) path: Vec<String>,
    /// The name that it has here; `*` for all names.
    pub(super) name: String,
}

/// What a file names.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// Its `use` lines, tests aside.
    pub(super) uses: Vec<Used>,
    /// Other paths in its code, tests aside.
    pub(super) paths: Vec<Vec<String>>,
    /// All paths in its tests.
    pub(super) test_paths: Vec<Vec<String>>,
    /// Files below it that are there for tests only.
    pub(super) test_modules: HashSet<String>,
}

/// Reads a file.
pub(super) fn read(text: &str) -> Source {
    let (code, tests) = without_tests(tokens(text));
    let (uses, rest) = uses(&code);
    let (test_uses, test_rest) = self::uses(&tests);
    let test_paths = test_uses.into_iter().map(|used| used.path).chain(paths(&test_rest)).collect();
    let test_modules = modules(&test_rest).collect();
    Source { uses, paths: paths(&rest), test_paths, test_modules }
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Words, `::` and single signs; comments, strings and characters are left out, lifetimes too.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(raw) = raw_string(rest) {
            raw
        } else if first == '"' {
            quoted(rest)
        } else if first == '\'' {
            character(rest)
        } else if first.is_alphanumeric() || first == '_' {
            let word = |c: char| c.is_alphanumeric() || c == '_';
            let end = rest.find(|c| !word(c)).unwrap_or(rest.len());
            tokens.push(rest[..end].to_owned());
            end
        } else if rest.starts_with("::") {
            tokens.push("::".to_owned());
            2
        } else {
            if !first.is_whitespace() {
                tokens.push(first.to_string());
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    tokens
}

/// The length of a raw string at the beginning.
fn raw_string(text: &str) -> Option<usize> {
    let after = text.strip_prefix("br").or_else(|| text.strip_prefix('r'))?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let body = after[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(text.len() - body.len() + body.find(&end)? + end.len())
}

/// The length of a string at the beginning.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a character at the beginning, or of the sign before a lifetime.
fn character(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => text[3..].find('\'').map_or(text.len(), |at| at + 4),
        _ => match chars.next() {
            Some((at, '\'')) => at + 1,
            _ => 1,
        },
    }
}

/// The code, and what is behind `#[cfg(test)]`.
fn without_tests(tokens: Vec<String>) -> (Vec<String>, Vec<String>) {
    let mark = ["#", "[", "cfg", "(", "test", ")", "]"];
    let (mut code, mut tests) = (Vec::new(), Vec::new());
    let mut rest = tokens.as_slice();
    while !rest.is_empty() {
        if rest.iter().take(mark.len()).eq(mark.iter()) {
            let end = item_end(rest);
            tests.extend_from_slice(&rest[mark.len()..end]);
            rest = &rest[end..];
        } else {
            code.push(rest[0].clone());
            rest = &rest[1..];
        }
    }
    (code, tests)
}

/// How many tokens the item at the beginning has: to its `;`, or to the end of its braces.
fn item_end(tokens: &[String]) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.as_str() {
            "{" => depth += 1,
            "}" if depth == 1 && tokens.get(at + 1).is_none_or(|next| next != ";") => {
                return at + 1;
            }
            "}" => depth -= 1,
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}

/// The names of `mod NAME;`.
fn modules(tokens: &[String]) -> impl Iterator<Item = String> {
    let triples = tokens.windows(3);
    triples.filter(|it| it[0] == "mod" && it[2] == ";").map(|it| it[1].clone())
}

/// What `use` lines bind, and the tokens outside of them.
fn uses(tokens: &[String]) -> (Vec<Used>, Vec<String>) {
    let (mut uses, mut rest) = (Vec::new(), Vec::new());
    let mut tokens = tokens.iter();
    while let Some(token) = tokens.next() {
        if token == "use" {
            let line: Vec<&str> =
                tokens.by_ref().map(String::as_str).take_while(|token| *token != ";").collect();
            tree(&mut line.as_slice(), &[], &mut uses);
        } else {
            rest.push(token.clone());
        }
    }
    (uses, rest)
}

fn tree(tokens: &mut &[&str], above: &[String], into: &mut Vec<Used>) {
    let mut path = above.to_vec();
    let mut name = None;
    while let Some((first, rest)) = tokens.split_first() {
        match *first {
            "," | "}" => break,
            "{" => {
                *tokens = rest;
                while tokens.first().is_some_and(|next| *next != "}") {
                    tree(tokens, &path, into);
                    if tokens.first() == Some(&",") {
                        *tokens = &tokens[1..];
                    }
                }
                *tokens = tokens.get(1..).unwrap_or_default();
                return;
            }
            "::" => {}
            "as" => {
                name = rest.first().map(|name| (*name).to_owned());
                *tokens = &rest[1..];
                continue;
            }
            "*" => name = Some("*".to_owned()),
            "self" if !path.is_empty() => {}
            word => path.push(word.to_owned()),
        }
        *tokens = rest;
    }
    if let Some(last) = path.last() {
        into.push(Used { name: name.unwrap_or_else(|| last.clone()), path });
    }
}

/// Paths of two or more words.
fn paths(tokens: &[String]) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let mut joined = false;
    for token in tokens {
        if is_word(token) {
            if !joined && path.len() > 1 {
                paths.push(std::mem::take(&mut path));
            } else if !joined {
                path.clear();
            }
            path.push(token.clone());
            joined = false;
        } else if token == "::" {
            joined = true;
        } else if path.len() > 1 {
            paths.push(std::mem::take(&mut path));
            joined = false;
        } else {
            path.clear();
            joined = false;
        }
    }
    paths.extend((path.len() > 1).then_some(path));
    paths
}

#[test]
fn paths_are_found_and_tests_are_kept_apart() {
    let source = read(
        r##"
        //! use crate::comment::It;
        mod below;
        pub use below::{Name, other::{self, Deep as Renamed}, all::*};
        fn f<'a>(c: char) { let _ = ("use crate::string::It", r#"a " b"#, '"', '\''); x::y(c) }
        #[cfg(test)]
        mod fixture;
        #[cfg(test)]
        mod tests { use crate::harness::World; fn g() { crate::sandbox::program() } }
        "##,
    );
    let bound: Vec<String> =
        source.uses.iter().map(|it| format!("{} = {}", it.name, it.path.join("::"))).collect();
    let expected = [
        "Name = below::Name",
        "other = below::other",
        "Renamed = below::other::Deep",
        "* = below::all",
    ];
    assert_eq!(bound, expected);
    assert_eq!(source.paths, [["x", "y"]]);
    let tests: Vec<String> = source.test_paths.iter().map(|path| path.join("::")).collect();
    assert_eq!(tests, ["crate::harness::World", "crate::sandbox::program"]);
    assert!(source.test_modules.contains("fixture"));
}
