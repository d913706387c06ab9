//! Writing to standard output. A reader that goes away (`| head`) is no failure.

use std::io::{self, IsTerminal as _, Write as _};

use serde_json::Value;

/// Writes bytes.
pub(super) fn print(bytes: &[u8]) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(bytes).and_then(|()| out.flush());
}

/// Writes a line.
pub(super) fn print_line(line: &str) {
    print(format!("{line}\n").as_bytes());
}

/// Writes JSON with two spaces a level.
pub(super) fn print_json(value: &Value) {
    // A Value cannot fail to serialise.
    print_line(&serde_json::to_string_pretty(value).unwrap_or_default());
}

/// The cells in a line: the terminal's, else `in_a_pipe`.
pub(super) fn columns(in_a_pipe: usize) -> usize {
    if !io::stdout().is_terminal() {
        return in_a_pipe;
    }
    crossterm::terminal::size().map_or(in_a_pipe, |(columns, _)| usize::from(columns).max(40))
}
