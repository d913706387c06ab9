//! Layers of every odd sort, streamed.

mod odd;
mod saving;
mod sparse;
mod tables;
mod unpacked;

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
use crate::model::files::{
    Checksum, Entry, FileBytes, Kind, Limits, Listing, Path, Problem, Target, Way,
};
use crate::oci::{
    Algorithm, Class, Compression, Descriptor, Digest, Document, Failure, Location, MediaType,
    Referrer,
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
        let (whole, asked) = (range.is_none(), descriptor.digest.clone());
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
            let pieces = pieces.boxed();
            if !whole {
                return Ok(BlobStream::part(pieces));
            }
            Ok(BlobStream::whole(pieces, asked.algorithm(), move |found, _| {
                match *found == asked {
                    true => Ok(()),
                    false => Err(Failure::new(Class::DigestMismatch, "blob", "another")),
                }
            }))
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
        run(self.reader.stream(&self.descriptor, (), true, &mut |_| ()))
            .map(|walked| walked.listing)
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
    // A skippable frame is before two frames, as pzstd writes them.
    let skippable = [&[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"abc"].concat();
    let frames = [skippable, zstd(head), zstd(tail)].concat();
    for (blob, compression) in [
        (tar.clone(), Compression::None),
        (gzip(&tar), Compression::Gzip),
        (members, Compression::Gzip),
        (zstd(&tar), Compression::Zstd),
        (frames, Compression::Zstd),
    ] {
        for (piece, digest) in [
            (1, Digest::sha256(&blob)),
            (1000, Digest::of(Algorithm::Sha512, &blob)),
            (1 << 20, Digest::sha256(&blob)),
        ] {
            let mut layer = layer_in_pieces(blob.clone(), media_type(compression), piece);
            layer.descriptor.digest = digest;
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
    let passwd = &listing.entries.get(1).unwrap();
    assert_eq!((passwd.mode, passwd.uid, passwd.gid), (0o755, 1000, 100));
    assert_eq!((passwd.size, passwd.mtime), (4, 1_700_000_000));
    assert_eq!(listing.totals.removals, 2);
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
fn of_a_path_that_stands_twice_the_later_content_is_read() {
    let tar = tar_of(&[file("a", b"first"), file("b", b"b"), file("a", b"2")]);
    let layer = layer(gzip(&tar), Compression::Gzip);
    let entry = layer.listing().unwrap().entries.get(2).unwrap();
    let found = run(layer.reader.file(&layer.descriptor, &entry, 100)).unwrap();
    assert_eq!((found.bytes.as_ref(), found.whole, found.verified), (&b"2"[..], true, true));
}

#[test]
fn a_file_is_checked_against_its_listing() {
    let tar = tar_of(&[file("a", b"data"), file("b", b"more")]);
    let layer = layer(tar, Compression::None);
    let mut entry = layer.listing().unwrap().entries.get(1).unwrap();
    let read = |entry: &Entry, cap| run(layer.reader.file(&layer.descriptor, entry, cap));
    let whole = FileBytes::new(Bytes::from_static(b"more"), true, true);
    assert_eq!(read(&entry, 100).unwrap(), whole);
    let start = FileBytes::new(Bytes::from_static(b"mo"), false, false);
    assert_eq!(read(&entry, 2).unwrap(), start);
    entry.digest = Some(Checksum::of(b"less"));
    assert_eq!(read(&entry, 100).unwrap_err().class, Class::DigestMismatch);
    entry.path = "c".into();
    assert_eq!(read(&entry, 100).unwrap_err().class, Class::NotFound);
}

#[test]
fn a_walk_reads_without_checksums() {
    let tar = tar_of(&[file("a", b"data")]);
    let layer = layer(gzip(&tar), Compression::Gzip);
    let walked = layer.walk(()).unwrap().listing;
    assert_eq!(walked.entries.get(0).unwrap().digest, None);
    let mut listing = layer.listing().unwrap();
    let without = |entry| Entry { digest: None, ..entry };
    listing.entries = listing.entries.iter().map(without).collect();
    assert_eq!(walked, listing);
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

#[test]
fn a_layer_is_read_once() {
    let folder = tempfile::tempdir().unwrap();
    let tar = tar_of(&[file("a", b"data")]);
    let layer = layer(gzip(&tar), Compression::Gzip);
    let key = crate::source::KeyFile::Own(folder.path().join("state/key"));
    let open = || {
        let dir = folder.path().to_owned();
        crate::source::Cache::with_key(dir, 1 << 20, Some(key.clone()))
    };
    let cache = open();
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
    // So is what somebody else put there, with a proof by another key: on 9305aee a checksum, which
    // everybody can make, was enough.
    let other = folder.path().join("other");
    let key = crate::source::KeyFile::Own(other.join("key"));
    let cache = crate::source::Cache::with_key(other.clone(), 1 << 20, Some(key));
    let forger = Reader::new(Arc::clone(&layer.reader.source), Some(cache));
    run(forger.listing(&layer.descriptor, &mut |_| ())).unwrap();
    assert_eq!(layer.sent.load(Ordering::Relaxed), 3 * sent);
    let forged = other.join("listings/sha256").join(layer.descriptor.digest.hex());
    std::fs::copy(forged, &path).unwrap();
    assert_eq!(run(reader.kept(&layer.descriptor)), None);
    assert_eq!(listing(), first);
    assert_eq!(layer.sent.load(Ordering::Relaxed), 4 * sent);
    // Another process with the same key finds it.
    let again = Reader::new(Arc::clone(&layer.reader.source), Some(open()));
    assert_eq!(run(again.kept(&layer.descriptor)).as_ref(), Some(&*first));
    // Without a key nothing is kept.
    let keyless = crate::source::Cache::open(folder.path().to_owned(), 1 << 20);
    let keyless = Reader::new(Arc::clone(&layer.reader.source), Some(keyless));
    assert_eq!(run(keyless.kept(&layer.descriptor)), None);
    // What was looked at in part is not kept.
    std::fs::remove_file(&path).unwrap();
    run(reader.head(&layer.descriptor, &"a".into(), 1)).unwrap();
    assert!(!path.exists());
}
