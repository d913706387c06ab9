//! Asks about the images of a fleet.

mod ask;
mod nearest;
mod once;

pub use ask::Asker;
