//! OCI image layouts (OCI image-spec `image-layout.md`), and what all sources on this machine's
//! disk share: content by digest behind an index, read in pieces, verified on the way.
//!
//! `oci:PATH` is the only image of `index.json`: its only named entry, else the one that no other
//! entry reaches; with several images, these. `oci:PATH:name` is the entry of that name,
//! `oci:PATH:@N` the one at that position.

mod content;
mod folder;
mod marker;
mod names;
mod piece;
mod plain;
mod referrers;
mod roots;
mod source;
mod stream;
mod trouble;
mod verified;

pub(super) use content::{BLOBS, Choice, Content, Stored, Unpacked};
pub(super) use folder::{Folder, missing_blob, missing_index, named_by};
pub(super) use marker::{INDEX, MARKER, MAX_MARKER, check_marker};
pub(super) use names::{choose, count_of, named, of_digest, same_name, unknown_name};
pub(crate) use names::{meant_by, parse_index};
pub(super) use piece::{Piece, read_exact_at};
pub(super) use plain::Plain;
pub(super) use source::{FileSource, document_of, read_manifest};
pub(super) use trouble::io_failure;
pub(super) use verified::read_verified;
