//! Fills a tree from a source: one need at a time for the screen, all of them for a command.

mod answer;
mod both;
mod gather;
mod narrow;
mod whole;

pub use answer::answer;
pub use both::both;
pub use gather::gather;
pub use narrow::narrow;
pub use whole::{Wanted, further, whole};
