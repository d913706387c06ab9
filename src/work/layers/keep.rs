//! Listings in the cache: lines of JSON, packed with zstd. The first has the version of their form
//! and what is said of the whole layer, each other one an entry: they are read and written one by
//! one.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::model::files::{Entry, Listing, Problem, Room, Totals, Way};

/// Raised with every change of what is in a kept listing, or of how layers are read.
const VERSION: u32 = 4;
/// The most bytes that a kept listing may unpack to.
const MAX_UNPACKED: u64 = 512 << 20;
/// zstd's own default.
const LEVEL: i32 = 3;
/// About what an entry takes when it is packed, in bytes.
const PACKED: usize = 44;

#[derive(Deserialize)]
struct Version {
    version: u32,
}

#[derive(Serialize, Deserialize)]
struct Head {
    version: u32,
    totals: Totals,
    problems: Vec<Problem>,
    left_out: u64,
    way: Way,
}

/// A listing as it is kept; `None` if it was not read whole.
pub(super) fn pack(listing: &Listing) -> Option<Bytes> {
    if !listing.is_complete() {
        return None;
    }
    // A checksum cannot be packed; beside it an entry takes about as much as a number.
    let packed = Vec::with_capacity(listing.entries.len() * PACKED);
    let mut packer = zstd::stream::write::Encoder::new(packed, LEVEL).ok()?;
    let Listing { totals, problems, left_out, way, .. } = listing;
    let (problems, way) = (problems.clone(), way.clone());
    let head = Head { version: VERSION, totals: *totals, problems, left_out: *left_out, way };
    serde_json::to_writer(&mut packer, &head).ok()?;
    for entry in listing.entries.iter() {
        packer.write_all(b"\n").ok()?;
        serde_json::to_writer(&mut packer, &entry).ok()?;
    }
    let mut packed = packer.finish().ok()?;
    packed.shrink_to_fit();
    Some(Bytes::from(packed))
}

/// A kept listing; `None` if it is of another version or no listing, or if the room is full.
pub(super) fn unpack(bytes: &[u8], room: &Room) -> Option<Listing> {
    let decoder = zstd::stream::read::Decoder::with_buffer(bytes).ok()?;
    let mut lines = BufReader::new(decoder.take(MAX_UNPACKED));
    let mut line = Vec::new();
    lines.read_until(b'\n', &mut line).ok()?;
    let version: Version = serde_json::from_slice(&line).ok()?;
    if version.version != VERSION {
        return None;
    }
    let head: Head = serde_json::from_slice(&line).ok()?;
    let mut listing = Listing::in_room(room);
    (listing.totals, listing.problems) = (head.totals, head.problems);
    (listing.left_out, listing.way) = (head.left_out, head.way);
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line).ok()? == 0 {
            break;
        }
        if !listing.entries.push(serde_json::from_slice::<Entry>(&line).ok()?) {
            return None;
        }
    }
    listing.entries.shrink();
    Some(listing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::files::{Kind, Path, Target};
    use crate::oci::Digest;

    fn listing() -> Listing {
        let mut listing = Listing::empty();
        for (at, kind) in [
            Kind::File,
            Kind::Folder,
            Kind::Symlink(Target::new(&b"\xff"[..])),
            Kind::HardLink("a/b".into()),
            Kind::CharacterDevice(1, 3),
            Kind::Fifo,
            Kind::Whiteout,
            Kind::Opaque,
        ]
        .into_iter()
        .enumerate()
        {
            let digest = (kind == Kind::File).then(|| crate::model::files::Checksum::of(b"x"));
            let path = Path::parse(format!("e/{at}").as_bytes()).unwrap();
            let entry =
                Entry { path, kind, size: 0, mode: 0o644, uid: 0, gid: 7, mtime: -1, digest };
            listing.add(entry, true);
        }
        listing.report(Problem::Twice { path: "e".into() });
        listing.way = Way::Whole { diff_id: Digest::sha256(b""), decompressed: 1024 };
        listing
    }

    #[test]
    fn a_listing_survives() {
        let packed = pack(&listing()).unwrap();
        assert_eq!(unpack(&packed, &Room::default()), Some(listing()));
        assert_eq!(pack(&Listing { way: Way::Part, ..listing() }), None);
    }

    /// Layers were read in another way then: what commit 9305aee kept is read anew, listings and
    /// what its `check` noted of programs. A hash comes before each.
    #[test]
    fn a_listing_of_an_older_platy_counts_as_nothing() {
        let [listing, noted] = [
            &include_bytes!(
                "../../../tests/data/formats-9305aee/cache/platy/listings/sha256/\
                 c410f1aaf630b91d84e112d581951025e04ec8dc4b478f14bcf521f53a1c2ce7"
            )[32..],
            &include_bytes!(
                "../../../tests/data/formats-9305aee/cache/platy/listings/sha256/\
                 dda11b11e5360335828883d01cd5e9262b1130a51673757328516849360179c9"
            )[32..],
        ];
        for kept in [listing, noted] {
            assert_eq!(unpack(kept, &Room::default()), None);
        }
        let json = zstd::decode_all(listing).unwrap();
        let stated: Version = serde_json::from_slice(&json).unwrap();
        assert!(stated.version < VERSION);
    }

    #[test]
    fn another_version_or_other_bytes_count_as_nothing() {
        let json =
            String::from_utf8(zstd::decode_all(&*pack(&listing()).unwrap()).unwrap()).unwrap();
        let is_read = |json: &str| {
            let packed = zstd::encode_all(json.as_bytes(), 1).unwrap();
            unpack(&packed, &Room::default()).is_some()
        };
        assert!(is_read(&json));
        assert!(!is_read(&json.replacen("\"version\":4", "\"version\":99", 1)));
        assert!(!is_read(&json[..json.len() - 1]), "it was cut");
        for bytes in [b"{}".to_vec(), Vec::new()] {
            assert_eq!(unpack(&bytes, &Room::default()), None);
        }
    }
}
