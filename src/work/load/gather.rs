//! What a draft needs to know of an image before it can be added.

use std::sync::Arc;

use super::is_one;
use crate::model::draft::SourceRoot;
use crate::oci::{Failure, Manifest};
use crate::source::Source;

/// Reads what a reference names, and of a single image its config.
///
/// # Errors
/// What the source answers with.
pub async fn gather(source: &dyn Source) -> Result<SourceRoot, Failure> {
    let document = Arc::new(source.root().await?);
    is_one(source.location(), &document)?;
    let config = match &document.manifest {
        Manifest::Image(image) => image.platform_config(),
        _ => None,
    };
    let config = match config {
        Some(descriptor) => Some(Arc::new(source.config(descriptor).await?)),
        None => None,
    };
    Ok(SourceRoot { location: source.location().clone(), document, config })
}
