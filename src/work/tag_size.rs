//! Asks how large the image of a tag is.

use crate::model::tag_size::{TagSize, measured};
use crate::oci::{Class, Failure, Manifest, Platform};
use crate::source::Source;

/// How large the image behind a tag is for a platform; a list without it is measured by its first
/// image. It takes a request for what the tag names, one for the image behind a list, and one for the
/// config, which says when the image was made: one that cannot be had leaves that open.
///
/// # Errors
/// Why the manifest could not be had, or that the tag holds no image.
pub async fn tag_size(source: &dyn Source, platform: &Platform) -> Result<TagSize, Failure> {
    let root = source.root().await?;
    let name = source.location().familiar();
    let none = |what: &str| Failure::new(Class::Unsupported, name.as_str(), what);
    let (document, entry) = match &root.manifest {
        Manifest::Index(list) => {
            let entry = measured(list, platform).ok_or_else(|| none("the list has no image"))?;
            (source.manifest(entry).await?, Some(entry))
        }
        _ => (root.clone(), None),
    };
    let Manifest::Image(image) = &document.manifest else { return Err(none("not an image")) };
    if image.is_artifact() {
        return Err(none("an artifact, not an image"));
    }
    let config = match image.image_config() {
        Some(config) => source.config(config).await.ok(),
        None => None,
    };
    Ok(TagSize::of(image, config.as_ref().map(|it| &it.config), entry.map(AsRef::as_ref)))
}
