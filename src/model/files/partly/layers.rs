//! The layers of an image, as far as they are known.

use std::sync::Arc;

use super::along::{Along, Hit};
use super::{Access, Ask, Held, LayerView, Step};
use crate::model::files::follow::follow;
use crate::model::files::program::Contents;
use crate::model::files::{Files, Kind, Path, Resolved};

/// The layers of one image.
#[derive(Debug, Clone, Default)]
pub struct Layers {
    /// Base first.
    pub layers: Vec<LayerState>,
    /// Whether names are Windows names.
    pub windows: bool,
}

/// How far a layer was read.
#[derive(Debug, Clone, Default)]
pub enum LayerState {
    /// Nobody read it.
    #[default]
    Unread,
    /// It was read, perhaps not to its end.
    Read(Arc<LayerView>),
    /// It cannot be read; the reason.
    Unreadable(String),
}

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leads {
    /// A file.
    File(Placed),
    /// It is there and is not a file; the word.
    NoFile(&'static str),
    /// Nothing.
    Missing,
    /// Links without an end.
    Loop,
    /// A layer that decides cannot be read; its position and the reason.
    Unreadable(usize, String),
}

/// A file of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The name in the layer.
    pub name: Path,
    /// The position of the layer, from 0, base first.
    pub layer: usize,
    /// Who may run it.
    pub access: Access,
    /// What it is, if its first bytes were read.
    pub contents: Option<Contents>,
}

impl Layers {
    /// So many layers of which nothing is known.
    #[must_use]
    pub fn new(count: usize, windows: bool) -> Self {
        Self { layers: vec![LayerState::Unread; count], windows }
    }

    /// What a path leads to, its symbolic links followed as a process in the container follows
    /// them. Names of Windows have to be in small letters.
    #[must_use]
    pub fn resolve(&self, path: &Path) -> Step<Leads> {
        let mut along: Option<Along<'_>> = None;
        let resolved = follow(path, true, |next, wanted| {
            let known = along.take().filter(|along| along.covers(next));
            along.insert(known.unwrap_or_else(|| Along::new(self, wanted))).look(next)
        });
        Step::Done(match resolved {
            Resolved::Found(_, hit) => leads(hit),
            Resolved::Missing(_) => Leads::Missing,
            Resolved::Endless => Leads::Loop,
            Resolved::Unread(path) => {
                let open = self.open().unwrap_or_default();
                match self.layers.get(open) {
                    Some(LayerState::Unreadable(why)) => Leads::Unreadable(open, why.clone()),
                    _ => return Step::Ask(Ask { layer: open, path }),
                }
            }
        })
    }

    /// The highest layer that was not read to its end.
    pub(super) fn open(&self) -> Option<usize> {
        self.layers.iter().rposition(|layer| layer.view().is_none_or(|view| !view.is_complete()))
    }

    /// The files that the layers show together, with the position of the layer that has each, by
    /// their paths; links are left out. Layers that were not read to their ends show what was read.
    #[must_use]
    pub fn merged(&self) -> Vec<(Path, usize, &Held)> {
        let listing = |layer: &LayerState| Some(Arc::new(layer.view()?.listing()));
        let files = Files::merge(self.layers.iter().map(listing).collect());
        let mut merged = Vec::new();
        let mut open = vec![files.root()];
        while let Some(id) = open.pop() {
            open.extend(files.children(id));
            let found = files
                .get(id)
                .filter(|found| found.entry.is_some_and(|entry| entry.kind == Kind::File));
            if let Some(layer) = found.and_then(|found| found.layer)
                && let path = files.path(id)
                && let Some(held) =
                    self.layers.get(layer).and_then(|it| it.view()?.get(path.as_bytes()))
            {
                merged.push((path, layer, held));
            }
        }
        merged.sort_by(|(one, ..), (other, ..)| one.cmp(other));
        merged
    }
}

impl LayerState {
    /// What was read of it.
    pub(super) fn view(&self) -> Option<&LayerView> {
        match self {
            Self::Read(view) => Some(view),
            Self::Unread | Self::Unreadable(_) => None,
        }
    }
}

fn leads(hit: Hit<'_>) -> Leads {
    if let Some((layer, name, Held::File { access, contents })) = hit.file {
        let (access, contents) = (*access, contents.as_deref().cloned());
        return Leads::File(Placed { name, layer, access, contents });
    }
    match hit.kind {
        None | Some(Kind::Folder) => Leads::NoFile("a folder"),
        Some(Kind::CharacterDevice(..) | Kind::BlockDevice(..) | Kind::Fifo) => {
            Leads::NoFile("a device")
        }
        // A hard link to nothing.
        _ => Leads::Missing,
    }
}
