//! How far the reading of layers is, told while it goes on.

use std::pin::pin;
use std::sync::{Mutex, PoisonError};

use super::TICK;
use crate::work::layers::Progress;

/// How far some reading is.
#[derive(Debug, Default)]
pub(super) struct Far(Mutex<Option<Progress>>);

impl Far {
    /// It is this far.
    pub(super) fn note(&self, progress: Progress) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress);
    }

    /// Does the work, which notes how far it is. It is told by time and not by bytes: on a slow line
    /// every piece is news.
    pub(super) async fn told<T>(
        &self,
        work: impl Future<Output = T>,
        mut tell: impl FnMut(Progress),
    ) -> T {
        let mut work = pin!(work);
        let mut told = None;
        let mut tick = tokio::time::interval(TICK);
        loop {
            tokio::select! {
                biased;
                result = &mut work => return result,
                _ = tick.tick() => {
                    let now = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
                    if now != told {
                        told = now;
                        now.into_iter().for_each(&mut tell);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_change_is_told_however_small() {
        let far = Far::default();
        let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
        let work = async {
            for received in 1..4 {
                let progress = Progress { received, total: 9 };
                far.note(progress);
                assert_eq!(told.recv().await, Some(progress));
            }
            "done"
        };
        assert_eq!(far.told(work, |progress| tell.send(progress).unwrap()).await, "done");
    }
}
