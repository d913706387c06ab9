//! What reads input from outside, one function for each parser: the fuzz targets under
//! `tests/fuzz` call these, and `cargo test` replays the kept inputs without a fuzzer.
//!
//! A function may return whatever it likes of any input; it must not panic, hang, or take memory
//! without bound. What it asserts is what must hold of what was read.

use bytes::Bytes;

use crate::model::check::read_shell;
use crate::model::draft::{Draft, Spec};
use crate::model::evidence::{
    Purl, Stated, TrustedRoot, open, read_certificate, read_log_entry, read_timestamp,
};
use crate::model::files::program::Probe;
use crate::oci::tarball::Walk;
use crate::oci::{
    Algorithm, ConfigDocument, Digest, Document, Location, PlatformPattern, Reference,
};
use crate::source::auth::read_challenge;
use crate::source::mirrors::{read_daemon_json, read_hosts_toml, read_registries_conf};
use crate::source::read_link;

/// A parser, and the name of its fuzz target and of its folder under `tests/fuzz/corpus`.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// The name.
    pub name: &'static str,
    /// Reads an input.
    pub read: fn(&[u8]),
}

/// All parsers.
pub const TARGETS: [Target; 19] = [
    Target {
        name: "certificate",
        read: |input| {
            read_certificate(input);
        },
    },
    Target { name: "challenge", read: |input| read_challenge(&text(input)) },
    Target { name: "config", read: config },
    Target { name: "daemon_json", read: |input| read_daemon_json(&text(input)) },
    Target { name: "document", read: document },
    Target { name: "draft", read: |input| drop(Draft::restore(&text(input))) },
    Target { name: "evidence", read: evidence },
    Target { name: "hosts_toml", read: |input| read_hosts_toml(&text(input)) },
    Target { name: "link", read: |input| read_link(&text(input)) },
    Target {
        name: "log_entry",
        read: |input| {
            read_log_entry(input);
        },
    },
    Target { name: "program", read: program },
    Target { name: "purl", read: |input| drop(Purl::parse(&text(input))) },
    Target { name: "reference", read: reference },
    Target { name: "registries_conf", read: |input| read_registries_conf(&text(input)) },
    Target { name: "shell", read: |input| read_shell(&text(input)) },
    Target { name: "spec", read: |input| drop(Spec::parse(&text(input))) },
    Target { name: "tar", read: tar },
    Target {
        name: "timestamp",
        read: |input| {
            read_timestamp(input);
        },
    },
    Target { name: "trusted_root", read: |input| drop(TrustedRoot::parse("root", input)) },
];

/// Reads an input with the parser of this name; nothing is read if there is none.
pub fn read(name: &str, input: &[u8]) {
    if let Some(target) = TARGETS.iter().find(|target| target.name == name) {
        (target.read)(input);
    }
}

fn text(input: &[u8]) -> String {
    String::from_utf8_lossy(input).into_owned()
}

/// Manifests, indexes and schema 1: the bytes stay as they came.
fn document(input: &[u8]) {
    let bytes = Bytes::copy_from_slice(input);
    if let Ok(document) = Document::parse(bytes.clone(), None, Algorithm::Sha256) {
        assert_eq!(document.bytes, bytes);
        assert_eq!(document.digest, Digest::sha256(input));
    }
}

fn config(input: &[u8]) {
    drop(ConfigDocument::parse(Bytes::copy_from_slice(input), Algorithm::Sha256));
}

/// References, locations, digests and platforms as they are typed: what is written of one is read
/// as the same.
fn reference(input: &[u8]) {
    let text = text(input);
    if let Ok(reference) = text.parse::<Reference>() {
        assert_eq!(reference.to_string().parse::<Reference>().ok(), Some(reference));
    }
    if let Ok(digest) = text.parse::<Digest>() {
        assert_eq!(digest.as_str(), text);
    }
    drop(text.parse::<Location>());
    drop(text.parse::<PlatformPattern>());
}

/// A blob of any kind; what it holds is a part of it, or was taken out of an envelope.
fn evidence(input: &[u8]) {
    if let Ok(evidence) = open(&Bytes::copy_from_slice(input), &Stated::default()) {
        let _ = evidence.title();
        assert!(evidence.document.len() <= input.len());
    }
}

/// ELF, PE, Mach-O, Wasm and scripts, in pieces.
fn program(input: &[u8]) {
    let mut probe = Probe::new(input.len() as u64);
    for piece in input.chunks(7) {
        if !probe.push(piece) {
            break;
        }
    }
    drop(probe.end());
}

/// Tar files: an entry does not go beyond the end of the file.
fn tar(input: &[u8]) {
    let mut walk = Walk::new(input);
    while let Ok(Some(_)) = walk.next() {
        let mut buffer = [0; 512];
        while matches!(walk.read(&mut buffer), Ok(1..)) {}
    }
}
