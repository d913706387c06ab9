//! The question before something is written.

use std::io::{self, IsTerminal as _, Write as _};

/// What a user wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Consent {
    /// It shall be done.
    Yes,
    /// It shall not.
    No,
    /// Nobody can be asked: there is no terminal.
    Nobody,
}

/// Asks on the terminal; the default is no. With `yes` nobody is asked.
pub(super) fn confirm(question: &str, yes: bool) -> Consent {
    if yes {
        return Consent::Yes;
    }
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Consent::Nobody;
    }
    let _ = write!(io::stderr(), "{question} [y/N] ");
    let mut answer = String::new();
    match io::stdin().read_line(&mut answer) {
        Ok(_) if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") => Consent::Yes,
        _ => Consent::No,
    }
}
