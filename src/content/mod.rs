//! What is inside of layers.

pub mod program;
