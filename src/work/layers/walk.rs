//! The walk over the entries of one layer, on a thread that may block.

use std::ops::ControlFlow;

use tar::EntryType;

use super::arriving::Arriving;
use super::content::Content;
use super::members::Behind;
use super::packing::Packing;
use super::sorter::{Raw, RawKind, Sorter};
use super::sums::{FileSums, Sums};
use super::unpack::{Finished, Unpacked};
use super::visit::{Ask, Visitor};
use crate::model::files::{Entry, Kind, Limits, Listing, Problem, Room, Way};
use crate::oci::tarball::{Damage, Member, Parts, Trouble, Walk};
use crate::oci::{Class, Failure};

/// A walk that has ended.
#[derive(Debug)]
pub struct Walked<V> {
    /// What the layer holds, as far as it was read.
    pub listing: Listing,
    /// The visitor, with what it has seen.
    pub visitor: V,
    /// Whether the layer is not compressed, so that its digest is that of its archive.
    pub plain: bool,
}

/// What a walk needs beside the bytes.
pub(super) struct Task<V> {
    pub(super) subject: String,
    pub(super) stated: Packing,
    /// Whether the media type says that it is a layer.
    pub(super) is_layer: bool,
    pub(super) limits: Limits,
    /// Where its entries take their memory.
    pub(super) room: Room,
    /// Whether the listing is to hold the checksums of files.
    pub(super) checksums: bool,
    pub(super) visitor: V,
}

impl<V: Visitor> Task<V> {
    /// Walks to the end, or until the visitor has enough.
    pub(super) fn run(self, packed: &mut Arriving, sums: &Sums) -> Result<Walked<V>, Failure> {
        let Self { subject, stated, is_layer, limits, room, checksums, mut visitor } = self;
        let unpacked = Unpacked::new(packed, &subject, limits)?.digested(sums);
        let mut sorter = Sorter::new(limits, &room);
        let plain = unpacked.found() == Packing::Plain;
        if let Some(problem) = odd_packing(stated, &unpacked) {
            sorter.listing.report(problem);
        }
        let mut walk = Walk::new(unpacked);
        let sums = checksums.then(|| sums.files());
        let mut holes = limits.holes;
        let trouble = |trouble| failed(&subject, is_layer, trouble);
        loop {
            let member = match walk.next() {
                Ok(Some(member)) => member,
                // A layer of no bytes holds nothing; engines take it (moby/moby#18170).
                Ok(None) | Err(Trouble::Damage(Damage::Empty)) => break,
                Err(other) => return Err(trouble(other)),
            };
            if sorter.listing.totals.entries >= limits.entries {
                let detail = format!("it has more than {} entries", limits.entries);
                return Err(too_large(&subject, detail));
            }
            let Some(entry) = sorter.entry(member.entry()) else { continue };
            let ask = visitor.entry(&entry);
            if ask == Ask::Enough {
                return Ok(Walked { listing: sorter.finish(), visitor, plain });
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
                return Ok(Walked { listing: sorter.finish(), visitor, plain });
            }
            if let Some(sums) = sums {
                sums.end(u32::try_from(sorter.listing.entries.len()).unwrap_or(u32::MAX));
            }
            if visitor.wants_entries() {
                sorter.keep(entry);
            } else {
                sorter.count(entry);
            }
            if sorter.is_full() {
                return Err(no_room(&subject));
            }
        }
        let unpacked = walk.into_input();
        let Finished { digest: diff_id, length: decompressed, behind, wide } = unpacked.finish()?;
        match behind {
            Some(Behind::Zeros) => sorter.listing.report(Problem::Zeros),
            Some(Behind::Other) => sorter.listing.report(Problem::Appended),
            None => {}
        }
        if let Some(bytes) = wide {
            sorter.listing.report(Problem::Window { bytes });
        }
        let mut listing = sorter.finish();
        if let Some(sums) = sums {
            listing.entries.set_checksums(sums.finish());
        }
        listing.entries.shrink();
        listing.way = Way::Whole { diff_id, decompressed };
        Ok(Walked { listing, visitor, plain })
    }
}

/// Gives the content of an entry to those who want it, as far as somebody does. `Break` if the
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

/// What is odd about the compression of a layer that has any bytes.
fn odd_packing(stated: Packing, unpacked: &Unpacked<'_>) -> Option<Problem> {
    let found = unpacked.found();
    let name = |packing: Packing| packing.name().to_owned();
    match found {
        Packing::Xz | Packing::Bzip2 => Some(Problem::Compression { found: name(found) }),
        _ if found == stated || unpacked.is_void() => None,
        _ => Some(Problem::Packing { stated: name(stated), found: name(found) }),
    }
}

fn failed(subject: &str, is_layer: bool, trouble: Trouble) -> Failure {
    match trouble {
        Trouble::Input(failure) => failure,
        Trouble::Damage(damage) if damage.is_limit() => too_large(subject, damage.to_string()),
        Trouble::Damage(damage) => {
            if !is_layer && matches!(damage, Damage::NoTar | Damage::TooShort) {
                let detail = "its media type is not that of a layer, and it is not a tar archive";
                return Failure::new(Class::Unsupported, subject, detail);
            }
            Failure::new(Class::Malformed, subject, damage.to_string())
                .with_next("no engine can unpack this layer; build or push it anew")
        }
    }
}

/// The layer may be in order; it is too much together with those that were read before.
fn no_room(subject: &str) -> Failure {
    let most = crate::text::bytes(Room::DEFAULT as u64);
    let detail = format!(
        "its files and those of the other layers do not fit in {most}, which is what platy takes \
         for the files of all layers that a command reads"
    );
    Failure::new(Class::TooLarge, subject, detail)
        .with_next("`platy cat` reads only the layers that one file needs")
}

fn too_large(subject: &str, detail: String) -> Failure {
    Failure::new(Class::TooLarge, subject, detail)
        .with_next("this is far more than an image needs: do not trust this layer")
}
