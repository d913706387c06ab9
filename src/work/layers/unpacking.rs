//! What the entries of one layer do to each other as an engine unpacks them.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use super::marks::Marks;
use crate::model::files::{Kind, Path, Problem, Target, follow_links};

/// The path was written without a slash before it.
const WRITTEN: u8 = 1;
/// The path was written with one.
const ABSOLUTE: u8 = 2;
/// Something is at the path now.
const THERE: u8 = 4;
/// It is a folder.
const FOLDER: u8 = 8;

/// The names of a layer so far. What exceeds the bound is not looked at: then no problem is told.
pub(super) struct Unpacking {
    /// The symbolic links that are there now.
    links: HashMap<Path, Target>,
    /// What is known of each path, by its hash.
    known: Marks,
    /// How many names were written.
    written: usize,
    /// The folder of the path that was noted last: it and those above it are noted.
    folder: Vec<u8>,
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
            known: Marks::default(),
            written: 0,
            folder: Vec::new(),
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
        if !self.has_room() {
            return false;
        }
        let hash = self.hash(path.as_bytes());
        let mark = if absolute { ABSOLUTE } else { WRITTEN };
        let twice = self.known.put(hash, mark, 0) & mark != 0;
        self.written += usize::from(!twice);
        twice
    }

    fn has_room(&self) -> bool {
        self.written < self.most
    }

    /// Notes what is at a path now.
    pub(super) fn note(&mut self, path: &Path, kind: &Kind) {
        if !self.has_room() {
            return;
        }
        match kind {
            Kind::Symlink(target) => drop(self.links.insert(path.clone(), target.clone())),
            Kind::Whiteout | Kind::Opaque => return,
            _ if self.links.is_empty() => {}
            _ => drop(self.links.remove(path.as_bytes())),
        }
        let (is, was) = if *kind == Kind::Folder { (THERE | FOLDER, 0) } else { (THERE, FOLDER) };
        self.known.put(self.hash(path.as_bytes()), is, was);
        let folder = path.above().next_back().unwrap_or_default();
        if folder != self.folder {
            for folder in path.above().rev() {
                if self.known.put(self.hash(folder), THERE | FOLDER, 0) & THERE != 0 {
                    break;
                }
            }
            self.folder.clear();
            self.folder.extend_from_slice(folder);
        }
    }

    /// Whether the layer has shown something at this path or below it.
    pub(super) fn holds(&self, path: &Path) -> bool {
        self.is_there(self.hash(path.as_bytes()))
    }

    /// What is wrong with a hard link to this path, and what to look for at the layer's end.
    pub(super) fn hard_link(&self, path: &Path, target: &Path) -> Option<(Problem, u64)> {
        if !self.has_room() {
            return None;
        }
        let hash = self.hash(target.as_bytes());
        let known = self.known.get(hash);
        let (path, target) = (path.clone(), target.clone());
        match (known & THERE != 0, known & FOLDER != 0) {
            (true, false) => None,
            (true, true) => Some((Problem::LinkToFolder { path, target }, hash)),
            _ => Some((Problem::LinkElsewhere { path, target, later: false }, hash)),
        }
    }

    /// Tells the hard links whose targets came later from those to other layers.
    pub(super) fn end(&self, pending: &[Pending], problems: &mut [Problem]) {
        for (at, hash) in pending {
            if let Some(Problem::LinkElsewhere { later, .. }) = problems.get_mut(*at) {
                *later = self.is_there(*hash);
            }
        }
    }

    fn is_there(&self, hash: u64) -> bool {
        self.known.get(hash) & THERE != 0
    }

    fn hash(&self, path: &[u8]) -> u64 {
        self.hashing.hash_one(path)
    }
}
