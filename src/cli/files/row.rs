//! The rows of a listing.

use crate::model::files::{Entry, FileId, Files, Kind, Path};

/// A file or folder of the image.
pub(super) struct Row {
    pub(super) path: Path,
    /// Its entry; `None` of a folder that no entry names.
    pub(super) entry: Option<Entry>,
    /// The layer (from 0, the lowest) that the entry is of.
    pub(super) layer: Option<usize>,
    /// The entry that has its content: of a hard link, its target's.
    pub(super) content: Option<Entry>,
}

/// What lies in a folder, each folder before what is in it; or the file itself.
pub(super) fn rows(files: &Files, from: FileId, depth: Option<u32>) -> Vec<FileId> {
    let mut rows = Vec::new();
    let inside = |id, depth: u32| files.children(id).rev().map(move |it| (it, depth));
    let is_folder = |id| files.get(id).is_some_and(|found| found.is_folder());
    let mut open: Vec<(FileId, u32)> =
        if is_folder(from) { inside(from, 1).collect() } else { vec![(from, 1)] };
    while let Some((id, at)) = open.pop() {
        if depth.is_none_or(|most| at < most) && is_folder(id) {
            open.extend(inside(id, at.saturating_add(1)));
        }
        rows.push(id);
    }
    rows
}

impl Row {
    /// What is shown of a file; nothing if it was removed.
    pub(super) fn of(files: &Files, id: FileId) -> Option<Self> {
        let found = files.get(id)?;
        let content = found.content.map(|(_, entry)| entry);
        Some(Self { path: files.path(id), entry: found.entry, layer: found.layer, content })
    }

    /// The size of its content in bytes; 0 of what is not a file.
    pub(super) fn size(&self) -> u64 {
        self.content.as_ref().map_or(0, |entry| entry.size)
    }

    /// The word for what it is.
    pub(super) fn word(&self) -> &'static str {
        self.entry.as_ref().map_or("folder", |entry| entry.kind.word())
    }

    /// Where a link leads, as it is written; not escaped.
    pub(super) fn target(&self) -> Option<String> {
        match &self.entry.as_ref()?.kind {
            Kind::Symlink(target) => Some(target.text()),
            Kind::HardLink(target) => Some(target.text()),
            _ => None,
        }
    }
}
