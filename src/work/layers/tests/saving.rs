//! Files on this machine's disk.

use super::*;

#[test]
fn a_file_is_saved_whole_and_nothing_is_written_over_unasked() {
    let tar = tar_of(&[file("a", b"data"), file("b", &[7; 300_000])]);
    let layer = layer(gzip(&tar), Compression::Gzip);
    let mut entry = layer.listing().unwrap().entries.get(1).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("b");
    let save =
        |entry: &Entry, overwrite| run(layer.reader.save(&layer.descriptor, entry, &to, overwrite));
    assert_eq!(save(&entry, false), Ok(Saved::Done));
    assert_eq!(std::fs::read(&to).unwrap(), [7; 300_000]);
    let permissions = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions();
    let ordinary = folder.path().join("ordinary");
    std::fs::write(&ordinary, "").unwrap();
    assert_eq!(permissions(&to), permissions(&ordinary));
    std::fs::remove_file(&ordinary).unwrap();
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
    let missing = folder.path().join("no/such");
    assert_eq!(failure.detail, format!("there is no folder {}", missing.display()));
    let failure =
        run(layer.reader.save(&layer.descriptor, &entry, folder.path(), false)).unwrap_err();
    assert_eq!(failure.detail, "it is a folder; name the file to write in it");
}

#[test]
fn what_has_no_checksum_is_saved_after_its_layer_was_checked() {
    let tar = tar_of(&[file("a", b"data"), file("b", &[7; 300_000])]);
    let mut layer = layer(tar, Compression::None);
    let entry = Entry { digest: None, ..layer.listing().unwrap().entries.get(0).unwrap() };
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("saved");
    layer.descriptor.digest = Digest::sha256(b"another");
    let failure = run(layer.reader.save(&layer.descriptor, &entry, &to, false)).unwrap_err();
    assert_eq!((failure.class, to.exists()), (Class::DigestMismatch, false));
    layer.descriptor.digest =
        Digest::sha256(&tar_of(&[file("a", b"data"), file("b", &[7; 300_000])]));
    assert_eq!(run(layer.reader.save(&layer.descriptor, &entry, &to, false)), Ok(Saved::Done));
}

#[test]
fn of_a_path_that_stands_twice_the_one_of_the_listing_is_saved() {
    let tar = tar_of(&[file("a", b"the first"), file("b", b"b"), file("a", b"2")]);
    let layer = layer(gzip(&tar), Compression::Gzip);
    let entries = layer.listing().unwrap().entries;
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("a");
    let without = Entry { digest: None, ..entries.get(2).unwrap() };
    for (entry, content) in [
        (&entries.get(0).unwrap(), &b"the first"[..]),
        (&entries.get(2).unwrap(), b"2"),
        (&without, b"2"),
    ] {
        let saved = run(layer.reader.save(&layer.descriptor, entry, &to, true));
        assert_eq!(saved, Ok(Saved::Done));
        assert_eq!(std::fs::read(&to).unwrap(), content);
    }
}
