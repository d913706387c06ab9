//! What moves while something is under way.

const PICTURES: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/// The throbber's picture at this tick; one cell wide.
#[must_use]
pub fn throbber(ticks: u64) -> &'static str {
    let at = usize::try_from(ticks % PICTURES.len() as u64).unwrap_or(0);
    PICTURES.get(at).copied().unwrap_or("…")
}
