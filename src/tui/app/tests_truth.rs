//! Flows of the truth page: what is asked for, what comes, what is given up.

use super::*;
use crate::harness::{Player, World};
use crate::model::check::{Claim, Launch, Program, Proof, Role, Row};
use crate::model::files::program::{Contents, Executable, Format};
use crate::model::tree::NodeId;
use crate::oci::Platform;

const PLATFORMS: [&str; 3] = ["linux/amd64", "linux/arm/v7", "linux/arm64/v8"];

fn opened() -> Player {
    Player::opened(World::index(&PLATFORMS, true), "demo/app:1.0", 130, 40)
}

/// The last reading that was asked for.
fn asked(player: &Player) -> (SessionId, RequestId, Vec<Unproven>) {
    let last = player.asked().rev().find_map(|(session, request, question)| match question {
        Query::Prove { images, .. } => Some((session, request, images.clone())),
        _ => None,
    });
    last.unwrap()
}

fn stopped(player: &Player) -> usize {
    player.log.iter().filter(|effect| matches!(effect, Effect::Stop { .. })).count()
}

/// A row of an image that starts an x86-64 program.
pub(crate) fn row(claim: Claim) -> Row {
    let executable = Executable {
        format: Format::Elf,
        machine: "x86-64".to_owned(),
        platforms: vec![Platform::new("linux", "amd64", "")],
        details: vec!["64-bit".to_owned()],
        interpreter: None,
        portable: false,
        unknown: None,
    };
    let program = Program {
        role: Role::Entrypoint,
        path: "/app/server".to_owned(),
        layer: Some(1),
        contents: Ok(Contents::Executable(executable)),
        denied: None,
        loader: None,
    };
    let launch = Launch { programs: vec![program], unclear: None };
    let proof = Proof {
        launch,
        layers: 2,
        bytes_read: 131_072,
        bytes: 3_912_000,
        unverified: vec![1],
        ..Proof::default()
    };
    Row::new(claim, Ok(proof))
}

fn answer(player: &mut Player, count: usize) {
    answer_with(player, count, |row| row);
}

fn answer_with(player: &mut Player, count: usize, with: impl Fn(Row) -> Row) {
    let (session, request, images) = asked(player);
    let all = images.len();
    for unproven in images.into_iter().take(count) {
        let row = with(row(unproven.claim)).into();
        let part = Part::Proof { image: unproven.node, row, failed: false };
        player.tells((session, request), part);
    }
    if count >= all {
        player.replies((session, request), Ok(Reply::Proven));
    }
}

/// The text of the detail, wherever its lines end.
fn detail(player: &Player) -> String {
    let content = player.explorer().sheet.content();
    let lines: Vec<String> =
        (0..content.len()).filter_map(|at| Some(content.line(at)?.text())).collect();
    lines.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn it_says_what_it_would_read_and_reads_on_enter() {
    let mut player = opened();
    player.keys("4");
    assert!(detail(&player).contains("these 3 images"), "{}", detail(&player));
    assert!(detail(&player).contains("they have 12 MB in all"), "{}", detail(&player));
    assert_eq!(player.count(|it| matches!(it, Query::Prove { .. })), 0);
    assert_eq!(player.explorer().focus, Pane::Detail);

    player.keys("enter");
    let (session, request, images) = asked(&player);
    let claims: Vec<String> =
        images.iter().map(|it| it.claim.list.as_ref().unwrap().to_string()).collect();
    assert_eq!(claims, PLATFORMS);
    assert_eq!(images[0].claim.created_by.len(), 2, "empty steps make no layer");
    assert!(player.state.is_busy());
    player.tells((session, request), Part::Bytes { received: 2_000_000, total: 0 });
    answer(&mut player, 1);
    assert!(detail(&player).contains("1 of 3 images done, 2.0 MB so far"), "{}", detail(&player));
    // A second Enter starts nothing.
    player.keys("enter");
    assert_eq!(asked(&player).1, request);

    answer(&mut player, 3);
    assert!(!player.state.is_busy());
    assert_eq!(stopped(&player), 0);
    let text = detail(&player);
    assert!(text.contains("393 kB of the 12 MB of layers read"), "{text}");
    assert!(text.contains("the label says linux/arm/v7, /app/server is x86-64 ELF"), "{text}");
    // What the images start is read; Enter asks for all that they hold.
    assert!(text.contains("Enter reads all programs"), "{text}");
    player.keys("enter");
    let all = player.count(|it| matches!(it, Query::Prove { all: true, .. })) == 1;
    assert!(all && asked(&player).2.len() == 3);
    assert!(detail(&player).contains("reading all programs: 0 of 3"), "{}", detail(&player));
    answer_with(&mut player, 3, |row| {
        let mut proof = row.proof.unwrap();
        let counts = [("linux/amd64".to_owned(), 7)].into();
        proof.others = Some(crate::model::check::Others { counts, ..Default::default() });
        Row::new(row.claim, Ok(*proof))
    });
    assert!(detail(&player).contains("all programs: 7 × linux/amd64"), "{}", detail(&player));
    player.keys("enter");
    assert!(player.state.cx.toast.is_some(), "nothing is left to read");
}

#[test]
fn leaving_ends_it_and_keeps_what_came() {
    for (keys, left) in
        [("1", true), ("tab j", true), ("w", true), ("t", true), ("tab", false), ("j", false)]
    {
        let mut player = opened();
        player.keys("4 enter");
        answer(&mut player, 1);
        player.keys(keys);
        assert_eq!(stopped(&player), usize::from(left), "{keys}");
        if left {
            let explorer = player.state.cx.opened.iter().next().unwrap();
            assert!(explorer.truths().reading().is_none(), "{keys}");
            let first = explorer.tree.at_path(&[0]).unwrap();
            assert!(explorer.truths().row(first).is_some(), "{keys}");
        }
    }
}

#[test]
fn escape_goes_back_one_step_at_a_time() {
    let mut player = opened();
    player.keys("4 enter");
    answer(&mut player, 1);
    assert!(detail(&player).contains("reading"), "{}", detail(&player));
    player.keys("esc");
    assert_eq!(stopped(&player), 1);
    assert!(!player.state.is_busy() && player.explorer().focus == Pane::Detail);
    assert!(detail(&player).contains("these 2 images"), "{}", detail(&player));
    player.keys("esc");
    assert_eq!(player.explorer().focus, Pane::Tree);
    assert_eq!(stopped(&player), 1);
}

#[test]
fn the_line_of_keys_says_what_enter_reads() {
    let mut player = opened();
    let word = |player: &Player| {
        let open = player.shown();
        let images = || open.tree.children(open.tree.root()).map(|(id, _)| id);
        let parts = images().flat_map(|id| open.tree.children(id)).map(|(id, _)| id);
        for node in images().chain(parts).chain([open.tree.root()]) {
            let would = open.unproven(node).map(|asked| asked.all);
            assert_eq!(open.would_prove_all(node), would, "{node:?}");
        }
        let hints = player.state.hints();
        hints.iter().find(|hint| hint.action == Action::Toggle).map(|hint| hint.word)
    };
    assert_eq!(word(&player), Some("open"));
    player.keys("4");
    assert_eq!(word(&player), Some("read"));
    player.keys("enter");
    answer(&mut player, 1);
    assert_eq!(word(&player), None, "while they are being read");
    answer(&mut player, 3);
    assert_eq!(word(&player), Some("read all"));
}

#[test]
fn names_and_paths_are_whole_and_a_table_as_long_as_there_is_room() {
    const LONG: &str = "windows(10.0.17763.5696)/amd64";
    let heads = ["the list says the config says", "list config program", "list says"];
    for (columns, entries, form) in [
        (200, ["windows", "linux"], 0),
        (130, ["windows", "linux"], 2),
        (130, ["linux", "linux"], 1),
        (110, ["linux", "linux"], 1),
        (90, ["linux", "linux"], 0),
        (80, ["windows", "linux"], 0),
        (60, ["windows", "linux"], 2),
    ] {
        let mut world = World::default();
        let entries = entries.map(|os| {
            let mut entry = world.image(&format!("{os}/arm64/v8"));
            if os == "windows" {
                entry = world.image("windows/amd64");
                entry["platform"]["os.version"] = serde_json::json!("10.0.17763.5696");
            }
            entry
        });
        let is_long = entries[0]["platform"]["os"] == "windows";
        world.set_index(entries.to_vec());
        let mut player = Player::opened(world, "demo/app:1.0", columns, 40);
        player.keys("4 enter");
        answer_with(&mut player, 2, |row| {
            let mut proof = row.proof.unwrap();
            proof.launch.programs[0].path = "/usr/local/lib/app/bin/server".to_owned();
            Row::new(row.claim, Ok(*proof))
        });
        let text = detail(&player);
        assert!(text.contains("/usr/local/lib/app/bin/server"), "{columns}: {text}");
        let shown = heads.iter().position(|head| text.contains(head));
        assert_eq!(shown, Some(form), "{columns}: {text}");
        assert_eq!(text.contains(LONG), is_long, "{columns}: {text}");
    }
}

#[test]
fn what_is_found_about_the_list_stands_at_the_list() {
    let mut world = World::default();
    let entry = world.image("linux/amd64");
    let index = serde_json::json!({
        "schemaVersion": 2,
        "manifests": [entry],
        "annotations": { "org.opencontainers.mine": "x" },
    });
    let index = world.put(&crate::oci::MediaType::OciIndex, &index);
    world.set_root(&index);
    let mut player = Player::opened(world, "demo/app:1.0", 130, 40);
    player.keys("1");
    let root = player.shown().tree.root();
    assert_eq!(player.shown().lints().mark(root), Some(crate::model::diagnose::Severity::Info));
    assert!(detail(&player).contains("finding ● an annotation does not keep"));
}

#[test]
fn one_image_is_read_alone_and_says_all_of_its_programs() {
    let mut player = opened();
    player.keys("j j 4 enter");
    let (_, _, images) = asked(&player);
    assert_eq!(images.len(), 1);
    answer(&mut player, 1);
    let text = detail(&player);
    assert!(text.contains("starts /app/server x86-64 ELF 64-bit"), "{text}");
    assert!(text.contains("from layer 2, made by `COPY server-linux/arm/v7"), "{text}");
    // Back at the index, that row is there and the others are not.
    player.keys("tab g tab");
    assert!(detail(&player).contains("these 2 images"), "{}", detail(&player));
}

#[test]
fn another_tree_knows_nothing() {
    let mut player = opened();
    player.keys("4 enter");
    answer(&mut player, 3);
    player.world.set_index(Vec::new());
    player.keys("r");
    player.answer_all();
    let rows: Vec<NodeId> = player.shown().tree.rows().iter().map(|row| row.node).collect();
    assert!(rows.iter().all(|node| player.shown().truths().row(*node).is_none()));
}

#[test]
fn what_is_found_about_an_entry_marks_it_and_stands_in_its_summary() {
    let mut world = World::default();
    let first = world.image("linux/amd64");
    let mut second = first.clone();
    second["platform"] = serde_json::json!({ "os": "linux", "architecture": "x86_64" });
    let third = world.image("linux/arm64");
    world.set_index(vec![first, second, third]);
    let mut player = Player::opened(world, "demo/app:1.0", 130, 40);
    let mark = |player: &Player, at: usize| {
        let explorer = player.shown();
        explorer.lints().mark(explorer.tree.at_path(&[at]).unwrap())
    };
    // The same digest twice harms nobody.
    assert_eq!([0, 1, 2].map(|at| mark(&player, at)), [None; 3]);

    // A program that is made for another machine does.
    player.keys("j j j 4 enter");
    answer(&mut player, 1);
    assert_eq!(mark(&player, 2), Some(crate::model::diagnose::Severity::Error));
    assert_eq!([0, 1].map(|at| mark(&player, at)), [None; 2]);
    player.keys("1");
    let text = detail(&player);
    assert!(text.contains("finding ✗ the label says linux/arm64, /app/server is x86-64"), "{text}");
    let row = player.screen().lines().nth(5).unwrap().to_owned();
    assert!(row.starts_with("  ✗▸ linux/arm64") || row.contains("✗▸ linux/arm64"), "{row}");
}

#[test]
fn what_failed_is_read_again_and_nothing_else() {
    let mut player = opened();
    player.keys("4 enter");
    let (session, request, images) = asked(&player);
    for (at, unproven) in images.into_iter().enumerate() {
        let (image, row) = (unproven.node, row(unproven.claim).into());
        player.tells((session, request), Part::Proof { image, row, failed: at == 1 });
    }
    player.replies((session, request), Ok(Reply::Proven));
    assert!(detail(&player).contains("; r reads again what failed"), "{}", detail(&player));
    player.keys("r");
    let (_, again, images) = asked(&player);
    let claims: Vec<String> =
        images.iter().map(|it| it.claim.list.as_ref().unwrap().to_string()).collect();
    assert_eq!(claims, ["linux/arm/v7"]);
    assert_ne!(again, request);
    assert!(detail(&player).contains("0 of 1 image done"), "{}", detail(&player));
    answer(&mut player, 1);
    assert!(!detail(&player).contains("r reads again"), "{}", detail(&player));
    // Nothing failed here any more: r asks whether the tag has moved.
    player.keys("r");
    assert_eq!(asked(&player).1, again);
}
