//! Every screen, menu and typed line, with something to show in each.

use super::{Player, World};
use crate::model::draft::{Encoded, Presence, Question};
use crate::model::fleet::{Fleet, Source, read};
use crate::model::push::{Copying, Entry, Held, Kept, TagPlan, TagWish, Undo, Untag};
use crate::model::tag_size::TagSize;
use crate::oci::{Digest, MediaType};
use crate::tui::app::{DraftOrder, KeptDraft, Msg, Query, Reply};

const PLATFORMS: [&str; 4] = ["linux/amd64", "linux/arm/v7", "linux/arm64/v8", "linux/riscv64"];

/// The keys to a list whose draft an earlier platy left.
const LEFT: &str = "D esc e";

/// The keys that lead from the explorer to each scene.
const WAYS: [(&str, &str); 63] = [
    ("explorer", "j j l"),
    ("raw", "j 2"),
    ("layers", "j 3 tab"),
    ("layers of a list", "3"),
    ("programs", "4"),
    ("evidence", "5"),
    ("what this machine has", "H"),
    ("saved bytes", "j S"),
    ("kept session", "alt-s"),
    ("looked at again and again", "alt-r"),
    ("search in the detail", "tab / o s"),
    ("search", "/ a r m"),
    ("found", "/ a r m enter"),
    ("copy menu", "j Y"),
    ("help", "?"),
    ("palette", ": c o p y"),
    ("narrowed menu", "w h / p i"),
    ("messages", "n !"),
    ("requests", "L"),
    ("screens", "* t T"),
    ("themes", "alt-t"),
    ("typed reference", "= : 2"),
    ("comparison", "j m j ="),
    ("comparison, copy menu", "j m j = Y"),
    ("comparison, files", "j m j = f"),
    ("comparison, packages", "j m j = p"),
    ("tags", "t"),
    ("filter", "t / 1"),
    ("tags, marked", "t space space"),
    ("tags, sizes", "t s"),
    ("tags, deleted", "t space space x"),
    ("tags, renamed", "t R 1"),
    ("tags, copied", "t C 1 enter"),
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
    ("looked at", "j f enter j j enter"),
    ("looked at as hex", "j f enter j j enter x"),
    ("blamed file", "j f enter j j B"),
    ("searched files", "j f / s"),
    ("file written over", "j f enter j j S enter"),
    ("saved file", "j f enter j j S"),
    ("draft", "e"),
    ("draft, form", "e j enter"),
    ("draft, export", "E"),
    ("draft, preview", "e x 2"),
    ("draft, plan", "e x 3"),
    ("draft, chosen images", "e a x enter"),
    ("drafts", "e x D"),
    ("drafts, discarded", "e x D x"),
    ("drafts, taken back", "D u"),
    ("draft that was left", LEFT),
    ("push", "e x p"),
    ("fleet", "o f l e e t : enter"),
    ("fleet, filter", "o f l e e t : enter / s i d e"),
];

/// The same of scenes that cannot be left by a key, or are another one with help over it.
const FURTHER: [(&str, &str); 10] = [
    ("draft, effects", "e j x 4"),
    ("draft, annotations", "e j A"),
    ("draft, another image", "e a"),
    ("draft, fields of the list", "e i"),
    ("draft, target", "e t"),
    ("draft, on the way out", "e x q"),
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
    world.files.insert("/app/server".to_owned(), "#!/bin/sh\n".into());
    let kept = if keys == LEFT { vec![left(&world)] } else { Vec::new() };
    let mut player = Player::opened(world, "demo/app:1.0", columns, rows);
    player.kept = kept;
    player.disk.push("server".to_owned());
    player.state.cx.fleet = Some(fleet());
    player.pages = vec![vec!["1.10".into(), "1.9".into(), "latest".into()]];
    for (tag, size, made) in [("1.10", 48_000_000, "2026-11-20"), ("1.9", 31_000_000, "2026-08-02")]
    {
        let (platform, made) = ("linux/amd64".parse().ok(), Some(format!("{made}T00:00:00Z")));
        player.sizes.insert(tag.to_owned(), TagSize { platform, size, made });
    }
    let tag = Question::Tag("1.0".to_owned());
    player.target.insert(tag, Presence::There(player.world.root_digest()));
    player.journal = vec![pushed(&player)];
    for key in keys.split_whitespace() {
        player.keys(key);
        player.answer_all();
        answer_plan(&mut player);
    }
    player
}

/// An edit of the list as another platy kept it.
fn left(world: &World) -> KeptDraft {
    let mut player = Player::opened(world.clone(), "demo/app:1.0", 80, 24);
    player.keys("e");
    player.answer_all();
    player.keys("x");
    player.now += jiff::SignedDuration::from_secs(1);
    player.send(Msg::Tick);
    let mut saved = player.orders().filter_map(|order| match order {
        DraftOrder::Save { name, text } => Some((name.clone(), text.clone())),
        _ => None,
    });
    let (name, text) = saved.next_back().unwrap();
    KeptDraft { name, text, at: player.now }
}

/// A push that can be taken back.
fn pushed(player: &Player) -> Entry {
    let kept = |text: &str| Kept {
        digest: Digest::sha256(text.as_bytes()),
        media_type: MediaType::OciIndex,
    };
    Entry {
        id: "1".to_owned(),
        time: player.now,
        reference: "demo/app:1.0".parse().unwrap(),
        before: Some(kept("before")),
        after: Some(kept("after")),
        undoes: None,
        seen: true,
    }
}

/// What a change of tags would do, or what is put back, for who has just asked.
fn answer_plan(player: &mut Player) {
    let Some((session, request, question)) = player.asked().last() else { return };
    let reply = match question {
        Query::PlanTags(wish) => Reply::TagPlan(Box::new(plan(wish))),
        Query::FindUndo(_) => Reply::Undo(Box::new(Ok(Undo {
            entry: pushed(player),
            list: list("before"),
            now: Some(list("after").digest),
            put_back: Vec::new(),
            conflict: None,
        }))),
        _ => return,
    };
    player.replies((session, request), Ok(reply));
}

fn list(text: &str) -> Encoded {
    let (bytes, digest) = (text.to_owned().into(), Digest::sha256(text.as_bytes()));
    Encoded { media_type: MediaType::OciIndex, bytes, digest }
}

fn plan(wish: &TagWish) -> TagPlan {
    let Encoded { media_type, bytes, digest } = list("held");
    let held = Held { digest, media_type, bytes: Some(bytes) };
    let untag = |reference: &_| Untag {
        reference: Clone::clone(reference),
        held: held.clone(),
        others: Some(Vec::new()),
    };
    let deleting = wish.delete.iter().map(untag).collect();
    let copying = wish.copy.clone().map(|(from, to, if_absent)| {
        let (list, now) = (list("from"), None);
        Copying { from, to, list, now, if_absent }
    });
    TagPlan { copying, lists: Vec::new(), deleting }
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

/// The variants of an enum, from the text of its file.
fn variants(file: &str, name: &str) -> Vec<String> {
    let src = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tui/app");
    let text = std::fs::read_to_string(src.join(file)).unwrap();
    let (_, text) = text.split_once(&format!("pub enum {name} {{\n")).unwrap();
    let (text, _) = text.split_once("\n}").unwrap();
    let lines = text.lines().filter_map(|line| line.strip_prefix("    "));
    let begins = lines.filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()));
    let word = |line: &str| line.split(|c: char| !c.is_alphanumeric()).next().unwrap().to_owned();
    begins.map(word).collect()
}

/// A screen or menu without a scene would be drawn at its usual size only.
#[test]
fn every_view_layer_and_menu_has_a_scene() {
    use crate::tui::app::Overlay;
    let word = |shown: String| shown.split(['(', ' ']).next().unwrap().to_owned();
    let mut seen = std::collections::BTreeSet::new();
    for (_, player) in every(120, 30) {
        seen.insert(word(format!("{:?}", player.state.screen())));
        if let Some(overlay) = &player.state.cx.overlay {
            seen.insert(word(format!("{overlay:?}")));
            if let Overlay::Menu(menu) = overlay {
                seen.insert(word(format!("{:?}", menu.what)));
            }
        }
    }
    let views = super::places::views();
    let (layers, menus) = (variants("overlay.rs", "Overlay"), variants("overlay.rs", "Choosing"));
    assert!(views.len() > 10 && layers.len() > 3 && menus.len() > 10, "{views:?} {menus:?}");
    let all = views.into_iter().chain(layers).chain(menus);
    let missing: Vec<String> = all.filter(|name| !seen.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?} are not among {seen:?}");
}
