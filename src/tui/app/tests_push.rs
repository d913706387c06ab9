//! Flows: the page of a push, what goes along, and what can be done about it once it is over.

use std::sync::Arc;

use super::tests_editor::{PLATFORMS, bare, digest, editing, opened};
use super::*;
use crate::harness::{Player, World};
use crate::model::draft::{Encoded, Guard, Presence, Question};
use crate::model::push::{
    Entry, Kept, Outcome, Progress, StepProgress, StepState, Stopped, Tagged, Undo,
};
use crate::model::tree::{Answer, Need};
use crate::oci::{Class, Digest, Failure, Manifest, MediaType, Via};

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

#[test]
fn the_page_of_a_push_takes_the_keys_of_a_question() {
    for keys in ["n", "esc", "enter", "tab backtab enter", "l h enter"] {
        let mut player = about_to_push("base");
        let depth = player.state.depth();
        player.keys(keys);
        assert_eq!(push_of(&player), None, "{keys}");
        assert_eq!(player.state.depth(), depth - 1, "{keys}");
    }
    for keys in ["y", "tab enter", "right enter", "backtab enter"] {
        let mut player = about_to_push("base");
        player.keys(keys);
        assert!(push_of(&player).is_some(), "{keys}");
        // While it runs neither means anything.
        player.keys("n");
        assert_eq!(player.toast(), "it is being pushed; esc stops it");
    }
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
    assert_eq!(player.toast(), "it is being pushed; esc stops it");
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
fn a_push_is_stopped_with_the_mouse_and_not_by_a_second_click_on_push() {
    let mut player = about_to_push("base");
    let stops =
        |player: &Player| player.log.iter().filter(|it| matches!(it, Effect::Stop { .. })).count();
    let spots = player.spots();
    let (push, _) = spots.into_iter().find(|it| it.1 == Spot::Line(1)).unwrap();
    player.send(Msg::Click(Spot::Line(1)));
    assert!(push_of(&player).is_some());
    let screen = player.screen();
    assert!(screen.contains("before the first step") && !screen.contains("0 of 0"), "{screen}");
    assert_eq!(screen.matches("esc stops it").count(), 1, "{screen}");
    let keys = screen.lines().last().unwrap_or_default();
    assert!(keys.ends_with("esc stop") && !keys.contains("back"), "{keys}");
    let is_hit = |it: &(ratatui::layout::Rect, Spot)| !it.0.intersection(push).is_empty();
    assert!(!player.spots().iter().any(is_hit), "a second click hits nothing");
    player.click("Stop");
    assert_eq!(stops(&player), 1);
    assert!(player.screen().contains("stopping"), "{}", player.screen());
    assert!(!player.screen().contains("Stop"), "{}", player.screen());
}

#[test]
fn one_key_pushes_and_two_put_the_tag_back() {
    let mut player = about_to_push("base");
    player.keys("u");
    assert_eq!(player.toast(), "nothing is pushed yet");
    player.keys("y");
    let (push, guard) = push_of(&player).unwrap();
    assert_eq!(guard, Guard::Unchanged(Some(player.world.root_digest())));
    player.keys("u");
    assert_eq!(player.toast(), "it is being pushed; esc stops it");
    player.state.cx.toast = None;
    player.replies(push, Ok(Reply::Pushed(outcome(&player, Tagged::New, None))));
    assert!(player.screen().contains("done; u puts the tag back"), "{}", player.screen());
    player.keys("y");
    assert_eq!(player.toast(), "it is over");
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
    assert!(player.toast().starts_with("put back: "), "{}", player.toast());
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
        assert!(player.toast().contains(why), "{}", player.toast());
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
    assert_eq!(player.toast(), "the list has errors; esc goes back to them");
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
    assert_eq!(player.toast(), "it is being pushed; esc stops it");
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
        assert_eq!(player.toast(), "it is being pushed; esc stops it", "{keys}");
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
fn what_refers_to_an_image_comes_along_on_request() {
    let mut world = World::index(&PLATFORMS, false);
    let image = world.image("linux/amd64");
    let subject: Digest = image["digest"].as_str().unwrap().parse().unwrap();
    world.sign(&subject);
    let mut player = Player::opened(world, "demo/app:1.0", 80, 24);
    player.keys("e S");
    player.answer_all();
    assert_eq!(player.draft().draft.companions().len(), 1);
    assert_eq!(player.toast(), "1 referrer will be pushed beside the list (u undoes)");
    player.keys("j S");
    player.answer_all();
    assert_eq!(player.toast(), "nothing refers to this image");
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
    assert!(player.toast().contains("left behind: 1 referrer"), "{}", player.toast());
    // Of what is in the list there is nothing to say.
    player.loose.remove(0);
    player.keys("j S");
    player.answer_all();
    assert_eq!(player.toast(), "what refers to this image is in the list");
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
    assert_eq!(player.toast(), why);
    player.keys("j");
    assert!(offered(&player), "{}", player.screen());
}
