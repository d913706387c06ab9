//! What a layout folder, a layout in an archive and a Docker archive have in common.

use std::sync::Arc;

use super::Piece;
use crate::oci::{Descriptor, Digest, Failure, Index};

/// Content by digest behind an index. All of it blocks.
pub(crate) trait Content: Send + Sync {
    /// The index, as it is now.
    fn index(&self) -> Result<Piece, Failure>;

    /// Where the content with this digest lies. Not verified yet.
    fn find(&self, digest: &Digest) -> Result<Piece, Failure>;

    /// What a name, or no name, stands for.
    fn choose(&self, index: &Index, name: Option<&str>) -> Result<Choice, Failure>;

    /// Whether what was learnt when it was opened still holds.
    fn is_current(&self) -> bool;
}

/// What a location stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Choice {
    /// The index as a whole.
    Whole,
    /// The entries of the index at these positions, without the others.
    Several(Vec<usize>),
    /// One document.
    One(Arc<Descriptor>),
}
