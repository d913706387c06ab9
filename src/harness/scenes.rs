//! Every screen, menu and typed line, with something to show in each.

use super::{Player, World};
use crate::model::draft::{Presence, Question};
use crate::model::fleet::{Fleet, Source, read};

const PLATFORMS: [&str; 4] = ["linux/amd64", "linux/arm/v7", "linux/arm64/v8", "linux/riscv64"];

/// The keys that lead from the explorer to each scene.
const WAYS: [(&str, &str); 45] = [
    ("explorer", "j j l"),
    ("raw", "j 2"),
    ("layers", "j 3 tab"),
    ("layers of a list", "3"),
    ("programs", "4"),
    ("evidence", "5"),
    ("search", "/ a r m"),
    ("found", "/ a r m enter"),
    ("copy menu", "j Y"),
    ("help", "?"),
    ("palette", ": c o p y"),
    ("narrowed menu", "w h / p i"),
    ("messages", "n !"),
    ("typed reference", "= : 2"),
    ("comparison", "j m j ="),
    ("comparison, copy menu", "j m j = Y"),
    ("comparison, files", "j m j = f"),
    ("comparison, packages", "j m j = p"),
    ("tags", "t"),
    ("filter", "t / 1"),
    ("start page", "o"),
    ("why", "w"),
    ("findings", "w tab"),
    ("typed machine", "w H l i"),
    ("typed platform", "w p l i enter"),
    ("engines", "w e"),
    ("machines", "w h"),
    ("matrix", "W"),
    ("matrix, last cell", "W G l l l l l l l l l l l l"),
    ("files", "j f"),
    ("one layer", "j f ]"),
    ("looked at", "j f j enter"),
    ("looked at as hex", "j f j enter x"),
    ("blamed file", "j f j B"),
    ("searched files", "j f / s"),
    ("saved file", "j f j S"),
    ("draft", "e"),
    ("draft, form", "e j enter"),
    ("draft, export", "E"),
    ("draft, preview", "e x 2"),
    ("draft, plan", "e x 3"),
    ("drafts", "e x D"),
    ("push", "e x p"),
    ("fleet", "o f l e e t : enter"),
    ("fleet, filter", "o f l e e t : enter / s i d e"),
];

/// The same of scenes that cannot be left by a key, or are another one with help over it.
const FURTHER: [(&str, &str); 6] = [
    ("draft, effects", "e j x 4"),
    ("draft, annotations", "e j a"),
    ("push, under way", "e x p tab enter"),
    ("push, help", "e x p ?"),
    ("push, stopping", "e x p tab enter esc"),
    ("fleet, help", "o f l e e t : enter ?"),
];

/// How many scenes [`every`] has.
pub(crate) const COUNT: usize = WAYS.len() + FURTHER.len();

/// All scenes by name, at a size.
pub(crate) fn every(columns: u16, rows: u16) -> Vec<(&'static str, Player)> {
    let ways = WAYS.iter().chain(&FURTHER);
    ways.map(|(name, keys)| (*name, scene(keys, columns, rows))).collect()
}

/// The scenes that keys lead out of, by name, at a size.
pub(crate) fn all(columns: u16, rows: u16) -> Vec<(&'static str, Player)> {
    WAYS.iter().map(|(name, keys)| (*name, scene(keys, columns, rows))).collect()
}

fn scene(keys: &str, columns: u16, rows: u16) -> Player {
    let mut world = World::index(&PLATFORMS, true);
    for platform in PLATFORMS {
        world.hold(
            "base",
            platform,
            "./ bin/ bin/tool bin/sh=bin/tool etc/ etc/motd etc/hosts var/cache/index",
        );
        world.hold("server", platform, "etc/motd -etc/hosts -var/cache app/server app/now>server");
    }
    let mut player = Player::opened(world, "demo/app:1.0", columns, rows);
    player.state.cx.fleet = Some(fleet());
    player.pages = vec![vec!["1.10".into(), "1.9".into(), "latest".into()]];
    let tag = Question::Tag("1.0".to_owned());
    player.target.insert(tag, Presence::There(player.world.root_digest()));
    for key in keys.split_whitespace() {
        player.keys(key);
        player.answer_all();
    }
    player
}

/// A pod of three images and a name without a value, on three machines.
fn fleet() -> Fleet {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec:\n  containers:\n  \
                - {name: a, image: 'ghcr.io/team/app:1'}\n  - {name: b, image: 'ghcr.io/team/side:1'}\n  \
                - {name: c, image: 'quay.io/o/gone:2'}\n  - {name: d, image: '${X}'}\n";
    let source = Source { name: "pod.yaml".to_owned(), reading: read("pod.yaml", text, &[]) };
    let hosts = ["linux/amd64", "linux/arm64", "pi-zero"].map(|it| it.parse().unwrap()).to_vec();
    let mut fleet = Fleet::new(vec![source], hosts);
    fleet.set_engines(None);
    fleet
}
