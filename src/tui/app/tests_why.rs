//! Flows of the explorer's marks, the why view and the matrix.

use serde_json::json;

use super::*;
use crate::harness::{Player, World};
use crate::model::diagnose::{Fact, Facts, MirrorAnswer};
use crate::model::select::{ENGINES, Outcome};
use crate::model::tree::NodeId;
use crate::oci::MediaType;

const PLATFORMS: [&str; 3] = ["linux/amd64", "linux/arm/v7", "linux/arm64/v8"];

fn opened() -> Player {
    Player::opened(World::index(&PLATFORMS, true), "demo/app:1.0", 80, 24)
}

fn marked(player: &Player, mark: Mark) -> Vec<String> {
    let explorer = player.pointed_at();
    let words = |id: NodeId| explorer.tree.words(id, &jiff::tz::TimeZone::UTC).label;
    let rows = explorer.tree.rows().iter().map(|row| row.node);
    rows.filter(|id| explorer.picks().mark(*id) == Some(mark)).map(words).collect()
}

fn head(player: &Player) -> String {
    match player.state.screen() {
        Screen::Why(why) => why.head().iter().map(|line| line.text() + "\n").collect::<String>(),
        other => panic!("no why view on top: {other:?}"),
    }
}

fn matrix(player: &Player) -> &MatrixView {
    match player.state.screen() {
        Screen::Matrix(view) => view,
        other => panic!("no matrix on top: {other:?}"),
    }
}

/// Types a machine in the why view.
fn type_host(player: &mut Player, host: &str) {
    player.keys("H");
    player.types(host);
    player.keys("enter");
}

#[test]
fn the_entry_picked_is_marked_and_images_that_were_rejected_are_dimmed() {
    let player = opened();
    assert_eq!(marked(&player, Mark::Picked), ["linux/amd64"]);
    assert_eq!(marked(&player, Mark::Rejected), ["linux/arm/v7", "linux/arm64/v8"]);
    let attestation = player.shown().tree.at_path(&[3]).unwrap();
    assert_eq!(player.shown().picks().mark(attestation), None);
}

#[test]
fn the_mark_is_there_as_soon_as_the_index_is() {
    let mut player = Player::new(World::index(&PLATFORMS, false), 80, 24);
    player.open("demo/app:1.0");
    assert!(marked(&player, Mark::Picked).is_empty());
    player.keys("w");
    let toast = player.state.cx.toast.as_ref().unwrap();
    assert_eq!(toast.text, "nothing to choose from: the reference is not loaded");
    player.answer_one();
    assert_eq!(marked(&player, Mark::Picked), ["linux/amd64"]);
    assert!(player.state.is_busy());
    let generation = player.shown().picks().generation();
    for _ in 0..3 {
        player.answer_one();
    }
    assert_eq!(player.shown().picks().generation(), generation, "not for every result");
    player.send(Msg::Tick);
    assert_eq!(player.shown().picks().generation(), generation + 1, "but for every tick");
    player.answer_all();
    let generation = player.shown().picks().generation();
    player.keys("j k l h");
    player.send(Msg::Tick);
    assert_eq!(player.shown().picks().generation(), generation);
}

#[test]
fn a_nested_pick_marks_the_way_down() {
    let mut world = World::default();
    let (amd, arm) = (world.image("linux/amd64"), world.image("linux/arm64/v8"));
    let inner = json!({
        "schemaVersion": 2, "mediaType": MediaType::OciIndex.as_str(), "manifests": [arm],
    });
    let inner = world.put(&MediaType::OciIndex, &inner);
    world.set_index(vec![amd, inner]);
    let mut player = Player::opened(world, "demo/app:1.0", 80, 24);
    player.keys("j j l");
    player.keys("w");
    type_host(&mut player, "linux/arm64");
    player.keys("esc");
    assert_eq!(marked(&player, Mark::Picked), ["index", "linux/arm64/v8"]);
}

#[test]
fn why_answers_and_enter_goes_to_the_entry() {
    let mut player = opened();
    player.keys("w");
    assert!(
        head(&player).starts_with("docker 29.6 picks linux/amd64 (entry 1, "),
        "{}",
        head(&player)
    );
    player.keys("j j enter");
    assert_eq!(player.at_cursor(), "linux/arm/v7");
    assert_eq!(player.state.depth(), 1);
    // An attestation inside a closed image is shown.
    player.keys("w G enter");
    assert_eq!(player.at_cursor(), "attestation");
}

#[test]
fn the_choice_made_in_the_why_view_holds_for_the_marks() {
    let mut player = opened();
    player.keys("w");
    type_host(&mut player, "linux/mips64");
    let text = head(&player);
    assert!(text.starts_with("Nothing can be pulled: the list has no entry that docker"), "{text}");
    assert!(text.contains("docker 29.6 prints: "), "{text}");
    assert!(text.contains("looked for   linux/mips64"), "{text}");
    player.keys("esc");
    assert!(marked(&player, Mark::Picked).is_empty());
    player.keys("w h");
    let at = player.menu().cursor;
    assert_eq!(player.state.cx.choice.hosts()[at].name(), "linux/mips64");
    player.keys("g j enter esc");
    assert_eq!(player.state.cx.choice.host_number(), 1);
    assert_eq!(marked(&player, Mark::Picked), ["linux/amd64"]);
    player.keys("w e G enter");
    assert_eq!(player.state.cx.choice.engine().id, ENGINES[ENGINES.len() - 1].id);
    player.keys("] } [ {");
    assert_eq!(player.state.cx.choice.host_number(), 1);
}

#[test]
fn a_machine_that_is_none_is_explained_and_can_be_corrected() {
    let mut player = opened();
    player.keys("w h G enter");
    player.types("toaster");
    player.keys("enter");
    let toast = player.state.cx.toast.as_ref().unwrap();
    assert!(toast.text.contains("is not a host"), "{}", toast.text);
    player.keys("ctrl-u");
    player.types("q");
    player.keys("backspace");
    player.send(Msg::Paste("pi-zero\n".into()));
    player.keys("enter");
    assert_eq!(player.state.cx.choice.host().unwrap().host.to_string(), "linux/arm/v6");
    player.keys("H esc");
    assert!(matches!(player.state.screen(), Screen::Why(why) if why.typing.is_none()));
}

#[test]
fn an_engine_that_does_not_run_there_picks_nothing() {
    let mut player = opened();
    player.keys("w");
    player.state.cx.choice.choose_engine(ENGINES.iter().position(|it| it.id == "nerdctl").unwrap());
    type_host(&mut player, "darwin/arm64");
    assert!(head(&player).starts_with("nerdctl does not run on darwin"), "{}", head(&player));
    player.keys("enter");
    assert_eq!(player.state.cx.toast.as_ref().unwrap().text, "no entry was looked at");
    player.keys("]");
    assert!(player.state.cx.choice.engine().runs_on("darwin"));
}

#[test]
fn a_bare_manifest_goes_through_no_selection() {
    let mut world = World::default();
    let image = world.image("linux/arm64/v8");
    world.set_root(&image);
    let mut player = Player::opened(world, "demo/app:1.0", 80, 24);
    assert!(marked(&player, Mark::Picked).is_empty());
    player.keys("w");
    let text = head(&player).replace('\n', " ");
    assert!(text.contains("No selection takes place"), "{text}");
    assert!(text.contains("one image, for linux/arm64/v8, not a list"), "{text}");
    assert!(text.contains("taken whatever its platform is"), "{text}");
    player.keys("W");
    assert_eq!(matrix(&player).cell().unwrap().text, "the image");
    assert_eq!(matrix(&player).counts().1, 0);
}

#[test]
fn what_is_not_loaded_yet_is_waited_for_and_what_failed_is_said() {
    let mut world = World::default();
    let mut image = world.image("linux/amd64");
    image.as_object_mut().unwrap().remove("platform");
    world.set_index(vec![image.clone()]);
    let mut player = Player::new(world.clone(), 80, 24);
    player.open("demo/app:1.0");
    player.answer_one();
    player.keys("w");
    player
        .state
        .cx
        .choice
        .choose_engine(ENGINES.iter().position(|it| it.id == "containerd-client-pull").unwrap());
    player.send(Msg::Tick);
    assert!(head(&player).contains("Not known yet"), "{}", head(&player));
    player.keys("W");
    assert!(player.screen().contains('⠙'), "{}", player.screen());
    player.answer_all();
    assert!(!player.screen().contains('⠙'), "{}", player.screen());
    player.keys("esc");
    assert!(head(&player).contains("containerd picks an entry without a platform, an image for"));

    let digest = image["digest"].as_str().unwrap().parse().unwrap();
    world.lose(&digest);
    let mut player = Player::new(world, 80, 24);
    player
        .state
        .cx
        .choice
        .choose_engine(ENGINES.iter().position(|it| it.id == "containerd-client-pull").unwrap());
    player.open("demo/app:1.0");
    player.answer_all();
    player.keys("w");
    let text = head(&player).replace('\n', " ");
    assert!(text.contains("and then fails: the manifest sha256:"), "{text}");
    assert!(text.contains("is not in the registry"), "{text}");
}

#[test]
fn the_matrix_asks_nothing_and_leads_to_the_trace_of_a_cell() {
    let mut player = opened();
    let asked = player.log.len();
    player.keys("W");
    assert_eq!(player.log.len(), asked);
    let view = matrix(&player);
    assert_eq!(view.counts().0, player.state.cx.choice.hosts().len());
    assert_eq!(view.cell().unwrap().text, "amd64");
    let crane = view.engines().iter().position(|it| it.id == "ggcr").unwrap();
    let pi =
        player.state.cx.choice.hosts().iter().position(|it| it.host.to_string() == "linux/arm/v7");
    let row = pi.unwrap();
    // A default of crane's is not a fault of the image: the engines agree.
    assert!(!view.differs(row));
    assert!(!view.cells(row)[crane].odd && !view.cells(row)[0].odd);
    // The heading of an engine leads to its column, once and again.
    for _ in 0..2 {
        player.send(Msg::Click(Spot::Column(crane)));
        assert_eq!((matrix(&player).row, matrix(&player).column), (0, crane));
    }
    player.send(Msg::Click(Spot::Cell(row, crane)));
    player.keys("enter");
    assert_eq!(player.state.cx.choice.engine().id, "ggcr");
    assert!(head(&player).starts_with("crane picks linux/amd64 (entry 1, "), "{}", head(&player));
    player.keys("W");
    assert_eq!((matrix(&player).row, matrix(&player).column), (row, crane));
    assert_eq!(player.state.depth(), 3, "why view and matrix do not pile up");
    player.keys("enter esc esc");
    assert_eq!(player.state.depth(), 1);
    assert!(
        player.log[asked..]
            .iter()
            .all(|it| !matches!(it, Effect::Ask { question: Query::Fetch(_), .. }))
    );
}

#[test]
fn the_cell_under_the_cursor_is_always_on_the_screen() {
    for (columns, rows) in [(60, 15), (80, 24), (120, 30), (200, 50)] {
        let mut player =
            Player::opened(World::index(&PLATFORMS, true), "demo/app:1.0", columns, rows);
        player.keys("W");
        let count = matrix(&player).engines().len();
        for at in 0..count {
            let view = matrix(&player);
            assert_eq!(view.column, at);
            assert!(view.grid().columns.iter().any(|(column, ..)| *column == at));
            assert!(view.grid().columns.iter().all(|(_, x, cells)| x + cells < columns));
            player.keys("l");
        }
        player.keys("G");
        let view = matrix(&player);
        assert!(view.row < view.top + usize::from(view.grid().rows.height));
        for _ in 0..count {
            player.keys("h");
        }
        assert_eq!(matrix(&player).grid().left, 0);
    }
}

#[test]
fn a_tag_that_has_moved_is_asked_anew() {
    let mut player = opened();
    player.world = World::index(&["linux/s390x"], true);
    player.keys("r");
    player.answer_all();
    assert!(marked(&player, Mark::Picked).is_empty());
    let selection = player.shown().picks().selection().unwrap();
    assert!(matches!(selection.outcome, Outcome::Failed(_)));
}

#[test]
fn engines_that_take_two_entries_for_one_document_do_not_differ() {
    let mut world = World::default();
    let image = world.image("linux/amd64");
    let mut bare = image.clone();
    bare.as_object_mut().unwrap().remove("platform");
    world.set_index(vec![bare, image]);
    let mut player = Player::opened(world, "demo/app:1.0", 120, 30);
    player.keys("W");
    let view = matrix(&player);
    let texts: Vec<&str> = view.cells(0).iter().map(|cell| cell.text.as_str()).collect();
    assert!(texts.contains(&"(amd64)") && texts.contains(&"amd64"), "{texts:?}");
    assert!(texts.contains(&"whole index"), "{texts:?}");
    assert!(!view.differs(0));
}

fn why(player: &Player) -> &Why {
    match player.state.screen() {
        Screen::Why(why) => why,
        other => panic!("no why view on top: {other:?}"),
    }
}

fn found(player: &Player) -> Vec<&'static str> {
    why(player).findings.found().iter().map(|finding| finding.rule).collect()
}

/// A mirror that answers the same reference with something else.
fn another_mirror() -> Facts {
    let answered = crate::model::diagnose::Answered {
        digest: format!("sha256:{}", "7".repeat(64)).parse().unwrap(),
        media_type: MediaType::OciIndex,
    };
    let mirror = MirrorAnswer {
        door: None,
        mirror: "mirror.example/demo".to_owned(),
        named_in: "/etc/docker/daemon.json".to_owned(),
        answer: Fact::Known(answered),
        absent: false,
    };
    Facts { mirrors: Fact::Known(vec![mirror]), ..Facts::default() }
}

#[test]
fn findings_of_the_tree_come_at_once_and_those_from_outside_when_they_are_seen() {
    let mut player = opened();
    player.seen = Some(another_mirror());
    player.keys("w");
    assert!(why(&player).findings.is_waiting() && player.state.is_busy());
    let screen = player.screen();
    assert!(screen.contains("asking mirrors, other tags and this machine's engines"), "{screen}");
    assert!(!found(&player).is_empty(), "what the tree tells is there");
    assert!(!found(&player).contains(&"mirror-differs"));
    player.answer_all();
    assert!(!why(&player).findings.is_waiting() && !player.state.is_busy());
    assert!(found(&player).contains(&"mirror-differs"), "{:?}", found(&player));
    let asked = |player: &Player| player.count(|it| matches!(it, Query::Evidence { .. }));
    player.keys("j ] [ tab j j G y");
    assert_eq!(asked(&player), 1, "once for this machine");
    player.keys("}");
    assert_eq!(asked(&player), 2, "once for the others");
    player.answer_all();
    player.keys("}");
    assert_eq!(asked(&player), 2);
}

#[test]
fn who_leaves_the_view_waits_for_nothing() {
    let mut player = opened();
    player.keys("w");
    let session = why(&player).session().unwrap();
    player.keys("esc");
    let stopped = |player: &Player, session| {
        let last = player.log.last();
        matches!(last, Some(Effect::Stop { session: of, .. }) if *of == session)
    };
    assert!(stopped(&player, session));
    assert!(!player.state.is_busy());
    player.answer_all();
    player.keys("w");
    assert!(why(&player).findings.is_waiting(), "what came too late went nowhere");
    assert!(player.log.contains(&Effect::Close(session)), "another way than back to it");
    let session = why(&player).session().unwrap();
    player.keys("enter");
    assert!(stopped(&player, session));
}

#[test]
fn a_next_step_or_everything_can_be_copied() {
    let mut player = opened();
    player.seen = Some(another_mirror());
    player.keys("w");
    player.answer_all();
    let explorer = player.pointed_at();
    let first = explorer.tree.at_path(&[0]).and_then(|id| explorer.tree.node(id)).unwrap();
    let digest = first.digest().unwrap().as_str().to_owned();
    player.keys("y tab g y Y");
    let copied: Vec<&String> = player.copied().map(|clip| &clip.text).collect();
    let [entry, step, all] = copied.as_slice() else { panic!("{copied:?}") };
    assert_eq!(**entry, digest);
    assert_eq!(**step, why(&player).findings.found()[0].next_step);
    assert!(all.starts_with("docker 29.6 picks linux/amd64"), "{all}");
    assert!(all.contains("mirror.example/demo") && all.contains(step.as_str()), "{all}");
}

#[test]
fn the_whole_of_the_findings_can_be_read_on_a_small_screen() {
    for (columns, rows) in [(60, 15), (80, 24), (130, 40)] {
        let mut player =
            Player::opened(World::index(&PLATFORMS, true), "demo/app:1.0", columns, rows);
        player.seen = Some(another_mirror());
        player.keys("w");
        player.answer_all();
        player.keys("tab G");
        let view = why(&player);
        let last = view.findings.lines().len() - 1;
        assert_eq!(view.findings.cursor, last);
        assert!(last < view.findings.top + usize::from(view.regions().findings.height));
        player.keys("enter");
        let toast = player.state.cx.toast.as_ref().unwrap();
        assert!(toast.text.contains("tab goes to the trace"), "{}", toast.text);
        player.keys("tab enter");
        assert_eq!(player.state.depth(), 1);
    }
}

#[test]
fn the_platform_that_was_asked_for_is_typed_and_decides() {
    let mut player = opened();
    player.keys("w p");
    player.types("linux/arm64");
    player.keys("enter");
    assert!(head(&player).starts_with("docker 29.6 picks linux/arm64/v8"), "{}", head(&player));
    assert!(player.screen().contains("docker 29.6 --platform linux/arm64"), "{}", player.screen());
    player.keys("p ctrl-u");
    player.types("linux/&");
    player.keys("enter");
    let toast = player.state.cx.toast.as_ref().unwrap().text.clone();
    assert!(toast.contains('&'), "{toast}");
    assert!(why(&player).typing.is_some(), "it can be corrected");
    assert_eq!(player.state.cx.choice.request(), Some("linux/arm64"));
    // It holds wherever picks are shown, and is shown there.
    player.keys("esc W");
    assert!(player.screen().contains("--platform linux/arm64"), "{}", player.screen());
    assert_eq!(matrix(&player).cell().unwrap().text, "arm64/v8");
    player.keys("esc p");
    player.keys("ctrl-u enter");
    assert_eq!(player.state.cx.choice.request(), None);
    assert!(head(&player).starts_with("docker 29.6 picks linux/amd64"), "{}", head(&player));
}
