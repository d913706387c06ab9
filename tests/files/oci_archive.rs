//! `oci-archive:PATH[:name]`

use std::fs;

use platy::oci::{Class, Kind, Manifest};

use super::made::{
    Made, Place, blob_path, descriptor_of, digest_of, drain, gzip, layer, open, tar_of,
};

fn two_images() -> Made {
    let mut made = Made::new();
    let (one, two) = (made.image("amd64"), made.image("arm64"));
    made.named(one, "one").named(two, "two");
    made
}

#[tokio::test]
async fn plain_and_gzipped_archives_answer_as_the_folder_does() {
    let made = two_images();
    let folder = Place::layout(&made);
    let tar = made.tar();
    let dotted: Vec<_> =
        made.files.iter().map(|(path, bytes)| (format!("./{path}"), bytes)).collect();
    let dotted = tar_of(dotted.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
    let mut unpadded = tar.clone();
    unpadded.truncate(tar.len() - 1024);
    for archive in [tar.clone(), gzip(&tar), dotted, unpadded] {
        let place = Place::archive(&archive);
        for name in [None, Some("one"), Some("two")] {
            let expected = folder.open_layout(name).root().await.unwrap();
            let source = place.open_oci(name);
            let root = source.root().await.unwrap();
            assert_eq!(root, expected);
            if let Manifest::Image(image) = &root.manifest {
                assert!(source.config(image.config.descriptor().unwrap()).await.is_ok());
                let layer = image.layer_descriptors().next().unwrap();
                let (bytes, failure) = drain(source.stream(layer, None).await.unwrap()).await;
                assert_eq!((bytes.len() as u64, failure), (layer.size, None));
            }
        }
        let failure = place.open_oci(Some("three")).root().await.unwrap_err();
        assert_eq!(failure.next.as_deref(), Some("it has: one, two"));
        // Nothing was unpacked beside it.
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    }
}

#[tokio::test]
async fn altered_and_missing_content_is_found_out() {
    let mut made = two_images();
    let bytes = layer("amd64");
    let wanted = descriptor_of(&bytes);
    let path = blob_path(&wanted.digest);
    made.files.get_mut(&path).unwrap()[600] ^= 1;
    let source = Place::archive(&made.tar());
    let source = source.open_oci(Some("one"));
    assert!(source.root().await.is_ok());
    assert_eq!(source.blob(&wanted, 1 << 20).await.unwrap_err().class, Class::DigestMismatch);
    let (_, failure) = drain(source.stream(&wanted, None).await.unwrap()).await;
    assert_eq!(failure.unwrap().class, Class::DigestMismatch);

    made.files.remove(&path);
    let place = Place::archive(&made.tar());
    let failure = place.open_oci(Some("one")).blob(&wanted, 1 << 20).await.unwrap_err();
    assert_eq!(failure.class, Class::NotFound);
    assert_eq!(failure.subject, format!("{}: {path}", place.file().display()));
}

#[tokio::test]
async fn a_replaced_archive_is_opened_anew_by_the_root_only() {
    let mut made = Made::new();
    let (one, two) = (made.image("amd64"), made.image("arm64"));
    let first = made.clone().list(one.clone(), &[]).tar();
    let place = Place::archive(&first);
    let source = place.open_oci(None);
    let root = source.root().await.unwrap();
    assert_eq!(root.digest, digest_of(&one));

    let mut other = Made::new();
    let two_again = other.image("arm64");
    assert_eq!(two, two_again);
    let replacement = place.path().join("new");
    fs::write(&replacement, other.list(two.clone(), &[]).tar()).unwrap();
    fs::rename(&replacement, place.file()).unwrap();
    // What the first root named can still be had.
    let Manifest::Image(image) = &root.manifest else { panic!("{root:?}") };
    assert!(source.config(image.config.descriptor().unwrap()).await.is_ok());
    assert_eq!(source.root().await.unwrap().digest, digest_of(&two));
}

#[tokio::test]
async fn referrers_are_found_in_archives_too() {
    let mut made = Made::new();
    let (image, signature) = (made.image("amd64"), made.image("arm64"));
    let digest = digest_of(&image);
    let tag = format!("sha256-{}.sig", digest.hex());
    made.named(image, "latest").named(signature.clone(), &tag);
    let place = Place::archive(&made.tar());
    let found = place.open_oci(Some("latest")).referrers(&digest).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].descriptor.digest, digest_of(&signature));
}

#[tokio::test]
async fn what_is_no_oci_archive_is_said() {
    let zstd = [0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0, 0];
    let docker = tar_of([("manifest.json", &b"[]"[..])]);
    let no_index = tar_of([("oci-layout", &br#"{"imageLayoutVersion":"1.0.0"}"#[..])]);
    let other = tar_of([("readme", &b"hello"[..])]);
    let mut cut = two_images().tar();
    cut.truncate(1000);
    for (bytes, class, words) in [
        (&b""[..], Class::Malformed, "not a tar archive"),
        (b"hello", Class::Malformed, "not a tar archive"),
        (&[b'x'; 4096], Class::Malformed, "not a tar archive"),
        (&zstd, Class::Malformed, "its zstd compression is damaged"),
        (&docker, Class::Malformed, "docker-archive:"),
        (&no_index, Class::NotFound, "no index.json"),
        (&other, Class::Malformed, "no file oci-layout"),
        (&cut, Class::Malformed, "ends too early"),
        (&gzip(b"hello"), Class::Malformed, "not a tar archive"),
        (&gzip(&cut)[..40], Class::Malformed, "gzip"),
    ] {
        let place = Place::archive(bytes);
        let failure = place.open_oci(None).root().await.unwrap_err();
        assert_eq!(failure.class, class, "{failure}");
        assert!(failure.to_string().contains(words), "{failure}");
        assert!(failure.subject.starts_with(&place.file().display().to_string()), "{failure}");
        assert!(failure.next.is_some(), "{failure}");
    }
    let place = Place::new();
    assert_eq!(place.open_oci(None).root().await.unwrap_err().class, Class::NotFound);
    fs::create_dir(place.file()).unwrap();
    let failure = place.open_oci(None).root().await.unwrap_err();
    assert!(failure.next.unwrap().starts_with("write oci:"));
}

#[tokio::test]
async fn many_questions_at_once_open_the_archive_once_and_all_are_answered() {
    let made = two_images();
    let place = Place::archive(&gzip(&made.tar()));
    let source = open(&platy::oci::Location::OciArchive { path: place.file(), name: None });
    let root = source.root().await.unwrap();
    assert_eq!(root.kind(), Kind::Index);
    let Manifest::Index(index) = &root.manifest else { panic!("{root:?}") };
    let entries: Vec<_> = index.entries.iter().filter_map(|entry| entry.descriptor()).collect();
    let answers = (0..200).map(|number| source.manifest(entries[number % entries.len()]));
    for answer in futures_util::future::join_all(answers).await {
        assert!(answer.is_ok());
    }
}
