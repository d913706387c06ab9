//! Fetches evidence: its blobs, opened.

use std::sync::Arc;

use crate::model::evidence::{
    Evidence, Item, Kind, MAX_BLOB, Place, Stated, of_document, of_referrer, open,
};
use crate::oci::{Class, Descriptor, Digest, Failure, Manifest};
use crate::source::Source;
use bytes::Bytes;

/// How many referrers of an image are looked at for evidence of one kind.
const MOST_REFERRERS: usize = 50;

/// The blob of a piece of evidence, with what its descriptor says of it. The manifest is read
/// first if it was not yet.
///
/// # Errors
/// What the source answers with; that the evidence has no blob, or a larger one than is opened.
pub async fn blob(source: &dyn Source, item: &Item) -> Result<(Bytes, Stated), Failure> {
    let descriptor = blob_of(source, item).await?;
    let bytes = fetch(source, &descriptor).await?;
    Ok((bytes, stated(&descriptor)))
}

/// The descriptor of the blob of a piece of evidence. The manifest is read first if it was not yet.
///
/// # Errors
/// What the source answers with; that the evidence has no blob.
pub async fn blob_of(source: &dyn Source, item: &Item) -> Result<Arc<Descriptor>, Failure> {
    match &item.blob {
        Some(blob) => Ok(Arc::clone(blob)),
        None => {
            let document = source.manifest(&item.descriptor).await?;
            let blob = match &document.manifest {
                Manifest::Image(image) => {
                    image.layers.get(item.position).and_then(|it| it.descriptor()).cloned()
                }
                Manifest::Artifact(artifact) => {
                    artifact.blobs.get(item.position).and_then(|it| it.descriptor()).cloned()
                }
                Manifest::Index(_) | Manifest::Schema1(_) | Manifest::Unknown => None,
            };
            blob.ok_or_else(|| {
                Failure::new(Class::NotFound, item.manifest.to_string(), "it has no blob")
                    .with_next("its annotations are all there is: `platy inspect` shows them")
            })
        }
    }
}

/// The evidence of a kind among what refers to an image. The manifest of a referrer is read if its
/// descriptor does not tell that it is of another kind.
///
/// # Errors
/// What the source answers with.
pub async fn referring(
    source: &dyn Source,
    image: &Digest,
    kind: Kind,
) -> Result<Vec<Item>, Failure> {
    let mut found = Vec::new();
    for referrer in source.referrers(image).await?.into_iter().take(MOST_REFERRERS) {
        let places = [Place::of(&referrer.via)];
        let told = of_referrer(&referrer.descriptor, &places).kind;
        if told != kind && told != Kind::Other {
            continue;
        }
        let document = source.manifest(&referrer.descriptor).await?;
        let items = of_document(&referrer.descriptor, &document, &places);
        found.extend(items.into_iter().filter(|item| item.kind == kind));
    }
    Ok(found)
}

/// A blob, whole and verified.
///
/// # Errors
/// What the source answers with; that it is larger than what is opened.
pub async fn fetch(source: &dyn Source, descriptor: &Descriptor) -> Result<Bytes, Failure> {
    if descriptor.size > MAX_BLOB {
        let (is, most) = (crate::text::bytes(descriptor.size), crate::text::bytes(MAX_BLOB));
        let detail = format!("it has {is}, and at most {most} are opened");
        return Err(Failure::new(Class::TooLarge, descriptor.digest.to_string(), detail)
            .with_next("save it and open it with another program"));
    }
    source.blob(descriptor, MAX_BLOB).await
}

/// What a descriptor says of its blob.
#[must_use]
pub fn stated(descriptor: &Descriptor) -> Stated {
    Stated {
        media_type: descriptor.media_type.as_str().to_owned(),
        annotations: descriptor.annotations.clone(),
    }
}

/// Opens a blob, off the threads that answer requests.
///
/// # Errors
/// A sentence about what cannot be read.
pub async fn opened(bytes: &Bytes, stated: Stated) -> Result<Evidence, String> {
    let bytes = bytes.clone();
    let work = tokio::task::spawn_blocking(move || open(&bytes, &stated));
    work.await.unwrap_or_else(|_| Err("it could not be read".to_owned()))
}
