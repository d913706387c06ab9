//! One file, looked at.

use crate::app::detail::{Line, Tone};
use crate::app::{Action, SessionId, list};
use crate::content::{FileBytes, Path, Preview};
use crate::oci::Failure;
use crate::text::bytes;

/// The file that is looked at.
#[derive(Debug, Clone)]
pub struct Viewer {
    /// Who asks; closing the file ends it.
    pub session: SessionId,
    /// Its path.
    pub path: Path,
    /// Its size in bytes.
    pub size: u64,
    /// How far it is.
    pub state: ViewerState,
    /// The first line on the screen.
    pub scroll: usize,
}

/// How far a file is read.
#[derive(Debug, Clone)]
pub enum ViewerState {
    /// It is being read.
    Loading,
    /// Its lines, and whether it is the file that the layer's listing speaks of.
    Ready(Vec<Line>),
    /// It could not be read.
    Failed(Failure),
}

impl Viewer {
    pub(in crate::app) fn new(session: SessionId, path: Path, size: u64) -> Self {
        Self { session, path, size, state: ViewerState::Loading, scroll: 0 }
    }

    /// Whether it is being read.
    #[must_use]
    pub fn is_loading(&self) -> bool {
        matches!(self.state, ViewerState::Loading)
    }

    /// The lines that are there.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        match &self.state {
            ViewerState::Ready(lines) => lines,
            _ => &[],
        }
    }

    pub(in crate::app) fn take(&mut self, result: Result<FileBytes, Failure>) {
        self.state = match result {
            Ok(file) => ViewerState::Ready(self.made(&file)),
            Err(failure) => ViewerState::Failed(failure),
        };
    }

    pub(super) fn go(&mut self, action: Action, height: usize) {
        let page = height.saturating_sub(1).max(1);
        let last = self.lines().len().saturating_sub(page);
        self.scroll = list::target(action, self.scroll, last + 1, page);
    }

    fn made(&self, file: &FileBytes) -> Vec<Line> {
        let mut lines = Vec::new();
        if !file.verified {
            let part = format!("the first {}; not verified", bytes(file.bytes.len() as u64));
            lines.push(Line::of(Tone::Warning, part));
        }
        match Preview::of(&file.bytes, self.size) {
            Preview::Text(text) => {
                let cells = text.len().to_string().len();
                lines.extend(text.into_iter().enumerate().map(|(at, text)| {
                    Line::of(Tone::Muted, format!("{:>cells$}  ", at + 1)).with(Tone::Text, text)
                }));
            }
            Preview::Binary { program, hex } => {
                if !program.is_empty() {
                    lines.extend(program.into_iter().map(|line| Line::of(Tone::Strong, line)));
                    lines.push(Line::default());
                }
                lines.extend(hex.into_iter().map(|line| Line::of(Tone::Text, line)));
            }
        }
        lines
    }
}
