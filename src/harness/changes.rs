//! Files that two images differ in.

use crate::model::files::{
    Checksum, Entry, FileChange, FileSide, FileSign, Kind, LayersRead, Path, Target, UnreadLayer,
};
use crate::oci::Digest;
use crate::tui::app::FilesFound;

fn entry(path: &str, kind: Kind, content: &str) -> Entry {
    let is_file = kind == Kind::File;
    Entry {
        path: Path::parse(path.as_bytes()).unwrap(),
        kind,
        size: content.len() as u64,
        mode: 0o644,
        uid: 0,
        gid: 0,
        mtime: 0,
        digest: is_file.then(|| Checksum::of(content.as_bytes())),
    }
}

fn side(entry: Entry, layer: usize) -> FileSide {
    let content = (entry.kind == Kind::File).then(|| (layer, entry.clone()));
    FileSide { content, entry, layer }
}

fn change(sign: FileSign, a: Option<FileSide>, b: Option<FileSide>) -> FileChange {
    let path = a.as_ref().or(b.as_ref()).unwrap().entry.path.clone();
    FileChange { path, sign, a: a.map(Box::new), b: b.map(Box::new) }
}

/// One of each sort: changed content, changed mode and owner, added, removed.
pub(crate) fn changed_files() -> FilesFound {
    let file = |path: &str, content: &str, layer| side(entry(path, Kind::File, content), layer);
    let mut run_by_all = file("srv/run", "run", 1);
    (run_by_all.entry.mode, run_by_all.entry.uid) = (0o4755, 1000);
    let link = entry("usr/bin/tool", Kind::Symlink(Target::new(*b"../lib/tool")), "");
    FilesFound {
        changes: vec![
            change(
                FileSign::Changed,
                Some(file("etc/motd", "old", 0)),
                Some(file("etc/motd", "newer", 1)),
            ),
            change(FileSign::Changed, Some(file("srv/run", "run", 0)), Some(run_by_all)),
            change(FileSign::Added, None, Some(side(link, 1))),
            change(
                FileSign::Removed,
                Some(file("var/cache/apt/\u{1b}[2Jpkg.bin", "cache", 0)),
                None,
            ),
        ],
        layers: LayersRead {
            differ: (2, 5000),
            looked_into: (0, 0),
            unread: vec![UnreadLayer {
                digest: Digest::sha256(b"base"),
                size: 3000,
                numbers: [Some(1), Some(1)],
                covers: false,
                failure: None,
            }],
        },
    }
}
