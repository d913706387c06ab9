//! The integration tests: one program, a module for each thing that is tested.
//!
//! Tests that need more than Rust are `#[ignore]`, with what they need; `.ci/run` runs them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "a failed unwrap is a failed test, and a test's name is its documentation"
)]

mod assemble;
mod attached;
mod cache;
mod check;
mod commands;
#[cfg(unix)]
mod containerd;
mod copy;
mod corpus;
#[cfg(unix)]
mod daemon;
mod dependencies;
mod diagnose;
mod diff;
mod evidence;
mod files;
mod fleet;
mod formats;
mod help;
mod hostile_text;
mod inside;
mod inspect;
mod login;
mod machine;
mod manual;
mod pictures;
mod push;
mod quirks;
mod real_registry;
mod registry;
mod reports;
mod requests;
mod sandbox;
mod schemas;
mod select;
mod self_check;
mod stores;
mod support;
mod terminal;
mod timings;
mod wait;
mod why;
mod words;
