//! How fast bytes move, and how long the rest takes.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How far back the rate looks.
const WINDOW: Duration = Duration::from_secs(5);
/// How long bytes must have moved before a rate is more than noise.
const LEAST: Duration = Duration::from_millis(500);

/// A rate over the last few seconds. Whoever looks brings the time.
#[derive(Debug, Clone, Default)]
pub struct Pace {
    /// Moments and how many bytes there were; the oldest is the last at or before the window.
    seen: VecDeque<(Instant, u64)>,
}

impl Pace {
    /// Notes how many bytes are there at a moment. Fewer than before begin a new measurement:
    /// an upload began anew.
    pub fn note(&mut self, at: Instant, bytes: u64) {
        if self.seen.back().is_some_and(|(last, before)| bytes < *before || at < *last) {
            self.seen.clear();
        }
        self.seen.push_back((at, bytes));
        while let Some((next, _)) = self.seen.get(1)
            && at.saturating_duration_since(*next) >= WINDOW
        {
            self.seen.pop_front();
        }
    }

    /// Bytes each second; `None` as long as too little was seen.
    #[must_use]
    pub fn rate(&self) -> Option<f64> {
        let ((first, before), (last, after)) = (self.seen.front()?, self.seen.back()?);
        let time = last.saturating_duration_since(*first);
        (time >= LEAST).then(|| (after - before) as f64 / time.as_secs_f64())
    }

    /// How long so many bytes take at this rate; `None` if nothing moves, or for longer than a
    /// week.
    #[must_use]
    pub fn left(&self, bytes: u64) -> Option<Duration> {
        const WEEK: f64 = 7.0 * 86_400.0;
        let seconds = bytes as f64 / self.rate().filter(|rate| *rate > 0.0)?;
        (seconds < WEEK).then(|| Duration::from_secs_f64(seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_last_seconds() {
        let start = Instant::now();
        let at = |ms: u64| start + Duration::from_millis(ms);
        let mut pace = Pace::default();
        assert_eq!(pace.rate(), None);
        pace.note(at(0), 0);
        pace.note(at(400), 4_000);
        assert_eq!(pace.rate(), None, "too little time");
        pace.note(at(1_000), 10_000);
        assert_eq!(pace.rate(), Some(10_000.0));
        assert_eq!(pace.left(20_000), Some(Duration::from_secs(2)));
        for second in 2..=20 {
            pace.note(at(second * 1_000), 10_000 + (second - 1) * 1_000);
        }
        assert_eq!(pace.rate(), Some(1_000.0));
        assert!(pace.seen.len() <= 7, "{}", pace.seen.len());
        pace.note(at(21_000), 500);
        assert_eq!(pace.rate(), None, "it began anew");
        pace.note(at(30_000), 500);
        assert_eq!((pace.rate(), pace.left(1)), (Some(0.0), None));
    }
}
