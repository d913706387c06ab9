//! Numbers of a folder and all that is in it.

/// What is in a folder and in all folders below it; of a file, its own numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// Bytes of the files that show. A hard link adds nothing to its target.
    pub bytes: u64,
    /// Entries that show, the folder's own among them.
    pub entries: u64,
    /// Bytes that were written here in one layer and replaced or removed in a later one.
    pub wasted: u64,
}

impl Sums {
    pub(super) fn add(&mut self, other: Self) {
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.entries += other.entries;
        self.wasted = self.wasted.saturating_add(other.wasted);
    }
}
