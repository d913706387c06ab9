//! What refers to a manifest from outside it.

use std::sync::Arc;

use super::Descriptor;

/// Something that refers to a manifest by its `subject`, or by a tag made of its digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referrer {
    /// The referring manifest.
    pub descriptor: Arc<Descriptor>,
    /// How it was found.
    pub via: Via,
}

/// How a referrer was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    /// The referrers API (OCI distribution-spec, "Listing Referrers").
    Api,
    /// The index under the fallback tag `sha256-<hex>` (same place, "Referrers Tag Schema").
    FallbackTag,
    /// A tag that cosign derives from the digest: `sha256-<hex>.sig`, `.att`, `.sbom`.
    CosignTag(String),
    /// An entry of the same index or layout whose `subject` or annotations name the digest; or a
    /// manifest among the blobs of the layout.
    SameIndex,
}
