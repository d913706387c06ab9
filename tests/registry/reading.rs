//! What is there is read, with no request too many.

use platy::oci::{Class, Kind, Location, Manifest, MediaType};
use platy::source::{RegistrySource, Source};

use super::{Lab, assert_failure};

#[tokio::test]
async fn a_cold_open_asks_for_each_document_once() {
    let lab = Lab::new().await;
    let expected = lab.index(3);
    let source = RegistrySource::new(lab.registry.clone(), lab.latest(), None);
    assert_eq!(source.location(), &Location::Registry(lab.latest()));
    let root = source.root().await.unwrap();
    assert_eq!((&root.digest, root.size()), (&expected.digest, expected.size));
    assert_eq!(root.media_type, MediaType::OciIndex);
    let Manifest::Index(index) = &root.manifest else { panic!("{:?}", root.kind()) };
    for entry in &index.entries {
        let descriptor = entry.descriptor().unwrap();
        let child = source.manifest(descriptor).await.unwrap();
        assert_eq!(child.kind(), Kind::Image);
        let Manifest::Image(image) = &child.manifest else { panic!("no image") };
        let config = source.config(image.config.descriptor().unwrap()).await.unwrap();
        assert_eq!(config.config.platform.architecture, "arm64");
    }
    assert_eq!(lab.sandbox.requests().count(), 1 + 3 + 3);
    assert_eq!(lab.registry.activity().requests(), 7);
    assert!(lab.registry.activity().bytes() > expected.size);
    let first = &lab.sandbox.requests().all()[0];
    assert_eq!(first.to_string(), "GET /v2/team/app/manifests/latest 200");
    assert_eq!(first.header("accept"), Some(MediaType::ACCEPT));
    assert_eq!(first.header("accept-encoding"), None, "bytes must stay as sent");
    assert_eq!(first.header("authorization"), None);
}

/// Hundreds are under way to a host at once: what few of them come to (a token, a refusal, a second
/// connection) has no room in each. It took 19.6 kB when it had.
#[tokio::test]
async fn a_question_that_is_under_way_takes_little_room() {
    let lab = Lab::new().await;
    let room = std::mem::size_of_val(&lab.registry.document(&lab.latest(), None));
    assert!(room < 10_000, "{room}");
}

#[tokio::test]
async fn head_tells_digest_type_and_size() {
    let lab = Lab::new().await;
    let expected = lab.index(1);
    let head = lab.registry.head(&lab.latest()).await.unwrap();
    assert_eq!(head.digest, expected.digest);
    assert_eq!(head.media_type, MediaType::OciIndex);
    assert_eq!(head.size, Some(expected.size));
    assert_eq!(lab.log(), ["HEAD /v2/team/app/manifests/latest 200"]);
}

#[tokio::test]
async fn a_tag_and_a_digest_must_agree() {
    let lab = Lab::new().await;
    let old = lab.index(1).digest;
    let new = lab.index(2).digest;
    let mut reference = lab.latest();
    reference.digest = Some(new.clone());
    assert_eq!(lab.registry.document(&reference, None).await.unwrap().digest, new);
    assert_eq!(lab.registry.head(&reference).await.unwrap().digest, new);
    reference.digest = Some(old.clone());
    for failure in [
        lab.registry.document(&reference, None).await.unwrap_err(),
        lab.registry.head(&reference).await.unwrap_err(),
    ] {
        let words = ["tag latest leads to", new.as_str(), "the reference says", old.as_str()];
        assert_failure(&failure, Class::DigestMismatch, &words);
    }
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let lab = Lab::new().await;
    let index = lab.index(1);
    let app = lab.repository("team/app");
    let document = async |reference| lab.registry.document(&reference, None).await.unwrap_err();

    let failure = document(app.tagged("nope")).await;
    let next = format!("platy tags {app}");
    assert_failure(&failure, Class::NotFound, &["no tag nope", "MANIFEST_UNKNOWN", &next]);
    assert_eq!(failure.status, Some(404));
    let missing = platy::oci::Digest::sha256(b"missing");
    let failure = document(app.at(missing.clone())).await;
    assert_failure(&failure, Class::NotFound, &["does not have this manifest", missing.as_str()]);
    let failure = document(lab.repository("no/such").tagged("latest")).await;
    assert_failure(&failure, Class::NotFound, &["no repository", "no/such", "NAME_UNKNOWN"]);
    let failure = lab.registry.head(&app.tagged("nope")).await.unwrap_err();
    assert_failure(&failure, Class::NotFound, &["no tag nope"]);
    let descriptor = platy::oci::Descriptor::new(index.media_type, missing, 7);
    let failure = lab.registry.blob(&app, &descriptor, 100).await.unwrap_err();
    assert_failure(&failure, Class::NotFound, &["does not have it", "BLOB_UNKNOWN"]);
}

#[tokio::test]
async fn a_docker_list_and_a_foreign_type_are_read_as_they_are() {
    let lab = Lab::new().await;
    let store = lab.sandbox.store().repository("team/app");
    let image = store.image("linux", "amd64", "").docker().layer("x").push();
    store.index().docker().entry(image).push_tag("latest");
    let list = lab.registry.document(&lab.latest(), None).await.unwrap();
    assert_eq!(list.media_type, MediaType::DockerList);
    let odd = store.put_manifest("application/vnd.unknown+json", "{\"hello\": 1}");
    store.tag("odd", &odd.digest);
    let odd = lab.registry.document(&lab.repository("team/app").tagged("odd"), None).await.unwrap();
    assert_eq!(
        (odd.kind(), odd.media_type.as_str()),
        (Kind::Unknown, "application/vnd.unknown+json")
    );
}
