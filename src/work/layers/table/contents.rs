//! What a table of contents says (the JSON of CRFS, as eStargz and zstd:chunked extend it).

use std::collections::HashMap;
use std::ops::Range;

use serde::Deserialize;

use super::super::sorter::{Raw, RawKind, Sorter};
use crate::model::files::{Checksum, Kind, Limits, Listing, Path, Problem, Room, Way};

/// A table of contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::work::layers) struct Table {
    pub(in crate::work::layers) listing: Listing,
    /// Where the files lie.
    places: HashMap<Path, Place>,
}

/// Where the content of a file lies in its layer. The files of a tar lie in one run, so reading on
/// from there gives all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::work::layers) struct Place {
    /// The compressed bytes that hold it; they begin with a gzip member or a zstd frame.
    pub(in crate::work::layers) packed: Range<u64>,
    /// How many decompressed bytes come before it.
    pub(in crate::work::layers) inner: u64,
}

#[derive(Deserialize)]
struct Json {
    entries: Vec<Item>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Item {
    #[serde(rename = "type")]
    kind: String,
    name: String,
    link_name: String,
    size: u64,
    mode: u32,
    uid: u64,
    gid: u64,
    modtime: Option<String>,
    dev_major: u32,
    dev_minor: u32,
    digest: String,
    offset: u64,
    inner_offset: u64,
    end_offset: u64,
}

impl Table {
    /// Reads the JSON of a table that begins at this byte of its layer.
    pub(in crate::work::layers) fn parse(
        json: &[u8],
        begins: u64,
        limits: Limits,
        room: &Room,
    ) -> Result<Self, String> {
        let json: Json = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        let mut sorter = Sorter::new(limits, room);
        let mut places = HashMap::new();
        // From the last to the first: a file, its chunks with it, ends where the next one begins.
        let mut ends = vec![begins; json.entries.len()];
        let (mut next, mut next_end) = (begins, begins);
        for (item, end) in json.entries.iter().zip(&mut ends).rev() {
            if item.offset > 0 && item.kind != "chunk" {
                // Small files may share a beginning; then they share an end.
                *end = if item.offset == next { next_end } else { next };
                (next, next_end) = (item.offset, *end);
            }
        }
        for (item, end) in json.entries.iter().zip(ends) {
            let Some(kind) = item.kind() else {
                if item.kind != "chunk" {
                    let problem = format!("{:?} is of the type {:?}", item.name, item.kind);
                    sorter.listing.report(Problem::Table { problem });
                }
                continue;
            };
            let Some(mut entry) = sorter.entry(item.raw(kind)) else { continue };
            if entry.kind == Kind::File {
                entry.digest = match item.size {
                    0 => Some(Checksum::of(b"")),
                    _ => Checksum::parse(&item.digest),
                };
                let end = if item.end_offset > item.offset { item.end_offset } else { end };
                if (1..end).contains(&item.offset) && end <= begins {
                    let place = Place { packed: item.offset..end, inner: item.inner_offset };
                    places.insert(entry.path.clone(), place);
                }
            }
            sorter.keep(entry);
            if sorter.is_full() {
                return Err("its files do not fit in the memory that is left for them".to_owned());
            }
        }
        let mut listing = sorter.finish();
        listing.entries.shrink();
        listing.way = Way::Table;
        Ok(Self { listing, places })
    }

    /// Where a file lies; `None` if the table does not say, as of empty files.
    pub(in crate::work::layers) fn place(&self, path: &Path) -> Option<&Place> {
        self.places.get(path)
    }
}

impl Item {
    fn kind(&self) -> Option<RawKind> {
        Some(match self.kind.as_str() {
            "reg" => RawKind::File,
            "dir" => RawKind::Folder,
            "symlink" => RawKind::Symlink,
            "hardlink" => RawKind::HardLink,
            "char" => RawKind::CharacterDevice(self.dev_major, self.dev_minor),
            "block" => RawKind::BlockDevice(self.dev_major, self.dev_minor),
            "fifo" => RawKind::Fifo,
            _ => return None,
        })
    }

    fn raw(&self, kind: RawKind) -> Raw<'_> {
        let time = self.modtime.as_ref().and_then(|text| text.parse::<jiff::Timestamp>().ok());
        Raw {
            name: self.name.as_bytes(),
            link: self.link_name.as_bytes(),
            kind,
            size: self.size,
            mode: self.mode,
            uid: self.uid,
            gid: self.gid,
            mtime: time.map_or(0, |time| time.as_second()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_ends_where_the_next_begins() {
        let json = br#"{"version":1,"entries":[
            {"type":"dir","name":"usr/"},
            {"type":"reg","name":"usr/a","size":9,"offset":100,"chunkSize":4},
            {"type":"chunk","name":"usr/a","offset":150,"chunkOffset":4},
            {"type":"reg","name":"empty"},
            {"type":"reg","name":"b","size":5,"offset":200,"innerOffset":512},
            {"type":"reg","name":"c","size":5,"offset":200,"innerOffset":1536,"endOffset":290},
            {"type":"reg","name":"usr/.wh.gone","size":0},
            {"type":"reg","name":"lies","size":5,"offset":900},
            {"type":"door","name":"odd"}]}"#;
        let table = Table::parse(json, 300, Limits::default(), &Room::default()).unwrap();
        let place = |path: &str| table.place(&path.into()).map(|it| (it.packed.clone(), it.inner));
        assert_eq!(place("usr/a"), Some((100..200, 0)));
        assert_eq!(place("empty"), None);
        assert_eq!(place("c"), Some((200..290, 1536)));
        assert_eq!(place("lies"), None);
        let kinds: Vec<_> = table.listing.entries.iter().map(|it| it.kind.word()).collect();
        assert_eq!(kinds, ["folder", "file", "file", "file", "file", "whiteout", "file"]);
        assert_eq!(table.listing.problems.len(), 1);
        for odd in ["", "[]", r#"{"entries":[{"size":-1}]}"#] {
            assert!(
                Table::parse(odd.as_bytes(), 300, Limits::default(), &Room::default()).is_err()
            );
        }
    }
}
