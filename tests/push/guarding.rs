//! Guards: the tag moved, is not there, is there.

use platy::model::draft::Guard;
use platy::oci::Digest;
use platy::sandbox::{Fault, Rule, SandboxOptions};
use platy::work::push::{Did, Stopped, Tagged};
use reqwest::Method;

use super::{Lab, draft, images, options, unchanged};

#[tokio::test]
async fn a_guard_that_does_not_hold_stops_before_anything_is_written() {
    let lab = Lab::new().await;
    let old = lab.old();
    let other = Digest::sha256(b"other");
    let entries = images(&lab.target.store().repository("team/base"), "new", 2);
    for guard in [Guard::Absent, Guard::Is(other.clone()), unchanged(Some(&other)), unchanged(None)]
    {
        let mut draft = draft(&lab.target, "team/base", &entries);
        let plan = lab.prepare(&mut draft, &guard).await.unwrap();
        lab.target.requests().clear();
        let outcome = lab.run(&plan, &guard).await;
        assert!(outcome.is_refused(), "{guard:?} {outcome:?}");
        assert_eq!(lab.target.requests().count(), 0);
        assert_eq!(outcome.tags[0].1, Tagged::Old(Some(old.clone())));
        let said = outcome.sentences(&plan).join("\n");
        assert!(said.contains(old.as_str()) && said.contains("--force"), "{said}");
    }
    for guard in [Guard::Is(old.clone()), unchanged(Some(&old)), Guard::Nothing] {
        lab.store().tag("latest", &old);
        let mut draft = draft(&lab.target, "team/base", &entries);
        let outcome = lab.push(&mut draft, &guard).await;
        assert!(outcome.is_done(), "{guard:?} {outcome:?}");
        assert_eq!(outcome.before, Some(old.clone()));
        lab.assert_whole(&draft);
    }
}

#[tokio::test]
async fn a_tag_that_moves_between_check_and_push_is_left_alone() {
    let lab = Lab::new().await;
    let old = lab.old();
    let entries = images(&lab.target.store().repository("team/base"), "new", 2);
    let mut draft = draft(&lab.target, "team/base", &entries);
    let guard = unchanged(Some(&old));
    let plan = lab.prepare(&mut draft, &guard).await.unwrap();
    // While children are pushed, somebody else moves the tag.
    let theirs = lab.store().index().entries(images(&lab.store(), "theirs", 1)).push();
    lab.store().tag("latest", &theirs.digest);
    let outcome = lab.run(&plan, &guard).await;
    let Some(Stopped::Conflict(conflict)) = &outcome.stopped else { panic!("{outcome:?}") };
    assert_eq!(conflict.found, Some(theirs.digest.clone()));
    assert_eq!(outcome.tags[0].1, Tagged::Old(Some(theirs.digest.clone())));
    assert_eq!(lab.tag(), Some(theirs.digest));
    assert_eq!(lab.journal.entries().await.unwrap(), []);
    assert!(lab.push(&mut draft, &Guard::Nothing).await.is_done());
    lab.assert_whole(&draft);
}

#[tokio::test]
async fn a_tag_that_somebody_writes_right_after_is_told() {
    let lab = Lab::new().await;
    let old = lab.old();
    let entries = images(&lab.store(), "new", 2);
    let mut draft = draft(&lab.target, "team/app", &entries);
    let guard = unchanged(Some(&old));
    let plan = lab.prepare(&mut draft, &guard).await.unwrap();
    let theirs = lab.store().index().entries(images(&lab.store(), "theirs", 1)).push().digest;
    // The read back is the second GET of the tag.
    let rule = Rule::new(Fault::Hang).method(Method::GET).contains("manifests/latest").skip(1);
    let rule = lab.target.faults().add(rule);
    let meddle = async {
        lab.target.requests().wait_for(|_| lab.target.faults().met(rule) > 0).await;
        lab.store().tag("latest", &theirs);
        lab.target.faults().remove(rule);
    };
    let (outcome, ()) = tokio::join!(lab.run(&plan, &guard), meddle);
    assert_eq!(
        outcome.stopped,
        Some(Stopped::Overwritten { tag: "latest".to_owned(), found: Some(theirs.clone()) })
    );
    assert_eq!(outcome.tags[0].1, Tagged::Other(Some(theirs)));
}

/// A registry, or what is in front of it, answers that it has the list, and kept the old one.
#[tokio::test]
async fn a_tag_that_was_not_written_is_told() {
    let lab = Lab::new().await;
    let old = lab.old();
    let entries = images(&lab.store(), "new", 2);
    let mut draft = draft(&lab.target, "team/app", &entries);
    let created = Fault::Answer { status: 201, headers: vec![], body: vec![] };
    let rule = Rule::new(created).method(Method::PUT).contains("manifests/latest");
    lab.target.faults().add(rule);
    let outcome = lab.push(&mut draft, &unchanged(Some(&old))).await;
    assert_eq!(outcome.stopped, Some(Stopped::NotWritten { tag: "latest".to_owned() }));
    assert_eq!(outcome.tags[0].1, Tagged::Old(Some(old)));
    let words = outcome.stopped.unwrap().to_string();
    assert!(words.contains("latest"), "{words}");
}

#[tokio::test]
async fn a_child_that_vanishes_is_told() {
    let lab = Lab::new().await;
    let entries = images(&lab.store(), "new", 2);
    let mut draft = draft(&lab.target, "team/app", &entries);
    let plan = lab.prepare(&mut draft, &Guard::Absent).await.unwrap();
    let path = format!("manifests/{}", entries[1].digest);
    lab.target.faults().add(Rule::new(Fault::status(404)).method(Method::HEAD).contains(&path));
    let outcome = lab.run(&plan, &Guard::Absent).await;
    assert_eq!(outcome.stopped, Some(Stopped::Missing(vec![entries[1].digest.clone()])));
    assert_eq!(outcome.tags[0].1, Tagged::New);
}

/// What is before a registry may say that it has a manifest and keep nothing: it does not say by
/// which digest, and is asked.
#[tokio::test]
async fn a_child_that_was_put_and_is_not_there_is_told() {
    let sandbox = SandboxOptions { check_references: false, ..SandboxOptions::default() };
    let lab = Lab::with(sandbox, options(2)).await;
    let entries = images(&lab.target.store().repository("team/base"), "new", 2);
    let mut draft = draft(&lab.target, "team/base", &entries);
    let created = Fault::Answer { status: 201, headers: vec![], body: vec![] };
    let path = format!("manifests/{}", entries[1].digest);
    lab.target.faults().add(Rule::new(created).method(Method::PUT).contains(&path));
    let outcome = lab.push(&mut draft, &Guard::Absent).await;
    assert_eq!(outcome.stopped, Some(Stopped::Missing(vec![entries[1].digest.clone()])));
    assert_eq!(outcome.tags[0].1, Tagged::New);
}

#[tokio::test]
async fn a_registry_that_lies_about_digests_is_not_believed() {
    let lab = Lab::new().await;
    let old = lab.old();
    let entries = images(&lab.store(), "new", 2);
    let mut draft = draft(&lab.target, "team/app", &entries);
    let guard = unchanged(Some(&old));
    let plan = lab.prepare(&mut draft, &guard).await.unwrap();
    let lie = Fault::DigestHeader(Some(Digest::sha256(b"lie").to_string()));
    lab.target.faults().add(Rule::new(lie).method(Method::PUT).once());
    let outcome = lab.run(&plan, &guard).await;
    // It was written, and the failure says what is odd about it.
    assert!(!outcome.is_done());
    assert_eq!(outcome.tags[0].1, Tagged::New);
    assert_eq!(lab.tag(), Some(draft.document().digest.clone()));
    assert_eq!(outcome.count(Did::Verified), 0);
}
