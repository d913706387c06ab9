//! Layers of every odd sort, streamed.

use std::io::Write as _;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use flate2::write::GzEncoder;
use futures_util::{StreamExt as _, stream};
use proptest::prelude::*;
use tar::{EntryType, Header};

use super::*;
use crate::content::{Checksum, Entry, Kind, Limits, Listing, Path, Problem, Way};
use crate::oci::{
    Class, Compression, Descriptor, Digest, Document, Failure, Location, MediaType, Referrer,
};
use crate::source::{Answer, BlobStream, Source};

/// A blob in memory, given in small pieces and checked at its end.
struct Memory {
    location: Location,
    blob: Bytes,
    piece: usize,
    sent: Arc<AtomicU64>,
}

fn no<T>(what: &str) -> Result<T, Failure> {
    Err(Failure::new(Class::Unsupported, what, "not in this test"))
}

impl Source for Memory {
    fn location(&self) -> &Location {
        &self.location
    }

    fn root(&self) -> Answer<'_, Document> {
        Box::pin(async { no("root") })
    }

    fn manifest<'a>(&'a self, _: &'a Descriptor) -> Answer<'a, Document> {
        Box::pin(async { no("manifest") })
    }

    fn blob<'a>(&'a self, _: &'a Descriptor, _: u64) -> Answer<'a, Bytes> {
        Box::pin(async { no("blob") })
    }

    fn stream<'a>(
        &'a self,
        descriptor: &'a Descriptor,
        range: Option<Range<u64>>,
    ) -> Answer<'a, BlobStream> {
        let right = range.is_some() || descriptor.digest.matches(&self.blob);
        let blob = match range {
            Some(range) => {
                self.blob.slice(usize::try_from(range.start).unwrap()..range.end as usize)
            }
            None => self.blob.clone(),
        };
        let (piece, sent) = (self.piece, Arc::clone(&self.sent));
        Box::pin(async move {
            let pieces = stream::unfold(blob, move |mut rest| {
                let piece = rest.split_to(piece.min(rest.len()));
                sent.fetch_add(piece.len() as u64, Ordering::Relaxed);
                async move { (!piece.is_empty()).then(|| (Ok(piece), rest)) }
            });
            let end = (!right).then(|| Err(Failure::new(Class::DigestMismatch, "blob", "another")));
            Ok(pieces.chain(stream::iter(end)).boxed())
        })
    }

    fn referrers<'a>(&'a self, _: &'a Digest) -> Answer<'a, Vec<Referrer>> {
        Box::pin(async { no("referrers") })
    }
}

struct Layer {
    reader: Reader,
    descriptor: Descriptor,
    sent: Arc<AtomicU64>,
}

fn layer_in_pieces(blob: impl Into<Bytes>, media_type: &str, piece: usize) -> Layer {
    let blob = blob.into();
    let size = blob.len() as u64;
    let descriptor = Descriptor::new(MediaType::parse(media_type), Digest::sha256(&blob), size);
    let sent = Arc::new(AtomicU64::new(0));
    let location = Location::Registry("localhost:1/a".parse().unwrap());
    let source = Memory { location, blob, piece, sent: Arc::clone(&sent) };
    Layer { reader: Reader::new(Arc::new(source), None), descriptor, sent }
}

fn layer(blob: impl Into<Bytes>, compression: Compression) -> Layer {
    layer_in_pieces(blob, media_type(compression), 1000)
}

fn media_type(compression: Compression) -> &'static str {
    match compression {
        Compression::None => "application/vnd.oci.image.layer.v1.tar",
        Compression::Gzip => "application/vnd.oci.image.layer.v1.tar+gzip",
        Compression::Zstd => "application/vnd.oci.image.layer.v1.tar+zstd",
    }
}

impl Layer {
    fn limited(mut self, limits: Limits) -> Self {
        self.reader = self.reader.with_limits(limits);
        self
    }

    fn walk<V: Visitor>(&self, visitor: V) -> Result<Walked<V>, Failure> {
        run(self.reader.walk(&self.descriptor, visitor, &mut |_| ()))
    }

    fn listing(&self) -> Result<Listing, Failure> {
        self.walk(()).map(|walked| walked.listing)
    }

    fn head(&self, path: &str, most: u64) -> Option<FileStart> {
        run(self.reader.head(&self.descriptor, &path.into(), most)).unwrap()
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

/// One entry with its content and what fills the last block.
fn entry(kind: EntryType, path: &[u8], link: &str, content: &[u8]) -> Vec<u8> {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.as_old_mut().name[..path.len()].copy_from_slice(path);
    header.as_old_mut().linkname[..link.len()].copy_from_slice(link.as_bytes());
    header.set_size(content.len() as u64);
    header.set_mode(0o100_755);
    header.set_uid(1000);
    header.set_gid(100);
    header.set_mtime(1_700_000_000);
    header.set_cksum();
    let mut bytes = header.as_bytes().to_vec();
    bytes.extend_from_slice(content);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

fn file(path: &str, content: &[u8]) -> Vec<u8> {
    entry(EntryType::Regular, path.as_bytes(), "", content)
}

fn tar_of(entries: &[Vec<u8>]) -> Vec<u8> {
    let mut tar = entries.concat();
    tar.resize(tar.len() + 1024, 0);
    tar
}

fn paths(listing: &Listing) -> Vec<String> {
    listing.entries.iter().map(|entry| entry.path.text()).collect()
}

#[test]
fn a_layer_is_read_through_each_compression() {
    let (one, two) = (b"first".repeat(999), b"second");
    let tar = tar_of(&[file("one", &one), file("two", two)]);
    let (head, tail) = tar.split_at(700);
    let members = [gzip(head), gzip(b""), gzip(tail)].concat();
    // A skippable frame stands before two frames, as pzstd writes them.
    let skippable = [&[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"abc"].concat();
    let frames = [skippable, zstd(head), zstd(tail)].concat();
    for (blob, compression) in [
        (tar.clone(), Compression::None),
        (gzip(&tar), Compression::Gzip),
        (members, Compression::Gzip),
        (zstd(&tar), Compression::Zstd),
        (frames, Compression::Zstd),
    ] {
        for piece in [1, 1000, 1 << 20] {
            let layer = layer_in_pieces(blob.clone(), media_type(compression), piece);
            let listing = layer.listing().unwrap();
            assert_eq!(paths(&listing), ["/one", "/two"]);
            assert_eq!(
                listing.way,
                Way::Whole { diff_id: Digest::sha256(&tar), decompressed: tar.len() as u64 }
            );
            assert_eq!(listing.problems, []);
            let digests: Vec<_> = listing.entries.iter().map(|entry| entry.digest).collect();
            assert_eq!(digests, [Some(Checksum::of(&one)), Some(Checksum::of(two))]);
            assert_eq!((listing.totals.files, listing.totals.bytes), (2, 5001));
        }
    }
}

#[test]
fn the_media_type_is_only_a_hint() {
    let tar = tar_of(&[file("a", b"")]);
    let listing = layer(zstd(&tar), Compression::Gzip).listing().unwrap();
    let (stated, found) = ("gzip".to_owned(), "zstd".to_owned());
    assert_eq!(listing.problems, [Problem::Packing { stated, found }]);
    assert_eq!(paths(&listing), ["/a"]);
}

#[test]
fn each_entry_keeps_what_the_tar_says() {
    use EntryType::{Block, Char, Directory, Fifo, Link, Regular, Symlink};
    let tar = tar_of(&[
        entry(Directory, b"./etc/", "", b""),
        file("etc/passwd", b"root"),
        entry(Symlink, b"etc/alias", "/etc/passwd", b""),
        entry(Link, b"etc/same", "./etc/passwd", b""),
        entry(Char, b"dev/null", "", b""),
        entry(Block, b"dev/disk", "", b""),
        entry(Fifo, b"run/pipe", "", b""),
        file("var/.wh.log", b""),
        file("srv/.wh..wh..opq", b""),
        file(".wh..wh.plnk", b""),
        entry(Regular, b"old/", "", b""),
        entry(Regular, b"bytes\xff", "", b""),
    ]);
    let listing = layer(tar, Compression::None).listing().unwrap();
    let found: Vec<String> = listing
        .entries
        .iter()
        .map(|it| {
            let target = match &it.kind {
                Kind::Symlink(target) => format!(" -> {}", target.text()),
                Kind::HardLink(target) => format!(" = {target}"),
                _ => String::new(),
            };
            format!("{} {}{target}", it.kind.word(), it.path)
        })
        .collect();
    assert_eq!(
        found,
        [
            "folder /etc",
            "file /etc/passwd",
            "symbolic link /etc/alias -> /etc/passwd",
            "hard link /etc/same = /etc/passwd",
            "character device /dev/null",
            "block device /dev/disk",
            "named pipe /run/pipe",
            "whiteout /var/log",
            "opaque mark /srv",
            "folder /old",
            "file /bytes\u{fffd}",
        ]
    );
    let passwd = &listing.entries[1];
    assert_eq!((passwd.mode, passwd.uid, passwd.gid), (0o755, 1000, 100));
    assert_eq!((passwd.size, passwd.mtime), (4, 1_700_000_000));
    assert_eq!(listing.totals.removals, 2);
}

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
fn what_is_damaged_or_another_is_said() {
    let tar = tar_of(&[file("a", &b"content".repeat(3000))]);
    let packed = gzip(&tar);
    for (blob, compression, class) in [
        (packed[..packed.len() - 9].to_vec(), Compression::Gzip, Class::Malformed),
        (zstd(&tar)[..40].to_vec(), Compression::Zstd, Class::Malformed),
        (tar[..1000].to_vec(), Compression::None, Class::Malformed),
        (Vec::new(), Compression::None, Class::Malformed),
        (b"{}".to_vec(), Compression::None, Class::Malformed),
        (vec![0xfd, b'7', b'z', b'X', b'Z', 0, 0, 0], Compression::None, Class::Unsupported),
    ] {
        let failure = layer(blob, compression).listing().unwrap_err();
        assert_eq!(failure.class, class, "{failure}");
    }
    // A layer of nothing is one of zeros.
    assert_eq!(layer(vec![0; 1024], Compression::None).listing().unwrap().entries, []);
}

#[test]
fn a_digest_that_is_wrong_at_the_end_withdraws_everything() {
    let tar = tar_of(&[file("a", b"data")]);
    let damaged = [&gzip(&tar)[..], b"trailing"].concat();
    for blob in [gzip(&tar), damaged] {
        let mut layer = layer(blob, Compression::Gzip);
        layer.descriptor.digest = Digest::sha256(b"another");
        let failure = layer.listing().unwrap_err();
        assert_eq!(failure.class, Class::DigestMismatch);
    }
}

#[test]
fn the_download_ends_with_what_was_wanted() {
    let noise: Vec<u8> =
        (0..400_000_u32).flat_map(|at| at.wrapping_mul(0x9e37_79b9).to_be_bytes()).collect();
    let tar = tar_of(&[
        file("first", b"#!/bin/sh\nexit"),
        entry(EntryType::Symlink, b"link", "first", b""),
        file("noise", &noise),
        file("last", b""),
    ]);
    let packed = gzip(&tar);
    let total = packed.len() as u64;
    let sent = |path: &str| {
        let layer = layer(packed.clone(), Compression::Gzip);
        let found = layer.head(path, 9);
        (found, layer.sent.load(Ordering::Relaxed))
    };
    let (first, bytes) = sent("first");
    assert_eq!(first.unwrap().bytes, &b"#!/bin/sh"[..]);
    assert!(bytes < total / 10, "{bytes} of {total}");
    let (link, _) = sent("/link");
    assert!(matches!(link.unwrap().entry.kind, Kind::Symlink(_)));
    let (noisy, bytes) = sent("noise");
    assert_eq!(noisy.unwrap().bytes, &noise[..9]);
    assert!(bytes < total / 10, "{bytes} of {total}");
    assert_eq!(sent("last").0.unwrap().bytes, &b""[..]);
    assert_eq!(sent("none"), (None, total));
}

#[test]
fn a_file_is_checked_against_its_listing() {
    let tar = tar_of(&[file("a", b"data"), file("b", b"more")]);
    let layer = layer(tar, Compression::None);
    let mut entry = layer.listing().unwrap().entries[1].clone();
    let read = |entry: &Entry, cap| run(layer.reader.file(&layer.descriptor, entry, cap));
    let whole = FileBytes { bytes: Bytes::from_static(b"more"), whole: true, verified: true };
    assert_eq!(read(&entry, 100).unwrap(), whole);
    let start = FileBytes { bytes: Bytes::from_static(b"mo"), whole: false, verified: false };
    assert_eq!(read(&entry, 2).unwrap(), start);
    entry.digest = Some(Checksum::of(b"less"));
    assert_eq!(read(&entry, 100).unwrap_err().class, Class::DigestMismatch);
    entry.path = "c".into();
    assert_eq!(read(&entry, 100).unwrap_err().class, Class::NotFound);
}

/// Takes the first bytes of every executable.
#[derive(Default)]
struct Starts(Vec<(Path, Vec<u8>)>);

impl Visitor for Starts {
    fn entry(&mut self, entry: &Entry) -> Ask {
        if !entry.is_executable() {
            return Ask::Pass;
        }
        self.0.push((entry.path.clone(), Vec::new()));
        Ask::Read(4)
    }

    fn content(&mut self, _entry: &Entry, piece: &[u8]) -> ControlFlow<()> {
        self.0.last_mut().unwrap().1.extend_from_slice(piece);
        ControlFlow::Continue(())
    }

    fn end(&mut self, entry: &Entry) -> ControlFlow<()> {
        if entry.path == "enough".into() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

#[test]
fn a_visitor_takes_what_it_wants() {
    let tar = tar_of(&[
        file("a", b"\x7fELF and more"),
        file("b", b"#!"),
        file("enough", b""),
        file("c", b"x"),
    ]);
    let walked = layer(gzip(&tar), Compression::Gzip).walk(Starts::default()).unwrap();
    assert_eq!(
        walked.visitor.0,
        [
            ("a".into(), b"\x7fELF".to_vec()),
            ("b".into(), b"#!".to_vec()),
            ("enough".into(), Vec::new())
        ]
    );
    assert_eq!(walked.listing.way, Way::Part);
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

mod tables {
    use super::*;
    use crate::content::Files;
    use crate::sandbox;
    use crate::sandbox::TarFile;

    fn files() -> Vec<TarFile> {
        let noise = |seed: u32| -> Vec<u8> {
            (0..30_000_u32)
                .flat_map(|at| (at + seed).wrapping_mul(0x9e37_79b9).to_be_bytes())
                .collect()
        };
        vec![
            TarFile::Folder("app/".to_owned()),
            TarFile::program("app/server", noise(1)),
            TarFile::text("app/.wh.old", ""),
            TarFile::Symlink { path: "app/now".to_owned(), target: "server".to_owned() },
            TarFile::HardLink { path: "srv".to_owned(), target: "app/server".to_owned() },
            TarFile::text("app/notes", "first\n"),
            TarFile::text("app/empty", ""),
            TarFile::program("app/other", noise(2)),
        ]
    }

    fn made(layer: &sandbox::Layer) -> Layer {
        let made = super::layer(layer.bytes().clone(), Compression::None);
        Layer { descriptor: layer.descriptor(false), ..made }
    }

    fn both() -> [Layer; 2] {
        [
            made(&sandbox::Layer::estargz("", &files()).unwrap()),
            made(&sandbox::Layer::zstd_chunked("", &files()).unwrap()),
        ]
    }

    fn listing(layer: &Layer) -> Listing {
        Arc::unwrap_or_clone(run(layer.reader.listing(&layer.descriptor, &mut |_| ())).unwrap())
    }

    #[test]
    fn a_table_says_the_same_as_the_layer_in_fewer_bytes() {
        for layer in both() {
            let table = listing(&layer);
            let bytes = layer.sent.swap(0, Ordering::Relaxed);
            assert_eq!((&table.way, &table.problems), (&Way::Table, &vec![]));
            assert!(bytes < layer.descriptor.size / 20, "{bytes} of {}", layer.descriptor.size);
            let mut streamed = layer.listing().unwrap();
            assert_eq!(streamed.problems, []);
            streamed.entries.retain(|entry| entry.path != "stargz.index.json".into());
            assert_eq!(table.entries, streamed.entries);
            let files = Files::merge(vec![Some(Arc::new(table))]);
            assert_eq!(files.sums(files.root()).entries, 7);
        }
    }

    #[test]
    fn a_file_is_read_by_its_range() {
        for layer in both() {
            let listing = listing(&layer);
            for entry in listing.entries.iter().filter(|entry| entry.kind == Kind::File) {
                layer.sent.store(0, Ordering::Relaxed);
                let file = run(layer.reader.file(&layer.descriptor, entry, 1 << 20)).unwrap();
                assert!(file.whole && file.verified, "{}", entry.path);
                let bytes = layer.sent.load(Ordering::Relaxed);
                assert!(bytes < layer.descriptor.size * 6 / 10, "{}: {bytes}", entry.path);
            }
            assert_eq!(layer.head("app/other", 4).unwrap().bytes.len(), 4);
            assert_eq!(layer.head("app/none", 4), None);
        }
    }

    #[test]
    fn a_table_that_is_not_the_announced_one_is_not_used() {
        for mut layer in both() {
            for value in layer.descriptor.annotations.values_mut() {
                if value.starts_with("sha256:") {
                    *value = Digest::sha256(b"another").to_string();
                }
            }
            let listing = listing(&layer);
            assert!(matches!(listing.way, Way::Whole { .. }));
            assert!(
                matches!(&listing.problems[..], [Problem::NoTable { problem }] if problem.contains("hash")),
                "{:?}",
                listing.problems
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]

        #[test]
        fn a_damaged_table_ends_in_an_answer(
            changes in proptest::collection::vec((1_usize..3000, any::<u8>()), 1..4),
            which in 0..2_usize,
            place in "[0-9]{1,20}:[0-9]{1,20}:9:1",
        ) {
            let layers = both();
            let layer = &layers[which];
            let mut blob = run(async {
                let mut pieces = layer.reader.source.stream(&layer.descriptor, None).await.unwrap();
                let mut bytes = Vec::new();
                while let Some(piece) = pieces.next().await {
                    bytes.extend_from_slice(&piece.unwrap());
                }
                bytes
            });
            for (back, byte) in changes {
                let at = blob.len() - back;
                blob[at] = byte;
            }
            let mut damaged = super::layer(blob, Compression::None);
            damaged.descriptor.annotations = layer.descriptor.annotations.clone();
            let read = |layer: &Layer| run(layer.reader.listing(&layer.descriptor, &mut |_| ()));
            let _ = read(&damaged);
            for (key, value) in &mut damaged.descriptor.annotations {
                if key.ends_with("position") {
                    *value = place.clone();
                }
            }
            let _ = read(&damaged);
        }
    }
}

#[test]
fn a_file_is_saved_whole_and_nothing_is_written_over_unasked() {
    let tar = tar_of(&[file("a", b"data"), file("b", &[7; 300_000])]);
    let layer = layer(gzip(&tar), Compression::Gzip);
    let mut entry = layer.listing().unwrap().entries[1].clone();
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("b");
    let save =
        |entry: &Entry, overwrite| run(layer.reader.save(&layer.descriptor, entry, &to, overwrite));
    assert_eq!(save(&entry, false), Ok(Saved::Done));
    assert_eq!(std::fs::read(&to).unwrap(), [7; 300_000]);
    std::fs::write(&to, "mine").unwrap();
    assert_eq!(save(&entry, false), Ok(Saved::Exists));
    assert_eq!(std::fs::read(&to).unwrap(), b"mine");
    assert_eq!(save(&entry, true), Ok(Saved::Done));
    entry.digest = Some(Checksum::of(b"another"));
    assert_eq!(save(&entry, true).unwrap_err().class, Class::DigestMismatch);
    entry.path = "none".into();
    assert_eq!(save(&entry, true).unwrap_err().class, Class::NotFound);
    assert_eq!(std::fs::read(&to).unwrap(), [7; 300_000]);
    // Nothing else was left in the folder.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    let nowhere = folder.path().join("no/such/folder");
    entry.path = "b".into();
    let failure = run(layer.reader.save(&layer.descriptor, &entry, &nowhere, false)).unwrap_err();
    assert_eq!(failure.class, Class::Local);
}

#[test]
fn a_layer_is_read_once() {
    let folder = tempfile::tempdir().unwrap();
    let tar = tar_of(&[file("a", b"data")]);
    let layer = layer(gzip(&tar), Compression::Gzip);
    let cache = crate::source::Cache::open(folder.path().to_owned(), 1 << 20);
    let reader = Reader::new(Arc::clone(&layer.reader.source), Some(cache));
    let listing = || run(reader.listing(&layer.descriptor, &mut |_| ())).unwrap();
    let first = listing();
    let sent = layer.sent.load(Ordering::Relaxed);
    assert_eq!(listing(), first);
    assert_eq!(layer.sent.load(Ordering::Relaxed), sent, "from the cache");
    // What was altered is read anew.
    let path = folder.path().join("listings/sha256").join(layer.descriptor.digest.hex());
    let mut bytes = std::fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(listing(), first);
    assert_eq!(layer.sent.load(Ordering::Relaxed), 2 * sent);
    // What was looked at in part is not kept.
    std::fs::remove_file(&path).unwrap();
    run(reader.head(&layer.descriptor, &"a".into(), 1)).unwrap();
    assert!(!path.exists());
}
