//! What a push comes to: how far each step is, what each tag holds afterwards, and what an undo
//! would put back.

mod entry;
mod join;
mod outcome;
mod progress;
mod undo;

pub use entry::{Entry, Kept};
pub use join::{Join, Next};
pub use outcome::{Outcome, Stopped, Tagged};
pub use progress::{Did, Progress, StepProgress, StepState};
pub use undo::{NoUndo, Undo};
