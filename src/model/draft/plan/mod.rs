//! The ordered steps that make a target hold a draft.

mod answers;
mod content;
mod guard;
mod make;
mod step;
#[cfg(test)]
mod tests;

pub use answers::{Answers, Missing, Presence, Question};
pub use guard::{Conflict, Guard};
pub use make::{missing, plan};
pub use step::{Action, Plan, Step, Sums};
