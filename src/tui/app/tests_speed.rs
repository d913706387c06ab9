//! What no key may wait for: an offer made anew for nothing, the end of a large text.

use serde_json::json;

use super::*;
use crate::harness::{Player, World};
use crate::model::select::{ENGINES, select};
use crate::oci::MediaType;

/// Entries of all sorts: rejected and eligible ones, one without a platform, a nested index.
fn all_sorts() -> World {
    let mut world = World::index(&["linux/amd64"], true);
    let mut entries: Vec<_> = ["linux/arm/v7", "linux/amd64", "linux/amd64", "windows/amd64"]
        .map(|platform| world.image(platform))
        .into();
    if let Some(entry) = entries.get_mut(1).and_then(|entry| entry.as_object_mut()) {
        entry.remove("platform");
    }
    let inner = [world.image("linux/amd64/v3"), world.image("linux/arm64")];
    let index = json!({"schemaVersion": 2, "manifests": inner});
    entries.push(world.put(&MediaType::OciIndex, &index));
    world.set_index(entries);
    world
}

#[test]
fn what_is_picked_while_answers_come_is_what_is_picked_in_the_end() {
    for from_behind in [false, true] {
        for engine in &ENGINES {
            let mut player = Player::new(all_sorts(), 80, 24);
            player.open("demo/app:1.0");
            player.answer_one();
            player.state.cx.choice.set_engine(engine);
            loop {
                if from_behind {
                    player.open.reverse();
                }
                if !player.answer_one() {
                    break;
                }
                player.send(Msg::Tick);
            }
            let explorer = player.shown();
            let host = player.state.cx.choice.host().unwrap().host.clone();
            let offer = explorer.tree.offer(&explorer.location.familiar()).unwrap();
            let expected = engine.runs_on(host.os()).then(|| select(engine, &host, None, &offer));
            assert_eq!(explorer.picks().selection(), expected.as_ref(), "{}", engine.id);
        }
    }
}

#[test]
fn an_answer_about_what_is_rejected_anyway_changes_no_pick() {
    let mut player = Player::new(World::index(&["linux/amd64", "linux/arm64"], false), 80, 24);
    player.open("demo/app:1.0");
    player.answer_one();
    let generation = |player: &Player| player.shown().picks().generation();
    let first = generation(&player);
    // The image for the other machine.
    player.open.reverse();
    player.answer_one();
    player.send(Msg::Tick);
    assert_eq!(generation(&player), first);
    player.answer_all();
    assert!(generation(&player) > first);
    player.keys("w");
    let explorer = player.pointed_at();
    let whole = explorer.tree.offer(&explorer.location.familiar()).unwrap();
    assert_eq!(explorer.picks().offer().map(AsRef::as_ref), Some(&whole));
}

#[test]
fn the_end_of_a_large_text_is_laid_out_beside_the_loop() {
    let platforms: Vec<String> = (0..1500).map(|at| format!("linux/arm/w{at}")).collect();
    let platforms: Vec<&str> = platforms.iter().map(String::as_str).collect();
    let mut player = Player::opened(World::index(&platforms, false), "demo/app:1.0", 120, 40);
    player.keys("tab 2");
    assert!(!player.explorer().sheet.content().is_whole());
    let begun = player.explorer().sheet.content().len();
    player.keys("G");
    let asked = |player: &Player| player.count(|it| matches!(it, Query::LayOut(_)));
    assert_eq!(player.explorer().sheet.content().len(), begun, "the key waits for nothing");
    player.send(Msg::Tick);
    assert_eq!(asked(&player), 1);
    player.answer_all();
    let end = |player: &Player| {
        let explorer = player.explorer();
        assert!(explorer.sheet.content().is_whole());
        let page = usize::from(explorer.areas().detail.height);
        explorer.sheet.content().len() - explorer.sheet.scroll - page
    };
    assert_eq!(end(&player), 0);
    assert!(player.explorer().sheet.content().len() > begun);

    // Who went up meanwhile stays there.
    player.keys("1 2 G");
    player.keys("k k");
    let scroll = player.explorer().sheet.scroll;
    player.answer_all();
    assert_eq!(player.explorer().sheet.scroll, scroll);
    assert!(end(&player) > 0);

    // What comes for a text that is not shown any more is dropped.
    player.keys("1 2 G 1");
    player.answer_all();
    assert!(matches!(player.explorer().sheet.content(), detail::Content::Lines(_)));
}

/// Over HTTP/2 the registry's own limit is the bound.
#[test]
fn as_many_are_asked_for_as_the_connection_carries() {
    let platforms: Vec<String> = (0..300).map(|at| format!("linux/arm/w{at}")).collect();
    let platforms: Vec<&str> = platforms.iter().map(String::as_str).collect();
    let mut player = Player::new(World::index(&platforms, false), 80, 24);
    player.open("demo/app:1.0");
    player.answer_one();
    let under_way = |player: &Player| {
        let asks = |it: &&Effect| matches!(it, Effect::Ask { question: Query::Fetch(_), .. });
        player.open.iter().filter(asks).count()
    };
    assert_eq!(under_way(&player), 32);
    for (width, expected) in [(100, 100), (7, 100), (256, 256)] {
        player.send(Msg::Activity { requests: 1, bytes: 1, width, quotas: Vec::new() });
        player.send(Msg::Tick);
        assert_eq!(under_way(&player), expected, "{width}");
    }
    player.answer_all();
    assert_eq!(player.shown().tree.progress().ready, 301);
}
