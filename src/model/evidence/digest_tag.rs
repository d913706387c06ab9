//! Tags that stand for digests: where a registry has no referrers API, the list under such a tag says
//! what refers to the digest.

use crate::oci::Digest;

/// The tag that stands for the digest of a manifest, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestTag {
    /// The digest that it stands for.
    pub of: Digest,
    /// The tag.
    pub tag: String,
    /// Whether it holds the manifest itself, in the place of a list of what refers to it.
    pub is_stray: bool,
    /// Attestations that name the manifest as their subject, and that no list of what refers to it
    /// names.
    pub unlisted: Vec<Digest>,
}
