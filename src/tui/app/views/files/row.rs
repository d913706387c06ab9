//! The rows of the files view.

use super::{FilesView, SavedFile};
use crate::model::files::{Change, Fate, FileId, Files, Kind, Waste};
use crate::text::{bytes, escape};
use crate::tui::app::detail::Tone;

/// A row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileRow {
    /// What it shows.
    pub file: FileId,
    /// How many folders it lies in.
    pub depth: u16,
    /// Whether it is open; `None` if nothing lies in it.
    pub open: Option<bool>,
    /// Its size and that of the largest in the same folder or list, for a bar.
    pub share: (u64, u64),
    /// Its place in the list of what is wasted.
    waste: Option<usize>,
}

impl FileRow {
    /// What of the list of wasted files it shows.
    pub(super) fn waste<'a>(&self, files: &'a Files) -> Option<&'a Waste> {
        files.waste().get(self.waste?)
    }
}

/// A row in words, harmless for a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileWords {
    /// `+`, `~` or `-`: what the layer does to those below; empty if all are merged.
    pub sign: &'static str,
    /// The name, with a link's target.
    pub label: String,
    /// The permissions.
    pub permissions: String,
    /// The size, rolled up.
    pub size: String,
    /// The layer, or what is wasted.
    pub note: String,
    /// How the row is meant.
    pub tone: Tone,
}

impl FilesView {
    /// Lays the rows out anew.
    pub(super) fn lay_rows(&mut self) {
        let mut rows = Vec::new();
        if let Some(files) = self.files() {
            if self.wasted {
                let mut waste: Vec<_> = files.waste().iter().enumerate().collect();
                waste.sort_by_key(|(_, waste)| std::cmp::Reverse(waste.bytes));
                let largest = waste.first().map_or(0, |(_, waste)| waste.bytes);
                rows.extend(waste.into_iter().map(|(at, waste)| FileRow {
                    file: waste.file,
                    depth: 0,
                    open: None,
                    share: (waste.bytes, largest),
                    waste: Some(at),
                }));
            } else {
                self.lay(files, &mut rows);
            }
        }
        self.rows = rows;
        self.cursor = self.cursor.min(self.rows.len().saturating_sub(1));
    }

    fn lay(&self, files: &Files, rows: &mut Vec<FileRow>) {
        let size = |file: FileId| files.sums(file).bytes;
        // Folders are as deep as the longest name allows: no recursion.
        let mut left = Vec::new();
        let lay_below = |below: Vec<FileId>, depth: u16, left: &mut Vec<_>| {
            let largest = below.iter().map(|file| size(*file)).max().unwrap_or(0);
            left.extend(below.into_iter().rev().map(|file| (file, depth, largest)));
        };
        lay_below(self.below(files.root()), 0, &mut left);
        while let Some((file, depth, largest)) = left.pop() {
            let holds_any = self.in_folder(files, file).next().is_some();
            let open = holds_any.then(|| self.open.contains(&file));
            rows.push(FileRow { file, depth, open, share: (size(file), largest), waste: None });
            if open == Some(true) {
                lay_below(self.below(file), depth.saturating_add(1), &mut left);
            }
        }
    }

    /// What lies in a folder, by name; of one layer, what it removes too.
    fn in_folder(&self, files: &Files, folder: FileId) -> impl Iterator<Item = FileId> {
        let (all, one) = match self.only {
            None => (Some(files.children(folder)), None),
            Some(_) => (None, Some(files.children_and_removed(folder))),
        };
        all.into_iter().flatten().chain(one.into_iter().flatten())
    }

    /// What lies in a folder in the order in which it is shown.
    pub(super) fn below(&self, folder: FileId) -> Vec<FileId> {
        let Some(files) = self.files() else { return Vec::new() };
        let mut below: Vec<FileId> = self.in_folder(files, folder).collect();
        if self.by_size {
            // Of the same size by name, as they are.
            below.sort_by_cached_key(|file| std::cmp::Reverse(files.sums(*file).bytes));
        }
        below
    }

    /// Opens every folder above a file and puts the cursor on it.
    pub(super) fn reveal(&mut self, file: FileId) {
        let Some(files) = self.files() else { return };
        let parents: Vec<FileId> =
            std::iter::successors(files.parent(file), |id| files.parent(*id)).collect();
        self.open.extend(parents);
        self.lay_rows();
        if let Some(at) = self.rows.iter().position(|row| row.file == file) {
            self.cursor = at;
        }
    }

    /// The layer (from 0) and the entry that hold the content of the row under the cursor; of what
    /// is wasted, as it was written.
    pub(in crate::tui::app) fn content(&self) -> Option<SavedFile> {
        let (files, row) = (self.files()?, self.rows.get(self.cursor)?);
        let Some(waste) = row.waste(files) else {
            return files.get(row.file)?.content.map(|(layer, entry)| SavedFile { layer, entry });
        };
        let path = files.path(waste.file);
        let listing = self.layers.get(waste.written)?.listing()?;
        let entry = listing.entries.iter().rev().find(|entry| entry.path == path)?;
        (entry.kind == Kind::File).then_some(SavedFile { layer: waste.written, entry })
    }

    /// A row in words.
    #[must_use]
    pub fn words(&self, row: &FileRow) -> FileWords {
        let Some(files) = self.files() else { return FileWords::empty() };
        if let Some(waste) = row.waste(files) {
            let fate = match waste.fate {
                Fate::Replaced => "replaced",
                Fate::Removed => "removed",
            };
            return FileWords {
                label: files.path(row.file).shown(),
                size: bytes(waste.bytes),
                note: format!("layer {}, {fate} by {}", waste.written + 1, waste.by + 1),
                ..FileWords::empty()
            };
        }
        let name = escape(&String::from_utf8_lossy(files.name(row.file))).into_owned();
        let Some(found) = files.get(row.file) else {
            let removed = files.is_removed(row.file);
            return FileWords {
                sign: if removed { "-" } else { "" },
                label: name,
                note: if removed { "removed".to_owned() } else { String::new() },
                tone: Tone::Muted,
                ..FileWords::empty()
            };
        };
        let sums = files.sums(row.file);
        let mut words = FileWords { label: name, ..FileWords::empty() };
        if let Some(entry) = &found.entry {
            words.permissions = entry.permissions();
            words.label += &match &entry.kind {
                Kind::Symlink(target) => format!(" → {}", escape(&target.text())),
                Kind::HardLink(target) => format!(" = {target}"),
                _ => String::new(),
            };
        }
        let is_folder = found.is_folder();
        if is_folder || found.entry.as_ref().is_some_and(|entry| entry.kind == Kind::File) {
            words.size = bytes(sums.bytes);
        }
        match self.only {
            None if is_folder && sums.wasted > 0 => {
                words.note = format!("{} wasted", bytes(sums.wasted));
            }
            None if is_folder => {}
            None => {
                words.note = found.layer.map_or(String::new(), |at| format!("layer {}", at + 1))
            }
            Some(layer) => {
                let change = found.position.and_then(|at| {
                    self.merged
                        .as_ref()
                        .map_or_else(|| files.change(layer, at), |it| it.change(layer, at))
                });
                (words.sign, words.note) = match change {
                    Some(Change::Added) => ("+", "added".to_owned()),
                    Some(Change::Changed) => ("~", "changed".to_owned()),
                    _ => ("", String::new()),
                };
                if files.hides_below(row.file) && is_folder {
                    words.note = "what layers below have here goes".to_owned();
                }
            }
        }
        words
    }
}

impl FileWords {
    fn empty() -> Self {
        Self {
            sign: "",
            label: String::new(),
            permissions: String::new(),
            size: String::new(),
            note: String::new(),
            tone: Tone::Text,
        }
    }
}
