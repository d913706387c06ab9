//! The ordered steps that make a target hold a draft, or what is copied.

mod answers;
mod content;
mod guard;
mod haul;
mod make;
mod shipped;
mod step;
#[cfg(test)]
mod tests;

pub use answers::{Answers, Missing, Presence, Question};
pub use guard::{Conflict, Guard};
pub use haul::{Haul, haul};
pub use make::{missing, plan};
pub use shipped::Shipped;
pub use step::{Action, Plan, Step, Sums};
