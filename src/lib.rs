//! platy, a terminal explorer for multi-platform container images: the map of the house.
//!
//! `platy REFERENCE` shows the index or image of a reference as one live tree: index → platforms →
//! config and layers, attestations, referrers. Everything that the screen can do, a subcommand
//! can do too.
//!
//! ```text
//! cli       one file for each subcommand; text and JSON output
//! tui       app (state, messages, `update` → effects; pure), draw, run (the loop)
//! sandbox   the embedded registry with sample images (`platy demo`, and what the tests talk to)
//! work      load a tree, read layers, prove labels, push and undo, facts about this machine
//! source    where content comes from: registries, layouts, archives; credentials, cache, retries
//! ── pure: no I/O, no clock, no terminal ──
//! model     tree, files, select, check, diagnose, compare, draft
//! oci       digest, media type, reference, platform, descriptor, manifest, config, tar entries:
//!           parsed views beside the exact bytes
//! text      how facts are worded: escapes, sizes, times, widths
//! fuzz      for the fuzzers: a function for each parser of input from outside
//! harness   for tests: content in memory, and a player of keys
//! ```
//!
//! Dependencies point downwards only: `cli → tui → work → source → oci`, `work → model → oci →
//! text`; inside `tui`, `run → draw → app → model`.
//!
//! One key: terminal event → [`tui::app::Msg::Key`] → the keymap names a [`tui::app::Action`] →
//! [`tui::app::State::update`] returns [`tui::app::Effect`]s → the runtime starts them, drains
//! what is ready, draws once. One result: a task of [`source`] sends [`tui::app::Msg::Answer`] to
//! the address that asked; [`model::tree::Tree::attach`] puts it where it was asked for.

pub mod cli;
#[doc(hidden)]
pub mod fuzz;
#[cfg(test)]
mod harness;
pub mod model;
pub mod oci;
pub mod sandbox;
pub mod source;
pub mod text;
pub mod tui;
pub mod work;
