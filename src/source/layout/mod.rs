//! OCI image layouts (OCI image-spec `image-layout.md`), and what all sources on this machine's
//! disk share: content by digest behind an index, read in pieces, verified on the way.
//!
//! `oci:PATH` stands for the only entry of `index.json`, or for `index.json` itself where it has
//! several; `oci:PATH:name` for the entry with that `org.opencontainers.image.ref.name`.

mod content;
mod folder;
mod marker;
mod names;
mod piece;
mod referrers;
mod source;
mod stream;
mod trouble;
mod verified;

pub(super) use content::{Choice, Content};
pub(super) use folder::{Folder, missing_blob, missing_index};
pub(super) use marker::{INDEX, MARKER, MAX_MARKER, check_marker};
pub(super) use names::{choose, parse_index, unknown_name};
pub(super) use piece::{Piece, read_exact_at};
pub(super) use source::FileSource;
pub(super) use trouble::io_failure;
