//! What one layer holds.

use serde::{Deserialize, Serialize};

use super::{Entries, Entry, Kind, Path, Room};
use crate::oci::Digest;

/// The entries of one layer in the order of its tar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The entries. Of a path that is there twice, the later counts, as it does for what
    /// unpacks them.
    pub entries: Entries,
    /// Sums over all entries, those that were left out of `entries` among them.
    pub totals: Totals,
    /// What is odd; at most [`Listing::MAX_PROBLEMS`] are kept.
    pub problems: Vec<Problem>,
    /// How many entries did not fit into [`Limits::listed`](super::Limits::listed) or
    /// [`Limits::names`](super::Limits::names).
    pub left_out: u64,
    /// How it was read.
    pub way: Way,
}

/// How a listing was had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// The whole layer was streamed; its digest is right.
    Whole {
        /// The digest of the decompressed layer, to be compared with the config's.
        #[serde(with = "digest_text")]
        diff_id: Digest,
        /// How many bytes it has decompressed.
        decompressed: u64,
    },
    /// The layer's table of contents was read, whose digest the manifest states; the content that
    /// it speaks of was not looked at.
    Table,
    /// The reading was ended early: the listing holds what came before, nothing of it is verified.
    Part,
}

/// Sums over the entries of a layer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// All entries.
    pub entries: u64,
    /// Regular files.
    pub files: u64,
    /// The bytes of all regular files.
    pub bytes: u64,
    /// Whiteouts and opaque marks.
    pub removals: u64,
}

/// Something odd in a layer that does not keep it from being read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    /// A name that leads out of the image; the entry is left out.
    Climbs {
        /// The name, as far as it is UTF-8.
        name: String,
    },
    /// A hard link whose target leads out of the image; the entry is left out.
    LinkClimbs {
        /// The link.
        path: Path,
    },
    /// A name that begins with a slash; engines take it as from the image's root.
    Absolute {
        /// The path.
        path: Path,
    },
    /// A name that is in the layer more than once.
    Twice {
        /// The path.
        path: Path,
    },
    /// A whiteout behind the file that it names, in one layer.
    WhiteoutBehind {
        /// The path.
        path: Path,
    },
    /// A hard link to a path that is not there before it in its own layer.
    LinkElsewhere {
        /// The link.
        path: Path,
        /// What it names.
        target: Path,
        /// Whether that comes later in the layer; else only a lower layer can have it.
        later: bool,
    },
    /// A hard link to a folder.
    LinkToFolder {
        /// The link.
        path: Path,
        /// What it names.
        target: Path,
    },
    /// The root of the image as something else than a folder; the entry is left out.
    Root {
        /// The word for it.
        kind: String,
    },
    /// Zeros follow the end of the gzip stream.
    Zeros,
    /// Something else than zeros and than gzip follows the end of the gzip stream.
    Appended,
    /// A window of zstd above 128 MiB, which the program `zstd` does not take without further words.
    Window {
        /// The window in bytes.
        bytes: u64,
    },
    /// A compression that the specification does not have.
    Compression {
        /// `xz` or `bzip2`.
        found: String,
    },
    /// A name longer than [`Limits::name`](super::Limits::name); the entry is left out.
    LongName {
        /// Its length in bytes.
        length: u64,
    },
    /// An entry of a type that images do not have; it is left out.
    UnknownKind {
        /// The path.
        path: Path,
        /// The type byte of the tar header.
        kind: u8,
    },
    /// A sparse file whose map of holes is damaged, or too long; its content is not read.
    Sparse {
        /// The path.
        path: Path,
    },
    /// A sparse file whose holes are larger than [`Limits::holes`](super::Limits::holes) leaves;
    /// its content is not read.
    Holes {
        /// The path.
        path: Path,
        /// The bytes of its holes.
        bytes: u64,
    },
    /// The layer is packed in another way than its media type says.
    Packing {
        /// What the media type says: `gzip`, `zstd` or `tar`.
        stated: String,
        /// What it is.
        found: String,
    },
    /// The manifest announces a table of contents that cannot be used; the layer was streamed.
    NoTable {
        /// Why.
        problem: String,
    },
    /// The table of contents holds something that cannot be used; the entry is left out.
    Table {
        /// What.
        problem: String,
    },
}

impl Listing {
    /// The most problems that are kept.
    pub const MAX_PROBLEMS: usize = 1000;

    /// A listing of nothing, whose entries take as much memory as they like.
    #[must_use]
    pub fn empty() -> Self {
        Self::with(Entries::default())
    }

    /// A listing of nothing, whose entries take the memory of this room.
    #[must_use]
    pub fn in_room(room: &Room) -> Self {
        Self::with(Entries::in_room(room))
    }

    fn with(entries: Entries) -> Self {
        Self {
            entries,
            totals: Totals::default(),
            problems: Vec::new(),
            left_out: 0,
            way: Way::Part,
        }
    }

    /// Whether all of the layer is known: it was read to its end, or by its table.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.way != Way::Part
    }

    /// The digest of the decompressed layer, if it was read whole.
    #[must_use]
    pub fn diff_id(&self) -> Option<&Digest> {
        match &self.way {
            Way::Whole { diff_id, .. } => Some(diff_id),
            Way::Table | Way::Part => None,
        }
    }

    /// Counts an entry and keeps it where it `fits`; whether there was room for it.
    pub(crate) fn add(&mut self, entry: Entry, fits: bool) -> bool {
        self.totals.entries += 1;
        match entry.kind {
            Kind::File => {
                self.totals.files += 1;
                self.totals.bytes = self.totals.bytes.saturating_add(entry.size);
            }
            Kind::Whiteout | Kind::Opaque => self.totals.removals += 1,
            _ => {}
        }
        if fits {
            return self.entries.push(entry);
        }
        self.left_out += 1;
        true
    }

    /// Notes something odd.
    pub(crate) fn report(&mut self, problem: Problem) {
        if self.problems.len() < Self::MAX_PROBLEMS {
            self.problems.push(problem);
        }
    }
}

/// A sentence without a full stop; escaped.
impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Climbs { name } => {
                write!(f, "the name {} leads outside; it is left out", crate::text::escape(name))
            }
            Self::LinkClimbs { path } => {
                write!(f, "the hard link {path} leads outside; it is left out")
            }
            Self::Absolute { path } => write!(f, "the name of {path} begins with a slash"),
            Self::Twice { path } => write!(f, "{path} is in the layer more than once"),
            Self::WhiteoutBehind { path } => {
                write!(f, "a whiteout of {path} comes behind {path} itself")
            }
            Self::LinkElsewhere { path, target, later: true } => {
                write!(f, "{path} is a hard link to {target}, which comes later in the layer")
            }
            Self::LinkElsewhere { path, target, later: false } => {
                write!(f, "{path} is a hard link to {target}, which is not in the same layer")
            }
            Self::LinkToFolder { path, target } => {
                write!(f, "{path} is a hard link to the folder {target}")
            }
            Self::Root { kind } => write!(f, "the root of the image is a {kind}; it is left out"),
            Self::Zeros => f.write_str("zeros follow the end of its gzip stream"),
            Self::Appended => {
                f.write_str("something that is not gzip follows the end of its gzip stream")
            }
            Self::Window { bytes } => {
                write!(f, "its zstd window has {}", crate::text::bytes(*bytes))
            }
            Self::Compression { found } => write!(f, "it is compressed with {found}"),
            Self::LongName { length } => {
                write!(f, "a name has {length} bytes; it is left out")
            }
            Self::UnknownKind { path, kind } => {
                let kind = char::from(*kind);
                write!(f, "{path} is of the tar type {kind:?}, which images do not have")
            }
            Self::Sparse { path } => {
                write!(f, "the map of the sparse file {path} is damaged; its content is not read")
            }
            Self::Holes { path, bytes } => {
                let bytes = crate::text::bytes(*bytes);
                write!(f, "the sparse file {path} has holes of {bytes}; its content is not read")
            }
            Self::Packing { stated, found } => {
                write!(f, "the media type says {stated}, the layer is {found}")
            }
            Self::NoTable { problem } => {
                let problem = crate::text::escape(problem);
                write!(f, "the table of contents cannot be used: {problem}")
            }
            Self::Table { problem } => {
                write!(f, "in the table of contents, {}", crate::text::escape(problem))
            }
        }
    }
}

mod digest_text {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer, de::Error as _};

    use crate::oci::Digest;

    pub(super) fn serialize<S: Serializer>(digest: &Digest, to: S) -> Result<S::Ok, S::Error> {
        digest.serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Digest, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}
