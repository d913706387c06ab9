//! This machine, as an engine that runs on it sees it.
//!
//! What is read from the system is in [`detect`]; everything that is concluded from it is in
//! pure functions beside it.

pub mod cpu;
mod detect;
mod elf;
mod level;
mod machine;
mod names;

pub use detect::detect;
pub use level::{Features, level};
pub use machine::{Evidence, Machine};
