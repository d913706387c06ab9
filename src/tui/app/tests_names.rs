//! Flows: lists of tags and of repositories.

use super::tests::{PLATFORMS, opened};
use super::*;
use crate::harness::{Player, World};
use crate::oci::Digest;

fn tags(pages: &[&[&str]]) -> Player {
    let mut player = opened();
    player.pages =
        pages.iter().map(|page| page.iter().map(|it| (*it).to_owned()).collect()).collect();
    for (tag, content) in [("1.10", "a"), ("1.9", "b"), ("latest", "a")] {
        player.heads.insert(tag.to_owned(), Digest::sha256(content.as_bytes()));
    }
    player.keys("t");
    player.answer_all();
    player
}

#[test]
fn tags_come_in_version_order_with_what_shares_a_digest() {
    let player = tags(&[&["1.10", "1.9"], &["latest", "1.2"]]);
    let list = player.list();
    let rows: Vec<(&str, Vec<&str>)> =
        list.rows().into_iter().map(|row| (row.name, row.same)).collect();
    assert_eq!(
        rows,
        [("latest", vec!["1.10"]), ("1.10", vec!["latest"]), ("1.9", vec![]), ("1.2", vec![])]
    );
    assert!(matches!(list.rows()[3].head, Some(TagHead::Failed(_))));
}

/// The list that is asked for anew has the cursor where it was, or on what is in the place of a name that is gone.
#[test]
fn a_list_that_is_loaded_again_keeps_the_cursor() {
    let all = ["9", "8", "7", "6", "5", "4"];
    let mut player = tags(&[&all]);
    let pages = |names: &[&str]| vec![names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>()];
    player.keys("j j j");
    assert_eq!(player.list().name_at_cursor(), Some("6"));
    player.pages = pages(&all);
    player.keys("r");
    player.answer_all();
    assert_eq!(player.list().name_at_cursor(), Some("6"));
    player.pages = pages(&["9", "8", "7", "5", "4"]);
    player.keys("r");
    player.answer_all();
    assert_eq!(player.list().name_at_cursor(), Some("5"), "what is in its place");
    player.pages = pages(&all);
    player.keys("r g");
    player.answer_all();
    assert_eq!(player.list().name_at_cursor(), Some("9"), "it was moved meanwhile");
}

#[test]
fn only_the_tags_on_the_screen_are_asked_for() {
    let names: Vec<String> = (0..1000).map(|n| format!("v{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut player = tags(&[&names]);
    let heads = |player: &Player| player.count(|it| matches!(it, Query::Head { .. }));
    let visible = usize::from(player.list().areas().body.height) - 1;
    assert_eq!(heads(&player), visible);
    player.keys("pagedown");
    player.answer_all();
    assert!(heads(&player) <= visible * 2);
}

#[test]
fn filtering_and_opening_a_tag() {
    let mut player = tags(&[&["1.10", "1.9", "latest", "1.10-alpine"]]);
    player.keys("/");
    player.types("110");
    assert_eq!(player.list().counts(), (4, 2));
    player.keys("enter enter");
    assert_eq!(player.shown().location.familiar(), "demo/app:1.10");
    player.keys("esc");
    assert_eq!(player.list().counts(), (4, 2), "the list is as it was left");
    player.keys("esc");
    assert_eq!(player.list().counts(), (4, 4));
    player.keys("esc");
    assert_eq!(player.at_cursor(), "index");
}

#[test]
fn a_registry_lists_its_repositories() {
    let mut player = Player::new(World::index(&PLATFORMS, false), 80, 24);
    player.pages = vec![vec!["team/app".into(), "other".into(), "team/web".into()]];
    player.open("localhost:5000/team/");
    player.answer_all();
    let names: Vec<&str> = player.list().rows().into_iter().map(|row| row.name).collect();
    assert_eq!(names, ["team/app", "team/web"]);
    player.pages = vec![vec!["1.0".into()]];
    player.keys("enter");
    player.answer_all();
    player.keys("enter");
    assert_eq!(player.shown().location.to_string(), "localhost:5000/team/app:1.0");
}
