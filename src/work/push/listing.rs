//! A list of what refers to a manifest, to be written under the tag that stands for it.

use std::sync::Arc;

use super::referring::{not_an_index, with};
use crate::model::draft::Encoded;
use crate::model::push::{Held, Listing};
use crate::oci::{Digest, Document, Failure, MediaType, Reference};
use crate::source::Registry;

/// What the list under a tag is with these in it; `None` if it has them already. A tag that holds
/// the manifest itself is taken for one that holds nothing. Nothing is written.
///
/// # Errors
/// `Malformed` if the tag holds something else than a list; what the registry comes up with.
pub async fn find_listing(
    registry: &Registry,
    reference: &Reference,
    of: &Digest,
    documents: &[Arc<Document>],
) -> Result<Option<Listing>, Failure> {
    let found = registry.held(reference).await?;
    let now = found.as_ref().map(|held| held.digest.clone());
    let mut held = found.filter(|held| held.digest != *of);
    let mut added = 0;
    for document in documents {
        let Some(bytes) = with(held.as_ref(), document) else { continue };
        let bytes = bytes.ok_or_else(|| not_an_index(reference))?;
        let (digest, media_type) = (Digest::sha256(&bytes), MediaType::OciIndex);
        held = Some(Held { digest, media_type, bytes: Some(bytes) });
        added += 1;
    }
    let Some(Held { digest, media_type, bytes: Some(bytes) }) = held.filter(|_| added > 0) else {
        return Ok(None);
    };
    let list = Encoded { media_type, digest, bytes };
    Ok(Some(Listing { reference: reference.clone(), now, list, added }))
}
