//! The first page as snapshots of text and styles.

use super::tests::check;
use crate::harness::{Player, World};
use crate::oci::{Class, Failure, LocalImage, Platform, StoreKind};
use crate::text::width;
use crate::tui::app::{Effect, Msg, Sample};

#[test]
fn start_page() {
    let mut player = Player::new(World::default(), 80, 24);
    player.state.cx.history = vec!["alpine:3.20".into(), "ghcr.io/owner/name:1".into()];
    player.types("Bad Name");
    player.keys("enter");
    check("start-problem", &player);
    player.keys("ctrl-u down");
    check("start-history", &player);
}

#[test]
fn bookmarks_come_before_what_was_opened() {
    let mut player = Player::new(World::default(), 80, 24);
    player.state.cx.history = vec!["alpine:3.20".into(), "ghcr.io/owner/name:1".into()];
    player.state.cx.bookmarks = vec!["registry.lan:5000/team/".into(), "alpine:3.20".into()];
    player.keys("down down");
    check("start-bookmarks", &player);
}

/// An image of a store.
fn kept(location: &str, platforms: &[&str], size: u64) -> LocalImage {
    let platform = |text: &&str| {
        let mut parts = text.split('/');
        let mut next = || parts.next().unwrap_or_default();
        Platform::new(next(), next(), next())
    };
    LocalImage {
        location: location.parse().unwrap(),
        platforms: platforms.iter().map(platform).collect(),
        size: Some(size),
    }
}

/// A player who starts platy alone on a machine with Docker, a containerd that hangs, and a layout.
fn on_a_machine(columns: u16, rows: u16) -> Player {
    let mut player = Player::new(World::default(), columns, rows);
    player.state.cx.history = vec!["alpine:3.20".into(), "ghcr.io/owner/name:1".into()];
    player.state.cx.asks_this_machine = true;
    let mut docker: Vec<LocalImage> =
        (0..9).map(|at| kept(&format!("docker-daemon:old:{at}"), &["linux/amd64"], 1000)).collect();
    docker.insert(0, kept("docker-daemon:app:1", &["linux/amd64", "linux/arm64/v8"], 77_000_000));
    player.stored.insert(StoreKind::Docker, Ok(docker));
    let hangs = Failure::new(Class::TimedOut, "containerd", "it did not answer in 5 s");
    player.stored.insert(StoreKind::Containerd, Err(hangs));
    let layout = kept("./build/layout", &["linux/riscv64"], 1_500_000);
    player.stored.insert(StoreKind::Folder, Ok(vec![layout, kept("./image.tar", &[], 40_000_000)]));
    player.send(Msg::Tick);
    player
}

#[test]
fn start_page_of_what_this_machine_has() {
    for (columns, rows) in [(80, 24), (140, 40)] {
        let mut player = on_a_machine(columns, rows);
        player.keys("down down");
        check(&format!("start-asking-{columns}x{rows}"), &player);
        player.answer_all();
        check(&format!("start-machine-{columns}x{rows}"), &player);
        // What was chosen stays chosen.
        player.keys("down down");
        player.keys("enter");
        let opened = player.log.iter().find_map(|effect| match effect {
            Effect::Open { location, .. } => Some(location.to_string()),
            _ => None,
        });
        assert_eq!(opened.as_deref(), Some("docker-daemon:old:0"));
    }
    let mut player = on_a_machine(80, 24);
    player.answer_all();
    player.types("riscv");
    check("start-machine-typed", &player);
    player.keys("down enter");
    assert!(player.log.iter().any(|effect| matches!(effect, Effect::Open { location, .. }
        if location.to_string() == "./build/layout")));
}

#[test]
fn start_page_of_the_demo() {
    let mut player = Player::new(World::default(), 80, 24);
    player.state.cx.samples = samples();
    player.keys("down down down down");
    check("start-demo", &player);
    for _ in 4..player.state.cx.samples.len() {
        player.keys("down");
    }
    let picture = player.picture();
    let last = player.state.cx.samples.last().unwrap();
    assert!(picture.contains(&last.name) && picture.contains(&last.note), "{picture}");
    let all = player.state.cx.samples.len();
    assert!(picture.contains(&format!("{all}/{all}")), "{picture}");
    for sample in &player.state.cx.samples {
        assert!(width(&sample.title) <= 37, "cut at 80 columns: {}", sample.title);
        assert!(width(&sample.note) <= 78, "cut at 80 columns: {}", sample.note);
    }
}

fn samples() -> Vec<Sample> {
    crate::sandbox::samples()
        .into_iter()
        .map(|sample| Sample {
            name: sample.reference.to_owned(),
            reference: format!("127.0.0.1:5000/{}", sample.reference),
            title: sample.title.to_owned(),
            note: sample.look_at.replace("HOST", "127.0.0.1:65535"),
        })
        .collect()
}
