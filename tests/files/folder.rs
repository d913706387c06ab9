//! `oci:PATH[:name]`

use std::fs;

use platy::oci::{Algorithm, Class, Kind, Location, MAX_MANIFEST_READ, Manifest};
use platy::source::Via;
use serde_json::{Value, json};

use super::made::{
    INDEX, MANIFEST, Made, Place, blob_path, descriptor, descriptor_of, digest_of, drain, open,
};

fn two_platforms() -> (Made, Value) {
    let mut made = Made::new();
    let children = [made.image("amd64"), made.image("arm64")];
    let json = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": children });
    let index = made.blob(INDEX, json.to_string().as_bytes());
    (made, index)
}

#[tokio::test]
async fn an_index_is_walked_to_its_layers() {
    let (mut made, index) = two_platforms();
    made.named(index.clone(), "1.0");
    let place = Place::layout(&made);
    for name in [None, Some("1.0")] {
        let source = place.open_layout(name);
        let root = source.root().await.unwrap();
        assert_eq!(root.digest, digest_of(&index));
        let Manifest::Index(index) = &root.manifest else { panic!("{root:?}") };
        assert_eq!(index.entries.len(), 2);
        for entry in &index.entries {
            let document = source.manifest(entry.descriptor().unwrap()).await.unwrap();
            let Manifest::Image(image) = &document.manifest else { panic!("{document:?}") };
            let config = source.config(image.config.descriptor().unwrap()).await.unwrap();
            assert_eq!(config.config.platform.os.as_str(), "linux");
            let layer = image.layer_descriptors().next().unwrap();
            let (bytes, failure) = drain(source.stream(layer, None).await.unwrap()).await;
            assert_eq!((bytes.len() as u64, failure), (layer.size, None));
        }
    }
}

#[tokio::test]
async fn several_entries_without_a_name_are_the_index_itself() {
    let mut made = Made::new();
    let (one, two) = (made.image("amd64"), made.image("arm64"));
    made.named(one.clone(), "one").named(two, "two");
    let place = Place::layout(&made);
    let root = place.open_layout(None).root().await.unwrap();
    assert_eq!(root.bytes, made.files["index.json"]);
    assert!(!root.made);
    assert_eq!(root.kind(), Kind::Index);
    let named = place.open_layout(Some("one")).root().await.unwrap();
    assert_eq!(named.digest, digest_of(&one));
    let failure = place.open_layout(Some("three")).root().await.unwrap_err();
    assert_eq!(failure.class, Class::NotFound);
    assert_eq!(failure.subject, place.path().display().to_string());
    assert_eq!(failure.next.as_deref(), Some("it has: one, two"));
}

#[tokio::test]
async fn a_layout_that_changes_is_read_anew() {
    let mut made = Made::new();
    let (one, two) = (made.image("amd64"), made.image("arm64"));
    made.named(one.clone(), "latest");
    let place = Place::layout(&made);
    let source = place.open_layout(Some("latest"));
    assert_eq!(source.root().await.unwrap().digest, digest_of(&one));
    made.entries.clear();
    made.named(two.clone(), "latest").write_folder(place.path());
    assert_eq!(source.root().await.unwrap().digest, digest_of(&two));
}

#[tokio::test]
async fn sha512_is_verified_too() {
    let mut made = Made::new();
    made.algorithm = Algorithm::Sha512;
    let image = made.image("amd64");
    made.list(image.clone(), &[]);
    let place = Place::layout(&made);
    assert_eq!(place.open_layout(None).root().await.unwrap().digest, digest_of(&image));
    let blob = place.path().join(blob_path(&digest_of(&image)));
    let altered = fs::read_to_string(&blob).unwrap().replace("layers", "LAYERS");
    fs::write(blob, altered).unwrap();
    let failure = place.open_layout(None).root().await.unwrap_err();
    assert_eq!(failure.class, Class::DigestMismatch);
    assert!(failure.detail.contains("sha512:"), "{failure}");
}

#[tokio::test]
async fn what_is_no_layout_is_said() {
    let place = Place::new();
    let file = place.file();
    fs::write(&file, "x").unwrap();
    let missing = place.path().join("missing");
    for (path, class, words) in [
        (place.path().to_owned(), Class::Malformed, "no file oci-layout"),
        (file, Class::Malformed, "it is a file"),
        (missing, Class::NotFound, "no such file"),
    ] {
        let subject = path.display().to_string();
        let source = open(&Location::Layout { path, name: None });
        let failure = source.root().await.unwrap_err();
        assert_eq!(failure.class, class, "{failure}");
        assert!(failure.detail.contains(words), "{failure}");
        assert_eq!(failure.subject, subject);
        assert!(failure.next.is_some());
    }
}

#[tokio::test]
async fn a_source_opens_once_the_layout_is_there() {
    let place = Place::new();
    let source = place.open_layout(None);
    assert_eq!(source.root().await.unwrap_err().class, Class::Malformed);
    let mut made = Made::new();
    let image = made.image("amd64");
    made.list(image, &[]).write_folder(place.path());
    assert!(source.root().await.is_ok());
}

#[tokio::test]
async fn bad_layouts_fail_clearly() {
    let mut made = Made::new();
    let image = made.image("amd64");
    made.list(image.clone(), &[]);
    let blob = blob_path(&digest_of(&image));
    let size = image["size"].as_u64().unwrap() as usize;
    let large = json!({ "manifests": [{ "mediaType": MANIFEST, "digest": image["digest"],
        "size": MAX_MANIFEST_READ + 1 }] });
    let wrong_size = json!({ "manifests": [{ "mediaType": MANIFEST, "digest": image["digest"],
        "size": size + 1 }] });
    for (file, content, class) in [
        ("index.json", None, Class::NotFound),
        ("index.json", Some(b"{\"manifests\":[]}".to_vec()), Class::NotFound),
        ("index.json", Some(b"<html>".to_vec()), Class::Malformed),
        ("index.json", Some("[".repeat(100_000).into_bytes()), Class::Malformed),
        ("index.json", Some(vec![b' '; MAX_MANIFEST_READ as usize + 1]), Class::TooLarge),
        ("index.json", Some(large.to_string().into_bytes()), Class::TooLarge),
        ("index.json", Some(wrong_size.to_string().into_bytes()), Class::DigestMismatch),
        ("oci-layout", Some(b"{}".to_vec()), Class::Malformed),
        ("oci-layout", Some(vec![b' '; 1 << 20]), Class::TooLarge),
        (&blob, None, Class::NotFound),
        (&blob, Some(vec![b'{'; size]), Class::DigestMismatch),
        (&blob, Some(vec![b'{'; size - 1]), Class::DigestMismatch),
    ] {
        let place = Place::layout(&made);
        let path = place.path().join(file);
        match content {
            Some(content) => fs::write(&path, content).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        let failure = place.open_layout(None).root().await.unwrap_err();
        assert_eq!(failure.class, class, "{file}: {failure}");
        let layout = place.path().display().to_string();
        assert!(failure.subject.starts_with(&layout), "{failure}");
        assert!(failure.next.is_some(), "{failure}");
    }
}

#[tokio::test]
async fn one_bad_child_leaves_its_siblings_usable() {
    let (mut made, index) = two_platforms();
    made.list(index, &[]);
    let place = Place::layout(&made);
    let source = place.open_layout(None);
    let root = source.root().await.unwrap();
    let Manifest::Index(index) = &root.manifest else { panic!("{root:?}") };
    let [bad, good] = [0, 1].map(|at| index.entries[at].descriptor().unwrap());
    fs::remove_file(place.path().join(blob_path(&bad.digest))).unwrap();
    assert_eq!(source.manifest(bad).await.unwrap_err().class, Class::NotFound);
    assert!(source.manifest(good).await.is_ok());
}

#[tokio::test]
async fn blobs_come_whole_in_parts_or_not_at_all() {
    let mut made = Made::new();
    let bytes: Vec<u8> = (0..300_000_u32).map(|n| (n % 251) as u8).collect();
    let blob = made.blob("application/octet-stream", &bytes);
    made.list(blob, &[]);
    let place = Place::layout(&made);
    let source = place.open_layout(None);
    let wanted = descriptor_of(&bytes);
    assert_eq!(source.blob(&wanted, 300_000).await.unwrap(), bytes);
    assert_eq!(source.blob(&wanted, 299_999).await.unwrap_err().class, Class::TooLarge);
    for range in [0..10, 131_071..131_073, 299_990..400_000, 400_000..500_000, 7..7] {
        let end = (range.end as usize).min(bytes.len());
        let expected = &bytes[(range.start as usize).min(end)..end];
        let stream = source.stream(&wanted, Some(range.clone())).await.unwrap();
        assert_eq!(drain(stream).await, (expected.to_vec(), None), "{range:?}");
    }

    let path = place.path().join(blob_path(&wanted.digest));
    let mut altered = bytes.clone();
    altered[299_999] ^= 1;
    fs::write(&path, &altered).unwrap();
    assert_eq!(source.blob(&wanted, 300_000).await.unwrap_err().class, Class::DigestMismatch);
    let (found, failure) = drain(source.stream(&wanted, None).await.unwrap()).await;
    assert_eq!(found, altered);
    assert_eq!(failure.unwrap().class, Class::DigestMismatch);

    fs::write(&path, &bytes[1..]).unwrap();
    let failure = source.stream(&wanted, None).await.err().unwrap();
    assert_eq!(failure.class, Class::DigestMismatch);
    assert!(failure.detail.contains("299999 bytes"), "{failure}");
}

#[cfg(unix)]
#[tokio::test]
async fn links_stay_inside_the_layout() {
    use std::os::unix::fs::symlink;
    let mut made = Made::new();
    let image = made.image("amd64");
    made.list(image.clone(), &[]);
    let place = Place::layout(&made);
    let blob = place.path().join(blob_path(&digest_of(&image)));

    let inside = place.path().join("moved");
    fs::rename(&blob, &inside).unwrap();
    symlink(&inside, &blob).unwrap();
    assert!(place.open_layout(None).root().await.is_ok());

    let outside = Place::new();
    fs::rename(&inside, outside.file()).unwrap();
    fs::remove_file(&blob).unwrap();
    symlink(outside.file(), &blob).unwrap();
    let failure = place.open_layout(None).root().await.unwrap_err();
    assert_eq!(failure.class, Class::Malformed);
    assert!(failure.detail.contains("leads out of the layout"), "{failure}");

    // The layout's own path may be a link.
    let link = outside.path().join("link");
    symlink(place.path(), &link).unwrap();
    fs::rename(outside.file(), &inside).unwrap();
    fs::remove_file(&blob).unwrap();
    fs::rename(&inside, &blob).unwrap();
    assert!(open(&Location::Layout { path: link, name: None }).root().await.is_ok());
}

#[tokio::test]
async fn referrers_are_found_by_subject_tag_and_annotation() {
    let mut made = Made::new();
    let image = made.image("amd64");
    let digest = digest_of(&image);
    let config = made.blob("application/vnd.oci.empty.v1+json", b"{}");
    let referring = |made: &mut Made, kind: &str, subject: Option<&Value>| {
        let mut json = json!({ "schemaVersion": 2, "mediaType": MANIFEST, "artifactType": kind,
            "config": config, "layers": [], "annotations": { "made": kind } });
        if let Some(subject) = subject {
            json["subject"] = subject.clone();
        }
        made.blob(MANIFEST, json.to_string().as_bytes())
    };
    let by_subject = referring(&mut made, "a/subject", Some(&image));
    let by_tag = referring(&mut made, "a/tag", Some(&image));
    // `cosign copy` 3.1.3 tags the images of a list so: without a subject it refers to nothing.
    let stranger = referring(&mut made, "a/stranger", None);
    let by_annotation = referring(&mut made, "a/annotation", None);
    let signature = referring(&mut made, "a/signature", None);
    let unrelated = referring(&mut made, "a/unrelated", Some(&by_tag));
    let missing = json!({ "mediaType": MANIFEST, "size": 3,
        "digest": descriptor_of(b"missing").digest.as_str() });
    let fallback = json!({ "schemaVersion": 2, "manifests": [by_tag, stranger, by_subject] });
    let fallback = made.blob(INDEX, fallback.to_string().as_bytes());
    let tag = format!("sha256-{}", digest.hex());
    let attestation = [
        ("vnd.docker.reference.type", "attestation-manifest"),
        ("vnd.docker.reference.digest", digest.as_str()),
    ];
    made.named(image, "latest")
        .list(by_subject.clone(), &[])
        .list(missing, &[])
        .list(unrelated, &[])
        .list(by_annotation.clone(), &attestation)
        .named(signature.clone(), &format!("{tag}.sig"))
        .named(fallback, &tag);
    let place = Place::layout(&made);
    let source = place.open_layout(Some("latest"));
    for _ in 0..2 {
        let found = source.referrers(&digest).await.unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|referrer| (referrer.descriptor.digest.clone(), referrer.via.clone()))
            .collect();
        assert_eq!(
            found,
            [
                (digest_of(&by_subject), Via::SameIndex),
                (digest_of(&by_annotation), Via::SameIndex),
                (digest_of(&signature), Via::CosignTag(format!("{tag}.sig"))),
                (digest_of(&by_tag), Via::FallbackTag),
            ]
        );
    }
    let found = source.referrers(&digest).await.unwrap();
    assert_eq!(found[0].descriptor.artifact_type.as_deref(), Some("a/subject"));
    assert_eq!(found[0].descriptor.annotations["made"], "a/subject");
    assert!(source.referrers(&descriptor_of(b"other").digest).await.unwrap().is_empty());
    assert!(source.manifest(&descriptor(&by_subject)).await.is_ok());
}
