//! Flows: the pane beside the rows of files, which follows the cursor.

use super::tests_files::world;
use super::*;
use crate::harness::Player;

/// The files of an image, read, with the cursor on a file.
fn on_file(reference: &str) -> Player {
    let mut player = Player::opened(world(), reference, 140, 30);
    player.keys("j f");
    player.answer_all();
    player.keys("enter j j");
    player
}

fn reads(player: &Player) -> usize {
    player.count(|it| matches!(it, Query::File { .. }))
}

#[test]
fn a_file_that_is_here_is_shown_while_the_cursor_is_on_it() {
    let mut player = on_file("oci:images/app:1.0");
    let server = player.asked().rfind(|(.., it)| matches!(it, Query::File { .. })).unwrap();
    let Query::File { task, cap, .. } = server.2 else { panic!() };
    assert_eq!((task.entry.path.text().as_str(), *cap), ("/app/server", 1 << 20));
    player.answer_all();
    assert!(player.screen().contains("#!/bin/sh"), "{}", player.screen());
    // Keys go on moving the cursor, and the pane with it.
    let left = reads(&player);
    player.keys("k");
    player.answer_all();
    assert!(!player.screen().contains("#!/bin/sh"), "{}", player.screen());
    assert!(player.screen().contains("Enter goes where the link leads"), "{}", player.screen());
    player.keys("j");
    assert!(player.screen().contains("#!/bin/sh"), "what was read is there again");
    assert_eq!(reads(&player), left);
    // The key that opens gives the keys to what is there already, the one for back takes them again.
    player.keys("enter");
    assert!(player.files().is_reading());
    assert_eq!(reads(&player), left);
    player.keys("esc");
    assert!(!player.files().is_reading());
    assert!(player.screen().contains("#!/bin/sh"));
    let depth = player.state.depth();
    player.keys("esc");
    assert_eq!(player.state.depth(), depth - 1);
}

#[test]
fn what_is_read_for_the_cursor_ends_when_it_moves_on() {
    let mut player = on_file("oci:images/app:1.0");
    let (session, request, _) =
        player.asked().rfind(|(.., it)| matches!(it, Query::File { .. })).unwrap();
    let stop = Effect::Stop { session, request };
    assert!(!player.log.contains(&stop));
    player.keys("k");
    assert!(player.log.contains(&stop), "{:?}", player.log.last());
}

#[test]
fn no_registry_is_asked_for_a_layer_by_moving_the_cursor() {
    let mut player = on_file("demo/app:1.0");
    // There is nothing to show yet that half of the rows would be given for.
    assert_eq!((reads(&player), player.files().viewer_rule().width), (0, 0));
    player.send(Msg::Resize(160, 30));
    assert_eq!(reads(&player), 0);
    let says = |player: &Player| player.screen().contains("Enter reads it from layer 2 of");
    assert!(says(&player), "{}", player.screen());
    player.keys("enter");
    player.answer_all();
    assert_eq!(reads(&player), 1);
    assert!(player.screen().contains("#!/bin/sh"), "{}", player.screen());
    // What was opened stays known.
    player.keys("tab k j");
    assert!(player.screen().contains("#!/bin/sh"), "{}", player.screen());
    assert_eq!(reads(&player), 1);
}

/// A terminal that is made narrow has no room for it.
#[test]
fn the_pane_goes_and_comes_with_the_width() {
    let mut player = on_file("oci:images/app:1.0");
    player.answer_all();
    player.send(Msg::Resize(80, 30));
    assert!(!player.screen().contains("#!/bin/sh"), "{}", player.screen());
    player.keys("j k");
    player.send(Msg::Resize(140, 30));
    player.answer_all();
    assert!(player.screen().contains("#!/bin/sh"), "{}", player.screen());
    // Alone, the tree has all of the width; once more, both are there again.
    player.keys("+");
    assert!(!player.screen().contains("#!/bin/sh"), "{}", player.screen());
    player.keys("+");
    player.answer_all();
    assert!(player.screen().contains("#!/bin/sh"), "{}", player.screen());
}
