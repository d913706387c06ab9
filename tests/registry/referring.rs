//! Referrers: the API, the fallback tag, cosign's tags.

use platy::oci::{Class, Descriptor};
use platy::sandbox::{Fault, Rule, SandboxOptions};
use platy::source::{Referrer, Via};

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
    lab.registry.referrers(&lab.repository("team/app"), &image.digest).await.unwrap()
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
    // Two pages, and three tags of cosign by HEAD.
    assert_eq!(lab.sandbox.requests().count(), 5, "{:?}", lab.log());
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
    assert_eq!(lab.sandbox.requests().count(), 4, "the missing API is not asked for again");
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
    assert_eq!(requests.len(), 1 + 4 + 4 * 3);
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
        let failure = lab.registry.referrers(&lab.repository("team/app"), &image.digest).await;
        assert_failure(&failure.unwrap_err(), class, &["referrers of"]);
    }
}

#[tokio::test]
async fn a_tag_that_may_not_be_read_counts_as_not_there() {
    let lab = Lab::new().await;
    let (image, _) = refer(&lab);
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
    lab.fault(Rule::new(Fault::status(500)).contains("/manifests/sha256-"));
    let failure = lab.registry.referrers(&lab.repository("team/app"), &image.digest).await;
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
    let failure = lab.registry.referrers(&lab.repository("team/app"), &image.digest).await;
    assert_failure(&failure.unwrap_err(), Class::Malformed, &["go round"]);
}
