//! What differs between two nodes, wherever each comes from: semantics first, text second.
//!
//! A [`Part`] is a node with whatever of it loaded; [`compare`] takes two and answers with a
//! [`Comparison`]: how they are related, the entries by platform, the layers as a sequence, the
//! config field by field, and what could not be compared because it is missing. [`lines`] words
//! that for the screen and for `platy diff` alike. [`unified`] and [`patch`] are the same as text
//! and as a JSON patch (RFC 6902).
//!
//! Swapping the sides mirrors every result.

mod align;
mod bytes;
mod comparison;
mod config;
mod encoding;
mod entries;
mod field;
mod history;
mod image;
mod layer_words;
mod layers;
mod line;
mod matching;
mod moved;
mod packages;
mod part;
mod patch;
mod platform;
mod pointer;
mod relation;
mod side;
mod table;
mod text;
mod thin;
mod unified;
mod words;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_any_sides;

pub use bytes::Bytes;
pub use comparison::{Comparison, Detail, Head, compare};
pub use encoding::Encoder;
pub use entries::{Change, EntryRow, EntrySide, IndexDiff};
pub use field::FieldChange;
pub use history::{HistoryRow, instruction};
pub use image::ImageDiff;
pub use layers::{LayerChange, LayerRow, LayerSide};
pub use line::{Line, Sign};
pub use packages::{PackageChange, PackageList, PackageOrigin, PackagesDiff, PackagesOf, Untold};
pub use part::{Missing, Part, PartKind};
pub use patch::patch;
pub use pointer::Pointer;
pub use relation::Relation;
pub use side::Side;
pub use text::text;
pub use unified::{pretty, unified};
pub use words::{lines, summary};
