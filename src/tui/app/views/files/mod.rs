//! The files view: the files of an image with all its layers merged, or of one layer.
//!
//! ```text
//!   all 4 layers · 12 files · 12 MB · 1.2 MB wasted (w lists it)
//!
//!   ▾ usr                                    3.1 MB
//!     ▸ bin                                  3.0 MB   41 kB wasted
//!       tool                  -rwxr-xr-x      41 kB   layer 3
//!
//!   /usr/bin/tool
//!   file · -rwxr-xr-x · 0:0 · 40 984 bytes · 2026-05-04 · sha256:…
//!   layer 3: RUN update tool
//! ```

mod blame;
mod copy;
mod layers;
mod place;
mod preview;
mod row;
mod save;
mod search;
mod view;
mod viewer;
mod words;

use std::collections::HashSet;
use std::sync::Arc;

use ratatui::layout::Rect;

use crate::model::files::{Entry, FileId, Files, Path};
use crate::tui::app::detail::Line;
use crate::tui::app::going::At;
use crate::tui::app::saving::SaveLine;
use crate::tui::app::split::Split;
use crate::tui::app::{Action, Areas, Pane, SessionId, Stack, list};

pub use layers::{LayerLoad, LayerState};
use place::Place;
pub use row::{FileRow, FileWords};
use search::FileSearch;
pub use viewer::{Viewed, Viewer, ViewerState};

/// From this many columns on a file is shown beside the rows.
const BESIDE: u16 = 120;
/// From this many columns on the place for it is there before a file was opened.
const ALWAYS_BESIDE: u16 = 160;

/// The state of the files view.
#[derive(Debug, Clone)]
pub struct FilesView {
    /// Who asks; leaving the view ends it.
    pub session: SessionId,
    /// The image.
    pub of: At,
    /// What the image is called.
    pub title: String,
    /// Whether it is still to be told what the image's config says of its layers.
    config_unknown: bool,
    /// The image's layers, the lowest first.
    pub layers: Vec<LayerState>,
    /// The layer that is shown (from 0); `None` for all of them merged.
    pub only: Option<usize>,
    /// Shows what one layer wrote and a later one replaced or removed.
    pub wasted: bool,
    /// The row under the cursor.
    pub cursor: usize,
    /// The first row on the screen.
    pub top: usize,
    /// The search.
    pub search: FileSearch,
    /// The line in which a path to save to is typed, while it is.
    pub saving: Option<SaveLine<SavedFile>>,
    /// The file that is looked at, or that follows the cursor.
    pub viewer: Option<Viewer>,
    /// What was read of files that were looked at before.
    kept: Vec<Viewer>,
    /// What is beside the rows if no file is.
    beside_words: Vec<Line>,
    /// Whether files are read without asking another machine.
    is_here: bool,
    /// Whether a file was opened already.
    has_opened: bool,
    /// Keys go to the tree, though a file is shown beside it.
    in_tree: bool,
    /// Whether the file that is looked at is shown alone, though there is room for both.
    zoomed: bool,
    /// Whether what is largest comes first in each folder.
    by_size: bool,
    merging: Option<Option<usize>>,
    merged: Option<Arc<Files>>,
    single: Option<(usize, Arc<Files>)>,
    open: HashSet<FileId>,
    place: Place,
    rows: Vec<FileRow>,
    regions: Stack,
    /// Where a file is shown beside the rows; empty if it is shown instead of them.
    beside: Rect,
    areas: Areas,
    head: Vec<Line>,
    sentence: Vec<Line>,
}

/// The content of a file, by where it is.
#[derive(Debug, Clone)]
pub struct SavedFile {
    /// The layer (from 0) that holds it.
    pub(in crate::tui::app) layer: usize,
    entry: Entry,
}

impl FilesView {
    /// A view that has read nothing yet.
    fn new(
        session: SessionId,
        of: At,
        title: String,
        layers: Vec<LayerState>,
        only: Option<usize>,
    ) -> Self {
        let mut view = Self {
            session,
            of,
            title,
            config_unknown: true,
            layers,
            only,
            wasted: false,
            cursor: 0,
            top: 0,
            search: FileSearch::default(),
            saving: None,
            viewer: None,
            kept: Vec::new(),
            beside_words: Vec::new(),
            is_here: false,
            has_opened: false,
            in_tree: false,
            zoomed: false,
            by_size: false,
            merging: None,
            merged: None,
            single: None,
            open: HashSet::new(),
            place: Place::default(),
            rows: Vec::new(),
            regions: Stack::default(),
            beside: Rect::default(),
            areas: Areas::default(),
            head: Vec::new(),
            sentence: Vec::new(),
        };
        view.want();
        view
    }

    /// The files that are shown, once they are there.
    #[must_use]
    pub fn files(&self) -> Option<&Files> {
        match self.only {
            None => self.merged.as_deref(),
            Some(only) => {
                self.single.as_ref().filter(|(layer, _)| *layer == only).map(|(_, files)| &**files)
            }
        }
    }

    /// The files of all layers, once they are there.
    #[must_use]
    pub fn merged(&self) -> Option<&Files> {
        self.merged.as_deref()
    }

    /// The rows that are not folded away.
    #[must_use]
    pub fn rows(&self) -> &[FileRow] {
        &self.rows
    }

    /// The file under the cursor.
    #[must_use]
    pub fn at_cursor(&self) -> Option<FileId> {
        self.rows.get(self.cursor).map(|row| row.file)
    }

    /// What is shown, and its sums.
    #[must_use]
    pub fn head(&self) -> &[Line] {
        &self.head
    }

    /// The row under the cursor in full.
    #[must_use]
    pub fn sentence(&self) -> &[Line] {
        &self.sentence
    }

    /// Where its parts are.
    #[must_use]
    pub fn regions(&self) -> Stack {
        self.regions
    }

    /// Whether a line is being typed.
    #[must_use]
    pub fn is_typing(&self) -> bool {
        let within = self.viewer.as_ref().is_some_and(|viewer| viewer.sheet.within.input.is_some());
        self.search.input.is_some() || self.saving.is_some() || within
    }

    /// Shows the next or previous layer, or all of them.
    pub(super) fn turn(&mut self, forward: bool) {
        let count = self.layers.len();
        let at = self.only.map_or(0, |only| only + 1);
        let next = if forward { at + 1 } else { at + count };
        self.leave();
        self.only = (next % (count + 1)).checked_sub(1);
        self.wasted = false;
        self.search = FileSearch::default();
        self.want();
        self.arrive();
    }

    /// Switches between the tree and the list of what is wasted.
    pub(super) fn toggle_wasted(&mut self) {
        self.leave();
        self.wasted = !self.wasted;
        self.arrive();
    }

    /// Takes merged files: all layers, or one.
    pub(super) fn take_files(&mut self, only: Option<usize>, files: Arc<Files>) {
        if self.merging == Some(only) {
            self.merging = None;
        }
        if self.only == only {
            self.leave();
        }
        match only {
            None => self.merged = Some(files),
            Some(layer) => self.single = Some((layer, files)),
        }
        if self.only == only {
            // Files have other numbers now.
            self.search.found = self.find(&self.search.needle);
            self.arrive();
        }
    }

    /// Sorts the files in each folder by size, or by name again; the cursor stays on its file.
    pub(super) fn sort(&mut self) {
        let here = self.at_cursor();
        self.by_size = !self.by_size;
        self.search.found = self.find(&self.search.needle);
        self.lay_rows();
        if let Some(at) = self.rows.iter().position(|row| Some(row.file) == here) {
            self.cursor = at;
        }
    }

    /// The file that is looked at, if keys go to it.
    pub(super) fn reading(&self) -> Option<&Viewer> {
        self.viewer.as_ref().filter(|viewer| !self.in_tree && !viewer.follows)
    }

    /// Whether keys go to the file that is looked at.
    #[must_use]
    pub fn is_reading(&self) -> bool {
        self.reading().is_some()
    }

    /// The path of the file that keys go to, else of the row under the cursor.
    pub(super) fn path_meant(&self) -> Option<Path> {
        match self.reading() {
            Some(viewer) => Some(viewer.path.clone()),
            None => Some(self.files()?.path(self.at_cursor()?)),
        }
    }

    /// Goes to a file in the tree.
    pub(super) fn show(&mut self, file: FileId) {
        self.wasted = false;
        self.reveal(file);
    }

    /// Opens or closes the folder under the cursor; whether there is one.
    pub(super) fn toggle(&mut self) -> bool {
        let Some(row) = self.rows.get(self.cursor) else { return false };
        let Some(open) = row.open else { return false };
        let file = row.file;
        if open {
            self.open.remove(&file);
        } else {
            self.open.insert(file);
        }
        self.lay_rows();
        true
    }

    /// Opens the folder under the cursor, or goes to its first file.
    pub(super) fn go_in(&mut self) {
        match self.rows.get(self.cursor).map(|row| row.open) {
            Some(Some(false)) => drop(self.toggle()),
            Some(Some(true)) => self.go(Action::Down),
            _ => {}
        }
    }

    /// Closes the folder under the cursor, or goes to the folder it lies in.
    pub(super) fn go_out(&mut self) {
        let Some(row) = self.rows.get(self.cursor) else { return };
        if row.open == Some(true) {
            self.toggle();
            return;
        }
        let parent = self.files().and_then(|files| files.parent(row.file));
        if let Some(at) = self.rows.iter().position(|row| Some(row.file) == parent) {
            self.cursor = at;
        }
    }

    pub(super) fn go(&mut self, action: Action) {
        let page = usize::from(self.regions.rows.height.max(1));
        let height = usize::from(self.viewer_area().height);
        match self.viewer.as_mut().filter(|_| !self.in_tree) {
            Some(viewer) => viewer.sheet.go(action, height),
            None => self.cursor = list::target(action, self.cursor, self.rows.len(), page),
        }
    }

    /// After each message: rows and words true, the cursor in view.
    pub(super) fn settle(&mut self, size: (u16, u16), split: Split, retry: &str) {
        self.areas = Areas::of(size.0, size.1, Pane::Tree);
        let body = self.areas.body;
        let follows = self.viewer.as_ref().is_none_or(|viewer| viewer.follows);
        // What takes half of the rows has to have something to show.
        let is_worth_it = self.is_here || self.has_opened || size.0 >= ALWAYS_BESIDE;
        let has_any = !follows || (self.files().is_some() && !self.wasted && is_worth_it);
        let beside = has_any && size.0 >= BESIDE && !self.zoomed;
        let left = match beside {
            true => Rect { width: split.columns(body.width / 2, body.width), ..body },
            false => body,
        };
        self.beside = Rect { x: left.right(), width: body.right() - left.right(), ..body };
        self.in_tree &= self.beside.width > 0;
        let cells = Stack::cells(left);
        self.head = match !follows && self.beside.width == 0 {
            true => Vec::new(),
            false => words::head(self, cells, retry),
        };
        let rows = if self.files().is_some() { self.rows.len() } else { self.layers.len() };
        self.regions = Stack::of(left, self.head.len(), rows);
        self.cursor = self.cursor.min(self.rows.len().saturating_sub(1));
        let height = usize::from(self.regions.rows.height).max(1);
        let lowest = (self.cursor + 1).saturating_sub(height);
        self.top = self.top.clamp(lowest, self.cursor.max(lowest));
        self.sentence = words::sentence(self, cells);
        let area = self.viewer_area();
        if let Some(viewer) = &mut self.viewer {
            viewer.settle(usize::from(area.width), usize::from(area.height));
        }
    }

    /// Where the file that is looked at is shown: under its name and an empty line.
    #[must_use]
    pub fn viewer_area(&self) -> Rect {
        let body = self.viewer_body();
        let above = 2.min(body.height);
        Rect { y: body.y + above, height: body.height - above, ..body }
    }

    /// The place of the file that is looked at, with its name.
    #[must_use]
    pub fn viewer_body(&self) -> Rect {
        if self.beside.width == 0 {
            return self.regions.body;
        }
        // Behind the rule and a free cell.
        Rect { x: self.beside.x + 2, width: self.beside.width.saturating_sub(3), ..self.beside }
    }

    /// The rule between the rows and the file beside them; empty if there is none.
    #[must_use]
    pub fn viewer_rule(&self) -> Rect {
        Rect { width: self.beside.width.min(1), ..self.beside }
    }

    /// What is beside the rows if no file is.
    #[must_use]
    pub fn beside_words(&self) -> &[Line] {
        &self.beside_words
    }

    /// The name of the file that is looked at, and its size.
    #[must_use]
    pub fn viewer_title(&self) -> Line {
        words::viewer_title(self)
    }

    /// Where its parts are on the screen.
    #[must_use]
    pub fn areas(&self) -> Areas {
        self.areas
    }
}
