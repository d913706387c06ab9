//! Repeats of idempotent requests: Retry-After where the other side says how long, jittered
//! exponential waits if it does not.

use std::time::{Duration, SystemTime};

use jiff::{SignedDuration, Timestamp, Unit};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use tokio::time::Instant;

use super::{Again, Setback, Wire};
use crate::oci::{Class, Failure, Host};
use crate::source::Notice;

/// Runs `attempt` until it succeeds, fails for good, was repeated `options.retries` times, or has
/// taken as long as a document may. While it waits it holds nothing; each wait is told to the
/// activity. What took too long, or is to wait for longer than it may, is given up for its host.
pub(in crate::source) async fn retrying<T, F>(
    wire: &Wire,
    host: &Host,
    mut attempt: impl FnMut() -> F,
) -> Result<T, Failure>
where
    F: Future<Output = Result<T, Setback>>,
{
    let (options, limits) = (&wire.options, wire.options.limits);
    let (mut repeats, mut waited) = (0, Duration::ZERO);
    let began = Instant::now();
    loop {
        let setback = match attempt().await {
            Ok(value) => return Ok(value),
            Err(setback) => setback,
        };
        let failure = *setback.failure;
        let wait = match setback.again {
            Again::No => {
                if failure.class == Class::TimedOut && failure.status.is_none() {
                    wire.gave_up(host, &failure);
                }
                return Err(failure);
            }
            Again::After(asked) if limits.asked_wait.is_some_and(|most| waited + asked > most) => {
                let failure = too_long(failure, asked, Timestamp::now());
                wire.gave_up(host, &failure);
                return Err(failure);
            }
            // Requests that were turned away together must not come back together.
            Again::After(asked) => asked + options.backoff.mul_f64(fastrand::f64()),
            Again::Backoff => backoff(options.backoff, repeats, fastrand::f64()),
        };
        let patient = limits.asked_wait.is_none() && matches!(setback.again, Again::After(_));
        let slow = failure.class == Class::Unreachable && began.elapsed() >= limits.document;
        if (repeats >= options.retries || slow) && !patient {
            return Err(given_up(failure, repeats));
        }
        repeats += 1;
        waited += wait;
        tracing::debug!(host = %host, class = failure.class.as_str(), ?wait, "asking again");
        wire.activity.notify(Notice::Retrying {
            host: host.clone(),
            class: failure.class,
            delay: wait,
        });
        tokio::time::sleep(wait).await;
    }
}

/// The wait before repeat `repeats + 1`: the first wait doubled each time, of which at least one
/// half and `random` (0 to 1) of the other.
fn backoff(first: Duration, repeats: u32, random: f64) -> Duration {
    let full = first.saturating_mul(1 << repeats.min(10));
    full.mul_f64(0.5 + random.clamp(0.0, 1.0) / 2.0)
}

fn given_up(mut failure: Failure, repeats: u32) -> Failure {
    if repeats > 0 {
        failure.detail.push_str(&format!(" (asked {} times)", repeats + 1));
    }
    failure
}

/// That a registry asks for a longer wait than is waited, and when to come back.
fn too_long(mut failure: Failure, asked: Duration, now: Timestamp) -> Failure {
    let wait = words(asked);
    failure.detail.push_str(&format!("; it asks to wait {wait}"));
    let back = SignedDuration::try_from(asked)
        .and_then(|asked| now.round(Unit::Second)?.checked_add(asked))
        .map_or_else(|_| String::new(), |back| format!(" (at {back})"));
    failure.with_next(format!("try again in {wait}{back}, or wait with `--wait-for-limits`"))
}

fn words(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..120 => format!("{seconds} seconds"),
        seconds @ 120..7200 => format!("{} minutes", seconds.div_ceil(60)),
        seconds => format!("{} hours", seconds.div_ceil(3600)),
    }
}

/// The wait that a `Retry-After` header asks for: seconds, or an HTTP date (RFC 9110, 10.2.3).
pub(super) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Activity, Limits, Options};
    use std::sync::{Arc, Mutex};

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        for (text, expected) in [
            ("0", Some(0)),
            (" 120 ", Some(120)),
            ("Sun, 06 Nov 1994 08:50:07 GMT", Some(30)),
            ("Sunday, 06-Nov-94 08:50:07 GMT", Some(30)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
            ("99999999999999999999999", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().unwrap());
            assert_eq!(retry_after(&headers, now), expected.map(Duration::from_secs), "{text}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }

    #[test]
    fn waits_double_and_are_spread() {
        let first = Duration::from_millis(100);
        assert_eq!(backoff(first, 0, 0.0), Duration::from_millis(50));
        assert_eq!(backoff(first, 0, 1.0), Duration::from_millis(100));
        assert_eq!(backoff(first, 3, 1.0), Duration::from_millis(800));
        assert_eq!(backoff(first, 60, 1.0), first * 1024);
    }

    /// Runs with a clock that jumps over waits, and returns the result and the notices.
    fn run(agains: &[Again]) -> (Result<usize, Failure>, Vec<Duration>) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let waits = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&waits);
        let activity = Activity::with_listener(move |Notice::Retrying { delay, .. }| {
            heard.lock().unwrap().push(delay);
        });
        let options = Options {
            retries: 2,
            backoff: Duration::from_micros(10),
            limits: Limits { asked_wait: Some(Duration::from_secs(1)), ..Limits::default() },
            ..Options::default()
        };
        let wire = Wire::new(options, activity).unwrap();
        let host = Host::parse("localhost").unwrap();
        let mut asked = 0;
        let result = runtime.block_on(retrying(&wire, &host, || {
            asked += 1;
            let again = agains.get(asked - 1).copied();
            let asked = asked;
            async move {
                match again {
                    None => Ok(asked),
                    Some(again) => Err(Setback {
                        failure: Box::new(Failure::new(Class::Server, "x", "it failed")),
                        again,
                    }),
                }
            }
        }));
        let waits = waits.lock().unwrap().clone();
        (result, waits)
    }

    #[test]
    fn passing_failures_are_repeated_a_few_times() {
        let (result, waits) = run(&[Again::Backoff, Again::After(Duration::ZERO)]);
        assert_eq!((result.unwrap(), waits.len()), (3, 2));
        let (result, waits) = run(&[Again::Backoff; 3]);
        assert_eq!(waits.len(), 2);
        assert!(result.unwrap_err().detail.ends_with("(asked 3 times)"));
        let (result, waits) = run(&[Again::No]);
        assert_eq!((result.unwrap_err().detail.as_str(), waits.len()), ("it failed", 0));
    }

    #[test]
    fn a_wait_that_is_too_long_fails_at_once() {
        let (result, waits) = run(&[Again::After(Duration::from_secs(3600))]);
        let failure = result.unwrap_err();
        assert_eq!(waits.len(), 0);
        let next = failure.next.unwrap();
        assert!(next.starts_with("try again in 60 minutes (at 2"), "{next}");
        assert!(next.ends_with("Z), or wait with `--wait-for-limits`"), "{next}");
    }
}
