//! Moments in local time, and their age.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// An RFC 3339 moment in this time zone, to the minute: `2024-09-06 12:05`. `None` if the text
/// is not a moment.
#[must_use]
pub fn moment(rfc3339: &str, zone: &TimeZone) -> Option<String> {
    let zoned: Zoned = rfc3339.parse::<Timestamp>().ok()?.to_zoned(zone.clone());
    Some(zoned.strftime("%Y-%m-%d %H:%M").to_string())
}

/// How long ago an RFC 3339 moment was: `just now`, `3 days ago`, `in 2 hours`, `2 years ago`.
#[must_use]
pub fn age(rfc3339: &str, now: Timestamp) -> Option<String> {
    let then: Timestamp = rfc3339.parse().ok()?;
    let seconds = now.as_second() - then.as_second();
    let (number, unit) = largest_unit(seconds.unsigned_abs());
    if number == 0 {
        return Some("just now".to_owned());
    }
    let words = super::plural(number, unit);
    Some(if seconds < 0 { format!("in {words}") } else { format!("{words} ago") })
}

fn largest_unit(seconds: u64) -> (u64, &'static str) {
    const UNITS: [(u64, &str); 6] = [
        (365 * 86_400, "year"),
        (30 * 86_400, "month"),
        (7 * 86_400, "week"),
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
    ];
    UNITS
        .into_iter()
        .find(|(length, _)| seconds >= *length)
        .map_or((seconds, "second"), |(length, unit)| (seconds / length, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_use_the_largest_unit() {
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        for (text, expected) in [
            ("2026-11-23T12:00:00Z", "just now"),
            ("2026-11-23T11:59:30Z", "30 seconds ago"),
            ("2026-11-23T11:59:00Z", "1 minute ago"),
            ("2026-11-20T12:00:00Z", "3 days ago"),
            ("2024-09-06T12:05:00Z", "2 years ago"),
            ("2026-11-23T14:00:00Z", "in 2 hours"),
        ] {
            assert_eq!(age(text, now).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(age("yesterday", now), None);
    }

    #[test]
    fn moments_are_local() {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let shown = moment("2024-09-06T12:05:59.123Z", &zone);
        assert_eq!(shown.as_deref(), Some("2024-09-06 14:05"));
        assert_eq!(moment("", &zone), None);
    }
}
