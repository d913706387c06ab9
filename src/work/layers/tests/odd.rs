//! Layers that are odd, damaged, too large, or not the one that was asked for.

use super::*;
use crate::model::files::Room;

#[test]
fn odd_entries_are_reported_and_the_others_stay() {
    let tar = tar_of(&[
        file("../../etc/shadow", b"x"),
        file("/absolute", b""),
        file("twice", b"1"),
        file("./twice", b"2"),
        file("gone", b""),
        file(".wh.gone", b""),
        entry(EntryType::Link, b"out", "../../etc/shadow", b""),
        entry(EntryType::new(b'V'), b"volume", "", b""),
        entry(EntryType::Directory, b"/", "", b""),
    ]);
    let listing = layer(tar, Compression::None).listing().unwrap();
    assert_eq!(
        listing.problems,
        [
            Problem::Climbs { name: "../../etc/shadow".to_owned() },
            Problem::Absolute { path: "absolute".into() },
            Problem::Twice { path: "twice".into() },
            Problem::WhiteoutBehind { path: "gone".into() },
            Problem::LinkClimbs { path: "out".into() },
            Problem::UnknownKind { path: "volume".into(), kind: b'V' },
        ]
    );
    assert_eq!(paths(&listing), ["/absolute", "/twice", "/twice", "/gone", "/gone", "/"]);
    assert_eq!(listing.totals.entries, 9);
}

#[test]
fn what_exceeds_a_limit_is_refused_by_its_name() {
    let limits = Limits::default();
    let zeros = tar_of(&[file("zeros", &vec![0; 300_000])]);
    let many = tar_of(&[file("a", b""), file("b", b""), file("c", b"")]);
    for (blob, compression, limits, words) in [
        (gzip(&zeros), Compression::Gzip, Limits { decompressed: 200_000, ..limits }, "200 kB"),
        (zstd(&zeros), Compression::Zstd, Limits { decompressed: 200_000, ..limits }, "200 kB"),
        (
            gzip(&zeros),
            Compression::Gzip,
            Limits { ratio_from: 100_000, ratio: 20, ..limits },
            "20 times",
        ),
        (
            zstd(&zeros),
            Compression::Zstd,
            Limits { ratio_from: 100_000, ratio: 20, ..limits },
            "20 times",
        ),
        (many.clone(), Compression::None, Limits { entries: 2, ..limits }, "2 entries"),
    ] {
        let failure = layer(blob, compression).limited(limits).listing().unwrap_err();
        assert_eq!(failure.class, Class::TooLarge);
        assert!(failure.detail.contains(words), "{failure}");
    }
    for (limits, kept) in [
        (Limits { listed: 2, ..limits }, 2),
        (Limits { names: 1, ..limits }, 1),
        (Limits { name: 0, ..limits }, 0),
    ] {
        let listing = layer(many.clone(), Compression::None).limited(limits).listing().unwrap();
        assert_eq!((listing.entries.len(), listing.totals.entries), (kept, 3));
    }
}

#[test]
fn layers_that_do_not_fit_together_are_refused_until_there_is_room() {
    let files: Vec<String> = (0..100).map(|at| format!("folder/{at}")).collect();
    let tar = tar_of(&files.iter().map(|name| file(name, b"x")).collect::<Vec<_>>());
    let mut layer = layer(tar, Compression::None);
    layer.reader.room = Room::of(20_000);
    let first = layer.listing().unwrap();
    let failure = layer.listing().unwrap_err();
    assert_eq!(failure.class, Class::TooLarge);
    assert!(failure.detail.contains("do not fit in"), "{failure}");
    drop(first);
    assert_eq!(layer.listing().unwrap().entries.len(), 100);
    // Who only looks at what passes needs no room.
    layer.reader.room = Room::of(0);
    let names = layer.walk(Names::default()).unwrap().visitor;
    assert_eq!(names.0, 100);
}

/// Counts, and keeps nothing.
#[derive(Default)]
struct Names(usize);

impl Visitor for Names {
    fn entry(&mut self, _: &Entry) -> Ask {
        self.0 += 1;
        Ask::Pass
    }

    fn content(&mut self, _: &Entry, _: &[u8]) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn end(&mut self, _: &Entry) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn wants_entries(&self) -> bool {
        false
    }
}

#[test]
fn what_is_damaged_or_another_is_said() {
    let tar = tar_of(&[file("a", &b"content".repeat(3000))]);
    let packed = gzip(&tar);
    for (blob, compression, class) in [
        (packed[..packed.len() - 9].to_vec(), Compression::Gzip, Class::Malformed),
        (zstd(&tar)[..40].to_vec(), Compression::Zstd, Class::Malformed),
        (tar[..1000].to_vec(), Compression::None, Class::Malformed),
        (b"{}".to_vec(), Compression::None, Class::Malformed),
        (vec![0xfd, b'7', b'z', b'X', b'Z', 0, 0, 0], Compression::None, Class::Malformed),
    ] {
        let failure = layer(blob, compression).listing().unwrap_err();
        assert_eq!(failure.class, class, "{failure}");
    }
    // A layer of nothing is one of zeros.
    assert!(layer(vec![0; 1024], Compression::None).listing().unwrap().entries.is_empty());
}

#[test]
fn a_digest_that_is_wrong_at_the_end_withdraws_everything() {
    let tar = tar_of(&[file("a", b"data")]);
    let damaged = [&gzip(&tar)[..], b"trailing"].concat();
    let short = b"short".to_vec();
    for blob in [tar.clone(), gzip(&tar), zstd(&tar), damaged, short.clone()] {
        let mut layer = layer(blob, Compression::Gzip);
        layer.descriptor.digest = Digest::sha256(b"another");
        let failure = layer.listing().unwrap_err();
        assert_eq!(failure.class, Class::DigestMismatch);
    }
    // What is not a layer, and what was asked for, is not other content.
    assert_eq!(layer(short, Compression::None).listing().unwrap_err().class, Class::Malformed);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_end_in_an_answer(
        begin in prop_oneof![
            Just(&b""[..]), Just(&b"\x1f\x8b\x08\x00"[..]), Just(&b"\x28\xb5\x2f\xfd"[..])
        ],
        bytes in proptest::collection::vec(any::<u8>(), 0..1500),
    ) {
        let _ = layer([begin, &bytes].concat(), Compression::None).listing();
    }

    #[test]
    fn a_damaged_layer_ends_in_an_answer(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
        packing in 0..3,
    ) {
        let tar = tar_of(&[file("a", b"data"), file("d/b", &[7; 2000])]);
        let mut blob = match packing {
            0 => tar,
            1 => gzip(&tar),
            _ => zstd(&tar),
        };
        for (at, byte) in changes {
            let at = at.index(blob.len());
            blob[at] = byte;
        }
        blob.truncate(cut.index(blob.len() + 1));
        let _ = layer(blob, Compression::None).listing();
    }
}
