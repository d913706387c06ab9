//! The nodes of the merged tree.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Files, Found, Sums};
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

/// Where an entry is: layer and position in its listing.
pub(super) type Place = (u32, u32);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) name: Arc<[u8]>,
    pub(super) parent: u32,
    pub(super) children: BTreeMap<Arc<[u8]>, u32>,
    pub(super) state: State,
    /// What unread layers below have at this path does not show: it was removed or replaced.
    pub(super) hidden: bool,
    /// What unread layers below have in this folder does not show.
    pub(super) cut: bool,
    pub(super) sums: Sums,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// An entry of a layer, and the file whose content it has: itself, or what a hard link names.
    Present { entry: Place, content: Option<Place> },
    /// A folder that no entry names, but entries lie in it.
    Implied,
    /// Removed by this layer.
    Gone(u32),
}

/// A place in which what unread layers below have does not show.
#[derive(Debug)]
pub(in crate::model::files) struct Cut<'a> {
    pub(in crate::model::files) path: Path,
    /// What is there now.
    pub(in crate::model::files) kind: Option<&'a Kind>,
    /// Whether what was there was removed.
    pub(in crate::model::files) removed: bool,
}

impl Node {
    pub(super) fn root() -> Self {
        Self::new(Arc::default(), 0)
    }

    pub(super) fn new(name: Arc<[u8]>, parent: u32) -> Self {
        Self {
            name,
            parent,
            children: BTreeMap::new(),
            state: State::Implied,
            hidden: false,
            cut: false,
            sums: Sums::default(),
        }
    }
}

impl Files {
    /// The root folder.
    #[must_use]
    pub fn root(&self) -> FileId {
        FileId(0)
    }

    /// What lies in a folder now, by name.
    pub fn children(&self, folder: FileId) -> impl DoubleEndedIterator<Item = FileId> {
        let node = self.nodes.get(folder.0 as usize);
        node.into_iter().flat_map(|node| node.children.values().copied().map(FileId)).filter(|id| {
            self.nodes.get(id.0 as usize).is_some_and(|node| match node.state {
                State::Present { .. } => true,
                State::Implied => node.sums.entries > 0,
                State::Gone(_) => false,
            })
        })
    }

    /// What lies in a folder now, and what a layer removed there, by name.
    pub fn children_and_removed(&self, folder: FileId) -> impl DoubleEndedIterator<Item = FileId> {
        let node = self.nodes.get(folder.0 as usize);
        node.into_iter().flat_map(|node| node.children.values().copied().map(FileId)).filter(|id| {
            self.nodes.get(id.0 as usize).is_some_and(|node| {
                // A folder that only leads to something removed is needed to show that.
                node.state != State::Implied || !node.children.is_empty() || node.cut
            })
        })
    }

    /// Whether a layer removed what was there.
    #[must_use]
    pub fn is_removed(&self, id: FileId) -> bool {
        self.nodes.get(id.0 as usize).is_some_and(|node| matches!(node.state, State::Gone(_)))
    }

    /// Whether a folder hides what unread layers below have in it.
    #[must_use]
    pub fn hides_below(&self, id: FileId) -> bool {
        self.nodes.get(id.0 as usize).is_some_and(|node| node.cut)
    }

    /// The folder that a file lies in; `None` of the root.
    #[must_use]
    pub fn parent(&self, id: FileId) -> Option<FileId> {
        if id.0 == 0 {
            return None;
        }
        self.nodes.get(id.0 as usize).map(|node| FileId(node.parent))
    }

    /// The last part of its path; empty of the root. Not escaped.
    #[must_use]
    pub fn name(&self, id: FileId) -> &[u8] {
        self.nodes.get(id.0 as usize).map_or(&[], |node| &node.name)
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

    /// Every path that a read layer names or removes; the folders on the way only if they are
    /// named themselves.
    pub(in crate::model::files) fn spoken_of(&self) -> impl Iterator<Item = Path> {
        let named = self.nodes.iter().enumerate().filter(|(_, node)| node.state != State::Implied);
        named.filter_map(|(at, _)| u32::try_from(at).ok()).map(|at| self.path(FileId(at)))
    }

    /// The places in which what unread layers below have does not show. None if every layer was
    /// read.
    pub(in crate::model::files) fn cuts(&self) -> impl Iterator<Item = Cut<'_>> {
        let open = self.layers.iter().any(Option::is_none);
        let nodes = self.nodes.iter().enumerate().filter(move |(_, node)| open && node.cut);
        nodes.filter_map(|(at, node)| {
            let id = FileId(u32::try_from(at).ok()?);
            let entry = self.get(id).and_then(|found| found.entry);
            Some(Cut {
                path: self.path(id),
                kind: entry.map(|entry| &entry.kind),
                removed: node.hidden,
            })
        })
    }

    /// What is known of it.
    #[must_use]
    pub fn get(&self, id: FileId) -> Option<Found<'_>> {
        let node = self.nodes.get(id.0 as usize)?;
        let (entry, content) = match node.state {
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

    pub(super) fn entry(&self, (layer, at): Place) -> Option<&Entry> {
        self.layers.get(layer as usize)?.as_ref()?.entries.get(at as usize)
    }

    pub(super) fn node(&self, id: u32) -> Option<&Node> {
        self.nodes.get(id as usize)
    }

    pub(super) fn child(&self, folder: u32, name: &[u8]) -> Option<u32> {
        self.node(folder)?.children.get(name).copied()
    }
}
