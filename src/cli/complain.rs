//! Sentences on standard error.

use std::io::{self, Write as _};
use std::sync::OnceLock;

use super::locale::Stream;
use crate::oci::{Class, Failure};
use crate::text::{cut, escape};

/// The most cells of a registry's code and of its message: either may be of thousands of characters,
/// each shown as an escape.
const CODE: usize = 100;
const MESSAGE: usize = 1_000;

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

/// Writes a sentence that is not a complaint to standard error, harmless for a terminal.
pub(super) fn note(text: &str) {
    say(&format!("platy: {}\n", escape(text)));
}

/// Writes a complaint to standard error, harmless for a terminal.
pub(super) fn complain(text: &str) {
    FIRST.get_or_init(|| (Class::Local, text.to_owned()));
    note(text);
}

/// Writes a failure with its facts and its next step to standard error.
pub(super) fn complain_failure(failure: &Failure) {
    FIRST.get_or_init(|| (failure.class, failure.to_string()));
    let mut lines = vec![format!("platy: {}", failure.class.title())];
    if !failure.subject.is_empty() {
        lines.push(format!("  {}", escape(&failure.subject)));
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
    say(&format!("{}\n", lines.join("\n")));
}
