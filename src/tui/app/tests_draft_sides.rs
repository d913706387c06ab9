//! Flows: a draft as a side of a comparison.

use super::*;
use crate::harness::{Player, World};
use crate::model::compare::Change;

const PLATFORMS: [&str; 3] = ["linux/amd64", "linux/arm/v7", "linux/arm64/v8"];

/// The list of three platforms open as a draft, without its second entry.
fn without_arm() -> Player {
    let world = World::index(&PLATFORMS, true);
    let mut player = Player::opened(world, "demo/app:1.0", 120, 24);
    player.keys("j j e x");
    player.answer_all();
    player
}

fn removed(player: &Player) -> Vec<String> {
    match &player.compared().found().unwrap().detail {
        crate::model::compare::Detail::Index(diff) => diff
            .entries
            .iter()
            .filter(|row| row.change == Change::Removed)
            .map(|row| row.a.as_ref().unwrap().platform.as_ref().unwrap().to_string())
            .collect(),
        other => panic!("{other:?}"),
    }
}

/// Sessions that are open outside.
fn sessions(player: &Player) -> usize {
    let mut open = std::collections::HashSet::new();
    for effect in &player.log {
        match effect {
            Effect::Open { session, .. } | Effect::OpenList { session, .. } => {
                open.insert(*session);
            }
            Effect::Close(session) => {
                open.remove(session);
            }
            _ => {}
        }
    }
    open.len()
}

#[test]
fn a_draft_is_compared_with_what_it_began_with() {
    let mut player = without_arm();
    player.keys("=");
    assert!(player.screen().contains("compare the draft"), "{}", player.screen());
    player.keys("enter");
    player.answer_all();
    assert_eq!(player.compared().title(), "demo/app:1.0 → draft:demo/app:1.0");
    assert_eq!(removed(&player), ["linux/arm/v7"]);
    // The bytes that a push would write.
    let digest = player.state.cx.drafts.current().unwrap().draft.document().digest.clone();
    assert_eq!(player.compared().found().unwrap().b.digest, Some(digest));
    player.keys("esc");
    assert_eq!(player.editor().rows().rows.len(), 3, "back in the editor");
    player.keys("D esc");
    assert_eq!(sessions(&player), 1, "what only the comparison needed is closed");
}

#[test]
fn a_marked_node_is_compared_with_the_draft() {
    let world = World::index(&PLATFORMS, false);
    let mut player = Player::opened(world, "demo/app:1.0", 120, 24);
    player.keys("j m e x =");
    player.answer_all();
    let view = player.compared();
    assert_eq!(view.title(), "demo/app:1.0 linux/amd64 → draft:demo/app:1.0");
    let found = view.found().unwrap();
    assert_eq!((found.a.kind.as_str(), found.b.kind.as_str()), ("image", "index"));
}

#[test]
fn a_draft_that_was_marked_is_compared_as_it_was() {
    let mut player = without_arm();
    player.keys("m");
    player.answer_all();
    assert_eq!(player.toast(), "marked as it is now; = on a node compares both");
    player.keys("m");
    assert_eq!(player.toast(), "the mark is taken away");
    assert_eq!(sessions(&player), 1);
    player.keys("m");
    player.answer_all();
    // With a node of the tree.
    player.keys("esc enter g =");
    player.answer_all();
    assert_eq!(player.compared().title(), "draft:demo/app:1.0 as marked → demo/app:1.0");
    assert_eq!(removed(&player), Vec::<String>::new());
    // With itself, after an edit.
    player.keys("esc D");
    player.answer_all();
    player.keys("enter g x =");
    player.answer_all();
    assert_eq!(player.compared().title(), "draft:demo/app:1.0 as marked → now");
    assert_eq!(removed(&player), ["linux/amd64"]);
    // Where there is little room too, each beside the digest of its own.
    player.send(Msg::Resize(80, 24));
    let found = player.compared().found().unwrap();
    let digest =
        |head: &crate::model::compare::Head| head.digest.as_ref().unwrap().short().to_owned();
    let (a, b) = (digest(&found.a), digest(&found.b));
    let screen = player.screen();
    for line in [
        format!("A  draft:demo/app:1.0 as marked   index   {a}"),
        format!("B  draft:demo/app:1.0   index   {b}"),
    ] {
        assert!(screen.contains(&line), "{line}\n{screen}");
    }
    player.keys("s");
    assert_eq!(player.compared().title(), "draft:demo/app:1.0 → as marked");
}

#[test]
fn a_draft_is_typed_like_a_reference() {
    let mut player = without_arm();
    player.keys("esc enter g =");
    player.types("draft:docker.io/demo/app:1.0");
    player.keys("enter");
    player.answer_all();
    assert_eq!(removed(&player), ["linux/arm/v7"]);
    // A node of the draft is looked at like any other, and is not taken into a draft again.
    player.keys("enter");
    assert!(player.screen().contains("draft:docker.io/demo/app:1.0"), "{}", player.screen());
    player.keys("a");
    assert!(player.toast().starts_with("this is a draft already"), "{}", player.toast());
    // Its files are read through what was opened: the draft as it was then.
    let with = player.shown().id.session();
    player.keys("g j f");
    let through = |it: &Query| matches!(it, Query::Layer { of, .. } if *of == with);
    assert_eq!(player.count(through), 2, "{:?}", player.log.last());
}

#[test]
fn what_is_typed_wrong_is_said_beside_it() {
    let mut player = without_arm();
    player.keys("= ctrl-u");
    player.types("A B");
    player.keys("enter");
    assert!(player.editor().form.is_some());
    assert!(player.screen().contains("A B"), "{}", player.screen());
    player.keys("esc");
    assert!(player.editor().form.is_none());
}
