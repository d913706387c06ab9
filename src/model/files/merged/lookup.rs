//! Finding a path in the merged tree.

use super::nodes::State;
use super::{FileId, Files};
use crate::model::files::follow::{Look, Resolved, follow};
use crate::model::files::{Entry, Kind, Path};

/// A path that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it is in the tree.
    pub id: FileId,
    /// Its entry; `None` of a folder that no entry names.
    pub entry: Option<Entry>,
    /// The layer (from 0, the lowest) that the entry is of.
    pub layer: Option<usize>,
    /// The entry's position in that layer's listing.
    pub position: Option<usize>,
    /// The layer and the entry that hold the content: of a hard link its target's, of a file its
    /// own. `None` of everything else, and of a hard link to nothing.
    pub content: Option<(usize, Entry)>,
}

/// What is known of a path; symbolic links are not followed. Right as long as every layer above
/// the first unread one was read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "it is taken apart where it is asked for")]
pub enum Lookup {
    /// It is there.
    Found(Found),
    /// It is not there: removed, hidden, or in no layer.
    Missing,
    /// No read layer speaks of it; one that was not read may hold it.
    Unread,
}

impl Found {
    /// Whether it is a folder.
    #[must_use]
    pub fn is_folder(&self) -> bool {
        self.entry.as_ref().is_none_or(|entry| entry.kind == Kind::Folder)
    }
}

impl Files {
    /// Looks a path up.
    #[must_use]
    pub fn lookup(&self, path: &Path) -> Lookup {
        let mut at = Spot::root(self);
        for part in path.parts() {
            at = at.child(self, part);
        }
        at.lookup(self)
    }

    /// What has this path, or the nearest folder above it that something names.
    #[must_use]
    pub fn nearest(&self, path: &Path) -> FileId {
        let mut at = 0;
        for part in path.parts() {
            let Some(next) = self.nodes.child(at, part) else { break };
            at = next;
        }
        FileId(at)
    }

    /// The lowest layer that has something below a folder: the one that made a folder that no entry
    /// names.
    pub(in crate::model::files) fn lowest_below(&self, folder: FileId) -> Option<usize> {
        let mut open = vec![folder.0];
        let mut lowest: Option<u32> = None;
        while let Some(id) = open.pop() {
            if let Some(State::Present { entry, .. }) = self.nodes.state(id) {
                lowest = Some(lowest.map_or(entry.0, |layer| layer.min(entry.0)));
            }
            open.extend(self.nodes.children(id));
        }
        lowest.map(|layer| layer as usize)
    }

    /// Whether an unread layer may show something below a path that no read layer names.
    pub(in crate::model::files) fn is_open(&self, path: &Path) -> bool {
        let mut at = Spot::root(self);
        for part in path.parts() {
            at = at.child(self, part);
        }
        match at.id {
            None => !at.cut,
            Some(FileId(id)) => {
                let is_gone = matches!(self.nodes.state(id), Some(State::Gone(_)));
                !at.cut && !self.nodes.is_cut(id) && !is_gone
            }
        }
    }

    /// Looks a path up as a process in the container would: symbolic links on the way are
    /// followed, and the last part too where `last` says so.
    #[must_use]
    pub fn resolve(&self, path: &Path, last: bool) -> Resolved<Found> {
        follow(path, last, |next, _| match self.lookup(next) {
            Lookup::Found(found) => match found.entry.as_ref().map(|entry| &entry.kind) {
                Some(Kind::Symlink(target)) => Look::Link(target.clone(), found),
                _ => Look::Found(found),
            },
            Lookup::Missing => Look::Missing,
            Lookup::Unread => Look::Unread,
        })
    }
}

/// Where a walk down the tree is.
#[derive(Debug, Clone, Copy)]
pub(in crate::model::files) struct Spot {
    /// What is there; `None` if no read layer has anything there.
    pub(in crate::model::files) id: Option<FileId>,
    /// Whether what unread layers have there does not show.
    cut: bool,
}

impl Spot {
    pub(in crate::model::files) fn root(files: &Files) -> Self {
        Self { id: Some(files.root()), cut: files.layers.iter().all(Option::is_some) }
    }

    fn child(self, files: &Files, name: &[u8]) -> Self {
        self.down(files, self.id.and_then(|it| files.nodes.child(it.0, name)).map(FileId))
    }

    /// What lies in it; `None` if no read layer has it.
    pub(in crate::model::files) fn down(self, files: &Files, child: Option<FileId>) -> Self {
        Self { id: child, cut: self.cut || self.id.is_some_and(|it| files.nodes.is_cut(it.0)) }
    }

    /// What is known of it.
    pub(in crate::model::files) fn lookup(self, files: &Files) -> Lookup {
        let missing = |cut| if cut { Lookup::Missing } else { Lookup::Unread };
        let Some(id) = self.id else { return missing(self.cut) };
        match files.nodes.state(id.0) {
            None | Some(State::Gone(_)) => Lookup::Missing,
            // Named by a whiteout or an opaque mark below it only.
            Some(State::Implied) if files.sums(id).entries == 0 && id != files.root() => {
                missing(self.cut || files.nodes.is_hidden(id.0))
            }
            Some(_) => files.get(id).map_or(Lookup::Missing, Lookup::Found),
        }
    }
}
