//! Flows: what becomes of an unsaved draft, and how it is found again.

use super::tests_editor::{digest, editing, opened};
use super::*;
use crate::harness::Player;

#[test]
fn leaving_an_unsaved_draft_asks_once() {
    let mut player = editing();
    player.keys("x esc");
    assert!(player.screen().contains("demo/app:1.0 is not pushed"));
    player.keys("esc");
    assert!(player.state.cx.overlay.is_none());
    player.keys("esc enter");
    assert_eq!(player.state.cx.drafts.open.len(), 1, "kept for later");
    assert_eq!(player.state.depth(), 1);
    player.keys("D enter esc j j enter");
    assert!(player.state.cx.drafts.open.is_empty(), "discarded");
}

#[test]
fn edits_are_kept_soon_and_removed_when_they_are_taken_back() {
    let mut player = editing();
    player.keys("x");
    assert!(player.state.wants_ticks());
    let saved = |player: &Player| {
        player.orders().rev().find_map(|order| match order {
            DraftOrder::Save { name, text } => Some((name.clone(), text.clone())),
            _ => None,
        })
    };
    assert_eq!(saved(&player), None, "not with every key");
    player.now += jiff::SignedDuration::from_secs(1);
    player.send(Msg::Tick);
    let (name, text) = saved(&player).unwrap();
    assert!(!player.state.cx.drafts.waits());

    // Another platy finds it.
    let mut other = opened();
    other.kept = vec![KeptDraft { name: name.clone(), text, at: other.now }];
    other.keys("D");
    other.answer_all();
    assert!(other.screen().contains("left unsaved"), "{}", other.screen());
    other.keys("enter");
    other.answer_all();
    assert_eq!(digest(&other), digest(&player));
    assert_eq!(other.draft().target, "demo/app:1.0");
    other.keys("u");
    assert_eq!(digest(&other), other.world.root_digest(), "the edits can be undone");

    player.keys("u");
    player.now += jiff::SignedDuration::from_secs(1);
    player.send(Msg::Tick);
    assert_eq!(player.orders().last(), Some(&DraftOrder::Remove(name)));
}

/// A list whose draft was left is not edited anew unasked.
#[test]
fn a_list_offers_to_go_on_with_its_draft_that_was_left() {
    let mut player = editing();
    player.keys("x");
    player.now += jiff::SignedDuration::from_secs(1);
    player.send(Msg::Tick);
    let saved = player.orders().rev().find_map(|order| match order {
        DraftOrder::Save { name, text } => Some((name.clone(), text.clone())),
        _ => None,
    });
    let (name, text) = saved.unwrap();
    for (keys, goes_on) in [("enter", true), ("down enter", false)] {
        let mut other = opened();
        other.kept = vec![KeptDraft { name: name.clone(), text: text.clone(), at: other.now }];
        other.keys("D");
        other.answer_all();
        other.keys("esc e");
        let fact = &other.menu().facts[0];
        assert!(fact.starts_with("a draft of demo/app:1.0 with 1 edit was left unsaved"), "{fact}");
        other.keys(keys);
        other.answer_all();
        assert_eq!(digest(&other) == digest(&player), goes_on);
        let begun = other.world.root_digest();
        assert_eq!(digest(&other) == begun, !goes_on);
    }
}

#[test]
fn quitting_keeps_what_is_not_pushed() {
    let mut player = editing();
    player.keys("x q");
    assert!(player.screen().contains("quit and keep the draft"));
    player.keys("enter");
    let last: Vec<&Effect> = player.log.iter().rev().take(2).collect();
    let Effect::Ask { question: Query::Drafts(order), .. } = last[1] else { panic!("{last:?}") };
    assert!(matches!(order, DraftOrder::Save { .. }), "{order:?}");
    assert_eq!(last[0], &Effect::Quit);
}

#[test]
fn a_draft_that_cannot_be_read_says_why() {
    let mut player = opened();
    player.kept = vec![KeptDraft { name: "x".into(), text: "{}".into(), at: player.now }];
    player.keys("D");
    player.answer_all();
    player.keys("enter");
    assert!(player.toast().contains("it cannot be read"), "{}", player.toast());
}

#[test]
fn y_and_n_answer_a_question() {
    let mut player = editing();
    player.keys("x D");
    player.answer_all();
    let asked = |player: &Player| player.screen().contains("discard the draft?");
    player.keys("x");
    assert!(asked(&player), "{}", player.screen());
    player.keys("n");
    assert!(!asked(&player), "{}", player.screen());
    assert_eq!(player.state.cx.drafts.open.len(), 1);
    player.keys("x y");
    assert!(!asked(&player), "{}", player.screen());
    assert!(player.state.cx.drafts.open.is_empty());
}

#[test]
fn a_draft_is_left_and_kept_by_y_and_stayed_with_by_n() {
    for (asks, quits) in [("q", true), ("esc", false)] {
        for (answer, leaves, kept) in [
            ("y", true, true),
            ("n", false, true),
            ("enter", true, true),
            ("tab enter", false, true),
            ("esc", false, true),
            ("tab tab enter", true, false),
            ("backtab enter", true, false),
        ] {
            let mut player = editing();
            player.keys("x");
            player.keys(asks);
            player.keys(answer);
            let on_draft = matches!(player.state.screen(), Screen::Editor(_));
            let quit = player.log.contains(&Effect::Quit);
            assert_eq!(if quits { quit } else { !on_draft }, leaves, "{asks} {answer}");
            assert_eq!(player.state.cx.drafts.open.is_empty(), !kept, "{asks} {answer}");
            assert!(player.state.cx.overlay.is_none(), "{asks} {answer}");
        }
    }
}
