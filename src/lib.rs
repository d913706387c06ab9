//! platy, a terminal explorer for multi-platform container images.

pub mod app;
pub mod oci;
pub mod source;
pub mod text;
pub mod tree;
pub mod ui;
