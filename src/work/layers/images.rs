//! Reads what two images differ in.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::{StreamExt as _, stream};

use super::{Progress, Reader};
use crate::model::files::{
    Differences, FileChange, Files, LayersRead, Listing, Lookup, Path, UnreadLayer, hides_unread,
};
use crate::oci::{Class, Descriptor, Digest, Failure};

/// Layers that are read at once.
const AT_ONCE: usize = 4;

/// One image whose files are compared.
#[derive(Debug, Clone)]
pub struct ImageSide {
    /// What reads its layers.
    pub reader: Reader,
    /// Its layers, the lowest first; `None` for an element of the list that is not a usable
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
    /// Which layers that took, and which were left open.
    pub layers: LayersRead,
}

impl ImagesRead {
    /// What differs, as far as it is known: if a layer could not be read, a path that is only
    /// known to be gone from the other image may never have been there.
    pub fn differences(&self) -> impl Iterator<Item = FileChange> + '_ {
        let is_whole = self.layers.failed().next().is_none();
        Differences::new(&self.a, &self.b)
            .filter(move |change| is_whole || change.a.is_some() || change.b.is_some())
    }
}

/// Reads the layers that only one of two images has. One that both have is taken from the cache
/// if it is known there, and else left open; unless one image alone removes something
/// that it may hold, or where the layers that differ do not say what is at the `wanted` path:
/// then it is read too. A layer that cannot be read is left open, and says why.
///
/// # Errors
/// `Cancelled` if the program ends meanwhile.
pub async fn read_images(
    a: &ImageSide,
    b: &ImageSide,
    wanted: Option<&Path>,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<ImagesRead, Failure> {
    let stacks = Stacks::new(a, b);
    let mut had = HashMap::new();
    let own = stacks.layers.iter().filter(|layer| !layer.is_shared());
    read(own, &mut had, progress).await;
    for layer in stacks.layers.iter().filter(|layer| layer.is_shared()) {
        if let Some(listing) = layer.reader.kept(layer.descriptor).await {
            had.insert(layer.descriptor.digest.clone(), Ok(Arc::new(listing)));
        }
    }
    let [mut files_a, mut files_b] = stacks.merged(&had).await?;
    let is_unread = |path: &Path, files: &Files| files.lookup(path) == Lookup::Unread;
    let asked = wanted.is_some_and(|path| is_unread(path, &files_a) || is_unread(path, &files_b));
    if asked || hides_unread(&files_a, &files_b) {
        let open = |layer: &&Layer<'_>| layer.is_shared() && !had.contains_key(layer.digest());
        let open: Vec<&Layer<'_>> = stacks.layers.iter().filter(open).collect();
        if !open.is_empty() {
            read(open.into_iter(), &mut had, progress).await;
            [files_a, files_b] = stacks.merged(&had).await?;
        }
    }
    Ok(ImagesRead { a: files_a, b: files_b, layers: stacks.account(&had) })
}

type Had = HashMap<Digest, Result<Arc<Listing>, Failure>>;

/// A layer of either image, or of both.
struct Layer<'a> {
    reader: &'a Reader,
    descriptor: &'a Arc<Descriptor>,
    /// Where it first is in each image, from 0.
    at: [Option<usize>; 2],
    covers: bool,
}

impl Layer<'_> {
    fn is_shared(&self) -> bool {
        matches!(self.at, [Some(_), Some(_)])
    }

    fn digest(&self) -> &Digest {
        &self.descriptor.digest
    }
}

/// The layers of both images, each digest once, in the order of the first image and then of the
/// second.
struct Stacks<'a> {
    sides: [&'a ImageSide; 2],
    layers: Vec<Layer<'a>>,
}

impl<'a> Stacks<'a> {
    fn new(a: &'a ImageSide, b: &'a ImageSide) -> Self {
        let digest = |layer: &'a Option<Arc<Descriptor>>| layer.as_ref().map(|it| &it.digest);
        let pairs = a.layers.iter().zip(&b.layers);
        let common =
            pairs.take_while(|(a, b)| digest(a).is_some() && digest(a) == digest(b)).count();
        let mut layers: Vec<Layer<'a>> = Vec::new();
        let mut known: HashMap<&Digest, usize> = HashMap::new();
        for (side, image) in [a, b].into_iter().enumerate() {
            for (at, descriptor) in image.layers.iter().enumerate() {
                let Some(descriptor) = descriptor else { continue };
                let index = *known.entry(&descriptor.digest).or_insert_with(|| {
                    let reader = &image.reader;
                    layers.push(Layer { reader, descriptor, at: [None, None], covers: false });
                    layers.len() - 1
                });
                let Some(layer) = layers.get_mut(index) else { continue };
                layer.covers |= at >= common;
                if let Some(place) = layer.at.get_mut(side) {
                    place.get_or_insert(at);
                }
            }
        }
        Self { sides: [a, b], layers }
    }

    /// The files of both, merged on a thread that may take its time.
    async fn merged(&self, had: &Had) -> Result<[Files; 2], Failure> {
        let listings = |side: &ImageSide| -> Vec<Option<Arc<Listing>>> {
            let listing = |layer: &Option<Arc<Descriptor>>| {
                had.get(&layer.as_ref()?.digest)?.as_ref().ok().cloned()
            };
            side.layers.iter().map(listing).collect()
        };
        let [a, b] = self.sides;
        let (of_a, of_b) = (listings(a), listings(b));
        let merged = a.reader.workers.run(move |_| [Files::merge(of_a), Files::merge(of_b)]).await;
        merged.ok_or_else(|| {
            Failure::new(Class::Cancelled, "the files of both images", "the merging broke off")
        })
    }

    fn account(&self, had: &Had) -> LayersRead {
        let mut out = LayersRead::default();
        for layer in &self.layers {
            let found = had.get(layer.digest());
            let sum = match (layer.is_shared(), found) {
                (false, _) => Some(&mut out.differ),
                (true, Some(Ok(_))) => Some(&mut out.looked_into),
                (true, _) => None,
            };
            if let Some((number, size)) = sum {
                *number += 1;
                *size = size.saturating_add(layer.descriptor.size);
            }
            if !matches!(found, Some(Ok(_))) {
                out.unread.push(UnreadLayer {
                    digest: layer.digest().clone(),
                    size: layer.descriptor.size,
                    numbers: layer.at.map(|at| at.map(|at| at + 1)),
                    covers: layer.covers,
                    failure: found.and_then(|it| it.as_ref().err().cloned()),
                });
            }
        }
        out
    }
}

async fn read<'a>(
    layers: impl Iterator<Item = &'a Layer<'a>>,
    had: &mut Had,
    progress: &(dyn Fn(Progress) + Send + Sync),
) {
    let layers: Vec<&Layer<'a>> = layers.collect();
    let total = layers.iter().fold(0_u64, |sum, it| sum.saturating_add(it.descriptor.size));
    let received = Arc::new(AtomicU64::new(0));
    let wanted: Vec<(Reader, Arc<Descriptor>)> = layers
        .into_iter()
        .map(|layer| (layer.reader.clone(), Arc::clone(layer.descriptor)))
        .collect();
    // Each is begun when its turn comes: there may be ten thousand.
    let reading = stream::iter(wanted).map(|(reader, descriptor)| {
        let received = Arc::clone(&received);
        async move {
            let mut before = 0;
            let mut count = |it: Progress| {
                let more = it.received.saturating_sub(before);
                before = it.received;
                let received = received.fetch_add(more, Ordering::Relaxed) + more;
                progress(Progress { received, total });
            };
            let result = reader.listing(&descriptor, &mut count).await;
            (descriptor.digest.clone(), result)
        }
    });
    let found: Vec<_> = reading.buffer_unordered(AT_ONCE).collect().await;
    had.extend(found);
}
