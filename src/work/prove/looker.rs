//! Looks at the entries of a layer as they stream by.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::model::check::launch;
use crate::model::files::program::{Contents, Probe};
use crate::model::files::{Entry, Held, Kind, LayerState, LayerView, Layers, Path, Step};
use crate::oci::RuntimeConfig;
use crate::work::layers::{Ask, Visitor};

/// Builds the view of one layer, reads the headers of the programs in it, and ends the download
/// when the question is answered.
pub(super) struct Looker {
    pub(super) config: Arc<RuntimeConfig>,
    /// All layers of the image; the one that is read is `Unread` and is in `view`.
    pub(super) layers: Layers,
    pub(super) at: usize,
    pub(super) view: LayerView,
    /// What is looked for; `None` if all of the layer is wanted.
    pub(super) sought: Option<Path>,
    /// Whether the layer is read to its end whatever is found before.
    pub(super) whole: bool,
    /// The file that is being read.
    pub(super) file: Option<(Path, Probe)>,
}

impl Looker {
    /// Whether nothing more of this layer is needed, now that this name was read.
    fn is_enough(&mut self, name: &Path) -> bool {
        if self.whole || self.sought.as_ref() != Some(name) {
            return false;
        }
        let state = LayerState::Read(Arc::new(std::mem::take(&mut self.view)));
        let Some(slot) = self.layers.layers.get_mut(self.at) else { return true };
        *slot = state;
        let step = launch(&self.config, &self.layers);
        if let Some(slot) = self.layers.layers.get_mut(self.at)
            && let LayerState::Read(view) = std::mem::take(slot)
        {
            // Nobody else holds it.
            self.view = Arc::unwrap_or_clone(view);
        }
        match step {
            Step::Ask(ask) if ask.layer == self.at => {
                self.sought = Some(ask.path);
                false
            }
            _ => true,
        }
    }

    fn told(&mut self, name: &Path, contents: Contents) -> ControlFlow<()> {
        self.view.tell(name, contents);
        if self.is_enough(name) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

impl Visitor for Looker {
    fn entry(&mut self, entry: &Entry) -> Ask {
        let Some(name) = self.view.add(entry, self.layers.windows) else { return Ask::Enough };
        if entry.kind != Kind::File {
            return if self.is_enough(&name) { Ask::Enough } else { Ask::Pass };
        }
        let runs = matches!(self.view.get(name.as_bytes()), Some(Held::File { access, .. }) if access.runs());
        if !runs && self.sought.as_ref() != Some(&name) {
            return Ask::Pass;
        }
        self.file = Some((name, Probe::new(entry.size)));
        Ask::Read(entry.size)
    }

    fn content(&mut self, _: &Entry, piece: &[u8]) -> ControlFlow<()> {
        if let Some((_, probe)) = &mut self.file
            && !probe.push(piece)
            && let Some((name, probe)) = self.file.take()
        {
            return self.told(&name, probe.end());
        }
        ControlFlow::Continue(())
    }

    fn wants_entries(&self) -> bool {
        // The view holds what is needed of them.
        false
    }

    fn end(&mut self, _: &Entry) -> ControlFlow<()> {
        match self.file.take() {
            Some((name, probe)) => self.told(&name, probe.end()),
            None => ControlFlow::Continue(()),
        }
    }
}
