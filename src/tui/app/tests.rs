//! Flows: scripts of keys and results against the app without a terminal.

use std::time::Duration;

use super::*;
use crate::harness::{Player, World, hold};
use crate::model::tree::Need;
use crate::oci::Notice;
use crate::oci::{Class, Digest, Failure, Host};

pub(super) const PLATFORMS: [&str; 3] = ["linux/amd64", "linux/arm/v7", "linux/arm64/v8"];

pub(super) fn opened() -> Player {
    Player::opened(World::index(&PLATFORMS, true), "demo/app:1.0", 80, 24)
}

fn copied(player: &Player) -> Vec<String> {
    player.copied().map(|clip| clip.text.clone()).collect()
}

fn fetches(effect: &Effect) -> bool {
    matches!(effect, Effect::Ask { question: Query::Fetch(_), .. })
}

/// A failure whose detail begins with its class does not say that twice, in a list or of a node.
#[test]
fn a_failure_says_once_what_it_is() {
    let words = "the server failed (asked 4 times)";
    let fails = |player: &mut Player, asked: (SessionId, RequestId), words: &str| {
        player.replies(asked, Err(Failure::new(Class::Server, "demo/app", words)));
        player.open.clear();
    };
    let last = |player: &Player| {
        let (session, request, _) = player.asked().next_back().unwrap();
        (session, request)
    };
    // On the page, not in the status line under it.
    let said = |player: &Player| {
        let screen = player.screen();
        let page: Vec<&str> = screen.lines().take(20).collect();
        page.join("\n").matches("the server failed").count()
    };
    let mut player = opened();
    player.keys("t");
    let asked = last(&player);
    fails(&mut player, asked, words);
    assert_eq!(said(&player), 1, "{}", player.screen());
    let mut player = Player::new(World::index(&PLATFORMS, true), 80, 24);
    player.open("demo/app:1.0");
    let asked = last(&player);
    fails(&mut player, asked, words);
    player.keys("tab");
    assert_eq!(said(&player), 1, "{}", player.screen());
    let mut player = opened();
    player.keys("t");
    let asked = last(&player);
    fails(&mut player, asked, "it is down");
    let screen = player.screen();
    assert!(screen.contains("the server failed") && screen.contains("it is down"), "{screen}");
}

#[test]
fn all_manifests_are_asked_for_at_once_then_their_configs() {
    let mut player = Player::new(World::index(&PLATFORMS, true), 80, 24);
    player.open("demo/app:1.0");
    let needs = |player: &Player| {
        player
            .open
            .iter()
            .filter_map(|effect| match effect {
                Effect::Ask { question: Query::Fetch(need), .. } => Some(match need {
                    Need::Root => "root",
                    Need::Manifest(_) => "manifest",
                    Need::Config(_) => "config",
                    Need::Referrers(_) => "referrers",
                }),
                _ => None,
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(needs(&player), ["root"]);
    player.answer_one();
    assert_eq!(needs(&player), ["manifest"; 6]);
    player.answer_one();
    assert_eq!(needs(&player)[5], "config", "a config does not wait for the other manifests");
    player.answer_all();
    assert!(!player.state.is_busy());
    assert!(player.shown().is_at_rest());
}

#[test]
fn no_more_requests_are_on_their_way_than_there_are_permits() {
    let platforms: Vec<String> = (0..100).map(|n| format!("linux/arch{n}")).collect();
    let platforms: Vec<&str> = platforms.iter().map(String::as_str).collect();
    let mut player = Player::new(World::index(&platforms, false), 80, 24);
    player.open("demo/app:1.0");
    let mut most = 0;
    loop {
        let fetches = player.open.iter().filter(|it| fetches(it)).count();
        most = most.max(fetches);
        if !player.answer_one() {
            break;
        }
    }
    assert_eq!(most, 32);
    assert_eq!(player.shown().tree.progress().ready, 101);
}

#[test]
fn the_cursor_stays_on_its_node_while_results_stream_in() {
    let mut player = Player::new(World::index(&PLATFORMS, true), 80, 24);
    player.open("demo/app:1.0");
    player.answer_one();
    player.keys("j j l");
    assert_eq!(player.at_cursor(), "linux/arm/v7");
    player.keys("k enter");
    assert_eq!(player.at_cursor(), "linux/amd64");
    player.keys("j");
    let row = |player: &Player| {
        let explorer = player.explorer();
        player.shown().tree.row_of(explorer.cursor).unwrap() - explorer.top
    };
    let before = (player.at_cursor(), row(&player));
    while player.answer_one() {
        assert_eq!(player.at_cursor(), before.0);
    }
}

#[test]
fn walking_the_tree() {
    let mut player = opened();
    for (keys, expected) in [
        ("j", "linux/amd64"),
        ("l", "linux/amd64"),
        ("l", "config"),
        ("j", "layer 1"),
        ("h", "linux/amd64"),
        ("h", "linux/amd64"),
        ("h", "index"),
        ("G", "referrers"),
        ("g", "index"),
        ("down down space down", "config"),
        ("pagedown", "referrers"),
        ("home", "index"),
    ] {
        player.keys(keys);
        assert_eq!(player.at_cursor(), expected, "after {keys}");
    }
}

#[test]
fn copying_says_what_and_copies_whole_digests() {
    let mut player = opened();
    player.keys("j j j y");
    let cursor = player.explorer().cursor;
    let digest = player.shown().tree.node(cursor).unwrap().digest().unwrap().to_string();
    assert_eq!(copied(&player), std::slice::from_ref(&digest));
    player.answer_all();
    let toast = player.state.cx.toast.clone().unwrap();
    assert_eq!(toast.text, format!("copied to the clipboard: digest of linux/arm64/v8, {digest}"));
    player.keys("Y j enter Y j j j j enter Y G enter");
    assert_eq!(
        copied(&player)[1..],
        [
            format!("demo/app@{digest}"),
            "docker pull --platform linux/arm64/v8 demo/app:1.0".to_owned(),
            format!("platy demo/app@{digest}"),
        ]
    );
    // A tag with the digest of an entry is a reference that platy and engines refuse; with the
    // digest of what it names it is one that they take.
    let toast = player.state.cx.toast.clone();
    player.keys("Y j j enter");
    assert!(player.state.cx.toast != toast);
    let toast = player.state.cx.toast.clone().unwrap().text;
    assert_eq!(toast, "not copied: only of what the tag names");
    player.keys("Y j j j enter");
    let raw = copied(&player).pop().unwrap();
    assert_eq!(Digest::sha256(raw.as_bytes()).to_string(), digest);
}

#[test]
fn what_cannot_be_copied_says_why() {
    let mut player = opened();
    while !player.at_cursor().contains("attestation") {
        player.keys("l j");
    }
    player.keys("Y j j enter");
    let toast = player.state.cx.toast.as_ref().unwrap();
    assert_eq!(toast.text, "not copied: only of what the tag names");
    assert!(copied(&player).is_empty());
}

#[test]
fn searching_goes_to_matches_in_closed_parts() {
    let mut player = opened();
    player.keys("/");
    player.types("copy server");
    assert_eq!(player.at_cursor(), "layer 2");
    player.keys("enter n");
    assert_eq!(player.at_cursor(), "layer 2");
    assert!(player.state.status().text.starts_with("“copy server”  match 2 of 3"));
    player.keys("N N");
    assert!(player.state.status().text.starts_with("“copy server”  match 3 of 3"));
    player.keys("esc");
    assert!(player.state.status().text.contains("loaded"));
}

#[test]
fn giving_a_search_up_goes_back() {
    let mut player = opened();
    player.keys("j /");
    player.types("arm64");
    assert_eq!(player.at_cursor(), "linux/arm64/v8");
    player.types(" nowhere");
    assert_eq!(player.at_cursor(), "linux/amd64", "no match: where the search began");
    player.keys("esc");
    assert_eq!(player.at_cursor(), "linux/amd64");
    assert!(player.explorer().search.needle.is_empty());
}

#[test]
fn keys_that_cannot_work_say_why() {
    let mut player = opened();
    for (keys, why) in [
        ("n", "nothing was searched for yet; / searches"),
        ("b", "only in Raw (2)"),
        ("esc", "this is the first screen; q quits"),
        ("j l l j enter", "there is nothing below this"),
    ] {
        player.keys(keys);
        let toast = player.state.cx.toast.as_ref().map(|toast| toast.text.as_str());
        assert_eq!(toast, Some(why), "after {keys}");
    }
}

#[test]
fn a_toast_goes_after_a_while() {
    let mut player = opened();
    player.keys("n");
    assert!(player.state.cx.toast.is_some());
    player.now += jiff::SignedDuration::from_secs(5);
    player.send(Msg::Tick);
    assert!(player.state.cx.toast.is_none());
    assert!(!player.state.wants_ticks());
}

#[test]
fn an_answer_for_a_screen_that_was_left_is_dropped() {
    let mut player = Player::new(World::index(&PLATFORMS, false), 80, 24);
    player.types("demo/app");
    player.keys("enter");
    let session = player.shown().id.session();
    player.keys("esc");
    let stops = |it: &Effect| matches!(it, Effect::Stop { session: of, .. } if *of == session);
    assert!(player.log.iter().any(stops));
    player.answer_all();
    assert!(player.start().problem.is_none());
}

#[test]
fn the_start_page_opens_what_is_typed_pasted_or_chosen() {
    let mut player = Player::new(World::index(&PLATFORMS, false), 80, 24);
    player.keys("enter");
    assert!(player.start().problem.as_ref().unwrap().contains("alpine"));
    player.types("Demo");
    player.keys("enter");
    assert!(player.start().problem.as_ref().unwrap().contains("capital letters"));
    player.keys("ctrl-u");
    player.send(Msg::Paste("docker pull --platform linux/arm64 demo/app:2\n".into()));
    assert_eq!(player.start().input.value(), "demo/app:2");
    player.keys("enter");
    assert_eq!(player.shown().location.to_string(), "docker.io/demo/app:2");
    assert!(player.log.contains(&Effect::SaveHistory(vec!["demo/app:2".into()])));
    player.keys("o down enter");
    assert_eq!(player.state.depth(), 3);
    assert_eq!(player.shown().location.to_string(), "docker.io/demo/app:2");
}

#[test]
fn a_digest_alone_is_looked_for_where_the_user_is() {
    let digest = Digest::sha256(b"x").to_string();
    let mut player = Player::new(World::index(&PLATFORMS, false), 80, 24);
    player.send(Msg::Paste(digest.clone()));
    player.keys("enter");
    assert!(player.start().problem.as_ref().unwrap().contains("REPOSITORY@sha256:"));
    player.state.cx.history = vec!["oci:folder".into(), "ghcr.io/a/b:1".into()];
    player.keys("enter");
    assert_eq!(player.shown().location.to_string(), format!("ghcr.io/a/b@{digest}"));
    player.send(Msg::Paste(digest.clone()));
    player.keys("enter");
    assert_eq!(player.shown().location.to_string(), format!("ghcr.io/a/b@{digest}"));
}

/// Several named images in a layout or archive are not one list: no engine chooses among them.
#[test]
fn several_named_images_are_shown_and_not_chosen_among() {
    let opened = |location: &str, separate: bool| {
        let mut world = World::default();
        if separate {
            world.hold_separate_images();
        }
        let images = [("linux/amd64", "example/app:1"), ("linux/arm64", "example/tools:1")];
        let entries = images.map(|(platform, name)| {
            let mut entry = world.image(platform);
            let annotations = serde_json::json!({ "org.opencontainers.image.ref.name": name });
            entry["annotations"] = annotations;
            entry
        });
        world.set_index(entries.into());
        Player::opened(world, location, 80, 30)
    };
    let mut player = opened("oci:folder", true);
    assert!(player.screen().contains("linux/arm64 example/tools:1"), "{}", player.screen());
    assert!(!player.screen().contains('◆'), "nothing is picked: {}", player.screen());
    let depth = player.state.depth();
    for key in ["w", "W", "e"] {
        player.keys(key);
        assert_eq!(player.state.depth(), depth, "{key}");
        let why = "several images, not one list; open one by its name or @DIGEST behind the path";
        assert!(player.screen().contains(why), "{key}: {}", player.screen());
    }
    // One list whose images carry names, chosen by its own name behind the path or the only one.
    let mut player = opened("oci:folder", false);
    player.keys("w");
    assert_eq!(player.state.depth(), depth + 1);
}

#[test]
fn letters_are_letters_while_a_line_is_being_typed() {
    let mut player = Player::new(World::default(), 80, 24);
    player.types("qMr?");
    assert_eq!(player.start().input.value(), "qMr?");
    assert!(player.log.is_empty());
    player.keys("ctrl-c");
    assert_eq!(player.log, [Effect::Quit]);
}

#[test]
fn waiting_for_a_registry_shows_until_it_is_over() {
    let mut player = Player::new(World::index(&PLATFORMS, false), 80, 24);
    player.open("demo/app:1.0");
    player.send(Msg::Notice(Notice::Retrying {
        host: Host::docker_hub(),
        class: Class::RateLimited,
        delay: Duration::from_secs(4),
    }));
    let status = player.state.status();
    assert_eq!(status.text, "docker.io asked to slow down; trying again in 4 s");
    player.now += jiff::SignedDuration::from_secs(4);
    player.send(Msg::Tick);
    assert!(player.state.waiting.is_none());
}

#[test]
fn the_mouse_clicks_scrolls_and_can_be_given_away() {
    let mut player = opened();
    let third = player.explorer().visible(player.shown())[2];
    player.send(Msg::Click(Spot::Node(third)));
    assert_eq!(player.at_cursor(), "linux/arm/v7");
    player.send(Msg::Click(Spot::Node(third)));
    assert!(player.shown().tree.node(third).unwrap().open);
    player.send(Msg::Click(Spot::Triangle(third)));
    assert!(!player.shown().tree.node(third).unwrap().open);
    player.keys("M");
    assert!(player.log.contains(&Effect::Mouse(false)));
    player.keys("M");
    assert!(player.log.contains(&Effect::Mouse(true)));
}

#[test]
fn raw_keeps_the_bytes_and_can_show_them_as_they_are() {
    let mut player = opened();
    player.keys("j 2");
    let text = |player: &Player| {
        let content = player.explorer().sheet.content();
        (0..content.len()).map(|at| content.line(at).unwrap().text()).collect::<Vec<_>>()
    };
    assert_eq!(text(&player)[0], "{");
    player.keys("b");
    assert!(text(&player)[0].starts_with("{\"schemaVersion\":2,"));
    let cursor = player.explorer().cursor;
    let bytes = &player.shown().tree.node(cursor).unwrap().document().unwrap().bytes;
    assert_eq!(text(&player).concat().as_bytes(), bytes.as_ref());
}

#[test]
fn an_index_of_50_000_entries_is_shown_and_does_not_flood_the_registry() {
    let mut world = World::default();
    let entries = (0..50_000_u32)
        .map(|n| {
            let digest = Digest::sha256(&n.to_be_bytes());
            serde_json::json!({
                "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "digest": digest.as_str(), "size": 1,
            })
        })
        .collect();
    world.set_index(entries);
    let mut player = Player::opened(world, "demo/app:1.0", 80, 24);
    assert_eq!(player.shown().tree.rows().len(), 50_002);
    let asked = player.log.iter().filter(|it| fetches(it)).count();
    assert_eq!(asked, 1 + crate::model::tree::EAGER_MANIFESTS);
    // What comes into view is asked for all the same.
    player.keys("G");
    let more = player.open.iter().filter(|it| fetches(it)).count();
    assert_eq!(
        more,
        player.explorer().visible(player.shown()).len() - 1,
        "all but the group of referrers"
    );
    player.answer_all();
    assert!(player.screen().contains("not in the registry"));
}

#[test]
fn no_key_in_any_order_panics_or_asks_without_end() {
    use proptest::prelude::*;
    let keys: Vec<Key> = Action::ALL
        .iter()
        .filter(|info| !matches!(info.action, Action::Quit | Action::Suspend))
        .flat_map(|info| Keymap::default().keys(info.action).to_vec())
        .chain(["a".parse().unwrap(), "backspace".parse().unwrap()])
        .collect();
    let strategy = proptest::collection::vec((0..keys.len(), any::<bool>()), 0..60);
    let size = proptest::sample::select(vec![(80u16, 24u16), (140, 40), (60, 15), (10, 3)]);
    proptest!(ProptestConfig::with_cases(96), |(script in strategy, (columns, rows) in size)| {
        let mut player =
            Player::opened(World::index(&PLATFORMS, true), "demo/app:1.0", columns, rows);
        player.pages = vec![vec!["1.0".into()], vec!["latest".into()]];
        for (key, answer) in script {
            player.send(Msg::Key(keys[key]));
            if answer {
                player.answer_one();
            }
            player.screen();
            hold(&player);
        }
        player.answer_all();
        hold(&player);
        prop_assert!(player.log.len() < 4_000);
    });
}

/// Keys can be changed, and a sentence that names one names the key that works.
#[test]
fn a_sentence_names_the_key_that_works() {
    let mut player = opened();
    let keys = "[explorer]\nsearch = [\"ctrl-s\"]\npane = []\n[everywhere]\nquit = [\"ctrl-q\"]\n";
    player.state.cx.keymap.merge(keys).unwrap();
    let said = |player: &mut Player, keys: &str| {
        player.keys(keys);
        player.state.cx.toast.clone().unwrap().text
    };
    assert_eq!(said(&mut player, "n"), "nothing was searched for yet; ctrl-s searches");
    assert_eq!(said(&mut player, "esc"), "this is the first screen; ctrl-q quits");
    player.keys("2");
    player.state.cx.keymap.merge("[explorer]\nraw = [\"9\"]\n").unwrap();
    assert_eq!(said(&mut player, "1 b"), "only in Raw (9)");
    // Without a key the fact is alone.
    player.keys("enter");
    player.state.cx.keymap.merge("[explorer]\nsearch = []\n").unwrap();
    assert_eq!(said(&mut player, "n"), "nothing was searched for yet");
}

/// The status line counted the time since the reference was opened whenever something was on its
/// way, idle time included (the first week on 9305aee).
#[test]
fn the_seconds_count_work_and_not_idle_time() {
    let mut player = opened();
    let seconds = |player: &Player| {
        player.state.status().text.split(" · ").last().unwrap_or_default().to_owned()
    };
    assert_eq!(seconds(&player), "0.0 s");
    player.now += jiff::SignedDuration::from_secs(300);
    player.keys("r");
    player.now += jiff::SignedDuration::from_secs(2);
    player.send(Msg::Tick);
    assert_eq!(seconds(&player), "2.0 s");
    player.answer_all();
    player.now += jiff::SignedDuration::from_secs(60);
    player.send(Msg::Tick);
    assert_eq!(seconds(&player), "2.0 s");
}

/// A signature is nothing to run: its line offered `docker pull …:latest`.
#[test]
fn nothing_that_refers_to_an_image_is_offered_to_be_pulled() {
    let mut world = World::index(&PLATFORMS, false);
    let root = world.root_digest();
    world.sign(&root);
    let mut player = Player::opened(world, "demo/app:1.0", 120, 40);
    player.keys("G l l");
    player.answer_all();
    player.keys("G");
    assert_ne!(player.at_cursor(), "referrers");
    player.keys("Y");
    assert_eq!(player.menu().items[4].note.text(), "– only for images and lists");
    // What the tag names can be written with both.
    player.keys("esc g Y");
    let both = format!("demo/app:1.0@{root}");
    assert_eq!(player.menu().items[2].note.text(), both);
    assert!(both.parse::<crate::oci::Location>().is_ok());
}

#[test]
fn the_config_of_an_attestation_is_called_so() {
    let mut player = opened();
    while !player.at_cursor().contains("attestation") {
        player.keys("l j");
    }
    player.keys("l l");
    player.answer_all();
    assert_eq!(player.at_cursor(), "config");
    player.keys("tab");
    let screen = player.screen();
    assert!(screen.contains("config of an attestation"), "{screen}");
    assert!(screen.contains("it says nothing about an image"), "{screen}");
    assert!(!screen.contains("not an image config"), "{screen}");
}
