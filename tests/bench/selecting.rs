//! Who gets what of an index with 500 entries: the rules alone, and the keys of their screens.

use std::hint::black_box;
use std::time::Instant;

use platy::model::select::{ENGINES, Engine, Host, Matrix, PROFILES, select};
use platy::model::tree::{Answer, Need, Tree};

use crate::fetched;
use crate::keys::Measured;
use crate::screen::{Player, processor_time};
use crate::table::{Judged, Row, Values};

const BOUND: f64 = 10.0;
const RUNS: usize = 100;

/// From the explorer through every engine and every machine to the matrix, and back.
const ROUND: &[&str] = &["w", "]", "}", "tab", "j", "pagedown", "tab", "W", "l", "j", "enter"];

pub fn rows(each: bool) -> Vec<Row> {
    let known = fetched::five_hundred();
    let answer = |need: &Need| known.get(need).unwrap().clone();
    let mut rows = rules(&loaded(&answer));
    rows.extend(keys(&answer).rows("why and matrix, 500 entries", each));
    rows
}

fn loaded(answer: &dyn Fn(&Need) -> Answer) -> Tree {
    let mut tree = Tree::default();
    while let Some((_, need)) = tree.next_wanted(&[]) {
        let found = answer(&need);
        tree.attach(&need, Ok(found));
    }
    tree
}

/// Every engine on every named machine; then with the trace of each.
fn rules(tree: &Tree) -> Vec<Row> {
    let engines: Vec<&Engine> = ENGINES.iter().collect();
    let hosts: Vec<Host> = PROFILES.iter().map(|profile| profile.host()).collect();
    let (mut outcomes, mut traces) = (Values::default(), Values::default());
    let mut work = [Values::default(), Values::default()];
    for _ in 0..RUNS {
        let (began, worked) = (Instant::now(), processor_time());
        let offer = tree.offer("localhost:5000/bench/image:latest").unwrap();
        black_box(Matrix::new(&hosts, &engines, &offer));
        outcomes.push_time(began.elapsed());
        work[0].push_time(processor_time().saturating_sub(worked));

        let (began, worked) = (Instant::now(), processor_time());
        for host in &hosts {
            for engine in engines.iter().filter(|engine| engine.runs_on(host.os())) {
                black_box(select(engine, host, None, &offer));
            }
        }
        traces.push_time(began.elapsed());
        work[1].push_time(processor_time().saturating_sub(worked));
    }
    let [with_offer, with_trace] = work.map(|work| {
        let (work, hosts, engines) = (work.median(), hosts.len(), engines.len());
        format!("on the processor: median {work:.2} ms; {hosts} machines × {engines} engines")
    });
    vec![
        Row {
            what: "every outcome, 500 entries".to_owned(),
            unit: "ms",
            values: outcomes,
            bound: Some((Judged::Median, BOUND)),
            notes: format!("{with_offer}, the offer made anew"),
        },
        Row {
            what: "every trace, 500 entries".to_owned(),
            unit: "ms",
            values: traces,
            bound: None,
            notes: with_trace,
        },
    ]
}

/// The keys with everything loaded; what is asked outside comes with the next key.
fn keys(answer: &dyn Fn(&Need) -> Answer) -> Measured {
    let mut player = Player::open(answer);
    player.settle();
    let mut measured = Measured::noting(format!("{} rows", player.rows()));
    // Once around: every machine with every engine.
    for _ in 0..ENGINES.len() * (PROFILES.len() + 1) {
        for key in ROUND {
            measured.add(key, player.turn(Some(key), usize::MAX), false);
        }
        while !player.is_exploring() {
            measured.add("esc", player.turn(Some("esc"), usize::MAX), false);
        }
    }
    measured
}
