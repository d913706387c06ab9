//! Blobs and manifests on their way into a registry.

use std::time::Duration;

use bytes::Bytes;
use platy::oci::{Class, Descriptor, Digest, Failure, MediaType, Reference, Repository};
use platy::sandbox::{Chunks, Fault, Rule, Sandbox, SandboxOptions};
use platy::source::{Limits, Meter, RegistrySource, Upload};
use reqwest::Method;

use super::{Lab, assert_failure, options};

const SIZE: usize = 3 << 20;
const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const EMPTY: &str = r#"{"schemaVersion":2,"manifests":[]}"#;

/// A source registry with one blob, and a target.
pub(super) struct Pair {
    from: Sandbox,
    pub(super) lab: Lab,
    descriptor: Descriptor,
    pub(super) bytes: Bytes,
}

impl Pair {
    pub(super) async fn new(target: SandboxOptions) -> Self {
        let from = Sandbox::start(SandboxOptions::default()).await.unwrap();
        let bytes: Vec<u8> = (0..SIZE).map(|number| (number % 251) as u8).collect();
        let bytes = Bytes::from(bytes);
        let digest = from.store().repository("team/app").put_blob(bytes.clone());
        let layer = MediaType::parse("application/vnd.oci.image.layer.v1.tar");
        let descriptor = Descriptor::new(layer, digest, SIZE as u64);
        Self { from, lab: Lab::with(target, options()).await, descriptor, bytes }
    }

    fn target(&self) -> Repository {
        self.lab.repository("team/copy")
    }

    pub(super) async fn push(&self) -> Result<u64, Failure> {
        let from = Repository { host: self.from.host().clone(), path: "team/app".to_owned() };
        let source = RegistrySource::new(self.lab.registry.clone(), from.tagged("x"), None);
        let meter = Meter::default();
        let (target, registry) = (self.target(), &self.lab.registry);
        registry
            .push_blob(&target, &self.descriptor, &source, Upload::default(), &meter)
            .await
            .map(|()| meter.get())
    }

    fn kept(&self) -> Option<Bytes> {
        self.lab.sandbox.store().repository("team/copy").blob(&self.descriptor.digest)
    }

    fn fault(&self, rule: Rule) {
        self.lab.fault(rule);
    }

    /// The method and, if it has one, the range of every request to the target.
    fn log(&self) -> Vec<String> {
        let all = self.lab.sandbox.requests().all();
        all.iter()
            .map(|record| match record.header("content-range") {
                Some(range) => format!("{} {range}", record.method),
                None => record.method.to_string(),
            })
            .collect()
    }
}

fn only(chunks: Chunks) -> SandboxOptions {
    SandboxOptions { chunks, ..SandboxOptions::default() }
}

#[tokio::test]
async fn a_blob_goes_in_one_request() {
    let pair = Pair::new(SandboxOptions::default()).await;
    assert!(!pair.lab.registry.has_blob(&pair.target(), &pair.descriptor.digest).await.unwrap());
    assert_eq!(pair.push().await.unwrap(), SIZE as u64);
    assert!(pair.kept().unwrap() == pair.bytes);
    assert_eq!(pair.log(), ["HEAD", "POST", "PUT"]);
    assert_eq!(pair.lab.registry.activity().sent(), SIZE as u64);
    assert!(pair.lab.registry.has_blob(&pair.target(), &pair.descriptor.digest).await.unwrap());
}

#[tokio::test]
async fn chunks_are_as_the_registry_wants_them() {
    let pair = Pair::new(only(Chunks::AtLeast(1 << 20))).await;
    pair.push().await.unwrap();
    assert!(pair.kept().unwrap() == pair.bytes);
    // Never smaller than it wants; larger ones spare round trips.
    assert_eq!(pair.log(), ["POST", &format!("PATCH 0-{}", SIZE - 1), "PUT"]);

    let pair = Pair::new(only(Chunks::Only)).await;
    pair.push().await.unwrap();
    assert!(pair.kept().unwrap() == pair.bytes);
    let half = SIZE / 2;
    let (first, second) = (format!("PATCH 0-{}", half - 1), format!("PATCH {half}-{}", SIZE - 1));
    let log = pair.log();
    assert_eq!(log[..2], ["POST", "PUT"]);
    assert_eq!(log[log.len() - 3..], [first.as_str(), &second, "PUT"]);
}

#[tokio::test]
async fn chunks_shrink_until_they_pass() {
    let pair = Pair::new(SandboxOptions::default()).await;
    pair.fault(Rule::new(Fault::SizeLimit(400 << 10)));
    pair.push().await.unwrap();
    assert!(pair.kept().unwrap() == pair.bytes);
    let patches = pair.lab.sandbox.requests().all();
    let taken = patches.iter().filter(|it| it.method == Method::PATCH && it.status == Some(202));
    let sizes: Vec<u64> =
        taken.map(|it| it.header("content-length").unwrap().parse().unwrap()).collect();
    assert!(sizes.iter().all(|size| *size <= 400 << 10), "{sizes:?}");
    assert_eq!(sizes.iter().sum::<u64>(), SIZE as u64);
    assert!(sizes.len() < 16, "{sizes:?}");

    let pair = Pair::new(SandboxOptions::default()).await;
    pair.fault(Rule::new(Fault::SizeLimit(100 << 10)));
    let failure = pair.push().await.unwrap_err();
    assert_failure(&failure, Class::TooLarge, &["in chunks either", "larger limit"]);
}

#[tokio::test]
async fn a_lost_connection_is_taken_up_where_it_stopped() {
    for chunks in [Chunks::Any, Chunks::AtLeast(1 << 20)] {
        let pair = Pair::new(only(chunks)).await;
        let cut = Fault::CutRequest(1 << 20);
        let method = if chunks == Chunks::Any { Method::PUT } else { Method::PATCH };
        pair.fault(Rule::new(cut).method(method).once());
        pair.push().await.unwrap();
        assert!(pair.kept().unwrap() == pair.bytes);
        let again = format!("PATCH {}-{}", 1 << 20, SIZE - 1);
        assert_eq!(pair.log()[2..], ["GET", again.as_str(), "PUT"], "{chunks:?}");
        // From the source only the rest was read again.
        let reads = pair.from.requests().all();
        assert_eq!(reads.len(), 2);
        assert!(reads[1].header("range").unwrap().starts_with("bytes=1048576-"));
    }
}

#[tokio::test]
async fn each_lost_connection_is_survived() {
    for fault in [Fault::DropConnection, Fault::LoseAnswer, Fault::status(500)] {
        for chunks in [Chunks::Any, Chunks::AtLeast(1 << 20)] {
            for step in 0..3 {
                let pair = Pair::new(only(chunks)).await;
                pair.fault(Rule::new(fault.clone()).skip(step).once());
                let done = pair.push().await;
                assert!(done.is_ok(), "{fault:?} {chunks:?} {step}: {done:?} {:?}", pair.log());
                assert!(pair.kept().unwrap() == pair.bytes);
            }
        }
    }
}

#[tokio::test]
async fn a_forgotten_upload_is_begun_anew() {
    let pair = Pair::new(SandboxOptions::default()).await;
    pair.fault(Rule::new(Fault::CutRequest(1 << 20)).method(Method::PUT).once());
    pair.fault(Rule::new(Fault::status(404)).method(Method::GET).once());
    pair.push().await.unwrap();
    assert!(pair.kept().unwrap() == pair.bytes);
    let log = pair.log();
    assert_eq!(log[..5], ["POST", "PUT", "GET", "HEAD", "POST"]);
    assert!(log[5].starts_with("PATCH 0-") && log.last().unwrap() == "PUT", "{log:?}");
}

#[tokio::test]
async fn a_source_whose_content_is_another_never_arrives() {
    let pair = Pair::new(SandboxOptions::default()).await;
    pair.from.faults().add(Rule::new(Fault::Corrupt(SIZE - 1)));
    let failure = pair.push().await.unwrap_err();
    assert_failure(&failure, Class::DigestMismatch, &[pair.descriptor.digest.as_str()]);
    assert_eq!(pair.kept(), None);
    let all = pair.lab.sandbox.requests().all();
    assert_eq!(all.last().unwrap().status, None, "the upload was never closed");

    // A source that fails for a while is asked again.
    let pair = Pair::new(SandboxOptions::default()).await;
    pair.from.faults().add(Rule::new(Fault::Truncate(1 << 20)).once());
    pair.push().await.unwrap();
    assert!(pair.kept().unwrap() == pair.bytes);
    let pair = Pair::new(SandboxOptions::default()).await;
    pair.from.store().repository("team/app").remove_blob(&pair.descriptor.digest);
    assert_failure(&pair.push().await.unwrap_err(), Class::NotFound, &["team/app"]);
}

#[tokio::test]
async fn an_upload_that_stands_still_is_given_up_and_taken_up() {
    let mut pair = Pair::new(SandboxOptions::default()).await;
    let first_byte = Duration::from_secs(3);
    let limits = Limits { first_byte, window: first_byte, ..Limits::default() };
    let patient = platy::source::Options { limits, ..options() };
    pair.lab.registry = super::registry(patient);
    pair.fault(Rule::new(Fault::Hang).method(Method::PUT).once());
    pair.push().await.unwrap();
    assert!(pair.kept().unwrap() == pair.bytes);
    // One that takes long, but moves, is waited for.
    let mut pair = Pair::new(SandboxOptions::default()).await;
    let limits = Limits { first_byte: Duration::from_secs(20), ..limits };
    let patient = platy::source::Options { limits, ..options() };
    pair.lab.registry = super::registry(patient);
    pair.fault(Rule::new(Fault::Delay(Duration::from_millis(900))).method(Method::PUT));
    pair.push().await.unwrap();
    assert_eq!(pair.log(), ["POST", "PUT"]);
}

#[tokio::test]
async fn a_mount_moves_no_byte() {
    let lab = Lab::new().await;
    let digest = lab.sandbox.store().repository("team/base").put_blob("content");
    let (target, from) = (lab.repository("team/app"), lab.repository("team/base"));
    assert!(lab.registry.mount(&target, &digest, &from).await.unwrap().is_none());
    assert!(lab.sandbox.store().repository("team/app").blob(&digest).is_some());
    assert_eq!(lab.sandbox.requests().count(), 1);
    // What cannot be mounted has its upload open already, or may be uploaded.
    let other = lab.repository("team/none");
    assert!(lab.registry.mount(&target, &digest, &other).await.unwrap().is_some());
    for status in [400, 401, 403, 404, 405] {
        lab.fault(Rule::new(Fault::status(status)).once());
        assert!(lab.registry.mount(&target, &digest, &from).await.unwrap().is_some(), "{status}");
    }
    // Nor does a mount that nobody answers stop the upload, which says itself why it cannot be.
    let rule = lab.fault(Rule::new(Fault::DropConnection));
    assert!(lab.registry.mount(&target, &digest, &from).await.unwrap().is_some());
    lab.sandbox.faults().remove(rule);

    let lab =
        Lab::with(SandboxOptions { mounts: false, ..SandboxOptions::default() }, options()).await;
    lab.sandbox.store().repository("team/base").put_blob("content");
    let (target, from) = (lab.repository("team/app"), lab.repository("team/base"));
    assert!(lab.registry.mount(&target, &digest, &from).await.unwrap().is_some());
}

fn put(lab: &Lab, name: &str) -> Reference {
    match name.parse::<Digest>() {
        Ok(digest) => lab.repository("team/app").at(digest),
        Err(_) => lab.repository("team/app").tagged(name),
    }
}

#[tokio::test]
async fn a_manifest_arrives_byte_for_byte() {
    let lab = Lab::new().await;
    let bytes = Bytes::from(format!(" {EMPTY}\n"));
    let index = MediaType::parse(INDEX);
    let digest = Digest::sha256(&bytes);
    for name in ["latest", digest.as_str()] {
        lab.registry.put_manifest(&put(&lab, name), &index, &bytes).await.unwrap();
        assert_eq!(lab.sandbox.store().repository("team/app").manifest(name).unwrap(), bytes);
    }
    let large = Bytes::from(vec![b' '; (4 << 20) + 1]);
    lab.sandbox.requests().clear();
    let failure = lab.registry.put_manifest(&put(&lab, "latest"), &index, &large).await;
    assert_failure(&failure.unwrap_err(), Class::TooLarge, &["at most", "entries"]);
    assert_eq!(lab.sandbox.requests().count(), 0);

    let lie = Digest::sha256(b"other").to_string();
    lab.fault(Rule::new(Fault::DigestHeader(Some(lie.clone()))).once());
    let failure = lab.registry.put_manifest(&put(&lab, "latest"), &index, &bytes).await;
    assert_failure(&failure.unwrap_err(), Class::DigestMismatch, &[&lie, digest.as_str()]);
}

#[tokio::test]
async fn a_tag_is_put_again_only_where_nothing_was_done() {
    let index = MediaType::parse(INDEX);
    let bytes = Bytes::from(EMPTY);
    let digest = Digest::sha256(&bytes).to_string();
    for (name, fault, puts) in [
        ("latest", Fault::retry_after(429, 0), 2),
        ("latest", Fault::status(503), 2),
        ("latest", Fault::status(500), 1),
        ("latest", Fault::LoseAnswer, 1),
        ("latest", Fault::DropConnection, 1),
        (digest.as_str(), Fault::LoseAnswer, 2),
        (digest.as_str(), Fault::status(500), 2),
    ] {
        let lab = Lab::new().await;
        lab.fault(Rule::new(fault.clone()).once());
        let done = lab.registry.put_manifest(&put(&lab, name), &index, &bytes).await;
        assert_eq!(lab.sandbox.requests().count(), puts, "{name} {fault:?}");
        assert_eq!(done.is_ok(), puts == 2, "{name} {fault:?}");
    }
}

#[tokio::test]
async fn refusals_say_what_next() {
    let index = MediaType::parse(INDEX);
    for (status, class, words) in [
        (401, Class::Unauthorised, "log in"),
        (403, Class::Forbidden, "does not allow a push to"),
        (405, Class::Unsupported, "read-only"),
        (413, Class::TooLarge, "does not take a manifest of"),
        (429, Class::RateLimited, "limit or quota"),
    ] {
        let lab = Lab::new().await;
        lab.fault(Rule::new(Fault::status(status)));
        let done =
            lab.registry.put_manifest(&put(&lab, "latest"), &index, &Bytes::from(EMPTY)).await;
        assert_failure(&done.unwrap_err(), class, &[words]);
    }
    let pair = Pair::new(SandboxOptions::default()).await;
    pair.fault(Rule::new(Fault::status(405)));
    assert_failure(&pair.push().await.unwrap_err(), Class::Unsupported, &["read-only"]);
    assert_eq!(pair.log(), ["POST"]);
}

#[tokio::test]
async fn a_token_for_reading_is_not_used_for_pushing() {
    let lab = super::login::bearer_lab().await;
    lab.registry.document(&lab.latest(), None).await.unwrap();
    let (app, base) = (lab.repository("team/app"), lab.repository("team/base"));
    let digest = lab.sandbox.store().repository("team/base").put_blob("content");
    lab.sandbox.requests().clear();
    assert!(!lab.registry.has_blob(&app, &digest).await.unwrap());
    assert!(lab.registry.mount(&app, &digest, &base).await.unwrap().is_none());
    let index = MediaType::parse(INDEX);
    lab.registry.put_manifest(&put(&lab, "new"), &index, &Bytes::from(EMPTY)).await.unwrap();
    let scopes: Vec<String> = lab
        .sandbox
        .requests()
        .all()
        .iter()
        .filter(|record| record.path == "/token")
        .map(|record| {
            record.query.clone().unwrap_or_default().replace("%3A", ":").replace("%2F", "/")
        })
        .map(|query| query.split('&').filter(|it| it.starts_with("scope=")).collect())
        .collect();
    assert_eq!(
        scopes,
        [
            "scope=repository:team/app:pull%2Cpush",
            "scope=repository:team/app:pull%2Cpushscope=repository:team/base:pull",
        ]
    );
    // Every other request was answered at once: no token was tried that does not do.
    let refused = lab.sandbox.requests().all().iter().filter(|it| it.status == Some(401)).count();
    assert_eq!(refused, 0);
}

#[tokio::test]
async fn one_permit_does_for_a_copy_within_a_registry() {
    let lab =
        Lab::with(SandboxOptions::default(), platy::source::Options { permits: 1, ..options() })
            .await;
    let store = lab.sandbox.store().repository("team/app");
    let layer = MediaType::parse("application/vnd.oci.image.layer.v1.tar");
    let pushes = (0..4).map(|number| {
        let bytes = vec![number; 300_000];
        let digest = store.put_blob(bytes);
        let descriptor = Descriptor::new(layer.clone(), digest, 300_000);
        let (registry, target) = (lab.registry.clone(), lab.repository("team/copy"));
        let source = RegistrySource::new(registry.clone(), lab.latest(), None);
        async move {
            let meter = Meter::default();
            registry
                .push_blob(&target, &descriptor, &source, Upload::default(), &meter)
                .await
                .unwrap();
        }
    });
    futures_util::future::join_all(pushes).await;
}
