//! What refers to a manifest, told from what its fallback tag only names.

use std::sync::Arc;

use crate::oci::{Digest, Document, Failure, Referrer, Via};
use crate::source::Source;

/// A referrer, with its manifest if that was read.
#[derive(Debug, Clone)]
pub struct Referring {
    /// The referrer.
    pub referrer: Referrer,
    /// Its manifest.
    pub document: Option<Arc<Document>>,
}

/// What refers to a manifest. What a fallback tag names counts only if it names that manifest as its
/// subject (`cosign copy` 3.1.3 puts images there), so its manifests are read.
///
/// # Errors
/// What the source answers with.
pub async fn referring(source: &dyn Source, of: &Digest) -> Result<Vec<Referring>, Failure> {
    let mut found = Vec::new();
    for referrer in source.referrers(of).await? {
        let mut document = None;
        if referrer.via == Via::FallbackTag {
            let read = Arc::new(source.manifest(&referrer.descriptor).await?);
            if read.manifest.subject().is_none_or(|subject| subject.digest != *of) {
                continue;
            }
            document = Some(read);
        }
        found.push(Referring { referrer, document });
    }
    Ok(found)
}
