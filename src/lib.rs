//! platy, a terminal explorer for multi-platform container images.

pub mod app;
#[cfg(test)]
mod fixture;
pub mod load;
pub mod oci;
pub mod sandbox;
pub mod source;
pub mod text;
pub mod tree;
pub mod ui;
