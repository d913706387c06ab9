//! Flows: a file of an image that is looked at, alone and beside the tree.

use super::tests_files::{opened, place, world};
use super::*;
use crate::harness::Player;
use crate::oci::{Class, Failure};

/// The request for the file that is looked at.
fn viewed(player: &Player) -> (SessionId, RequestId) {
    (player.files().session, player.files().viewer.as_ref().unwrap().request)
}

#[test]
fn a_file_is_looked_at_and_closing_it_ends_its_reading() {
    let mut player = opened();
    player.keys("enter j j enter");
    let (session, request) = viewed(&player);
    player.keys("esc");
    assert!(player.log.contains(&Effect::Stop { session, request }));
    assert!(player.files().viewer.is_none());
    player.keys("enter");
    player.answer_all();
    assert!(player.screen().contains("1  #!/bin/sh"), "{}", player.screen());
}

#[test]
fn a_long_file_is_seen_to_its_end_and_the_width_of_the_screen_hides_nothing() {
    let mut world = world();
    let wide = format!("{}the end of it", "x".repeat(100));
    let text: String = (1..=100).map(|at| format!("line {at}\n")).collect();
    world.files.insert("/app/server".to_owned(), format!("{wide}\n{text}").into());
    let mut player = Player::opened(world, "demo/app:1.0", 80, 24);
    player.keys("j f");
    player.answer_all();
    player.keys("enter j j enter");
    player.answer_all();
    assert!(player.screen().contains("the end of it"), "{}", player.screen());
    assert!(player.screen().contains("101 lines"), "{}", player.screen());
    player.keys("G");
    assert!(player.screen().contains("101  line 100"), "{}", player.screen());
    let at_the_end = player.screen();
    player.keys("j pagedown");
    assert_eq!(player.screen(), at_the_end);
    player.keys("k");
    assert!(!player.screen().contains("101  line 100"));
}

/// A file of 30,000 lines that is looked at.
fn large() -> Player {
    let mut world = world();
    let text: String = (1..=30_000).map(|at| format!("line {at}\n")).collect();
    world.files.insert("/app/server".to_owned(), text.into());
    let mut player = Player::opened(world, "demo/app:1.0", 80, 24);
    player.keys("j f");
    player.answer_all();
    player.keys("enter j j enter");
    player.answer_all();
    player
}

/// Of a large file only what is on the screen is laid out while a key waits.
#[test]
fn the_rest_of_a_large_file_is_laid_out_and_searched_beside_the_loop() {
    let mut player = large();
    let sheet = |player: &Player| player.files().viewer.as_ref().unwrap().sheet.clone();
    assert!(!sheet(&player).is_whole());
    assert!(player.screen().contains("30 000 lines"), "{}", player.screen());
    player.keys("/");
    player.types("line 29999");
    player.keys("enter");
    assert!(player.screen().contains("“line 29999”  looking for it"), "{}", player.screen());
    player.answer_all();
    assert!(player.screen().contains("line 29 999 of 30 000"), "{}", player.screen());
    assert!(player.screen().contains("29999  line 29999"), "{}", player.screen());
    // The match stays in another width.
    player.send(Msg::Resize(70, 24));
    player.answer_all();
    assert!(player.screen().contains("line 29 999 of 30 000"), "{}", player.screen());
    assert!(player.screen().contains("29999  line 29999"), "{}", player.screen());
    player.keys("esc esc enter");
    player.answer_all();
    player.keys("G");
    player.answer_all();
    assert!(player.screen().contains("30000  line 30000"), "{}", player.screen());
    // What is on top stays there in another width, though it is far down.
    let top = |player: &Player| sheet(player).line(sheet(player).scroll).unwrap().text();
    let before = top(&player);
    player.send(Msg::Resize(70, 24));
    player.answer_all();
    assert_eq!(top(&player), before);
}

/// What is asked about a width that is no more, or a file that is closed, is ended and asked anew.
#[test]
fn questions_about_what_is_no_longer_shown_are_ended() {
    let mut player = large();
    let last = |player: &Player| {
        let (session, request, _) = player.asked().next_back().unwrap();
        Effect::Stop { session, request }
    };
    player.keys("/");
    player.types("line 2999");
    player.keys("enter n");
    let search = last(&player);
    player.send(Msg::Resize(70, 24));
    assert!(player.log.contains(&search), "another width");
    player.keys("n");
    player.answer_all();
    assert!(player.screen().contains("line 29 991 of 30 000"), "{}", player.screen());
    // A search that is given up by an empty line.
    player.keys("/");
    player.types("nowhere");
    player.send(Msg::Resize(90, 24));
    player.keys("enter");
    let search = last(&player);
    player.keys("/ enter");
    assert!(player.log.contains(&search), "an empty line");
    player.keys("G");
    let rest = last(&player);
    player.keys("esc");
    assert!(player.files().viewer.is_none());
    assert!(player.log.contains(&rest), "closed");
}

/// Text is shown as hex and as text again, and searched in both.
#[test]
fn an_open_file_is_searched_and_shown_as_hex() {
    let mut world = world();
    let text: String = (1..=100).map(|at| format!("line {at}\n")).collect();
    world.files.insert("/app/server".to_owned(), text.into());
    let mut player = Player::opened(world, "demo/app:1.0", 80, 24);
    player.keys("j f");
    player.answer_all();
    player.keys("x");
    assert_eq!(player.toast(), "no file is open; ↵ opens it");
    player.keys("enter j j enter");
    player.answer_all();
    player.keys("n");
    assert_eq!(player.toast(), "nothing was looked for yet; / searches");
    player.keys("/");
    player.types("line 9");
    player.keys("enter");
    assert!(player.screen().contains("“line 9”  line 9 of 100"), "{}", player.screen());
    player.keys("n");
    assert!(player.screen().contains("“line 9”  line 90 of 100"), "{}", player.screen());
    assert!(player.screen().contains(" 90  line 90"), "it is on the screen");
    player.keys("N N");
    assert!(player.screen().contains("“line 9”  line 99 of 100"), "around the start");
    player.keys("x");
    assert!(player.screen().contains("“line 9”; n searches on"), "{}", player.screen());
    assert!(player.screen().contains("00000000  6c 69 6e 65 20 31 0a"), "{}", player.screen());
    player.keys("n");
    assert!(player.screen().contains("“line 9”  row 4 of 50"), "{}", player.screen());
    player.keys("esc x");
    assert!(player.screen().contains("1  line 1"), "{}", player.screen());
    assert!(player.screen().contains("100 lines"), "the search is over");
    player.keys("/");
    player.types("nowhere");
    player.keys("enter");
    assert!(player.screen().contains("“nowhere” is nowhere in this text"), "{}", player.screen());
    player.keys("esc esc");
    assert!(player.files().viewer.is_none());
}

/// What is looked for before the file is there is looked for once it is.
#[test]
fn a_needle_waits_for_the_file() {
    let mut player = opened();
    player.keys("enter j j enter /");
    player.types("bin");
    player.keys("enter");
    let waits = "reading /app/server, to look for “bin” in it";
    assert!(player.screen().contains(waits), "{}", player.screen());
    player.answer_all();
    assert!(player.screen().contains("“bin”  line 1 of 1"), "{}", player.screen());
    // What cannot be read is not said to be without it.
    player.keys("esc esc enter /");
    player.types("bin");
    player.keys("enter");
    let viewer = viewed(&player);
    let failure = Failure::new(Class::Unreachable, "the layer", "the answer broke off");
    player.replies(viewer, Err(failure));
    assert!(player.screen().contains("the answer broke off"), "{}", player.screen());
    assert!(!player.screen().contains("nowhere"), "{}", player.screen());
}

#[test]
fn what_is_no_text_is_hex_alone() {
    let mut world = world();
    world.files.insert("/app/server".to_owned(), vec![0, 1, 2].into());
    let mut player = Player::opened(world, "demo/app:1.0", 80, 24);
    player.keys("j f");
    player.answer_all();
    player.keys("enter j j enter");
    player.answer_all();
    player.keys("x");
    assert_eq!(player.toast(), "it is not text");
    player.keys("/");
    player.types("zz");
    player.keys("enter");
    assert!(player.screen().contains("“zz” is nowhere in this file"), "{}", player.screen());
    player.keys("esc");
    player.keys("s");
    assert_eq!(player.toast(), "a file is open; esc closes it");
    player.keys("tab");
    let fact = "a file is shown beside the tree in terminals of 120 columns and more";
    assert_eq!(player.toast(), fact);
}

/// In a wide terminal the tree stays beside the file, and keys go where the focus is.
#[test]
fn a_wide_terminal_has_the_file_beside_the_tree() {
    let mut player = Player::opened(world(), "demo/app:1.0", 120, 30);
    player.keys("j f");
    player.answer_all();
    player.keys("enter j j enter");
    player.answer_all();
    assert!(player.files().is_reading());
    let screen = player.screen();
    for words in ["1  #!/bin/sh", "/app/server  10 B", "all 2 layers merged", "now → server"] {
        assert!(screen.contains(words), "{words}\n{screen}");
    }
    player.keys("tab k");
    assert!(!player.files().is_reading());
    assert_eq!(place(&player).0, "/app/now");
    assert!(!player.screen().contains("/app/server  10 B"), "the pane follows the cursor");
    // A click and the wheel go to what is under them.
    player.keys("j enter");
    player.answer_all();
    assert!(player.files().is_reading());
    player.send(Msg::Click(Spot::Line(1)));
    assert!(!player.files().is_reading());
    player.send(Msg::Click(Spot::Line(2)));
    assert!(!player.files().is_reading());
    player.send(Msg::Click(Spot::Detail));
    assert!(player.files().is_reading());
    player.send(Msg::Wheel(Some(Spot::Line(0)), 1));
    assert_eq!(place(&player).0, "/app/server", "all rows are on the screen");
    assert!(player.files().is_reading());
    player.keys("esc");
    assert!(!player.files().is_reading());
    player.send(Msg::Resize(80, 24));
    player.keys("enter");
    player.answer_all();
    assert!(!player.screen().contains("all 2 layers merged"), "{}", player.screen());
}

/// Keys in the file are about that file, and keys in the tree about the row under the cursor.
#[test]
fn keys_in_an_open_file_are_about_it_and_keys_in_the_tree_about_the_row() {
    let open = || {
        let mut player = Player::opened(world(), "demo/app:1.0", 120, 30);
        player.keys("j f");
        player.answer_all();
        player.keys("enter j j enter");
        player
    };
    let mut player = open();
    player.answer_all();
    player.keys("S");
    assert_eq!(player.files().saving.as_ref().unwrap().path(), "server");
    player.keys("esc y");
    assert_eq!(player.copied().last().unwrap().text, "/app/server");
    player.keys("tab k y");
    assert_eq!(player.copied().last().unwrap().text, "/app/now");
    player.keys("tab");
    assert_eq!(player.toast(), "no file is open; ↵ opens it");
    player.keys("j tab");
    assert!(player.files().is_reading());
    // A file that failed is asked again by a key in it, and not by one in the tree.
    let mut player = open();
    let failed = viewed(&player);
    let failure = || Failure::new(Class::Unreachable, "the layer", "the answer broke off");
    player.replies(failed, Err(failure()));
    player.keys("tab r");
    assert_eq!(player.toast(), "nothing failed here", "no layer did");
    player.keys("tab r");
    assert_ne!(viewed(&player), failed);
    player.answer_all();
    assert!(player.screen().contains("1  #!/bin/sh"), "{}", player.screen());
}

/// The line over the tree names the key that reads a layer again: there it does.
#[test]
fn a_layer_is_read_again_from_the_tree_beside_an_open_file() {
    let mut world = world();
    let lost = world.layers.iter().find(|(_, it)| it.totals.removals == 0).unwrap().0.clone();
    world.layers.remove(&lost);
    let mut player = Player::opened(world, "demo/app:1.0", 120, 30);
    player.keys("j f");
    player.answer_all();
    player.keys("enter j j enter");
    player.answer_all();
    player.keys("r");
    assert_eq!(player.toast(), "nothing failed here", "the file did not");
    player.keys("tab");
    assert!(player.screen().contains("r reads it again"), "{}", player.screen());
    let asked = |player: &Player| player.count(|it| matches!(it, Query::Layer { .. }));
    let before = asked(&player);
    player.keys("r");
    assert_eq!(asked(&player), before + 1);
}

/// The keys of an open file say what they do now, and why not.
#[test]
fn keys_of_the_pane_beside_the_tree_say_what_they_do() {
    let mut player = Player::opened(world(), "demo/app:1.0", 140, 30);
    player.keys("j f");
    player.answer_all();
    player.keys("tab");
    assert_eq!(player.toast(), "no file is open; ↵ opens it");
    player.keys("enter j j enter");
    player.answer_all();
    player.keys("l");
    assert_eq!(player.toast(), "a file is open; esc closes it");
    let last = |player: &Player| player.screen().lines().last().unwrap().to_owned();
    assert!(last(&player).contains("tab tree") && last(&player).contains("x hex"));
    player.keys("x tab");
    assert!(last(&player).contains("tab file"), "{}", last(&player));
    assert!(last(&player).contains("x text"), "{}", last(&player));
    player.send(Msg::Resize(80, 24));
    player.keys("tab");
    let why = "a file is shown beside the tree in terminals of 120 columns and more";
    assert_eq!(player.toast(), why);
}

#[test]
fn a_file_that_could_not_be_read_is_read_again() {
    let mut player = opened();
    player.keys("enter j j enter r");
    assert_eq!(player.toast(), "nothing failed here");
    let viewer = viewed(&player);
    let failure = Failure::new(Class::Unreachable, "the layer", "the answer broke off");
    player.replies(viewer, Err(failure));
    player.keys("r");
    assert_ne!(viewed(&player), viewer);
    player.answer_all();
    assert!(player.screen().contains("1  #!/bin/sh"), "{}", player.screen());
}
