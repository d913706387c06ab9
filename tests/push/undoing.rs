//! The journal and undo.

use platy::model::draft::Guard;
use platy::work::push::{NoUndo, Stopped, Tagged, find_undo, undo};

use platy::oci::Digest;
use platy::sandbox::SandboxOptions;

use super::{Lab, draft, images, options, unchanged};

impl Lab {
    pub(super) async fn push_new(&self, salt: &str, guard: &Guard) {
        let entries = images(&self.store(), salt, 2);
        let mut draft = draft(&self.target, "team/app", &entries);
        let outcome = self.push(&mut draft, guard).await;
        assert!(outcome.is_done() && outcome.unkept.is_none(), "{outcome:?}");
    }
}

#[tokio::test]
async fn what_was_replaced_is_put_back_byte_for_byte() {
    let lab = Lab::new().await;
    let first = lab.old();
    let bytes = lab.store().manifest("latest").unwrap();
    lab.push_new("second", &unchanged(Some(&first))).await;
    let second = lab.tag().unwrap();
    lab.push_new("third", &unchanged(Some(&second))).await;
    // The registry drops what no tag names; the journal has it.
    lab.store().remove_manifest(&second);
    lab.store().remove_manifest(&first);

    let (registry, latest) = (lab.registry(), lab.repository().tagged("latest"));
    for expected in [&second, &first] {
        let found = find_undo(&registry, &lab.journal, &latest).await.unwrap();
        assert_eq!((&found.list.digest, &found.conflict), (expected, &None));
        let (tagged, done) = undo(&registry, &lab.journal, &found, false).await;
        assert_eq!((tagged, done), (Tagged::New, Ok(())));
        assert_eq!(lab.tag().as_ref(), Some(expected));
    }
    assert_eq!(lab.store().manifest("latest").unwrap(), bytes);
    assert_eq!(find_undo(&registry, &lab.journal, &latest).await, Err(NoUndo::Unknown));
    assert_eq!(lab.journal.entries().await.unwrap().len(), 4);
}

#[tokio::test]
async fn a_tag_that_moved_since_is_put_back_by_force_only() {
    let lab = Lab::new().await;
    let first = lab.old();
    lab.push_new("second", &unchanged(Some(&first))).await;
    let theirs = lab.store().index().entries(images(&lab.store(), "theirs", 1)).push();
    lab.store().tag("latest", &theirs.digest);
    let (registry, latest) = (lab.registry(), lab.repository().tagged("latest"));
    let found = find_undo(&registry, &lab.journal, &latest).await.unwrap();
    assert_eq!(found.conflict.as_ref().unwrap().found, Some(theirs.digest.clone()));
    let (_, stopped) = undo(&registry, &lab.journal, &found, false).await;
    assert!(matches!(stopped, Err(Stopped::Conflict(_))), "{stopped:?}");
    assert_eq!(lab.tag(), Some(theirs.digest));
    assert_eq!(undo(&registry, &lab.journal, &found, true).await.1, Ok(()));
    assert_eq!(lab.tag(), Some(first));
}

#[tokio::test]
async fn there_is_not_always_something_to_put_back() {
    let lab = Lab::new().await;
    let (registry, latest) = (lab.registry(), lab.repository().tagged("latest"));
    assert_eq!(find_undo(&registry, &lab.journal, &latest).await, Err(NoUndo::Unknown));
    lab.push_new("first", &Guard::Absent).await;
    let first = lab.tag().unwrap();
    let found = find_undo(&registry, &lab.journal, &latest).await;
    assert!(matches!(found, Err(NoUndo::WasAbsent(_))), "{found:?}");
    lab.push_new("second", &unchanged(Some(&first))).await;
    lab.store().tag("latest", &first);
    let found = find_undo(&registry, &lab.journal, &latest).await;
    assert!(matches!(found, Err(NoUndo::Already(_))), "{found:?}");
    // Another tag has a history of its own.
    let other = lab.repository().tagged("other");
    assert_eq!(find_undo(&registry, &lab.journal, &other).await, Err(NoUndo::Unknown));
}

/// zot (main, 2026-08-21) deletes what a tag held the moment that the tag moves: the old list and
/// those of its children that the new one lacks.
#[tokio::test]
async fn what_the_registry_dropped_is_put_back_first() {
    let sandbox = SandboxOptions { keeps_untagged: false, ..SandboxOptions::default() };
    let lab = Lab::with(sandbox, options(2)).await;
    let first = lab.old();
    lab.push_new("second", &unchanged(Some(&first))).await;
    assert!(lab.store().manifest(first.as_str()).is_none());
    let (registry, latest) = (lab.registry(), lab.repository().tagged("latest"));
    let found = find_undo(&registry, &lab.journal, &latest).await.unwrap();
    assert_eq!(found.put_back.len(), 1);
    let (tagged, done) = undo(&registry, &lab.journal, &found, false).await;
    assert_eq!((tagged, done), (Tagged::New, Ok(())));
    assert_eq!(lab.tag().as_ref(), Some(&first));
    lab.assert_children(&first);
}

/// With the last manifest that names it a registry may drop a config too; the journal has it, and
/// what was deleted is said.
#[tokio::test]
async fn a_config_that_was_dropped_is_put_back_from_the_journal() {
    let sandbox = SandboxOptions { keeps_untagged: false, ..SandboxOptions::default() };
    let lab = Lab::with(sandbox, options(2)).await;
    let first = lab.old();
    let list: serde_json::Value =
        serde_json::from_slice(&lab.store().manifest("latest").unwrap()).unwrap();
    let child = list["manifests"][0]["digest"].as_str().unwrap().to_owned();
    let child: serde_json::Value =
        serde_json::from_slice(&lab.store().manifest(&child).unwrap()).unwrap();
    let config: Digest = child["config"]["digest"].as_str().unwrap().parse().unwrap();
    let entries = images(&lab.store(), "second", 2);
    let mut draft = draft(&lab.target, "team/app", &entries);
    let outcome = lab.push(&mut draft, &unchanged(Some(&first))).await;
    assert_eq!(outcome.dropped, Some(first.clone()));
    assert!(lab.store().remove_blob(&config));
    let (registry, latest) = (lab.registry(), lab.repository().tagged("latest"));
    let found = find_undo(&registry, &lab.journal, &latest).await.unwrap();
    let (tagged, done) = undo(&registry, &lab.journal, &found, false).await;
    assert_eq!((tagged, done), (Tagged::New, Ok(())));
    assert!(lab.store().blob(&config).is_some());
    lab.assert_children(&first);
}

#[tokio::test]
async fn what_is_in_neither_leaves_the_tag_as_it_is() {
    let lab = Lab::new().await;
    let first = lab.old();
    let images = lab.store().manifest("latest").unwrap();
    let images: serde_json::Value = serde_json::from_slice(&images).unwrap();
    let child: Digest = images["manifests"][0]["digest"].as_str().unwrap().parse().unwrap();
    lab.push_new("second", &unchanged(Some(&first))).await;
    lab.store().remove_manifest(&child);
    let (algorithm, hex) = (child.algorithm().name(), child.hex());
    let kept = lab.home.path().join(format!("state/platy/journal/manifests/{algorithm}/{hex}"));
    std::fs::remove_file(kept).unwrap();
    let (registry, latest) = (lab.registry(), lab.repository().tagged("latest"));
    let found = find_undo(&registry, &lab.journal, &latest).await;
    let Err(NoUndo::Failed(failure)) = found else { panic!("{found:?}") };
    assert!(failure.to_string().contains(child.as_str()), "{failure}");
}
