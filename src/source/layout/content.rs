//! What a layout folder, a layout in an archive and a Docker archive have in common.

use std::sync::Arc;

use bytes::Bytes;

use super::Piece;
use crate::oci::{Descriptor, Digest, Failure, Index};

/// Where the content of most layouts is.
pub(crate) const BLOBS: &str = "blobs/sha256";

/// A file among the blobs.
#[derive(Debug)]
pub(crate) struct Stored {
    /// What its name says; `None` if that is not a digest.
    pub(crate) digest: Option<Digest>,
    /// In bytes.
    pub(crate) size: u64,
}

/// Content by digest behind an index. All of it blocks.
pub(crate) trait Content: Send + Sync {
    /// The index, as it is now.
    fn index(&self) -> Result<Piece, Failure>;

    /// Where the content with this digest lies. Not verified yet.
    fn find(&self, digest: &Digest) -> Result<Piece, Failure>;

    /// The layer with this digest, if it was unpacked and its own bytes are gone.
    fn unpacked(&self, _: &Digest) -> Result<Option<Unpacked>, Failure> {
        Ok(None)
    }

    /// The files that are in [`BLOBS`], listed or not, in no order.
    fn blobs(&self) -> Box<dyn Iterator<Item = Stored> + '_> {
        Box::new(std::iter::empty())
    }

    /// The files whose names say that they are manifests, listed or not, in no order.
    fn manifests(&self) -> Box<dyn Iterator<Item = Stored> + '_> {
        Box::new(std::iter::empty())
    }

    /// What a name, or no name, stands for.
    fn choose(&self, index: &Index, name: Option<&str>) -> Result<Choice, Failure>;

    /// Whether what was learnt when it was opened still holds.
    fn is_current(&self) -> bool;
}

/// Gives bytes piece by piece to what takes them, which says whether it wants more.
type Giving = dyn FnOnce(&mut dyn FnMut(Bytes) -> bool) -> Result<(), Failure> + Send;

/// A layer that was unpacked.
pub(crate) struct Unpacked {
    /// Its tar.
    pub(crate) tar: Descriptor,
    /// Gives the tar piece by piece, for as long as it is taken. Blocks.
    pub(crate) read: Box<Giving>,
}

/// What a location stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Choice {
    /// The index as a whole, which is the list of one image.
    Whole,
    /// The entries of the index at these positions, without the others: images of their own.
    Several(Vec<usize>),
    /// One document.
    One(Arc<Descriptor>),
}
