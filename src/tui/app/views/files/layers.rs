//! The layers that the files are of: which are read, and which are wanted.

use std::sync::Arc;

use super::FilesView;
use crate::model::files::Listing;
use crate::oci::{Descriptor, Digest, Failure};
use crate::tui::app::Query;
use crate::tui::app::cx::Cx;
use crate::tui::app::layers::LayerFacts;

/// The most layers that are read at once.
const AT_ONCE: usize = 3;

/// A layer of the image.
#[derive(Debug, Clone)]
pub struct LayerState {
    /// The descriptor; `None` for an element of the list that is not a usable one.
    pub descriptor: Option<Arc<Descriptor>>,
    /// What the config says of its digest before compression.
    pub diff_id: Option<Digest>,
    /// The step of the build that made it.
    pub created_by: Option<String>,
    /// How far it is read.
    pub load: LayerLoad,
}

/// How far a layer is read.
#[derive(Debug, Clone)]
pub enum LayerLoad {
    /// Nobody asked for it.
    Idle,
    /// It will be read when there is room.
    Waiting,
    /// So many bytes came.
    Reading(u64),
    /// It was read.
    Ready(Arc<Listing>),
    /// It could not be read.
    Failed(Arc<Failure>),
}

impl From<LayerFacts> for LayerState {
    fn from(facts: LayerFacts) -> Self {
        let LayerFacts { descriptor, diff_id, created_by } = facts;
        Self { descriptor, diff_id, created_by, load: LayerLoad::Idle }
    }
}

impl LayerState {
    /// What was read.
    #[must_use]
    pub fn listing(&self) -> Option<&Arc<Listing>> {
        match &self.load {
            LayerLoad::Ready(listing) => Some(listing),
            _ => None,
        }
    }

    /// Whether the layer turned out not to be what the config says.
    #[must_use]
    pub fn contradicts(&self) -> bool {
        let found = self.listing().and_then(|listing| listing.diff_id());
        found.zip(self.diff_id.as_ref()).is_some_and(|(found, said)| found != said)
    }

    fn is_pending(&self) -> bool {
        matches!(self.load, LayerLoad::Waiting | LayerLoad::Reading(_))
    }
}

impl FilesView {
    /// Marks the layers that what is shown needs.
    pub(super) fn want(&mut self) {
        let only = self.only;
        for (at, layer) in self.layers.iter_mut().enumerate() {
            let needed = only.is_none_or(|only| only == at) && layer.descriptor.is_some();
            if needed && matches!(layer.load, LayerLoad::Idle) {
                layer.load = LayerLoad::Waiting;
            }
        }
    }

    /// Whether something could not be read: the file that keys go to, else a layer.
    #[must_use]
    pub fn any_failed(&self) -> bool {
        if let Some(viewer) = self.reading() {
            return viewer.has_failed();
        }
        self.layers.iter().any(|it| matches!(it.load, LayerLoad::Failed(_)))
    }

    /// Wants again what failed.
    pub(super) fn retry(&mut self) {
        let mut any = false;
        for layer in &mut self.layers {
            if matches!(layer.load, LayerLoad::Failed(_)) {
                layer.load = LayerLoad::Waiting;
                any = true;
            }
        }
        if any {
            self.merged = None;
            self.single = None;
            self.lay_rows();
        }
    }

    /// Asks for layers that are wanted; once those that are shown are there, for their merging.
    pub(super) fn pump(&mut self, cx: &mut Cx) {
        let reading =
            self.layers.iter().filter(|it| matches!(it.load, LayerLoad::Reading(_))).count();
        let (session, mut room) = (self.session, AT_ONCE.saturating_sub(reading));
        let of = self.of.id.session();
        for (number, layer) in self.layers.iter_mut().enumerate() {
            if room > 0
                && matches!(layer.load, LayerLoad::Waiting)
                && let Some(descriptor) = layer.descriptor.clone()
            {
                room -= 1;
                layer.load = LayerLoad::Reading(0);
                cx.ask(session, Query::Layer { of, number, layer: descriptor });
            }
        }
        let settled = match self.only {
            None => self.layers.iter().all(|it| !it.is_pending()),
            Some(only) => self.layers.get(only).is_some_and(|it| !it.is_pending()),
        };
        if settled && self.files().is_none() && self.merging.is_none() && !self.layers.is_empty() {
            self.merging = Some(self.only);
            let listing = |(at, layer): (usize, &LayerState)| {
                let shown = self.only.is_none_or(|only| only == at);
                layer.listing().filter(|_| shown).cloned()
            };
            // What lies over the layer that is shown is of no matter.
            let count = self.only.map_or(self.layers.len(), |only| only + 1);
            let layers = self.layers.iter().enumerate().take(count).map(listing).collect();
            cx.ask(session, Query::Merge { only: self.only, layers });
        }
    }

    /// Takes how far the reading of a layer is.
    pub(super) fn take_progress(&mut self, number: usize, received: u64) {
        if let Some(LayerState { load: LayerLoad::Reading(so_far), .. }) =
            self.layers.get_mut(number)
        {
            *so_far = received.max(*so_far);
        }
    }

    /// Takes what a layer holds, or why it could not be read.
    pub(super) fn take_layer(&mut self, number: usize, result: Result<Arc<Listing>, Failure>) {
        if let Some(layer) = self.layers.get_mut(number) {
            layer.load = match result {
                Ok(listing) => LayerLoad::Ready(listing),
                Err(failure) => LayerLoad::Failed(Arc::new(failure)),
            };
        }
    }
}
