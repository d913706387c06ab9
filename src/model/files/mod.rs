//! Layers from the inside: the files of a layer, and of an image with all its layers merged.
//!
//! [`crate::work::layers`] reads a layer into a [`Listing`]. [`Files`] merges the listings of an
//! image's layers, whiteouts applied; [`diff`] compares the files of two images.
//!
//! Everything here is named by someone else: sizes, counts, names and ratios are limited
//! ([`Limits`]), odd entries become [`Problem`]s of the listing instead of failures.

mod diff;
mod entry;
mod file_bytes;
mod layers_read;
mod limits;
mod listing;
mod merged;
mod path;
mod preview;
pub mod program;
mod words;

pub use diff::{FileChange, FileFact, FileSide, FileSign, FilesDiff, diff};
pub use entry::{Checksum, Entry, Kind, Summing, Target};
pub use file_bytes::FileBytes;
pub use layers_read::{LayersRead, UnreadLayer, hides_unread};
pub use limits::Limits;
pub use listing::{Listing, Problem, Totals, Way};
#[cfg(test)]
pub(crate) use merged::fixture;
pub use merged::{Change, Fate, FileId, Files, Found, Lookup, Resolved, Sums, Waste};
pub use path::{Climbs, Path};
pub use preview::{HEX_BYTES, Preview, as_text};
