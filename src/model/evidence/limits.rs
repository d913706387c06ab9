//! What is read of one blob at most, so that nothing from outside takes memory or time without
//! bound.

/// The largest blob that is opened, in bytes (64 MiB).
pub const MAX_BLOB: u64 = 64 << 20;
/// How many envelopes are opened one inside the other.
pub(super) const MAX_ENVELOPES: usize = 8;
/// How many elements of a list are kept; further ones are counted.
pub(super) const MAX_KEPT: usize = 100_000;
/// How many levels of XML are followed.
pub(super) const MAX_XML_DEPTH: usize = 128;
/// How many components a component of CycloneDX holds inside itself, level by level.
pub(super) const MAX_NESTED: usize = 32;
