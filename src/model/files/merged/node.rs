//! What the merged tree tells of its nodes.

use super::nodes::{Place, State};
use super::{Files, Found};
use crate::model::files::{Entry, Kind, Path};

/// A file or folder of a merged tree; good for that tree only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub(super) u32);

/// What an entry of a layer does to what the layers below have at its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Nothing was there.
    Added,
    /// Something was there and is replaced, or a folder gets other metadata.
    Changed,
    /// A folder is there already with the same metadata, or the root is named.
    Same,
    /// What was there goes away.
    Removed,
    /// A layer below was not read, so nobody knows.
    Unknown,
}

/// A place in which what unread layers below have does not show.
#[derive(Debug)]
pub(in crate::model::files) struct Cut {
    pub(in crate::model::files) path: Path,
    /// What is there now.
    pub(in crate::model::files) kind: Option<Kind>,
    /// Whether what was there was removed.
    pub(in crate::model::files) removed: bool,
}

impl Files {
    /// The root folder.
    #[must_use]
    pub fn root(&self) -> FileId {
        FileId(0)
    }

    /// What lies in a folder now, by name.
    pub fn children(&self, folder: FileId) -> impl DoubleEndedIterator<Item = FileId> {
        self.all_children(folder).filter(|id| match self.nodes.state(id.0) {
            Some(State::Present { .. }) => true,
            Some(State::Implied) => self.sums(*id).entries > 0,
            Some(State::Gone(_)) | None => false,
        })
    }

    /// What lies in a folder now, and what a layer removed there, by name.
    pub fn children_and_removed(&self, folder: FileId) -> impl DoubleEndedIterator<Item = FileId> {
        self.all_children(folder).filter(|id| {
            // A folder that only leads to something removed is needed to show that.
            self.nodes.state(id.0) != Some(State::Implied)
                || !self.nodes.children(id.0).is_empty()
                || self.nodes.is_cut(id.0)
        })
    }

    fn all_children(&self, folder: FileId) -> impl DoubleEndedIterator<Item = FileId> {
        self.nodes.children(folder.0).iter().copied().map(FileId)
    }

    /// The child of this number, in the order of the names; what was removed counts.
    pub(in crate::model::files) fn child_at(&self, folder: FileId, at: usize) -> Option<FileId> {
        self.nodes.children(folder.0).get(at).copied().map(FileId)
    }

    /// Whether a layer removed what was there.
    #[must_use]
    pub fn is_removed(&self, id: FileId) -> bool {
        matches!(self.nodes.state(id.0), Some(State::Gone(_)))
    }

    /// Whether a folder hides what unread layers below have in it.
    #[must_use]
    pub fn hides_below(&self, id: FileId) -> bool {
        self.nodes.is_cut(id.0)
    }

    /// The folder that a file lies in; `None` of the root.
    #[must_use]
    pub fn parent(&self, id: FileId) -> Option<FileId> {
        self.nodes.parent(id.0).map(FileId)
    }

    /// The last part of its path; empty of the root. Not escaped.
    #[must_use]
    pub fn name(&self, id: FileId) -> &[u8] {
        self.nodes.name(id.0)
    }

    /// Its path.
    #[must_use]
    pub fn path(&self, id: FileId) -> Path {
        let mut parts = Vec::new();
        let mut at = id;
        while let Some(parent) = self.parent(at) {
            parts.push(self.name(at));
            at = parent;
        }
        parts.reverse();
        Path::root().join(&parts.join(&b'/'))
    }

    /// Whether a read layer names or removes it; of a folder on the way to something, only if it is
    /// named itself.
    pub(in crate::model::files) fn is_spoken_of(&self, id: FileId) -> bool {
        self.nodes.state(id.0).is_some_and(|state| state != State::Implied)
    }

    /// The places in which what unread layers below have does not show. None if every layer was
    /// read.
    pub(in crate::model::files) fn cuts(&self) -> impl Iterator<Item = Cut> {
        let open = self.layers.iter().any(Option::is_none);
        let nodes = (0..self.nodes.len()).filter(move |id| open && self.nodes.is_cut(*id));
        nodes.map(|id| {
            let entry = self.get(FileId(id)).and_then(|found| found.entry);
            Cut {
                path: self.path(FileId(id)),
                kind: entry.map(|entry| entry.kind),
                removed: self.nodes.is_hidden(id),
            }
        })
    }

    /// What is known of it.
    #[must_use]
    pub fn get(&self, id: FileId) -> Option<Found> {
        let (entry, content) = match self.nodes.state(id.0)? {
            State::Present { entry, content } => (Some(entry), content),
            State::Implied => (None, None),
            State::Gone(_) => return None,
        };
        Some(Found {
            id,
            entry: entry.and_then(|place| self.entry(place)),
            layer: entry.map(|(layer, _)| layer as usize),
            position: entry.map(|(_, at)| at as usize),
            content: content
                .and_then(|place| Some((place.0 as usize, self.entry(place)?)))
                .filter(|(_, entry)| entry.kind == Kind::File),
        })
    }

    pub(super) fn entry(&self, (layer, at): Place) -> Option<Entry> {
        self.layers.get(layer as usize)?.as_ref()?.entries.get(at as usize)
    }

    pub(super) fn size(&self, (layer, at): Place) -> u64 {
        let layer = self.layers.get(layer as usize).and_then(Option::as_ref);
        layer.map_or(0, |layer| layer.entries.size(at as usize))
    }
}
