//! One line on standard error that is written over, and taken away in the end.

use super::complain;
use crate::text::{cut, escape};

/// The line; what it says is gone once it is dropped.
pub(super) struct Line {
    /// One less than the terminal has: it is never broken, and so can be written over.
    cells: usize,
}

impl Line {
    /// The line, where standard error is a terminal.
    pub(super) fn new() -> Option<Self> {
        complain::cells().map(|cells| Self { cells: cells - 1 })
    }

    /// Says something in the place of what was said before.
    pub(super) fn say(&self, text: &str) {
        complain::say(&format!("\r\x1b[K{}", cut(&escape(text), self.cells)));
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        complain::say("\r\x1b[K");
    }
}
