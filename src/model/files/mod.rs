//! Layers from the inside: the files of a layer, and of an image with all its layers merged.
//!
//! [`crate::work::layers`] reads a layer into a [`Listing`]. [`Files`] merges the listings of an
//! image's layers, whiteouts applied; [`diff`] compares the files of two images; [`Layers`] asks the
//! same of layers that are read only as far as a question needs.
//!
//! Everything here is named by someone else: sizes, counts, names and ratios are limited
//! ([`Limits`]), odd entries become [`Problem`]s of the listing instead of failures.

mod diff;
mod differences;
mod entries;
mod entry;
mod extraction;
mod file_bytes;
mod follow;
mod layers_read;
mod limits;
mod listing;
mod merged;
mod partly;
mod path;
mod preview;
pub mod program;
mod refusal;
mod room;
mod words;

pub use diff::{FileChange, FileFact, FileSide, FileSign, diff};
pub use differences::Differences;
pub use entries::Entries;
pub(crate) use entries::grow;
pub use entry::{Checksum, Entry, Kind, Summing, Target};
pub use extraction::{ExtractedFile, ExtractedLink, Extraction, LeftOut};
pub use file_bytes::{FileBytes, FileText};
pub use follow::Resolved;
pub(crate) use follow::follow_links;
pub use layers_read::{LayersRead, UnreadLayer, hides_unread};
pub use limits::Limits;
pub use listing::{Listing, Problem, Totals, Way};
#[cfg(test)]
pub(crate) use merged::fixture;
pub use merged::{Change, Fate, FileId, Files, Found, Lookup, Sums, Waste};
pub(in crate::model) use partly::answered;
pub use partly::{Access, Ask, Held, LayerState, LayerView, Layers, Leads, Placed, Step, User};
pub use path::{Climbs, Path};
pub use preview::{as_text, hex_line, program};
pub use refusal::Refusal;
pub use room::Room;
