//! Reads what two images differ in.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::Reader;
use crate::content::{Files, Listing};
use crate::oci::{Descriptor, Digest, Failure};

/// Layers that are read at once.
const AT_ONCE: usize = 4;

/// One image whose files are compared.
#[derive(Debug, Clone)]
pub struct ImageSide {
    /// What reads its layers.
    pub reader: Reader,
    /// Its layers, the lowest first; `None` for an element of the list that is no usable
    /// descriptor.
    pub layers: Vec<Option<Arc<Descriptor>>>,
}

/// Two images whose differing layers were read.
#[derive(Debug, Clone)]
pub struct ImagesRead {
    /// The files of the first.
    pub a: Files,
    /// The files of the second.
    pub b: Files,
    /// How many layers were read, or were known from the cache, and how many bytes they have.
    pub read: (usize, u64),
    /// How many layers both have that were not read.
    pub shared: usize,
}

/// Reads the layers that only one of two images has. One that both have is taken from the cache
/// where it is known there, and else left open.
///
/// # Errors
/// As [`Reader::walk`]'s, of the first layer that fails.
pub async fn read_images(a: &ImageSide, b: &ImageSide) -> Result<ImagesRead, Failure> {
    let digests = |side: &ImageSide| -> Vec<Digest> {
        side.layers.iter().flatten().map(|layer| layer.digest.clone()).collect()
    };
    let (of_a, of_b) = (digests(a), digests(b));
    let shared = |digest: &Digest| of_a.contains(digest) && of_b.contains(digest);
    let mut wanted: HashMap<&Digest, (&Reader, &Descriptor)> = HashMap::new();
    for side in [a, b] {
        for layer in side.layers.iter().flatten() {
            wanted.entry(&layer.digest).or_insert((&side.reader, layer.as_ref()));
        }
    }
    let total = wanted.len();
    let one = |(reader, layer): (&Reader, &Descriptor)| {
        let (reader, layer, shared) = (reader.clone(), layer.clone(), shared(&layer.digest));
        async move {
            let listing = if shared {
                reader.kept(&layer).await.map(Arc::new)
            } else {
                Some(reader.listing(&layer, &mut |_| ()).await?)
            };
            Ok::<_, Failure>(listing.map(|listing| (layer, listing)))
        }
    };
    let wanted: Vec<_> = wanted.into_values().map(one).collect();
    let found: Vec<Option<(Descriptor, Arc<Listing>)>> =
        stream::iter(wanted).buffer_unordered(AT_ONCE).try_collect().await?;
    let found: Vec<_> = found.into_iter().flatten().collect();
    let read = (found.len(), found.iter().map(|(layer, _)| layer.size).sum());
    let listings: HashMap<Digest, Arc<Listing>> =
        found.into_iter().map(|(layer, listing)| (layer.digest, listing)).collect();
    let files = |side: &ImageSide| {
        let listing = |layer: &Option<Arc<Descriptor>>| {
            layer.as_ref().and_then(|layer| listings.get(&layer.digest).cloned())
        };
        Files::merge(side.layers.iter().map(listing).collect())
    };
    Ok(ImagesRead { a: files(a), b: files(b), shared: total - read.0, read })
}
