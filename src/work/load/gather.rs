//! What a draft needs to know of an image before it can be added.

use std::sync::Arc;

use crate::model::draft::SourceRoot;
use crate::oci::{Class, Digest, Failure, Manifest, are_several, index_names};
use crate::source::Source;

/// Reads what a reference names, and of a single image its config.
///
/// # Errors
/// What the source answers with.
pub async fn gather(source: &dyn Source) -> Result<SourceRoot, Failure> {
    let document = Arc::new(source.root().await?);
    let on_disk = source.location().reference().is_none();
    if let Manifest::Index(index) = &document.manifest
        && on_disk
        && let names = index_names(index)
        && are_several(&names)
    {
        return Err(several(source.location().to_string(), &names));
    }
    let config = match &document.manifest {
        Manifest::Image(image) => image.image_config(),
        _ => None,
    };
    let config = match config {
        Some(descriptor) => Some(Arc::new(source.config(descriptor).await?)),
        None => None,
    };
    Ok(SourceRoot { location: source.location().clone(), document, config })
}

/// That a layout or archive holds several images, which are not one list.
fn several(subject: String, names: &[(&str, &Digest)]) -> Failure {
    let mut known: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
    known.dedup();
    let next =
        format!("name one behind the path: {}; or its position: @0, @1, …", known.join(", "));
    Failure::new(Class::Unsupported, subject, "it holds several images, and they are not one list")
        .with_next(next)
}
