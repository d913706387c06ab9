//! One line on standard error that says how far a push is, if that is a terminal.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use crate::cli::line::Line;
use crate::text::bytes;
use crate::work::push::{Board, Pace};

const EVERY: Duration = Duration::from_millis(200);

/// Shows how far the run is until the future is dropped.
pub(super) async fn show(board: &Board) -> Infallible {
    let Some(line) = Line::new() else { return std::future::pending().await };
    let mut pace = Pace::default();
    let mut tick = tokio::time::interval(EVERY);
    // A push that is over before the first line is shown needs none.
    tick.tick().await;
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
        line.say(&format!(
            "{} of {} steps · {} of {}{rate}{left}",
            progress.done(),
            progress.steps.len(),
            bytes(moved),
            bytes(total)
        ));
    }
}
