//! Nothing that is not what it was asked by comes through.

use platy::oci::{Algorithm, Class, Descriptor, Digest, MAX_MANIFEST_READ, MediaType};
use platy::sandbox::{Fault, Rule};

use super::fakes::Fake;
use super::{Lab, assert_failure, at, options, registry};

#[tokio::test]
async fn altered_bytes_are_a_mismatch_that_names_everything() {
    let lab = Lab::new().await;
    let index = lab.index(1);
    lab.fault(Rule::new(Fault::Corrupt(30)));
    let by_tag = lab.latest();
    let by_digest = lab.repository("team/app").at(index.digest.clone());
    let url = format!("http://{}/v2/team/app/manifests/", lab.sandbox.host());
    for reference in [by_tag, by_digest] {
        let failure = lab.registry.document(&reference, None).await.unwrap_err();
        let size = format!("{} bytes", index.size);
        let words = [index.digest.as_str(), "hash to sha256:", &url, &size];
        assert_failure(&failure, Class::DigestMismatch, &words);
        assert!(!failure.is_passing());
    }
    assert_eq!(lab.sandbox.requests().count(), 2, "altered content is not asked for again");
}

#[tokio::test]
async fn altered_blobs_are_a_mismatch() {
    let lab = Lab::new().await;
    let repository = lab.repository("team/app");
    let digest = lab.sandbox.store().repository("team/app").put_blob("content");
    let descriptor = Descriptor::new(MediaType::OciConfig, digest, 7);
    assert_eq!(lab.registry.blob(&repository, &descriptor, 7).await.unwrap(), "content");
    lab.fault(Rule::new(Fault::Corrupt(0)));
    let failure = lab.registry.blob(&repository, &descriptor, 7).await.unwrap_err();
    assert_failure(&failure, Class::DigestMismatch, &[descriptor.digest.as_str(), "7 bytes"]);
}

#[tokio::test]
async fn a_wrong_digest_header_is_a_mismatch_by_tag_and_nothing_by_digest() {
    let lab = Lab::new().await;
    let index = lab.index(1);
    let other = Digest::sha256(b"other");
    lab.fault(Rule::new(Fault::DigestHeader(Some(other.to_string()))));
    let failure = lab.registry.document(&lab.latest(), None).await.unwrap_err();
    assert_failure(&failure, Class::DigestMismatch, &[other.as_str(), index.digest.as_str()]);
    let by_digest = lab.repository("team/app").at(index.digest.clone());
    assert_eq!(lab.registry.document(&by_digest, None).await.unwrap().digest, index.digest);
    // The bytes are asked for, and are what they were asked by.
    assert_eq!(lab.registry.head(&by_digest).await.unwrap().digest, index.digest);
}

#[tokio::test]
async fn a_digest_header_that_is_none_or_missing_is_computed() {
    let lab = Lab::new().await;
    let index = lab.index(1);
    lab.fault(Rule::new(Fault::DigestHeader(Some("md5:00".to_owned()))).times(2));
    for result in [
        lab.registry.document(&lab.latest(), None).await.map(|document| document.digest),
        lab.registry.head(&lab.latest()).await.map(|head| head.digest),
    ] {
        assert_eq!(result.unwrap(), index.digest);
    }
    lab.fault(Rule::new(Fault::DigestHeader(None)));
    lab.sandbox.requests().clear();
    assert_eq!(lab.registry.head(&lab.latest()).await.unwrap().digest, index.digest);
    assert_eq!(lab.sandbox.requests().count(), 2);
}

#[tokio::test]
async fn a_wrong_size_in_a_descriptor_is_a_mismatch() {
    let lab = Lab::new().await;
    let index = lab.index(1);
    let repository = lab.repository("team/app");
    let wrong = Descriptor { size: index.size + 1, ..index.clone() };
    let reference = repository.at(index.digest.clone());
    let failure = lab.registry.document(&reference, Some(&wrong)).await.unwrap_err();
    let words = [format!("{} bytes came", index.size), format!("says {}", index.size + 1)];
    assert_failure(&failure, Class::DigestMismatch, &[&words[0], &words[1]]);
    let blob = lab.sandbox.store().repository("team/app").put_blob("content");
    let wrong = Descriptor::new(MediaType::OciConfig, blob, 6);
    let failure = lab.registry.blob(&repository, &wrong, 100).await.unwrap_err();
    assert_failure(&failure, Class::DigestMismatch, &["7 bytes came", "says 6"]);
}

#[tokio::test]
async fn a_sha512_digest_is_checked_as_such() {
    let lab = Lab::new().await;
    let store = lab.sandbox.store().repository("team/app");
    let bytes = "{\"manifests\": []}";
    let digest = Digest::of(Algorithm::Sha512, bytes.as_bytes());
    let descriptor = store.put_manifest_as(&digest, MediaType::OciIndex.as_str(), bytes);
    let reference = lab.repository("team/app").at(digest.clone());
    let document = lab.registry.document(&reference, Some(&descriptor)).await.unwrap();
    assert_eq!(document.digest, digest);
    store.tag("long", &digest);
    let by_tag = lab.repository("team/app").tagged("long");
    assert_eq!(lab.registry.document(&by_tag, None).await.unwrap().digest, digest);
}

#[tokio::test]
async fn what_is_too_large_is_not_read() {
    let lab = Lab::new().await;
    let index = lab.index(1);
    let repository = lab.repository("team/app");
    let huge = Descriptor { size: MAX_MANIFEST_READ + 1, ..index.clone() };
    let reference = repository.at(index.digest.clone());
    let failure = lab.registry.document(&reference, Some(&huge)).await.unwrap_err();
    assert_failure(&failure, Class::TooLarge, &["at most 8.4 MB"]);
    let failure = lab.registry.blob(&repository, &index, 10).await.unwrap_err();
    assert_failure(&failure, Class::TooLarge, &["at most 10 B"]);
    assert_eq!(lab.sandbox.requests().count(), 0);

    lab.sandbox.store().repository("team/app").tag("huge", &{
        let blanks = " ".repeat(usize::try_from(MAX_MANIFEST_READ).unwrap() + 1);
        lab.sandbox.store().repository("team/app").put_manifest("text/plain", blanks).digest
    });
    let failure = lab.registry.document(&repository.tagged("huge"), None).await.unwrap_err();
    assert_failure(&failure, Class::TooLarge, &["at most"]);
    assert_eq!(lab.registry.activity().bytes(), 0, "its Content-Length is enough");
}

#[tokio::test]
async fn a_body_that_never_ends_is_cut() {
    let lab = Lab::new().await;
    lab.index(1);
    lab.fault(Rule::new(Fault::EndlessBody));
    let failure = lab.registry.document(&lab.latest(), None).await.unwrap_err();
    assert_failure(&failure, Class::TooLarge, &["more than 8.4 MB"]);
    assert!(lab.registry.activity().bytes() < 2 * MAX_MANIFEST_READ);
}

#[tokio::test]
async fn json_that_is_none_is_malformed() {
    let lab = Lab::new().await;
    let store = lab.sandbox.store().repository("team/app");
    let depth = 100_000;
    let deep = format!("{{\"manifests\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    for (body, word) in
        [("not JSON", "not valid JSON"), ("[]", "not a JSON object"), (&deep, "nested more than")]
    {
        let odd = store.put_manifest(MediaType::OciIndex.as_str(), body.to_owned());
        store.tag("latest", &odd.digest);
        let failure = lab.registry.document(&lab.latest(), None).await.unwrap_err();
        assert_failure(&failure, Class::Malformed, &["team/app:latest", word]);
    }
}

#[tokio::test]
async fn a_web_page_is_no_manifest() {
    let fake = Fake::http("200 OK", &["Content-Type: text/html"], "<html>Welcome</html>").await;
    let failure = registry(options()).document(&at(&fake.host), None).await.unwrap_err();
    assert_failure(&failure, Class::Malformed, &["answered with a web page"]);
    let page = "<html><head><title>Not here</title></head></html>";
    let fake = Fake::http("404 Not Found", &["Content-Type: text/html"], page).await;
    let failure = registry(options()).document(&at(&fake.host), None).await.unwrap_err();
    assert_failure(&failure, Class::NotFound, &["a web page, titled \"Not here\""]);
    assert!(!failure.to_string().contains("<html>"));
}
