//! The state: the views that lie on each other, and what a message changes.

mod acting;
mod ahead;
mod answers;
mod bookmarks;
mod completing;
mod input;
mod live;
mod looking;
mod moving;
mod shown;
mod whole;

pub use whole::{Setup, State};
