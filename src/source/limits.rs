//! How long things may take: one policy for all requests, whatever they ask.

use std::time::Duration;

/// How long requests may take. A limit that is passed is a failure of the class `TimedOut`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For a connection, TLS included.
    pub connect: Duration,
    /// For the head of an answer, counted from the request's last byte.
    pub first_byte: Duration,
    /// After this long without the head of an answer, a HEAD or a document is asked for once more
    /// on a connection of its own; the first answer counts.
    pub ask_again: Duration,
    /// How far back the rate of a body is looked at. It is the longest silence too.
    pub window: Duration,
    /// The least bytes that a body brings within [`window`](Self::window), unless it ends.
    pub least: u64,
    /// For one document: head and body together. After this long nothing is asked again either.
    pub document: Duration,
    /// For a whole command that reads documents only; `None` if it has no such limit.
    pub command: Option<Duration>,
    /// The longest wait that a registry may ask for (`Retry-After`), all of one request together.
    /// Without a limit (`--wait-for-limits`) requests are repeated for as long as it asks.
    pub asked_wait: Option<Duration>,
}

/// What a whole command may take that reads documents only.
pub const COMMAND: Duration = Duration::from_secs(60);

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            first_byte: Duration::from_secs(10),
            ask_again: Duration::from_secs(3),
            window: Duration::from_secs(10),
            least: 10_000,
            document: Duration::from_secs(15),
            command: None,
            asked_wait: Some(Duration::from_secs(10)),
        }
    }
}

impl Limits {
    /// The same for a registry that is slow by design: no limit is shorter than this, and a whole
    /// command has four times as long.
    #[must_use]
    pub fn at_least(self, time: Duration) -> Self {
        Self {
            connect: self.connect.max(time),
            first_byte: self.first_byte.max(time),
            ask_again: self.ask_again.max(time.mul_f64(0.3)),
            window: self.window.max(time),
            document: self.document.max(time),
            command: self.command.map(|command| command.max(time.saturating_mul(4))),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the manual says ("How long things may take").
    #[test]
    fn the_policy_in_numbers() {
        let seconds = Duration::from_secs;
        let usual = Limits::default();
        assert_eq!((usual.connect, usual.first_byte), (seconds(5), seconds(10)));
        assert_eq!((usual.ask_again, usual.document), (seconds(3), seconds(15)));
        assert_eq!((usual.least, usual.window), (10_000, seconds(10)), "1 kB/s over 10 s");
        assert_eq!((usual.asked_wait, COMMAND), (Some(seconds(10)), seconds(60)));
    }

    #[test]
    fn a_timeout_raises_and_never_lowers() {
        let usual = Limits { command: Some(COMMAND), ..Limits::default() };
        assert_eq!(usual.at_least(Duration::from_secs(1)), usual);
        let slow = usual.at_least(Duration::from_secs(100));
        for limit in [slow.connect, slow.first_byte, slow.window, slow.document] {
            assert_eq!(limit, Duration::from_secs(100));
        }
        assert_eq!(slow.ask_again, Duration::from_secs(30));
        assert_eq!(slow.command, Some(Duration::from_secs(400)));
        assert_eq!((slow.least, slow.asked_wait), (usual.least, usual.asked_wait));
    }
}
