//! What a command waits for, said on standard error while it lasts, if that is a terminal.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::line::Line;
use crate::oci::Host;
use crate::source::{Activity, Notice};
use crate::text::{bytes, plural};

/// What is over before this is not spoken of.
const SILENT: Duration = Duration::from_secs(1);
const EVERY: Duration = Duration::from_millis(200);

/// Watches what a command fetches.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    activity: Activity,
    /// The last pause that the fetch layer made, and when it ends.
    pause: Arc<Mutex<Option<(String, Instant)>>>,
}

impl Waiting {
    /// Nothing is fetched yet.
    pub(super) fn new() -> Self {
        let pause = Arc::new(Mutex::new(None));
        let noted = Arc::clone(&pause);
        let activity = Activity::with_listener(move |notice| {
            let Notice::Retrying { delay, .. } = &notice;
            let until = Instant::now() + *delay;
            *noted.lock().unwrap_or_else(PoisonError::into_inner) = Some((notice.words(), until));
        });
        Self { activity, pause }
    }

    /// What counts the requests.
    pub(super) fn activity(&self) -> Activity {
        self.activity.clone()
    }

    /// Does the work, and says meanwhile how far it is. The line is gone before the result is
    /// there.
    pub(super) async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        tokio::select! {
            biased;
            result = work => result,
            never = self.show() => match never {},
        }
    }

    async fn show(&self) -> Infallible {
        let begin = Instant::now();
        tokio::time::sleep(SILENT).await;
        let Some(line) = Line::new() else { return std::future::pending().await };
        let mut tick = tokio::time::interval(EVERY);
        loop {
            tick.tick().await;
            line.say(&self.words(begin.elapsed(), self.activity.longest_awaited()));
        }
    }

    /// The pause that the fetch layer makes now, in words.
    pub(super) fn pause(&self) -> Option<String> {
        let pause = self.pause.lock().unwrap_or_else(PoisonError::into_inner);
        pause.as_ref().filter(|(_, until)| *until > Instant::now()).map(|(what, _)| what.clone())
    }

    /// `12 requests · 3.4 MB · 5 s`, and what keeps it: a pause that a registry wants, or an answer
    /// that does not come.
    fn words(&self, elapsed: Duration, slowest: Option<(Host, Duration)>) -> String {
        let requests = usize::try_from(self.activity.requests()).unwrap_or(usize::MAX);
        let mut words = format!(
            "{} · {} · {} s",
            plural(requests, "request"),
            bytes(self.activity.bytes()),
            elapsed.as_secs()
        );
        // Which host is asked most is not known; the limit that is nearest is.
        if let Some((host, quota)) =
            self.activity.quotas().into_iter().min_by_key(|(_, quota)| quota.remaining)
        {
            words = format!("{words} · {host}: {}", quota.words());
        }
        if let Some(what) = self.pause() {
            words = format!("{words} · {what}");
        } else if let Some((host, waited)) = slowest.filter(|(_, waited)| *waited >= SILENT) {
            words = format!("{words} · no answer from {host} for {} s", waited.as_secs());
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::Class;

    #[test]
    fn what_is_waited_for_is_said() {
        let waiting = Waiting::new();
        let host = Host::parse("registry.example").unwrap();
        let awaited = waiting.activity().awaits(&host);
        let words = |seconds| {
            let slowest = waiting.activity().longest_awaited();
            let slowest = slowest.map(|(host, _)| (host, Duration::from_secs(seconds)));
            waiting.words(Duration::from_secs(9), slowest)
        };
        assert_eq!(words(0), "0 requests · 0 B · 9 s");
        assert_eq!(words(7), "0 requests · 0 B · 9 s · no answer from registry.example for 7 s");
        let delay = Duration::from_secs(30);
        let notice = Notice::Retrying { host, class: Class::RateLimited, delay };
        waiting.activity().notify(notice);
        assert!(words(7).ends_with("registry.example asked to slow down; trying again in 30 s"));
        drop(awaited);
        assert_eq!(waiting.activity().longest_awaited(), None);
    }
}
