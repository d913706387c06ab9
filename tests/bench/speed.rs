//! How fast platy is, against the bounds that it set itself: `cargo bench --bench speed`.
//!
//! Prints one table and never fails on a time. Words after `--` choose parts of it: `opening`,
//! `comparing`, `binary`, `keys`, `editing`, `pushing`, `layers`, `local` (which has an engine of
//! Docker too with `docker=ADDRESS`), `selecting`, `checking`, `fleet`, `evidence`, `asking`,
//! `internet` (these two measure another build of platy beside this one with `base=PATH`; the last
//! has nginx in front of the sandbox); `each` gives every key a row of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "a measurement that cannot be made ends the program; the table goes to stdout"
)]

mod asking;
mod big;
mod binary;
mod checking;
mod comparing;
mod copying;
mod editing;
mod evidence;
mod fetched;
mod fleet;
mod internet;
mod keys;
mod layers;
mod local;
mod opening;
mod pushing;
mod relay;
mod screen;
mod selecting;
mod server;
#[path = "../support/mod.rs"]
#[allow(dead_code, reason = "the tests use the rest of it")]
mod support;
mod table;

use std::path::Path;

use table::Table;

/// The parts that can be chosen.
const PARTS: [&str; 14] = [
    "opening",
    "comparing",
    "binary",
    "keys",
    "editing",
    "pushing",
    "layers",
    "local",
    "selecting",
    "checking",
    "fleet",
    "evidence",
    "asking",
    "internet",
];

fn main() {
    if layers::stream_if_asked() {
        return;
    }
    // Cargo adds `--bench`.
    let words: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with('-')).collect();
    let named = |word: &str| words.iter().any(|it| it == word);
    let wanted = |part: &str| named(part) || !PARTS.into_iter().any(named);

    let mut table = Table::default();
    if wanted("opening") {
        table.part("opening, every answer of the registry 50 ms late", opening::rows());
    }
    if wanted("comparing") {
        table.part("comparing; what is loaded first, 50 ms late", comparing::rows());
    }
    if wanted("checking") {
        table.part("proving labels: two layers of 20 MB for each platform", checking::rows());
    }
    if wanted("fleet") {
        table.part("a fleet, every answer of the registry 50 ms late", fleet::rows());
    }
    if wanted("evidence") {
        table.part("evidence", evidence::rows());
    }
    if wanted("binary") {
        table.part("the program in a pseudo-terminal of 120×40", binary::rows());
    }
    if wanted("keys") {
        table.part("from a key to its finished frame, 120×40", keys::rows(named("each")));
    }
    if wanted("editing") {
        table.part(
            "from a key of the editor to its finished frame, 120×40",
            editing::rows(named("each")),
        );
    }
    if wanted("pushing") {
        table.part("pushing; lists: every answer 50 ms late, copies: no delay", pushing::rows());
    }
    if wanted("layers") {
        table.part("reading a layer, by turns with the tools that unpack it", layers::rows());
    }
    if wanted("selecting") {
        table.part("who gets what", selecting::rows(named("each")));
    }
    let given = |prefix| words.iter().find_map(|word| word.strip_prefix(prefix));
    if wanted("local") {
        table.part(
            "archives and stores of engines, and a copy from a layout",
            local::rows(given("docker=")),
        );
    }
    let base = given("base=").map(Path::new);
    if wanted("asking") {
        table.part("requests, to registries without the referrers API", asking::rows(base));
    }
    if wanted("internet") {
        match internet::rows(base) {
            Ok(rows) => {
                table.part("the internet's shape, in round trips of 50 ms, and of 200", rows)
            }
            Err(why) => println!("internet: left out, {why}"),
        }
    }
    println!("{table}");
}
