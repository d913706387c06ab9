//! Flows: what is said, whole and once, and with keys in the place of commands.

use super::*;
use crate::harness::{Player, World};
use crate::model::tree::Need;
use crate::oci::{Class, Failure};

/// A reference that could not be had, for this reason.
fn refused(columns: u16, failure: Failure) -> Player {
    let mut player = Player::new(World::index(&["linux/amd64"], false), columns, 24);
    player.open("demo/app:1.0");
    let root = player.asked().find(|(.., it)| **it == Query::Fetch(Need::Root));
    let at = root.map(|(session, request, _)| (session, request)).unwrap();
    player.replies(at, Err(failure));
    player
}

#[test]
fn a_failure_that_the_pane_tells_is_not_told_again_in_the_status_line() {
    for columns in [80, 120] {
        let failure = Failure::new(Class::NotFound, "demo/app:1.0", "there is no such tag here");
        let mut player = refused(columns, failure);
        let picture = player.picture();
        assert_eq!(picture.matches("there is no such tag here").count(), 1, "{picture}");
        assert!(player.state.status().text.contains("1 failed"));
        // Another tab that tells it, too.
        player.keys("2");
        let picture = player.picture();
        assert_eq!(picture.matches("there is no such tag here").count(), 1, "{picture}");
    }
}

#[test]
fn a_next_step_is_a_key_where_there_is_one() {
    for columns in [80, 120] {
        let failure = Failure::new(Class::NotFound, "demo/app:1.0", "there is no such tag")
            .with_next("list the tags with `platy tags demo/app`".to_owned());
        let picture = refused(columns, failure).picture();
        assert!(picture.contains("list the tags with t"), "{picture}");
        assert!(!picture.contains("platy tags"), "{picture}");
    }
}

#[test]
fn a_message_that_is_longer_than_the_line_is_whole() {
    let mut player = Player::opened(World::index(&["linux/amd64"], false), "demo/app:1.0", 80, 24);
    let long = "registry.example does not delete a tag alone, and nothing was deleted; let the tag \
                point elsewhere, or delete it with what the registry has for that: that is the end";
    player.send(Msg::Warning(long.to_owned()));
    let words = |player: &Player| player.screen().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words(&player).contains("that is the end"), "{}", player.screen());
    // It stays as long as it takes to read.
    player.now += jiff::SignedDuration::from_secs(6);
    player.send(Msg::Tick);
    assert!(words(&player).contains("that is the end"), "{}", player.screen());
    // What is under it cannot be hit through it.
    let status = player.state.areas().status;
    assert_eq!(player.spot(5, status.y - 1), Some(Spot::Status));
    player.keys("j");
    assert!(!words(&player).contains("that is the end"), "{}", player.screen());
}

#[test]
fn what_lies_under_a_menu_is_not_hit_beside_it() {
    let mut player = Player::opened(World::index(&["linux/amd64"], false), "demo/app:1.0", 100, 30);
    player.pages = vec![(0..20).map(|at| format!("{at}.0")).collect()];
    player.keys("t");
    player.answer_all();
    player.keys("alt-t");
    let above = player.spot(5, player.state.areas().body.y + 3);
    assert_eq!(above, Some(Spot::Beside));
    let look = player.state.cx.look;
    player.send(Msg::Click(Spot::Beside));
    assert!(player.state.cx.overlay.is_none());
    assert_eq!(player.state.cx.look, look);
}

#[test]
fn a_draft_that_was_left_is_a_row_of_the_start_page() {
    let mut left = Player::opened(World::index(&["linux/amd64"], false), "demo/app:1.0", 100, 30);
    left.keys("e x");
    left.now += jiff::SignedDuration::from_secs(1);
    left.send(Msg::Tick);
    let saved = left.orders().rev().find_map(|order| match order {
        DraftOrder::Save { name, text } => Some((name.clone(), text.clone())),
        _ => None,
    });
    let (name, text) = saved.unwrap();
    let mut player = Player::new(World::index(&["linux/amd64"], false), 100, 30);
    player.kept = vec![KeptDraft { name, text, at: player.now }];
    let effects = player.state.look_for_drafts();
    player.open.extend(effects);
    player.answer_all();
    let picture = player.picture();
    assert!(picture.contains("drafts left unsaved"), "{picture}");
    assert!(picture.contains("1 edit · just now"), "{picture}");
    // It takes part in nothing that is typed.
    player.keys("tab");
    assert_eq!(player.start().input.value(), "");
    player.keys("down enter");
    player.answer_all();
    assert!(matches!(player.state.screen(), Screen::Editor(_)), "{}", player.screen());
}

#[test]
fn the_root_tells_all_of_its_facts_though_a_long_platform_moves_the_digests() {
    let platforms =
        ["linux/amd64", "linux/arm64", "windows(10.0.20348.2402)/amd64", "linux/arm/v7"];
    let player = Player::opened(World::index(&platforms, true), "demo/app:1.0", 80, 24);
    let picture = player.picture();
    let root = picture.lines().nth(2).unwrap();
    assert!(root.contains("4 images") && root.contains("4 attestations"), "{picture}");
    assert!(!root.contains('…'), "{picture}");
}
