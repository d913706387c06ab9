//! Where evidence was found.

use crate::oci::Via;

/// Where evidence was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the list, as an entry of its own.
    List,
    /// By the referrers API.
    Api,
    /// Under the fallback tag of the digest.
    FallbackTag,
    /// Under a tag of cosign.
    CosignTag(String),
    /// Among the entries of a layout or archive.
    SameIndex,
}

impl Place {
    /// What it is called.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Api => "referrers API",
            Self::FallbackTag => "fallback tag",
            Self::CosignTag(_) => "cosign tag",
            Self::SameIndex => "layout",
        }
    }

    /// Where a referrer was found.
    #[must_use]
    pub fn of(via: &Via) -> Self {
        match via {
            Via::Api => Self::Api,
            Via::FallbackTag => Self::FallbackTag,
            Via::CosignTag(tag) => Self::CosignTag(tag.clone()),
            Via::SameIndex => Self::SameIndex,
        }
    }
}
