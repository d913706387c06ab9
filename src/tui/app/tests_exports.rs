//! Flows: how other tools make a list.

use super::*;
use crate::harness::{Player, World};
use crate::model::draft::{Export, Target, Tool, Verdict, export, export_all};
use crate::oci::{MediaType, Reference};

const PLATFORMS: [&str; 3] = ["linux/amd64", "linux/arm/v7", "linux/arm64/v8"];

fn opened() -> Player {
    Player::opened(World::index(&PLATFORMS, true), "demo/app:1.0", 80, 24)
}

/// The lines of the menu: what they copy, and what they say.
fn lines(player: &Player) -> Vec<(String, String)> {
    let items = &player.menu().items;
    items.iter().map(|item| (item.label.clone(), item.note.text())).collect()
}

fn target() -> Target {
    Target::of(&"demo/app:1.0".parse::<Reference>().unwrap()).unwrap()
}

#[test]
fn the_best_tool_comes_first_with_its_verdict_in_the_words_of_the_table() {
    let mut player = opened();
    player.keys("E");
    player.answer_all();
    let draft = player.draft().draft.clone();
    let all = export_all(&draft, &target());
    let note = |it: &Export| format!("{:<8}{}", it.tool.version(), it.verdict);
    let told = |it: &Export| (format!("script for {}", it.tool), note(it));
    assert_eq!(lines(&player), all.iter().map(told).collect::<Vec<_>>());
    assert_eq!(lines(&player).len(), Tool::ALL.len());
    assert_eq!(all[0].verdict, Verdict::Same, "the world does not write as tools do");
    assert!(matches!(all[5].verdict, Verdict::Changes { .. }), "{:?}", lines(&player));
    // What the attestations hold decides what some tools make of them: they share their config.
    assert_eq!(player.count(|it| matches!(it, Query::Learn(_))), 1);
    player.keys("enter");
    player.answer_all();
    let Clip { what, text } = player.copied().last().unwrap().clone();
    assert_eq!(what, format!("script for {} of demo/app:1.0", all[0].tool));
    assert_eq!(text, all[0].script);
    assert!(text.lines().next().unwrap().ends_with(": same content, other bytes"), "{text}");
    assert!(player.state.cx.overlay.is_none());
    player.keys("esc");
    assert!(player.state.cx.drafts.open.is_empty(), "nothing was changed, nothing is kept");
}

#[test]
fn the_scripts_are_of_the_draft_as_it_is_now() {
    let mut player = opened();
    player.keys("e A");
    player.types("a=b");
    player.keys("enter E");
    player.answer_all();
    let made = export(&player.draft().draft, &target(), Tool::Oras);
    let line = lines(&player).into_iter().find(|(label, _)| label == "script for oras").unwrap();
    assert!(line.1.ends_with(&made.verdict.to_string()), "{line:?} {:?}", made.verdict);
    assert!(line.1.contains("  loses: "), "oras drops annotations of entries: {line:?}");
}

#[test]
fn whoever_goes_on_meanwhile_is_not_interrupted() {
    let mut player = opened();
    player.keys("E");
    assert!(player.screen().contains("reading what other tools go by"), "{}", player.screen());
    player.keys("2");
    player.answer_all();
    assert!(player.state.cx.overlay.is_none(), "{}", player.screen());
}

#[test]
fn a_tool_that_cannot_make_it_says_why_and_copies_nothing() {
    let mut world = World::default();
    let image = world.image("linux/arm64/v8");
    let index = MediaType::OciIndex;
    let list = serde_json::json!({
        "schemaVersion": 2, "mediaType": index.as_str(), "manifests": [image],
    });
    let list = world.put(&index, &list);
    world.set_index(vec![list]);
    let mut player = Player::opened(world, "demo/app:1.0", 140, 24);
    player.keys("E");
    player.answer_all();
    let all = lines(&player);
    let cannot = all.iter().position(|(_, note)| note.contains("  cannot: "));
    let Some(cannot) = cannot else { panic!("{all:?}") };
    for _ in 0..cannot {
        player.keys("j");
    }
    player.keys("enter");
    assert_eq!(player.copied().count(), 0);
    assert!(player.toast().contains("cannot make the list"), "{}", player.toast());
}

#[test]
fn what_all_tools_lose_comes_last() {
    let mut world = World::default();
    let image = world.image("linux/arm64/v8");
    let index = MediaType::OciIndex;
    let list = serde_json::json!({
        "schemaVersion": 2, "mediaType": index.as_str(), "manifests": [image], "x-own": 1,
        "annotations": {"a": "b"},
    });
    let list = world.put(&index, &list);
    world.set_root(&list);
    let mut player = Player::opened(world, "demo/app:1.0", 140, 24);
    player.keys("E");
    player.answer_all();
    let all = lines(&player);
    let says = |tool: &str, words: &str| {
        let own = format!("script for {tool}");
        let note = &all.iter().find(|(label, _)| *label == own).unwrap().1;
        assert!(note.ends_with(words), "{tool}: {note}");
    };
    says("regctl", "  loses only what all lose: field x-own of the list");
    says(
        "podman",
        "  loses: annotations of the list; and loses what all lose: field x-own of the list",
    );
}

#[test]
fn what_has_no_tag_or_is_no_list_says_so() {
    let mut world = World::default();
    let image = world.image("linux/arm64/v8");
    world.set_root(&image);
    let mut player = Player::opened(world, "demo/app:arm64", 80, 24);
    player.keys("E");
    assert!(player.toast().contains("this is a single image"), "{}", player.toast());
    player.keys("e E");
    assert!(player.toast().contains("no target yet"), "{}", player.toast());
    let list = World::index(&PLATFORMS, false);
    let by_digest = format!("demo/app@{}", list.root_digest());
    let mut player = Player::opened(list, &by_digest, 80, 24);
    player.keys("E");
    assert!(player.toast().contains("no tag that scripts could write"), "{}", player.toast());
}
