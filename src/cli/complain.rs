//! Sentences on standard error.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::OnceLock;

use super::locale::Stream;
use crate::oci::{Class, Failure, failure_kinds};
use crate::text::{cut, escape, fold, width};

/// The most cells of a registry's code and of its message: either may be of thousands of characters,
/// each shown as an escape.
const CODE: usize = 100;
const MESSAGE: usize = 1_000;

/// The most kinds of failures that are told.
const MOST: usize = 20;
/// How many of those that a failure happened to are named.
const FEW: usize = 3;

/// What was complained of first: its class, and the sentence.
static FIRST: OnceLock<(Class, String)> = OnceLock::new();

/// What was complained of first, if anything was.
pub(super) fn first() -> Option<&'static (Class, String)> {
    FIRST.get()
}

/// Writes text to standard error as a terminal shows it. Standard error that is closed is nobody's
/// loss.
pub(super) fn say(text: &str) {
    let mut errors = io::stderr();
    let _ = errors.write_all(Stream::Errors.shown(text).as_bytes()).and_then(|()| errors.flush());
}

/// Writes lines to standard error; on a terminal they are broken between words where it ends. `text`
/// is harmless for a terminal.
pub(super) fn say_lines(text: &str) {
    match cells() {
        Some(cells) => say(&folded(text, cells)),
        None => say(text),
    }
}

/// The cells of a line of standard error, if that is a terminal.
pub(super) fn cells() -> Option<usize> {
    let (columns, _) = crossterm::terminal::size().ok().filter(|_| io::stderr().is_terminal())?;
    Some(usize::from(columns).max(40))
}

/// The lines, each in lines of at most so many cells. What goes on is two cells further in, or behind
/// the sign of a next step.
fn folded(text: &str, cells: usize) -> String {
    let line = |line: &str| {
        let bare = line.trim_start_matches([' ', '→']);
        fold(line, cells, width(line) - width(bare) + if bare.len() == line.len() { 2 } else { 0 })
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Writes a sentence that is not a complaint to standard error, harmless for a terminal.
pub(super) fn note(text: &str) {
    say_lines(&format!("platy: {}\n", escape(text)));
}

/// Writes a complaint to standard error, harmless for a terminal.
pub(super) fn complain(text: &str) {
    FIRST.get_or_init(|| (Class::Local, text.to_owned()));
    note(text);
}

/// Writes a failure with its facts and its next step to standard error.
pub(super) fn complain_failure(failure: &Failure) {
    complain_failures([failure]);
}

/// Writes failures with their facts and their next steps to standard error; those that differ only
/// in what they happened to once, with a count and the first of these.
pub(super) fn complain_failures<'a>(failures: impl IntoIterator<Item = &'a Failure>) {
    let kinds = failure_kinds(failures, |it| it);
    if let Some(first) = kinds.first().and_then(|kind| kind.first()) {
        FIRST.get_or_init(|| (first.class, first.to_string()));
    }
    for kind in kinds.iter().take(MOST) {
        say_lines(&format!("{}\n", lines(kind).join("\n")));
    }
    let left_out: usize = kinds.iter().skip(MOST).map(Vec::len).sum();
    if left_out > 0 {
        note(&format!("and {left_out} more failures"));
    }
}

/// The lines of failures of one kind.
fn lines(kind: &[&Failure]) -> Vec<String> {
    let Some(failure) = kind.first() else { return Vec::new() };
    let count = match kind.len() {
        1 => String::new(),
        count => format!(" ({count} times)"),
    };
    let mut lines = vec![format!("platy: {}{count}", failure.class.title())];
    let subjects = kind.iter().map(|it| &it.subject).filter(|it| !it.is_empty());
    lines.extend(subjects.take(FEW).map(|subject| format!("  {}", escape(subject))));
    if kind.len() > FEW {
        lines.push(format!("  and {} more", kind.len() - FEW));
    }
    lines.push(format!("  {}", escape(&failure.detail)));
    for code in &failure.codes {
        let detail = code.detail.as_ref().map_or_else(String::new, |it| format!(" ({it})"));
        lines.push(format!(
            "  the registry says {}: {}{}",
            cut(&escape(&code.code), CODE),
            cut(&escape(&code.message), MESSAGE),
            escape(&detail)
        ));
    }
    if let Some(next) = &failure.next {
        lines.push(format!("  → {}", escape(next)));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::{Code, Digest};

    fn failure(subject: &str, detail: &str) -> Failure {
        Failure::new(Class::NotFound, subject, detail).with_next("look")
    }

    #[test]
    fn lines_go_on_below_their_own_words() {
        let text = "platy: it is too long\n  and so is this\n  → take `platy x y` instead\n";
        assert_eq!(
            folded(text, 14),
            "platy: it is\n  too long\n  and so is\n  this\n  → take\n    `platy x y`\n    instead\n"
        );
        assert_eq!(folded(text, 80), text);
    }

    #[test]
    fn failures_of_one_kind_are_one_with_a_count() {
        let digest = |text: &str| Digest::sha256(text.as_bytes());
        let missing = |text: &str| {
            let detail = format!("GET x/blobs/{}: 404", digest(text));
            let code = Code {
                code: "BLOB_UNKNOWN".to_owned(),
                message: "blob unknown".to_owned(),
                detail: Some(format!("{{\"Digest\":\"{}\"}}", digest(text))),
            };
            Failure { codes: vec![code], ..failure(&format!("of {text}"), &detail) }
        };
        let all: Vec<Failure> = ["a", "b", "c", "d", "e"].map(missing).into();
        let (other, alone) = (failure("f", "GET x: 500"), failure("", "no answer"));
        let kinds = failure_kinds(all.iter().chain([&other, &alone]), |it| it);
        assert_eq!(kinds.iter().map(Vec::len).collect::<Vec<_>>(), [5, 1, 1]);
        let first = lines(&kinds[0]);
        assert_eq!(first[0], "platy: not found (5 times)");
        assert_eq!(&first[1..5], ["  of a", "  of b", "  of c", "  and 2 more"]);
        assert_eq!((first.len(), &first[5]), (8, &format!("  {}", all[0].detail)));
        assert!(first[6].starts_with("  the registry says BLOB_UNKNOWN: blob unknown ({"));
        assert_eq!(lines(&kinds[1]), ["platy: not found", "  f", "  GET x: 500", "  → look"]);
        assert_eq!(lines(&kinds[2]), ["platy: not found", "  no answer", "  → look"]);
    }
}
