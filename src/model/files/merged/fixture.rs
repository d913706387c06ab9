//! Layers written as words, for tests.

use std::sync::Arc;

use super::Files;
use crate::model::files::{Entry, Kind, Listing, Target};

fn entry(path: &str, kind: Kind, size: u64) -> Entry {
    let mode = 0o755;
    Entry { path: path.into(), kind, size, mode, uid: 0, gid: 0, mtime: 0, digest: None }
}

/// `path` a file of its length, `path/` a folder, `a>b` a symbolic link, `a=b` a hard link,
/// `-path` a whiteout, `!path` an opaque mark.
pub(crate) fn layer(text: &str) -> Option<Arc<Listing>> {
    let mut listing = Listing::empty();
    for word in text.split_whitespace() {
        let entry = if let Some(path) = word.strip_prefix('-') {
            entry(path, Kind::Whiteout, 0)
        } else if let Some(path) = word.strip_prefix('!') {
            entry(path, Kind::Opaque, 0)
        } else if let Some(path) = word.strip_suffix('/') {
            entry(path, Kind::Folder, 0)
        } else if let Some((path, target)) = word.split_once('>') {
            entry(path, Kind::Symlink(Target::new(target.as_bytes())), 0)
        } else if let Some((path, target)) = word.split_once('=') {
            entry(path, Kind::HardLink(target.into()), 0)
        } else {
            entry(word, Kind::File, word.len() as u64)
        };
        listing.add(entry, true);
    }
    Some(Arc::new(listing))
}

pub(crate) fn files(layers: &[&str]) -> Files {
    let read = |text: &&str| if *text == "?" { None } else { layer(text) };
    Files::merge(layers.iter().map(read).collect())
}
