//! Times in arguments.

use std::time::Duration;

/// A time as people write it: `90s`, `10m`, `1h 30m`, `500ms`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let said = || format!("{text:?} is not a time; write one as 90s, 10m or 1h30m");
    let time: jiff::SignedDuration = text.parse().map_err(|_| said())?;
    Duration::try_from(time).ok().filter(|it| !it.is_zero()).ok_or_else(said)
}
