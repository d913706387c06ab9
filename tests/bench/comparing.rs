//! Comparing two indexes: in memory, and with both loaded first.

use std::time::Instant;

use platy::model::compare::{Part, compare, lines};
use platy::model::tree::Tree;
use platy::oci::Location;
use platy::sandbox::Auth;
use platy::source::auth::Environment;
use platy::source::{Activity, Options, Sources};
use platy::work::load::both;

use crate::big::Big;
use crate::screen::processor_time;
use crate::server::{DELAY, Server, runtime};
use crate::table::{Judged, Row, Values};

/// Indexes, manifests, configs.
const ROUND_TRIPS: usize = 3;

pub fn rows() -> Vec<Row> {
    let server = Server::start(Auth::Open);
    vec![
        in_memory("two indexes of 10 platforms", 10, 5.0, 200),
        in_memory("two indexes of 500 entries", 500, 50.0, 50),
        cold("cold, one repository", &server, "demo/compare:1", "demo/compare:2"),
        cold("cold, two repositories", &server, "demo/ten-platforms:latest", "demo/compare:2"),
    ]
}

/// From two loaded trees to the lines of the screen.
fn in_memory(what: &str, images: usize, bound: f64, runs: usize) -> Row {
    let (a, b) = (loaded(images, "1"), loaded(images, "2"));
    let (mut values, mut work) = (Values::default(), Values::default());
    let mut notes = String::new();
    for _ in 0..runs {
        let (began, worked) = (Instant::now(), processor_time());
        let part = |tree: &Tree| Part::of_tree(tree, tree.root()).unwrap();
        let found = compare(&part(&a), &part(&b));
        let lines = lines(&found);
        values.push_time(began.elapsed());
        work.push_time(processor_time().saturating_sub(worked));
        notes = format!("{} lines, every image of 12 layers differs", lines.len());
    }
    notes = format!("on the processor: median {:.2} ms; {notes}", work.median());
    Row { what: what.to_owned(), unit: "ms", values, bound: Some((Judged::Median, bound)), notes }
}

fn loaded(images: usize, release: &str) -> Tree {
    let big = Big::release(images, 12, release);
    let mut tree = Tree::default();
    while let Some((_, need)) = tree.next_wanted(&[]) {
        let answer = big.answer(&need);
        tree.attach(&need, Ok(answer));
    }
    tree
}

/// As `platy diff` does it, in a new process.
fn cold(what: &str, server: &Server, a: &str, b: &str) -> Row {
    let network = (ROUND_TRIPS as u128 * DELAY.as_millis()) as f64;
    let location = |name: &str| server.reference(name).parse::<Location>().unwrap();
    let (a, b) = (location(a), location(b));
    let mut values = Values::default();
    let mut requests = 0;
    for _ in 0..20 {
        let runtime = runtime();
        let options =
            Options { environment: Environment::default(), cache_dir: None, ..Options::default() };
        let permits = options.permits;
        server.sandbox.requests().clear();
        let began = Instant::now();
        runtime.block_on(async {
            let sources = Sources::new(options, Activity::default());
            let (a, b) = (sources.open(&a).unwrap(), sources.open(&b).unwrap());
            let trees: [Tree; 2] =
                both([&a, &b], [Tree::default(), Tree::default()], permits).await;
            let [a, b] = trees.map(|tree| Part::of_tree(&tree, tree.root()).unwrap());
            let found = compare(&a, &b);
            assert!(found.missing.is_empty(), "everything is loaded");
            lines(&found)
        });
        values.push_time(began.elapsed());
        requests = server.sandbox.requests().count();
    }
    Row {
        what: what.to_owned(),
        unit: "ms",
        notes: format!(
            "{:.2} × {ROUND_TRIPS} × {} ms; requests {requests}",
            values.median() / network,
            DELAY.as_millis()
        ),
        values,
        bound: Some((Judged::Median, network * 1.2)),
    }
}
