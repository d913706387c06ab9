//! What platy knows of images, without reading anything: the tree, the files of layers, which
//! entry an engine picks, findings, differences, and lists under construction.
//!
//! Pure: no I/O, no clock, no terminal, no async. Facts go in, answers come out.

pub mod blame;
pub mod check;
pub mod compare;
pub mod diagnose;
pub mod draft;
pub mod evidence;
pub mod files;
pub mod fleet;
pub mod here;
pub mod pull;
pub mod push;
pub mod route;
pub mod select;
pub mod session;
pub mod tag_size;
pub mod tree;
#[cfg(test)]
pub(crate) mod world;
