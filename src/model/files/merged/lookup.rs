//! Finding a path in the merged tree.

use super::node::State;
use super::{FileId, Files};
use crate::model::files::follow::{Look, Resolved, follow};
use crate::model::files::{Entry, Kind, Path};

/// A path that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found<'a> {
    /// Where it is in the tree.
    pub id: FileId,
    /// Its entry; `None` of a folder that no entry names.
    pub entry: Option<&'a Entry>,
    /// The layer (from 0, the lowest) that the entry is of.
    pub layer: Option<usize>,
    /// The entry's position in that layer's listing.
    pub position: Option<usize>,
    /// The layer and the entry that hold the content: of a hard link its target's, of a file its
    /// own. `None` of everything else, and of a hard link to nothing.
    pub content: Option<(usize, &'a Entry)>,
}

/// What is known of a path; symbolic links are not followed. Right as long as every layer above
/// the first unread one was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup<'a> {
    /// It is there.
    Found(Found<'a>),
    /// It is not there: removed, hidden, or in no layer.
    Missing,
    /// No read layer speaks of it; one that was not read may hold it.
    Unread,
}

impl Found<'_> {
    /// Whether it is a folder.
    #[must_use]
    pub fn is_folder(&self) -> bool {
        self.entry.is_none_or(|entry| entry.kind == Kind::Folder)
    }
}

impl Files {
    /// Looks a path up.
    #[must_use]
    pub fn lookup(&self, path: &Path) -> Lookup<'_> {
        self.lookup_from(0, path.parts())
    }

    /// What has this path, or the nearest folder above it that something names.
    #[must_use]
    pub fn nearest(&self, path: &Path) -> FileId {
        let mut at = 0;
        for part in path.parts() {
            let Some(next) = self.child(at, part) else { break };
            at = next;
        }
        FileId(at)
    }

    /// The lowest layer that has something below a folder: the one that made a folder that no entry
    /// names.
    pub(in crate::model::files) fn lowest_below(&self, folder: FileId) -> Option<usize> {
        let mut open = vec![folder.0];
        let mut lowest: Option<u32> = None;
        while let Some(node) = open.pop().and_then(|id| self.node(id)) {
            if let State::Present { entry, .. } = node.state {
                lowest = Some(lowest.map_or(entry.0, |layer| layer.min(entry.0)));
            }
            open.extend(node.children.values());
        }
        lowest.map(|layer| layer as usize)
    }

    fn lookup_from<'p>(&self, from: u32, parts: impl Iterator<Item = &'p [u8]>) -> Lookup<'_> {
        let mut at = from;
        let mut cut = self.layers.iter().all(Option::is_some);
        let missing = |cut| if cut { Lookup::Missing } else { Lookup::Unread };
        for part in parts {
            cut |= self.node(at).is_some_and(|node| node.cut);
            let Some(next) = self.child(at, part) else { return missing(cut) };
            at = next;
        }
        let Some(node) = self.node(at) else { return Lookup::Missing };
        match node.state {
            State::Gone(_) => Lookup::Missing,
            // Named by a whiteout or an opaque mark below it only.
            State::Implied if node.sums.entries == 0 && at != 0 => missing(cut || node.hidden),
            _ => self.get(FileId(at)).map_or(Lookup::Missing, Lookup::Found),
        }
    }

    /// Whether an unread layer may show something below a path that no read layer names.
    pub(in crate::model::files) fn is_open(&self, path: &Path) -> bool {
        let mut at = 0;
        let mut cut = self.layers.iter().all(Option::is_some);
        for part in path.parts() {
            cut |= self.node(at).is_some_and(|node| node.cut);
            let Some(next) = self.child(at, part) else { return !cut };
            at = next;
        }
        !cut && self.node(at).is_some_and(|node| !node.cut && !matches!(node.state, State::Gone(_)))
    }

    /// Looks a path up as a process in the container would: symbolic links on the way are
    /// followed, and the last part too where `last` says so.
    #[must_use]
    pub fn resolve(&self, path: &Path, last: bool) -> Resolved<Found<'_>> {
        follow(path, last, |next, _| match self.lookup(next) {
            Lookup::Found(found) => match found.entry.map(|entry| &entry.kind) {
                Some(Kind::Symlink(target)) => Look::Link(target.clone(), found),
                _ => Look::Found(found),
            },
            Lookup::Missing => Look::Missing,
            Lookup::Unread => Look::Unread,
        })
    }
}
