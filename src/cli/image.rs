//! The one image of a reference that a command is about.

use std::sync::Arc;

use crate::oci::{
    Class, ConfigDocument, Descriptor, Document, Entry, Failure, Image, Location, MAX_INDEX_DEPTH,
    Manifest, PlatformPattern,
};
use crate::source::Source;
use crate::work::load::is_one;

/// The type of a chart's config (helm 4.3.1, `pkg/registry/constants.go`).
const HELM_CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";

/// An image, and what was read of it.
pub(super) struct Chosen {
    pub(super) manifest: Document,
    pub(super) image: Image,
    /// Its config, if it had to be read to choose it.
    pub(super) config: Option<ConfigDocument>,
}

/// The image of a reference, or the only one of the platform that is wanted. Only the documents on
/// the way to it are read.
pub(super) async fn choose(
    source: &dyn Source,
    only: Option<&PlatformPattern>,
) -> Result<Chosen, Failure> {
    let mut document = source.root().await?;
    is_one(source.location(), &document)?;
    for depth in 0..=MAX_INDEX_DEPTH {
        let next = match &document.manifest {
            Manifest::Image(image) => {
                let image = image.clone();
                // Of an image in a list, the list's word was taken.
                let config = match only.filter(|_| depth == 0) {
                    Some(only) => Some(of_platform(source, &document, &image, only).await?),
                    None => None,
                };
                return Ok(Chosen { manifest: document, image, config });
            }
            Manifest::Index(index) => entry(source.location(), &index.entries, only)?,
            Manifest::Artifact(_) | Manifest::Schema1(_) | Manifest::Unknown => {
                return Err(not_an_image(&document));
            }
        };
        document = source.manifest(&next).await?;
    }
    Err(not_an_image(&document))
}

/// The config of a single image, if it says the platform that is wanted.
async fn of_platform(
    source: &dyn Source,
    document: &Document,
    image: &Image,
    only: &PlatformPattern,
) -> Result<ConfigDocument, Failure> {
    let Some(descriptor) = image.image_config() else { return Err(not_an_image(document)) };
    let found = source.config(descriptor).await?;
    let platform = &found.config.platform;
    if only.matches(platform) {
        return Ok(found);
    }
    let detail = format!("it is a single image, and not for {only}");
    let next = match (platform.os.is_empty(), platform.architecture.is_empty()) {
        (true, true) => "its config names no platform; leave --platform out".to_owned(),
        _ => format!("it is for {platform}; leave --platform out to see it"),
    };
    Err(Failure::new(Class::NotFound, source.location().to_string(), detail).with_next(next))
}

/// A document is not an image with a config.
pub(super) fn not_an_image(document: &Document) -> Failure {
    let no_image = "not an image with a config";
    let (detail, next) = match document.manifest.artifact_type() {
        Some(HELM_CONFIG) => (
            format!("it is a Helm chart, {no_image}"),
            "`platy inspect` shows its parts, `helm show chart` what it says",
        ),
        Some(named) => {
            (format!("it is an artifact, {no_image} ({named})"), "`platy inspect` shows its parts")
        }
        None => (
            format!("it is {no_image} ({})", document.media_type.title()),
            "`platy inspect` shows what it is",
        ),
    };
    Failure::new(Class::Unsupported, document.digest.to_string(), detail).with_next(next)
}

/// The entry that is wanted: the only image, or the only one of the platform.
fn entry(
    location: &Location,
    entries: &[Entry],
    only: Option<&PlatformPattern>,
) -> Result<Descriptor, Failure> {
    let images = entries.iter().filter_map(Entry::descriptor).filter(|it| !it.is_attestation());
    let images: Vec<_> = images.collect();
    let wanted: Vec<_> = images
        .iter()
        .filter(|it| match (only, &it.platform) {
            (Some(only), Some(platform)) => only.matches(platform),
            (Some(_), None) => it.media_type.is_index(),
            (None, _) => true,
        })
        .collect();
    if let [one] = wanted.as_slice() {
        return Ok(one.as_ref().clone());
    }
    let names = |list: &[&Arc<Descriptor>]| {
        let names: Vec<String> = list
            .iter()
            .map(|it| {
                it.platform.as_ref().map_or_else(|| it.digest.to_string(), ToString::to_string)
            })
            .collect();
        names.join(", ")
    };
    let all: Vec<&Arc<Descriptor>> = images.clone();
    let (class, detail) = match (only, wanted.is_empty()) {
        (Some(only), true) => (Class::NotFound, format!("the list has no image for {only}")),
        _ => (Class::Unsupported, "the list has several images".to_owned()),
    };
    Err(Failure::new(class, location.to_string(), detail)
        .with_next(format!("name one with --platform: {}", names(&all))))
}
