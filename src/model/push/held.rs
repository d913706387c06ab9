//! What a tag holds.

use bytes::Bytes;

use crate::oci::{Digest, MediaType};

/// What a tag holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The digest that the tag points at.
    pub digest: Digest,
    /// The media type that the registry states.
    pub media_type: MediaType,
    /// The exact bytes; `None` if they are more than platy reads.
    pub bytes: Option<Bytes>,
}
