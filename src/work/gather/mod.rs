//! Reads what a draft is made of: what sources hold, and what is worth knowing of its entries.

mod harvest;
mod learn;

pub use harvest::{Harvest, harvest};
pub use learn::{fill, learn, learn_for, learn_for_tools, learn_subjects, subjects};
