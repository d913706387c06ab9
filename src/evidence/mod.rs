//! Facts for [`crate::diagnose`] that neither the tree nor the engines' rules give: what this
//! machine says of itself, and what registries answer to others.
//!
//! Everything here may be missing, and is then named with the reason. Every wait has an end.

mod accepts;
mod binfmt;
mod gather;
pub mod mirrors;
mod siblings;
mod socket;
mod surroundings;

pub use gather::{Asking, gather};
pub use mirrors::Mirror;
pub use surroundings::{Socket, Surroundings};
