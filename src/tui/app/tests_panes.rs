//! Flows: two panes, and the rule between them.

use crate::harness::{Player, World};
use crate::tui::app::Msg;

fn opened(columns: u16, rows: u16) -> Player {
    let world = World::index(&["linux/amd64", "linux/arm64/v8"], true);
    Player::opened(world, "demo/app:1.0", columns, rows)
}

/// The columns and rows of the tree.
fn tree(player: &Player) -> (u16, u16) {
    let main = player.explorer().areas().main;
    (main.width, main.height)
}

#[test]
fn the_rule_is_moved_for_all_views_until_a_pane_has_its_least() {
    let mut player = opened(140, 40);
    let (own, height) = tree(&player);
    player.keys("<");
    assert_eq!(tree(&player), (own - 4, height));
    player.keys("> >");
    assert_eq!(tree(&player), (own + 4, height));
    player.keys("o");
    player.types("demo/app:1.0");
    player.keys("enter");
    player.answer_all();
    assert_eq!(tree(&player), (own + 4, height), "another view of the session");
    for _ in 0..40 {
        player.keys("<");
    }
    assert_eq!(tree(&player).0, 30);
    assert_eq!(player.toast(), "the pane cannot be smaller");
    player.keys(">");
    assert_eq!(tree(&player).0, 34, "keys at the end are not remembered");
    assert!(player.screen().contains("Summary"), "{}", player.screen());
}

#[test]
fn panes_one_above_the_other_are_resized_by_the_same_keys() {
    let mut player = opened(80, 48);
    let (width, own) = tree(&player);
    player.keys(">");
    assert_eq!(tree(&player), (width, own + 2));
    for _ in 0..30 {
        player.keys("<");
    }
    assert_eq!(tree(&player), (width, 6));
}

#[test]
fn the_pane_in_focus_is_shown_alone_and_both_again() {
    let mut player = opened(140, 40);
    player.keys("+");
    assert_eq!(tree(&player).0, 140);
    assert!(!player.explorer().areas().shows_both());
    player.keys("<");
    assert_eq!(player.toast(), "one pane is shown alone; + shows both");
    player.keys("J");
    assert_eq!(player.toast(), "one pane is shown alone; + shows both");
    player.keys("tab");
    assert_eq!(player.explorer().areas().main.height, 0, "the other one, as alone");
    player.keys("tab 2");
    assert!(player.explorer().areas().detail.height > 0, "what is asked for is shown");
    player.keys("+");
    assert!(player.explorer().areas().shows_both());
}

#[test]
fn a_terminal_with_room_for_one_pane_says_so() {
    let mut player = opened(80, 24);
    for key in ["<", ">", "+", "J", "K"] {
        player.keys(key);
        assert_eq!(player.toast(), "there is room for one pane; tab shows the other", "{key}");
    }
}

#[test]
fn the_detail_is_scrolled_from_the_tree() {
    let mut player = opened(140, 24);
    player.keys("j");
    let (cursor, focus) = (player.explorer().cursor, player.explorer().focus);
    player.keys("J");
    let half = usize::from(player.explorer().areas().detail.height).div_ceil(2);
    assert_eq!(player.explorer().sheet.scroll, half);
    assert_eq!((player.explorer().cursor, player.explorer().focus), (cursor, focus));
    player.keys("K");
    assert_eq!(player.explorer().sheet.scroll, 0);
}

#[test]
fn a_file_beside_the_tree_is_resized_shown_alone_and_scrolled() {
    let mut world = World::index(&["linux/amd64"], false);
    world.hold("base", "linux/amd64", "etc/motd");
    world.files.insert("/etc/motd".to_owned(), "a line\n".repeat(200).into());
    let mut player = Player::opened(world, "demo/app:1.0", 140, 30);
    player.keys("j f");
    player.answer_all();
    player.send(Msg::Resize(100, 30));
    player.keys("<");
    assert_eq!(player.toast(), "no file is open; ↵ opens it");
    player.send(Msg::Resize(140, 30));
    player.keys("l j enter");
    player.answer_all();
    let rule = |player: &Player| player.files().viewer_rule().x;
    let own = rule(&player);
    player.keys("<");
    assert_eq!(rule(&player), own - 4);
    player.keys("tab J");
    assert!(player.files().viewer.as_ref().unwrap().sheet.scroll > 0, "{}", player.screen());
    player.keys("+");
    assert_eq!(player.files().viewer_rule().width, 0, "{}", player.screen());
    player.keys("tab");
    assert_eq!(player.toast(), "the file is shown alone; + shows the tree beside it");
    player.keys("+");
    assert_eq!(rule(&player), own - 4);
}
