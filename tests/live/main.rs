//! Platy beside the real tools, which must be there: `.ci/tools` installs them, `.ci/run` runs
//! this. `cargo test --test live -- engines` plays random indexes on each engine and compares with
//! `platy why`; `-- exports` runs what `platy export` prints and compares the lists; `-- sigstore`
//! checks the bundles that sigstore-go has for its own tests.
//!
//! Words choose parts and engines (`engines`, `exports`, `sigstore`, `crane`, `podman`, …); `--seed N` and `--indexes N`
//! choose what is played. Ends with 1 if anything disagrees.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "what cannot be played ends the program; the tables go to stdout"
)]

mod engines;
mod exports;
mod server;
mod sigstore;
#[path = "../support/command.rs"]
mod support;
mod table;
mod tools;

use std::process::ExitCode;

/// What was asked for.
#[derive(Debug)]
pub struct Asked {
    pub words: Vec<String>,
    pub seed: u64,
    pub indexes: usize,
}

impl Asked {
    fn read() -> Self {
        let mut asked = Self { words: Vec::new(), seed: 2026, indexes: 200 };
        let mut arguments = std::env::args().skip(1);
        while let Some(word) = arguments.next() {
            let mut number = || arguments.next().expect("a number").parse().expect("a number");
            match word.as_str() {
                "--seed" => asked.seed = number(),
                "--indexes" => asked.indexes = usize::try_from(number()).expect("a small number"),
                _ => asked.words.push(word),
            }
        }
        asked
    }

    /// Whether one of these is asked for by name, or none of `all` is.
    pub fn wants(&self, name: &str, all: &[&str]) -> bool {
        let named = |name: &str| self.words.iter().any(|word| word == name);
        named(name) || !all.iter().any(|other| named(other))
    }
}

fn main() -> ExitCode {
    let asked = Asked::read();
    let mut right = true;
    if asked.wants("sigstore", &["engines", "exports"]) {
        right &= sigstore::play();
    }
    if asked.wants("exports", &["engines", "sigstore"]) {
        right &= exports::play(&asked);
    }
    if asked.wants("engines", &["exports", "sigstore"]) {
        right &= engines::play(&asked);
    }
    if right { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
