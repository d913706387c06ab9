//! What is moved, and what is not.

use std::time::Duration;

use platy::model::draft::{Companion, Edit, Guard};
use platy::sandbox::{Chunks, SandboxOptions};
use platy::source::{RegistrySource, Source};
use platy::work::push::Did;
use reqwest::Method;

use super::{Lab, draft, images, material, options, unchanged};

#[tokio::test]
async fn a_list_in_one_repository_takes_four_round_trips() {
    let lab = Lab::new().await;
    let old = lab.old();
    let entries = images(&lab.store(), "new", 10);
    let mut draft = draft(&lab.target, "team/app", &entries);
    let guard = unchanged(Some(&old));
    lab.target.faults().set_delay(Duration::from_millis(30));
    let plan = lab.prepare(&mut draft, &guard).await.unwrap();
    let asked = lab.target.requests().all();
    assert_eq!(asked.len(), 11, "the tag and ten children, all at once");
    // A tag is looked at with GET as long as no HEAD has succeeded: some registries deny
    // everything to HEAD (Nexus).
    let gets = asked.iter().filter(|it| it.method == Method::GET).count();
    assert_eq!((gets, asked.iter().filter(|it| it.method == Method::HEAD).count()), (1, 10));
    assert_eq!(lab.target.requests().max_in_flight(), 11);
    lab.target.faults().clear();

    lab.target.requests().clear();
    let outcome = lab.run(&plan, &guard).await;
    assert!(outcome.is_done(), "{outcome:?}");
    let methods: Vec<Method> =
        lab.target.requests().all().iter().map(|it| it.method.clone()).collect();
    // The tag is looked at, the child that it loses is kept in the journal with its config, the tag
    // is written, and read back beside a HEAD of each child.
    assert_eq!(methods[..4], [Method::GET, Method::GET, Method::GET, Method::PUT]);
    // Whether the registry deleted the old list is one HEAD.
    assert_eq!(methods.len(), 4 + 1 + 1 + 10);
    assert_eq!(methods[4..].iter().filter(|method| **method == Method::GET).count(), 1);
    lab.assert_whole(&draft);
    assert_eq!(lab.activity.sent(), draft.document().size());

    // What is done is not done again.
    lab.target.requests().clear();
    let outcome = lab.push(&mut draft, &guard).await;
    assert!(outcome.is_done(), "{outcome:?}");
    assert_eq!(lab.target.requests().count(), 11);
}

#[tokio::test]
async fn children_of_another_repository_are_mounted() {
    let lab = Lab::new().await;
    let entries = images(&lab.target.store().repository("team/base"), "new", 3);
    let mut draft = draft(&lab.target, "team/base", &entries);
    let outcome = lab.push(&mut draft, &unchanged(None)).await;
    assert!(outcome.is_done(), "{outcome:?}");
    lab.assert_whole(&draft);
    // Three configs, three layers of their own and the one that they share.
    assert_eq!((outcome.count(Did::Mounted), outcome.count(Did::Copied)), (7, 0));
    let manifests: u64 = entries.iter().map(|entry| entry.size).sum();
    assert_eq!(lab.activity.sent(), manifests + draft.document().size(), "no blob byte moved");
}

#[tokio::test]
async fn without_mounts_bytes_move_once() {
    for chunks in [Chunks::Any, Chunks::AtLeast(16 << 10)] {
        let sandbox = SandboxOptions { mounts: false, chunks, ..SandboxOptions::default() };
        let lab = Lab::with(sandbox, options(2)).await;
        let entries = images(&lab.target.store().repository("team/base"), "new", 3);
        let mut draft = draft(&lab.target, "team/base", &entries);
        let plan = lab.prepare(&mut draft, &unchanged(None)).await.unwrap();
        let outcome = lab.run(&plan, &unchanged(None)).await;
        assert!(outcome.is_done(), "{outcome:?}");
        lab.assert_whole(&draft);
        assert_eq!(outcome.count(Did::Copied), 7);
        let manifests = plan.sums.manifest_bytes + draft.document().size();
        assert_eq!(lab.activity.sent(), plan.sums.mounted_bytes + manifests);
        // The upload that a registry opened in place of a mount is used, and as it wants it.
        let log = lab.target.requests().all();
        let count = |method: Method| log.iter().filter(|it| it.method == method).count();
        assert_eq!(count(Method::POST), 7);
        assert_eq!(count(Method::PATCH) > 0, chunks != Chunks::Any);
    }
}

#[tokio::test]
async fn a_copy_between_registries_brings_everything() {
    for chunks in [Chunks::Any, Chunks::AtLeast(16 << 10), Chunks::Only] {
        let sandbox = SandboxOptions { chunks, ..SandboxOptions::default() };
        let lab = Lab::with(sandbox, options(2)).await;
        let entries = images(&lab.other.store().repository("their/app"), "new", 3);
        let mut draft = draft(&lab.other, "their/app", &entries);
        let plan = lab.prepare(&mut draft, &Guard::Absent).await.unwrap();
        let copied = plan.sums.copied_bytes;
        let outcome = lab.run(&plan, &Guard::Absent).await;
        assert!(outcome.is_done(), "{outcome:?}");
        lab.assert_whole(&draft);
        assert_eq!(outcome.count(Did::Copied), 7);
        if chunks == Chunks::Any {
            let manifests: u64 = entries.iter().map(|entry| entry.size).sum();
            assert_eq!(lab.activity.sent(), copied + manifests + draft.document().size());
        }
    }
}

#[tokio::test]
async fn every_tag_is_written_and_one_without_tags_by_its_digest() {
    let lab = Lab::new().await;
    let entries = images(&lab.store(), "new", 2);
    let mut draft = draft(&lab.target, "team/app", &entries);
    let guard = Guard::Nothing;
    let mut target = lab.goal();
    target.tags = vec!["latest".to_owned(), "1".to_owned(), "1.0".to_owned()];
    let plan = platy::work::push::prepare(&mut draft, &target, &guard, &lab.sources).await.unwrap();
    let outcome = lab.run(&plan, &guard).await;
    assert!(outcome.is_done(), "{outcome:?}");
    for tag in &target.tags {
        assert_eq!(lab.store().manifest(tag).unwrap(), draft.document().bytes);
    }
    lab.store().remove_manifest(&draft.document().digest);
    target.tags.clear();
    let plan = platy::work::push::prepare(&mut draft, &target, &guard, &lab.sources).await.unwrap();
    let outcome = lab.run(&plan, &guard).await;
    assert!(outcome.is_done(), "{outcome:?}");
    let digest = draft.document().digest.as_str();
    assert_eq!(lab.store().manifest(digest).unwrap(), draft.document().bytes);
}

#[tokio::test]
async fn what_refers_to_an_image_is_found_where_the_registry_keeps_no_list() {
    for referrers_api in [false, true] {
        let sandbox = SandboxOptions { referrers_api, ..SandboxOptions::default() };
        let lab = Lab::with(sandbox, options(2)).await;
        let store = lab.other.store().repository("their/app");
        let entries = images(&store, "new", 1);
        let refer = |layer: &'static str| {
            store.image("unknown", "unknown", "").layer(layer).subject(&entries[0]).push()
        };
        let referrers = [refer("signature"), refer("sbom"), refer("licence")];
        let mut draft = draft(&lab.other, "their/app", &entries);
        let companions = referrers.iter().map(|it| Companion {
            subject: entries[0].digest.clone(),
            material: material(&lab.other, "their/app", it),
            tag: None,
        });
        draft
            .apply(Edit::Add { materials: Vec::new(), companions: companions.collect(), at: None })
            .unwrap();
        let outcome = lab.push(&mut draft, &Guard::Absent).await;
        assert!(outcome.is_done(), "{outcome:?}");
        let reference = lab.repository().at(entries[0].digest.clone());
        let source = RegistrySource::new(lab.registry(), reference, None);
        let found = source.referrers(&entries[0].digest).await.unwrap();
        let mut found: Vec<_> = found.iter().map(|it| it.descriptor.digest.clone()).collect();
        let mut expected: Vec<_> = referrers.iter().map(|it| it.digest.clone()).collect();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "API: {referrers_api}");
        let tag = entries[0].digest.as_str().replace(':', "-");
        assert_eq!(lab.store().manifest(&tag).is_some(), !referrers_api);
    }
}
