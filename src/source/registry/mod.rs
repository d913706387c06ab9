//! Registries, as the OCI distribution specification has them, with Docker's older ways.
//!
//! [`Registry`] asks, [`RegistrySource`] is one opened reference. Every answer is checked against
//! what it was asked by before it is handed on.

mod blobs;
mod call;
mod client;
mod exchange;
mod hints;
mod link;
mod lists;
mod look;
mod manifests;
mod moved;
mod pieces;
mod push;
mod referrers;
mod second;
mod seen;
mod site;
mod source;
mod tag_page;
mod verify;

pub use client::Registry;
pub(crate) use link::read as read_link;
pub use look::Look;
pub use push::{Meter, Placed, Upload};
pub(crate) use referrers::fallback_tag;
pub use source::RegistrySource;
