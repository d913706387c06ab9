//! Flows: drafts, from the explorer to the editor, and every edit there.

use super::*;
use crate::harness::{Player, World, hold};
use crate::model::draft::{Mark, Presence, Question};
use crate::oci::{Digest, MediaType};

pub(super) const PLATFORMS: [&str; 3] = ["linux/amd64", "linux/arm/v7", "linux/arm64/v8"];

pub(super) fn opened() -> Player {
    Player::opened(World::index(&PLATFORMS, true), "demo/app:1.0", 80, 24)
}

/// A player with the list of three platforms open as a draft.
pub(super) fn editing() -> Player {
    let mut player = opened();
    player.keys("e");
    player.answer_all();
    player
}

/// A world with one image and no list.
pub(super) fn bare(platform: &str) -> World {
    let mut world = World::default();
    let image = world.image(platform);
    world.set_root(&image);
    world
}

fn labels(player: &Player) -> Vec<String> {
    let rows = &player.editor().rows().rows;
    rows.iter().map(|row| format!("{}{}", row.mark.sign(), row.label).trim().to_owned()).collect()
}

pub(super) fn digest(player: &Player) -> Digest {
    player.draft().draft.document().digest.clone()
}

#[test]
fn a_list_opens_as_a_draft_with_the_cursor_on_the_entry() {
    let mut player = opened();
    player.keys("j j e");
    player.answer_all();
    assert_eq!(labels(&player), PLATFORMS);
    assert_eq!(player.editor().cursor, 1);
    assert_eq!(digest(&player), player.world.root_digest(), "unchanged, byte for byte");
    assert_eq!(player.draft().target, "demo/app:1.0");
    let asked = player.count(|it| matches!(it, Query::Learn(_)));
    assert_eq!(asked, 0, "what the explorer has read is not read again");
    player.keys("esc");
    assert!(player.state.cx.drafts.open.is_empty(), "nothing was changed, nothing is kept");
    player.keys("e e");
    assert_eq!(player.state.depth(), 2);
}

#[test]
fn a_bare_image_becomes_the_first_of_a_new_list() {
    let mut player = Player::opened(bare("linux/arm64/v8"), "demo/app:arm64", 80, 24);
    player.keys("e");
    assert_eq!(labels(&player), ["+linux/arm64/v8"]);
    assert!(player.draft().draft.base().is_none());
    assert_eq!(player.draft().target, "");
    let entry = &player.draft().draft.entries()[0];
    assert!(entry.filled, "the platform is only in its config");
}

#[test]
fn a_adds_what_is_under_the_cursor_to_the_draft() {
    let mut player = opened();
    player.keys("j a");
    assert_eq!(
        player.toast(),
        "added linux/amd64 with its attestation to the draft of a new list, now 2 entries; D \
         shows it"
    );
    player.keys("j a");
    assert_eq!(player.draft().draft.len(), 4);
    player.keys("D");
    player.answer_all();
    player.keys("enter");
    assert_eq!(labels(&player), ["+linux/amd64", "+linux/arm/v7"]);
}

#[test]
fn a_on_a_layer_adds_its_image_and_on_the_list_all_of_it() {
    let mut player = opened();
    player.keys("j l l j a");
    assert_eq!(player.draft().draft.len(), 2);
    player.keys("g a");
    assert_eq!(player.draft().draft.len(), 2 + 6);
}

#[test]
fn a_platform_is_edited_with_completion() {
    let mut player = editing();
    player.keys("j enter");
    let form = player.editor().form.as_ref().unwrap();
    assert_eq!(form.form.value(1), "arm");
    player.keys("tab tab ctrl-u");
    player.types("v");
    let form = player.editor().form.as_ref().unwrap();
    let fitting = form.form.fields[2].fitting().map(|it| it.to_string());
    assert_eq!(fitting.collect::<Vec<_>>(), ["v5", "v6", "v7", "v8"]);
    player.keys("down down enter enter");
    assert!(player.editor().form.is_none());
    assert_eq!(labels(&player), ["linux/amd64", "~linux/arm/v6", "linux/arm64/v8"]);
    player.keys("u");
    assert_eq!(labels(&player), PLATFORMS);
    assert_eq!(digest(&player), player.world.root_digest());
    player.keys("U");
    assert_eq!(labels(&player)[1], "~linux/arm/v6");
}

#[test]
fn a_platform_is_edited_with_the_mouse_alone() {
    let mut player = editing();
    player.keys("j enter");
    player.click("variant");
    assert_eq!(player.editor().form.as_ref().unwrap().form.focus, 2);
    player.keys("ctrl-u");
    player.click("v6");
    let form = &player.editor().form.as_ref().unwrap().form;
    assert_eq!((form.value(2), form.focus), ("v6", 2));
    // A line of the table is not under the form's cursor.
    player.click("linux/amd64");
    assert!(player.editor().form.is_some());
    player.send(Msg::Wheel(None, 1));
    assert_eq!(player.editor().cursor, 1, "the wheel is the form's");
    player.send(Msg::Wheel(None, -1));
    player.click("apply");
    assert!(player.editor().form.is_none(), "{}", player.screen());
    assert_eq!(labels(&player), ["linux/amd64", "~linux/arm/v6", "linux/arm64/v8"]);
    player.keys("enter");
    player.click("esc");
    assert!(player.editor().form.is_none(), "{}", player.screen());
}

#[test]
fn a_value_that_cannot_be_is_refused_in_its_place() {
    let mut player = editing();
    player.keys("A");
    player.types("no equals sign");
    player.keys("enter");
    let form = player.editor().form.as_ref().unwrap();
    let field = form.form.field().unwrap();
    assert_eq!(field.problem.as_deref(), Some("write key=value"));
    player.types("=x");
    player.keys("enter");
    assert!(player.editor().form.is_none());
    let entry = &player.draft().draft.entries()[0];
    let annotations = &entry.descriptor.as_ref().unwrap().annotations;
    assert_eq!(annotations["no equals sign"], "x");
}

#[test]
fn annotations_of_the_list_and_its_type_are_set_and_dropped() {
    let mut player = editing();
    player.keys("i");
    player.types("application/vnd.example+type");
    player.keys("tab tab");
    player.types("a.b=c");
    player.keys("enter");
    let draft = &player.draft().draft;
    assert_eq!(draft.artifact_type().as_deref(), Some("application/vnd.example+type"));
    assert_eq!(draft.annotations()["a.b"], "c");
    player.keys("i tab tab ctrl-u enter");
    assert!(player.draft().draft.annotations().is_empty());
}

#[test]
fn removing_takes_attestations_along_or_leaves_them() {
    let mut player = editing();
    player.keys("x");
    assert_eq!(player.draft().draft.len(), 4);
    assert_eq!(player.toast(), "removed linux/amd64 with its attestation (u undoes)");
    assert_eq!(labels(&player)[0], "-linux/amd64");
    player.keys("x");
    assert_eq!(player.toast(), "this entry is removed; u takes edits back");
    player.keys("u X");
    assert_eq!(player.draft().draft.len(), 5);
}

#[test]
fn entries_move_past_each_other() {
    let mut player = editing();
    player.keys("J J");
    let rows = &player.editor().rows().rows;
    assert_eq!(rows[2].label, "linux/amd64");
    assert_eq!(rows[2].mark, Mark::Moved);
    assert_eq!(player.editor().cursor, 2, "the cursor goes with it");
    player.keys("J");
    assert_eq!(player.toast(), "this is the last one");
    player.keys("K K");
    assert_eq!(digest(&player), player.world.root_digest());
    assert_eq!(labels(&player), PLATFORMS);
}

#[test]
fn attestations_fold_out_under_their_image() {
    let mut player = editing();
    player.keys("space");
    assert_eq!(labels(&player)[..2], ["linux/amd64", "attestation"]);
    player.keys("j space");
    assert_eq!(labels(&player), PLATFORMS);
    assert_eq!(player.editor().cursor, 0);
}

#[test]
fn a_click_on_the_header_leaves_the_form_and_keeps_the_draft() {
    let mut player = editing();
    player.keys("a");
    assert!(player.editor().form.is_some());
    player.send(Msg::Click(Spot::Title));
    assert!(player.editor().form.is_some() && player.state.cx.overlay.is_none());
    player.send(Msg::Click(Spot::Name));
    assert!(player.editor().form.is_none(), "the draft is still open");
    assert_eq!(player.draft().draft.len(), 6);
    player.send(Msg::Click(Spot::Name));
    assert!(matches!(player.state.screen(), Screen::Explorer(_)));
}

#[test]
fn an_image_is_added_by_reference_and_its_platform_is_filled_in() {
    let mut player = editing();
    player.worlds.insert("other/app:riscv".to_owned(), bare("linux/riscv64"));
    player.keys("a");
    player.types("other/app:riscv");
    player.keys("enter");
    assert!(player.state.is_busy());
    assert!(player.screen().contains("asking for other/app:riscv"));
    player.answer_all();
    assert_eq!(labels(&player)[3], "+linux/riscv64");
    assert_eq!(player.editor().cursor, 3);
    let notes = &player.editor().rows().rows[3].notes;
    assert_eq!(notes, "from other/app:riscv · platform from its config");
}

#[test]
fn of_a_list_some_platforms_are_chosen() {
    let mut player = editing();
    let other = World::index(&["linux/s390x", "linux/ppc64le"], true);
    player.worlds.insert("other/app:2".to_owned(), other);
    player.keys("a");
    player.types("other/app:2");
    player.keys("enter");
    player.answer_all();
    assert!(player.screen().contains("which images of other/app:2: 2 of 2 marked"));
    player.keys("space enter");
    assert_eq!(labels(&player)[3..], ["+linux/ppc64le"]);
    assert_eq!(player.toast(), "added 1 image with its attestation (u undoes)");
    player.keys("a");
    player.types("other/app:2");
    player.keys("enter");
    player.answer_all();
    player.keys("space j space enter");
    assert_eq!(player.toast(), "nothing is marked; space marks");
}

#[test]
fn an_image_is_replaced_by_one_of_the_same_platform() {
    let mut player = editing();
    let other = World::index(&["linux/s390x", "linux/arm/v7"], false);
    player.worlds.insert("other/app:2".to_owned(), other);
    player.keys("j R");
    player.types("other/app:2");
    player.keys("enter");
    player.answer_all();
    assert!(player.screen().contains("which image of other/app:2 takes its place"));
    assert_eq!(player.menu().cursor, 1, "the one of the same platform");
    player.keys("k enter");
    assert_eq!(player.draft().draft.len(), 5, "its attestation went with the old one");
    assert!(
        player
            .editor()
            .rows()
            .rows
            .iter()
            .any(|row| { row.label == "linux/s390x" && row.notes.starts_with("from other/app:2") })
    );
}

#[test]
fn what_cannot_be_gathered_says_why_and_changes_nothing() {
    let mut player = editing();
    let mut lost = bare("linux/riscv64");
    lost.lose(&lost.root_digest());
    player.worlds.insert("other/app:gone".to_owned(), lost);
    player.keys("a");
    player.types("other/app:gone");
    player.keys("enter");
    player.answer_all();
    assert!(player.toast().contains("no such content"), "{}", player.toast());
    assert_eq!(digest(&player), player.world.root_digest());
    player.keys("a");
    player.types("not a reference!");
    player.keys("enter");
    assert!(player.editor().form.as_ref().unwrap().form.field().unwrap().problem.is_some());
}

#[test]
fn switching_the_format_names_what_is_lost() {
    let mut player = editing();
    player.keys("o");
    assert!(player.toast().contains("a Docker manifest list now; lost: "), "{}", player.toast());
    player.keys("u");
    assert_eq!(digest(&player), player.world.root_digest());
}

#[test]
fn a_problem_is_gone_to_and_mended_with_one_key() {
    let mut player = editing();
    player.keys("j enter tab tab ctrl-u");
    player.types("v6");
    player.keys("enter");
    assert_ne!(player.editor().problems(), (0, 0), "its config says v7");
    player.keys("g n");
    assert_eq!(player.editor().cursor, 1);
    player.keys("f");
    assert_eq!(player.editor().problems(), (0, 0));
    assert_eq!(labels(&player)[1], "linux/arm/v7");
}

#[test]
fn an_attestation_without_annotations_gets_them_back_once_its_statement_was_read() {
    let mut world = World::default();
    let image = world.image("linux/amd64");
    let digest = image["digest"].as_str().unwrap().to_owned();
    let statement = serde_json::json!({
        "_type": "https://in-toto.io/Statement/v0.1",
        "subject": [{ "name": "x", "digest": { "sha256": digest.trim_start_matches("sha256:") } }],
        "predicateType": "https://slsa.dev/provenance/v0.2",
        "predicate": {},
    });
    let layer = world.put(&MediaType::InToto, &statement);
    let config = world.put(&MediaType::OciConfig, &serde_json::json!({}));
    let kind = MediaType::OciManifest;
    let manifest = serde_json::json!({
        "schemaVersion": 2, "mediaType": kind.as_str(), "config": config, "layers": [layer],
    });
    let mut stripped = world.put(&kind, &manifest);
    stripped["platform"] = serde_json::json!({ "os": "unknown", "architecture": "unknown" });
    world.set_index(vec![image, stripped]);
    let mut player = Player::opened(world, "demo/app:1.0", 100, 24);
    player.keys("e");
    player.answer_all();
    assert_eq!(player.count(|it| matches!(it, Query::SubjectsOf { .. })), 1);
    player.keys("n f");
    assert_eq!(player.toast(), "done: put its annotations back (u undoes)");
    player.answer_all();
    let entries = player.draft().draft.entries();
    assert_eq!(entries[1].attests, Some(entries[0].id));
    assert_eq!(player.editor().problems(), (0, 0));
    assert_eq!(player.count(|it| matches!(it, Query::SubjectsOf { .. })), 1, "asked once");
}

#[test]
fn keys_that_cannot_work_say_why() {
    let mut player = editing();
    for (keys, why) in [
        ("u", "there is nothing to undo"),
        ("U", "nothing was undone"),
        ("f", "no problem is shown"),
        ("n", "there are no problems"),
        ("b", "only in the preview (2)"),
        ("K", "this is the first one"),
        ("2 x", "only among the entries (1)"),
        ("r", "only in the plan (3) and the effects (4)"),
    ] {
        player.keys(keys);
        assert_eq!(player.toast(), why, "after {keys}");
    }
}

#[test]
fn the_preview_shows_exact_bytes_and_what_differs() {
    let mut player = editing();
    player.keys("2");
    assert!(player.screen().contains("\"schemaVersion\": 2"));
    player.keys("b");
    assert!(player.screen().contains("nothing differs: the same bytes"));
    player.keys("1 x 2");
    assert!(player.screen().contains("-       \"mediaType\""), "{}", player.screen());
    player.keys("b");
    player.answer_all();
    assert!(player.screen().contains("demo/app:1.0 does not exist yet"), "{}", player.screen());
}

#[test]
fn the_plan_asks_the_target_and_shows_the_steps() {
    let mut player = editing();
    let root = player.world.root_digest();
    player.target.insert(Question::Tag("1.0".to_owned()), Presence::There(root.clone()));
    for entry in player.draft().draft.entries() {
        let digest = entry.descriptor.unwrap().digest.clone();
        player.target.insert(Question::Manifest(digest.clone()), Presence::There(digest));
    }
    player.keys("x 3");
    assert!(player.screen().contains("asking what is there already"));
    player.answer_all();
    let screen = player.screen();
    for words in ["present    4 manifests", "put        the list", "read back  :1.0"] {
        assert!(screen.contains(words), "{words}: {screen}");
    }
    let asked = player.count(|it| matches!(it, Query::Presence { .. }));
    player.keys("1 3");
    player.answer_all();
    let again = player.count(|it| matches!(it, Query::Presence { .. }));
    assert_eq!(asked, again, "asked once");
}

#[test]
fn effects_name_who_gets_something_else() {
    let mut player = editing();
    let root = player.world.root_digest();
    player.target.insert(Question::Tag("1.0".to_owned()), Presence::There(root));
    player.keys("j j x 4");
    player.answer_all();
    let screen = player.screen();
    assert!(screen.contains("instead of linux/arm64/v8"), "{screen}");
    player.keys("u");
    player.answer_all();
    assert!(player.screen().contains("no machine gets anything else than now"));
}

#[test]
fn no_key_in_any_order_panics_in_the_editor() {
    use proptest::prelude::*;
    let keys: Vec<Key> = Action::ALL
        .iter()
        .filter(|info| {
            matches!(info.context, Context::Draft | Context::Move | Context::Menu | Context::Push)
        })
        .flat_map(|info| Keymap::default().keys(info.action).to_vec())
        .chain(["esc", "v", "=", "backspace"].map(|key| key.parse().unwrap()))
        .collect();
    let strategy = proptest::collection::vec((0..keys.len(), any::<bool>()), 0..80);
    let size = proptest::sample::select(vec![(80u16, 24u16), (140, 40), (60, 15), (10, 3)]);
    proptest!(ProptestConfig::with_cases(96), |(script in strategy, (columns, rows) in size)| {
        let mut player =
            Player::opened(World::index(&PLATFORMS, true), "demo/app:1.0", columns, rows);
        player.keys("e");
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
