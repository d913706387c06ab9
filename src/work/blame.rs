//! Reads what an image's provenance tells of its layers.

use std::sync::Arc;

use super::evidence::{blob, opened, referring};
use crate::model::blame::{Blame, BlameOf, How};
use crate::model::evidence::Kind;
use crate::oci::Failure;
use crate::source::Source;

/// Reads the provenance of an image, piece by piece until one tells what made its layers. If none
/// is known, it is asked what refers to the image.
///
/// # Errors
/// What the source answers with.
pub async fn blame(source: &dyn Source, of: &BlameOf) -> Result<Blame, Failure> {
    let items = match of.provenance.is_empty() {
        true => referring(source, &of.digest, Kind::Provenance).await?,
        false => of.provenance.clone(),
    };
    let mut read = Vec::new();
    let mut found = Blame::of(of, &read);
    for item in &items {
        let (bytes, stated) = blob(source, item).await?;
        read.push((item.manifest.clone(), opened(&bytes, stated).await.map(Arc::new)));
        found = Blame::of(of, &read);
        if !matches!(found.how, How::History(_)) {
            break;
        }
    }
    Ok(found)
}
