//! What the integration tests share.

pub mod command;
pub mod picture;
pub mod quirks;
pub mod real;
pub mod terminal;
