//! Screens as snapshots of text and styles.

use insta::Settings;
use serde_json::json;

use crate::harness::{Player, World};
use crate::model::push::{Held, TagPlan, Untag};
use crate::oci::{Class, Digest, Failure, MediaType, Quota, Reference, Stocked, StoreKind};
use crate::tui::app::{Choosing, Msg, Part, Query, Reply, Screen, Spot, help_lines};

pub(super) const PLATFORMS: [&str; 4] =
    ["linux/amd64", "linux/arm/v7", "linux/arm64/v8", "linux/riscv64"];

pub(super) fn check(name: &str, player: &Player) {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path("../../../tests/screens");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, player.picture()));
}

pub(super) fn app(columns: u16, rows: u16) -> Player {
    Player::opened(World::index(&PLATFORMS, true), "demo/app:1.0", columns, rows)
}

#[test]
fn explorer_narrow() {
    let mut player = app(80, 24);
    player.keys("j j j l");
    check("explorer-80x24", &player);
    player.keys("tab");
    check("explorer-detail-80x24", &player);
}

#[test]
fn explorer_wide() {
    let mut player = app(120, 30);
    player.keys("j j j l");
    check("explorer-120x30", &player);
    player.keys("2");
    check("explorer-raw-120x30", &player);
    player.keys("3 tab");
    check("explorer-layers-120x30", &player);
}

/// What is in the header does what it names: the view's name goes back, the reference lists what is open,
/// the engine and machine say why, and there choose the engine.
#[test]
fn the_header_can_be_clicked() {
    let mut player = Player::opened(World::index(&["linux/amd64"], false), "demo/app:1.0", 120, 30);
    let at =
        |player: &Player, column| player.draw(&super::Theme::default()).1.at(column, 0).unwrap();
    assert_eq!(at(&player, 1), Spot::Name);
    assert_eq!(at(&player, 12), Spot::Title);
    assert_eq!(at(&player, 117), Spot::Note);
    player.send(Msg::Click(Spot::Note));
    assert!(matches!(player.state.screen(), Screen::Why(_)));
    player.send(Msg::Click(Spot::Note));
    assert!(matches!(player.menu().what, Choosing::Engine));
    player.keys("esc");
    player.send(Msg::Click(Spot::Name));
    assert!(matches!(player.state.screen(), Screen::Explorer(_)));
    player.send(Msg::Click(Spot::Title));
    assert!(matches!(player.menu().what, Choosing::Open));
}

#[test]
fn layers_that_images_share() {
    for (columns, rows) in [(80, 24), (120, 30)] {
        let platforms = ["linux/amd64", "linux/arm/v7", "linux/amd64"];
        let mut player =
            Player::opened(World::index(&platforms, false), "demo/app:1.0", columns, rows);
        player.keys("3");
        check(&format!("explorer-shared-{columns}x{rows}"), &player);
    }
}

#[test]
fn explorer_evidence() {
    for (columns, rows) in [(80, 24), (120, 30)] {
        let mut player = app(columns, rows);
        player.keys("5");
        player.answer_all();
        check(&format!("explorer-evidence-{columns}x{rows}"), &player);
        player.keys("enter");
        player.answer_all();
        check(&format!("explorer-evidence-read-{columns}x{rows}"), &player);
        player.keys("2 /");
        player.types("architecture");
        check(&format!("explorer-searching-{columns}x{rows}"), &player);
        player.keys("enter");
        check(&format!("explorer-found-{columns}x{rows}"), &player);
    }
}

#[test]
fn explorer_tall() {
    let mut player = app(80, 48);
    player.keys("j");
    check("explorer-80x48", &player);
}

/// Whole where there is room, in short where there is little; one that is nearly used up stays.
#[test]
fn the_header_says_what_is_left_of_the_registry_s_limit() {
    for (columns, remaining, said) in [
        (110, 76, "   76 of 100 requests left (6 h)   this machine"),
        (80, 76, "   76 left   this machine"),
        (60, 76, "   linux/amd64/v3"),
        (60, 9, "   9 of 100 requests left (6 h)"),
        (110, 9, "   9 of 100 requests left (6 h)   this machine"),
    ] {
        let mut player = app(columns, 24);
        let quota = |remaining| Quota { limit: Some(100), remaining, seconds: Some(21_600) };
        let quotas =
            vec![("ghcr.io".to_owned(), quota(1)), ("docker.io".to_owned(), quota(remaining))];
        player.send(Msg::Activity { requests: 5, bytes: 1_000, width: 1, quotas });
        let picture = player.picture();
        let header = picture.lines().next().unwrap_or_default();
        assert!(header.contains(said) && header.contains("demo/app:1.0"), "{columns}: {header}");
    }
}

/// Of a name that is too long the middle goes, so that the tag and the registry stay.
#[test]
fn the_header_keeps_the_tag_of_a_long_reference() {
    let name = "registry.example:5000/a-team/of-a-department/multiarch-hello-world:24.04-slim";
    let player = Player::opened(World::index(&PLATFORMS, true), name, 80, 24);
    let screen = player.screen();
    let header = screen.lines().next().unwrap_or_default();
    assert!(header.contains("registry.ex"), "{header}");
    assert!(header.contains("-hello-world:24.04-slim   linux/amd64/v3"), "{header}");
}

#[test]
fn while_it_loads() {
    let mut player = Player::new(World::index(&PLATFORMS, true), 104, 24);
    player.open("demo/app:1.0");
    check("loading-first-frame", &player);
    player.answer_one();
    check("loading-index-is-in", &player);
}

/// At every width the bars stay, or never come: the dates that come with configs take no place of them.
#[test]
fn bars_do_not_go_when_configs_come() {
    for columns in 70..104 {
        let mut player = Player::new(World::index(&PLATFORMS, true), columns, 24);
        player.open("demo/app:1.0");
        let mut shown = false;
        while player.answer_one() {
            let has_bars = player.screen().contains('█');
            assert!(has_bars || !shown, "{columns}: {}", player.screen());
            shown |= has_bars;
        }
    }
}

#[test]
fn failures_stand_where_the_facts_would_have() {
    let mut world = World::default();
    let good = world.image("linux/amd64");
    let mut gone = good.clone();
    gone["digest"] = json!(Digest::sha256(b"gone").as_str());
    gone["platform"] = json!({ "os": "linux", "architecture": "riscv64" });
    world.set_index(vec![good, gone, json!({ "digest": "sha256:12", "size": 3 })]);
    let mut player = Player::opened(world, "demo/app:1.0", 120, 24);
    player.keys("j j");
    check("failures", &player);
}

#[test]
fn a_reference_that_failed_says_why_and_what_to_do() {
    for (columns, name) in [(80, "failed-80x24"), (120, "failed-120x24")] {
        let mut player = Player::new(World::index(&PLATFORMS, true), columns, 24);
        player.open("demo/app:1.0");
        let detail = "the registry does not answer, and what it is asked is said here in a sentence \
                      that is longer than a narrow line";
        let failure = Failure::new(Class::Unreachable, "demo.example/app:1.0", detail)
            .with_next("check that the registry is running");
        let asked = player.asked().next().map(|(session, request, _)| (session, request));
        player.replies(asked.unwrap(), Err(failure));
        check(name, &player);
    }
}

#[test]
fn text_from_outside_is_harmless() {
    let mut world = World::default();
    let mut image = world.image("linux/amd64");
    image["annotations"] = json!({
        "title": "\u{1b}[31mred\u{1b}[0m \u{202e}gpj.exe",
        "long": "x".repeat(9_000),
    });
    image["platform"]["os.version"] = json!("1\u{7}\u{9b}2");
    world.set_index(vec![image]);
    let mut player = Player::opened(world, "demo/app:1.0", 120, 24);
    player.keys("j tab");
    player.keys("pagedown");
    check("hostile", &player);
}

#[test]
fn searching() {
    let mut player = app(104, 24);
    player.keys("/");
    player.types("arm");
    check("search-typing", &player);
    player.keys("enter");
    check("search-done", &player);
}

#[test]
fn copy_menu_and_help() {
    let mut player = app(80, 24);
    player.keys("j Y j");
    check("copy-menu", &player);
    player.keys("esc ?");
    check("help", &player);
}

#[test]
fn palette_and_messages() {
    for (columns, rows) in [(80, 24), (200, 50)] {
        let mut player = app(columns, rows);
        player.keys(":");
        check(&format!("palette-{columns}x{rows}"), &player);
        player.types("layer");
        check(&format!("palette-typed-{columns}x{rows}"), &player);
        player.keys("esc");
        player.send(Msg::Warning("the disk is full, so that nothing is kept ".repeat(4)));
        player.keys("n !");
        check(&format!("messages-{columns}x{rows}"), &player);
    }
}

/// What is cut of the line under the cursor is below the lines in full; nothing moves with the cursor.
#[test]
fn a_menu_shows_the_line_under_the_cursor_whole() {
    let words = |text: &str| text.split_whitespace().collect::<String>();
    for (columns, rows) in [(60, 15), (80, 24), (120, 40)] {
        for keys in [":", ": s h", "j Y", "j Y / i m a g e", "w e", "w h"] {
            let mut player = app(columns, rows);
            player.keys(keys);
            let rules = |player: &Player| {
                let screen = player.screen();
                let all = screen.lines().enumerate().filter(|(_, line)| line.contains("──"));
                all.map(|(at, _)| at).collect::<Vec<_>>()
            };
            let before = rules(&player);
            for at in 0..player.menu().items.len() {
                let item = player.menu().items[at].clone();
                let (screen, note) = (player.screen(), item.note.text());
                let is_there = words(&screen).contains(&words(&note));
                // As much as two or three lines hold, whatever wrapping leaves free.
                let full = if rows == 15 { 1 } else { 2 };
                let fits = crate::text::width(&note) < usize::from(columns - 6) * full;
                assert!(is_there || (!fits && screen.contains('…')), "{note}\n{screen}");
                assert_eq!(rules(&player), before, "{screen}");
                player.keys("down");
            }
        }
    }
}

#[test]
fn a_page_of_a_menu_passes_over_no_line() {
    for (columns, rows) in [(60, 15), (80, 24), (120, 40)] {
        let mut player = app(columns, rows);
        player.keys(":");
        let before = player.screen();
        player.keys("pagedown");
        let menu = player.menu();
        let last = menu.items[menu.cursor - 1].note.text();
        let head: String = last.chars().take(20).collect();
        assert!(before.contains(&head), "{head}\n{before}");
    }
}

#[test]
fn tags() {
    let mut player = app(80, 24);
    let signature = format!("sha256-{}.sig", "ab".repeat(32));
    player.pages =
        vec![vec!["1.10".into(), "1.9".into(), "latest".into(), "broken".into(), signature]];
    for (tag, content) in [("1.10", "a"), ("1.9", "b"), ("latest", "a")] {
        player.heads.insert(tag.to_owned(), Digest::sha256(content.as_bytes()));
    }
    player.keys("t");
    player.answer_all();
    player.keys("j");
    check("tags", &player);
    player.keys("c j");
    check("tags-marked", &player);
    player.keys("k c /");
    player.types("1");
    check("tags-filter", &player);
}

#[test]
fn tags_are_deleted_after_a_look_at_the_plan() {
    let mut player = app(80, 24);
    player.pages = vec![["latest", "1.10", "1.9"].map(str::to_owned).to_vec()];
    player
        .heads
        .extend(["latest", "1.10", "1.9"].map(|tag| (tag.to_owned(), Digest::sha256(b"a"))));
    player.keys("t");
    player.answer_all();
    player.keys("space space x");
    check("tags-picked-80x24", &player);
    let asked = player.asked().next_back();
    let Some((session, request, Query::PlanTags(wish))) = asked else { panic!("no plan") };
    let (at, wish) = ((session, request), wish.clone());
    let untag = |(reference, others): (&Reference, &[&str])| Untag {
        reference: reference.clone(),
        held: Held { digest: Digest::sha256(b"a"), media_type: MediaType::OciIndex, bytes: None },
        others: Some(others.iter().map(|&name| name.to_owned()).collect()),
    };
    let others: [&[&str]; 2] = [&["latest", "1.9"], &[]];
    let deleting = wish.delete.iter().zip(others).map(untag).collect();
    let plan = TagPlan { copying: None, lists: Vec::new(), deleting };
    player.replies(at, Ok(Reply::TagPlan(Box::new(plan))));
    check("tags-delete-80x24", &player);
}

#[test]
fn what_this_machine_has_of_an_image() {
    let world = World::index(&PLATFORMS, false);
    let base = Digest::sha256(b"base linux/amd64");
    let mut player = Player::opened(world, "demo/app:1.0", 120, 30);
    let stocked = Stocked { digests: [base].into(), left_out: 3, ..Stocked::default() };
    player.stocked.insert(StoreKind::Containerd, stocked);
    // Who is being asked is not asked again.
    player.keys("j H H");
    let asked = player.count(|it| matches!(it, Query::Stock(_)));
    assert_eq!(asked, StoreKind::ENGINES.len());
    assert!(player.picture().contains("being asked"), "{}", player.picture());
    player.answer_all();
    check("here-120x30", &player);
    // Another image has nothing of it here.
    player.keys("j");
    assert!(player.picture().contains("nothing of it is here"), "{}", player.picture());
    // Of the index, its images that are here in part, and how many others there are.
    player.keys("g");
    let picture = player.picture();
    assert!(picture.contains("containerd      linux/amd64  "), "{picture}");
    assert!(picture.contains("nothing is here of 3 other images"), "{picture}");
}

#[test]
fn the_page_of_keys_ends_where_it_says() {
    let mut player = app(80, 24);
    let all = help_lines(&player.state.cx.keymap, &[], 74).len();
    player.keys("? G");
    assert!(player.picture().contains(&format!("{all}/{all}")), "{}", player.picture());
    player.keys("k");
    assert!(player.picture().contains(&format!("{}/{all}", all - 1)), "{}", player.picture());
}

#[test]
fn too_small() {
    check("too-small", &app(40, 10));
}

/// Entries that alike and unlike machines fall back to, one attested, one nested.
fn mixed(columns: u16, rows: u16) -> Player {
    let mut world = World::default();
    let mut entries = Vec::new();
    for platform in ["linux/amd64", "linux/arm", "linux/arm64/v8", "linux/amd64/v3"] {
        entries.push(world.image(platform));
    }
    let mut windows = world.image("windows/amd64");
    windows["platform"]["os.version"] = json!("10.0.20348.2402");
    entries.push(windows);
    let digest = entries[0]["digest"].clone();
    entries.push(world.attestation(&digest));
    world.set_index(entries);
    Player::opened(world, "demo/app:1.0", columns, rows)
}

#[test]
fn why_narrow_and_wide() {
    for (columns, rows) in [(80, 24), (120, 30)] {
        let mut player = mixed(columns, rows);
        player.keys("w j");
        check(&format!("why-asking-{columns}x{rows}"), &player);
        player.answer_all();
        check(&format!("why-{columns}x{rows}"), &player);
        player.keys("tab j");
        check(&format!("why-findings-{columns}x{rows}"), &player);
        player.keys("tab p");
        player.types("linux/&");
        player.keys("enter");
        check(&format!("why-request-wrong-{columns}x{rows}"), &player);
        player.keys("esc");
        player.keys("H");
        player.types("linux/arm/v6");
        check(&format!("why-typing-{columns}x{rows}"), &player);
        player.keys("enter g");
        check(&format!("why-nothing-{columns}x{rows}"), &player);
        player.keys("h G k");
        check(&format!("hosts-menu-{columns}x{rows}"), &player);
        player.keys("esc e");
        check(&format!("engines-menu-{columns}x{rows}"), &player);
    }
}

#[test]
fn matrix_narrow_and_wide() {
    for (columns, rows) in [(80, 24), (120, 30), (170, 40)] {
        let mut player = mixed(columns, rows);
        player.keys("W j j l l");
        check(&format!("matrix-{columns}x{rows}"), &player);
    }
    let mut player = mixed(80, 24);
    player.keys("W G l l l l l l l l");
    check("matrix-scrolled", &player);
}

#[test]
fn the_truth_of_labels() {
    for (columns, rows) in [(80, 24), (120, 30), (180, 40)] {
        let mut player = app(columns, rows);
        player.keys("4");
        check(&format!("truth-asks-{columns}x{rows}"), &player);
        player.keys("enter");
        let asked = player.asked().rev().find_map(|(session, request, question)| match question {
            Query::Prove { images, .. } => Some(((session, request), images.clone())),
            _ => None,
        });
        let (at_work, images) = asked.unwrap();
        player.tells(at_work, Part::Bytes { received: 262_144, total: 0 });
        for (at, unproven) in images.into_iter().enumerate() {
            if at == 1 && columns == 80 {
                check("truth-reading-80x24", &player);
            }
            let row = crate::tui::app::tests_truth::row(unproven.claim).into();
            player.tells(at_work, Part::Proof { image: unproven.node, row, failed: false });
        }
        player.replies(at_work, Ok(Reply::Proven));
        check(&format!("truth-{columns}x{rows}"), &player);
    }
}

/// Two releases with every sort of change, side by side and in one column.
#[test]
fn compare_narrow_and_wide() {
    let image = |world: &mut World, platform: &str, release: &str| {
        let (os, architecture) = platform.split_once('/').unwrap();
        let layer = |what: &str, size: u64| {
            json!({ "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
                    "digest": Digest::sha256(what.as_bytes()).as_str(), "size": size })
        };
        let id = |what: &str| Digest::sha256(what.as_bytes()).to_string();
        let server = format!("server {release} {platform}");
        let config = json!({
            "os": os, "architecture": architecture, "created": "2024-05-01T12:00:00Z",
            "config": { "Env": ["PATH=/usr/bin", format!("RELEASE={release}")] },
            "rootfs": { "type": "layers", "diff_ids": [id("base"), id("docs"), id(&server)] },
            "history": [
                { "created_by": "ADD rootfs.tar / # buildkit" },
                { "created_by": "COPY docs /usr/share/doc # buildkit" },
                { "created_by": format!("RUN /bin/sh -c make RELEASE={release} # buildkit") },
            ],
        });
        let config = world.put(&MediaType::OciConfig, &config);
        let docs = format!("docs packed for {release}");
        let manifest = json!({
            "schemaVersion": 2, "mediaType": MediaType::OciManifest.as_str(), "config": config,
            "layers": [layer("base", 3_400_000), layer(&docs, 90_000), layer(&server, 512_000)],
        });
        let mut entry = world.put(&MediaType::OciManifest, &manifest);
        entry["platform"] = json!({ "os": os, "architecture": architecture });
        entry
    };
    let (mut one, mut two) = (World::default(), World::default());
    let unchanged = [one.image("linux/amd64"), one.image("linux/386")];
    two.image("linux/amd64");
    two.image("linux/386");
    let (arm64, v6, riscv) =
        (image(&mut one, "linux/arm64", "1"), one.image("linux/arm/v6"), one.image("linux/riscv"));
    one.set_index([&unchanged[..], &[arm64, v6, riscv.clone()]].concat());
    let mut repaired = riscv;
    two.image("linux/riscv");
    repaired["platform"]["architecture"] = json!("riscv64");
    let entries = [
        &unchanged[..],
        &[image(&mut two, "linux/arm64", "2"), two.image("linux/s390x"), repaired],
    ];
    two.set_index(entries.concat());
    for (columns, rows) in [(80, 24), (140, 40)] {
        let mut player = Player::opened(one.clone(), "demo/app:1.0", columns, rows);
        player.others.insert("docker.io/demo/app:2.0".to_owned(), two.clone());
        player.keys("=");
        check(&format!("compare-typing-{columns}x{rows}"), &player);
        player.types(":2.0");
        player.keys("enter");
        player.answer_all();
        check(&format!("compare-{columns}x{rows}"), &player);
        player.keys("] ] ] ] ]");
        check(&format!("compare-below-{columns}x{rows}"), &player);
        player.keys("Y");
        check(&format!("compare-copy-{columns}x{rows}"), &player);
    }
}
