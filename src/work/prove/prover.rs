//! One image after the other, or several at once.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};

use tokio::sync::Mutex;

use super::keep;
use super::looker::Looker;
use crate::model::check::{Claim, Launch, Mistaken, Others, Proof, Row, Verdict, launch};
use crate::model::diagnose::Broken;
use crate::model::files::{Held, LayerState, LayerView, Layers, Path, Problem, Step};
use crate::oci::{Class, Descriptor, Digest, Entry, Failure, Image, ImageConfig, RuntimeConfig};
use crate::work::layers::{Progress, Reader, no_archive};

/// Reads the layers of images of one source. What images share is read once.
#[derive(Debug)]
pub struct Prover {
    reader: Reader,
    all: bool,
    /// Views of layers that were read to their end, by their digest and by how names are read.
    seen: std::sync::Mutex<HashMap<(Digest, bool), Arc<Slot>>>,
    bytes: AtomicU64,
}

/// A layer that one reads while the others wait for it.
type Slot = Mutex<Option<Arc<LayerView>>>;

/// What became of one image.
#[derive(Debug)]
pub struct Proven {
    /// The row of the table.
    pub row: Arc<Row>,
    /// Parts of the image that the registry does not have, or has in another form.
    pub broken: Vec<Broken>,
    /// Why something could not be read that may well be there.
    pub failure: Option<Failure>,
}

impl Proven {
    /// Whether a part of the image could not be had, or not as it should be: asking again may help,
    /// as it does where something on the way had altered it.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.failure.is_some() || !self.broken.is_empty()
    }
}

impl Prover {
    /// A prover that reads layers with this reader; all programs of each image where `all` says
    /// so.
    #[must_use]
    pub fn new(reader: Reader, all: bool) -> Self {
        Self { reader, all, seen: std::sync::Mutex::default(), bytes: AtomicU64::new(0) }
    }

    /// How many bytes of layers arrived so far, packed.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Reads as much of an image as its row needs. Dropping the future ends the download.
    pub async fn prove(&self, claim: Claim, image: &Image, config: &ImageConfig) -> Proven {
        let windows = config.platform.os.eq_ignore_ascii_case("windows");
        let mut work = Work {
            prover: self,
            image,
            config: Arc::new(config.runtime.clone()),
            layers: Layers::new(image.layers.len(), windows),
            bytes: 0,
            bytes_known: 0,
            broken: Vec::new(),
            failure: None,
        };
        if self.all {
            for layer in (0..image.layers.len()).rev() {
                work.read(layer, None).await;
            }
        }
        let mut launch = work.launch().await;
        let row = Row::new(claim.clone(), Ok(Proof { launch: launch.clone(), ..Proof::default() }));
        if row.verdict != Verdict::Agree && work.confirm().await {
            launch = work.launch().await;
        }
        let others = self.all.then(|| Others::of(&work.layers, claim.label()));
        let proof = Proof {
            launch,
            others,
            layers: image.layers.len(),
            bytes_read: work.bytes,
            bytes_known: work.bytes_known,
            bytes: image.layers_size(),
            unverified: work.unverified(),
            mistaken: Mistaken::among(&work.layers, config),
            refused: refused(&work.layers),
        };
        Proven {
            row: Arc::new(Row::new(claim, Ok(proof))),
            broken: work.broken,
            failure: work.failure,
        }
    }

    fn slot(&self, digest: &Digest, windows: bool) -> Arc<Slot> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(seen.entry((digest.clone(), windows)).or_default())
    }
}

/// What keeps engines from unpacking the layers, as far as they were read.
fn refused(layers: &Layers) -> Vec<(usize, Problem)> {
    let layers = layers.layers.iter().enumerate();
    let views = layers.filter_map(|(at, layer)| match layer {
        LayerState::Read(view) => Some((at, view)),
        LayerState::Unread | LayerState::Unreadable(_) => None,
    });
    views.flat_map(|(at, view)| view.problems().iter().map(move |it| (at, it.clone()))).collect()
}

/// Whether a view answers what is asked of this name: only the content of files that can be run is
/// looked at by the way.
fn tells(view: &LayerView, sought: Option<&Path>) -> bool {
    let found = sought.and_then(|name| view.get(name.as_bytes()));
    !matches!(found, Some(Held::File { contents: None, .. }))
}

/// One image under way.
struct Work<'a> {
    prover: &'a Prover,
    image: &'a Image,
    config: Arc<RuntimeConfig>,
    layers: Layers,
    /// How many bytes of layers arrived, packed.
    bytes: u64,
    /// How many bytes the layers have that were not read, because the cache knows them.
    bytes_known: u64,
    broken: Vec<Broken>,
    failure: Option<Failure>,
}

/// Layers of at most so many bytes are read to their ends: what comes late in them, and whether
/// they are what their digests say, costs next to nothing.
const SMALL: u64 = 1 << 20;
/// Layers of at most so many bytes are read to their ends before something wrong is said of them.
const CONFIRMED: u64 = 64 << 20;

impl Work<'_> {
    /// Reads what it takes to know what the image starts.
    async fn launch(&mut self) -> Launch {
        let mut asked = None;
        loop {
            match launch(&self.config, &self.layers) {
                Step::Done(launch) => return launch,
                Step::Ask(ask) if asked.as_ref() == Some(&ask) => {
                    // The layer has another content each time that it is read.
                    let why = "its content cannot be made out".to_owned();
                    self.set(ask.layer, LayerState::Unreadable(why));
                }
                Step::Ask(ask) => {
                    asked = Some(ask.clone());
                    self.read(ask.layer, Some(ask.path)).await;
                }
            }
        }
    }

    /// Reads the layers to their ends that were read in part: a later entry of the same name may
    /// count, and nothing of them is verified. Whether there was one.
    async fn confirm(&mut self) -> bool {
        let unverified = self.unverified();
        let small = |at: &usize| {
            let descriptor = self.image.layers.get(*at).and_then(Entry::descriptor);
            descriptor.is_some_and(|layer| layer.size <= CONFIRMED)
        };
        let unverified: Vec<usize> = unverified.into_iter().filter(small).collect();
        for at in &unverified {
            self.read(*at, None).await;
        }
        !unverified.is_empty()
    }

    /// Reads a layer until the sought path answers the question, or to its end.
    async fn read(&mut self, at: usize, sought: Option<Path>) {
        let complete = match self.layers.layers.get(at) {
            None | Some(LayerState::Unreadable(_)) => return,
            Some(LayerState::Read(view)) => view.is_complete(),
            Some(LayerState::Unread) => false,
        };
        if complete && sought.is_none() {
            return;
        }
        let descriptor = match self.image.layers.get(at) {
            Some(Entry::Descriptor(descriptor)) => Arc::clone(descriptor),
            Some(Entry::Odd { problem, .. }) => {
                self.set(at, LayerState::Unreadable(format!("in the manifest, {problem}")));
                return;
            }
            None => return,
        };
        if let Some(failure) = no_archive(&descriptor) {
            self.failed(at, &descriptor, failure);
            return;
        }
        let slot = self.prover.slot(&descriptor.digest, self.layers.windows);
        let mut known = slot.lock().await;
        let name = keep::name(&descriptor.digest, self.layers.windows);
        let mut kept = 0;
        if known.is_none() {
            *known = self.prover.reader.kept_as(&name, keep::unpack).await.map(Arc::new);
            kept = if known.is_some() { descriptor.size } else { 0 };
        }
        if let Some(view) = known.as_ref().filter(|view| tells(view, sought.as_ref())) {
            self.set(at, LayerState::Read(Arc::clone(view)));
            self.bytes_known = self.bytes_known.saturating_add(kept);
            return;
        }
        match self.walk(at, &descriptor, sought).await {
            Ok(view) if view.is_too_large() => {
                let why = format!("it has more names than platy keeps ({})", LayerView::MOST_NAMES);
                self.set(at, LayerState::Unreadable(why));
            }
            Ok(mut view) => {
                let is_verified = view.is_complete();
                if let Some(whole) = known.as_deref() {
                    view = LayerView::clone(whole).with(&view);
                }
                let view = Arc::new(view);
                if is_verified {
                    let view = Arc::clone(&view);
                    self.prover.reader.keep_as(&name, move || keep::pack(&view)).await;
                }
                if view.is_complete() {
                    *known = Some(Arc::clone(&view));
                }
                self.set(at, LayerState::Read(view));
            }
            Err(failure) => self.failed(at, &descriptor, failure),
        }
    }

    async fn walk(
        &mut self,
        at: usize,
        descriptor: &Descriptor,
        sought: Option<Path>,
    ) -> Result<LayerView, Failure> {
        let mut layers = self.layers.clone();
        if let Some(slot) = layers.layers.get_mut(at) {
            *slot = LayerState::Unread;
        }
        let looker = Looker {
            config: Arc::clone(&self.config),
            layers,
            at,
            view: LayerView::default(),
            sought,
            whole: descriptor.size <= SMALL,
            file: None,
        };
        let (mut before, mut bytes, total) = (0, 0, &self.prover.bytes);
        let mut progress = |progress: Progress| {
            total.fetch_add(progress.received.saturating_sub(before), Ordering::Relaxed);
            before = progress.received;
            bytes = progress.received;
        };
        let walked = self.prover.reader.walk(descriptor, looker, &mut progress).await;
        self.bytes = self.bytes.saturating_add(bytes);
        let walked = walked?;
        let mut view = walked.visitor.view;
        view.report(&walked.listing.problems);
        if walked.listing.is_complete() {
            view.complete(walked.listing.diff_id().cloned());
        }
        if walked.plain {
            view.is_plain(&descriptor.digest);
        }
        Ok(view)
    }

    fn failed(&mut self, at: usize, descriptor: &Descriptor, failure: Failure) {
        let elsewhere = failure.class == Class::NotFound && !descriptor.urls.is_empty();
        let why = if elsewhere {
            "the registry does not have it; its descriptor names other places, which are never \
             asked"
                .to_owned()
        } else {
            Broken::of("", &failure).map_or_else(|| failure.brief(), |broken| broken.why)
        };
        // What platy does not read may be as good as any.
        if !elsewhere && failure.class != Class::Unsupported {
            match Broken::of(format!("layer {}", at + 1), &failure) {
                Some(broken) => self.broken.push(broken),
                None => self.failure = Some(failure),
            }
        }
        self.set(at, LayerState::Unreadable(why));
    }

    fn set(&mut self, at: usize, state: LayerState) {
        if let Some(slot) = self.layers.layers.get_mut(at) {
            *slot = state;
        }
    }

    /// The layers that were not read to their ends, so that their digests were not checked.
    fn unverified(&self) -> Vec<usize> {
        let partly =
            |state: &LayerState| matches!(state, LayerState::Read(view) if !view.is_complete());
        let layers = self.layers.layers.iter().enumerate();
        layers.filter(|(_, state)| partly(state)).map(|(at, _)| at).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_damaged_can_be_asked_for_again_as_what_did_not_come() {
        let failed = |class: Option<Class>| {
            let failure = class.map(|class| Failure::new(class, "layer", "why"));
            let broken = failure.as_ref().and_then(|failure| Broken::of("layer 1", failure));
            let failure = failure.filter(|_| broken.is_none());
            let row = Arc::new(Row::new(Claim::default(), Err("not read".into())));
            Proven { row, broken: broken.into_iter().collect(), failure }.has_failed()
        };
        assert!(failed(Some(Class::DigestMismatch)));
        assert!(failed(Some(Class::Unreachable)));
        assert!(!failed(None));
    }
}
