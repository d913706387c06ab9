use proptest::prelude::*;

use super::*;
use crate::oci::tarball::Run;

fn header(kind: EntryType, path: &str, size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_path(path).unwrap();
    header.set_size(size);
    header.set_cksum();
    header
}

/// A header with its content and what fills the last block.
fn block(header: &Header, content: &[u8]) -> Vec<u8> {
    let mut bytes = header.as_bytes().to_vec();
    bytes.extend_from_slice(content);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

fn file(path: &str, content: &[u8]) -> Vec<u8> {
    block(&header(EntryType::Regular, path, content.len() as u64), content)
}

fn pax(records: &[(&str, &str)]) -> Vec<u8> {
    let mut text = String::new();
    for (key, value) in records {
        let rest = format!(" {key}={value}\n");
        let mut length = rest.len() + 1;
        while length != rest.len() + length.to_string().len() {
            length = rest.len() + length.to_string().len();
        }
        text += &format!("{length}{rest}");
    }
    block(&header(EntryType::XHeader, "x", text.len() as u64), text.as_bytes())
}

fn members(tar: &[u8]) -> Result<Vec<(String, u64, Vec<u8>)>, Trouble> {
    let mut walk = Walk::new(tar);
    let mut found = Vec::new();
    while let Some(member) = walk.next()? {
        let mut content = vec![0; usize::try_from(member.stored.min(1 << 20)).unwrap()];
        walk.read(&mut content)?;
        found.push((String::from_utf8_lossy(&member.path).into_owned(), member.size, content));
    }
    Ok(found)
}

fn names(tar: &[u8]) -> Vec<String> {
    members(tar).unwrap().into_iter().map(|(name, ..)| name).collect()
}

#[test]
fn names_come_from_where_they_are_longest() {
    let long = "n/".repeat(200) + "file";
    let mut name = long.clone().into_bytes();
    name.push(0);
    let gnu = block(&header(EntryType::GNULongName, "././@LongLink", name.len() as u64), &name);
    let plain = file("short", b"data");
    for (tar, expected) in [
        ([gnu.clone(), plain.clone(), plain.clone()].concat(), [long.as_str(), "short"]),
        ([pax(&[("path", &long)]), plain.clone(), plain.clone()].concat(), [&long, "short"]),
        // GNU's goes before an extended header's, whichever comes first.
        (
            [gnu.clone(), pax(&[("path", "x")]), plain.clone(), plain.clone()].concat(),
            [&long, "short"],
        ),
        // A global header concerns no entry.
        (
            [block(&header(EntryType::XGlobalHeader, "g", 9), b"9 path=x\n"), plain.clone(), plain]
                .concat(),
            ["short", "short"],
        ),
    ] {
        assert_eq!(names(&tar), expected);
    }
}

#[test]
fn sizes_come_from_the_extended_header_and_from_base_256() {
    let tar = [pax(&[("size", "4")]), block(&header(EntryType::Regular, "a", 0), b"data")].concat();
    assert_eq!(members(&tar).unwrap(), [("a".to_owned(), 4, b"data".to_vec())]);

    let mut big = header(EntryType::Regular, "a", 9 << 30);
    assert_eq!(big.as_gnu().unwrap().size[0], 0x80, "base 256");
    let mut walk = Walk::new(&big.as_bytes()[..]);
    assert_eq!(walk.next().unwrap().unwrap().size, 9 << 30);
    let cut = walk.next().unwrap_err();
    assert_eq!(cut, Trouble::Damage(Damage::EndsInEntry { at: 0, claimed: 9 << 30, left: 0 }));

    big.as_gnu_mut().unwrap().size = [0xff; 12];
    big.set_cksum();
    assert_eq!(
        Walk::new(&big.as_bytes()[..]).next().unwrap_err(),
        Trouble::Damage(Damage::NoSize { at: 0 })
    );
}

#[test]
fn owners_and_times_come_from_both_headers() {
    let records = pax(&[("uid", "3000000"), ("gid", "7"), ("mtime", "1700000000.25")]);
    let tar = [records, file("a", b"")].concat();
    let member = Walk::new(&tar[..]).next().unwrap().unwrap();
    assert_eq!((member.uid, member.gid, member.mtime), (3_000_000, 7, 1_700_000_000));
}

/// A header of the old form with these runs, and the blocks for those that do not fit.
fn old_sparse(path: &str, size: u64, runs: &[(u64, u64)], content: &[u8]) -> Vec<u8> {
    let mut header = header(EntryType::GNUSparse, path, content.len() as u64);
    let gnu = header.as_gnu_mut().unwrap();
    gnu.realsize.copy_from_slice(format!("{size:011o}\0").as_bytes());
    let (first, more) = runs.split_at(runs.len().min(4));
    for (place, (at, length)) in gnu.sparse.iter_mut().zip(first) {
        place.set_offset(*at);
        place.set_length(*length);
    }
    gnu.set_is_extended(!more.is_empty());
    header.set_cksum();
    let mut bytes = header.as_bytes().to_vec();
    let mut blocks = more.chunks(21).peekable();
    while let Some(runs) = blocks.next() {
        let mut block = GnuExtSparseHeader::new();
        for (place, (at, length)) in block.sparse_mut().iter_mut().zip(runs) {
            place.set_offset(*at);
            place.set_length(*length);
        }
        block.set_is_extended(blocks.peek().is_some());
        bytes.extend_from_slice(block.as_bytes());
    }
    bytes.extend_from_slice(content);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

#[test]
fn sparse_files_have_their_real_size_and_the_runs_that_are_stored() {
    let many: Vec<(u64, u64)> = (0..60).map(|at| (100 * at, 1)).collect();
    let mut lines = b"2\n0\n3\n69998\n2\n".to_vec();
    lines.resize(512, 0);
    lines.extend_from_slice(b"abcde");
    let major = ("GNU.sparse.major", "1");
    let tar = [
        old_sparse("old", 32768, &[(512, 3), (1024, 2), (32768, 0)], b"abcde"),
        old_sparse("many", 6000, &many, &[7; 60]),
        pax(&[
            ("GNU.sparse.size", "9"),
            ("GNU.sparse.offset", "4"),
            ("GNU.sparse.numbytes", "3"),
            ("GNU.sparse.offset", "8"),
            ("GNU.sparse.numbytes", "1"),
        ]),
        file("0.0", b"abcd"),
        pax(&[("GNU.sparse.size", "9"), ("GNU.sparse.map", "4,3,8,1")]),
        file("0.1", b"abcd"),
        pax(&[major, ("GNU.sparse.name", "1.0"), ("GNU.sparse.realsize", "70000")]),
        file("GNUSparseFile.0/1.0", &lines),
        pax(&[major, ("GNU.sparse.name", "no map"), ("GNU.sparse.realsize", "70000")]),
        file("GNUSparseFile.0/none", b"map"),
        pax(&[("GNU.sparse.size", "9"), ("GNU.sparse.map", "4,3,x")]),
        file("no number", b"abc"),
        old_sparse("too long", 9, &[(8, 3)], b"abc"),
        file("after", b""),
    ]
    .concat();
    let runs = |runs: &[(u64, u64)]| {
        Parts::Runs(runs.iter().map(|&(at, length)| Run { at, length }).collect())
    };
    let mut walk = Walk::new(&tar[..]);
    for (name, size, stored, parts) in [
        ("old", 32768, 5, runs(&[(512, 3), (1024, 2)])),
        ("many", 6000, 60, runs(&many)),
        ("0.0", 9, 4, runs(&[(4, 3), (8, 1)])),
        ("0.1", 9, 4, runs(&[(4, 3), (8, 1)])),
        ("1.0", 70000, 5, runs(&[(0, 3), (69998, 2)])),
        ("no map", 70000, 0, Parts::Unclear),
        ("no number", 9, 3, Parts::Unclear),
        ("too long", 9, 3, Parts::Unclear),
        ("after", 0, 0, Parts::All),
    ] {
        let member = walk.next().unwrap().unwrap();
        assert_eq!(
            (&member.path[..], member.size, member.stored, member.parts),
            (name.as_bytes(), size, stored, parts)
        );
    }
    assert!(walk.next().unwrap().is_none());
}

#[test]
fn what_is_damaged_is_named_with_its_place() {
    let good = file("a", b"data");
    let mut wrong = good.clone();
    wrong[0] ^= 1;
    let late = [good.clone(), wrong.clone()].concat();
    for (tar, expected) in [
        (&[][..], Damage::Empty),
        (&good[..100], Damage::TooShort),
        (&wrong[..], Damage::NoTar),
        (&late[..], Damage::Header { at: 1024 }),
        (&late[..1100], Damage::EndsInHeader { at: 1024 }),
        (&good[..514], Damage::EndsInEntry { at: 0, claimed: 4, left: 2 }),
        (&block(&header(EntryType::XHeader, "x", 3), b"abc")[..], Damage::Extended { at: 512 }),
        (
            &header(EntryType::GNULongName, "x", MAX_EXTENDED + 1).as_bytes()[..],
            Damage::LongExtended { at: 512, length: MAX_EXTENDED + 1 },
        ),
    ] {
        assert_eq!(members(tar).unwrap_err(), Trouble::Damage(expected));
    }
    // Without an end marker, and with half of one.
    assert_eq!(members(&good).unwrap().len(), 1);
    assert_eq!(members(&[&good[..], &[0; 512], &wrong].concat()).unwrap().len(), 1);
}

proptest! {
    #[test]
    fn a_damaged_tar_never_panics(
        changes in proptest::collection::vec((0_usize..6144, any::<u8>()), 1..8),
        length in 0_usize..6144,
    ) {
        let mut sparse = header(EntryType::GNUSparse, "s", 4);
        sparse.as_gnu_mut().unwrap().isextended = [1];
        let mut tar = [
            file("one", b"data"),
            pax(&[("path", "two"), ("size", "4"), ("GNU.sparse.realsize", "9")]),
            file("cut", b"data"),
            block(&header(EntryType::GNULongName, "l", 4), b"name"),
            block(&sparse, &[0; 600]),
        ].concat();
        for (at, byte) in changes {
            if let Some(found) = tar.get_mut(at) {
                *found = byte;
            }
        }
        // So that damage is looked at and not only refused.
        for block in tar.chunks_exact_mut(512) {
            let block: &mut [u8; 512] = block.try_into().unwrap();
            let sum = format!("{:06o}\0 ", checksum(block));
            if block.iter().any(|byte| *byte != 0) {
                block[148..156].copy_from_slice(sum.as_bytes());
            }
        }
        tar.truncate(length);
        let _ = members(&tar);
    }

    #[test]
    fn any_bytes_end(bytes in proptest::collection::vec(any::<u8>(), 0..2048)) {
        let _ = members(&bytes);
    }
}
