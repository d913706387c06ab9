//! Archives that mean harm: clear failures, no panic, nothing written.

use std::fs;

use platy::oci::{Class, Failure};
use tar::{Builder, EntryType, Header};

use super::made::{Made, Place, add, gzip};

/// A tar header with whatever name, as no library would write it.
fn header(name: &[u8], kind: EntryType, size: u64) -> Header {
    let mut header = Header::new_ustar();
    header.as_old_mut().name[..name.len()].copy_from_slice(name);
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_cksum();
    header
}

fn image() -> Made {
    let mut made = Made::new();
    let image = made.image("amd64");
    made.list(image, &[]);
    made
}

/// A good archive with something before it.
fn before(blocks: &[u8]) -> Vec<u8> {
    [blocks, &image().tar()].concat()
}

async fn refused(archive: &[u8]) -> Failure {
    let place = Place::archive(archive);
    let failure = place.open_oci(None).root().await.unwrap_err();
    let docker = place.open_docker(None).root().await.unwrap_err();
    assert_eq!(docker.class, failure.class, "{docker}");
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1, "something was written");
    assert!(failure.next.is_some(), "{failure}");
    failure
}

#[tokio::test]
async fn names_that_lead_outside_are_refused() {
    for name in [&b"../evil"[..], b"/../evil", b"blobs/../../evil", b".."] {
        let failure = refused(&before(header(name, EntryType::Regular, 0).as_bytes())).await;
        assert_eq!(failure.class, Class::Malformed);
        assert!(failure.detail.contains("evil") || failure.detail.contains(".."), "{failure}");
    }
}

#[tokio::test]
async fn two_entries_of_one_name_are_refused() {
    let mut tar = Builder::new(Vec::new());
    add(&mut tar, "index.json", b"{}");
    add(&mut tar, "./index.json", b"[]");
    let failure = refused(&tar.into_inner().unwrap()).await;
    assert!(failure.detail.contains("two entries"), "{failure}");
}

#[tokio::test]
async fn sizes_beyond_the_end_are_refused() {
    for size in [1 << 20, 1 << 32, 1 << 62] {
        let failure = refused(&before(header(b"large", EntryType::Regular, size).as_bytes())).await;
        assert_eq!(failure.class, Class::Malformed);
        assert!(failure.detail.contains("ends too early"), "{failure}");
    }
    let mut unusable = header(b"x", EntryType::Regular, 0);
    unusable.as_old_mut().size = *b"not octal!!!";
    unusable.set_cksum();
    // The last block of such an entry would end beyond every number.
    let large = [i64::MAX as u64, u64::MAX].map(|size| header(b"large", EntryType::Regular, size));
    for unusable in [unusable].into_iter().chain(large) {
        let failure = refused(&before(unusable.as_bytes())).await;
        assert!(failure.detail.contains("no usable size"), "{failure}");
    }
}

#[tokio::test]
async fn an_archive_cut_off_anywhere_is_refused_or_whole() {
    let tar = image().tar();
    let whole = Place::archive(&tar).open_oci(None).root().await.unwrap();
    for length in (0..tar.len()).step_by(256) {
        let place = Place::archive(&tar[..length]);
        match place.open_oci(None).root().await {
            Ok(root) => assert_eq!(root, whole),
            Err(failure) => assert!(
                matches!(failure.class, Class::Malformed | Class::NotFound),
                "{length}: {failure}"
            ),
        }
    }
}

#[tokio::test]
async fn damaged_headers_are_refused() {
    let mut tar = image().tar();
    tar[0] ^= 1;
    assert!(refused(&tar).await.detail.contains("not a tar archive"));
    let mut second = before(header(b"first", EntryType::Regular, 0).as_bytes());
    second[512] ^= 1;
    assert!(refused(&second).await.detail.contains("header at byte 512 is damaged"));
}

#[cfg(unix)]
#[tokio::test]
async fn links_do_not_lead_out_of_the_archive() {
    let secret = Place::archive(b"{\"manifests\":[]}");
    let secret = secret.file().display().to_string();
    for target in [secret.as_str(), "../../../../etc/passwd", "index.json"] {
        for kind in [EntryType::Symlink, EntryType::Link] {
            let mut made = image();
            made.files.remove("index.json");
            let mut tar = Builder::new(made.tar());
            // The end marker of the first archive goes.
            let length = tar.get_ref().len() - 1024;
            tar.get_mut().truncate(length);
            let mut header = header(b"index.json", kind, 0);
            header.as_old_mut().linkname[..target.len()].copy_from_slice(target.as_bytes());
            header.set_cksum();
            tar.append(&header, &b""[..]).unwrap();
            let place = Place::archive(&tar.into_inner().unwrap());
            let failure = place.open_oci(None).root().await.unwrap_err();
            assert_eq!(failure.class, Class::Malformed, "{failure}");
            assert!(failure.detail.contains("link"), "{failure}");
        }
    }
}

#[tokio::test]
async fn endless_numbers_of_entries_are_refused() {
    let one = *header(b"folder/", EntryType::Directory, 0).as_bytes();
    let many = one.repeat(100_001);
    let failure = refused(&gzip(&many)).await;
    assert_eq!(failure.class, Class::TooLarge);
    assert!(failure.detail.contains("100000 entries"), "{failure}");
}

#[tokio::test]
async fn a_long_name_without_end_is_refused() {
    let mut tar = header(b"././@LongLink", EntryType::GNULongName, 8 << 20).as_bytes().to_vec();
    tar.resize(512 + (8 << 20), b'n');
    assert_eq!(refused(&before(&tar)).await.class, Class::TooLarge);
    let sparse = header(b"sparse", EntryType::GNUSparse, 0);
    assert_eq!(refused(&before(sparse.as_bytes())).await.class, Class::Unsupported);
}
