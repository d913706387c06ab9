//! Where somebody is in the files, kept while other files are shown.

use std::collections::HashSet;

use super::FilesView;
use crate::model::files::{FileId, Path};

/// The open folders and the row under the cursor, by their names: in other files they have other
/// numbers.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    open: Vec<Path>,
    at: Option<Path>,
    /// The rows over it on the screen.
    above: usize,
    /// What of it was there in the files that are shown now.
    landed: Option<(Option<FileId>, HashSet<FileId>)>,
}

impl FilesView {
    /// Remembers the place, before other files are shown. Who has not moved since the last time
    /// still wants to be where they were then, though these files may not have that.
    pub(super) fn leave(&mut self) {
        let (Some(files), false) = (self.files(), self.wasted) else { return };
        let here = (self.at_cursor(), self.open.clone());
        if self.place.landed.as_ref() == Some(&here) {
            return;
        }
        self.place = Place {
            open: self.open.iter().map(|id| files.path(*id)).collect(),
            at: self.at_cursor().map(|id| files.path(id)),
            above: self.cursor.saturating_sub(self.top),
            landed: None,
        };
    }

    /// Goes to the remembered place: its row, or the nearest folder above it that is shown.
    pub(super) fn arrive(&mut self) {
        self.cursor = 0;
        self.top = 0;
        self.open.clear();
        if let (Some(files), false) = (self.files(), self.wasted) {
            let exactly =
                |path: &Path| Some(files.nearest(path)).filter(|id| files.path(*id) == *path);
            let target = self.place.at.as_ref().map(|path| files.nearest(path));
            let way: Vec<FileId> = std::iter::successors(target, |id| files.parent(*id)).collect();
            self.open = self.place.open.iter().filter_map(exactly).collect();
            self.lay_rows();
            for id in way {
                self.reveal(id);
                if self.at_cursor() == Some(id) {
                    break;
                }
            }
            self.top = self.cursor.saturating_sub(self.place.above);
            self.place.landed = Some((self.at_cursor(), self.open.clone()));
        }
        self.lay_rows();
    }
}
