//! What can be wrong with a tar as such.

use std::fmt;

use crate::oci::Failure;

/// The longest extended header or long name that is read, in bytes.
pub(super) const MAX_EXTENDED: u64 = 1 << 20;

/// Why the walk cannot go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The bytes cannot be had.
    Input(Failure),
    /// They are not a tar.
    Damage(Damage),
}

/// What is wrong. Positions are bytes from the start of the tar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Damage {
    /// The first block is not a header.
    NoTar,
    /// There are no bytes at all.
    Empty,
    /// There is not even one block.
    TooShort,
    /// The end comes within a header.
    EndsInHeader { at: u64 },
    /// The checksum of a header is wrong.
    Header { at: u64 },
    /// The size in a header is not a number, or too large for any file.
    NoSize { at: u64 },
    /// The end comes within the content of an entry.
    EndsInEntry { at: u64, claimed: u64, left: u64 },
    /// An extended header does not follow its own form.
    Extended { at: u64 },
    /// An extended header or long name is longer than any real one.
    LongExtended { at: u64, length: u64 },
}

impl Damage {
    /// Whether it is a limit that was exceeded, not a form that was broken.
    pub(crate) fn is_limit(&self) -> bool {
        matches!(self, Self::LongExtended { .. })
    }
}

/// A sentence about "it", the tar.
impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it is not a tar archive: it is empty"),
            Self::NoTar => f.write_str("it is not a tar archive"),
            Self::TooShort => f.write_str("it is not a tar archive: it is too short"),
            Self::EndsInHeader { at } => {
                write!(f, "it ends too early, in the header at byte {at}")
            }
            Self::Header { at } => write!(f, "its header at byte {at} is damaged"),
            Self::NoSize { at } => write!(f, "its header at byte {at} has no usable size"),
            Self::EndsInEntry { at, claimed, left } => write!(
                f,
                "it ends too early: the entry at byte {at} claims {claimed} bytes, {left} are left"
            ),
            Self::Extended { at } => write!(f, "its extended header at byte {at} is malformed"),
            Self::LongExtended { at, length } => write!(
                f,
                "its extended header at byte {at} has {length} bytes; at most {MAX_EXTENDED} are \
                 read"
            ),
        }
    }
}
