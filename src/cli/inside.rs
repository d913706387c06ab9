//! An image of a reference from the inside: what its layers hold together.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use futures_util::{StreamExt as _, stream};

use super::args::Args;
use super::complain::complain;
use super::image::{choose, not_an_image};
use crate::model::files::{Entry, Files, Kind, Listing, Lookup, Path, Resolved};
use crate::oci::{Class, Descriptor, Digest, Failure, Location, PlatformPattern, failure_kinds};
use crate::source::Sources;
use crate::text::{count, quote};
use crate::work::layers::Reader;

/// Layers that are read at once.
const AT_ONCE: usize = 4;

/// What a command names: an image, and a path in it.
pub(super) struct Place {
    pub(super) location: Location,
    pub(super) only: Option<PlatformPattern>,
    pub(super) path: Path,
}

/// An image whose layers were read, as far as they had to be.
pub(super) struct Inside {
    pub(super) digest: Digest,
    pub(super) reader: Reader,
    /// The lowest first; `None` for an element of the list that is not a usable descriptor.
    pub(super) layers: Vec<Option<Arc<Descriptor>>>,
    pub(super) files: Files,
    /// The layers (from 0, the lowest) that could not be read, and why.
    pub(super) unread: Vec<(usize, Failure)>,
}

impl Place {
    /// What was typed; `None` if it cannot be understood, which is said.
    pub(super) fn parse(reference: &str, platform: Option<&str>, path: &str) -> Option<Self> {
        let place = || {
            let location = reference.parse::<Location>().map_err(|error| error.to_string())?;
            let only = platform.map(str::parse::<PlatformPattern>).transpose()?;
            let path = Path::parse(path.as_bytes())
                .map_err(|_| format!("{path} leads out of the image; paths begin at its root"))?;
            Ok(Self { location, only, path })
        };
        place().map_err(|problem: String| complain(&problem)).ok()
    }

    /// How what is in a folder of the image is listed, as a next step.
    fn listing(&self, folder: &Path) -> String {
        let mut words = vec![quote(&self.location.to_string()), quote(&folder.to_string())];
        if let Some(only) = &self.only {
            words.extend(["--platform".to_owned(), quote(&only.to_string())]);
        }
        format!("`platy files {}` lists what is there", words.join(" "))
    }

    /// Reads all layers. One that cannot be read is left open.
    pub(super) async fn whole(&self, args: &Args, sources: &Sources) -> Result<Inside, Failure> {
        self.read(args, sources, false).await
    }

    /// Reads layers from the highest down until what has the path is known, or one cannot be read.
    pub(super) async fn down_to(&self, args: &Args, sources: &Sources) -> Result<Inside, Failure> {
        self.read(args, sources, true).await
    }

    async fn read(&self, args: &Args, sources: &Sources, down: bool) -> Result<Inside, Failure> {
        let source = sources.open(&self.location)?;
        let chosen = choose(source.as_ref(), self.only.as_ref()).await?;
        if chosen.image.is_artifact() {
            return Err(not_an_image(&chosen.manifest));
        }
        let reader = Reader::new(source, sources.cache());
        let layers: Vec<Option<Arc<Descriptor>>> =
            chosen.image.layers.iter().map(|entry| entry.descriptor().cloned()).collect();
        let mut listings: Vec<Option<Arc<Listing>>> = vec![None; layers.len()];
        let mut had = HashMap::new();
        let mut unread = Vec::new();
        let mut files = Files::merge(Vec::new());
        let mut left = layers.len();
        // One layer, two, four: what is wanted is often high up, and merging takes time too.
        let mut number = if down { 1 } else { left };
        while left > 0 {
            let from = left.saturating_sub(number);
            let wanted = layers.get(from..left).unwrap_or_default();
            let at_once = AT_ONCE.min(args.options().permits);
            read(&reader, wanted, at_once, &mut had).await;
            for (at, layer) in wanted.iter().enumerate().map(|(at, layer)| (from + at, layer)) {
                match (listing(layer.as_deref(), &had), listings.get_mut(at)) {
                    (Ok(listing), Some(place)) => *place = Some(listing),
                    (Err(failure), _) => unread.push((at, failure)),
                    (Ok(_), None) => {}
                }
            }
            unread.sort_by_key(|(at, _)| *at);
            // What is below a layer that was not read counts only if that does not hide it.
            if let (true, Some((highest, _))) = (down, unread.last()) {
                listings.iter_mut().take(*highest).for_each(|place| *place = None);
            }
            let (merging, path) = (listings.clone(), self.path.clone());
            let merged = tokio::task::spawn_blocking(move || {
                let files = Files::merge(merging);
                let is_known = is_known(&files, &path);
                (files, is_known)
            });
            let (merged, is_known) = merged.await.map_err(|_| {
                Failure::new(Class::Cancelled, "the files of the image", "the merging broke off")
            })?;
            files = merged;
            if down && (is_known || !unread.is_empty()) {
                break;
            }
            left = from;
            number *= 2;
        }
        let digest = chosen.manifest.digest;
        Ok(Inside { digest, reader, layers, files, unread })
    }
}

/// Whether the layers that were read tell what a path leads to, and where its content is.
fn is_known(files: &Files, path: &Path) -> bool {
    match files.resolve(path, true) {
        Resolved::Found(_, found) => {
            let is_link = |it: &Entry| matches!(it.kind, Kind::HardLink(_));
            found.content.is_some() || !found.entry.as_ref().is_some_and(is_link)
        }
        Resolved::Missing(_) | Resolved::Endless => true,
        Resolved::Unread(_) => false,
    }
}

type Had = HashMap<Digest, Result<Arc<Listing>, Failure>>;

/// Reads the layers that were not read yet; one that is there several times, once.
async fn read(reader: &Reader, layers: &[Option<Arc<Descriptor>>], at_once: usize, had: &mut Had) {
    let mut known = HashSet::new();
    let wanted: Vec<(Reader, Arc<Descriptor>)> = layers
        .iter()
        .flatten()
        .filter(|it| !had.contains_key(&it.digest) && known.insert(&it.digest))
        .map(|layer| (reader.clone(), Arc::clone(layer)))
        .collect();
    // Each is begun when its turn comes: there may be ten thousand.
    let reading = stream::iter(wanted).map(|(reader, layer)| async move {
        let listing = reader.listing(&layer, &mut |_| ()).await;
        (layer.digest.clone(), listing)
    });
    let found: Vec<_> = reading.buffer_unordered(at_once).collect().await;
    had.extend(found);
}

/// The listing of a layer that was read, if the manifest describes it so that it can be.
fn listing(layer: Option<&Descriptor>, had: &Had) -> Result<Arc<Listing>, Failure> {
    layer.and_then(|layer| had.get(&layer.digest)).cloned().unwrap_or_else(|| {
        let detail = "the manifest does not describe it so that it could be read";
        Err(Failure::new(Class::Malformed, "", detail))
    })
}

impl Inside {
    /// Why nothing is at a path that leads to nothing that could be used.
    pub(super) fn nothing(&self, place: &Place) -> Failure {
        let typed = &place.path;
        let next = |folder: &Path| place.listing(folder);
        match self.files.resolve(typed, true) {
            Resolved::Unread(path) | Resolved::Missing(path) => {
                if let (false, Some((at, failure))) = (self.files.is_complete(), self.unread.last())
                {
                    let detail = format!("layer {} may have it: {}", at + 1, failure.detail);
                    return Failure { detail, subject: typed.text(), ..failure.clone() };
                }
                let is_there = |it: &Path| matches!(self.files.lookup(it), Lookup::Found(_));
                let mut above = std::iter::successors(path.parent(), Path::parent);
                let nearest = above.find(is_there).unwrap_or_default();
                let detail = match path == *typed {
                    true => "the image has no such file".to_owned(),
                    false => format!("it leads to {}, which the image does not have", path.text()),
                };
                Failure::new(Class::NotFound, typed.text(), detail).with_next(next(&nearest))
            }
            Resolved::Endless => {
                let detail = "its symbolic links lead round in a circle, or are more than 40";
                let folder = typed.parent().unwrap_or_default();
                Failure::new(Class::NotFound, typed.text(), detail).with_next(next(&folder))
            }
            Resolved::Found(path, found) => {
                let kind = found.entry.as_ref().map_or("folder", |entry| entry.kind.word());
                let detail = format!("it is a {kind}, which has no content");
                let failure = Failure::new(Class::Unsupported, typed.text(), detail);
                match found.is_folder() {
                    true => failure.with_next(next(&path)),
                    false => failure,
                }
            }
        }
    }

    /// Says of each layer that was not read why, and whether anything is missing from the listing.
    pub(super) fn complain_of_missing(&self) -> bool {
        for kind in failure_kinds(&self.unread, |(_, failure)| failure) {
            if let [(_, failure), ..] = kind.as_slice() {
                let numbers: Vec<usize> = kind.iter().map(|(at, _)| at + 1).collect();
                complain(&unread(&numbers, failure));
            }
        }
        let left_out: u64 = (0..self.files.layers())
            .filter_map(|at| self.files.layer(at))
            .fold(0, |sum, layer| sum.saturating_add(layer.left_out));
        if left_out > 0 {
            complain(&format!("{} more entries than platy keeps are left out", count(left_out)));
        }
        !self.unread.is_empty() || left_out > 0
    }
}

/// That layers were not read for one reason.
fn unread(numbers: &[usize], failure: &Failure) -> String {
    match numbers {
        [number] => format!(
            "layer {number} was not read: {failure}; what it holds and removes is not counted"
        ),
        numbers => {
            let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
            let layers = numbers.join(", ");
            format!(
                "layers {layers} were not read: {failure}; what they hold and remove is not counted"
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_that_were_not_read_for_one_reason_are_told_together() {
        let failure = Failure::new(Class::NotFound, "r.io", "404");
        let one = unread(&[2], &failure);
        assert!(one.starts_with("layer 2 was not read: "), "{one}");
        assert!(one.ends_with("; what it holds and removes is not counted"), "{one}");
        let two = unread(&[1, 3], &failure);
        assert!(two.starts_with("layers 1, 3 were not read: "), "{two}");
        assert!(two.ends_with("; what they hold and remove is not counted"), "{two}");
    }
}
