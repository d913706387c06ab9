//! Flows of marks and comparisons.

use super::*;
use crate::harness::{Player, World, changed_files};
use crate::model::compare::{Change, PackageList, PackagesDiff, Relation, Sign};
use crate::model::evidence::{Databases, Installed};

pub(super) const PLATFORMS: [&str; 3] = ["linux/amd64", "linux/arm/v7", "linux/arm64/v8"];

pub(super) fn opened(columns: u16) -> Player {
    let mut player = Player::opened(World::index(&PLATFORMS, true), "demo/app:1.0", columns, 24);
    let next = World::index(&["linux/amd64", "linux/arm64/v8", "linux/s390x"], true);
    player.others.insert("docker.io/demo/app:2.0".to_owned(), next);
    player
}

/// Compares with a reference that is typed.
fn compare_with(player: &mut Player, reference: &str) {
    player.keys("=");
    player.types(reference);
    player.keys("enter");
}

fn changes(player: &Player) -> Vec<Change> {
    match &player.compared().found().unwrap().detail {
        crate::model::compare::Detail::Index(diff) => {
            diff.entries.iter().map(|row| row.change).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn opened_sessions(player: &Player) -> usize {
    let count = |wanted: fn(&Effect) -> bool| player.log.iter().filter(|it| wanted(it)).count();
    count(|it| matches!(it, Effect::Open { .. })) - count(|it| matches!(it, Effect::Close(_)))
}

#[test]
fn a_typed_reference_is_opened_and_compared() {
    let mut player = opened(120);
    compare_with(&mut player, ":2.0");
    assert!(player.compared().found().is_none());
    assert!(player.state.is_busy());
    assert!(player.screen().contains("B is being loaded"), "{}", player.screen());
    player.answer_all();
    let expected = [Change::Same, Change::Removed, Change::Same, Change::Added];
    let mut found = changes(&player);
    found.sort();
    let mut sorted = expected.to_vec();
    sorted.sort();
    assert_eq!(found, sorted);
    assert_eq!(player.compared().title(), "demo/app:1.0 → :2.0");
    player.keys("esc");
    assert_eq!(player.at_cursor(), "index");
    // Another way than back to it.
    player.keys("o esc");
    assert_eq!(opened_sessions(&player), 1, "what only the comparison needed is closed");
}

#[test]
fn two_marked_nodes_of_one_tree_are_compared_without_a_request() {
    let mut player = opened(120);
    player.keys("j m");
    assert_eq!(player.toast(), "marked; = on another node compares both");
    assert!(player.screen().contains("◆m▸ linux/amd64"), "{}", player.screen());
    let before = player.log.len();
    player.keys("j =");
    let view = player.compared();
    assert_eq!(view.found().unwrap().kind(), "image");
    assert_eq!(view.title(), "demo/app:1.0 linux/amd64 → linux/arm/v7");
    assert_eq!(player.log.len(), before);
    // The mark stays for the next comparison, until it is taken away.
    player.keys("esc j =");
    assert_eq!(player.compared().title(), "demo/app:1.0 linux/amd64 → linux/arm64/v8");
    player.keys("esc k k m");
    assert_eq!(player.toast(), "the mark is taken away");
    player.keys("j =");
    assert!(player.explorer().comparing.is_some());
}

#[test]
fn a_list_and_its_child_are_told_to_be_so() {
    let mut player = opened(120);
    player.keys("m j =");
    let found = player.compared().found().unwrap();
    assert_eq!(found.relation, Relation::ChildOf { name: "linux/amd64".to_owned() });
    player.keys("s");
    let found = player.compared().found().unwrap();
    assert_eq!(found.relation, Relation::Contains { name: "linux/amd64".to_owned() });
}

#[test]
fn a_mark_outlives_its_screen() {
    let mut player = opened(120);
    player.keys("m o");
    player.types("demo/app:2.0");
    player.keys("enter");
    player.answer_all();
    player.keys("=");
    assert_eq!(player.compared().title(), "demo/app:1.0 → :2.0");
    // The first reference again, over the second one; the second one's screen goes.
    player.keys("esc esc");
    assert_eq!(opened_sessions(&player), 2, "it can be come back to");
    player.keys("o esc");
    assert_eq!(opened_sessions(&player), 1);
    player.keys("j m o");
    player.types("demo/app:2.0");
    player.keys("enter");
    player.answer_all();
    player.keys("j m esc o esc");
    assert_eq!(opened_sessions(&player), 2, "the marked one is kept without a screen");
    player.keys("=");
    assert_eq!(player.compared().found().unwrap().relation, Relation::Identical);
    player.keys("esc m o esc");
    assert_eq!(opened_sessions(&player), 1, "and closed when the mark moves");
}

#[test]
fn enter_goes_to_the_node_and_esc_comes_back() {
    let mut player = opened(120);
    compare_with(&mut player, ":2.0");
    player.answer_all();
    let at = |player: &Player, sign: Sign| {
        player.compared().rows().iter().position(|row| row.sign == sign).unwrap()
    };
    for _ in 0..at(&player, Sign::Added) {
        player.keys("j");
    }
    player.keys("enter");
    assert_eq!(player.shown().location.familiar(), "demo/app:2.0");
    assert_eq!(player.at_cursor(), "linux/s390x");
    player.keys("esc");
    player.keys("g");
    for _ in 0..at(&player, Sign::Removed) {
        player.keys("j");
    }
    player.keys("enter");
    assert_eq!(player.shown().location.familiar(), "demo/app:1.0");
    assert_eq!(player.at_cursor(), "linux/arm/v7");
    assert_eq!(player.state.depth(), 1);
    player.keys("o esc");
    assert_eq!(opened_sessions(&player), 1);
}

#[test]
fn differences_are_walked_and_lines_are_folded() {
    let mut player = opened(120);
    player.keys("j m j =");
    let rows = player.compared().rows().len();
    let differing: Vec<usize> =
        (0..rows).filter(|at| player.compared().rows()[*at].sign != Sign::Same).collect();
    assert!(differing.len() > 2, "{differing:?}");
    player.keys("G ]");
    assert_eq!(player.toast(), "nothing more differs below");
    player.keys("g");
    let mut walked = vec![player.compared().cursor];
    while {
        player.keys("]");
        player.state.cx.toast.is_none()
    } {
        walked.push(player.compared().cursor);
    }
    walked.retain(|at| differing.contains(at));
    assert_eq!(walked, differing);
    player.keys("[");
    assert_eq!(player.compared().cursor, differing[differing.len() - 2]);
    // The history is folded, and opens.
    let history = |player: &Player| {
        player.compared().rows().iter().position(|row| row.label == "history").unwrap()
    };
    player.keys("g");
    for _ in 0..history(&player) {
        player.keys("j");
    }
    player.keys("space");
    assert_eq!(player.compared().rows().len(), rows + 4);
    player.keys("j j h");
    assert_eq!(player.compared().cursor, history(&player));
    player.keys("h");
    assert_eq!(player.compared().rows().len(), rows);
}

#[test]
fn a_comparison_is_copied_as_text_and_as_a_patch() {
    let mut player = opened(120);
    player.keys("j m j = y");
    let Clip { what, text } = player.copied().last().unwrap();
    assert_eq!(
        what,
        "comparison as text of demo/app:1.0 linux/amd64 and demo/app:1.0 linux/arm/v7"
    );
    assert!(text.contains("~ env PLATFORM"), "{text}");
    player.keys("Y j enter");
    let Clip { text, .. } = player.copied().last().unwrap();
    let patch: serde_json::Value = serde_json::from_str(text).unwrap();
    assert_eq!(patch[0]["op"], "replace");
    assert_eq!(patch[0]["path"], "/config/digest");
}

#[test]
fn two_tags_are_compared() {
    let mut player = opened(80);
    player.pages = vec![vec!["1.0".into(), "2.0".into()]];
    player.keys("t");
    player.answer_all();
    player.keys("c");
    assert_eq!(player.toast(), "2.0 is marked; c on another tag compares both");
    player.keys("c");
    assert_eq!(player.toast(), "the mark is taken away");
    player.keys("c j c");
    player.answer_all();
    assert_eq!(player.compared().title(), "demo/app:2.0 → :1.0");
    assert!(changes(&player).contains(&Change::Added));
    player.keys("esc");
    assert_eq!(player.list().name_at_cursor(), Some("1.0"));
    player.keys("o esc");
    assert_eq!(opened_sessions(&player), 1);
}

#[test]
fn what_cannot_be_compared_says_why() {
    let mut player = opened(80);
    player.keys("G =");
    assert_eq!(player.toast(), "a group of referrers has no content of its own to compare");
    player.keys("g =");
    player.types("a b");
    player.keys("enter");
    assert!(player.explorer().comparing.is_some());
    assert!(player.toast().contains("a b"), "{}", player.toast());
    player.keys("esc =");
    player.others.insert("docker.io/demo/app:gone".to_owned(), World::default());
    let mut gone = World::index(&[], false);
    gone.lose(&gone.root_digest());
    player.others.insert("docker.io/demo/app:gone".to_owned(), gone);
    player.types(":gone");
    player.keys("enter");
    player.answer_all();
    assert!(player.screen().contains("B could not be loaded"), "{}", player.screen());
    player.keys("y enter ] s esc");
    assert_eq!(player.at_cursor(), "index");
}

#[test]
fn a_moved_tag_takes_its_marks_away() {
    let mut player = opened(80);
    player.keys("j m k");
    player.world = World::index(&["linux/riscv64", "linux/s390x"], false);
    player.keys("r");
    player.answer_all();
    player.keys("=");
    assert!(
        player.screen().contains("A is no longer there: the tag has moved"),
        "{}",
        player.screen()
    );
}

#[test]
fn results_that_stream_in_are_compared_once_a_tick() {
    let mut player = opened(120);
    compare_with(&mut player, ":2.0");
    // The tags, for which `:` asked; then the other list.
    player.answer_one();
    player.answer_one();
    player.send(Msg::Tick);
    let found = player.compared().found().cloned();
    assert!(found.is_some());
    player.answer_one();
    player.answer_one();
    assert_eq!(player.compared().found(), found.as_ref(), "not for every result");
    player.send(Msg::Tick);
    assert_ne!(player.compared().found(), found.as_ref(), "but for every tick");
    player.answer_all();
    let last = player.compared().found().cloned();
    player.send(Msg::Tick);
    assert_eq!(player.compared().found(), last.as_ref());
}

fn files_note(player: &Player) -> &str {
    let rows = player.compared().rows();
    &rows.iter().find(|row| row.label == "files in the layers").unwrap().note
}

#[test]
fn files_are_read_when_asked_for_and_shown_one_by_one() {
    let mut player = opened(120);
    player.keys("j m j = f");
    assert_eq!(files_note(&player), "reading up to 4 layers …");
    assert!(player.state.is_busy());
    let (session, request, _) = player.asked().next_back().unwrap();
    player.tells((session, request), Part::Bytes { received: 2_000_000, total: 5_000_000 });
    assert_eq!(files_note(&player), "2.0 MB of 5.0 MB …");
    player.files_found = Some(Ok(changed_files().into()));
    player.answer_all();
    assert!(!player.state.is_busy());
    assert!(
        files_note(&player).starts_with(
            "1 added · 2 changed · 1 removed; 2 layers differ, 5.0 kB; not read: 1 layer"
        ),
        "{}",
        files_note(&player)
    );
    let asked = player.log.len();
    player.keys("g f j");
    assert_eq!(player.log.len(), asked, "it is not read again");
    let row = &player.compared().rows()[player.compared().cursor];
    assert_eq!(row.label, "/etc/motd");
    assert_eq!(row.note, "3 B → 5 B · content · layer 1 → 2");
    player.keys("enter");
    assert!(player.compared().difference().unwrap().lines.is_none());
    player.answer_all();
    assert!(player.screen().contains("+new"), "{}", player.screen());
    player.keys("esc");
    assert!(player.compared().difference().is_none());
    // What comes of a file that was left is not shown as another's.
    player.keys("enter esc j enter");
    let asked = player.asked().filter(|(.., it)| matches!(it, Query::CompareFile { .. }));
    let asked: Vec<_> = asked.map(|(session, request, _)| (session, request)).collect();
    let [.., left, looked_at] = asked[..] else { panic!() };
    assert!(player.log.contains(&Effect::Stop { session: left.0, request: left.1 }));
    let lines = |line: &str| Ok(Reply::Lines(vec![line.to_owned()]));
    player.replies(left, lines("late"));
    assert!(player.compared().difference().unwrap().lines.is_none());
    player.replies(looked_at, lines("own"));
    assert_eq!(player.compared().difference().unwrap().lines, Some(Ok(vec!["own".to_owned()])));
    player.keys("esc");
    // Leaving the view for good ends what it asked for.
    player.keys("esc o");
    assert!(player.log.contains(&Effect::Close(looked_at.0)));
}

/// The files that differ: sign, path and what differs.
fn compared_files(player: &Player) -> Vec<(&str, &str, &str)> {
    let rows = player.compared().rows().iter().filter(|row| row.file.is_some());
    rows.map(|row| (row.sign.as_str(), row.label.as_str(), row.note.as_str())).collect()
}

#[test]
fn swapped_sides_keep_the_files_that_were_read() {
    let there = [
        ("~", "/etc/motd", "3 B → 5 B · content · layer 1 → 2"),
        ("+", "/usr/bin/tool", "lrw-r--r-- · 0:0 · -> ../lib/tool · layer 2"),
    ];
    let back = [
        ("~", "/etc/motd", "5 B → 3 B · content · layer 2 → 1"),
        ("-", "/usr/bin/tool", "lrw-r--r-- · 0:0 · -> ../lib/tool · layer 2"),
    ];
    let two = |player: &Player| -> Vec<(String, String, String)> {
        let files = compared_files(player);
        let own = |it: &(&str, &str, &str)| (it.0.to_owned(), it.1.to_owned(), it.2.to_owned());
        [0, 2].map(|at| own(&files[at])).to_vec()
    };
    let owned = |files: [(&str, &str, &str); 2]| {
        files.map(|(sign, path, note)| (sign.to_owned(), path.to_owned(), note.to_owned()))
    };
    // Once they are read, and while they are being read.
    let mut player = opened(120);
    player.keys("j m j = f");
    player.files_found = Some(Ok(changed_files().into()));
    player.answer_all();
    assert_eq!(two(&player), owned(there));
    let asked = player.log.len();
    player.keys("s");
    assert_eq!(two(&player), owned(back));
    player.keys("s f");
    assert_eq!(two(&player), owned(there));
    assert_eq!(player.log.len(), asked, "nothing is read again");

    let mut player = opened(120);
    player.keys("j m j = f s");
    assert_eq!(files_note(&player), "reading up to 4 layers …");
    player.files_found = Some(Ok(changed_files().into()));
    player.answer_all();
    assert_eq!(two(&player), owned(back));
    // A file is read as the sides are now.
    player.keys("f j enter");
    let asked = player.asked().find_map(|(.., question)| match question {
        Query::CompareFiles(sides) => Some(sides),
        _ => None,
    });
    let Some((.., Query::CompareFile { sides, change })) = player.asked().next_back() else {
        panic!()
    };
    let [a, b] = asked.unwrap().as_ref();
    assert_eq!(sides.as_ref(), &[b.clone(), a.clone()]);
    assert_eq!(change.a.as_ref().map(|side| side.layer), Some(1));
}

fn packages(player: &Player) -> Vec<String> {
    let view = player.compared();
    let at = view.rows().iter().position(|row| row.label == "packages").unwrap();
    let line = |row: &CompareRow| {
        format!("{} {} {}>{} {}", row.sign.as_str(), row.label, row.a, row.b, row.note)
    };
    view.rows()[at..].iter().map(line).collect()
}

#[test]
fn packages_are_read_when_asked_for_and_turn_with_the_sides() {
    let installed = |version: &str| Installed {
        kind: "deb",
        name: "libc6".into(),
        version: version.into(),
        architecture: "amd64".into(),
    };
    let list = |version: &str| {
        let installed = vec![installed(version)];
        PackageList::of_databases(&Databases { installed, ..Databases::default() })
    };
    let there = [
        "~ packages no SBOM; the database of dpkg>no SBOM; the database of dpkg 0 added · 1 changed · 0 removed",
        "~ deb > 0 added · 1 changed · 0 removed",
        "~ libc6 1>2 ",
    ];
    let mut player = opened(120);
    player.keys("j m j = p");
    assert!(packages(&player)[0].contains("reading SBOMs or package databases …"));
    player.packages_found = Some(Ok(PackagesDiff::of(&list("1"), &list("2")).into()));
    player.keys("s");
    player.answer_all();
    assert_eq!(packages(&player)[2], "~ libc6 2>1 ", "the sides were exchanged before it came");
    player.keys("s");
    assert_eq!(packages(&player), there);
    let asked = player.log.len();
    player.keys("g p");
    assert_eq!(player.log.len(), asked, "they are not read again");
    let view = player.compared();
    assert_eq!(view.rows()[view.cursor].label, "packages");

    let mut player = opened(120);
    player.packages_found = Some(Err(crate::oci::Failure::new(
        crate::oci::Class::Malformed,
        "sha256:1",
        "the SBOM cannot be read",
    )));
    player.keys("j m j = p");
    player.answer_all();
    assert!(packages(&player)[0].ends_with("sha256:1: the SBOM cannot be read"));
}

#[test]
fn the_files_of_two_lists_say_whose_they_are_and_which_layer_is_missing() {
    let mut player = opened(120);
    compare_with(&mut player, ":2.0");
    player.answer_all();
    while !player.compared().rows()[player.compared().cursor].label.starts_with("linux/") {
        player.keys("j");
    }
    let platform = player.compared().rows()[player.compared().cursor].label.clone();
    let mut found = changed_files();
    let failure = crate::oci::Failure::new(crate::oci::Class::NotFound, "layer", "it is gone");
    found.layers.unread[0].numbers = [None, Some(2)];
    found.layers.unread[0].failure = Some(failure);
    player.files_found = Some(Ok(found.into()));
    player.keys("f");
    player.answer_all();
    let view = player.compared();
    assert_eq!(view.rows()[view.cursor].label, format!("files of {platform}"));
    assert_eq!(view.rows()[view.cursor + 1].label, "layer 2 of B");
    let note = &view.rows()[view.cursor + 1].note;
    assert_eq!(note, "not read: not found; what it holds and removes is not compared");
}

#[test]
fn files_that_cannot_be_read_say_why_and_lists_have_none() {
    let mut player = opened(120);
    player.keys("j m j = f");
    let missing = crate::oci::Failure::new(crate::oci::Class::NotFound, "layer", "it is gone");
    player.files_found = Some(Err(missing));
    player.answer_all();
    assert_eq!(files_note(&player), "layer: it is gone");
    player.files_found = Some(Ok(changed_files().into()));
    player.keys("f");
    player.answer_all();
    assert!(files_note(&player).starts_with("1 added"), "asked again after a failure");
    player.keys("esc k =");
    assert!(player.explorer().comparing.is_some());
    let mut player = opened(120);
    compare_with(&mut player, ":2.0");
    player.answer_all();
    // A platform that only one side has.
    player.keys("j f");
    assert_eq!(
        player.toast(),
        "only two images have files and packages to compare; go to a line of one platform"
    );
}

#[test]
fn the_page_of_keys_begins_with_the_keys_of_the_screen() {
    let mut player = opened(120);
    player.keys("m j = ?");
    let top: Vec<String> = player.screen().lines().take(6).map(str::to_owned).collect();
    assert!(top.iter().any(|line| line.contains("Compare: what differs")), "{top:?}");
}
