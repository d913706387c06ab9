//! What the entries of one layer do to each other as an engine unpacks them.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};

use crate::model::files::{Kind, Path, Problem, Target, follow_links};

/// The names of a layer so far. What exceeds the bound is not looked at: then no problem is told.
pub(super) struct Unpacking {
    /// The symbolic links that stand now.
    links: HashMap<Path, Target>,
    /// Hashes of the names as they are written.
    written: HashSet<u64>,
    /// Hashes of the paths that are there now, and whether each is a folder.
    there: HashMap<u64, bool>,
    hashing: RandomState,
    most: usize,
}

/// A hard link whose target the layer has not shown so far, by its problem's position.
pub(super) type Pending = (usize, u64);

impl Unpacking {
    /// Of a layer of which so many names are looked at.
    pub(super) fn new(most: usize) -> Self {
        Self {
            links: HashMap::new(),
            written: HashSet::new(),
            there: HashMap::new(),
            hashing: RandomState::new(),
            most,
        }
    }

    /// Where an entry of this name is written: through the symbolic links of its own layer, as
    /// engines do that unpack into an empty folder (containerd 2.4 `archive/tar.go`, RootPath;
    /// containers/storage 1.65). What a lower layer has is not followed but replaced.
    pub(super) fn place(&self, path: Path) -> Path {
        let through = |folder: &[u8]| self.links.contains_key(folder);
        if self.links.is_empty() || !path.above().any(through) {
            return path;
        }
        follow_links(&path, |at| self.links.get(at.as_bytes()).cloned()).unwrap_or(path)
    }

    /// The target of a symbolic link that the layer has now.
    pub(super) fn link(&self, path: &Path) -> Option<&Target> {
        self.links.get(path.as_bytes())
    }

    /// Notes a name as it is written; whether it was written before. `absolute` says whether it
    /// begins with a slash, which makes it another (vbatts/tar-split 0.12, ErrDuplicatePath).
    pub(super) fn is_twice(&mut self, path: &Path, absolute: bool) -> bool {
        let hash = self.hashing.hash_one((path, absolute));
        self.has_room() && !self.written.insert(hash)
    }

    fn has_room(&self) -> bool {
        self.written.len() < self.most
    }

    /// Notes what is at a path now.
    pub(super) fn note(&mut self, path: &Path, kind: &Kind) {
        if !self.has_room() {
            return;
        }
        match kind {
            Kind::Symlink(target) => drop(self.links.insert(path.clone(), target.clone())),
            Kind::Whiteout | Kind::Opaque => return,
            _ => drop(self.links.remove(path.as_bytes())),
        }
        self.there.insert(self.hash(path.as_bytes()), *kind == Kind::Folder);
        for folder in path.above().rev() {
            if self.there.insert(self.hash(folder), true).is_some() {
                break;
            }
        }
    }

    /// Whether the layer has shown something at this path or below it.
    pub(super) fn holds(&self, path: &Path) -> bool {
        self.there.contains_key(&self.hash(path.as_bytes()))
    }

    /// What is wrong with a hard link to this path, and what to look for at the layer's end.
    pub(super) fn hard_link(&self, path: &Path, target: &Path) -> Option<(Problem, u64)> {
        if !self.has_room() {
            return None;
        }
        let hash = self.hash(target.as_bytes());
        let (path, target) = (path.clone(), target.clone());
        match self.there.get(&hash) {
            Some(false) => None,
            Some(true) => Some((Problem::LinkToFolder { path, target }, hash)),
            None => Some((Problem::LinkElsewhere { path, target, later: false }, hash)),
        }
    }

    /// Tells the hard links whose targets came later from those to other layers.
    pub(super) fn end(&self, pending: &[Pending], problems: &mut [Problem]) {
        for (at, hash) in pending {
            if let Some(Problem::LinkElsewhere { later, .. }) = problems.get_mut(*at) {
                *later = self.there.contains_key(hash);
            }
        }
    }

    fn hash(&self, path: &[u8]) -> u64 {
        self.hashing.hash_one(path)
    }
}
