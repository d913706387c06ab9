//! The pane beside the rows: the file under the cursor, read in the background.
//!
//! Moving the cursor asks no registry for anything: of a file that is not here the pane says what the
//! key that opens it would read. What was read of the last files is kept, and is there again when the
//! cursor comes back.

use super::{FilesView, SavedFile, Viewer, ViewerState};
use crate::model::files::Path;
use crate::text::bytes;
use crate::tui::app::cx::Cx;
use crate::tui::app::detail::{Line, Tone};
use crate::tui::app::{Action, FileTask, Query};

/// The most bytes of a file that are read because the cursor is on it.
const PREVIEWED: u64 = 1 << 20;
/// The most files that are kept, and their bytes together; the one looked at first goes first.
const KEPT: usize = 16;
const KEPT_BYTES: u64 = 32 << 20;

impl FilesView {
    /// Shows the file under the cursor beside the rows, if keys go to these and there is room.
    pub(super) fn follow(&mut self, cx: &mut Cx) {
        if self.is_reading() {
            return;
        }
        if self.beside.width == 0 || self.wasted {
            if self.viewer.as_ref().is_some_and(|viewer| viewer.follows) {
                self.let_go(cx);
            }
            return;
        }
        let wanted = self.content().zip(self.path_at_cursor());
        let is_shown = match (&self.viewer, &wanted) {
            (Some(viewer), Some((content, path))) => {
                viewer.path == *path && viewer.layer() == Some(content.layer)
            }
            (Some(viewer), None) => Some(&viewer.path) == self.path_at_cursor().as_ref(),
            (None, _) => false,
        };
        if !is_shown {
            self.let_go(cx);
            self.viewer = wanted.and_then(|(content, path)| self.previewed(content, path, cx));
            self.in_tree = self.viewer.is_some();
        }
        self.beside_words = match self.viewer {
            Some(_) => Vec::new(),
            None => self.words_beside(cx),
        };
    }

    /// The file, as far as it is read, or is read for this.
    fn previewed(&mut self, content: SavedFile, path: Path, cx: &mut Cx) -> Option<Viewer> {
        let is_it = |it: &Viewer| it.path == path && it.layer() == Some(content.layer);
        if let Some(at) = self.kept.iter().position(is_it) {
            return Some(Viewer { follows: true, ..self.kept.remove(at) });
        }
        if !self.is_here {
            return None;
        }
        let layer = self.layers.get(content.layer)?.descriptor.clone()?;
        let (of, size) = (self.of.id.session(), content.entry.size);
        let task = FileTask { layer, entry: content.entry.clone() };
        let request = cx.ask(self.session, Query::File { of, task, cap: PREVIEWED });
        let viewer = Viewer::new(request, path, size);
        Some(Viewer { content: Some(content), follows: true, ..viewer })
    }

    /// Keys go to the file that follows the cursor; `false` if it is not the one under the cursor, or
    /// not all of it is there.
    pub(super) fn stay_with_preview(&mut self) -> bool {
        let path = self.path_at_cursor();
        let Some(viewer) = self.viewer.as_mut().filter(|it| it.follows) else { return false };
        let is_it = Some(&viewer.path) == path.as_ref() && viewer.size <= PREVIEWED;
        if !is_it || viewer.has_failed() {
            return false;
        }
        viewer.follows = false;
        (self.in_tree, self.has_opened) = (false, true);
        true
    }

    /// Takes the file off that is looked at, and keeps what was read of it.
    pub(super) fn let_go(&mut self, cx: &mut Cx) {
        let Some(mut viewer) = self.viewer.take() else { return };
        cx.stop(self.session, viewer.request);
        viewer.sheet.close(self.session, cx);
        if viewer.blamed.is_none() && matches!(viewer.state, ViewerState::Ready(_)) {
            self.kept.push(viewer);
        }
        let sum = |kept: &[Viewer]| kept.iter().map(Viewer::held).sum::<u64>();
        while self.kept.len() > KEPT || sum(&self.kept) > KEPT_BYTES {
            self.kept.remove(0);
        }
    }

    fn path_at_cursor(&self) -> Option<Path> {
        Some(self.files()?.path(self.at_cursor()?))
    }

    /// What the key that opens would do with what the cursor is on.
    fn words_beside(&self, cx: &Cx) -> Vec<Line> {
        let key = cx.keymap.spelled(Action::FilesOpen);
        let Some(row) = self.rows.get(self.cursor) else { return Vec::new() };
        let words = match (row.open, self.content(), self.why_not_open()) {
            (Some(true), ..) => format!("{key} closes the folder"),
            (Some(false), ..) => format!("{key} opens the folder"),
            (None, Some(content), _) => {
                let layer = self.layers.get(content.layer).and_then(|it| it.descriptor.as_ref());
                let of = layer.map_or(String::new(), |it| format!(" of {}", bytes(it.size)));
                format!(
                    "{key} reads it from layer {}{of}, which is in the registry",
                    content.layer + 1
                )
            }
            (None, None, Some(why)) => why,
            (None, None, None) => format!("{key} goes where the link leads"),
        };
        vec![Line::of(Tone::Muted, words)]
    }
}
