//! One line on standard error that says how far a push is, where that is a terminal.

use std::convert::Infallible;
use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use crate::push::{Board, Pace};
use crate::text::bytes;

const EVERY: Duration = Duration::from_millis(200);

/// Shows how far the run is until the future is dropped.
pub(super) async fn show(board: &Board) -> Infallible {
    if !io::stderr().is_terminal() {
        return std::future::pending().await;
    }
    let mut pace = Pace::default();
    let mut tick = tokio::time::interval(EVERY);
    // A push that is over before the first line is shown needs none.
    tick.tick().await;
    let _wipe = Wipe;
    loop {
        tick.tick().await;
        let progress = board.progress();
        let (moved, total) = progress.bytes();
        pace.note(Instant::now(), moved);
        let rate =
            pace.rate().map_or_else(String::new, |rate| format!(" · {}/s", bytes(rate as u64)));
        let left = pace
            .left(total.saturating_sub(moved))
            .map_or_else(String::new, |left| format!(" · {} s left", left.as_secs()));
        let line = format!(
            "\r\x1b[K{} of {} steps · {} of {}{rate}{left}",
            progress.done(),
            progress.steps.len(),
            bytes(moved),
            bytes(total)
        );
        let _ = io::stderr().write_all(line.as_bytes());
    }
}

/// Takes the line away in the end.
struct Wipe;

impl Drop for Wipe {
    fn drop(&mut self) {
        let _ = io::stderr().write_all(b"\r\x1b[K");
    }
}
