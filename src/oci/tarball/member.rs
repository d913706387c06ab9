//! One entry of a tar, its extended headers applied.

use tar::{EntryType, Header};

use super::Parts;

/// What the headers say of an entry. Its content follows.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    /// The header itself.
    pub(crate) header: Header,
    /// Where the content begins, in bytes from the start of the tar.
    pub(crate) data: u64,
    /// How many bytes of content follow; of a sparse file, after its map.
    pub(crate) stored: u64,
    /// The name as written: any bytes.
    pub(crate) path: Vec<u8>,
    /// The target of a link as written.
    pub(crate) link: Vec<u8>,
    /// The size of the file, its holes included.
    pub(crate) size: u64,
    /// Which parts of the file follow.
    pub(crate) parts: Parts,
    /// The owner's number; 0 if it is none.
    pub(crate) uid: u64,
    /// The group's number; 0 if it is none.
    pub(crate) gid: u64,
    /// Seconds since 1970; 0 if it is not a number.
    pub(crate) mtime: i64,
}

impl Member {
    /// Its type.
    pub(crate) fn kind(&self) -> EntryType {
        self.header.entry_type()
    }

    /// Before POSIX a folder was told by its name alone.
    pub(crate) fn is_folder(&self) -> bool {
        let kind = self.kind();
        kind.is_dir() || (is_file(kind) && self.path.ends_with(b"/"))
    }
}

fn is_file(kind: EntryType) -> bool {
    matches!(kind, EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse)
}
