//! Reading layers: as a stream through their compression, or by their table of contents.
//!
//! A [`Reader`] streams a layer through its compression into tar entries: nothing is written to
//! disk, memory stays flat, and what was read whole is kept in the cache as a
//! [`Listing`](crate::model::files::Listing), so that a layer is read once.

mod arriving;
mod content;
mod difference;
mod extract;
mod file;
mod images;
mod keep;
mod marks;
mod members;
mod packing;
mod pump;
mod reader;
mod save;
mod sorter;
mod sums;
mod table;
mod tabled;
mod unpack;
mod unpacking;
mod visit;
mod walk;

pub use difference::file_difference;
pub use extract::{Extracted, extract};
pub use file::FileStart;
pub use images::{ImageSide, ImagesRead, read_images};
pub use pump::Progress;
pub(crate) use pump::no_archive;
pub use reader::Reader;
pub use save::{Saved, save_bytes};
pub use visit::{Ask, Visitor};
pub use walk::Walked;

#[cfg(test)]
mod tests;
