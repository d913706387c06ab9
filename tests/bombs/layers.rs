//! Layers of a few megabytes at most that are much more than that when they are unpacked.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{EntryType, Header};

/// How a layer is packed, and its bytes.
pub type Layer = (&'static str, Vec<u8>);

/// The bombs by their tags.
pub fn bombs() -> Vec<(&'static str, Vec<Layer>)> {
    vec![
        ("zeros-gzip", vec![("gzip", zeros(160))]),
        ("zeros-zstd", vec![("zstd", zstd_zeros(20 << 30))]),
        ("window", vec![("zstd", zstd_window())]),
        ("gnu-name", vec![("gzip", endless_name(EntryType::GNULongName))]),
        ("pax-name", vec![("gzip", endless_name(EntryType::XHeader))]),
        ("hole", vec![("gzip", packed(&hole(1 << 44)))]),
        ("deep", vec![("gzip", deep())]),
        ("marks", vec![("gzip", files(20_000)), ("gzip", marks(100_000))]),
        ("layers", vec![("gzip", files(1)); 10_000]),
        ("files", vec![("gzip", files(100_000))]),
    ]
}

fn header(name: &str, kind: EntryType, size: u64) -> Vec<u8> {
    let mut header = Header::new_gnu();
    header.set_path(name).unwrap();
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_mode(0o644);
    header.set_cksum();
    header.as_bytes().to_vec()
}

fn packed(tar: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(tar).unwrap();
    packer.finish().unwrap()
}

/// A file of so many times 64 MiB of zeros; gzip streams follow each other.
fn zeros(times: usize) -> Vec<u8> {
    let mut gzip = packed(&header("zeros", EntryType::Regular, (times as u64) << 26));
    let one = packed(&vec![0; 64 << 20]);
    (0..times).for_each(|_| gzip.extend_from_slice(&one));
    gzip
}

/// The magic number of zstd, and a header that states a window (RFC 8878).
fn zstd_header(exponent: u8) -> Vec<u8> {
    [&[0x28, 0xb5, 0x2f, 0xfd, 0x00, exponent << 3][..]].concat()
}

/// A file of zeros in blocks of one repeated byte, four bytes for 128 KiB.
fn zstd_zeros(size: u64) -> Vec<u8> {
    let header = header("zeros", EntryType::Regular, 8 << 30);
    let block = |size: u32, kind: u32| (size << 3 | kind << 1).to_le_bytes()[..3].to_vec();
    let mut frame = zstd_header(7);
    frame.extend(block(512, 0));
    frame.extend(header);
    let zeros = [block(128 << 10, 1), vec![0]].concat();
    frame.extend(zeros.repeat(usize::try_from(size >> 17).unwrap()));
    frame.extend([1, 0, 0]);
    frame
}

/// A frame that wants a window of 2 GiB.
fn zstd_window() -> Vec<u8> {
    let mut frame = zstd_header(21);
    frame.extend([1, 0, 0]);
    frame
}

/// A name that goes on for 8 GiB, as its header says.
fn endless_name(kind: EntryType) -> Vec<u8> {
    let mut tar = header("name", kind, 8 << 30);
    tar.extend(b"9999999999 path=");
    tar.resize(64 << 20, b'a');
    packed(&tar)
}

/// A sparse file of so many bytes that are nothing but a hole.
fn hole(size: u64) -> Vec<u8> {
    let mut header = Header::new_gnu();
    header.set_path("hole").unwrap();
    header.set_entry_type(EntryType::GNUSparse);
    header.set_size(0);
    let gnu = header.as_gnu_mut().unwrap();
    gnu.realsize[0] = 0x80;
    gnu.realsize[4..].copy_from_slice(&size.to_be_bytes());
    header.set_cksum();
    [header.as_bytes().to_vec(), vec![0; 1024]].concat()
}

/// Files below 2,000 folders each.
fn deep() -> Vec<u8> {
    let mut tar = Vec::new();
    for at in 0..2_000 {
        let name = format!("{}{at}\0", "a/".repeat(2_000));
        tar.extend(header("././@LongLink", EntryType::GNULongName, name.len() as u64));
        tar.extend(name.as_bytes());
        tar.resize(tar.len().next_multiple_of(512), 0);
        tar.extend(header("short", EntryType::Regular, 0));
    }
    packed(&tar)
}

/// So many empty files in one folder.
fn files(count: usize) -> Vec<u8> {
    let of = |at| header(&format!("folder/{at:07}"), EntryType::Regular, 0);
    packed(&(0..count).flat_map(of).collect::<Vec<u8>>())
}

/// So many files in one folder, each with content of its own, as many as a listing keeps.
pub fn many(folder: &str, content: &str) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    for at in 0..400_000 {
        let content = format!("{content}{at}");
        let name = format!("{folder}/{at:07}");
        packer.write_all(&header(&name, EntryType::Regular, content.len() as u64)).unwrap();
        let mut block = content.into_bytes();
        block.resize(512, 0);
        packer.write_all(&block).unwrap();
    }
    packer.finish().unwrap()
}

/// A layer with one small file, named after its number.
pub fn small(number: usize) -> Layer {
    ("gzip", packed(&member(&format!("{number:07}"), number.to_string().as_bytes())))
}

/// A file of a tar.
pub fn member(name: &str, content: &[u8]) -> Vec<u8> {
    let mut tar = header(name, EntryType::Regular, content.len() as u64);
    tar.extend(content);
    tar.resize(tar.len().next_multiple_of(512), 0);
    tar
}

/// So many opaque markers of one folder.
fn marks(count: usize) -> Vec<u8> {
    packed(&header("folder/.wh..wh..opq", EntryType::Regular, 0).repeat(count))
}
