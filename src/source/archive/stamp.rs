//! What tells one state of a file from the next.

use std::fs::Metadata;
use std::time::{SystemTime, UNIX_EPOCH};

/// What tells one state of a file from the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamp {
    len: u64,
    /// When it was written last.
    pub(super) modified: Option<SystemTime>,
    #[cfg(unix)]
    inode: (u64, u64),
    /// When anything of it was changed last, which no program can set.
    #[cfg(unix)]
    changed: (i64, i64),
}

impl Stamp {
    pub(super) fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        use std::os::unix::fs::MetadataExt as _;
        Self {
            len: metadata.len(),
            modified: metadata.modified().ok(),
            #[cfg(unix)]
            inode: (metadata.dev(), metadata.ino()),
            #[cfg(unix)]
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }

    /// All of it in a line; `None` if it does not tell enough.
    pub(super) fn words(&self) -> Option<String> {
        let modified = self.modified?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
        #[cfg(unix)]
        let rest = format!("{:?} {:?}", self.inode, self.changed);
        #[cfg(not(unix))]
        let rest = String::new();
        Some(format!("{} {modified} {rest}", self.len))
    }
}
