//! What the entries of one layer do to each other, and how layers are packed.

use base64::Engine as _;

use super::*;
use EntryType::{Directory, Link, Symlink};

fn folder(path: &str) -> Vec<u8> {
    entry(Directory, path.as_bytes(), "", b"")
}

fn symlink(path: &str, to: &str) -> Vec<u8> {
    entry(Symlink, path.as_bytes(), to, b"")
}

fn hard_link(path: &str, to: &str) -> Vec<u8> {
    entry(Link, path.as_bytes(), to, b"")
}

fn listed(entries: &[Vec<u8>]) -> Listing {
    layer(tar_of(entries), Compression::None).listing().unwrap()
}

#[test]
fn what_is_written_through_a_link_of_its_layer_is_where_the_link_leads() {
    // rules_distroless, debs laid on a merged /usr; containerd 2.4 and containers/storage 1.65.
    for (entries, expected) in [
        (vec![symlink("bin", "usr/bin"), file("bin/app", b"")], "/usr/bin/app"),
        (vec![symlink("bin", "/usr/bin"), file("./bin/app", b"")], "/usr/bin/app"),
        (vec![symlink("a/b", "../c"), symlink("c", "d/e"), file("a/b/x", b"")], "/d/e/x"),
        (vec![symlink("bin", "usr/bin"), file("bin/.wh.app", b"")], "/usr/bin/app"),
        (vec![symlink("bin", "usr/bin"), file("bin/.wh..wh..opq", b"")], "/usr/bin"),
        // A folder or a file takes the place of the link.
        (vec![symlink("a", "b"), file("./a", b""), file("c/x", b"")], "/c/x"),
        (vec![symlink("bin", "usr/bin"), folder("bin"), file("bin/app", b"")], "/bin/app"),
        // It comes behind.
        (vec![file("bin/app", b""), symlink("bin", "usr/bin")], "/bin"),
        (vec![symlink("a", "b"), symlink("b", "a"), file("a/x", b"")], "/a/x"),
        (vec![file("a/../up", b"")], "/up"),
    ] {
        let listing = listed(&entries);
        assert_eq!(paths(&listing).last().unwrap(), expected);
        let odd = |problem: &&Problem| !matches!(problem, Problem::Twice { .. });
        assert_eq!(listing.problems.iter().find(odd), None);
    }
}

#[test]
fn what_engines_refuse_is_reported() {
    let twice = |path: &str| Problem::Twice { path: path.into() };
    let elsewhere = |path: &str, target: &str, later| {
        let (path, target) = (path.into(), target.into());
        Problem::LinkElsewhere { path, target, later }
    };
    let behind = |path: &str| Problem::WhiteoutBehind { path: path.into() };
    let (a, gone) = (file("a", b"1"), file(".wh.a", b""));
    for (entries, expected) in [
        (vec![a.clone(), file("./a", b"2")], vec![twice("a")]),
        (vec![folder("d"), folder("d/")], vec![twice("d")]),
        // tar-split compares names as they are cleaned: a slash before makes another.
        (vec![a.clone(), file("/a", b"2")], vec![Problem::Absolute { path: "a".into() }]),
        // The order of a whiteout and its file decides; that of an opaque mark does not.
        (vec![a.clone(), gone.clone()], vec![behind("a")]),
        (vec![gone, a.clone()], vec![]),
        (vec![file("d/x", b""), file(".wh.d", b"")], vec![behind("d")]),
        (vec![file("d/x", b""), file("d/.wh..wh..opq", b"")], vec![]),
        (vec![hard_link("b", "a")], vec![elsewhere("b", "a", false)]),
        (vec![hard_link("b", "a"), a.clone()], vec![elsewhere("b", "a", true)]),
        (vec![a.clone(), hard_link("b", "./a"), hard_link("c", "/b")], vec![]),
        (
            vec![folder("d"), hard_link("b", "d")],
            vec![Problem::LinkToFolder { path: "b".into(), target: "d".into() }],
        ),
        // GoogleContainerTools/kaniko#1151.
        (
            vec![folder("."), hard_link("/", "."), a.clone()],
            vec![Problem::Root { kind: "hard link".to_owned() }],
        ),
        (vec![file(".wh..wh.plnk/1.2", b""), hard_link("b", ".wh..wh.plnk/1.2")], vec![]),
    ] {
        assert_eq!(listed(&entries).problems, expected);
    }
}

#[test]
fn another_name_of_a_symbolic_link_is_one() {
    let listing = listed(&[file("real", b"1"), symlink("s", "real"), hard_link("app", "s")]);
    assert_eq!(listing.entries.get(2).unwrap().kind, Kind::Symlink(Target::new(&b"real"[..])));
    assert_eq!(listing.problems, []);
}

#[test]
fn what_aufs_notes_is_no_content() {
    let listing = listed(&[
        folder(".wh..wh.plnk"),
        file(".wh..wh.plnk/403.5", b"1"),
        file(".wh..wh.aufs", b""),
        folder("d/.wh..wh.orph"),
        file("a", b""),
    ]);
    assert_eq!(paths(&listing), ["/a"]);
}

#[test]
fn a_layer_of_nothing_is_empty() {
    // moby/moby#18170, google/go-containerregistry#367.
    for (blob, compression) in [
        (Vec::new(), Compression::None),
        (Vec::new(), Compression::Gzip),
        (gzip(b""), Compression::Gzip),
        (zstd(b""), Compression::Zstd),
        (gzip(&[0; 1024]), Compression::Gzip),
    ] {
        let listing = layer(blob, compression).listing().unwrap();
        assert_eq!((listing.entries.len(), listing.problems.len()), (0, 0));
        assert!(listing.is_complete());
    }
}

#[test]
fn what_follows_gzip_is_told_from_damage() {
    let tar = tar_of(&[file("a", b"data")]);
    let padded = |count: usize| [&gzip(&tar)[..], &vec![0; count]].concat();
    for (count, piece) in [(512, 1), (512, 1000), (300_000, 1 << 20)] {
        let layer = layer_in_pieces(padded(count), media_type(Compression::Gzip), piece);
        let listing = layer.listing().unwrap();
        assert_eq!(listing.problems, [Problem::Zeros]);
        assert_eq!(listing.diff_id(), Some(&Digest::sha256(&tar)));
    }
    // containerd 2.4.2 unpacks each of these with unpigz, and fails on each without.
    let mut dirty = padded(600);
    dirty[gzip(&tar).len() + 550] = 1;
    let behind = |bytes: &[u8]| [&gzip(&tar)[..], bytes].concat();
    for (blob, problem) in [
        (padded(1), Problem::Zeros),
        (padded(9), Problem::Zeros),
        (dirty, Problem::Appended),
        (behind(b"garbage behind it"), Problem::Appended),
        (behind(b"x"), Problem::Appended),
        (behind(b"\x1f\x8b"), Problem::Appended),
    ] {
        let listing = layer(blob, Compression::Gzip).listing().unwrap();
        assert_eq!(listing.problems, [problem]);
        assert_eq!(listing.diff_id(), Some(&Digest::sha256(&tar)));
    }
    // A member that is cut off is damage to everyone.
    let failure = layer(behind(&gzip(&tar)[..20]), Compression::Gzip).listing().unwrap_err();
    assert_eq!(failure.class, Class::Malformed);
}

/// A tar of `app`, packed with xz.
const XZ: &str = "/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4Af/ADtdADCcLAG6cMNETBgPKWa+c/NVXVSZjkhNdyuUQLP3aKSM\
                  OPkSuSTWaJRFHRQXffD5+4XYEU7bkqJJ+wQAAAApupSCAAFTgBAAAACJSbCoPjANiwIAAAAAAVla";

#[test]
fn xz_and_bzip2_are_read_and_named() {
    let xz = base64::engine::general_purpose::STANDARD.decode(XZ).unwrap();
    let tar = tar_of(&[file("app", b"data")]);
    let mut bzip2 = Vec::new();
    let mut packer = bzip2::read::BzEncoder::new(&tar[..], bzip2::Compression::fast());
    std::io::Read::read_to_end(&mut packer, &mut bzip2).unwrap();
    for (blob, found) in [(xz.clone(), "xz"), (bzip2, "bzip2")] {
        let listing = layer(blob, Compression::None).listing().unwrap();
        assert_eq!(paths(&listing), ["/app"]);
        let found = found.to_owned();
        assert_eq!(listing.problems, [Problem::Compression { found }]);
    }
    let failure = layer(xz[..60].to_vec(), Compression::None).listing().unwrap_err();
    assert_eq!(failure.class, Class::Malformed);
}

#[test]
fn wide_windows_of_zstd_are_read_as_far_as_memory_goes() {
    let tar = tar_of(&[file("a", &[7; 5000])]);
    let packed = |log: u32| {
        let mut packer = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
        packer.long_distance_matching(true).unwrap();
        packer.window_log(log).unwrap();
        packer.write_all(&tar).unwrap();
        packer.finish().unwrap()
    };
    for log in [27, 28, 29] {
        let listing = layer(packed(log), Compression::Zstd).listing().unwrap();
        assert_eq!(paths(&listing), ["/a"], "{log}");
        // The program zstd, through which podman and CRI-O unpack, stops above 128 MiB.
        let wide = Problem::Window { bytes: 1 << log };
        let problems = if log == 27 { Vec::new() } else { vec![wide] };
        assert_eq!(listing.problems, problems, "{log}");
    }
    let failure = layer(packed(31), Compression::Zstd).listing().unwrap_err();
    assert_eq!(failure.class, Class::Malformed);
    assert!(failure.detail.contains("its zstd window has 2.1 GB"), "{failure}");
    // Of a second frame it is known only when it comes.
    let later = [zstd(&tar[..512]), packed(28)].concat();
    let failure = layer(later, Compression::Zstd).listing().unwrap_err();
    assert_eq!(failure.class, Class::Unsupported);
    assert!(failure.detail.contains("needs more memory than platy takes"), "{failure}");
}

#[test]
fn what_is_no_archive_by_its_type_is_not_damaged() {
    for (media_type, words) in [
        ("application/vnd.erofs.layer.v1+zstd", "it is an EROFS image, which platy does not read"),
        ("application/vnd.example.data", "its media type is not that of a layer"),
    ] {
        let failure = layer_in_pieces(vec![7; 2000], media_type, 1000).listing().unwrap_err();
        assert_eq!(failure.class, Class::Unsupported);
        assert!(failure.detail.contains(words), "{failure}");
    }
    // Nor is what is known of its bytes under another type.
    let kept = tempfile::tempdir().unwrap();
    let mut known = layer(tar_of(&[folder("a")]), Compression::None);
    let key = crate::source::KeyFile::Own(kept.path().join("key"));
    let cache = crate::source::Cache::with_key(kept.path().join("kept"), 1 << 20, Some(key));
    known.reader = Reader::new(Arc::clone(&known.reader.source), Some(cache));
    run(known.reader.listing(&known.descriptor, &mut |_| ())).unwrap();
    assert!(run(known.reader.kept(&known.descriptor)).is_some());
    let erofs = MediaType::parse("application/vnd.erofs.layer.v1");
    let erofs = Descriptor { media_type: erofs, ..Descriptor::clone(&known.descriptor) };
    assert_eq!(run(known.reader.kept(&erofs)), None);
    let failure = run(known.reader.listing(&erofs, &mut |_| ())).unwrap_err();
    assert_eq!(failure.class, Class::Unsupported);
}
