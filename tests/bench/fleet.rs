//! A fleet: 500 images, every answer of the registry late.

use std::time::Instant;

use platy::model::fleet::{Fleet, Source, read};
use platy::sandbox::{Sandbox, SandboxOptions};
use platy::source::auth::Environment;
use platy::source::{Activity, Options, Sources};
use platy::work::fleet::Asker;

use crate::keys::Measured;
use crate::screen::Player;
use crate::server::{DELAY, runtime};
use crate::table::{Judged, Row, Values};

const IMAGES: usize = 500;
const RUNS: usize = 3;
/// What they may take, in milliseconds.
const MOST: f64 = 4_000.0;

pub fn rows() -> Vec<Row> {
    let server = runtime();
    let sandbox = server.block_on(Sandbox::start(SandboxOptions::default())).unwrap();
    let list = fill(&sandbox);
    sandbox.faults().set_delay(DELAY);
    let mut times = Values::default();
    let mut requests = 0;
    let mut last = None;
    for _ in 0..RUNS {
        sandbox.requests().clear();
        let begin = Instant::now();
        let fleet = runtime().block_on(ask(&list));
        times.push_time(begin.elapsed());
        assert!(fleet.images.iter().all(|image| image.behind().is_some()));
        requests = sandbox.requests().count();
        last = Some(fleet);
    }
    let mut rows = vec![Row {
        what: format!("{IMAGES} images, a fifth of them bare"),
        unit: "ms",
        values: times,
        bound: Some((Judged::Max, MOST)),
        notes: format!("{requests} requests, no cache"),
    }];
    rows.extend(last.map(keys).into_iter().flatten());
    rows
}

/// Walks, marks, filters letter by letter.
const SCRIPT: &[&str] = &[
    "j", "j", "pagedown", "G", "k", "g", "l", "h", "/", "a", "p", "p", "1", "2", "enter", "j", "/",
    "esc", "pagedown", "pageup",
];

/// Keys in the screen of the whole fleet.
fn keys(fleet: Fleet) -> Vec<Row> {
    let answer = |need: &_| unreachable!("{need:?} is not asked for");
    let mut player = Player::fleet(&answer, fleet);
    player.turn(None, 0);
    let mut measured = Measured::noting(format!("{IMAGES} images, two machines"));
    for _ in 0..20 {
        for key in SCRIPT {
            let took = player.turn(Some(key), 0);
            measured.add(key, took, false);
        }
    }
    measured.rows("  keys in its screen", false)
}

async fn ask(list: &str) -> Fleet {
    let options =
        Options { environment: Environment::default(), cache_dir: None, ..Options::default() };
    let source = Source { name: "list".to_owned(), reading: read("list.txt", list, &[]) };
    let hosts = ["linux/amd64", "linux/arm64"].map(|it| it.parse().unwrap()).to_vec();
    let mut fleet = Fleet::new(vec![source], hosts);
    fleet.set_engines(None);
    Asker::new(Sources::new(options, Activity::default())).all(&mut fleet).await;
    fleet
}

/// Every fifth image is bare; no two are alike.
fn fill(sandbox: &Sandbox) -> String {
    let host = sandbox.host();
    let mut list = String::new();
    for number in 0..IMAGES {
        let repository = sandbox.store().repository(&format!("team/app{number}"));
        let image = |architecture: &'static str| {
            repository
                .image("linux", architecture, "")
                .layer(number.to_string().into_bytes())
                .push()
        };
        match number % 5 {
            0 => repository.tag("1", &image("amd64").digest),
            _ => {
                repository.index().entries(["amd64", "arm64"].map(image)).push_tag("1");
            }
        }
        list.push_str(&format!("{host}/team/app{number}:1\n"));
    }
    list
}
