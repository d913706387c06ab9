//! What a draft needs to know of an image before it can be added.

use std::sync::Arc;

use crate::oci::{ConfigDocument, Document, Failure, Location, Manifest};
use crate::source::Source;

/// What stands behind a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gathered {
    /// Where it was read.
    pub location: Location,
    /// The list or image.
    pub document: Arc<Document>,
    /// The config of an image that no list describes: its platform stands only there.
    pub config: Option<Arc<ConfigDocument>>,
}

/// Reads what a reference names, and of a single image its config.
///
/// # Errors
/// What the source answers with.
pub async fn gather(source: &dyn Source) -> Result<Gathered, Failure> {
    let document = Arc::new(source.root().await?);
    let config = match &document.manifest {
        Manifest::Image(image) => {
            image.config.descriptor().filter(|it| it.media_type.is_image_config())
        }
        _ => None,
    };
    let config = match config {
        Some(descriptor) => Some(Arc::new(source.config(descriptor).await?)),
        None => None,
    };
    Ok(Gathered { location: source.location().clone(), document, config })
}
