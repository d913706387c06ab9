//! The entries of a listing, kept small: a layer may have hundreds of thousands.

use std::fmt;

use super::room::Reservation;
use super::{Checksum, Entry, Kind, Path, Room};

/// Nothing, where a position is expected.
const NONE: u32 = u32::MAX;
/// How many of the folders that were written last are compared with the next one. A tar goes back
/// to a folder after each one in it.
const FOLDERS_BACK: usize = 16;
/// What a file costs with its checksum, and with what the merged tree and a comparison make of it, in
/// bytes.
const COST: usize = 136;
/// What a folder on the way to an entry costs in a merged tree.
const COST_OF_FOLDER: usize = 96;
/// What an entry costs more if it is a link or a device, its target's bytes aside.
const COST_OF_KIND: usize = 64;

/// Entries in the order of their tar. They are stored as numbers, and made anew for each who asks.
#[derive(Default)]
pub struct Entries {
    records: Vec<Record>,
    /// The names, without their folders, one behind the other.
    names: Vec<u8>,
    /// The folders that entries lie in, one behind the other, and where each ends.
    folders: Vec<u8>,
    folder_ends: Vec<u32>,
    owners: Vec<(u64, u64)>,
    /// The checksums of files by their positions, in that order.
    checksums: Vec<(u32, Checksum)>,
    /// What is more than a word: links and devices.
    kinds: Vec<Kind>,
    held: Reservation,
}

struct Record {
    size: u64,
    mtime: i64,
    folder: u32,
    /// Where its name ends; it begins where that of the entry before ends.
    name_end: u32,
    owner: u32,
    /// Of a link or a device, where its kind is.
    detail: u32,
    mode: u32,
    tag: Tag,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    File,
    Folder,
    Fifo,
    Whiteout,
    Opaque,
    /// See the kinds.
    Other,
}

impl Entries {
    /// None, whose memory is taken from this room.
    #[must_use]
    pub fn in_room(room: &Room) -> Self {
        Self { held: room.reservation(), ..Self::default() }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The entry at a position.
    #[must_use]
    pub fn get(&self, at: usize) -> Option<Entry> {
        let record = self.records.get(at)?;
        Some(Entry {
            path: self.path(at)?,
            kind: match record.tag {
                Tag::File => Kind::File,
                Tag::Folder => Kind::Folder,
                Tag::Fifo => Kind::Fifo,
                Tag::Whiteout => Kind::Whiteout,
                Tag::Opaque => Kind::Opaque,
                Tag::Other => self.kinds.get(record.detail as usize)?.clone(),
            },
            size: record.size,
            mode: record.mode,
            uid: self.owners.get(record.owner as usize)?.0,
            gid: self.owners.get(record.owner as usize)?.1,
            mtime: record.mtime,
            digest: self.checksum(at),
        })
    }

    /// The path of an entry.
    #[must_use]
    pub fn path(&self, at: usize) -> Option<Path> {
        let record = self.records.get(at)?;
        let from = match at.checked_sub(1) {
            Some(before) => self.records.get(before)?.name_end as usize,
            None => 0,
        };
        let name = self.names.get(from..record.name_end as usize)?;
        let folder = self.folder(record.folder as usize)?;
        let mut path = Vec::with_capacity(folder.len() + 1 + name.len());
        path.extend_from_slice(folder);
        if !folder.is_empty() {
            path.push(b'/');
        }
        path.extend_from_slice(name);
        Some(Path::regular(&path))
    }

    /// The size of an entry; 0 if there is none.
    #[must_use]
    pub fn size(&self, at: usize) -> u64 {
        self.records.get(at).map_or(0, |record| record.size)
    }

    /// Whether an entry is a folder.
    #[must_use]
    pub fn is_folder(&self, at: usize) -> bool {
        self.records.get(at).is_some_and(|record| record.tag == Tag::Folder)
    }

    /// Whether an entry is a mark that takes something of the layers below away.
    #[must_use]
    pub fn removes(&self, at: usize) -> bool {
        let is_mark = |record: &Record| matches!(record.tag, Tag::Whiteout | Tag::Opaque);
        self.records.get(at).is_some_and(is_mark)
    }

    /// The entries in their order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Entry> + '_ {
        (0..self.len()).filter_map(|at| self.get(at))
    }

    /// Adds an entry, if there is room for it.
    pub fn push(&mut self, entry: Entry) -> bool {
        let whole = entry.path.as_bytes();
        let split = whole.iter().rposition(|byte| *byte == b'/');
        let folder = split.and_then(|at| whole.get(..at)).unwrap_or_default();
        let name = split.and_then(|at| whole.get(at + 1..)).unwrap_or(whole);
        let known = self.known_folder(folder);
        let mut cost = COST + name.len();
        if known.is_none() {
            cost += folder.len() + COST_OF_FOLDER * Path::regular(folder).parts().count();
        }
        cost += match &entry.kind {
            Kind::Symlink(target) => COST_OF_KIND + target.as_bytes().len(),
            Kind::HardLink(target) => COST_OF_KIND + target.as_bytes().len(),
            Kind::CharacterDevice(..) | Kind::BlockDevice(..) => COST_OF_KIND,
            _ => 0,
        };
        if !self.held.take(cost) {
            return false;
        }
        grow(&mut self.names, name.len());
        self.names.extend_from_slice(name);
        let folder = known.unwrap_or_else(|| self.new_folder(folder));
        let owner = (entry.uid, entry.gid);
        if self.owners.last() != Some(&owner) {
            self.owners.push(owner);
        }
        if let Some(sum) = entry.digest {
            grow(&mut self.checksums, 1);
            self.checksums.push((u32::try_from(self.len()).unwrap_or(NONE), sum));
        }
        let (tag, detail) = match entry.kind {
            Kind::File => (Tag::File, NONE),
            Kind::Folder => (Tag::Folder, NONE),
            Kind::Fifo => (Tag::Fifo, NONE),
            Kind::Whiteout => (Tag::Whiteout, NONE),
            Kind::Opaque => (Tag::Opaque, NONE),
            kind => {
                self.kinds.push(kind);
                (Tag::Other, last(&self.kinds))
            }
        };
        grow(&mut self.records, 1);
        self.records.push(Record {
            size: entry.size,
            mtime: entry.mtime,
            folder,
            name_end: u32::try_from(self.names.len()).unwrap_or(NONE),
            owner: last(&self.owners),
            detail,
            mode: entry.mode,
            tag,
        });
        true
    }

    /// Sets the checksums of files, by their positions in increasing order.
    pub(crate) fn set_checksums(&mut self, sums: Vec<(u32, Checksum)>) {
        self.checksums = sums;
    }

    /// Gives back what was taken for more entries.
    pub(crate) fn shrink(&mut self) {
        self.records.shrink_to_fit();
        self.names.shrink_to_fit();
        self.folders.shrink_to_fit();
        self.folder_ends.shrink_to_fit();
        self.owners.shrink_to_fit();
        self.checksums.shrink_to_fit();
        self.kinds.shrink_to_fit();
    }

    fn checksum(&self, at: usize) -> Option<Checksum> {
        let at = u32::try_from(at).ok()?;
        let found = self.checksums.binary_search_by_key(&at, |(of, _)| *of).ok()?;
        self.checksums.get(found).map(|(_, sum)| *sum)
    }

    fn folder(&self, at: usize) -> Option<&[u8]> {
        let from = match at.checked_sub(1) {
            Some(before) => *self.folder_ends.get(before)? as usize,
            None => 0,
        };
        self.folders.get(from..*self.folder_ends.get(at)? as usize)
    }

    fn known_folder(&self, folder: &[u8]) -> Option<u32> {
        let mut last = (0..self.folder_ends.len()).rev().take(FOLDERS_BACK);
        let at = last.find(|at| self.folder(*at) == Some(folder))?;
        u32::try_from(at).ok()
    }

    fn new_folder(&mut self, folder: &[u8]) -> u32 {
        self.folders.extend_from_slice(folder);
        self.folder_ends.push(u32::try_from(self.folders.len()).unwrap_or(NONE));
        last(&self.folder_ends)
    }
}

/// Makes room for so many more, and for a quarter of what is there: twice as much is too much of what
/// is large.
pub(crate) fn grow<T>(all: &mut Vec<T>, more: usize) {
    if all.capacity() - all.len() < more {
        all.reserve_exact(more.max(all.len() / 4));
    }
}

/// The position of what was added last.
fn last<T>(all: &[T]) -> u32 {
    u32::try_from(all.len() - 1).unwrap_or(NONE)
}

impl FromIterator<Entry> for Entries {
    fn from_iter<I: IntoIterator<Item = Entry>>(all: I) -> Self {
        let mut entries = Self::default();
        for entry in all {
            entries.push(entry);
        }
        entries
    }
}

/// Outside of any room.
impl Clone for Entries {
    fn clone(&self) -> Self {
        self.iter().collect()
    }
}

impl PartialEq for Entries {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl Eq for Entries {}

impl fmt::Debug for Entries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::files::Target;

    fn entry() -> impl Strategy<Value = Entry> {
        let kind = prop_oneof![
            Just(Kind::File),
            Just(Kind::Folder),
            "[a/]{0,5}".prop_map(|to| Kind::Symlink(Target::new(to.into_bytes()))),
            "[a/]{0,5}".prop_map(|to| Kind::HardLink(to.as_str().into())),
            (0..9_u32, 0..9_u32).prop_map(|(major, minor)| Kind::CharacterDevice(major, minor)),
            (0..9_u32, 0..9_u32).prop_map(|(major, minor)| Kind::BlockDevice(major, minor)),
            Just(Kind::Fifo),
            Just(Kind::Whiteout),
            Just(Kind::Opaque),
        ];
        let numbers = (any::<u64>(), any::<u32>(), 0..3_u64, any::<i64>());
        ("[abc]{0,2}(/[ab]{1,2}){0,3}", kind, numbers, 0..3_u8).prop_map(
            |(path, kind, (size, mode, uid, mtime), sum)| Entry {
                path: path.as_str().into(),
                digest: (kind == Kind::File && sum > 0).then(|| Checksum::of(&[sum])),
                kind,
                size,
                mode,
                uid,
                gid: uid / 2,
                mtime,
            },
        )
    }

    proptest! {
        #[test]
        fn entries_come_out_as_they_went_in(all in proptest::collection::vec(entry(), 0..60)) {
            let entries: Entries = all.iter().cloned().collect();
            prop_assert_eq!(entries.iter().collect::<Vec<_>>(), all.clone());
            prop_assert_eq!(entries.get(all.len()), None);
            for (at, entry) in all.iter().enumerate() {
                prop_assert_eq!(entries.path(at), Some(entry.path.clone()));
                prop_assert_eq!(entries.removes(at), entry.kind.removes());
                prop_assert_eq!(entries.is_folder(at), entry.kind == Kind::Folder);
            }
            let clone = entries.clone();
            prop_assert_eq!(clone, entries);
        }
    }

    fn file(path: &str) -> Entry {
        let (path, kind) = (path.into(), Kind::File);
        Entry { path, kind, size: 1, mode: 0, uid: 0, gid: 0, mtime: 0, digest: None }
    }

    #[test]
    fn checksums_are_set_later() {
        let mut entries: Entries = ["a", "b", "c"].map(file).into_iter().collect();
        entries.set_checksums(vec![(1, Checksum::of(b"1")), (2, Checksum::of(b"1"))]);
        let sums: Vec<_> = entries.iter().map(|entry| entry.digest).collect();
        assert_eq!(sums, [None, Some(Checksum::of(b"1")), Some(Checksum::of(b"1"))]);
    }

    #[test]
    fn what_a_room_has_no_place_for_is_refused_and_comes_back_when_it_is_dropped() {
        let in_folder = |at: usize| file(&format!("folder/{at}"));
        let room = Room::of(1_000_000);
        let mut one = Entries::in_room(&room);
        let fitting = (0..).take_while(|at| one.push(in_folder(*at))).count();
        assert!((5_000..8_000).contains(&fitting), "{fitting}");
        let mut other = Entries::in_room(&room);
        assert!(!other.push(in_folder(0)), "{fitting} are there already");
        drop(one);
        assert!(other.push(in_folder(0)));
    }
}
