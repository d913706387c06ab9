//! Writing to registries: what is there already, mounts, uploads, manifests (distribution-spec,
//! "Push").
//!
//! Blobs stream through: a piece is read when the connection takes one. A lost connection is
//! resumed where the registry says that its copy ends.

mod delete;
mod inflow;
mod location;
mod manifest;
mod meter;
mod mount;
mod presence;
mod range;
mod refused;
mod sending;
mod upload;

pub use manifest::Placed;
pub use meter::Meter;
pub use upload::Upload;
