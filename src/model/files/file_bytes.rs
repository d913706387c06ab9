//! The content of a file of a layer, as much of it as was read.

use bytes::Bytes;

/// The content of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileBytes {
    /// The content, or its start.
    pub bytes: Bytes,
    /// Whether this is all of it.
    pub whole: bool,
    /// Whether it hashes to what a verified listing says.
    pub verified: bool,
}
