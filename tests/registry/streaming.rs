//! Blobs piece by piece.

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt};
use platy::oci::{Class, Descriptor, Digest, Failure, MediaType};
use platy::sandbox::{Fault, Rule};
use platy::source::BlobStream;

use super::{Lab, assert_failure};

const SIZE: usize = 3 << 20;

fn put(lab: &Lab) -> (Descriptor, Vec<u8>) {
    let bytes: Vec<u8> = (0..SIZE).map(|number| (number % 251) as u8).collect();
    let digest = lab.sandbox.store().repository("team/app").put_blob(bytes.clone());
    let layer = MediaType::parse("application/vnd.oci.image.layer.v1.tar");
    (Descriptor::new(layer, digest, SIZE as u64), bytes)
}

async fn all(stream: BlobStream) -> Result<Vec<u8>, Failure> {
    let pieces: Vec<Bytes> = stream.try_collect().await?;
    Ok(pieces.concat())
}

#[tokio::test]
async fn a_whole_stream_is_checked_at_its_end() {
    let lab = Lab::new().await;
    let (descriptor, bytes) = put(&lab);
    let repository = lab.repository("team/app");
    let stream = lab.registry.blob_stream(&repository, &descriptor, None).await.unwrap();
    assert!(all(stream).await.unwrap() == bytes);

    let rule = lab.fault(Rule::new(Fault::Corrupt(SIZE / 2)));
    let stream = lab.registry.blob_stream(&repository, &descriptor, None).await.unwrap();
    let failure = all(stream).await.unwrap_err();
    assert_failure(&failure, Class::DigestMismatch, &[descriptor.digest.as_str()]);
    lab.sandbox.faults().remove(rule);

    lab.fault(Rule::new(Fault::Truncate(1000)));
    let mut stream = lab.registry.blob_stream(&repository, &descriptor, None).await.unwrap();
    assert_eq!(stream.next().await.unwrap().unwrap(), bytes[..1000]);
    assert_failure(&stream.next().await.unwrap().unwrap_err(), Class::Unreachable, &["broke off"]);
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn a_stream_past_its_size_ends() {
    let lab = Lab::new().await;
    let (descriptor, _) = put(&lab);
    lab.fault(Rule::new(Fault::EndlessBody));
    let repository = lab.repository("team/app");
    let stream = lab.registry.blob_stream(&repository, &descriptor, None).await.unwrap();
    assert_failure(&all(stream).await.unwrap_err(), Class::DigestMismatch, &[]);

    let short = Descriptor { size: 10, ..descriptor };
    let stream = lab.registry.blob_stream(&repository, &short, None).await.unwrap();
    assert_failure(&all(stream).await.unwrap_err(), Class::DigestMismatch, &[]);
}

#[tokio::test]
async fn ranges_are_what_was_asked_for() {
    let lab = Lab::new().await;
    let (descriptor, bytes) = put(&lab);
    let repository = lab.repository("team/app");
    let size = SIZE as u64;
    for (range, status) in [
        (0..10, Some(206)),
        (5..1_000_000, Some(206)),
        (size - 3..size + 100, Some(206)),
        (0..size, Some(200)),
        (7..7, None),
        (size..size + 5, None),
    ] {
        lab.sandbox.requests().clear();
        let stream = lab.registry.blob_stream(&repository, &descriptor, Some(range.clone()));
        let found = all(stream.await.unwrap()).await.unwrap();
        let (start, end) = (range.start as usize, (range.end as usize).min(SIZE));
        assert!(found == bytes[start..end], "{range:?}");
        assert_eq!(lab.sandbox.requests().all().first().and_then(|record| record.status), status);
    }
}

#[tokio::test]
async fn a_registry_without_ranges_serves_too() {
    let lab = Lab::new().await;
    let (descriptor, bytes) = put(&lab);
    lab.fault(Rule::new(Fault::Answer { status: 200, headers: vec![], body: bytes.clone() }));
    let repository = lab.repository("team/app");
    let stream = lab.registry.blob_stream(&repository, &descriptor, Some(1_000_000..1_000_010));
    assert_eq!(all(stream.await.unwrap()).await.unwrap(), bytes[1_000_000..1_000_010]);
    lab.sandbox.faults().clear();
    lab.fault(Rule::new(Fault::Answer {
        status: 206,
        headers: vec![("Content-Range".into(), "bytes 50-60/3145728".into())],
        body: bytes[50..61].to_vec(),
    }));
    let stream = lab.registry.blob_stream(&repository, &descriptor, Some(10..20)).await;
    assert_failure(&stream.err().unwrap(), Class::Malformed, &["from 10"]);
    let stream = lab.registry.blob_stream(&repository, &descriptor, Some(55..100)).await.unwrap();
    let failure = all(stream).await.unwrap_err();
    assert_failure(&failure, Class::Malformed, &["39 bytes before the end"]);
}

#[tokio::test]
async fn a_missing_blob_fails_before_the_stream() {
    let lab = Lab::new().await;
    put(&lab);
    let missing = Descriptor::new(MediaType::OciConfig, Digest::sha256(b"x"), 1);
    let stream = lab.registry.blob_stream(&lab.repository("team/app"), &missing, None).await;
    assert_failure(&stream.err().unwrap(), Class::NotFound, &["BLOB_UNKNOWN"]);
}
