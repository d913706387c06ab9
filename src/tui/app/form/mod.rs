//! A form: lines to be typed one below the other, with completion and what is wrong with each.

mod field;
mod keys;

pub use field::Field;
pub use keys::{Form, FormEvent};
