//! platy, a terminal explorer for multi-platform container images.

pub mod host;
pub mod oci;
pub mod select;
pub mod source;
pub mod text;
