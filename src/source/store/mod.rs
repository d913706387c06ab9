//! Images of podman, buildah and CRI-O, read from the disk (`containers-storage:NAME`,
//! containers-transports(5); go.podman.io/storage v1.65.1 `images.go`, `layers.go`).
//!
//! A store is a folder with `DRIVER-images/images.json`: names, and which files hold the manifests
//! and the config of an image, byte for byte. Layers are unpacked, and the bytes that their digests
//! are of are gone. Everything is read only, and nothing is locked: the engines replace
//! `images.json` as a whole.

mod content;
mod image;
mod list;
mod places;
mod spec;

pub(super) use content::StoreContent;
pub(super) use list::{images, stocked};
pub use places::StorePlaces;
