//! Work that is queued: the word that nothing of it is begun any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Setback;
use crate::oci::{Class, Failure};

/// Pieces of work that run beside each other. Clones share the word.
#[derive(Debug, Clone, Default)]
pub struct Queue(Arc<AtomicBool>);

impl Queue {
    /// Nothing that waits for its turn is begun any more. What is under way comes to its end.
    pub fn close(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// The turn of one piece of work.
    #[must_use]
    pub fn turn(&self) -> Queued {
        Queued { queue: self.clone(), at: Arc::default() }
    }
}

/// How far one piece of work of a [`Queue`] is. Clones share it.
#[derive(Debug, Clone)]
pub struct Queued {
    queue: Queue,
    at: Arc<At>,
}

#[derive(Debug, Default)]
struct At {
    begun: AtomicBool,
    withheld: AtomicBool,
}

impl Queued {
    /// Whether the work, or the part of it that moves bytes, was not begun, since its queue was
    /// closed before its turn came.
    #[must_use]
    pub fn is_withheld(&self) -> bool {
        self.at.withheld.load(Ordering::Relaxed)
    }

    /// Asked before each request; only the first one can be withheld.
    pub(in crate::source) fn begin(&self, subject: &str) -> Result<(), Setback> {
        if self.at.begun.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.may_go_on(subject)?;
        self.at.begun.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Asked before a long part of the work, whose turn comes apart.
    pub(in crate::source) fn may_go_on(&self, subject: &str) -> Result<(), Setback> {
        if !self.queue.0.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.at.withheld.store(true, Ordering::Relaxed);
        let detail = "it was not begun: what was to be done beside it has failed";
        Err(Failure::new(Class::Local, subject, detail).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_begun_comes_to_its_end_and_nothing_else_begins() {
        let queue = Queue::default();
        let (begun, waiting) = (queue.turn(), queue.turn());
        assert!(begun.begin("x").is_ok());
        queue.close();
        assert!(begun.begin("x").is_ok() && !begun.is_withheld());
        assert!(waiting.begin("x").is_err() && waiting.is_withheld());
        assert!(begun.may_go_on("x").is_err() && begun.is_withheld(), "its bytes had no turn yet");
    }
}
