//! How far a run is, for whoever watches, and the word to stop.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::model::draft::{Action, Plan};
use crate::model::push::{Did, Progress, StepProgress, StepState, Tagged};
use crate::source::Meter;

/// How long a tag that is being written may take after the word to stop.
const GRACE: Duration = Duration::from_secs(3);

/// What is shared between a run and those who watch it. Clones share one board.
#[derive(Debug, Clone)]
pub struct Board(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    steps: Mutex<Vec<Slot>>,
    /// What is known of each tag that is being written.
    tags: Mutex<HashMap<String, Tagged>>,
    /// How often it was told to stop.
    stop: watch::Sender<u8>,
}

#[derive(Debug)]
struct Slot {
    state: StepState,
    total: u64,
    meter: Meter,
}

impl Board {
    /// A board for a plan that has not begun.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        let slot = |action: &Action| Slot {
            state: StepState::Waiting,
            total: match action {
                Action::Copy { blob, .. } => blob.size,
                Action::PutManifest(document) => document.size(),
                Action::PutList { .. } | Action::PutTag { .. } => plan.list.size(),
                _ => 0,
            },
            meter: Meter::default(),
        };
        let steps = plan.steps.iter().map(|step| slot(&step.action)).collect();
        Self(Arc::new(Shared {
            steps: Mutex::new(steps),
            tags: Mutex::default(),
            stop: watch::Sender::new(0),
        }))
    }

    /// How far it is now.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let steps = self.lock();
        let steps = steps.iter().map(|slot| {
            let bytes = match slot.state {
                StepState::Done(Did::Put | Did::Copied) => slot.total,
                _ => slot.meter.get().min(slot.total),
            };
            StepProgress { state: slot.state, bytes, total: slot.total }
        });
        Progress { steps: steps.collect() }
    }

    /// Stops the run. What is being uploaded is dropped; a tag that is being written is given a few
    /// seconds to come to its end, so that it is known what it holds. Told a second time, the run
    /// ends at once.
    pub fn cancel(&self) {
        self.0.stop.send_modify(|times| *times = times.saturating_add(1));
    }

    /// Returns when the run shall stop.
    pub(super) async fn cancelled(&self) {
        let mut stop = self.0.stop.subscribe();
        // The sender lives as long as this board.
        let _ = stop.wait_for(|times| *times > 0).await;
    }

    /// Returns when the run shall wait for nothing any more.
    pub(super) async fn ended(&self) {
        self.cancelled().await;
        let mut stop = self.0.stop.subscribe();
        let again = stop.wait_for(|times| *times > 1);
        let _ = tokio::time::timeout(GRACE, again).await;
    }

    /// Notes what is known of a tag.
    pub(super) fn tell(&self, tag: &str, tagged: &Tagged) {
        lock(&self.0.tags).insert(tag.to_owned(), tagged.clone());
    }

    /// What is known of a tag.
    pub(super) fn known(&self, tag: &str) -> Tagged {
        lock(&self.0.tags).get(tag).cloned().unwrap_or(Tagged::Untouched)
    }

    pub(super) fn is_cancelled(&self) -> bool {
        *self.0.stop.borrow() > 0
    }

    pub(super) fn set(&self, step: usize, state: StepState) {
        if let Some(slot) = self.lock().get_mut(step) {
            slot.state = state;
        }
    }

    /// A step moves so many bytes after all.
    pub(super) fn moves(&self, step: usize, bytes: u64) {
        if let Some(slot) = self.lock().get_mut(step) {
            slot.total = bytes;
        }
    }

    pub(super) fn meter(&self, step: usize) -> Meter {
        self.lock().get(step).map(|slot| slot.meter.clone()).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Slot>> {
        lock(&self.0.steps)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
