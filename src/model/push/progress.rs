//! How far a run is.

/// What a step came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Did {
    /// Nothing: it was there.
    Nothing,
    /// A blob was mounted; no byte of it moved.
    Mounted,
    /// A blob was copied.
    Copied,
    /// A manifest or the list was put.
    Put,
    /// The tag was read back: it holds the list, and all children are there.
    Verified,
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// It has not begun.
    Waiting,
    /// It is under way.
    Running,
    /// It is done.
    Done(Did),
    /// It failed.
    Failed,
}

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepProgress {
    /// How far it is.
    pub state: StepState,
    /// How many bytes have moved.
    pub bytes: u64,
    /// How many there are to move; 0 if nothing is to be moved.
    pub total: u64,
}

/// All steps at a moment, in the order of the plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// The steps.
    pub steps: Vec<StepProgress>,
}

impl Progress {
    /// Bytes that have moved, and bytes that are to be moved in all.
    #[must_use]
    pub fn bytes(&self) -> (u64, u64) {
        let sum =
            |of: fn(&StepProgress) -> u64| self.steps.iter().map(of).fold(0, u64::saturating_add);
        (sum(|step| step.bytes), sum(|step| step.total))
    }

    /// Steps that are done.
    #[must_use]
    pub fn done(&self) -> usize {
        self.steps.iter().filter(|step| matches!(step.state, StepState::Done(_))).count()
    }
}
