//! Finding a path in the merged tree.

use super::node::State;
use super::{FileId, Files};
use crate::model::files::{Entry, Kind, Path};

/// How many symbolic links may be followed for one path (Linux `path_resolution(7)`).
const MAX_LINKS: usize = 40;

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

/// Where a path leads with its symbolic links followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved<'a> {
    /// To this file or folder; its path without links.
    Found(Path, Found<'a>),
    /// To this path, which is not there.
    Missing(Path),
    /// To this path, which a layer that was not read may hold.
    Unread(Path),
    /// In a circle, or through more than 40 links.
    Endless,
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
    /// followed, and the last part too where `follow` says so.
    #[must_use]
    pub fn resolve(&self, path: &Path, follow: bool) -> Resolved<'_> {
        let mut left: Vec<Vec<u8>> = path.parts().rev().map(<[u8]>::to_vec).collect();
        let mut here = Path::root();
        let mut links = 0;
        while let Some(part) = left.pop() {
            match part.as_slice() {
                b"" | b"." => continue,
                b".." => {
                    here = here.parent().unwrap_or_default();
                    continue;
                }
                _ => {}
            }
            let next = here.join(&part);
            let found = match self.lookup(&next) {
                Lookup::Found(found) => found,
                state => {
                    // With what is left, as far as it can be told without links.
                    left.reverse();
                    let wanted = next.join(&left.join(&b'/'));
                    return match state {
                        Lookup::Unread => Resolved::Unread(wanted),
                        _ => Resolved::Missing(wanted),
                    };
                }
            };
            match found.entry.map(|entry| &entry.kind) {
                Some(Kind::Symlink(target)) if follow || !left.is_empty() => {
                    links += 1;
                    if links > MAX_LINKS || left.len() > MAX_DEPTH {
                        return Resolved::Endless;
                    }
                    if target.as_bytes().first() == Some(&b'/') {
                        here = Path::root();
                    }
                    left.extend(
                        target.as_bytes().split(|byte| *byte == b'/').rev().map(<[u8]>::to_vec),
                    );
                }
                _ => here = next,
            }
        }
        match self.lookup(&here) {
            Lookup::Found(found) => Resolved::Found(here, found),
            Lookup::Unread => Resolved::Unread(here),
            Lookup::Missing => Resolved::Missing(here),
        }
    }
}

/// How many parts a path may grow to while links are followed (`PATH_MAX` is 4096 bytes).
const MAX_DEPTH: usize = 4096;
