//! What is in a layer, made into the entries of a listing.

use super::unpacking::{Pending, Unpacking};
use crate::model::files::{Entry, Kind, Limits, Listing, Path, Problem, Room, Target};

/// What is in a tar or a table of contents, before its name is looked at.
pub(super) struct Raw<'a> {
    pub(super) name: &'a [u8],
    pub(super) link: &'a [u8],
    pub(super) kind: RawKind,
    pub(super) size: u64,
    pub(super) mode: u32,
    pub(super) uid: u64,
    pub(super) gid: u64,
    pub(super) mtime: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RawKind {
    File,
    Folder,
    Symlink,
    HardLink,
    CharacterDevice(u32, u32),
    BlockDevice(u32, u32),
    Fifo,
    Other(u8),
}

/// Makes entries of what is in a layer, and sorts out what cannot be one.
pub(super) struct Sorter {
    pub(super) listing: Listing,
    limits: Limits,
    /// Bytes of all names that are kept.
    names: usize,
    /// What the entries so far do to each other.
    unpacking: Unpacking,
    /// Hard links to what the layer has not shown so far.
    pending: Vec<Pending>,
    /// Whether the room has no place for what the limits let pass.
    is_full: bool,
}

impl Sorter {
    pub(super) fn new(limits: Limits, room: &Room) -> Self {
        Self {
            listing: Listing::in_room(room),
            limits,
            names: 0,
            unpacking: Unpacking::new(limits.listed),
            pending: Vec::new(),
            is_full: false,
        }
    }

    /// The entry; `None` if there is none to be had of it, which is reported.
    pub(super) fn entry(&mut self, raw: Raw<'_>) -> Option<Entry> {
        let length = raw.name.len().max(raw.link.len());
        if length > self.limits.name {
            self.leave_out(Problem::LongName { length: length as u64 });
            return None;
        }
        let Ok(path) = Path::parse(raw.name) else {
            let name = String::from_utf8_lossy(raw.name).into_owned();
            self.leave_out(Problem::Climbs { name });
            return None;
        };
        if is_of_aufs(&path) {
            return None;
        }
        let absolute = raw.name.first() == Some(&b'/');
        if absolute && !path.is_root() {
            self.listing.report(Problem::Absolute { path: path.clone() });
        }
        if self.unpacking.is_twice(&path, absolute) {
            self.listing.report(Problem::Twice { path: path.clone() });
        }
        let path = self.unpacking.place(path);
        let (path, kind) = match mark(&path) {
            Some(Mark::Whiteout(path)) => {
                if self.unpacking.holds(&path) {
                    self.listing.report(Problem::WhiteoutBehind { path: path.clone() });
                }
                (path, Kind::Whiteout)
            }
            Some(Mark::Opaque(path)) => (path, Kind::Opaque),
            Some(Mark::Nothing) => return None,
            None => {
                let kind = self.kind(&raw, &path)?;
                (path, kind)
            }
        };
        if path.is_root() && !matches!(kind, Kind::Folder | Kind::Opaque) {
            self.leave_out(Problem::Root { kind: kind.word().to_owned() });
            return None;
        }
        self.unpacking.note(&path, &kind);
        Some(Entry {
            path,
            size: if kind == Kind::File { raw.size } else { 0 },
            kind,
            mode: raw.mode & 0o7777,
            uid: raw.uid,
            gid: raw.gid,
            mtime: raw.mtime,
            digest: None,
        })
    }

    fn kind(&mut self, raw: &Raw<'_>, path: &Path) -> Option<Kind> {
        Some(match raw.kind {
            RawKind::File => Kind::File,
            RawKind::Folder => Kind::Folder,
            RawKind::Symlink => Kind::Symlink(Target::new(raw.link)),
            RawKind::HardLink => match Path::parse(raw.link) {
                Ok(target) => self.hard_link(path, target),
                Err(_) => {
                    self.leave_out(Problem::LinkClimbs { path: path.clone() });
                    return None;
                }
            },
            RawKind::CharacterDevice(major, minor) => Kind::CharacterDevice(major, minor),
            RawKind::BlockDevice(major, minor) => Kind::BlockDevice(major, minor),
            RawKind::Fifo => Kind::Fifo,
            RawKind::Other(kind) => {
                self.leave_out(Problem::UnknownKind { path: path.clone(), kind });
                return None;
            }
        })
    }

    /// A hard link. Another name of a symbolic link is one too (`link(2)` does not follow it).
    fn hard_link(&mut self, path: &Path, target: Path) -> Kind {
        let target = self.unpacking.place(target);
        if let Some(link) = self.unpacking.link(&target) {
            return Kind::Symlink(link.clone());
        }
        // Regular files there can be targets; engines keep them beside the layer for that.
        if !path.is_root()
            && !is_of_aufs(&target)
            && let Some((problem, hash)) = self.unpacking.hard_link(path, &target)
        {
            self.pending.push((self.listing.problems.len(), hash));
            self.listing.report(problem);
        }
        Kind::HardLink(target)
    }

    /// The listing, once the layer has ended or nothing more of it is read.
    pub(super) fn finish(mut self) -> Listing {
        self.unpacking.end(&self.pending, &mut self.listing.problems);
        self.listing
    }

    fn leave_out(&mut self, problem: Problem) {
        self.listing.totals.entries += 1;
        self.listing.report(problem);
    }

    /// Whether the listing takes one more entry; of names as long as they may be, if need be.
    pub(super) fn has_room(&self) -> bool {
        let longest = 2 * self.limits.name;
        self.listing.entries.len() < self.limits.listed
            && self.names.saturating_add(longest) <= self.limits.names
    }

    /// Counts an entry that nobody wants in the listing.
    pub(super) fn count(&mut self, entry: Entry) {
        self.listing.add(entry, false);
    }

    /// Adds an entry to the listing, as far as there is room.
    pub(super) fn keep(&mut self, entry: Entry) {
        let link = match &entry.kind {
            Kind::Symlink(target) => target.as_bytes().len(),
            Kind::HardLink(target) => target.as_bytes().len(),
            _ => 0,
        };
        let names = self.names + entry.path.as_bytes().len() + link;
        let fits = self.listing.entries.len() < self.limits.listed && names <= self.limits.names;
        if fits {
            self.names = names;
        }
        self.is_full |= !self.listing.add(entry, fits);
    }

    /// Whether an entry was refused because the room is full: what is listed is of no use then.
    pub(super) fn is_full(&self) -> bool {
        self.is_full
    }
}

enum Mark {
    Whiteout(Path),
    Opaque(Path),
    /// A whiteout without a name.
    Nothing,
}

/// Whether a path belongs to what AUFS notes about its layers: `.wh..wh.plnk`, `.wh..wh.aufs`,
/// `.wh..wh.orph` and what lies below them. Engines do not unpack it (moby 29.8
/// `pkg/archive/diff.go`, containerd 2.4 `archive/tar.go`).
fn is_of_aufs(path: &Path) -> bool {
    let mut parts = path.parts();
    let last = parts.next_back();
    let notes = |part: &[u8]| part.starts_with(b".wh..wh.");
    parts.any(notes) || last.is_some_and(|part| notes(part) && part != b".wh..wh..opq")
}

/// Whiteouts by their names (OCI `layer.md`, "Whiteouts").
fn mark(path: &Path) -> Option<Mark> {
    let name = path.name()?.strip_prefix(b".wh.")?;
    let folder = path.parent()?;
    Some(match name {
        b".wh..opq" => Mark::Opaque(folder),
        b"" | b"." | b".." => Mark::Nothing,
        name => Mark::Whiteout(folder.join(name)),
    })
}
