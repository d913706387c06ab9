//! Layers from the inside: the files of a layer, and of an image with all its layers merged.
//!
//! A [`Reader`] streams a layer through its compression into tar entries: nothing is written to
//! disk, memory stays flat, and what was read whole is kept in the cache as a [`Listing`], so that
//! a layer is read once. [`Files`] merges the listings of an image's layers, whiteouts applied;
//! [`diff`] compares the files of two images.
//!
//! Everything here is named by someone else: sizes, counts, names and ratios are limited
//! ([`Limits`]), odd entries become [`Problem`]s of the listing instead of failures.

mod diff;
mod entry;
mod files;
mod keep;
mod layers_read;
mod limits;
mod listing;
mod path;
mod preview;
pub mod program;
mod read;
mod words;

pub use diff::{FileChange, FileFact, FileSide, FileSign, FilesDiff, diff};
pub use entry::{Checksum, Entry, Kind, Target};
#[cfg(test)]
pub(crate) use files::fixture;
pub use files::{Change, Fate, FileId, Files, Found, Lookup, Resolved, Sums, Waste};
use layers_read::hides_unread;
pub use layers_read::{LayersRead, UnreadLayer};
pub use limits::Limits;
pub use listing::{Listing, Problem, Totals, Way};
pub use path::{Climbs, Path};
pub use preview::{HEX_BYTES, Preview, as_text};
pub use read::{
    Ask, FileBytes, FileStart, ImageSide, ImagesRead, Progress, Reader, Saved, Visitor, Walked,
    file_difference, read_images,
};
