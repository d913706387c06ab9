//! platy, a terminal explorer for multi-platform container images: the map of the house.
//!
//! `platy REFERENCE` shows what stands behind a reference as one live tree: index → platforms →
//! config and layers, attestations, referrers. Everything that the screen can do, a subcommand
//! can do too.
//!
//! ```text
//! cli       one file for each subcommand; text and JSON output
//! ── pure: no I/O, no clock, no terminal ──
//! oci       digest, media type, reference, platform, descriptor, manifest, config:
//!           parsed views beside the exact bytes
//! text      how facts are worded: escapes, sizes, times, widths
//! tarball   the entries of a tar, by position or as a stream; for archives and layers
//! tree      the tree model: nodes, load state of each, rows, search, what is wanted next
//! select    which entry an engine picks on a host: a file for each engine, and the trace
//! truth     which program an image starts, and whether its header says what the labels say
//! diagnose  why a machine got what it got: a file for each rule, facts in, findings out
//! draft     a list under construction: base, edits, undo, validation, exact bytes, push plan
//! compare   what two nodes differ in: entries by platform, layers, config, JSON
//! ── the outside world ──
//! source    the async fetch layer: registries, layouts, archives; credentials, cache, retries
//! load      fills a tree from a source
//! content   layers from the inside: entries, merged files, contents, the headers of programs
//! prove     reads layers from the top down until `truth` has its answer
//! gather    reads what a draft is made of
//! push      runs the plan of a draft; the journal of what was replaced, and undo
//! evidence  facts for `diagnose`: mirrors, what others are answered, engines' sockets, binfmt_misc
//! host      this machine: system, architecture, ARM variant, x86-64 level
//! sandbox   the embedded registry with sample images (`platy demo`, and what the tests talk to)
//! ── the screen ──
//! app       state, messages, `update` → effects; pure too
//! ui        draws the state; says what was drawn where
//! runtime   the loop: terminal events and results in, effects out; terminal, clipboard, signals
//! ```
//!
//! Dependencies point downwards only: `runtime → {app, ui, load}`, `cli → {the pure rooms, load,
//! source}`, `ui → app → the pure rooms`, `load → {tree, source}`,
//! `{push, gather} → {draft, load, source}`, `evidence → {diagnose, source}`,
//! `prove → {truth, diagnose, content}`, `content → source`,
//! `truth → {oci, select, content's entries and headers}`, `source → oci`.
//!
//! One key: terminal event → [`app::Msg::Key`] → the keymap names an [`app::Action`] →
//! [`app::State::update`] returns [`app::Effect`]s → the runtime starts them, drains what is
//! ready, draws once. One result: a task of [`source`] sends [`app::Msg::Fetched`] with the need
//! it answers; [`tree::Tree::attach`] puts it where it was asked for.

pub mod app;
pub mod cli;
pub mod compare;
pub mod content;
pub mod diagnose;
pub mod draft;
pub mod evidence;
#[cfg(test)]
mod fixture;
pub mod gather;
pub mod host;
pub mod load;
pub mod oci;
pub mod prove;
pub mod push;
pub mod runtime;
pub mod sandbox;
pub mod select;
pub mod source;
mod tarball;
pub mod text;
pub mod tree;
pub mod truth;
pub mod ui;
