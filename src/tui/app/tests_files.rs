//! Flows of the files view.

use std::sync::Arc;

use super::*;
use crate::harness::{Player, World};
use crate::model::files::Checksum;
use crate::oci::{Class, Failure};

pub(super) const AMD64: &str = "linux/amd64";

pub(super) fn world() -> World {
    let mut world = World::index(&[AMD64, "linux/arm64/v8"], false);
    let base = "./ bin/ bin/tool bin/sh=bin/tool etc/ etc/motd etc/hosts var/cache/index";
    world.hold("base", AMD64, base);
    world.hold("server", AMD64, "etc/motd -etc/hosts -var/cache app/server app/now>server");
    world.files.insert("/app/server".to_owned(), "#!/bin/sh\n".into());
    world
}

/// The files of the amd64 image, read.
pub(super) fn opened() -> Player {
    let mut player = Player::opened(world(), "demo/app:1.0", 80, 24);
    player.keys("j f");
    player.answer_all();
    player
}

fn labels(player: &Player) -> Vec<String> {
    let view = player.files();
    let row = |row: &FileRow| {
        let words = view.words(row);
        let note = if words.note.is_empty() { String::new() } else { format!(" ({})", words.note) };
        format!("{}{}{note}", words.sign, words.label)
    };
    view.rows().iter().map(row).collect()
}

#[test]
fn an_image_s_layers_are_read_and_merged() {
    let mut player = Player::opened(world(), "demo/app:1.0", 80, 24);
    player.keys("f");
    assert_eq!(player.toast(), "only an image or a layer has files; go to one");
    player.keys("j f");
    let layers = player.count(|it| matches!(it, Query::Layer { .. }));
    assert_eq!(layers, 2);
    assert!(player.state.is_busy());
    player.answer_all();
    assert!(!player.state.is_busy());
    assert_eq!(labels(&player), ["app", "bin", "etc (17 B wasted)"]);
    player.keys("enter j l j l j l");
    assert_eq!(
        labels(&player),
        [
            "app",
            "now → server (layer 2)",
            "server (layer 2)",
            "bin",
            "sh = /bin/tool (layer 1)",
            "tool (layer 1)",
            "etc (17 B wasted)"
        ]
    );
}

#[test]
fn one_layer_shows_what_it_does_to_those_below() {
    let mut player = opened();
    player.keys("] ]");
    player.answer_all();
    player.keys("enter j j j enter j j j enter");
    assert_eq!(
        labels(&player),
        [
            "app",
            "+now → server (added)",
            "+server (added)",
            "etc",
            "-hosts (removed)",
            "~motd (changed)",
            "var",
            "-cache (removed)"
        ]
    );
    assert!(player.screen().contains("layer 2 of 2"));
    player.keys("]");
    let all = ["app", "now → server (layer 2)", "server (layer 2)", "bin", "etc (17 B wasted)"];
    assert_eq!(labels(&player)[..5], all, "all of them again, and open what was open");
    player.keys("[");
    assert_eq!(player.files().only, Some(1));
}

#[test]
fn a_layer_opened_from_the_tree_is_read_alone() {
    let mut player = Player::opened(world(), "demo/app:1.0", 80, 24);
    player.keys("j l");
    player.answer_all();
    player.keys("G");
    while !player.at_cursor().starts_with("layer 2") {
        player.keys("k");
    }
    player.keys("f");
    player.answer_all();
    let read: Vec<usize> = player
        .asked()
        .filter_map(|(.., it)| match it {
            Query::Layer { number, .. } => Some(*number),
            _ => None,
        })
        .collect();
    assert_eq!(read, [1]);
    // Nobody knows what lies below.
    player.keys("enter");
    assert_eq!(labels(&player)[..3], ["app", "now → server", "server"]);
    player.keys("]");
    player.answer_all();
    assert_eq!(player.files().only, None);
    let all = ["app", "now → server (layer 2)", "server (layer 2)", "bin", "etc (17 B wasted)"];
    assert_eq!(labels(&player), all);
}

#[test]
fn leaving_ends_the_reading_and_late_results_go_nowhere() {
    let mut player = Player::opened(world(), "demo/app:1.0", 80, 24);
    player.keys("j f");
    let first = |it: &Query| matches!(it, Query::Layer { number: 0, .. });
    let (session, request, _) = player.asked().find(|(.., it)| first(it)).unwrap();
    player.tells((session, request), Part::Bytes { received: 1_000_000, total: 0 });
    assert!(player.screen().contains("1.0 MB of 3.4 MB"), "{}", player.screen());
    player.keys("esc");
    assert!(player.log.contains(&Effect::Stop { session, request }));
    player.answer_all();
    assert_eq!(player.state.depth(), 1);
}

#[test]
fn a_layer_that_fails_leaves_the_others_and_is_read_again_on_demand() {
    let mut world = world();
    let (lost, listing) = world
        .layers
        .iter()
        .find(|(_, it)| it.totals.removals == 0)
        .map(|(digest, listing)| (digest.clone(), Arc::clone(listing)))
        .unwrap();
    world.layers.remove(&lost);
    let mut player = Player::opened(world, "demo/app:1.0", 80, 24);
    player.keys("j f");
    player.answer_all();
    assert!(player.screen().contains("1 of 2 layers merged"), "{}", player.screen());
    assert!(player.screen().contains("layer 1: not merged, not found; r reads it again"));
    assert!(player.screen().contains("r read again"), "{}", player.screen());
    assert_eq!(labels(&player), ["app", "etc"]);
    player.world.layers.insert(lost, listing);
    player.keys("r");
    player.answer_all();
    assert_eq!(labels(&player), ["app", "bin", "etc (17 B wasted)"]);
    assert!(!player.screen().contains("read again"), "{}", player.screen());
    player.keys("r");
    assert_eq!(player.toast(), "nothing failed here");
}

#[test]
fn what_is_wasted_is_listed_largest_first() {
    let mut player = opened();
    player.keys("w");
    assert_eq!(
        labels(&player),
        [
            "/var/cache/index (layer 1, removed by 2)",
            "/etc/hosts (layer 1, removed by 2)",
            "/etc/motd (layer 1, replaced by 2)"
        ]
    );
    player.keys("esc");
    assert_eq!(labels(&player).len(), 3);
}

#[test]
fn what_is_wasted_is_looked_at_as_it_was_written() {
    let mut player = opened();
    player.keys("w j j enter");
    let asked = player.asked().rev().find_map(|(.., it)| match it {
        Query::File { task, .. } => Some(task.clone()),
        _ => None,
    });
    let wasted = asked.unwrap();
    assert_eq!(wasted.entry.path.text(), "/etc/motd");
    player.answer_all();
    assert!(player.screen().contains("as layer 1 wrote it"), "{}", player.screen());
    player.keys("S enter");
    let saved = player.asked().next_back();
    assert!(matches!(saved, Some((.., Query::SaveFile { task, .. })) if *task == wasted));
    player.keys("esc esc w / m o t enter enter");
    let asked = player.asked().rev().find_map(|(.., it)| match it {
        Query::File { task, .. } => Some(task.clone()),
        _ => None,
    });
    assert_ne!(asked.unwrap().layer, wasted.layer);
}

#[test]
fn what_a_layer_removes_says_so_instead_of_nothing() {
    let mut player = opened();
    player.keys("[");
    player.answer_all();
    player.keys("/");
    player.types("hosts");
    player.keys("enter enter");
    assert_eq!(player.toast(), "this layer removes it; a layer below has its content");
}

#[test]
fn names_are_searched_and_links_are_followed() {
    let mut player = opened();
    player.keys("/");
    player.types("mot");
    player.keys("enter");
    let under_cursor = |player: &Player| {
        let view = player.files();
        view.files().unwrap().path(view.at_cursor().unwrap()).text()
    };
    assert_eq!(under_cursor(&player), "/etc/motd");
    player.keys("esc /");
    player.types("/now");
    player.keys("enter enter");
    assert_eq!(under_cursor(&player), "/app/server");
    player.keys("esc / s e");
    player.keys("esc");
    assert!(!player.files().is_typing());
}

#[test]
fn layers_that_fail_for_one_reason_are_told_together() {
    let mut world = world();
    world.layers.clear();
    let mut player = Player::opened(world, "demo/app:1.0", 120, 30);
    player.keys("j f");
    player.answer_all();
    let screen = player.screen();
    assert!(screen.contains("layers 1, 2: not merged, not found; r reads them again"), "{screen}");
    assert!(!screen.contains("layer 1: not merged"), "{screen}");
}

#[test]
fn files_are_sorted_by_size() {
    let mut world = world();
    // A file is as large as its path is long.
    world.hold("base", AMD64, "bin/tool etc/motd zoo/a-file-with-a-long-name");
    let mut player = Player::opened(world, "demo/app:1.0", 80, 24);
    player.keys("j f");
    player.answer_all();
    let names = |player: &Player| -> Vec<String> {
        labels(player).iter().map(|it| it.split(' ').next().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&player), ["app", "bin", "etc", "zoo"]);
    let sizes: Vec<u64> = player.files().rows().iter().map(|row| row.share.0).collect();
    let largest = sizes.iter().copied().max().unwrap();
    assert!(player.files().rows().iter().all(|row| row.share.1 == largest));
    player.keys("G k s");
    assert_eq!(place(&player).0, "/etc", "the cursor stays on its folder");
    assert!(player.screen().contains("largest first"), "{}", player.screen());
    assert_eq!(names(&player), ["zoo", "app", "bin", "etc"]);
    player.keys("s");
    assert_eq!(names(&player), ["app", "bin", "etc", "zoo"]);
    // What was found is gone through in the order of the rows.
    let found = |player: &Player| -> Vec<String> {
        let view = player.files();
        let files = view.files().unwrap();
        view.search.found.iter().map(|id| files.path(*id).text()).collect()
    };
    player.keys("/");
    player.types("o");
    player.keys("enter");
    let by_name = ["/app/now", "/bin/tool", "/etc/motd", "/zoo", "/zoo/a-file-with-a-long-name"];
    assert_eq!(found(&player), by_name);
    player.keys("s");
    let by_size = ["/zoo", "/zoo/a-file-with-a-long-name", "/app/now", "/bin/tool", "/etc/motd"];
    assert_eq!(found(&player), by_size);
}

#[test]
fn what_is_wasted_has_an_order_of_its_own() {
    let mut player = opened();
    player.keys("w s");
    let why = "what is wasted is sorted by size already; w goes back to the tree";
    assert_eq!(player.toast(), why);
}

#[test]
fn a_file_is_saved_and_nothing_is_written_over_unasked() {
    let mut player = opened();
    player.disk.push("server".to_owned());
    player.keys("S");
    assert_eq!(player.toast(), "there is no content to save");
    player.keys("enter j j S enter");
    player.answer_all();
    assert_eq!(player.menu().facts, ["server exists already"]);
    // The first answer leaves the file, and the line stays as it was typed.
    player.keys("enter");
    assert_eq!(player.files().saving.as_ref().unwrap().path(), "server");
    let wrote_over = |player: &Player| {
        player.count(|it| matches!(it, Query::SaveFile { overwrite: true, .. })) > 0
    };
    player.types("2");
    player.keys("backspace enter");
    player.answer_all();
    assert!(!wrote_over(&player), "another name was typed in between");
    player.keys("down enter");
    player.answer_all();
    assert!(wrote_over(&player));
    assert_eq!(player.toast(), "saved 10 B to server");
    assert!(!player.files().is_typing());
}

#[test]
fn a_failure_of_saving_is_said() {
    let mut player = opened();
    player.keys("enter j j S enter");
    let failure = Failure::new(Class::Local, "server", "it cannot be written: no space left");
    let (session, request, _) = player.asked().next_back().unwrap();
    player.replies((session, request), Err(failure));
    assert_eq!(player.toast(), "not saved: server: it cannot be written: no space left");
    let saving = player.files().saving.as_ref().unwrap();
    assert_eq!(saving.path(), "server", "what was typed stays");
}

#[test]
fn a_file_is_saved_once_and_leaving_the_line_ends_it() {
    let mut player = opened();
    player.keys("enter j j S enter enter");
    let saves = player.count(|it| matches!(it, Query::SaveFile { .. }));
    assert_eq!(saves, 1, "the second enter finds it under way");
    assert!(player.state.is_busy());
    assert!(player.screen().contains("being saved"), "{}", player.screen());
    let (session, request, _) = player.asked().next_back().unwrap();
    player.keys("esc");
    assert!(player.log.contains(&Effect::Stop { session, request }));
    assert!(!player.state.is_busy());
    // The line of another file is not closed by what comes late.
    player.keys("S");
    player.replies((session, request), Ok(Reply::Saved(1)));
    assert!(player.files().is_typing());
    assert_eq!(player.toast(), "");
}

#[test]
fn a_search_that_is_left_puts_cursor_and_folders_back() {
    let mut player = opened();
    let before = (labels(&player), player.files().cursor);
    player.keys("j /");
    player.types("serv");
    assert_eq!(labels(&player).len(), 5, "the folder is open");
    player.types("zz");
    assert_eq!((labels(&player), player.files().cursor), (before.0.clone(), 1));
    player.keys("ctrl-u");
    player.types("serv");
    player.keys("esc");
    assert_eq!((labels(&player), player.files().cursor), (before.0, 1));
    // Out of the list of what is wasted, and back into it.
    player.keys("w j /");
    player.types("serv");
    assert!(!player.files().wasted);
    player.keys("esc");
    assert!(player.files().wasted);
    assert_eq!(player.files().cursor, 1);
}

#[test]
fn nothing_is_searched_before_it_is_there() {
    let mut player = Player::opened(world(), "demo/app:1.0", 80, 24);
    player.keys("j f /");
    assert!(!player.files().is_typing());
    assert_eq!(player.toast(), "no file is shown yet");
}

#[test]
fn what_has_no_content_is_said_with_the_reason() {
    let mut world = world();
    world.hold("server", AMD64, "app/server app/gone=bin/nothing app/name=bin/tool");
    let mut player = Player::opened(world, "demo/app:1.0", 80, 24);
    player.keys("j f");
    player.answer_all();
    player.keys("/");
    player.types("gone");
    player.keys("enter enter");
    assert_eq!(player.toast(), "it is a hard link to /bin/nothing, which is not there");
    player.keys("esc [");
    player.answer_all();
    player.keys("/");
    player.types("name");
    player.keys("enter enter");
    assert_eq!(player.toast(), "it is a hard link to /bin/tool, which this layer does not hold");
}

#[test]
fn what_was_found_is_found_again_among_more_layers() {
    let mut world = world();
    let base = world.layers.iter().find(|(_, it)| it.totals.removals == 0).unwrap();
    let (lost, listing) = (base.0.clone(), Arc::clone(base.1));
    world.layers.remove(&lost);
    let mut player = Player::opened(world, "demo/app:1.0", 80, 24);
    player.keys("j f");
    player.answer_all();
    player.keys("/");
    player.types("server");
    player.keys("enter");
    player.world.layers.insert(lost, listing);
    player.keys("r");
    player.answer_all();
    player.keys("n");
    let view = player.files();
    let here = view.files().unwrap().path(view.at_cursor().unwrap());
    assert_eq!(here.text(), "/app/server");
}

/// What the menu of copies offers: each line and its text.
fn copies(player: &Player) -> Vec<(&str, Result<&str, &str>)> {
    let Choosing::Copy(menu) = &player.menu().what else { panic!("not of copies") };
    let items = menu.items.iter();
    items.map(|it| (it.what.as_str(), it.text.as_deref().map_err(|why| *why))).collect()
}

#[test]
fn a_file_s_whole_digest_can_be_copied() {
    let mut world = world();
    let sum = Checksum::of(b"server");
    for layer in world.layers.values_mut() {
        let entries = &mut Arc::make_mut(layer).entries;
        let at = entries.iter().position(|it| it.path.text() == "/app/server");
        let sums = at.map(|at| (u32::try_from(at).unwrap(), sum));
        entries.set_checksums(sums.into_iter().collect());
    }
    let mut player = Player::opened(world, "demo/app:1.0", 80, 24);
    player.keys("j f");
    player.answer_all();
    player.keys("/ s e r v e r enter Y");
    let view = player.files();
    let layer = view.content().unwrap().layer;
    let digest = format!("sha256:{}", sum.hex());
    let of_layer = view.layers[layer].descriptor.as_ref().unwrap().digest.to_string();
    let step = view.layers[layer].created_by.clone();
    assert_eq!(
        copies(&player),
        [
            ("path", Ok("/app/server")),
            ("digest of the file", Ok(digest.as_str())),
            ("digest of the layer", Ok(of_layer.as_str())),
            ("build step", step.as_deref().ok_or("the config does not say it")),
        ]
    );
    player.keys("j enter");
    let Clip { what, text } = player.copied().last().unwrap();
    assert_eq!((what.as_str(), text), ("digest of the file of /app/server", &digest));
    // A link has no content of its own, and what no layer names has no layer.
    player.keys("k Y");
    assert_eq!(copies(&player)[1].1, Err("only a file with content has one"));
    player.keys("esc g Y");
    assert_eq!(copies(&player)[2].1, Err("no layer names it"));
}

/// The row under the cursor, and the open folders.
pub(super) fn place(player: &Player) -> (String, Vec<String>) {
    let view = player.files();
    let files = view.files().unwrap();
    let open = view.rows().iter().filter(|row| row.open == Some(true));
    let open = open.map(|row| files.path(row.file).shown()).collect();
    (files.path(view.at_cursor().unwrap()).shown(), open)
}

#[test]
fn other_layers_are_shown_at_the_same_place() {
    let mut player = opened();
    player.keys("j enter j");
    let tool = ("/bin/sh".to_owned(), vec!["/bin".to_owned()]);
    assert_eq!(place(&player), tool);
    player.keys("]");
    player.answer_all();
    assert_eq!(place(&player), tool, "the base has it");
    // The second layer does not, and one goes by it.
    player.keys("]");
    player.answer_all();
    assert_eq!(place(&player), ("/app".to_owned(), Vec::new()));
    player.keys("]");
    player.answer_all();
    assert_eq!(place(&player), tool, "all layers again");
    // Who moves is elsewhere.
    player.keys("[ j [");
    player.answer_all();
    assert_eq!(place(&player).0, "/etc");
    player.keys("[ w");
    player.answer_all();
    assert_eq!(player.files().rows()[0].open, None, "what is wasted is a list");
    player.keys("w");
    assert_eq!(place(&player).0, "/etc");
}

/// What made the file under the cursor, asked once for each time; a guess is called one, and a failure
/// is asked again.
#[test]
fn a_file_is_blamed_on_its_layer() {
    let mut player = opened();
    player.keys("enter j j B");
    assert!(player.files().viewer.as_ref().unwrap().is_loading());
    let asked = player.asked().find_map(|(.., question)| match question {
        Query::Blame(image) => Some(image.of.clone()),
        _ => None,
    });
    assert_eq!(asked.unwrap().layers.len(), 2);
    player.answer_all();
    let screen = player.screen();
    for words in ["/app/server", "layer", "2 of 2", "a guess by the history", "no provenance"] {
        assert!(screen.contains(words), "{words}\n{screen}");
    }
    // Each thing once.
    for words in ["made /app/server", "a guess", "no provenance", "  known"] {
        assert_eq!(screen.matches(words).count(), 1, "{words}\n{screen}");
    }
    // What a line has no room for goes on under its beginning.
    assert!(screen.contains("\n                2235b4fa024867c78b · 512 kB"), "{screen}");
    assert!(screen.contains("what made /app/server") && !screen.contains("0 B"), "{screen}");
    player.keys("esc");
    assert!(player.files().viewer.is_none());
    player.provenance =
        Some((crate::oci::Digest::sha256(b"provenance"), Err("it ends in the middle".to_owned())));
    player.keys("B");
    player.answer_all();
    let screen = player.screen();
    assert!(screen.contains("the provenance cannot be\n"), "{screen}");
    assert!(screen.contains("                read: it ends in the middle"), "{screen}");
}
