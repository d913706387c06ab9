//! Facts for [`crate::model::diagnose`] that neither the tree nor the engines' rules give: what this
//! machine says of itself, and what registries answer to others.
//!
//! Everything here may be missing, and is then named with the reason. Every wait has an end.

mod accepts;
mod binfmt;
mod found;
mod gather;
mod mirrors;
mod siblings;
mod socket;

pub use found::{Socket, Surroundings};
pub use gather::{Asking, daemons, gather};
