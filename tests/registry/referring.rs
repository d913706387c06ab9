//! Referrers: the API, the fallback tag, cosign's tags.

use futures_util::future::join_all;
use platy::oci::{Class, Descriptor, Digest, Failure};
use platy::sandbox::{Fault, Rule, SandboxOptions, descriptor_json};
use platy::source::{Options, Referrer, RegistrySource, Source, Via};
use serde_json::json;

use super::{Lab, assert_failure, options};

/// An image with three referrers, and what they refer to.
fn refer(lab: &Lab) -> (Descriptor, Vec<Descriptor>) {
    let store = lab.sandbox.store().repository("team/app");
    let image = store.image("linux", "amd64", "").layer("x").push_tag("latest");
    let referrers = ["application/sbom", "application/sig", "application/scan"]
        .map(|kind| store.artifact(kind).blob("text/plain", kind).subject(&image).push());
    (image, referrers.to_vec())
}

async fn ask(lab: &Lab, image: &Descriptor) -> Vec<Referrer> {
    refused_or_found(lab, image).await.unwrap()
}

/// As of a reference that was just opened.
async fn refused_or_found(lab: &Lab, image: &Descriptor) -> Result<Vec<Referrer>, Failure> {
    let reference = lab.repository("team/app").at(image.digest.clone());
    RegistrySource::new(lab.registry.clone(), reference, None).referrers(&image.digest).await
}

fn digests(referrers: &[Referrer]) -> Vec<String> {
    let mut all: Vec<_> =
        referrers.iter().map(|referrer| referrer.descriptor.digest.to_string()).collect();
    all.sort();
    all
}

fn sorted(descriptors: &[Descriptor]) -> Vec<String> {
    let mut all: Vec<_> = descriptors.iter().map(|d| d.digest.to_string()).collect();
    all.sort();
    all
}

#[tokio::test]
async fn the_api_is_read_with_all_its_pages() {
    let sandbox = SandboxOptions { referrers_page_size: 2, ..SandboxOptions::default() };
    let lab = Lab::with(sandbox, options()).await;
    let (image, expected) = refer(&lab);
    let found = ask(&lab, &image).await;
    assert_eq!(digests(&found), sorted(&expected));
    assert!(found.iter().all(|referrer| referrer.via == Via::Api));
    // Two pages, and one of tags.
    assert_eq!(lab.sandbox.requests().count(), 3, "{:?}", lab.log());
}

#[tokio::test]
async fn without_the_api_the_fallback_tag_is_read() {
    let sandbox = SandboxOptions { referrers_api: false, ..SandboxOptions::default() };
    let lab = Lab::with(sandbox, options()).await;
    let (image, expected) = refer(&lab);
    assert_eq!(ask(&lab, &image).await, []);
    lab.sandbox.store().repository("team/app").write_fallback_tags();
    lab.sandbox.requests().clear();
    let found = ask(&lab, &image).await;
    assert_eq!(digests(&found), sorted(&expected));
    assert!(found.iter().all(|referrer| referrer.via == Via::FallbackTag));
    assert_eq!(lab.sandbox.requests().count(), 2, "the missing API is not asked for again");
}

#[tokio::test]
async fn many_at_once_find_out_once_that_there_is_no_api() {
    let sandbox = SandboxOptions { referrers_api: false, ..SandboxOptions::default() };
    let lab = Lab::with(sandbox, options()).await;
    let (image, _) = refer(&lab);
    let ask = || ask(&lab, &image);
    tokio::join!(ask(), ask(), ask(), ask());
    let requests = lab.sandbox.requests().all();
    assert_eq!(requests.iter().filter(|it| it.path.contains("/referrers/")).count(), 1);
    assert_eq!(requests.len(), 1 + 4, "the API, and a page of tags for each opened reference");
}

#[tokio::test]
async fn cosigns_tags_are_found_and_nothing_is_listed_twice() {
    let lab = Lab::new().await;
    let (image, mut expected) = refer(&lab);
    let store = lab.sandbox.store().repository("team/app");
    let tag = format!("sha256-{}", image.digest.hex());
    // The signature is known to the API too.
    store.tag(&format!("{tag}.sig"), &expected[1].digest);
    let sbom = store.artifact("application/old").blob("text/plain", "sbom").push();
    store.tag(&format!("{tag}.sbom"), &sbom.digest);
    expected.push(sbom.clone());
    let found = ask(&lab, &image).await;
    assert_eq!(digests(&found), sorted(&expected));
    let last = found.last().unwrap();
    assert_eq!(last.via, Via::CosignTag(format!("{tag}.sbom")));
    assert_eq!(last.descriptor.size, sbom.size);
}

#[tokio::test]
async fn an_api_that_fails_is_no_empty_list() {
    for (status, class) in
        [(401, Class::Unauthorised), (403, Class::Forbidden), (500, Class::Server)]
    {
        let lab = Lab::new().await;
        let (image, _) = refer(&lab);
        lab.fault(Rule::new(Fault::status(status)).contains("/referrers/"));
        let failure = refused_or_found(&lab, &image).await;
        assert_failure(&failure.unwrap_err(), class, &["referrers of"]);
    }
}

#[tokio::test]
async fn a_tag_that_may_not_be_read_counts_as_not_there() {
    let lab = Lab::new().await;
    let (image, _) = refer(&lab);
    lab.sandbox.store().repository("team/app").write_fallback_tags();
    for status in [404, 405] {
        lab.sandbox.faults().clear();
        lab.fault(
            Rule::new(Fault::Answer { status, headers: vec![], body: vec![] })
                .contains("/referrers/"),
        );
        lab.fault(Rule::new(Fault::status(403)).contains("/manifests/sha256-"));
        assert_eq!(ask(&lab, &image).await, []);
    }
    lab.sandbox.faults().clear();
    lab.fault(Rule::new(Fault::status(404)).contains("/referrers/"));
    lab.fault(Rule::new(Fault::status(500)).contains("/manifests/sha256-"));
    let failure = refused_or_found(&lab, &image).await;
    assert_failure(&failure.unwrap_err(), Class::Server, &[]);
}

/// Web pages, nothing, `null`, errors and the `references` of an early draft, all with status 200.
#[tokio::test]
async fn an_answer_that_is_not_the_api_s_is_no_api() {
    for body in ["<html>", "", r#"{"manifests":null}"#, r#"{"errors":[]}"#, r#"{"references":[]}"#]
    {
        let sandbox = SandboxOptions { referrers_api: false, ..SandboxOptions::default() };
        let lab = Lab::with(sandbox, options()).await;
        let (image, expected) = refer(&lab);
        lab.sandbox.store().repository("team/app").write_fallback_tags();
        lab.fault(
            Rule::new(Fault::Answer { status: 200, headers: vec![], body: body.into() })
                .contains("/referrers/"),
        );
        assert_eq!(digests(&ask(&lab, &image).await), sorted(&expected), "{body}");
    }
}

#[tokio::test]
async fn referrers_that_go_round_are_said() {
    let lab = Lab::new().await;
    let (image, _) = refer(&lab);
    let path = format!("/v2/team/app/referrers/{}", image.digest);
    lab.fault(
        Rule::new(Fault::Answer {
            status: 200,
            headers: vec![("Link".into(), format!("<{path}>; rel=\"next\""))],
            body: br#"{"manifests":[]}"#.to_vec(),
        })
        .contains("/referrers/"),
    );
    let failure = refused_or_found(&lab, &image).await;
    assert_failure(&failure.unwrap_err(), Class::Malformed, &["go round"]);
}

/// Ten images with an attestation each are twenty-one questions.
#[tokio::test]
async fn all_images_of_a_list_are_looked_up_on_one_page_of_tags() {
    for (page_size, tags) in [(1000, 1), (2, 1 + 22)] {
        let sandbox = SandboxOptions { referrers_api: false, page_size, ..Default::default() };
        let lab = Lab::with(sandbox, options()).await;
        let (image, expected) = refer(&lab);
        let store = lab.sandbox.store().repository("team/app");
        store.write_fallback_tags();
        store.image("linux", "arm64", "").layer("y").push_tag("z");
        let reference = lab.latest();
        let source = RegistrySource::new(lab.registry.clone(), reference, None);
        let others = (0..20).map(|number| Digest::sha256(&[number]));
        let subjects: Vec<Digest> = others.chain([image.digest.clone()]).collect();
        lab.sandbox.requests().clear();
        let found = join_all(subjects.iter().map(|it| source.referrers(it))).await;
        let found: Vec<Referrer> = found.into_iter().flat_map(Result::unwrap).collect();
        assert_eq!(digests(&found), sorted(&expected), "{page_size}");
        let log = lab.sandbox.requests().all();
        let count = |part: &str| log.iter().filter(|it| it.path.contains(part)).count();
        assert_eq!((count("/referrers/"), count("/tags/list")), (1, 1), "{page_size}");
        let fallbacks = if tags == 1 { 1 } else { 21 };
        let cosign = if tags == 1 { 0 } else { 3 * 21 };
        assert_eq!(count("/manifests/sha256-"), fallbacks + cosign, "{page_size}");
    }
}

/// Pages that cannot be had, and pages that leave out what is there: pull-through caches list what
/// was pulled through them.
#[tokio::test]
async fn a_page_of_tags_that_is_not_whole_is_not_believed() {
    let answer = |status: u16, body: &str| Fault::Answer {
        status,
        headers: vec![],
        body: body.as_bytes().to_vec(),
    };
    for fault in [
        Fault::status(401),
        Fault::status(403),
        Fault::status(404),
        Fault::status(405),
        Fault::status(500),
        Fault::retry_after(429, 60),
        answer(200, "<html>"),
        answer(200, r#"{"name":"team/app"}"#),
        answer(200, r#"{"name":"team/app","tags":null}"#),
        answer(200, r#"{"name":"team/app","tags":["other"]}"#),
    ] {
        let sandbox = SandboxOptions { referrers_api: false, ..Default::default() };
        let lab = Lab::with(sandbox, options()).await;
        let (image, mut expected) = refer(&lab);
        let store = lab.sandbox.store().repository("team/app");
        store.write_fallback_tags();
        let signature = store.artifact("application/old").blob("text/plain", "sig").push();
        store.tag(&format!("sha256-{}.sig", image.digest.hex()), &signature.digest);
        expected.push(signature);
        lab.fault(Rule::new(fault.clone()).contains("/tags/list"));
        let source = RegistrySource::new(lab.registry.clone(), lab.latest(), None);
        let found = source.referrers(&image.digest).await.unwrap();
        assert_eq!(digests(&found), sorted(&expected), "{fault:?}");
    }
}

/// What was signed since is found by asking the tag again.
#[tokio::test]
async fn asking_the_tag_again_forgets_the_page_of_tags() {
    let sandbox = SandboxOptions { referrers_api: false, ..Default::default() };
    let lab = Lab::with(sandbox, options()).await;
    let (image, expected) = refer(&lab);
    let source = RegistrySource::new(lab.registry.clone(), lab.latest(), None);
    assert_eq!(source.referrers(&image.digest).await.unwrap(), []);
    lab.sandbox.store().repository("team/app").write_fallback_tags();
    source.root().await.unwrap();
    let found = source.referrers(&image.digest).await.unwrap();
    assert_eq!(digests(&found), sorted(&expected));
}

/// A registry that had the API in an earlier session, or had it not.
#[tokio::test]
async fn a_hint_about_the_api_never_hides_a_referrer() {
    for api in [true, false] {
        let sandbox = SandboxOptions { referrers_api: api, ..Default::default() };
        let lab = Lab::with(sandbox, options()).await;
        let (image, expected) = refer(&lab);
        let store = lab.sandbox.store().repository("team/app");
        store.write_fallback_tags();
        let folder = tempfile::TempDir::new().unwrap();
        let session = || {
            let options = Options { cache_dir: Some(folder.path().to_owned()), ..options() };
            RegistrySource::new(super::registry(options), lab.latest(), None)
        };
        let via = async |source: RegistrySource| {
            let found = source.referrers(&image.digest).await.unwrap();
            assert_eq!(digests(&found), sorted(&expected), "{api}");
            found[0].via.clone()
        };
        let (before, after) =
            if api { (Via::Api, Via::FallbackTag) } else { (Via::FallbackTag, Via::Api) };
        assert_eq!(via(session()).await, before);
        // The registry is another one from now on.
        let (status, body) = match api {
            true => (404, Vec::new()),
            false => (
                200,
                serde_json::to_vec(&json!({
                    "schemaVersion": 2,
                    "manifests": expected.iter().map(descriptor_json).collect::<Vec<_>>(),
                }))
                .unwrap(),
            ),
        };
        lab.fault(
            Rule::new(Fault::Answer { status, headers: vec![], body }).contains("/referrers/"),
        );
        for _ in 0..2 {
            assert_eq!(via(session()).await, after);
        }
    }
}
