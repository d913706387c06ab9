//! Digest and type of a manifest, without its bytes.

use super::{Digest, MediaType, Sent};

/// What a HEAD request tells of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The digest that the registry states.
    pub digest: Digest,
    /// The media type that the registry states.
    pub media_type: MediaType,
    /// The size in bytes, where stated.
    pub size: Option<u64>,
    /// The type, as it was sent.
    pub sent: Sent,
}
