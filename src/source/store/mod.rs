//! Images of podman, buildah and CRI-O, read from the disk (`containers-storage:NAME`,
//! containers-transports(5); go.podman.io/storage v1.65.1 `images.go`, `layers.go`).
//!
//! A store is a folder with `DRIVER-images/images.json`: names, and which files hold the manifests
//! and the config of an image, byte for byte. Layers are unpacked: the compressed bytes that most of
//! their digests are of are gone, and the tar within is put together again. Everything is read only, and nothing is locked: the engines replace
//! `images.json` as a whole.

mod content;
mod image;
mod list;
mod places;
mod spec;
mod tar_split;

use super::layout::io_failure;
use super::regular;
use crate::oci::Failure;

pub(super) use content::StoreContent;
pub(super) use list::{images, stocked};
pub use places::StorePlaces;

/// Opens a regular file of a store to be read.
fn open_file(path: &std::path::Path) -> Result<std::fs::File, Failure> {
    let open = || match regular::is_there(path)? {
        true => std::fs::File::open(path),
        false => Err(std::io::ErrorKind::NotFound.into()),
    };
    open().map_err(|error| io_failure(path.display(), &error))
}
