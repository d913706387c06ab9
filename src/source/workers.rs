//! Blocking work (files, hashing, decompression) off the async threads, bounded and cancellable.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Semaphore;

/// Runs blocking work, at most so many pieces of it at once. Without the bound, a thousand
/// requests at once would make tokio start hundreds of threads.
#[derive(Debug, Clone)]
pub(crate) struct Workers(Arc<Semaphore>);

/// Tells long blocking work that nobody waits for it any more.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

struct StopOnDrop(Stop);

impl Stop {
    /// Asks the work to end.
    pub(crate) fn request(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the work should end.
    pub(crate) fn requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.request();
    }
}

impl Workers {
    /// At most `limit` pieces of work at once.
    pub(crate) fn new(limit: usize) -> Self {
        Self(Arc::new(Semaphore::new(limit)))
    }

    /// Waits for a place, does the work on a blocking thread, and answers with its result; `None`
    /// where the work broke off (the runtime is shutting down). Dropping the future requests the
    /// work to stop; its place stays taken until it has.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Stop) -> T + Send + 'static,
    ) -> Option<T> {
        let permit = Arc::clone(&self.0).acquire_owned().await.ok()?;
        let stop = Stop::default();
        let guard = StopOnDrop(stop.clone());
        // The place is given back with the result, and not before: whoever takes it next finds this
        // thread idle, where another one would be started.
        let result = tokio::task::spawn_blocking(move || (work(&stop), permit)).await;
        drop(guard);
        let result = result.inspect_err(|error| tracing::error!(%error, "blocking work broke off"));
        result.ok().map(|(result, _)| result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_that_nobody_waits_for_is_told_to_stop() {
        let workers = Workers::new(1);
        let (started, begun) = tokio::sync::oneshot::channel();
        let work = workers.run(move |stop| {
            let _ = started.send(());
            while !stop.requested() {
                std::thread::yield_now();
            }
        });
        tokio::select! {
            biased;
            _ = work => panic!("the work ended by itself"),
            _ = begun => {}
        }
        // The only place is free again once the work has ended.
        assert_eq!(workers.run(|_| 7).await, Some(7));
    }
}
