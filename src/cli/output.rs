//! Writing to standard output. A reader that goes away (`| head`) is no failure; a full disk is.

use std::io::{self, ErrorKind, IsTerminal as _, Write as _};
use std::sync::OnceLock;

use serde_json::Value;

use crate::text::escape_json;

/// Why output was lost.
static LOST: OnceLock<io::Error> = OnceLock::new();

/// Writes bytes.
pub(super) fn print(bytes: &[u8]) {
    let mut out = io::stdout().lock();
    if let Err(error) = out.write_all(bytes).and_then(|()| out.flush())
        && error.kind() != ErrorKind::BrokenPipe
    {
        // The first reason is the one that is told.
        let _ = LOST.set(error);
    }
}

/// Why part of what was printed did not arrive; `None` where all did.
pub(super) fn lost() -> Option<&'static io::Error> {
    LOST.get()
}

/// Writes a line.
pub(super) fn print_line(line: &str) {
    print(format!("{line}\n").as_bytes());
}

/// Writes JSON with two spaces a level, harmless for a terminal.
pub(super) fn print_json(value: &Value) {
    // A Value cannot fail to serialise.
    let json = serde_json::to_string_pretty(value).unwrap_or_default();
    print_line(&escape_json(&json));
}

/// The cells in a line: the terminal's, else `in_a_pipe`.
pub(super) fn columns(in_a_pipe: usize) -> usize {
    if !io::stdout().is_terminal() {
        return in_a_pipe;
    }
    crossterm::terminal::size().map_or(in_a_pipe, |(columns, _)| usize::from(columns).max(40))
}
