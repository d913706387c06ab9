//! Fills a tree from a source: one need at a time for the screen, all of them for a command.

mod answer;
mod both;
mod further;
mod gather;
mod narrow;
mod several;
mod whole;

pub use answer::answer;
pub use both::both;
pub use further::{MOST_READ, in_turns};
pub use gather::gather;
pub use narrow::narrow;
pub use several::is_one;
pub use whole::{Wanted, further, whole};
