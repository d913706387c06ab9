//! Bytes that an image carries and does not show.

use super::FileId;

/// A file that one layer wrote and a later one replaced or removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waste {
    /// Where it was; [`Files::path`](super::Files::path) tells its path.
    pub file: FileId,
    /// The layer that wrote it (from 0).
    pub written: usize,
    /// The layer that made it disappear (from 0).
    pub by: usize,
    /// Its size in bytes.
    pub bytes: u64,
    /// What became of it.
    pub fate: Fate,
}

/// How a file of a lower layer disappeared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Something else is at its path, or where one of its folders was.
    Replaced,
    /// A whiteout or an opaque mark took it away.
    Removed,
}
