//! Searching the files by name.

use std::collections::HashSet;

use tui_input::Input;

use super::FilesView;
use crate::model::files::FileId;

/// The state of the search.
#[derive(Debug, Clone, Default)]
pub struct FileSearch {
    /// The line being typed, while it is.
    pub input: Option<Input>,
    /// What is looked for.
    pub needle: String,
    /// What was found, in the order of the tree.
    pub found: Vec<FileId>,
    /// How the rows were when typing began.
    origin: Origin,
}

/// What typing a search changes and leaving it puts back.
#[derive(Debug, Clone, Default)]
struct Origin {
    open: HashSet<FileId>,
    wasted: bool,
    cursor: usize,
    top: usize,
}

impl FilesView {
    pub(in crate::tui::app) fn start_search(&mut self) {
        let origin = Origin {
            open: self.open.clone(),
            wasted: self.wasted,
            cursor: self.cursor,
            top: self.top,
        };
        self.search = FileSearch { input: Some(Input::default()), origin, ..FileSearch::default() };
    }

    /// The typed line changed: goes to the first match.
    pub(in crate::tui::app) fn search_typed(&mut self) {
        let Some(input) = &self.search.input else { return };
        self.search.needle = input.value().to_owned();
        self.search.found = self.find(&self.search.needle);
        match self.search.found.first().copied() {
            Some(first) => self.show(first),
            None => self.go_back(),
        }
    }

    /// Folders and cursor as they were when typing began.
    fn go_back(&mut self) {
        let Origin { open, wasted, cursor, top } = self.search.origin.clone();
        self.open = open;
        self.wasted = wasted;
        self.lay_rows();
        self.cursor = cursor;
        self.top = top;
    }

    pub(in crate::tui::app) fn accept_search(&mut self) {
        self.search.input = None;
    }

    pub(in crate::tui::app) fn cancel_search(&mut self) {
        self.go_back();
        self.search = FileSearch::default();
    }

    /// Goes to the next or previous match, around the ends.
    pub(in crate::tui::app) fn next_match(&mut self, forward: bool) {
        let here = self.at_cursor();
        let found = &self.search.found;
        let at = here.and_then(|here| found.iter().position(|file| *file == here));
        let next = match (at, forward) {
            (Some(at), true) => found.get(at + 1).or(found.first()),
            (Some(at), false) => at.checked_sub(1).and_then(|at| found.get(at)).or(found.last()),
            (None, _) => found.first(),
        };
        if let Some(next) = next.copied() {
            self.wasted = false;
            self.reveal(next);
        }
    }

    /// Every file whose name, or whose path where the needle has a slash, holds the needle. Letter
    /// case counts only if the needle has capital letters.
    pub(super) fn find(&self, needle: &str) -> Vec<FileId> {
        let Some(files) = self.files() else { return Vec::new() };
        if needle.is_empty() {
            return Vec::new();
        }
        let capitals = needle.chars().any(char::is_uppercase);
        let whole = needle.contains('/');
        let says = |file: FileId| {
            let text = match whole {
                true => files.path(file).text(),
                false => String::from_utf8_lossy(files.name(file)).into_owned(),
            };
            if capitals { text.contains(needle) } else { text.to_lowercase().contains(needle) }
        };
        let mut found = Vec::new();
        let mut left = self.below(files.root());
        left.reverse();
        while let Some(file) = left.pop() {
            if says(file) {
                found.push(file);
            }
            left.extend(self.below(file).into_iter().rev());
        }
        found
    }
}
