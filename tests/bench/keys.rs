//! From a key to its finished frame: `update`, drawing, and the bytes for the terminal.

use std::collections::HashMap;

use bytes::Bytes;
use platy::model::tree::Need;

use crate::big::Big;
use crate::fetched;
use crate::screen::{Player, Took};
use crate::table::{Judged, Row, Values};

const BOUND: f64 = 8.0;

/// Walks, opens and closes, searches letter by letter, changes pane and tab. Begins and ends with
/// the keys in the tree.
const SCRIPT: &[&str] = &[
    // Walks.
    "j", "j", "k", "pagedown", "pagedown", "pageup", "G", "k", "pageup",
    // Closes and opens everything, then one node.
    "g", "space", "enter", "j", "enter", "space", "j", "k", "enter", "enter",
    // Searches letter by letter, twice. A session may begin behind the slash: no letter here opens
    // another screen.
    "/", "i", "n", "u", "enter", "n", "n", "N", "/", "1", "9", "esc", // Reads.
    "tab", "pagedown", "2", "j", "G", "3", "1", "tab", "esc", "j", "h", "l",
];

/// How many answers may be there when a key is: one, some, all that can be on their way.
const BATCHES: [usize; 5] = [1, 4, 32, 8, 16];

pub fn rows(each: bool) -> Vec<Row> {
    let images = Big::images(2000, 47);
    let nested = Big::nested(4, 25_000);
    let parts = [
        ("500 entries streaming in", streaming()),
        (
            "2 000 images × 50 rows, all open",
            large(&images, |player| {
                // From below, so that what is opened does not be between the cursor and the next.
                player.press("G");
                for _ in 0..2000 {
                    player.press("k");
                    player.press("l");
                }
            }),
        ),
        (
            "4 indexes × 25 000 entries, all open",
            large(&nested, |player| {
                player.press("G");
                for _ in 0..4 {
                    player.press("k");
                    player.press("l");
                }
            }),
        ),
    ];
    let typed = [
        ("the palette of all actions", typing(&[":"], &["c", "o", "p", "y", "backspace", "down"])),
        (
            "a filter over 10 000 tags",
            typing(&["t", "/"], &["1", "2", ".", "9", "backspace", "down"]),
        ),
    ];
    let lines: String =
        (0..100_000).map(|at| format!("{at} of a hundred thousand lines\n")).collect();
    let lines = Bytes::from(lines);
    let noise: Bytes =
        (0..64_u32 << 20).map(|at| at.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect();
    let files = [
        ("a file of 100 000 lines", reading(&lines)),
        ("a file of 64 MiB in hex", reading(&noise)),
    ];
    parts
        .into_iter()
        .chain(typed)
        .chain(files)
        .flat_map(|(what, measured)| measured.rows(what, each))
        .collect()
}

/// Times, and what of them the keys had a processor for.
#[derive(Default)]
struct Timed {
    time: Values,
    work: Values,
}

/// What was measured in one setting.
#[derive(Default)]
pub struct Measured {
    keys: HashMap<String, Timed>,
    notes: String,
}

impl Measured {
    pub fn noting(notes: String) -> Self {
        Self { notes, ..Self::default() }
    }

    pub fn rows(self, what: &str, each: bool) -> Vec<Row> {
        let mut all = Timed::default();
        for timed in self.keys.values() {
            all.time.extend(&timed.time);
            all.work.extend(&timed.work);
        }
        let mut keys: Vec<(String, Timed)> = self.keys.into_iter().collect();
        keys.sort_by(|(_, a), (_, b)| b.time.p99().total_cmp(&a.time.p99()));
        let on_processor =
            |timed: &Timed| format!("on the processor: p99 {:.2} ms", timed.work.p99());
        let slowest = keys.first().map_or_else(String::new, |(key, timed)| {
            let slowest = timed.time.p99();
            format!("{}; slowest: {key}, p99 {slowest:.2} ms; {}", on_processor(&all), self.notes)
        });
        let row = |what: String, values: Values, notes: String| Row {
            what,
            unit: "ms",
            values,
            bound: Some((Judged::P99, BOUND)),
            notes,
        };
        let mut rows = vec![row(what.to_owned(), all.time, slowest)];
        if each {
            rows.extend(keys.into_iter().map(|(key, timed)| {
                let notes = on_processor(&timed);
                row(format!("  {key}"), timed.time, notes)
            }));
        }
        rows
    }

    pub fn add(&mut self, key: &str, took: Took, typing: bool) {
        let name = if typing { format!("{key} typed in a search") } else { key.to_owned() };
        let timed = self.keys.entry(name).or_default();
        timed.time.push_time(took.time);
        timed.work.push_time(took.work);
    }
}

/// The sample with 500 entries; a key always comes in the middle of a turn with answers, and its
/// frame shows more answers.
fn streaming() -> Measured {
    let known = fetched::five_hundred();
    let answer = |need: &Need| known.get(need).unwrap().clone();
    let mut measured = Measured::default();
    for session in 0..25 {
        let mut player = Player::open(&answer);
        // The index itself.
        player.turn(None, 1);
        let mut script = SCRIPT.iter().cycle().skip(session);
        let mut batches = BATCHES.iter().cycle().skip(session);
        while player.is_waiting() {
            let key = script.next().unwrap();
            let answers = *batches.next().unwrap();
            let typing = is_typing(&player);
            let before = player.turn(None, answers);
            measured.add(key, before + player.turn(Some(key), answers), typing);
        }
    }
    measured.notes = "the turn before counted too".to_owned();
    measured
}

fn large(big: &Big, open: impl FnOnce(&mut Player<'_>)) -> Measured {
    let answer = |need: &Need| big.answer(need);
    let mut player = Player::open(&answer);
    player.settle();
    open(&mut player);
    player.settle();
    let mut measured = Measured::noting(format!("{} rows", player.rows()));
    for _ in 0..20 {
        for key in SCRIPT {
            let typing = is_typing(&player);
            let took = player.turn(Some(key), usize::MAX);
            measured.add(key, took, typing);
        }
    }
    measured
}

/// An open file, read to its end and searched.
fn reading(file: &Bytes) -> Measured {
    const KEYS: &[&str] = &[
        "j", "pagedown", "pagedown", "pageup", "k", "G", "k", "pageup", "g", "/", "9", "9", "9",
        "9", "enter", "n", "n", "N", "x", "n", "pagedown", "G", "x", "esc", "g",
    ];
    let images = Big::images(1, 1);
    let answer = |need: &Need| images.answer(need);
    let mut player = Player::holding(&answer, file.clone());
    player.settle();
    for key in ["j", "f", "enter"] {
        player.press(key);
        while player.is_waiting() || player.has_seen() {
            player.turn(None, usize::MAX);
        }
    }
    assert!(player.sheet().is_some_and(|sheet| !sheet.is_empty()), "the file is open");
    let mut measured = Measured::noting(format!("{} MB", file.len() / 1_000_000));
    for _ in 0..20 {
        for key in KEYS {
            measured.add(key, player.turn(Some(key), usize::MAX), false);
            // What came of it beside the loop is taken in a turn, too.
            while player.has_seen() {
                measured.add(&format!("after {key}"), player.turn(None, usize::MAX), false);
            }
        }
    }
    measured
}

/// A list that is narrowed by typing.
fn typing(open: &[&str], keys: &[&str]) -> Measured {
    let images = Big::images(10, 1);
    let answer = |need: &Need| images.answer(need);
    let mut measured = Measured::default();
    for _ in 0..50 {
        let mut player = Player::open(&answer);
        player.settle();
        open.iter().for_each(|key| player.press(key));
        // What was asked is answered with the next turn.
        player.turn(None, usize::MAX);
        for key in keys {
            let took = player.turn(Some(key), usize::MAX);
            measured.add(key, took, true);
        }
    }
    measured
}

fn is_typing(player: &Player<'_>) -> bool {
    player.explorer().search.input.is_some()
}
