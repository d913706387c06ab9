//! The files view as snapshots.

use super::tests::check;
use crate::harness::{Player, World, changed_files};
use crate::tui::app::{Part, Query};

const AMD64: &str = "linux/amd64";

fn opening(columns: u16, rows: u16) -> Player {
    let mut world = World::index(&[AMD64, "linux/arm64/v8"], false);
    world.hold(
        "base",
        AMD64,
        "./ bin/ bin/busybox bin/sh=bin/busybox etc/ etc/motd etc/hosts var/cache/index \
         usr/share/doc/a-rather-long-name-of-a-package-that-nobody-has-cut/README evil\u{1b}[2J",
    );
    world.hold("server", AMD64, "etc/motd -etc/hosts -var/cache app/server app/now>server");
    world.files.insert("/app/server".to_owned(), "#!/bin/sh\nexec\ttrue\n\u{1b}[31m\n".into());
    let elf: Vec<u8> = [&b"\x7fELF"[..], &[0; 60]].concat();
    world.files.insert("/bin/busybox".to_owned(), elf.into());
    let mut player = Player::opened(world, "demo/app:1.0", columns, rows);
    player.keys("j f");
    player
}

fn opened(columns: u16, rows: u16) -> Player {
    let mut player = opening(columns, rows);
    player.answer_all();
    player
}

#[test]
fn layers_while_they_are_read() {
    let mut player = opening(80, 24);
    let first = |it: &Query| matches!(it, Query::Layer { number: 0, .. });
    let (session, request, _) = player.asked().find(|(.., it)| first(it)).unwrap();
    player.tells((session, request), Part::Bytes { received: 1_200_000, total: 0 });
    check("files-reading-80x24", &player);
}

#[test]
fn the_tree_of_all_layers() {
    for (columns, rows) in [(80, 24), (120, 30)] {
        let mut player = opened(columns, rows);
        player.keys("enter j j j l j j G l l l k k k k k k");
        check(&format!("files-{columns}x{rows}"), &player);
    }
}

#[test]
fn one_layer() {
    let mut player = opened(80, 24);
    player.keys("[");
    player.answer_all();
    player.keys("enter j j j enter j j j enter");
    check("files-layer-80x24", &player);
}

#[test]
fn what_is_wasted() {
    let mut player = opened(80, 24);
    player.keys("w");
    check("files-wasted-80x24", &player);
}

#[test]
fn a_text_and_a_program() {
    let mut player = opened(80, 24);
    player.keys("enter j j enter");
    player.answer_all();
    check("files-text-80x24", &player);
    player.keys("esc / b u s y enter enter");
    player.answer_all();
    check("files-hex-80x24", &player);
}

#[test]
fn a_file_beside_the_tree() {
    let mut player = opened(120, 30);
    player.keys("enter j j enter");
    player.answer_all();
    player.keys("tab");
    check("files-beside-120x30", &player);
    player.keys("tab /");
    player.types("exec");
    player.keys("enter");
    check("files-found-120x30", &player);
}

#[test]
fn lines_being_typed() {
    let mut player = opened(80, 24);
    player.keys("/");
    player.types("mo");
    check("files-search-80x24", &player);
    player.keys("enter S");
    check("files-save-80x24", &player);
}

#[test]
fn a_layer_that_cannot_be_read() {
    let mut player = opening(80, 24);
    player.world.layers.clear();
    player.answer_all();
    check("files-failed-80x24", &player);
}

/// What two images' files differ in, in the compare view, and one of them looked at.
#[test]
fn files_of_two_images_narrow_and_wide() {
    for (columns, rows) in [(80, 24), (140, 40)] {
        let world = World::index(&[AMD64, "linux/arm64/v8"], false);
        let mut player = Player::opened(world, "demo/app:1.0", columns, rows);
        player.files_found = Some(Ok(changed_files().into()));
        player.keys("j m j = f");
        check(&format!("compare-files-reading-{columns}x{rows}"), &player);
        player.answer_all();
        player.keys("j j");
        check(&format!("compare-files-{columns}x{rows}"), &player);
        player.keys("k enter");
        player.answer_all();
        check(&format!("compare-file-{columns}x{rows}"), &player);
    }
}
