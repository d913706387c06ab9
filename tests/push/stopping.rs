//! A run that is watched, and stopped.

use platy::model::draft::Guard;
use platy::sandbox::{Fault, Rule};
use platy::work::push::{Board, Did, Pushing, StepState, Stopped, Tagged, run};
use reqwest::Method;

use super::{LAYER, Lab, draft, images, unchanged};

#[tokio::test]
async fn a_run_stops_at_once_where_no_tag_is_written() {
    let lab = Lab::new().await;
    let old = lab.old();
    let entries = images(&lab.other.store().repository("their/app"), "new", 2);
    let mut draft = draft(&lab.other, "their/app", &entries);
    let guard = unchanged(Some(&old));
    let plan = lab.prepare(&mut draft, &guard).await.unwrap();
    let rule = lab.target.faults().add(Rule::new(Fault::Hang).method(Method::PUT));
    let board = Board::new(&plan);
    let pushing = Pushing { sources: &lab.sources, journal: None, guard: &guard };
    let stop = async {
        lab.target.requests().wait_for(|_| lab.target.faults().met(rule) > 0).await;
        let progress = board.progress();
        assert!(progress.steps.iter().any(|step| step.state == StepState::Running));
        let (moved, total) = progress.bytes();
        assert!(moved < total && total > 3 * LAYER as u64, "{moved} of {total}");
        board.cancel();
    };
    let (outcome, ()) = tokio::join!(run(&plan, pushing, &board), stop);
    assert_eq!(outcome.stopped, Some(Stopped::Cancelled));
    assert_eq!(outcome.tags[0].1, Tagged::Old(Some(old.clone())));
    lab.target.faults().clear();
    assert_eq!(lab.tag(), Some(old));
    assert!(lab.push(&mut draft, &guard).await.is_done());
    lab.assert_whole(&draft);
}

#[tokio::test]
async fn a_tag_that_is_being_written_is_brought_to_its_end() {
    let lab = Lab::new().await;
    let entries = images(&lab.store(), "new", 2);
    let mut draft = draft(&lab.target, "team/app", &entries);
    let plan = lab.prepare(&mut draft, &Guard::Absent).await.unwrap();
    let rule = lab.target.faults().add(Rule::new(Fault::Hang).method(Method::PUT));
    let board = Board::new(&plan);
    let guard = Guard::Absent;
    let pushing = Pushing { sources: &lab.sources, journal: None, guard: &guard };
    let stop = async {
        lab.target.requests().wait_for(|_| lab.target.faults().met(rule) > 0).await;
        board.cancel();
        lab.target.faults().remove(rule);
    };
    let (outcome, ()) = tokio::join!(run(&plan, pushing, &board), stop);
    assert!(outcome.is_done() || outcome.stopped == Some(Stopped::Cancelled), "{outcome:?}");
    assert_eq!(outcome.tags[0].1, Tagged::New);
    lab.assert_whole(&draft);
}

#[tokio::test]
async fn a_run_that_is_done_says_so_of_every_step() {
    let lab = Lab::new().await;
    let entries = images(&lab.other.store().repository("their/app"), "new", 2);
    let mut draft = draft(&lab.other, "their/app", &entries);
    let guard = Guard::Absent;
    let plan = lab.prepare(&mut draft, &guard).await.unwrap();
    let board = Board::new(&plan);
    assert!(board.progress().steps.iter().all(|step| step.state == StepState::Waiting));
    let pushing = Pushing { sources: &lab.sources, journal: None, guard: &guard };
    let outcome = run(&plan, pushing, &board).await;
    assert!(outcome.is_done());
    let progress = board.progress();
    let (moved, total) = progress.bytes();
    assert_eq!(moved, total);
    assert_eq!(progress.done(), plan.steps.len());
    assert_eq!(outcome.count(Did::Copied), 5);
    assert_eq!(outcome.count(Did::Verified), 1);
}

#[tokio::test]
async fn a_second_word_ends_a_tag_that_hangs_and_the_journal_keeps_it() {
    let lab = Lab::new().await;
    let old = lab.old();
    let entries = images(&lab.store(), "new", 2);
    let mut draft = draft(&lab.target, "team/app", &entries);
    let guard = unchanged(Some(&old));
    let plan = lab.prepare(&mut draft, &guard).await.unwrap();
    let rule = lab.target.faults().add(Rule::new(Fault::Hang).method(Method::PUT));
    let board = Board::new(&plan);
    let pushing = Pushing { sources: &lab.sources, journal: Some(&lab.journal), guard: &guard };
    let stop = async {
        lab.target.requests().wait_for(|_| lab.target.faults().met(rule) > 0).await;
        board.cancel();
        board.cancel();
    };
    let (outcome, ()) = tokio::join!(run(&plan, pushing, &board), stop);
    assert_eq!(outcome.stopped, Some(Stopped::Cancelled));
    assert_eq!(outcome.tags[0].1, Tagged::Unknown);
    let kept = lab.journal.entries().await.unwrap();
    assert_eq!((kept.len(), kept[0].seen), (1, false));
}

/// What the registry had answered before the run was left is known: only a write without an answer
/// is in doubt.
#[tokio::test]
async fn what_was_answered_before_the_end_is_known() {
    for (method, hangs_at, known) in [
        // The look at the tag before anything is written; the look behind the write.
        (Method::GET, "/manifests/latest", "old"),
        (Method::PUT, "/manifests/latest", "unknown"),
        (Method::HEAD, "/manifests/sha256:", "new"),
    ] {
        let lab = Lab::new().await;
        let old = lab.old();
        let entries = images(&lab.store(), "new", 2);
        let mut draft = draft(&lab.target, "team/app", &entries);
        let guard = unchanged(Some(&old));
        let plan = lab.prepare(&mut draft, &guard).await.unwrap();
        let hang = Rule::new(Fault::Hang).method(method).contains(hangs_at);
        let rule = lab.target.faults().add(hang);
        let board = Board::new(&plan);
        let pushing = Pushing { sources: &lab.sources, journal: Some(&lab.journal), guard: &guard };
        let stop = async {
            lab.target.requests().wait_for(|_| lab.target.faults().met(rule) > 0).await;
            board.cancel();
            board.cancel();
        };
        let (outcome, ()) = tokio::join!(run(&plan, pushing, &board), stop);
        assert_eq!(outcome.stopped, Some(Stopped::Cancelled));
        let expected = match known {
            "old" => Tagged::Untouched,
            "new" => Tagged::New,
            _ => Tagged::Unknown,
        };
        assert_eq!(outcome.tags[0].1, expected, "{hangs_at}");
    }
}

#[tokio::test]
async fn nothing_is_written_without_the_journal_that_was_wanted() {
    let lab = Lab::new().await;
    let old = lab.old();
    // A file is in the folder's place.
    std::fs::create_dir_all(lab.home.path().join("state/platy")).unwrap();
    std::fs::write(lab.home.path().join("state/platy/journal"), "").unwrap();
    let entries = images(&lab.other.store().repository("their/app"), "new", 1);
    let mut draft = draft(&lab.other, "their/app", &entries);
    let outcome = lab.push(&mut draft, &unchanged(Some(&old))).await;
    let Some(Stopped::Failed { failure, .. }) = &outcome.stopped else { panic!("{outcome:?}") };
    assert!(failure.to_string().contains("--no-journal"), "{failure}");
    assert_eq!(lab.tag(), Some(old));
    let log = lab.target.requests().all();
    assert!(log.iter().all(|it| it.method == Method::HEAD || it.method == Method::GET), "{log:?}");
}
