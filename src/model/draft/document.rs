//! The list that a draft makes.

use bytes::Bytes;

use crate::oci::{Digest, Document, MediaType};

/// The exact bytes of a draft's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// What they are.
    pub media_type: MediaType,
    /// The bytes.
    pub bytes: Bytes,
    /// Their digest.
    pub digest: Digest,
}

impl Encoded {
    pub(super) fn new(media_type: MediaType, bytes: Bytes) -> Self {
        Self { media_type, digest: Digest::sha256(&bytes), bytes }
    }

    /// How many bytes there are.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// The parsed view.
    ///
    /// # Errors
    /// A sentence if the bytes hold no list; an edit cannot bring that about.
    pub fn parse(&self) -> Result<Document, String> {
        Document::parse(self.bytes.clone(), Some(&self.media_type), self.digest.algorithm())
    }
}
