//! The walk over the entries of one layer, on a thread that may block.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};

use tar::EntryType;

use super::arriving::Arriving;
use super::hashing::FileSums;
use super::unpack::{CHUNK, Unpacked};
use super::visit::{Ask, Visitor};
use crate::content::{Entry, Kind, Limits, Listing, Path, Problem, Target, Way};
use crate::oci::{Class, Compression, Failure};
use crate::tarball::{Damage, Member, Trouble, Walk};

/// A walk that has ended.
#[derive(Debug)]
pub struct Walked<V> {
    /// What the layer holds, as far as it was read.
    pub listing: Listing,
    /// The visitor, with what it has seen.
    pub visitor: V,
}

/// What a walk needs beside the bytes.
pub(super) struct Task<V> {
    pub(super) subject: String,
    pub(super) stated: Compression,
    pub(super) limits: Limits,
    pub(super) visitor: V,
}

impl<V: Visitor> Task<V> {
    /// Walks to the end, or until the visitor has enough.
    pub(super) fn run(self, packed: Arriving) -> Result<Walked<V>, Failure> {
        let Self { subject, stated, limits, mut visitor } = self;
        let unpacked = Unpacked::new(packed, &subject, limits)?;
        let mut sorter = Sorter::new(limits);
        if unpacked.found() != stated {
            let (stated, found) =
                (name_of(stated).to_owned(), name_of(unpacked.found()).to_owned());
            sorter.listing.report(Problem::Packing { stated, found });
        }
        let mut walk = Walk::new(unpacked);
        let mut buffer = vec![0; CHUNK];
        let file_sums = FileSums::start();
        // The entries whose checksums are computed, in their order.
        let mut summed = Vec::new();
        let trouble = |trouble| failed(&subject, trouble);
        while let Some(member) = walk.next().map_err(trouble)? {
            if sorter.listing.totals.entries >= limits.entries {
                let detail = format!("it has more than {} entries", limits.entries);
                return Err(too_large(&subject, detail));
            }
            let Some(entry) = sorter.entry(member.entry()) else { continue };
            let mut wanted = match visitor.entry(&entry) {
                Ask::Enough => return Ok(Walked { listing: sorter.listing, visitor }),
                Ask::Pass => None,
                Ask::Read(most) => Some(most),
            };
            if entry.kind == Kind::File && !member.sparse {
                let has_room = sorter.has_room();
                if has_room {
                    summed.push(sorter.listing.entries.len());
                }
                loop {
                    let read = walk.read(&mut buffer).map_err(trouble)?;
                    if read == 0 {
                        break;
                    }
                    let piece = buffer.get(..read).unwrap_or_default();
                    if has_room {
                        file_sums.update(piece);
                    }
                    if let Some(most) = wanted {
                        let part = usize::try_from(most).unwrap_or(usize::MAX).min(read);
                        let piece = piece.get(..part).unwrap_or_default();
                        if visitor.content(&entry, piece).is_break() {
                            return Ok(Walked { listing: sorter.listing, visitor });
                        }
                        wanted = Some(most - part as u64);
                        if part as u64 == most {
                            wanted = None;
                            if visitor.end(&entry).is_break() {
                                return Ok(Walked { listing: sorter.listing, visitor });
                            }
                        }
                    }
                }
                if has_room {
                    file_sums.end();
                }
            }
            if wanted.is_some() && visitor.end(&entry).is_break() {
                return Ok(Walked { listing: sorter.listing, visitor });
            }
            sorter.keep(entry);
        }
        let (diff_id, decompressed) = walk.into_input().finish()?;
        let mut listing = sorter.listing;
        for (at, sum) in summed.into_iter().zip(file_sums.finish()) {
            if let Some(entry) = listing.entries.get_mut(at) {
                entry.digest = Some(sum);
            }
        }
        listing.way = Way::Whole { diff_id, decompressed };
        Ok(Walked { listing, visitor })
    }
}

/// What stands in a tar or a table of contents, before its name is looked at.
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

trait AsRaw {
    fn entry(&self) -> Raw<'_>;
}

impl AsRaw for Member {
    fn entry(&self) -> Raw<'_> {
        let number = |found: std::io::Result<Option<u32>>| found.ok().flatten().unwrap_or(0);
        let header = &self.header;
        let device = || (number(header.device_major()), number(header.device_minor()));
        let kind = match self.kind() {
            _ if self.is_folder() => RawKind::Folder,
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => RawKind::File,
            EntryType::Symlink => RawKind::Symlink,
            EntryType::Link => RawKind::HardLink,
            EntryType::Char => RawKind::CharacterDevice(device().0, device().1),
            EntryType::Block => RawKind::BlockDevice(device().0, device().1),
            EntryType::Fifo => RawKind::Fifo,
            other => RawKind::Other(other.as_byte()),
        };
        Raw {
            name: &self.path,
            link: &self.link,
            kind,
            size: if kind == RawKind::File { self.size } else { 0 },
            mode: header.mode().unwrap_or_default(),
            uid: self.uid,
            gid: self.gid,
            mtime: self.mtime,
        }
    }
}

/// Makes entries of what stands in a layer, and sorts out what cannot be one.
pub(super) struct Sorter {
    pub(super) listing: Listing,
    limits: Limits,
    /// Bytes of all names that are kept.
    names: usize,
    /// Hashes of the paths so far, to find what stands there twice.
    seen: HashSet<u64>,
    hashing: RandomState,
}

impl Sorter {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            listing: Listing::empty(),
            limits,
            names: 0,
            seen: HashSet::new(),
            hashing: RandomState::new(),
        }
    }

    /// The entry; `None` where there is none to be had of it, which is reported.
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
        if raw.name.first() == Some(&b'/') && !path.is_root() {
            self.listing.report(Problem::Absolute { path: path.clone() });
        }
        let (path, kind) = match mark(&path) {
            Some(Mark::Whiteout(path)) => (path, Kind::Whiteout),
            Some(Mark::Opaque(path)) => (path, Kind::Opaque),
            // Notes of AUFS, which no engine unpacks.
            Some(Mark::Aufs) => return None,
            None => {
                let kind = self.kind(&raw, &path)?;
                (path, kind)
            }
        };
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
                Ok(target) => Kind::HardLink(target),
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
            let is_new =
                self.seen.insert(self.hashing.hash_one((&entry.path, entry.kind.removes())));
            if !is_new {
                self.listing.report(Problem::Twice { path: entry.path.clone() });
            }
        }
        self.listing.add(entry, fits);
    }
}

enum Mark {
    Whiteout(Path),
    Opaque(Path),
    Aufs,
}

/// Whiteouts by their names (OCI `layer.md`, "Whiteouts").
fn mark(path: &Path) -> Option<Mark> {
    let name = path.name()?.strip_prefix(b".wh.")?;
    let folder = path.parent()?;
    Some(match name {
        b".wh..opq" => Mark::Opaque(folder),
        name if name.starts_with(b".wh.") => Mark::Aufs,
        b"" | b"." | b".." => Mark::Aufs,
        name => Mark::Whiteout(folder.join(name)),
    })
}

pub(super) fn name_of(compression: Compression) -> &'static str {
    match compression {
        Compression::None => "tar",
        Compression::Gzip => "gzip",
        Compression::Zstd => "zstd",
    }
}

fn failed(subject: &str, trouble: Trouble) -> Failure {
    match trouble {
        Trouble::Input(failure) => failure,
        Trouble::Damage(damage) if damage.is_limit() => too_large(subject, damage.to_string()),
        Trouble::Damage(damage) => {
            let next = match damage {
                Damage::NoTar | Damage::TooShort => "what it is, its media type does not say",
                _ => "no engine can unpack this layer; build or push it anew",
            };
            Failure::new(Class::Malformed, subject, damage.to_string()).with_next(next)
        }
    }
}

fn too_large(subject: &str, detail: String) -> Failure {
    Failure::new(Class::TooLarge, subject, detail)
        .with_next("this is far more than an image needs: do not trust this layer")
}
