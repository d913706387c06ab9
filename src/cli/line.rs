//! One line on standard error that is written over, and taken away in the end.

use std::io::{self, IsTerminal as _};

use super::complain;
use crate::text::escape;

/// The line; what it says is gone once it is dropped.
pub(super) struct Line(());

impl Line {
    /// The line, where standard error is a terminal.
    pub(super) fn new() -> Option<Self> {
        io::stderr().is_terminal().then(|| Self(()))
    }

    /// Says something in the place of what was said before.
    pub(super) fn say(&self, text: &str) {
        complain::say(&format!("\r\x1b[K{}", escape(text)));
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        complain::say("\r\x1b[K");
    }
}
