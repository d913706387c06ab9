//! Flows: what is asked for again, and what a tag held when it was last seen.

use super::tests::{PLATFORMS, opened};
use super::*;
use crate::harness::{Player, World};
use crate::model::tree::{Answer, Need};

#[test]
fn r_asks_again_for_what_failed() {
    let mut world = World::index(&PLATFORMS, false);
    let whole = world.clone();
    let digest = {
        let player = Player::opened(world.clone(), "demo/app:1.0", 80, 24);
        let (_, node) = player.shown().tree.children(player.shown().tree.root()).nth(1).unwrap();
        node.digest().unwrap().clone()
    };
    world.lose(&digest);
    let mut player = Player::opened(world, "demo/app:1.0", 80, 24);
    assert_eq!(player.shown().tree.progress().failed, 1);
    player.world = whole;
    player.keys("j j");
    let status = player.state.status();
    assert_eq!(status.kind, Some(ToastKind::Error));
    player.keys("r");
    player.answer_all();
    assert_eq!(player.shown().tree.progress().failed, 0);
}

#[test]
fn reload_keeps_what_a_tag_that_has_not_moved_showed() {
    let mut player = opened();
    player.keys("j l j");
    let asked = player.log.len();
    player.keys("r");
    assert!(player.shown().is_reloading());
    player.answer_all();
    assert_eq!(player.log.len(), asked + 1, "one question about the tag");
    assert_eq!(player.at_cursor(), "config");
    assert!(player.state.cx.toast.as_ref().unwrap().text.starts_with("unchanged"));
}

#[test]
fn reload_follows_a_tag_that_has_moved_and_keeps_the_cursor() {
    let mut player = opened();
    player.keys("j j j l j");
    assert_eq!(player.at_cursor(), "config");
    player.keys("h");
    player.world = World::index(&["linux/s390x", "linux/arm64/v8"], true);
    player.keys("r");
    player.answer_all();
    assert_eq!(player.at_cursor(), "linux/arm64/v8");
    assert!(player.state.cx.toast.as_ref().unwrap().text.starts_with("the tag has moved"));
    let cursor = player.explorer().cursor;
    assert!(player.shown().tree.node(cursor).unwrap().open);
}

#[test]
fn a_failed_reload_loses_nothing() {
    let mut player = opened();
    let root = player.world.root_digest();
    player.world.lose(&root);
    player.keys("r");
    player.answer_all();
    assert_eq!(player.shown().tree.progress().ready, 7);
    assert_eq!(player.state.cx.toast.as_ref().unwrap().kind, ToastKind::Error);
}

/// The world's list, told as what the cache knows of the tag.
fn recall(player: &mut Player, world: &World) {
    let Ok(Answer::Manifest(document)) = world.answer(&Need::Root) else { panic!("no list") };
    let asked = player.asked().find(|(.., it)| matches!(it, Query::Fetch(Need::Root)));
    let (session, request, _) = asked.unwrap();
    let seen = "2026-11-22T08:30:00Z".parse().unwrap();
    player.tells((session, request), Part::Recalled { document, seen });
}

/// Takes the question about the tag out of those that are answered.
fn held_root(player: &mut Player) -> Effect {
    let is_root =
        |it: &Effect| matches!(it, Effect::Ask { question: Query::Fetch(Need::Root), .. });
    let at = player.open.iter().position(is_root).unwrap();
    player.open.remove(at)
}

#[test]
fn what_a_tag_held_last_is_shown_until_the_registry_confirms_it() {
    let world = World::index(&PLATFORMS, true);
    let mut player = Player::new(world.clone(), 100, 24);
    player.open("demo/app:1.0");
    let root = held_root(&mut player);
    recall(&mut player, &world);
    let head = player.screen().lines().next().unwrap().to_owned();
    assert!(head.contains("as of 2026-11-22 08:30, checking"), "{head}");
    assert!(player.screen().contains("linux/arm64"), "{}", player.screen());
    player.answer_all();
    player.keys("j j");
    let cursor = player.at_cursor();
    player.open.push(root);
    player.answer_all();
    let head = player.screen().lines().next().unwrap().to_owned();
    assert!(!head.contains("as of"), "{head}");
    assert_eq!(player.at_cursor(), cursor);
    assert!(player.state.cx.toast.is_none(), "it is what was expected");
    assert_eq!(player.count(|it| matches!(it, Query::Fetch(Need::Root))), 1, "one question");
}

#[test]
fn a_tag_that_moved_since_it_was_seen_comes_in_under_the_cursor() {
    let before = World::index(&PLATFORMS, true);
    let mut player = Player::new(before.clone(), 100, 24);
    player.open("demo/app:1.0");
    let root = held_root(&mut player);
    recall(&mut player, &before);
    player.answer_all();
    while player.at_cursor() != "linux/arm64/v8" {
        player.keys("j");
    }
    player.world = World::index(&["linux/s390x", "linux/arm64/v8"], true);
    player.open.push(root);
    player.answer_all();
    assert_eq!(player.at_cursor(), "linux/arm64/v8");
    let head = player.screen().lines().next().unwrap().to_owned();
    let was = format!("was {}, as of 2026-11-22 08:30", before.root_digest().short());
    assert!(head.contains(&was), "{head}");
    assert!(player.screen().contains("linux/s390x") && !player.screen().contains("linux/arm/v7"));
    // Once the tag was asked again it is what it is.
    player.keys("r");
    player.answer_all();
    let head = player.screen().lines().next().unwrap().to_owned();
    assert!(!head.contains("was "), "{head}");
}

#[test]
fn what_cannot_be_confirmed_says_so_and_stays() {
    let world = World::index(&PLATFORMS, true);
    let mut player = Player::new(world.clone(), 100, 24);
    player.open("demo/app:1.0");
    let root = held_root(&mut player);
    recall(&mut player, &world);
    player.answer_all();
    player.world.lose(&world.root_digest());
    player.open.push(root.clone());
    player.answer_all();
    let head = |player: &Player| player.screen().lines().next().unwrap().to_owned();
    assert!(head(&player).contains("as of 2026-11-22 08:30, not confirmed"), "{}", head(&player));
    assert_eq!(player.state.cx.toast.as_ref().unwrap().kind, ToastKind::Error);
    assert!(player.screen().contains("linux/arm64"));
    // In the why view too.
    player.keys("w");
    assert!(head(&player).contains("not confirmed"), "{}", head(&player));
    player.keys("esc");
    player.world = world.clone();
    player.keys("r");
    player.answer_all();
    assert!(!head(&player).contains("as of"), "{}", head(&player));
    // What comes after the registry's answer changes nothing.
    recall(&mut player, &World::index(&["linux/s390x"], false));
    assert!(!head(&player).contains("as of"), "{}", head(&player));
    assert!(!player.screen().contains("s390x"));
}
