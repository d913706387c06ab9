//! Proves labels: reads the layers of images from the top down until [`crate::model::check`] has its
//! answer, and no further.

mod keep;
mod looker;
mod prover;
mod table;

pub use prover::{Proven, Prover};
pub use table::{Table, Told, Wish};
