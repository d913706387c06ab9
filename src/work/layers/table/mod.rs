//! Tables of contents: what a layer holds without reading it, and where each file lies in it.
//!
//! Only tables whose digest the manifest states are used (eStargz's
//! `containerd.io/snapshot/stargz/toc.digest`, zstd:chunked's
//! `io.github.containers.zstd-chunked.manifest-checksum`): another could say anything.

mod contents;
mod place;

pub(super) use contents::{Place, Table};
pub(super) use place::{Announced, Form, chunked_json, estargz_json, estargz_table};
