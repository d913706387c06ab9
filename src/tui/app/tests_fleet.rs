//! The fleet's screen: problems first, while answers come.

use super::*;
use crate::harness::{Player, World};
use crate::model::fleet::{Behind, Cell, Fleet, Source, read};
use crate::oci::{Class, Digest, Failure};

const FILE: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop, namespace: n}\nspec:\n  \
                    template:\n    spec:\n      containers:\n      - {name: a, image: 'ghcr.io/team/app:1'}\n      \
                    - {name: b, image: 'ghcr.io/team/side:1'}\n      - {name: c, image: 'quay.io/o/gone:2'}\n      \
                    - {name: d, image: 'docker.io/library/alpine:3'}\n      - {name: e, image: '${X}'}\n";

fn player(columns: u16, rows: u16) -> Player {
    let mut player = Player::new(World::default(), columns, rows);
    let source = Source { name: "pod.yaml".to_owned(), reading: read("pod.yaml", FILE, &[]) };
    let hosts = ["linux/amd64", "linux/arm64", "pi-zero"].map(|it| it.parse().unwrap()).to_vec();
    let mut fleet = Fleet::new(vec![source], hosts);
    fleet.set_engines(None);
    player.state.cx.fleet = Some(fleet);
    let effects = player.state.open_fleet_first(player.now);
    player.open.extend(effects);
    player
}

fn view(player: &Player) -> &FleetView {
    match player.state.screen() {
        Screen::Fleet(view) => view,
        other => panic!("{other:?}"),
    }
}

fn names(player: &Player) -> Vec<String> {
    view(player).images().map(|image| image.reference.familiar()).collect()
}

/// Answers what is asked about an image.
fn answer(player: &mut Player, name: &str, cells: &[&str]) {
    let at = player.open.iter().position(|effect| {
        matches!(effect, Effect::Ask { question: Query::Behind { question, .. }, .. }
            if question.reference.familiar() == name)
    });
    let Effect::Ask { session, request, .. } = player.open.remove(at.unwrap()) else { panic!() };
    let digest = Digest::sha256(name.as_bytes());
    let answer = match cells {
        [] => Err(Failure::new(Class::NotFound, name, "there is no tag 2")),
        cells => {
            let cell = |cell: &&str| match *cell {
                "" => Cell::Nothing("no match for platform in manifest: not found".to_owned()),
                platform => Cell::Gets { platform: platform.to_owned(), digest: digest.clone() },
            };
            let cells = cells.iter().map(cell).collect();
            Ok(Reply::Behind(Box::new(Behind {
                digest: digest.clone(),
                cells,
                platforms: Vec::new(),
                missing: Vec::new(),
            })))
        }
    };
    player.send(Msg::Answer { session, request, answer });
}

fn answered(columns: u16, rows: u16) -> Player {
    let mut player = player(columns, rows);
    answer(&mut player, "ghcr.io/team/app:1", &["linux/amd64", "linux/arm64/v8", "linux/arm/v6"]);
    answer(&mut player, "ghcr.io/team/side:1", &["linux/amd64", "", ""]);
    answer(&mut player, "quay.io/o/gone:2", &[]);
    player
}

#[test]
fn it_fills_while_answers_come_and_problems_are_first() {
    let mut player = player(80, 24);
    assert_eq!(view(&player).counts(), [4, 4, 0, 4]);
    answer(&mut player, "ghcr.io/team/app:1", &["linux/amd64", "linux/arm64/v8", "linux/arm/v6"]);
    assert_eq!(names(&player)[3], "ghcr.io/team/app:1");
    answer(&mut player, "ghcr.io/team/side:1", &["linux/amd64", "", ""]);
    answer(&mut player, "quay.io/o/gone:2", &[]);
    assert_eq!(
        names(&player),
        ["ghcr.io/team/side:1", "quay.io/o/gone:2", "alpine:3", "ghcr.io/team/app:1"]
    );
    assert_eq!(view(&player).counts(), [4, 4, 1, 1]);
}

#[test]
fn keys_filter_open_say_why_and_ask_again() {
    let mut player = answered(80, 24);
    player.keys("/");
    player.keys("s i d e");
    assert_eq!(names(&player), ["ghcr.io/team/side:1"]);
    player.keys("enter l w");
    assert!(matches!(player.state.screen(), Screen::Why(_)));
    let choice = &player.state.cx.choice;
    assert_eq!(choice.host().unwrap().host.to_string(), "linux/arm64/v8");
    assert_eq!(choice.engine().id, "containerd-cri");
    player.keys("esc");
    player.keys("esc");
    assert_eq!(names(&player).len(), 4);
    let open = |player: &Player| {
        let behind =
            |it: &&Effect| matches!(it, Effect::Ask { question: Query::Behind { .. }, .. });
        player.open.iter().filter(behind).count()
    };
    assert_eq!(open(&player), 1);
    player.keys("r");
    assert_eq!(open(&player), 2, "what could not be read is asked about again");
    player.keys("g enter");
    assert!(matches!(player.state.screen(), Screen::Explorer(_)));
}

#[test]
fn it_is_drawn_at_two_sizes() {
    for (columns, rows) in [(80, 24), (200, 50)] {
        let player = answered(columns, rows);
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../../../tests/screens");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let name = format!("fleet-{columns}x{rows}");
        settings.bind(|| insta::assert_snapshot!(name, player.picture()));
    }
}

#[test]
fn two_thousand_images_keep_no_key_waiting() {
    let list: String = (0..2_000).map(|at| format!("ghcr.io/team/app{at}:1\n")).collect();
    let mut player = Player::new(World::default(), 200, 50);
    let source = Source { name: "list.txt".to_owned(), reading: read("list.txt", &list, &[]) };
    let hosts = ["linux/amd64", "linux/arm64"].map(|it| it.parse().unwrap()).to_vec();
    let mut fleet = Fleet::new(vec![source], hosts);
    fleet.set_engines(None);
    player.state.cx.fleet = Some(fleet);
    let effects = player.state.open_fleet_first(player.now);
    assert_eq!(effects.len(), 64, "no more at once");
    player.keys("G");
    assert_eq!(view(&player).cursor, 1_999);
}
