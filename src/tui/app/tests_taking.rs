//! Searching in the text of the detail pane, saving what is under the cursor, and the pager.

use serde_json::json;

use super::{Effect, Msg, Query, Screen, Spot};
use crate::harness::{Player, World};
use crate::oci::MediaType;

fn raw() -> Player {
    let world = World::index(&["linux/amd64", "linux/arm64"], false);
    let mut player = Player::opened(world, "demo/app:1.0", 120, 30);
    player.keys("2 tab");
    player
}

/// An image whose manifest is too long to be laid out while a key waits: it has 3,000 annotations.
fn annotated() -> Player {
    let mut world = World::default();
    let mut image = world.image("linux/arm64");
    let notes = (0..3000).map(|at| (format!("note-{at:04}"), json!("x".repeat(60))));
    let notes: serde_json::Map<String, serde_json::Value> = notes.collect();
    image["annotations"] = notes.into();
    world.set_index(vec![image]);
    Player::opened(world, "demo/app:1.0", 120, 40)
}

/// The line that was found.
fn found(player: &Player) -> String {
    let explorer = player.explorer();
    let at = explorer.sheet.within.at().unwrap_or_else(|| panic!("nothing was found"));
    explorer.sheet.content().line(at).unwrap().text()
}

#[test]
fn the_text_of_the_pane_is_searched() {
    let mut player = raw();
    player.keys("/");
    player.types("architecture");
    player.keys("enter");
    assert!(found(&player).contains("amd64"), "{}", found(&player));
    assert!(player.screen().contains("“architecture”  line "), "{}", player.screen());
    player.keys("n");
    assert!(found(&player).contains("arm64"), "{}", found(&player));
    // Around the ends, both ways.
    player.keys("n");
    assert!(found(&player).contains("amd64"), "{}", found(&player));
    player.keys("N");
    assert!(found(&player).contains("arm64"), "{}", found(&player));
    player.keys("/");
    player.types("nothing like it");
    player.keys("enter");
    assert!(player.screen().contains("is nowhere in this text"), "{}", player.screen());
    // One step back ends the search, the next leaves the pane.
    player.keys("esc");
    assert_eq!(player.explorer().sheet.within.needle, "");
    player.keys("/");
    player.types("schemaVersion");
    player.keys("esc");
    assert_eq!(player.explorer().sheet.within.needle, "", "it was not asked for");
    // The tree is searched from the tree.
    player.keys("tab /");
    player.types("arm64");
    player.keys("enter");
    assert_eq!(player.explorer().sheet.within.needle, "");
    assert_eq!(player.explorer().search.needle, "arm64");
}

#[test]
fn a_match_far_down_is_found_once_the_text_is_laid_out() {
    let mut player = annotated();
    player.keys("2 tab");
    assert!(!player.explorer().sheet.content().is_whole());
    player.keys("/");
    player.types("note-2999");
    player.keys("enter");
    assert!(player.screen().contains("“note-2999”  looking for it"), "{}", player.screen());
    player.send(Msg::Tick);
    player.answer_all();
    assert!(found(&player).contains("note-2999"), "{}", found(&player));
    let explorer = player.explorer();
    let page = usize::from(explorer.areas().detail.height);
    let at = explorer.sheet.within.at().unwrap();
    assert!(
        (explorer.sheet.scroll..explorer.sheet.scroll + page).contains(&at),
        "it is on the screen"
    );
    // Another text has other lines.
    player.keys("1");
    assert_eq!(player.explorer().sheet.within.at(), None);
    assert!(player.screen().contains("“note-2999”; n searches on"), "{}", player.screen());
    player.keys("n");
    assert!(player.screen().contains("“note-2999” is nowhere in this text"), "{}", player.screen());
}

/// What is read in the detail stays where it is in another width, and while it is not shown.
#[test]
fn a_text_that_is_read_keeps_its_place_and_match() {
    let mut player = annotated();
    player.keys("2 tab /");
    player.types("note-2000");
    player.keys("enter");
    player.answer_all();
    let top = |player: &Player| {
        let sheet = &player.explorer().sheet;
        sheet.content().line(sheet.scroll).unwrap().text()
    };
    // At a row that begins a line in any width.
    while !top(&player).contains("note-") {
        player.keys("k");
    }
    let before = top(&player);
    let name = before.trim().split(':').next().unwrap().to_owned();
    for (columns, rows) in [(200, 40), (90, 40), (60, 12), (120, 40)] {
        player.send(Msg::Resize(columns, rows));
        player.answer_all();
        assert!(top(&player).contains(&name), "{columns}×{rows}: {} {name}", top(&player));
        assert!(found(&player).contains("note-2000"), "{}", found(&player));
    }
    // Where one pane is shown at a time, the tree takes its place for a while.
    player.send(Msg::Resize(60, 12));
    player.answer_all();
    player.keys("tab tab");
    player.answer_all();
    assert!(top(&player).contains(&name), "{}", top(&player));
    // Another tab is another text, which begins at its beginning.
    player.keys("1");
    assert_eq!(player.explorer().sheet.scroll, 0);
}

/// Keys that come while a long text is searched count, and another needle ends the search.
#[test]
fn a_search_beside_the_loop_is_gone_on_with_and_ended() {
    let mut player = annotated();
    player.keys("2 tab /");
    player.types("note-1");
    player.keys("enter n n n N");
    let searches = |player: &Player| player.count(|it| matches!(it, Query::Find(..)));
    assert_eq!(searches(&player), 1);
    player.answer_all();
    assert!(found(&player).contains("note-1002"), "{}", found(&player));
    assert_eq!(searches(&player), 2);
    player.keys("/");
    player.types("note-2");
    player.keys("enter");
    let (session, request, _) = player.asked().next_back().unwrap();
    player.keys("/");
    player.types("note-2999");
    player.keys("enter");
    assert!(player.log.contains(&Effect::Stop { session, request }));
    player.answer_all();
    assert!(found(&player).contains("note-2999"), "{}", found(&player));
}

#[test]
fn bytes_are_saved_and_nothing_is_written_over_unasked() {
    let mut player = raw();
    player.keys("S");
    let name = player.explorer().saving.as_ref().unwrap().path().to_owned();
    assert!(name.ends_with(".json"), "{name}");
    player.disk.push(name.clone());
    player.keys("enter");
    player.answer_all();
    assert_eq!(player.menu().facts, [format!("{name} exists already")]);
    player.keys("down enter");
    player.answer_all();
    let exact = player.shown().tree.node(player.shown().tree.root()).unwrap();
    let exact = exact.document().unwrap().bytes.clone();
    let over = |it: &Query| match it {
        Query::SaveBytes { bytes, to, overwrite: true } => *bytes == exact && *to == name,
        _ => false,
    };
    assert_eq!(player.count(over), 1);
    assert!(player.toast().starts_with("saved "), "{}", player.toast());
    assert!(player.explorer().saving.is_none());
    // Leaving the line ends what is under way; an answer that comes late goes nowhere.
    player.keys("S enter");
    let (session, request, _) = player.asked().next_back().unwrap();
    player.keys("esc");
    assert!(player.log.contains(&Effect::Stop { session, request }));
    assert!(player.explorer().saving.is_none());
}

#[test]
fn the_pager_gets_the_whole_text() {
    let mut player = raw();
    player.keys("P");
    let text = player.log.iter().find_map(|effect| match effect {
        Effect::Page(content) => {
            let mut text = Vec::new();
            content.write(&mut text).unwrap();
            String::from_utf8(text).ok()
        }
        _ => None,
    });
    let text = text.unwrap();
    assert!(text.starts_with("{\n  \"schemaVersion\": 2"), "{text}");
    assert!(text.contains("arm64"), "{text}");
}

/// cosign keeps the signatures of one image in layers of one digest; only their annotations differ.
#[test]
fn layers_of_one_digest_are_looked_at_each() {
    let mut world = World::default();
    let blob = world.put(&MediaType::OciConfig, &json!({ "critical": {} }));
    let layer = |signature: &str| {
        json!({
            "mediaType": "application/vnd.dev.cosign.simplesigning.v1+json",
            "digest": blob["digest"],
            "size": blob["size"],
            "annotations": { "dev.cosignproject.cosign/signature": signature },
        })
    };
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MediaType::OciManifest.as_str(),
        "artifactType": "application/vnd.dev.cosign.artifact.sig.v1+json",
        "config": blob,
        "layers": [layer("YQ=="), layer("Yg==")],
    });
    let root = world.put(&MediaType::OciManifest, &manifest);
    world.set_root(&root);
    let mut player = Player::opened(world, "demo/app:sha256-1.sig", 120, 30);
    // The last row is what refers to it.
    player.keys("2 G k");
    player.answer_all();
    player.keys("k");
    player.answer_all();
    let looked = |signature: &str| {
        let such = |it: &Query| match it {
            Query::Blob { descriptor, .. } => {
                let key = "dev.cosignproject.cosign/signature";
                descriptor.annotations.get(key).is_some_and(|it| it == signature)
            }
            _ => false,
        };
        player.count(such)
    };
    assert_eq!((looked("YQ=="), looked("Yg==")), (1, 1));
}

#[test]
fn a_click_on_the_header_leaves_what_is_typed_and_nothing_else() {
    let mut player = raw();
    let name = player.explorer().id;
    player.keys("S");
    player.types("/there");
    for spot in [Spot::Title, Spot::Note] {
        player.send(Msg::Click(spot));
        assert!(player.state.cx.overlay.is_none(), "{spot:?}");
        let saving = player.explorer().saving.as_ref();
        assert!(saving.is_some_and(|saving| saving.path().ends_with("/there")), "{spot:?}");
    }
    player.send(Msg::Click(Spot::Name));
    assert!(player.explorer().saving.is_none());
    assert_eq!(player.explorer().id, name);
    // While it is being saved, that ends first.
    player.keys("S enter");
    player.send(Msg::Click(Spot::Name));
    assert!(player.explorer().saving.is_none());
    let stopped = |effect: &&Effect| matches!(effect, Effect::Stop { .. });
    assert_eq!(player.log.iter().filter(stopped).count(), 1);
    player.answer_all();
    // With nothing to leave the header leads where it led before.
    player.keys("w");
    assert!(matches!(player.state.screen(), Screen::Why(_)));
    player.send(Msg::Click(Spot::Name));
    assert!(matches!(player.state.screen(), Screen::Explorer(_)));
}
