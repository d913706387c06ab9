//! What tells one state of a file from the next.

use std::fs::Metadata;
use std::time::SystemTime;

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

    /// All of it in a line; `None` if it does not tell enough: where there is only a time that every
    /// program can set, another file of the same length could not be told from this one.
    #[cfg(unix)]
    pub(super) fn words(&self) -> Option<String> {
        let since = self.modified?.duration_since(std::time::UNIX_EPOCH).ok()?;
        Some(format!("{} {} {:?} {:?}", self.len, since.as_nanos(), self.inode, self.changed))
    }

    #[cfg(not(unix))]
    pub(super) fn words(&self) -> Option<String> {
        None
    }
}
