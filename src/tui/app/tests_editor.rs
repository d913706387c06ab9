//! Flows: drafts, from the explorer through the editor to the push.

use std::sync::Arc;

use super::*;
use crate::harness::{Player, World, hold};
use crate::model::draft::{Encoded, Guard, Mark, Presence, Question};
use crate::model::push::{
    Entry, Kept, Outcome, Progress, StepProgress, StepState, Stopped, Tagged, Undo,
};
use crate::model::tree::{Answer, Need};
use crate::oci::{Class, Digest, Failure, Manifest, MediaType, Via};

const PLATFORMS: [&str; 3] = ["linux/amd64", "linux/arm/v7", "linux/arm64/v8"];

fn opened() -> Player {
    Player::opened(World::index(&PLATFORMS, true), "demo/app:1.0", 80, 24)
}

/// A player with the list of three platforms open as a draft.
fn editing() -> Player {
    let mut player = opened();
    player.keys("e");
    player.answer_all();
    player
}

/// A world with one image and no list.
fn bare(platform: &str) -> World {
    let mut world = World::default();
    let image = world.image(platform);
    world.set_root(&image);
    world
}

fn labels(player: &Player) -> Vec<String> {
    let rows = &player.editor().rows().rows;
    rows.iter().map(|row| format!("{}{}", row.mark.sign(), row.label).trim().to_owned()).collect()
}

fn toast(player: &Player) -> &str {
    player.state.cx.toast.as_ref().map_or("", |toast| toast.text.as_str())
}

fn digest(player: &Player) -> Digest {
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
        toast(&player),
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
    assert_eq!(toast(&player), "removed linux/amd64 with its attestation (u undoes)");
    assert_eq!(labels(&player)[0], "-linux/amd64");
    player.keys("x");
    assert_eq!(toast(&player), "this entry is removed; u takes edits back");
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
    assert_eq!(toast(&player), "this is the last one");
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
    assert_eq!(toast(&player), "added 1 image with its attestation (u undoes)");
    player.keys("a");
    player.types("other/app:2");
    player.keys("enter");
    player.answer_all();
    player.keys("space j space enter");
    assert_eq!(toast(&player), "nothing is marked; space marks");
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
    assert!(toast(&player).contains("no such content"), "{}", toast(&player));
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
    assert!(toast(&player).contains("a Docker manifest list now; lost: "), "{}", toast(&player));
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
        assert_eq!(toast(&player), why, "after {keys}");
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
fn leaving_an_unsaved_draft_asks_once() {
    let mut player = editing();
    player.keys("x esc");
    assert!(player.screen().contains("demo/app:1.0 is not pushed"));
    player.keys("esc");
    assert!(player.state.cx.overlay.is_none());
    player.keys("esc enter");
    assert_eq!(player.state.cx.drafts.open.len(), 1, "kept for later");
    assert_eq!(player.state.depth(), 1);
    player.keys("D enter esc j j enter");
    assert!(player.state.cx.drafts.open.is_empty(), "discarded");
}

#[test]
fn edits_are_kept_soon_and_removed_when_they_are_taken_back() {
    let mut player = editing();
    player.keys("x");
    assert!(player.state.wants_ticks());
    let saved = |player: &Player| {
        player.orders().rev().find_map(|order| match order {
            DraftOrder::Save { name, text } => Some((name.clone(), text.clone())),
            _ => None,
        })
    };
    assert_eq!(saved(&player), None, "not with every key");
    player.now += jiff::SignedDuration::from_secs(1);
    player.send(Msg::Tick);
    let (name, text) = saved(&player).unwrap();
    assert!(!player.state.cx.drafts.waits());

    // Another platy finds it.
    let mut other = opened();
    other.kept = vec![KeptDraft { name: name.clone(), text, at: other.now }];
    other.keys("D");
    other.answer_all();
    assert!(other.screen().contains("left unsaved"), "{}", other.screen());
    other.keys("enter");
    other.answer_all();
    assert_eq!(digest(&other), digest(&player));
    assert_eq!(other.draft().target, "demo/app:1.0");
    other.keys("u");
    assert_eq!(digest(&other), other.world.root_digest(), "the edits can be undone");

    player.keys("u");
    player.now += jiff::SignedDuration::from_secs(1);
    player.send(Msg::Tick);
    assert_eq!(player.orders().last(), Some(&DraftOrder::Remove(name)));
}

/// A list whose draft was left is not edited anew unasked.
#[test]
fn a_list_offers_to_go_on_with_its_draft_that_was_left() {
    let mut player = editing();
    player.keys("x");
    player.now += jiff::SignedDuration::from_secs(1);
    player.send(Msg::Tick);
    let saved = player.orders().rev().find_map(|order| match order {
        DraftOrder::Save { name, text } => Some((name.clone(), text.clone())),
        _ => None,
    });
    let (name, text) = saved.unwrap();
    for (keys, goes_on) in [("enter", true), ("down enter", false)] {
        let mut other = opened();
        other.kept = vec![KeptDraft { name: name.clone(), text: text.clone(), at: other.now }];
        other.keys("D");
        other.answer_all();
        other.keys("esc e");
        let fact = &other.menu().facts[0];
        assert!(fact.starts_with("a draft of demo/app:1.0 with 1 edit was left unsaved"), "{fact}");
        other.keys(keys);
        other.answer_all();
        assert_eq!(digest(&other) == digest(&player), goes_on);
        let begun = other.world.root_digest();
        assert_eq!(digest(&other) == begun, !goes_on);
    }
}

#[test]
fn quitting_keeps_what_is_not_pushed() {
    let mut player = editing();
    player.keys("x q");
    assert!(player.screen().contains("quit and keep it"));
    player.keys("enter");
    let last: Vec<&Effect> = player.log.iter().rev().take(2).collect();
    let Effect::Ask { question: Query::Drafts(order), .. } = last[1] else { panic!("{last:?}") };
    assert!(matches!(order, DraftOrder::Save { .. }), "{order:?}");
    assert_eq!(last[0], &Effect::Quit);
}

#[test]
fn a_draft_that_cannot_be_read_says_why() {
    let mut player = opened();
    player.kept = vec![KeptDraft { name: "x".into(), text: "{}".into(), at: player.now }];
    player.keys("D");
    player.answer_all();
    player.keys("enter");
    assert!(toast(&player).contains("it cannot be read"), "{}", toast(&player));
}

/// A player on the page of a push, with everything asked that can be.
fn about_to_push(held: &str) -> Player {
    let mut player = editing();
    let root = match held {
        "base" => Presence::There(player.world.root_digest()),
        "other" => Presence::There(Digest::sha256(b"somebody else's")),
        _ => Presence::Absent,
    };
    player.target.insert(Question::Tag("1.0".to_owned()), root);
    for entry in player.draft().draft.entries() {
        let digest = entry.descriptor.unwrap().digest.clone();
        player.target.insert(Question::Manifest(digest.clone()), Presence::There(digest));
    }
    player.keys("j x p");
    player.answer_all();
    player
}

/// An engine's store, or half a layout, may lack a blob that the registry does not have.
#[test]
fn what_a_place_cannot_give_is_said_before_a_push() {
    let mut player = editing();
    let root = player.world.root_digest();
    player.target.insert(Question::Tag("1.0".to_owned()), Presence::There(root));
    let other = bare("linux/riscv64");
    let Answer::Manifest(image) = other.answer(&Need::Root).unwrap() else { panic!() };
    let Manifest::Image(image) = &image.manifest else { panic!() };
    let config = Arc::clone(image.config.descriptor().unwrap());
    player.worlds.insert("oci:half:1".to_owned(), other);
    player.keys("a");
    player.types("oci:half:1");
    player.keys("enter");
    player.answer_all();
    let from = "oci:half:1".parse().unwrap();
    let why = Failure::new(Class::NotFound, config.digest.to_string(), "the layout lacks it");
    let lacking = Presence::Lacking(Arc::new(why));
    player.target.insert(Question::AtHand(config, from), lacking);
    player.keys("p");
    player.answer_all();
    assert!(player.screen().contains("the layout lacks it"), "{}", player.screen());
    player.keys("tab enter");
    assert_eq!(push_of(&player), None);
    assert!(player.screen().contains("not all of it can be had"), "{}", player.screen());
}

/// A screen without white space: long digests go on in the next line.
fn squeezed(screen: &str) -> String {
    screen.split_whitespace().collect()
}

fn push_of(player: &Player) -> Option<((SessionId, RequestId), Guard)> {
    player.asked().rev().find_map(|(session, request, question)| match question {
        Query::Push { guard, .. } => Some(((session, request), guard.clone())),
        _ => None,
    })
}

fn outcome(player: &Player, tagged: Tagged, stopped: Option<Stopped>) -> Box<Outcome> {
    let after = digest(player);
    let before = Some(player.world.root_digest());
    Box::new(Outcome {
        tags: vec![("1.0".to_owned(), tagged)],
        before,
        after,
        steps: Vec::new(),
        stopped,
        unkept: None,
        dropped: None,
    })
}

#[test]
fn nothing_is_pushed_unless_the_other_button_is_chosen() {
    let mut player = about_to_push("base");
    let screen = player.screen();
    assert!(screen.contains("[ Cancel ]"), "{screen}");
    assert!(squeezed(&screen).contains(&format!("tagnow{}", player.world.root_digest())));
    player.keys("enter");
    assert!(matches!(player.state.screen(), Screen::Editor(_)));
    assert_eq!(push_of(&player), None);
    player.keys("p");
    player.answer_all();
    player.keys("tab enter");
    let (push, guard) = push_of(&player).unwrap();
    assert_eq!(guard, Guard::Unchanged(Some(player.world.root_digest())));
    player.keys("q");
    assert_eq!(toast(&player), "it is being pushed; esc stops it");
    // Long enough for the draft to be kept meanwhile.
    player.now += jiff::SignedDuration::from_secs(1);
    player.send(Msg::Tick);
    assert!(player.orders().any(|it| matches!(it, DraftOrder::Save { .. })));
    let done = outcome(&player, Tagged::New, None);
    let roots = |player: &Player| player.count(|it| matches!(it, Query::Fetch(Need::Root)));
    let before = roots(&player);
    player.replies(push, Ok(Reply::Pushed(done)));
    assert_eq!(roots(&player), before + 1, "the explorer beneath asks where the tag points now");
    assert!(player.screen().contains("pushed in"), "{}", player.screen());
    player.now += jiff::SignedDuration::from_secs(1);
    player.send(Msg::Tick);
    let removed = DraftOrder::Remove(player.draft().name.clone());
    assert!(player.orders().any(|it| *it == removed), "what was kept is removed");
    player.keys("enter esc");
    assert_eq!(player.state.depth(), 1, "what is pushed needs no question");
}

/// What a push replaced, as the world says it when it is asked.
fn undo_of(player: &Player) -> Undo {
    let media_type = MediaType::OciIndex;
    let kept = |digest: &Digest| Kept { digest: digest.clone(), media_type: media_type.clone() };
    let (before, after) = (player.world.root_digest(), digest(player));
    Undo {
        entry: Entry {
            id: "1".to_owned(),
            time: player.now,
            reference: "demo/app:1.0".parse().unwrap(),
            before: Some(kept(&before)),
            after: Some(kept(&after)),
            undoes: None,
            seen: true,
        },
        list: Encoded { media_type, bytes: "{}".into(), digest: before },
        now: Some(after),
        put_back: Vec::new(),
        conflict: None,
    }
}

#[test]
fn one_key_pushes_and_two_put_the_tag_back() {
    let mut player = about_to_push("base");
    player.keys("u");
    assert_eq!(toast(&player), "nothing is pushed yet");
    player.keys("y");
    let (push, guard) = push_of(&player).unwrap();
    assert_eq!(guard, Guard::Unchanged(Some(player.world.root_digest())));
    player.keys("u");
    assert_eq!(toast(&player), "it is being pushed; esc stops it");
    player.state.cx.toast = None;
    player.replies(push, Ok(Reply::Pushed(outcome(&player, Tagged::New, None))));
    assert!(player.screen().contains("done; u puts the tag back"), "{}", player.screen());
    player.keys("y");
    assert_eq!(toast(&player), "it is over");
    assert!(!player.draft().is_unsaved());

    player.keys("u");
    assert!(matches!(player.state.screen(), Screen::Editor(_)));
    let find = player.asked().rev().find_map(|(session, request, question)| match question {
        Query::FindUndo(tag) => Some(((session, request), tag.clone())),
        _ => None,
    });
    let (find, tag) = find.unwrap();
    assert_eq!(tag.tag.as_deref(), Some("1.0"));
    let undo = undo_of(&player);
    player.replies(find, Ok(Reply::Undo(Box::new(Ok(undo)))));
    assert!(player.screen().contains("put the tag back"), "{}", player.screen());
    player.keys("y");
    let back = player.asked().rev().find_map(|(session, request, question)| match question {
        Query::Undo { force, .. } => Some(((session, request), *force)),
        _ => None,
    });
    let (back, force) = back.unwrap();
    assert!(!force);
    player.replies(back, Ok(Reply::Undone { tagged: Tagged::New, stopped: None }));
    assert!(toast(&player).starts_with("put back: "), "{}", toast(&player));
    assert!(player.draft().is_unsaved(), "the tag does not hold what the draft makes any more");
}

#[test]
fn a_push_that_cannot_be_put_back_says_why() {
    for (before, tags, why) in [
        (None, &["1.0"][..], "did not exist before"),
        (Some(()), &["1.0", "1"], "several tags were written; D lists them, and puts each back"),
        (Some(()), &[], "no tag was written"),
    ] {
        let mut player = about_to_push("base");
        player.keys("y");
        let (push, _) = push_of(&player).unwrap();
        let mut done = outcome(&player, Tagged::New, None);
        done.before = done.before.filter(|_| before.is_some());
        done.tags = tags.iter().map(|tag| ((*tag).to_owned(), Tagged::New)).collect();
        player.replies(push, Ok(Reply::Pushed(done)));
        assert!(player.screen().contains("done; D lists it"), "{}", player.screen());
        assert!(!player.state.hints().iter().any(|it| it.action == Action::PushUndo));
        player.keys("u");
        assert!(toast(&player).contains(why), "{}", toast(&player));
    }
}

#[test]
fn y_and_n_answer_a_question() {
    let mut player = editing();
    player.keys("x D");
    player.answer_all();
    let asked = |player: &Player| player.screen().contains("discard the draft?");
    player.keys("x");
    assert!(asked(&player), "{}", player.screen());
    player.keys("n");
    assert!(!asked(&player), "{}", player.screen());
    assert_eq!(player.state.cx.drafts.open.len(), 1);
    player.keys("x y");
    assert!(!asked(&player), "{}", player.screen());
    assert!(player.state.cx.drafts.open.is_empty());
}

#[test]
fn a_question_of_more_than_yes_or_no_takes_neither() {
    let mut player = editing();
    player.keys("x q");
    let shown = |player: &Player| player.screen().contains("what becomes of the draft?");
    for key in ["y", "n"] {
        player.keys(key);
        assert!(shown(&player), "{}", player.screen());
        assert_eq!(toast(&player), "there is more to choose here than yes or no");
    }
}

#[test]
fn that_a_tag_moved_is_news_only_if_somebody_else_moved_it() {
    for (is_ours, toast) in [(true, None), (false, Some("the tag has moved"))] {
        let mut player = about_to_push("base");
        player.keys("tab enter");
        let (push, _) = push_of(&player).unwrap();
        player.world = World::index(&["linux/s390x"], false);
        let mut done = outcome(&player, Tagged::New, None);
        if is_ours {
            done.after = player.world.root_digest();
        }
        player.replies(push, Ok(Reply::Pushed(done)));
        player.answer_all();
        let said = player.state.cx.toast.as_ref().map(|it| it.text.clone());
        assert_eq!(said.is_some(), toast.is_some(), "{said:?}");
        assert!(said.unwrap_or_default().starts_with(toast.unwrap_or_default()));
        assert!(player.screen().contains("pushed in"), "{}", player.screen());
    }
}

#[test]
fn a_tag_that_moved_shows_both_digests_and_asks_for_more() {
    let mut player = about_to_push("other");
    let screen = player.screen();
    assert!(screen.contains("the tag has moved since the draft began"), "{screen}");
    assert!(screen.contains("Push anyway"), "{screen}");
    assert!(squeezed(&screen).contains(Digest::sha256(b"somebody else's").as_str()), "{screen}");
    player.keys("tab enter");
    let (push, guard) = push_of(&player).unwrap();
    assert_eq!(guard, Guard::Nothing);
    let left = Stopped::Cancelled;
    let stopped = outcome(&player, Tagged::Untouched, Some(left));
    player.replies(push, Ok(Reply::Pushed(stopped)));
    assert!(player.screen().contains("the push stopped"));
    player.keys("enter");
    player.answer_all();
    assert!(player.screen().contains("[ Cancel ]"), "it asks again: {}", player.screen());
}

#[test]
fn a_list_with_errors_is_not_pushed() {
    let mut player = editing();
    player.keys("x x j x j x p");
    player.answer_all();
    player.keys("g");
    while !player.draft().draft.is_empty() {
        player.keys("esc x j p");
        player.answer_all();
    }
    let screen = player.screen();
    assert!(screen.contains("not pushed: 1 error in the list"), "{screen}");
    player.keys("tab enter");
    assert_eq!(toast(&player), "the list has errors; esc goes back to them");
    assert_eq!(push_of(&player), None);
}

#[test]
fn esc_stops_a_push_and_progress_shows_rate_and_time_left() {
    let mut player = about_to_push("base");
    player.keys("tab enter");
    let (push, _) = push_of(&player).unwrap();
    let step = |state, bytes, total| StepProgress { state, bytes, total };
    let steps = vec![step(StepState::Running, 3_000_000, 10_000_000)];
    player.tells(
        push,
        Part::Pushing {
            progress: Progress { steps },
            rate: Some(1_500_000.0),
            left: Some(std::time::Duration::from_secs(5)),
        },
    );
    let words = "step 0 of 1 · 3.0 MB of 10 MB · 1.5 MB/s · 5 s left";
    assert!(player.screen().contains(words), "{}", player.screen());
    player.keys("esc");
    assert_eq!(player.log.last(), Some(&Effect::Stop { session: push.0, request: push.1 }));
    assert!(player.screen().contains("stopping"));
    // What hangs is ended by the second press; ctrl-c is as good as esc.
    for key in ["esc", "ctrl-c", "ctrl-c"] {
        player.log.clear();
        player.keys(key);
        assert_eq!(player.log, [Effect::Stop { session: push.0, request: push.1 }], "{key}");
    }
    player.log.clear();
    player.keys("q");
    assert_eq!(player.log, []);
    assert_eq!(toast(&player), "it is being pushed; esc stops it");
}

/// A page or a menu over a push that runs takes neither its ctrl-c nor the program.
#[test]
fn ctrl_c_stops_a_push_under_whatever_lies_over_it() {
    for over in ["?", ":", ": p u s", "!", "L", "? ?", ": enter"] {
        let mut player = about_to_push("base");
        player.keys("tab enter");
        let (push, _) = push_of(&player).unwrap();
        let stop = Effect::Stop { session: push.0, request: push.1 };
        player.keys(over);
        player.log.clear();
        player.keys("ctrl-c");
        assert_eq!(player.log, std::slice::from_ref(&stop), "{over}");
        assert!(player.screen().contains("stopping"), "{over}: {}", player.screen());
        // The second press ends at once what hangs, with something over it again.
        player.keys(over);
        player.log.clear();
        player.keys("ctrl-c");
        assert_eq!(player.log, [stop], "{over}");
        player.log.clear();
        player.replies(
            push,
            Ok(Reply::Pushed(outcome(&player, Tagged::Untouched, Some(Stopped::Cancelled)))),
        );
        player.keys("ctrl-c");
        assert_eq!(player.log.last(), Some(&Effect::Quit), "{over}");
    }
}

/// No letter, line of a menu or hint ends the program over a push that runs.
#[test]
fn nothing_quits_over_a_push_that_runs() {
    for keys in ["? q", "! q", "L q", ": q u i t enter"] {
        let mut player = about_to_push("base");
        player.keys("tab enter");
        player.log.clear();
        player.keys(keys);
        assert!(!player.log.contains(&Effect::Quit), "{keys}: {:?}", player.log);
        assert_eq!(toast(&player), "it is being pushed; esc stops it", "{keys}");
    }
}

#[test]
fn without_a_target_it_is_asked_for_on_the_way() {
    let mut player = Player::opened(bare("linux/arm64/v8"), "demo/app:arm64", 80, 24);
    player.keys("e p");
    assert!(player.screen().contains("where to push"));
    player.types("not a target!");
    player.keys("enter");
    assert!(matches!(player.state.screen(), Screen::Editor(_)));
    player.keys("ctrl-u");
    player.types("demo/list:1, latest");
    player.keys("enter");
    player.answer_all();
    assert!(player.screen().contains("demo/list:1, :latest"), "{}", player.screen());
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
fn what_refers_to_an_image_comes_along_on_request() {
    let mut world = World::index(&PLATFORMS, false);
    let image = world.image("linux/amd64");
    let subject: Digest = image["digest"].as_str().unwrap().parse().unwrap();
    world.sign(&subject);
    let mut player = Player::opened(world, "demo/app:1.0", 80, 24);
    player.keys("e S");
    player.answer_all();
    assert_eq!(player.draft().draft.companions().len(), 1);
    assert_eq!(toast(&player), "1 referrer will be pushed beside the list (u undoes)");
    player.keys("j S");
    player.answer_all();
    assert_eq!(toast(&player), "nothing refers to this image");
}

#[test]
fn a_tag_of_cosign_comes_along_and_what_only_an_index_joins_is_said_to_stay() {
    let mut world = World::index(&PLATFORMS, false);
    let image = world.image("linux/amd64");
    let subject: Digest = image["digest"].as_str().unwrap().parse().unwrap();
    world.sign(&subject);
    let tag = format!("sha256-{}.sig", subject.hex());
    let all = world.referrers.get_mut(&subject).unwrap();
    all[0].via = Via::CosignTag(tag.clone());
    let mut player = Player::opened(world, "demo/app:1.0", 120, 30);
    player.loose = vec![Digest::sha256(b"loose"), subject];
    player.keys("e S");
    player.answer_all();
    let companions = player.draft().draft.companions();
    assert_eq!(companions.iter().map(|it| it.tag.clone()).collect::<Vec<_>>(), [Some(tag)]);
    assert!(toast(&player).contains("left behind: 1 referrer"), "{}", toast(&player));
    // Of what is in the list there is nothing to say.
    player.loose.remove(0);
    player.keys("j S");
    player.answer_all();
    assert_eq!(toast(&player), "what refers to this image is in the list");
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

/// Issue 14 of the first week on 9305aee: "u takes it back" was promised for tags that did not
/// exist before: `platy tag rm` deletes it.
#[test]
fn a_push_of_a_new_tag_is_not_offered_to_be_taken_back() {
    let mut player = opened();
    let kept = |content: &[u8]| crate::model::push::Kept {
        digest: Digest::sha256(content),
        media_type: crate::oci::MediaType::OciIndex,
    };
    let entry = |tag: &str, before| crate::model::push::Entry {
        id: tag.to_owned(),
        time: player.now,
        reference: format!("demo/app:{tag}").parse().unwrap(),
        before,
        after: Some(kept(b"after")),
        undoes: None,
        seen: true,
    };
    player.journal = vec![entry("old", Some(kept(b"before"))), entry("new", None)];
    player.keys("D");
    player.answer_all();
    let offered =
        |player: &Player| player.state.hints().iter().any(|hint| hint.action == Action::UndoPush);
    assert!(!offered(&player), "{}", player.screen());
    player.keys("u");
    let why = "the tag did not exist before this push; `platy tag rm` deletes tags";
    assert_eq!(toast(&player), why);
    player.keys("j");
    assert!(offered(&player), "{}", player.screen());
}
