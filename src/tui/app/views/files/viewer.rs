//! One file, looked at.

use super::page::FilePage;
use crate::model::blame::{Blame, of_dockerfile, of_file};
use crate::model::files::{FileBytes, HEX_BYTES, Path, Preview};
use crate::oci::Failure;
use crate::text::{bytes, plural};
use crate::tui::app::detail::{Line, Tone};
use crate::tui::app::{Action, RequestId, list};

/// The file that is looked at.
#[derive(Debug, Clone)]
pub struct Viewer {
    /// The request; closing the file ends it.
    pub request: RequestId,
    /// Its path.
    pub path: Path,
    /// Its size in bytes.
    pub size: u64,
    /// How far it is.
    pub state: ViewerState,
    /// The first row on the screen.
    pub scroll: usize,
    /// The layer (from 0) whose maker is shown, and not the file's content.
    pub(super) blamed: Option<usize>,
}

/// How far a file is read.
#[derive(Debug, Clone)]
pub enum ViewerState {
    /// It is being read.
    Loading,
    /// It is there, and whether it is the file that the layer's listing speaks of.
    Ready(FilePage),
    /// It could not be read.
    Failed(Failure),
}

impl Viewer {
    pub(super) fn new(request: RequestId, path: Path, size: u64) -> Self {
        Self { request, path, size, state: ViewerState::Loading, scroll: 0, blamed: None }
    }

    /// What made a file of this layer (from 0).
    pub(super) fn of_blame(request: RequestId, path: Path, layer: usize) -> Self {
        Self { blamed: Some(layer), ..Self::new(request, path, 0) }
    }

    /// Takes what made the file.
    pub(super) fn take_blame(&mut self, blame: &Blame) {
        let Some(layer) = self.blamed else { return };
        let file = blame.file(&self.path.text(), layer);
        let mut lines: Vec<Line> =
            of_file(blame, &file).into_iter().map(|line| Line::of(Tone::Text, line)).collect();
        lines.push(Line::default());
        let muted = |line| Line::of(Tone::Muted, line);
        lines.extend(of_dockerfile(blame).into_iter().map(muted));
        self.state = ViewerState::Ready(FilePage::new(lines, blame.how.words()));
    }

    /// Whether it is being read.
    #[must_use]
    pub fn is_loading(&self) -> bool {
        matches!(self.state, ViewerState::Loading)
    }

    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        match &self.state {
            ViewerState::Ready(page) => page.len(),
            _ => 0,
        }
    }

    /// Takes the file, or its start; `save` is the key that saves all of it.
    pub(super) fn take(&mut self, file: &FileBytes, save: &str) {
        self.state = ViewerState::Ready(self.made(file, save));
    }

    /// Takes why it could not be read.
    pub(super) fn fail(&mut self, failure: Failure) {
        self.state = ViewerState::Failed(failure);
    }

    pub(super) fn go(&mut self, action: Action, height: usize) {
        let places = self.rows().saturating_sub(height) + 1;
        self.scroll = list::target(action, self.scroll, places, height.max(1));
    }

    /// Lays the rows out for the screen as it is now; the line at the top stays there.
    pub(super) fn settle(&mut self, cells: usize, height: usize) {
        let ViewerState::Ready(page) = &mut self.state else { return };
        self.scroll = page.lay(cells, self.scroll);
        self.scroll = self.scroll.min(page.len().saturating_sub(height));
    }

    fn made(&self, file: &FileBytes, save: &str) -> FilePage {
        let preview = Preview::of(&file.bytes, self.size);
        let shown = match preview {
            Preview::Text(_) => file.bytes.len(),
            Preview::Binary { .. } => file.bytes.len().min(HEX_BYTES),
        };
        let mut lines = Vec::new();
        if !file.verified {
            let part = format!("the first {}; not verified", bytes(shown as u64));
            lines.push(Line::of(Tone::Warning, part));
        }
        match preview {
            Preview::Text(text) => {
                let words = plural(text.len(), "line");
                let cells = text.len().to_string().len();
                lines.extend(text.into_iter().enumerate().map(|(at, text)| {
                    Line::of(Tone::Muted, format!("{:>cells$}  ", at + 1)).with(Tone::Text, text)
                }));
                FilePage::new(lines, words)
            }
            Preview::Binary { program, hex } => {
                if !program.is_empty() {
                    lines.extend(program.into_iter().map(|line| Line::of(Tone::Strong, line)));
                    lines.push(Line::default());
                }
                lines.extend(hex.into_iter().map(|line| Line::of(Tone::Text, line)));
                FilePage::new(lines, self.as_hex(shown as u64, save))
            }
        }
    }

    /// `the first 4.1 kB of 10 kB as hex`
    fn as_hex(&self, shown: u64, save: &str) -> String {
        let all = bytes(self.size);
        match shown < self.size {
            true => {
                format!("the first {} of {all} as hex; {save} saves the whole file", bytes(shown))
            }
            false => format!("{all} as hex"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_of_a_file_says_that_it_is_only_the_start() {
        for (size, words, warning) in [
            (
                10_000,
                "the first 4.1 kB of 10 kB as hex; S saves the whole file",
                "the first 4.1 kB; not verified",
            ),
            (16, "16 B as hex", "the first 16 B; not verified"),
        ] {
            let mut viewer = Viewer::new(RequestId(1), Path::root(), size);
            let bytes = vec![0; usize::try_from(size).unwrap()].into();
            viewer.take(&FileBytes { bytes, whole: true, verified: false }, "S");
            viewer.settle(80, 20);
            let ViewerState::Ready(page) = &viewer.state else { panic!("not ready") };
            assert_eq!(page.words, words);
            let first = page.shown(0, 1).iter().map(Line::text).collect::<String>();
            assert_eq!(first, warning);
        }
    }
}
