//! Sparse files.

use super::*;

/// A sparse file with its map before it.
fn sparse(path: &str, size: u64, runs: &[(u64, &[u8])]) -> Vec<u8> {
    let mut lines = format!("{}\n", runs.len());
    for (at, run) in runs {
        lines += &format!("{at}\n{}\n", run.len());
    }
    let mut content = lines.into_bytes();
    content.resize(content.len().next_multiple_of(512), 0);
    content.extend(runs.iter().flat_map(|(_, run)| *run));
    let mut records = String::new();
    for record in ["GNU.sparse.major=1".to_owned(), format!("GNU.sparse.realsize={size}")] {
        // All of them have two digits of length.
        records += &format!("{} {record}\n", record.len() + 4);
    }
    let records = entry(EntryType::XHeader, b"records", "", records.as_bytes());
    [records, entry(EntryType::Regular, path.as_bytes(), "", &content)].concat()
}

#[test]
fn the_holes_of_a_sparse_file_are_filled() {
    let mut content = vec![0; 400_000];
    content[3..7].copy_from_slice(b"data");
    content[300_000..300_004].copy_from_slice(b"more");
    let runs = [(3, &b"data"[..]), (300_000, &b"more"[..])];
    let tar = tar_of(&[
        sparse("sparse", 400_000, &runs),
        sparse("hole", 500_000, &[]),
        file("after", b"end"),
    ]);
    let layer = layer(gzip(&tar), Compression::Gzip);
    let listing = layer.listing().unwrap();
    assert_eq!(listing.problems, []);
    let found: Vec<_> = listing.entries.iter().map(|it| (it.size, it.digest.unwrap())).collect();
    let sum = |bytes: &[u8]| (bytes.len() as u64, Checksum::of(bytes));
    assert_eq!(found, [sum(&content), sum(&[0; 500_000]), sum(b"end")]);
    let read = |cap| {
        run(layer.reader.file(&layer.descriptor, &listing.entries.get(0).unwrap(), cap)).unwrap()
    };
    assert_eq!(read(u64::MAX), FileBytes::new(content.clone().into(), true, true));
    assert_eq!(read(5).bytes, &content[..5]);
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("saved");
    run(layer.reader.save(&layer.descriptor, &listing.entries.get(0).unwrap(), &to, false))
        .unwrap();
    assert_eq!(std::fs::read(&to).unwrap(), content);
}

#[test]
fn holes_without_end_are_not_filled() {
    let huge = i64::MAX as u64;
    let mut broken = sparse("broken", 100, &[(3, b"data")]);
    broken[1024 + 512] = b'x';
    let tar = tar_of(&[
        sparse("huge", huge, &[(3, b"data")]),
        broken,
        sparse("small", 100, &[(3, b"data")]),
        // As much as is left, and one byte more.
        sparse("last", 904, &[]),
        sparse("over", 1, &[]),
    ]);
    let limits = Limits { holes: 1000, ..Limits::default() };
    let layer = layer(tar, Compression::None).limited(limits);
    let listing = layer.listing().unwrap();
    assert_eq!(
        listing.problems,
        [
            Problem::Holes { path: "huge".into(), bytes: huge - 4 },
            Problem::Sparse { path: "broken".into() },
            Problem::Holes { path: "over".into(), bytes: 1 },
        ]
    );
    let known: Vec<_> = listing.entries.iter().map(|it| (it.size, it.digest.is_some())).collect();
    assert_eq!(known, [(huge, false), (100, false), (100, true), (904, true), (1, false)]);
    let walked = layer.walk(Starts::default()).unwrap();
    assert_eq!(walked.listing.problems, listing.problems);
    let starts: Vec<_> = walked.visitor.0.into_iter().map(|(_, start)| start.len()).collect();
    assert_eq!(starts, [0, 0, 4, 4, 0]);
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("saved");
    for entry in listing.entries.iter().take(2) {
        let read = run(layer.reader.file(&layer.descriptor, &entry, 100)).unwrap_err();
        let saved = run(layer.reader.save(&layer.descriptor, &entry, &to, false)).unwrap_err();
        assert_eq!((read.class, saved.class), (Class::Unsupported, Class::Unsupported));
    }
}
