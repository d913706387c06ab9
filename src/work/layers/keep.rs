//! Listings in the cache: JSON, packed with zstd, with the version of its form.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::model::files::Listing;

/// Raised with every change of what is in a kept listing, or of how layers are read.
const VERSION: u32 = 3;
/// The most bytes that a kept listing may unpack to.
const MAX_UNPACKED: u64 = 512 << 20;
/// zstd's own default.
const LEVEL: i32 = 3;

#[derive(Serialize)]
struct Writing<'a> {
    version: u32,
    listing: &'a Listing,
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

#[derive(Deserialize)]
struct Reading {
    listing: Listing,
}

/// A listing as it is kept; `None` if it was not read whole.
pub(super) fn pack(listing: &Listing) -> Option<Bytes> {
    if !listing.is_complete() {
        return None;
    }
    let mut packer = zstd::stream::write::Encoder::new(Vec::new(), LEVEL).ok()?;
    serde_json::to_writer(&mut packer, &Writing { version: VERSION, listing }).ok()?;
    packer.finish().ok().map(Bytes::from)
}

/// A kept listing; `None` if it is of another version or no listing.
pub(super) fn unpack(bytes: &[u8]) -> Option<Listing> {
    use std::io::Read as _;
    let mut json = Vec::new();
    let decoder = zstd::stream::read::Decoder::with_buffer(bytes).ok()?;
    decoder.take(MAX_UNPACKED).read_to_end(&mut json).ok()?;
    let version: Version = serde_json::from_slice(&json).ok()?;
    if version.version != VERSION {
        return None;
    }
    serde_json::from_slice::<Reading>(&json).ok().map(|reading| reading.listing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::files::{Entry, Kind, Path, Problem, Target, Way};
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
        assert_eq!(unpack(&packed), Some(listing()));
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
            assert_eq!(unpack(kept), None);
        }
        let json = zstd::decode_all(listing).unwrap();
        let stated: Version = serde_json::from_slice(&json).unwrap();
        assert!(stated.version < VERSION);
        // As far as its fields go it is a listing: nothing but the version keeps it out.
        assert_eq!(serde_json::from_slice::<Reading>(&json).unwrap().listing.entries.len(), 5);
    }

    #[test]
    fn another_version_or_other_bytes_count_as_nothing() {
        let json = serde_json::to_string(&Writing { version: 99, listing: &listing() }).unwrap();
        for bytes in [zstd::encode_all(json.as_bytes(), 1).unwrap(), b"{}".to_vec(), Vec::new()] {
            assert_eq!(unpack(&bytes), None);
        }
    }
}
