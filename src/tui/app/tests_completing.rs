//! Flows: what completes a reference that is typed, in every field for one.

use super::tests_compare::{PLATFORMS, opened};
use super::*;
use crate::harness::{Player, World};
use crate::oci::{Class, Digest, Failure};

#[test]
fn what_was_opened_before_completes_the_other_reference() {
    let mut player = opened(120);
    player.state.cx.bookmarks = vec!["other/app:1".to_owned(), "demo/app:1.0".to_owned()];
    player.state.cx.history.push("other/tool:2".to_owned());
    player.keys("=");
    let keys = player.state.typing_keys();
    assert!(
        keys.iter().any(|(key, word)| (key.as_ref(), *word) == ("tab", "complete")),
        "{keys:?}"
    );
    player.types("other");
    assert!(player.screen().contains("other/app:1  other/tool:2"), "{}", player.screen());
    player.click("other/tool:2");
    assert_eq!(player.explorer().comparing.as_ref().unwrap().value(), "other/tool:2");
    player.keys("ctrl-u");
    player.types("other");
    for taken in ["other/app:1", "other/tool:2", "other/app:1"] {
        player.keys("tab");
        assert_eq!(player.explorer().comparing.as_ref().unwrap().value(), taken);
    }
    // What fits nothing stays as it is typed; what is open here is not offered.
    for typed in ["none", "demo/app:1"] {
        player.keys("ctrl-u");
        player.types(typed);
        player.keys("tab");
        assert_eq!(player.explorer().comparing.as_ref().unwrap().value(), typed);
    }
}

#[test]
fn what_the_registry_lists_completes_a_reference_in_every_field() {
    let mut player = opened(120);
    player.pages =
        [["1.0", "1.1"], ["2.0", "3.0"]].map(|page| page.map(String::from).into()).into();
    let asked = |player: &Player| player.count(|it| matches!(it, Query::Tags { .. }));
    // A tag of the repository that is open.
    player.keys("=");
    player.types(":");
    assert!(player.screen().contains("asking for the tags…"), "{}", player.screen());
    player.answer_all();
    // Not the tag that is open itself.
    let screen = player.screen();
    assert!(screen.contains(":   3.0  2.0  1.1") && !screen.contains("1.1  1.0"), "{screen}");
    assert_eq!(asked(&player), 2, "both pages, once");
    player.types("2");
    for taken in [":2.0", ":1.1"] {
        player.keys("tab");
        assert_eq!(player.explorer().comparing.as_ref().unwrap().value(), taken);
    }
    player.keys("ctrl-u");
    player.types("r.io/");
    player.answer_all();
    assert!(player.screen().contains("r.io/   1.0  1.1"), "{}", player.screen());
    player.keys("esc");
    // A form.
    player.keys("e a");
    player.types("r.io/o/app:");
    player.answer_all();
    assert!(player.screen().contains(" 3.0  2.0  1.1"), "{}", player.screen());
    player.keys("esc esc");
    // The start page.
    player.keys("o");
    player.types("r.io/o/app:");
    let screen = player.screen();
    assert!(screen.contains("tags of r.io/o/app") && screen.contains("r.io/o/app:1.0"), "{screen}");
    assert_eq!(asked(&player), 4, "what is known is not asked for again");
    player.types("1.");
    assert!(!player.screen().contains("app:3.0"), "{}", player.screen());
    player.keys("down down enter");
    player.answer_all();
    let shown = player.state.screen().view().reference(&player.state.cx);
    assert_eq!(shown.as_deref(), Some("r.io/o/app:1.0"));
}

/// Every reference has a `:` in it; one that begins with it, or with `@`, is of the open repository.
#[test]
fn a_tag_or_digest_alone_is_completed_only_by_what_is_of_its_repository() {
    let mut player = opened(120);
    let digest = |repository: &str| format!("{repository}@{}", Digest::sha256(b"1"));
    player.state.cx.bookmarks = vec!["other/app:2".to_owned(), digest("other/app")];
    player.state.cx.history.clear();
    player.pages = vec![["1.0", "2.0"].map(String::from).into()];
    let of_here = ["demo/app:3.0".to_owned(), digest("demo/app")];
    let value = |player: &Player| match player.state.screen() {
        Screen::Start(start) => start.input.value().to_owned(),
        Screen::Editor(editor) => editor.form.as_ref().unwrap().form.value(0).to_owned(),
        _ => player.explorer().comparing.as_ref().unwrap().value().to_owned(),
    };
    for (opens, takes) in [("=", "tab"), ("e a", "down enter"), ("o", "tab")] {
        for typed in [":", "@"] {
            player.keys(opens);
            player.types(typed);
            // The tags are still awaited.
            if opens != "e a" {
                player.keys(takes);
                assert_eq!(value(&player), typed, "{opens}");
            }
            assert!(!player.screen().contains("other/app"), "{}", player.screen());
            player.keys(if opens == "e a" { "esc esc" } else { "esc" });
        }
        player.state.cx.history = of_here.to_vec();
        for (typed, taken) in [(":", &of_here[0]), ("@", &of_here[1])] {
            player.keys(opens);
            player.types(typed);
            player.keys(takes);
            assert_eq!(&value(&player), taken, "{opens}");
            player.keys(if opens == "e a" { "esc esc" } else { "esc" });
        }
        player.state.cx.history.clear();
    }
    // Tags that came are gone through alone.
    player.keys("=");
    player.types(":");
    player.answer_all();
    for _ in 0..2 {
        player.keys("tab");
        assert_eq!(value(&player), ":2.0");
    }
    player.keys("ctrl-u");
    player.types("other");
    player.keys("tab");
    assert_eq!(value(&player), "other/app:2", "what is written out is looked for everywhere");
}

#[test]
fn a_choice_stays_chosen_when_more_names_come() {
    let mut player = opened(120);
    player.pages =
        [["1.0", "1.1"], ["2.0", "3.0"]].map(|page| page.map(String::from).into()).into();
    player.keys("e a");
    player.types("r.io/o/app:");
    let has_more_to_come =
        |screen: &str| screen.contains("1.1  1.0  more tags to come") || screen.contains("so far");
    let first_page = |player: &mut Player| {
        while !player.screen().contains("1.1") {
            assert!(player.answer_one(), "{}", player.screen());
        }
        let screen = player.screen();
        assert!(!screen.contains("3.0") && has_more_to_come(&screen), "{screen}");
    };
    first_page(&mut player);
    player.keys("down");
    player.answer_all();
    assert!(player.screen().contains(" 3.0  2.0  1.1"), "{}", player.screen());
    player.keys("enter");
    assert_eq!(player.editor().form.as_ref().unwrap().form.value(0), "r.io/o/app:1.1");
    player.keys("esc esc o");
    player.types("r.io/o/tool:");
    first_page(&mut player);
    player.keys("down down");
    player.answer_all();
    player.keys("enter");
    player.answer_all();
    let shown = player.state.screen().view().reference(&player.state.cx);
    assert_eq!(shown.as_deref(), Some("r.io/o/tool:1.0"));
}

#[test]
fn names_that_did_not_come_are_told_and_asked_for_again() {
    let mut player = opened(160);
    let asked = |player: &Player| player.count(|it| matches!(it, Query::Tags { .. }));
    let fail = |player: &mut Player| {
        let (session, request, _) = player.asked().next_back().unwrap();
        let failure = Failure::new(Class::Unreachable, "r.io", "it is down");
        player.replies((session, request), Err(failure));
        player.open.clear();
    };
    player.pages = [["1.1"], ["2.0"]].map(|page| page.map(String::from).into()).into();
    player.keys("=");
    player.types(":");
    player.answer_one();
    // The second page does not come.
    fail(&mut player);
    let screen = player.screen();
    assert!(screen.contains("1.1  not all tags: "), "{screen}");
    assert!(screen.contains("type : again to ask again"), "{screen}");
    // In full over the line, and in the page of messages.
    let said = player.toast();
    assert!(said.starts_with("tags of demo/app: ") && said.contains("it is down"), "{said}");
    assert!(screen.contains("it is down"), "{screen}");
    player.keys("1 backspace");
    player.answer_all();
    assert_eq!(asked(&player), 3);
    assert!(player.screen().contains(" 2.0  1.1"), "{}", player.screen());
    // In a form and on the start page.
    player.keys("esc e a");
    player.types("r.io/app:");
    fail(&mut player);
    assert!(player.screen().contains("no tags: "), "{}", player.screen());
    player.keys("esc esc o");
    player.types("r.io/tool:");
    fail(&mut player);
    assert!(player.screen().contains("tags of r.io/tool: "), "{}", player.screen());
}

/// While tags come, what was opened before is offered as far as it goes on with what is typed, and
/// stays where it is when they are there.
#[test]
fn nothing_that_is_offered_moves_when_tags_come() {
    let mut player = opened(120);
    player.pages = vec![["1.0", "2.0", "3.0"].map(String::from).into()];
    let tool = crate::oci::Repository::parse("r.io/tool").unwrap();
    let history = ["r.io/tool:1.0", "r.io/other:9", "mirror.io/r.io/tool:7"];
    player.state.cx.history = history.map(String::from).into();
    let at = |player: &Player, text: &str| {
        let screen = player.screen();
        screen.lines().rev().find_map(|line| line.find(text)).unwrap_or_else(|| panic!("{screen}"))
    };
    for (opens, leaves) in [("=", "esc"), ("e a", "esc esc")] {
        player.keys(opens);
        player.types("r.io");
        assert!(player.screen().contains("mirror.io/r.io/tool:7"), "{}", player.screen());
        player.types("/tool:");
        let place = at(&player, "1.0  asking for the tags…");
        // It would be moved by every tag in front of it.
        assert!(!player.screen().contains("mirror"), "{}", player.screen());
        player.answer_all();
        assert_eq!(at(&player, "1.0  3.0  2.0"), place, "{}", player.screen());
        player.state.cx.registry_names.forget_tags(&tool);
        player.keys(leaves);
    }
    // What is taken in the meantime leads to the tags that come then, and to nothing else.
    player.keys("=");
    player.types("r.io/tool:");
    player.keys("tab");
    player.answer_all();
    let mut taken = Vec::new();
    for _ in 0..4 {
        taken.push(player.explorer().comparing.as_ref().unwrap().value().to_owned());
        player.keys("tab");
    }
    let tag = |tag| format!("r.io/tool:{tag}");
    assert_eq!(taken, ["1.0", "3.0", "2.0", "1.0"].map(tag));
    player.keys("esc");
    // The start page does not take another repository's for one that is being asked for its tags.
    player.state.cx.registry_names.forget_tags(&tool);
    player.state.cx.history.remove(0);
    player.keys("o");
    player.types("r.io/tool:");
    player.keys("tab");
    assert_eq!(player.start().input.value(), "r.io/tool:");
    player.answer_all();
    player.keys("tab");
    assert_eq!(player.start().input.value(), "r.io/tool:3.0");
}

#[test]
fn every_field_for_a_reference_is_completed() {
    let mut player = opened(120);
    player.pages = vec![["1.0", "1.1"].map(String::from).into()];
    // What is pasted over another view.
    player.send(Msg::Paste("r.io/".to_owned()));
    player.answer_all();
    assert!(player.screen().contains("repositories of r.io"), "{}", player.screen());
    // The list's subject is in the repository that the list goes to.
    player.keys("esc e i down");
    player.send(Msg::Paste(":1.".to_owned()));
    assert_eq!(player.count(|it| matches!(it, Query::Tags { .. })), 0, "a name was begun");
    player.keys("ctrl-u");
    player.types(":");
    player.answer_all();
    assert!(player.screen().contains(" 1.1  1.0"), "{}", player.screen());
    player.keys("down enter enter");
    assert!(player.editor().form.is_none(), "{}", player.screen());
    let gathered = |it: &Query| matches!(it, Query::Gather(at) if at.familiar() == "demo/app:1.1");
    assert_eq!(player.count(gathered), 1);
    // Where to push, and its further tags.
    player.answer_all();
    player.keys("t ctrl-u");
    player.types(":2.0, ");
    assert!(player.screen().contains(" 1.1  1.0"), "{}", player.screen());
}

#[test]
fn a_tag_alone_is_one_of_the_repository_in_every_field() {
    let mut player = opened(120);
    player.keys("o");
    player.types(":2.0");
    player.keys("enter");
    player.answer_all();
    let shown = player.state.screen().view().reference(&player.state.cx);
    assert_eq!(shown.as_deref(), Some("demo/app:2.0"));
    // Forms of a draft: an image to add, and where to push.
    player.keys("e a");
    player.types(":1.0");
    player.keys("enter");
    assert!(player.editor().form.is_none(), "{}", player.screen());
    player.answer_all();
    player.keys("esc t ctrl-u");
    player.types(":2.1, 2");
    player.keys("enter");
    assert!(player.editor().form.is_none(), "{}", player.screen());
    assert!(player.screen().contains("demo/app:2.1"), "{}", player.screen());
    // On the first page it is one of the last reference that was opened.
    let mut player = Player::new(World::index(&PLATFORMS, true), 80, 24);
    player.state.cx.history.push("demo/app:1.0".to_owned());
    player.pages = vec![vec!["1.0".to_owned()]];
    player.types(":");
    player.answer_all();
    assert!(player.screen().contains("tags of demo/app"), "{}", player.screen());
    // At first there is no repository.
    let mut player = Player::new(World::index(&PLATFORMS, true), 80, 24);
    player.types(":1.0");
    player.keys("enter");
    assert!(player.screen().contains("a tag alone says no repository"), "{}", player.screen());
}
