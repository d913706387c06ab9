//! Every fault at every request in turn: the tag is old or new, never broken, the outcome says
//! which, and another run brings it to its end.

use std::time::Duration;

use platy::model::draft::{Draft, Guard, Plan};
use platy::oci::{Descriptor, Digest};
use platy::sandbox::{Chunks, Fault, Rule, Sandbox, SandboxOptions};
use platy::source::{Limits, Options};
use platy::work::push::{Board, Did, Outcome, Pushing, StepState, Stopped, Tagged, run};
use reqwest::Method;

use super::{Lab, draft, images, options, unchanged};

/// Checks what an outcome says against what is there.
#[track_caller]
fn assert_honest(lab: &Lab, outcome: &Outcome, old: Option<&Digest>, new: &Digest, context: &str) {
    let now = lab.tag();
    assert!(now.as_ref() == old || now.as_ref() == Some(new), "{context}: {now:?}");
    if let Some(now) = &now {
        lab.assert_children(now);
    }
    match &outcome.tags[0].1 {
        Tagged::New => assert_eq!(now.as_ref(), Some(new), "{context}"),
        Tagged::Old(said) => {
            assert_eq!(now.as_ref(), old, "{context}");
            assert_eq!(said.as_ref(), old, "{context}");
        }
        // Only if it cannot be asked.
        Tagged::Unknown => assert!(!outcome.is_done(), "{context}"),
        other => panic!("{context}: {other:?}"),
    }
    if outcome.is_done() {
        assert_eq!(now.as_ref(), Some(new), "{context}");
    }
}

impl Lab {
    /// Runs without the journal, whose writes to the disk are waited for.
    async fn run_unkept(&self, plan: &Plan, guard: &Guard) -> Outcome {
        let pushing = Pushing { sources: &self.sources, journal: None, guard };
        run(plan, pushing, &Board::new(plan)).await
    }
}

/// How many requests of a push reach the registry that the faults are in.
async fn requests(lab: &Lab, on: &Sandbox, draft: &mut Draft, guard: &Guard) -> usize {
    on.requests().clear();
    assert!(lab.push(draft, guard).await.is_done());
    on.requests().count()
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Where {
    Target,
    Source,
}

struct Case {
    place: Where,
    from_other: bool,
    chunks: Chunks,
}

/// Runs a push with `fault` from request `step` on: for that request only where `once`.
async fn cut(case: &Case, fault: &Fault, step: usize, once: bool, retries: u32) -> bool {
    let sandbox = SandboxOptions { chunks: case.chunks, ..SandboxOptions::default() };
    let lab = Lab::with(sandbox, options(retries)).await;
    let old = lab.old();
    let (from, path) =
        if case.from_other { (&lab.other, "their/app") } else { (&lab.target, "team/base") };
    let entries: Vec<Descriptor> = images(&from.store().repository(path), "new", 2);
    let mut draft = draft(from, path, &entries);
    let new = draft.document().digest.clone();
    let guard = unchanged(Some(&old));
    let context = format!("{fault:?} at {step} ({:?}, once: {once})", case.place);

    let on = if case.place == Where::Target { &lab.target } else { &lab.other };
    let rule = Rule::new(fault.clone()).skip(step);
    let rule = on.faults().add(if once { rule.once() } else { rule });
    let met;
    match lab.prepare(&mut draft, &guard).await {
        Ok(plan) => {
            let outcome = lab.run_unkept(&plan, &guard).await;
            met = on.faults().met(rule) > 0;
            assert_honest(&lab, &outcome, Some(&old), &new, &context);
            if once && retries > 0 && fault != &Fault::status(403) {
                assert!(outcome.is_done(), "{context}: {outcome:?}");
            }
        }
        Err(_) => {
            met = true;
            assert_eq!(lab.tag(), Some(old.clone()), "{context}");
        }
    }
    // The registry is well again.
    on.faults().clear();
    lab.target.requests().clear();
    // What the failed attempt could not read is asked for anew by a new draft.
    let mut draft = super::draft(from, path, &entries);
    let plan = lab.prepare(&mut draft, &guard).await.unwrap();
    let missing = plan.sums.copied;
    let outcome = lab.run_unkept(&plan, &guard).await;
    assert!(outcome.is_done(), "{context}: {outcome:?}");
    lab.assert_whole(&draft);
    if case.from_other {
        let log = lab.target.requests().all();
        let opened = log.iter().filter(|it| it.method == Method::POST).count();
        assert_eq!(opened, missing, "{context}: what is there is not sent again");
    }
    met
}

/// Cuts at every request until a push comes through without meeting the fault.
async fn cut_everywhere(case: Case, fault: Fault, once: bool, retries: u32) {
    let mut step = 0;
    while cut(&case, &fault, step, once, retries).await {
        step += 1;
        assert!(step < 200, "{fault:?} is met without end");
    }
    assert!(step >= 6, "{fault:?} was met {step} times only");
}

fn copy(place: Where) -> Case {
    Case { place, from_other: true, chunks: Chunks::Any }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_target_dies_at_every_request() {
    cut_everywhere(copy(Where::Target), Fault::DropConnection, false, 0).await;
    cut_everywhere(copy(Where::Target), Fault::LoseAnswer, false, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_target_dies_at_every_request_of_chunks_and_mounts() {
    let chunks = Chunks::AtLeast(1 << 10);
    let chunked = Case { place: Where::Target, from_other: true, chunks };
    cut_everywhere(chunked, Fault::LoseAnswer, false, 0).await;
    let mounts = Case { place: Where::Target, from_other: false, chunks: Chunks::Any };
    cut_everywhere(mounts, Fault::LoseAnswer, false, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_lost_connection_anywhere_is_survived() {
    for fault in [Fault::DropConnection, Fault::LoseAnswer, Fault::status(500)] {
        cut_everywhere(copy(Where::Target), fault, true, 2).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_break_off_are_taken_up() {
    let chunks = Chunks::AtLeast(1 << 10);
    let chunked = Case { place: Where::Target, from_other: true, chunks };
    cut_everywhere(chunked, Fault::CutRequest(1000), true, 2).await;
    cut_everywhere(copy(Where::Target), Fault::CutRequest(1000), true, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_target_refuses_at_every_request() {
    for status in [401, 403, 405, 413, 429] {
        cut_everywhere(copy(Where::Target), Fault::status(status), false, 0).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_source_fails_at_every_request() {
    for fault in [Fault::DropConnection, Fault::Truncate(10), Fault::Corrupt(7), Fault::status(404)]
    {
        cut_everywhere(copy(Where::Source), fault, false, 0).await;
    }
}

#[tokio::test]
async fn requests_are_counted_as_the_cuts_assume() {
    let lab = Lab::new().await;
    let entries = images(&lab.other.store().repository("their/app"), "new", 2);
    let mut draft = draft(&lab.other, "their/app", &entries);
    // A tag, two children, their five blobs; five uploads of two requests; two manifests; the tag
    // looked at, put, read back.
    let all = requests(&lab, &lab.target, &mut draft, &Guard::Absent).await;
    assert_eq!(all, 1 + 2 + 5 + 5 * 2 + 2 + 2 + 1);
}

/// A registry or a proxy may refuse what it has stored: the tag is looked at.
#[tokio::test]
async fn a_tag_that_was_refused_and_stored_is_seen() {
    for status in [400, 401, 403, 404, 408, 409, 413] {
        let lab = Lab::new().await;
        let old = lab.old();
        let entries = images(&lab.store(), "new", 1);
        let mut draft = draft(&lab.target, "team/app", &entries);
        let rule = Rule::new(Fault::Belie(status)).method(Method::PUT).contains("manifests/latest");
        lab.target.faults().add(rule);
        let outcome = lab.push(&mut draft, &unchanged(Some(&old))).await;
        assert_eq!(outcome.tags[0].1, Tagged::New, "{status}: {outcome:?}");
        assert!(outcome.is_done(), "{status}");
        let kept = lab.journal.entries().await.unwrap();
        assert_eq!((kept.len(), kept[0].seen), (1, true), "{status}");
    }
}

/// distribution 3.1.2 answers 201 to a mount by sha512 and does nothing.
#[tokio::test]
async fn a_mount_that_was_not_done_is_uploaded() {
    let sandbox = SandboxOptions { lying_mounts: true, ..SandboxOptions::default() };
    let lab = Lab::with(sandbox, options(2)).await;
    let entries = images(&lab.target.store().repository("team/base"), "new", 1);
    let mut draft = draft(&lab.target, "team/base", &entries);
    let outcome = lab.push(&mut draft, &Guard::Absent).await;
    assert!(outcome.is_done(), "{outcome:?}");
    lab.assert_whole(&draft);
    // What is told is what was done.
    assert_eq!((outcome.count(Did::Mounted), outcome.count(Did::Copied)), (0, 3), "{outcome:?}");
}

/// distribution 2.8 answers so for a moment under parallel pushes.
#[tokio::test]
async fn what_is_said_to_be_unknown_and_is_there_is_put_once_more() {
    for status in [400, 500] {
        let lab = Lab::new().await;
        let entries = images(&lab.other.store().repository("their/app"), "new", 1);
        let mut draft = draft(&lab.other, "their/app", &entries);
        let body = br#"{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN","message":"x"}]}"#.to_vec();
        let answer = Fault::Answer { status, headers: vec![], body };
        let rule = Rule::new(answer).method(Method::PUT).contains("/manifests/");
        let rule = lab.target.faults().add(rule.once());
        let outcome = lab.push(&mut draft, &Guard::Absent).await;
        assert!(outcome.is_done(), "{outcome:?}");
        assert_eq!(lab.target.faults().met(rule), 1);
    }
}

/// distribution 3.1.2 says three things of a layer at an address that is not allowed: 500, and only
/// one `detail` is the reason.
#[tokio::test]
async fn an_address_that_is_refused_is_named() {
    let lab = Lab::new().await;
    let store = lab.other.store().repository("their/app");
    let mut image = images(&store, "new", 1);
    let bytes = store.manifest(image[0].digest.as_str()).unwrap();
    let mut manifest: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let gone = Digest::sha256(b"gone");
    manifest["layers"].as_array_mut().unwrap().push(serde_json::json!({
        "mediaType": "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
        "digest": gone, "size": 4, "urls": ["https://layers.example/x"],
    }));
    let media_type = "application/vnd.oci.image.manifest.v1+json";
    image[0] = store.put_manifest(media_type, manifest.to_string());
    let mut draft = draft(&lab.other, "their/app", &image);
    let body = br#"{"errors":[{"code":"UNKNOWN","message":"unknown error"},
        {"code":"UNKNOWN","message":"unknown error","detail":"invalid URL on layer"},
        {"code":"MANIFEST_BLOB_UNKNOWN","message":"blob unknown to registry","detail":"sha256:0"}]}"#;
    let answer = Fault::Answer { status: 500, headers: vec![], body: body.to_vec() };
    let rule = Rule::new(answer).method(Method::PUT).contains("/manifests/");
    let rule = lab.target.faults().add(rule);
    let outcome = lab.push(&mut draft, &Guard::Absent).await;
    let Some(Stopped::Failed { failure, .. }) = &outcome.stopped else { panic!("{outcome:?}") };
    let says = format!("urls) of their own: https://layers.example/x of {gone}");
    assert!(failure.detail.ends_with(&says), "{failure}");
    assert!(failure.next.as_deref().unwrap().contains("allow the addresses"), "{failure}");
    assert_eq!(lab.target.faults().met(rule), 1, "to ask again does not help");
}

#[tokio::test]
async fn nothing_more_is_mounted_after_a_refusal() {
    let lab = Lab::new().await;
    let entries = images(&lab.target.store().repository("team/base"), "new", 2);
    let mut draft = draft(&lab.target, "team/base", &entries);
    lab.target.faults().add(Rule::new(Fault::status(401)).contains("mount="));
    let outcome = lab.push(&mut draft, &Guard::Absent).await;
    assert!(outcome.is_done(), "{outcome:?}");
    let log = lab.target.requests().all();
    let mounts = log.iter().filter(|it| it.query.as_deref().unwrap_or("").contains("mount="));
    assert_eq!(mounts.count(), 1);
}

/// Few requests at once, so that most of a wave waits.
fn narrow() -> Options {
    Options { permits: 4, ..options(0) }
}

/// How many requests of a method the target was sent.
fn sent(lab: &Lab, method: Method) -> usize {
    lab.target.requests().all().iter().filter(|it| it.method == method).count()
}

/// Uploads, mounts that became uploads, and manifests.
#[tokio::test]
async fn after_the_first_failure_nothing_is_begun() {
    for (path, mounts, method, at, most) in [
        ("their/app", true, Method::POST, "/blobs/uploads/", 4),
        ("team/base", true, Method::POST, "mount=", 1),
        ("team/base", false, Method::PUT, "/blobs/uploads/", 4),
        ("their/app", true, Method::PUT, "/manifests/sha256", 4),
    ] {
        let lab = Lab::with(SandboxOptions { mounts, ..SandboxOptions::default() }, narrow()).await;
        let from = if path == "team/base" { &lab.target } else { &lab.other };
        let entries = images(&from.store().repository(path), "new", 30);
        let mut draft = draft(from, path, &entries);
        let plan = lab.prepare(&mut draft, &Guard::Absent).await.unwrap();
        lab.target.requests().clear();
        // A status that a mount does not fall back from.
        let rule = Rule::new(Fault::status(500)).method(method.clone()).contains(at);
        let rule = lab.target.faults().add(rule);
        let outcome = lab.run_unkept(&plan, &Guard::Absent).await;
        assert!(matches!(outcome.stopped, Some(Stopped::Failed { .. })), "{at}: {outcome:?}");
        let met = lab.target.faults().met(rule);
        assert!((1..=most).contains(&met), "{at}: {met} were tried");
        let failed = outcome.steps.iter().filter(|it| **it == StepState::Failed).count();
        assert_eq!(failed, met, "{at}");
        assert!(outcome.steps.contains(&StepState::Waiting), "{at}: {:?}", outcome.steps);
        if method == Method::POST {
            assert_eq!(sent(&lab, Method::PUT), 0, "{at}");
        }
    }
}

/// A mount that nothing answers costs its time once; the blobs are uploaded.
#[tokio::test]
async fn nothing_more_is_mounted_after_one_that_hangs() {
    let limits = Limits { first_byte: Duration::from_secs(2), ..Limits::default() };
    let lab = Lab::with(SandboxOptions::default(), Options { limits, ..options(0) }).await;
    let entries = images(&lab.target.store().repository("team/base"), "new", 5);
    let mut draft = draft(&lab.target, "team/base", &entries);
    let rule = lab.target.faults().add(Rule::new(Fault::Hang).contains("mount="));
    let outcome = lab.push(&mut draft, &Guard::Absent).await;
    assert!(outcome.is_done(), "{outcome:?}");
    assert_eq!(lab.target.faults().met(rule), 1);
    lab.assert_whole(&draft);
    lab.target.faults().clear();
}

/// The same answer as a list under its tag gets.
#[tokio::test]
async fn an_address_that_is_refused_under_a_tag_is_asked_once() {
    let lab = Lab::new().await;
    let entries = images(&lab.store(), "new", 1);
    let mut draft = draft(&lab.target, "team/app", &entries);
    let body = br#"{"errors":[{"code":"UNKNOWN","message":"unknown error","detail":"invalid URL on layer"}]}"#;
    let answer = Fault::Answer { status: 500, headers: vec![], body: body.to_vec() };
    let rule = Rule::new(answer).method(Method::PUT).contains("/manifests/latest");
    let rule = lab.target.faults().add(rule);
    let outcome = lab.push(&mut draft, &Guard::Absent).await;
    assert!(matches!(outcome.stopped, Some(Stopped::Failed { .. })), "{outcome:?}");
    assert_eq!(lab.target.faults().met(rule), 1);
}
