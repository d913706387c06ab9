//! The editor and the page of a push as snapshots of text and styles.

use super::Theme;
use super::tests::{app, check};
use crate::harness::{Player, World};
use crate::model::draft::{Presence, Question};
use crate::tui::app::Keymap;

/// The list as a draft: one entry edited, one removed, one added, one moved.
fn edited(columns: u16, rows: u16) -> Player {
    let mut player = app(columns, rows);
    let mut other = World::default();
    let image = other.image("linux/s390x");
    other.set_root(&image);
    player.worlds.insert("other/app:s390x".to_owned(), other);
    player.keys("e x j j enter tab tab ctrl-u");
    player.types("v9");
    player.keys("enter K a");
    player.types("other/app:s390x");
    player.keys("enter");
    player.answer_all();
    player
}

#[test]
fn the_editor_narrow_and_wide() {
    for (columns, rows) in [(80, 24), (140, 40)] {
        let mut player = edited(columns, rows);
        player.now += jiff::SignedDuration::from_secs(10);
        player.keys("n space j");
        player.send(crate::tui::app::Msg::Tick);
        check(&format!("draft-{columns}x{rows}"), &player);
        player.keys("2 b");
        player.answer_all();
        check(&format!("draft-diff-{columns}x{rows}"), &player);
        player.keys("3");
        player.answer_all();
        check(&format!("draft-plan-{columns}x{rows}"), &player);
        player.keys("4");
        player.answer_all();
        check(&format!("draft-effects-{columns}x{rows}"), &player);
    }
}

#[test]
fn what_other_tools_make_of_a_list_narrow_and_wide() {
    for (columns, rows) in [(80, 24), (140, 40)] {
        let mut player = app(columns, rows);
        player.keys("E");
        player.answer_all();
        check(&format!("export-menu-{columns}x{rows}"), &player);
        // An image that could not be read, an annotation: most tools lose something.
        let mut player = edited(columns, rows);
        player.keys("A");
        player.types("a=b");
        player.keys("enter E");
        player.answer_all();
        player.keys("j");
        check(&format!("export-menu-losing-{columns}x{rows}"), &player);
    }
}

#[test]
fn forms_and_menus_of_the_editor() {
    let mut player = edited(80, 24);
    player.keys("g j enter tab ctrl-u");
    player.types("arm");
    player.keys("down");
    check("draft-form", &player);
    player.keys("esc esc A");
    player.types("x");
    player.keys("enter");
    check("draft-form-refused", &player);
    player.keys("esc a");
    let list = World::index(&["linux/s390x", "windows/amd64"], true);
    player.worlds.insert("other/app:2".to_owned(), list);
    player.types("other/app:2");
    player.keys("enter");
    player.answer_all();
    player.keys("space");
    check("draft-picking", &player);
    player.keys("esc esc");
    check("draft-leaving", &player);
    player.keys("enter D");
    player.answer_all();
    check("drafts", &player);
}

#[test]
fn keys_that_are_words_stay_within_the_line() {
    let mut player = app(80, 24);
    player.keys("g");
    player.state.cx.keymap = Keymap::default().in_ascii(true);
    let (buffer, _) = player.draw(&Theme::default().in_ascii(true));
    let line: String = (0..80).map(|x| buffer[(x, 23)].symbol()).collect();
    assert!(line.starts_with(" enter open   tab detail   "), "{line}");
    assert!(line.trim_end().ends_with("   q quit"), "{line}");
    player.keys("/");
    let (buffer, _) = player.draw(&Theme::default().in_ascii(true));
    let line: String = (0..80).map(|x| buffer[(x, 23)].symbol()).collect();
    assert!(line.starts_with(" enter stay here   esc go back"), "{line}");
}

#[test]
fn a_question_is_whole_behind_a_long_name() {
    let mut player = app(80, 24);
    player.keys("S ctrl-u");
    let path = format!("{}/index.json", ["a-folder-with-a-long-name"; 4].join("/"));
    player.disk.push(path.clone());
    player.types(&path);
    player.keys("enter");
    player.answer_all();
    check("question-overwrite-80x24", &player);
}

#[test]
fn the_page_of_a_push() {
    let mut player = edited(80, 24);
    let tag = Question::Tag("1.0".to_owned());
    let base = player.world.root_digest();
    player.target.insert(tag, Presence::There(base));
    player.keys("p");
    player.answer_all();
    check("push-80x24", &player);
}
