//! Every fault with every command: the real binary against a sandbox that has the fault. A cell is
//! as wanted if the command ends within 15 s with an answer or a classed error, prints JSON if it
//! was asked for, and leaves the tag old or new and whole. Prints the table.
//!
//! `cargo test --test faults`; `.ci/run` runs it. Words behind `--` choose: `-- reset 'copy in'` runs
//! the cells whose fault and command have each of them in their names, `-- kills Copy` the kills.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "a failed unwrap is a failed test"
)]

#[path = "../support/command.rs"]
#[allow(dead_code, reason = "shared with the integration tests")]
mod command;
mod commands;
mod kills;
mod kinds;

use std::process::{ExitCode, Stdio};
use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt as _};
use platy::oci::{Class, Digest};
use platy::sandbox::{
    Accounts, Auth, Grant, Layer, RepositoryStore, Sandbox, SandboxOptions, TagDeletes, TarFile,
};
use serde_json::Value;

use commands::{COMMANDS, Command, Writes};
use kinds::Kind;

/// What a command may take.
const LIMIT: Duration = Duration::from_secs(15);
/// What the start of a debug program takes on a busy machine, beside that.
const SLACK: Duration = Duration::from_secs(5);
/// The sizes of a large layer and of one of middle size, in bytes.
const LARGE: usize = 20 << 20;
const MIDDLE: usize = 3 << 20;
/// Most cells wait.
const AT_ONCE: usize = 32;

/// What became of a cell.
struct Cell {
    fault: &'static str,
    command: &'static str,
    took: Duration,
    code: Option<i32>,
    trouble: Option<String>,
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    // What a test program is asked by the tools that list tests.
    if words.iter().any(|word| word == "--list") {
        return ExitCode::SUCCESS;
    }
    let is_wanted = |name: String| words.iter().all(|word| name.contains(word.as_str()));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let kinds = kinds::all();
    // Command by command: the cells of a fault that hangs are spread among those that need the
    // processor.
    let cells = COMMANDS.iter().flat_map(|command| {
        let wanted = |kind: &&Kind| {
            kind.fits(command.writes)
                && kind.name.starts_with(command.only)
                && is_wanted(format!("{} {}", kind.name, command.name))
        };
        let kinds: Vec<&Kind> = kinds.iter().filter(wanted).collect();
        kinds.into_iter().map(move |kind| cell(kind, command))
    });
    let cells = cells.enumerate().map(|(at, cell)| async move { (at, cell.await) });
    let ended = stream::iter(cells).buffer_unordered(AT_ONCE).collect::<Vec<(usize, Cell)>>();
    let mut ended = runtime.block_on(ended);
    ended.sort_by_key(|(at, _)| *at);
    let cells: Vec<Cell> = ended.into_iter().map(|(_, cell)| cell).collect();
    for kind in kinds.iter().filter(|kind| cells.iter().any(|cell| cell.fault == kind.name)) {
        println!("{}", kind.name);
        for cell in cells.iter().filter(|cell| cell.fault == kind.name) {
            let code = cell.code.map_or("killed".to_owned(), |code| format!("exit {code}"));
            let sign = if cell.trouble.is_some() { "✗" } else { "✓" };
            println!("  {sign} {:<12} {code:<8} {:>5.1} s", cell.command, cell.took.as_secs_f64());
            for line in cell.trouble.iter().flat_map(|it| it.lines()) {
                println!("      {line}");
            }
        }
    }
    let wanted = cells.iter().filter(|cell| cell.trouble.is_none()).count();
    println!("{wanted} of {} cells are as wanted", cells.len());
    let (trouble, kills) = runtime.block_on(kills::all(&is_wanted));
    trouble.iter().for_each(|line| println!("✗ {line}"));
    println!("{} of {kills} kills are as wanted", kills - trouble.len());
    let well = wanted == cells.len() && trouble.is_empty();
    if well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn cell(kind: &Kind, command: &'static Command) -> Cell {
    let everyone = || Auth::bearer(Accounts::default().with_anonymous(Grant::all("")));
    let auth = if kind.tokens { everyone() } else { Auth::Open };
    let tag_deletes = TagDeletes::Tag;
    let options = SandboxOptions { auth, tag_deletes, ..SandboxOptions::default() };
    let sandbox = Sandbox::start(options).await.unwrap();
    let other = Sandbox::start(SandboxOptions::default()).await.unwrap();
    let home = tempfile::tempdir().unwrap();
    let repository = sandbox.store().repository("app");
    for (tag, content) in [("latest", "old"), ("b", "other")] {
        let image = |architecture: &str| {
            let platform = repository.image("linux", architecture, "");
            let layer = Layer::plain("COPY etc /etc", &[TarFile::text("etc/motd", content)]);
            platform.layer(layer.unwrap()).push()
        };
        let (amd64, arm64) = (image("amd64"), image("arm64"));
        repository.index().entry(amd64).entry(arm64).push_tag(tag);
    }
    let there = other.store().repository("their");
    let image = there.image("linux", "riscv64", "").layer("theirs").push();
    there.index().entry(image).push_tag("latest");
    if !command.only.is_empty() {
        for (tag, size) in [("large", LARGE), ("middle", MIDDLE)] {
            let layer = Layer::plain(tag, &[TarFile::text(tag, &"x".repeat(size))]).unwrap();
            let image = there.image("linux", "riscv64", "").layer(layer).push();
            there.index().entry(image).push_tag(tag);
        }
    }
    let names = [
        format!("{}/app:latest", sandbox.host()),
        format!("{}/app:b", sandbox.host()),
        format!("{}/their:latest", other.host()),
        format!("{}/their:large", other.host()),
        format!("{}/their:middle", other.host()),
    ];
    std::fs::write(home.path().join("images.txt"), format!("{}\n", names[0])).unwrap();
    let spec = format!(
        "image: {0}\nmanifests:\n- image: {0}\n  platform: {{os: linux, architecture: amd64}}\n- image: {1}\n  platform: {{os: linux, architecture: arm64}}\n",
        names[0], names[1]
    );
    std::fs::write(home.path().join("list.yaml"), spec).unwrap();
    if command.after_a_push {
        let words = ["edit", &names[0], "--annotation", "first=1", "--yes"];
        let mut push = tokio::process::Command::from(command::command(command::PLATY, home.path()));
        assert!(
            push.args(words)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .await
                .unwrap()
                .success()
        );
    }
    let written = if command.writes == Writes::There { &there } else { &repository };
    let old = written.resolve("latest");
    for rule in (kind.rules)() {
        sandbox.faults().add(rule);
    }
    let mut platy = tokio::process::Command::from(command::command(command::PLATY, home.path()));
    platy.args(command.words(&names)).kill_on_drop(true).stdin(Stdio::null());
    let began = Instant::now();
    let comes_back = command.obeys_waits && kind.asks_to_wait;
    let patience = if comes_back { SLACK } else { LIMIT * 4 };
    let ended = tokio::time::timeout(patience, platy.output()).await;
    let took = began.elapsed();
    sandbox.faults().clear();
    let (code, trouble) = match ended {
        Err(_) => (None, (!comes_back).then(|| "it did not end".to_owned())),
        Ok(_) if comes_back => (None, Some("it ended, and was asked to come back".to_owned())),
        Ok(output) => {
            let output = output.unwrap();
            let mut trouble = command.trouble(kind, &output);
            // A push has no limit for the whole as long as it moves: ten answers of 3 s each.
            let limit = match command.writes {
                // Two pushes, one after the other.
                Writes::Renamed if kind.moves => LIMIT * 3,
                Writes::Nothing => LIMIT,
                _ if kind.moves => LIMIT * 2,
                _ => LIMIT,
            };
            if took > limit + SLACK {
                trouble.push(format!("it took {took:?}"));
            }
            let tags = ["latest", "new"].map(|tag| written.resolve(tag));
            for tag in tags.iter().flatten().filter(|tag| !is_whole(written, tag)) {
                trouble.push(format!("what a tag names is not whole: {tag}"));
            }
            let done = output.status.success();
            trouble.extend(tag_trouble(command.writes, old.as_ref(), &tags, done));
            if kind.moves && output.status.code() == Some(2) {
                let said = String::from_utf8_lossy(&output.stderr);
                trouble.push(format!("all answers came, and it did not do it: {said}"));
            }
            (output.status.code(), (!trouble.is_empty()).then(|| trouble.join("\n")))
        }
    };
    Cell { fault: kind.name, command: command.name, took, code, trouble }
}

/// What is wrong with the tags `latest` and `new`: one that a command does not write is as it was,
/// one that it writes is old or new, what it held is not lost, and it is new if the command says
/// that it is done.
fn tag_trouble(
    writes: Writes,
    old: Option<&Digest>,
    [latest, new]: &[Option<Digest>; 2],
    done: bool,
) -> Option<String> {
    let (latest, new) = (latest.as_ref(), new.as_ref());
    let (is_old, has_new) = (latest == old, new.is_some());
    let is_right = match writes {
        Writes::Nothing => is_old && !has_new,
        Writes::Here | Writes::There => latest.is_some() && !has_new && !(done && is_old),
        Writes::Gone => {
            !has_new && if done { latest.is_none() } else { is_old || latest.is_none() }
        }
        Writes::New => is_old && if done { new == old } else { new.is_none() || new == old },
        Writes::Renamed if done => latest.is_none() && new == old,
        Writes::Renamed => match (latest, new) {
            (None, new) => new == old,
            (latest, new) => latest == old && (new.is_none() || new == old),
        },
    };
    let tags = || format!("latest was {old:?} and is {latest:?}, new is {new:?}; done: {done}");
    (!is_right).then(tags)
}

/// Whether everything is there that a list names.
fn is_whole(repository: &RepositoryStore, digest: &Digest) -> bool {
    let Some(list) = document(repository, digest.as_str()) else { return false };
    let is_there = |blob: &Value| {
        let digest = blob["digest"].as_str().and_then(|digest| digest.parse().ok());
        digest.is_some_and(|digest| repository.blob(&digest).is_some())
    };
    let is_whole_image = |image: Value| {
        let mut layers = image["layers"].as_array().into_iter().flatten();
        is_there(&image["config"]) && layers.all(is_there)
    };
    list["manifests"].as_array().is_some_and(|entries| {
        entries.iter().all(|entry| {
            let digest = entry["digest"].as_str();
            digest.and_then(|it| document(repository, it)).is_some_and(is_whole_image)
        })
    })
}

fn document(repository: &RepositoryStore, digest: &str) -> Option<Value> {
    serde_json::from_slice(&repository.manifest(digest)?).ok()
}

/// The classes by their words.
fn is_class(word: &str) -> bool {
    Class::ALL.iter().any(|class| class.as_str() == word)
}
