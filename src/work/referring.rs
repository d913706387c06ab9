//! What refers to a manifest, told from what is only named beside it.

use std::sync::Arc;

use futures_util::future::try_join_all;

use crate::oci::{Digest, Document, Failure, Referrer, Via};
use crate::source::Source;

/// A referrer, with its manifest if that was read.
#[derive(Debug, Clone)]
pub struct Referring {
    /// The referrer.
    pub referrer: Referrer,
    /// Its manifest.
    pub document: Option<Arc<Document>>,
    /// Whether it names no subject: only the index beside it says that the two belong together, as
    /// of an older attestation that `docker save --platform` wrote (moby v2.0.0-beta.24).
    pub loose: bool,
}

impl Referring {
    /// Why it cannot go along, if it is loose.
    #[must_use]
    pub fn stays(&self, of: &Digest) -> Option<String> {
        self.loose.then(|| {
            format!(
                "only the index of this archive or layout joins it to {}; it has no subject, so \
                 elsewhere nothing would",
                of.short()
            )
        })
    }
}

/// What refers to a manifest. What a fallback tag names counts only if it names that manifest as its
/// subject (`cosign copy` 3.1.3 puts images there), so its manifests are read; so are those that an
/// index beside the manifest names.
///
/// # Errors
/// What the source answers with.
pub async fn referring(source: &dyn Source, of: &Digest) -> Result<Vec<Referring>, Failure> {
    let read = source.referrers(of).await?.into_iter().map(|referrer| async {
        let document = match referrer.via {
            Via::FallbackTag | Via::SameIndex => {
                Some(Arc::new(source.manifest(&referrer.descriptor).await?))
            }
            Via::Api | Via::CosignTag(_) => None,
        };
        let subject = document.as_ref().and_then(|it| it.manifest.subject());
        let refers = referrer.via != Via::FallbackTag || subject.is_some_and(|it| it.digest == *of);
        let loose = referrer.via == Via::SameIndex && subject.is_none();
        Ok(refers.then_some(Referring { referrer, document, loose }))
    });
    // At once, as far as the source lets them.
    let found = try_join_all(read).await?;
    Ok(found.into_iter().flatten().collect())
}
