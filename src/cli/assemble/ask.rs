//! The question before a push.

use std::io::{self, BufRead as _, IsTerminal as _};

use crate::cli::complain::{say, say_lines};

/// Whether somebody is there to be asked.
pub(in crate::cli) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks on standard error; anything but yes is no.
pub(in crate::cli) fn ask(question: &str) -> bool {
    say_lines(&format!("{question} [y/N]"));
    say(" ");
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    read.is_ok() && matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}
