//! The walk over the entries of one layer, on a thread that may block.

use std::ops::ControlFlow;

use tar::EntryType;

use super::arriving::Arriving;
use super::content::Content;
use super::sorter::{Raw, RawKind, Sorter};
use super::sums::{FileSums, Sums};
use super::unpack::Unpacked;
use super::visit::{Ask, Visitor};
use crate::model::files::{Entry, Kind, Limits, Listing, Problem, Way};
use crate::oci::tarball::{Damage, Member, Parts, Trouble, Walk};
use crate::oci::{Class, Compression, Failure};

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
    /// Whether the listing is to hold the checksums of files.
    pub(super) checksums: bool,
    pub(super) visitor: V,
}

impl<V: Visitor> Task<V> {
    /// Walks to the end, or until the visitor has enough.
    pub(super) fn run(self, packed: &mut Arriving, sums: &Sums) -> Result<Walked<V>, Failure> {
        let Self { subject, stated, limits, checksums, mut visitor } = self;
        let unpacked = Unpacked::new(packed, &subject, limits)?.digested(sums);
        let mut sorter = Sorter::new(limits);
        if unpacked.found() != stated {
            let (stated, found) =
                (name_of(stated).to_owned(), name_of(unpacked.found()).to_owned());
            sorter.listing.report(Problem::Packing { stated, found });
        }
        let mut walk = Walk::new(unpacked);
        let sums = checksums.then(|| sums.files());
        let mut holes = limits.holes;
        let trouble = |trouble| failed(&subject, trouble);
        while let Some(member) = walk.next().map_err(trouble)? {
            if sorter.listing.totals.entries >= limits.entries {
                let detail = format!("it has more than {} entries", limits.entries);
                return Err(too_large(&subject, detail));
            }
            let Some(entry) = sorter.entry(member.entry()) else { continue };
            let ask = visitor.entry(&entry);
            if ask == Ask::Enough {
                return Ok(Walked { listing: sorter.listing, visitor });
            }
            let content = match (&entry.kind, member.parts) {
                (Kind::File, Parts::All) => Some(Content::whole(&mut walk)),
                (Kind::File, Parts::Runs(runs)) => {
                    let bytes = entry.size - member.stored;
                    match holes.checked_sub(bytes) {
                        Some(rest) => {
                            holes = rest;
                            Some(Content::sparse(&mut walk, runs, entry.size))
                        }
                        None => {
                            let path = entry.path.clone();
                            sorter.listing.report(Problem::Holes { path, bytes });
                            None
                        }
                    }
                }
                (Kind::File, Parts::Unclear) => {
                    sorter.listing.report(Problem::Sparse { path: entry.path.clone() });
                    None
                }
                _ => None,
            };
            let sums = sums.as_ref().filter(|_| content.is_some() && sorter.has_room());
            let shown = show(content, &entry, ask, &mut visitor, sums).map_err(trouble)?;
            if shown.is_break() {
                return Ok(Walked { listing: sorter.listing, visitor });
            }
            if let Some(sums) = sums {
                sums.end(sorter.listing.entries.len());
            }
            if visitor.wants_entries() {
                sorter.keep(entry);
            } else {
                sorter.count(entry);
            }
        }
        let (diff_id, decompressed) = walk.into_input().finish()?;
        let mut listing = sorter.listing;
        for (at, sum) in sums.map(FileSums::finish).unwrap_or_default() {
            if let Some(entry) = listing.entries.get_mut(at) {
                entry.digest = Some(sum);
            }
        }
        listing.way = Way::Whole { diff_id, decompressed };
        Ok(Walked { listing, visitor })
    }
}

/// Gives the content of an entry to those who want it, as far as somebody does. `Break` where the
/// visitor has enough.
fn show<V: Visitor>(
    content: Option<Content<'_, '_>>,
    entry: &Entry,
    ask: Ask,
    visitor: &mut V,
    sums: Option<&FileSums>,
) -> Result<ControlFlow<()>, Trouble> {
    let mut wanted = match ask {
        Ask::Read(most) => Some(most),
        Ask::Pass | Ask::Enough => None,
    };
    if let Some(mut content) = content {
        while wanted.is_some() || sums.is_some() {
            let most = if sums.is_some() { u64::MAX } else { wanted.unwrap_or_default() };
            let piece = content.piece(most)?;
            if piece.is_empty() {
                break;
            }
            if let Some(most) = wanted {
                let part = usize::try_from(most).unwrap_or(usize::MAX).min(piece.len());
                if visitor.content(entry, piece.get(..part).unwrap_or_default()).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
                wanted = Some(most - part as u64);
                if part as u64 == most {
                    wanted = None;
                    if visitor.end(entry).is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
            }
            if let Some(sums) = sums {
                sums.update(piece);
            }
        }
    }
    Ok(if wanted.is_some() { visitor.end(entry) } else { ControlFlow::Continue(()) })
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
