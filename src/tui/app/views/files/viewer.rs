//! One file, looked at.

use super::SavedFile;
use super::page::FilePage;
use crate::model::blame::{Blame, of_dockerfile, of_file};
use crate::model::files::{FileBytes, Path, as_text, program};
use crate::oci::Failure;
use crate::text::{bytes, count, escape};
use crate::tui::app::detail::{Line, Searched, Tone};
use crate::tui::app::within::Searching;
use crate::tui::app::{Action, RequestId, Within, list};

/// The file that is looked at.
#[derive(Debug, Clone)]
pub struct Viewer {
    /// The request; closing the file ends it.
    pub request: RequestId,
    /// Its path.
    pub path: Path,
    /// Its size in bytes.
    pub size: u64,
    /// What is behind that: which layer wrote it, if a later one replaced it.
    pub note: String,
    /// How far it is.
    pub state: ViewerState,
    /// The first row on the screen.
    pub scroll: usize,
    /// The search in it.
    pub within: Within,
    /// What is saved and copied of it while keys go to it; `None` if it has no content.
    pub(super) content: Option<SavedFile>,
    /// What was read of it.
    pub(super) file: Option<FileBytes>,
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
        Self {
            request,
            path,
            size,
            note: String::new(),
            state: ViewerState::Loading,
            scroll: 0,
            within: Within::default(),
            content: None,
            file: None,
            blamed: None,
        }
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
        self.state = ViewerState::Ready(FilePage::of_lines(lines, blame.how.words()));
    }

    /// Whether it could not be read.
    pub(super) fn has_failed(&self) -> bool {
        matches!(self.state, ViewerState::Failed(_))
    }

    /// The layer (from 0) that holds it.
    pub(super) fn layer(&self) -> Option<usize> {
        self.content.as_ref().map(|content| content.layer).or(self.blamed)
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
    pub(super) fn take(&mut self, file: FileBytes, save: &str) {
        let page = self.page(&file, as_text(&file.bytes, file.whole).is_none(), save);
        self.file = Some(file);
        self.state = ViewerState::Ready(page);
    }

    /// Takes why it could not be read.
    pub(super) fn fail(&mut self, failure: Failure) {
        self.within.forget();
        self.state = ViewerState::Failed(failure);
    }

    /// Why it cannot be shown as text and as hex by turns; `None` if it can.
    pub(super) fn why_one_form(&self) -> Option<&'static str> {
        match &self.file {
            None => Some("no content of a file is shown"),
            Some(file) if as_text(&file.bytes, file.whole).is_none() => Some("it is not text"),
            Some(_) => None,
        }
    }

    /// Shows text as hex, or as text again.
    pub(super) fn turn(&mut self, save: &str) {
        let ViewerState::Ready(page) = &self.state else { return };
        let as_hex = !page.is_hex();
        if let Some(page) = self.file.as_ref().map(|file| self.page(file, as_hex, save)) {
            self.state = ViewerState::Ready(page);
            self.scroll = 0;
            self.within.forget();
        }
    }

    pub(super) fn go(&mut self, action: Action, height: usize) {
        let places = self.rows().saturating_sub(height) + 1;
        self.scroll = list::target(action, self.scroll, places, height.max(1));
    }

    /// Goes to the next or previous match, around the ends; `here_too`: the first row counts.
    pub(super) fn find(&mut self, forward: bool, here_too: bool, height: usize) {
        let ViewerState::Ready(page) = &self.state else {
            self.within.searching = Searching::Waiting;
            return;
        };
        let from = self.within.at().unwrap_or(self.scroll);
        let here_too = here_too || self.within.at().is_none();
        self.within.searching = Searching::None;
        self.within.found = page.find(&self.within.needle, from, forward, here_too).into();
        if let Some(at) = self.within.at()
            && !(self.scroll..self.scroll + height).contains(&at)
        {
            self.scroll = at.saturating_sub(height / 3);
        }
    }

    /// Lays the rows out for the screen as it is now; the line at the top stays there.
    pub(super) fn settle(&mut self, cells: usize, height: usize) {
        let ViewerState::Ready(page) = &mut self.state else { return };
        let before = page.len();
        self.scroll = page.lay(cells, self.scroll);
        let (rows, waits) = (page.len(), self.within.searching == Searching::Waiting);
        if rows != before {
            self.within.forget();
        }
        self.scroll = self.scroll.min(rows.saturating_sub(height));
        if waits {
            self.find(true, true, height);
        }
    }

    /// Whether its content is shown as hex.
    pub(super) fn is_hex(&self) -> bool {
        self.file.is_some() && matches!(&self.state, ViewerState::Ready(page) if page.is_hex())
    }

    /// What of it is searched.
    pub(super) fn searched(&self) -> Searched {
        if self.is_hex() { Searched::Bytes } else { Searched::Text }
    }

    /// What the status line says of it; `next` is the key that searches on.
    pub(super) fn words(&self, next: &str) -> String {
        match &self.state {
            ViewerState::Loading if self.within.needle.is_empty() => {
                format!("reading {}", self.path)
            }
            ViewerState::Loading => {
                format!(
                    "reading {}, to look for “{}” in it",
                    self.path,
                    escape(&self.within.needle)
                )
            }
            ViewerState::Failed(failure) => escape(&failure.to_string()).into_owned(),
            ViewerState::Ready(page) if self.within.needle.is_empty() => page.words.clone(),
            ViewerState::Ready(page) => {
                self.within.words(self.searched(), next, |at| match page.line_of(at) {
                    Some((line, all)) => {
                        format!("line {} of {}", count(line as u64), count(all as u64))
                    }
                    None => format!("row {} of {}", count(at as u64 + 1), count(page.len() as u64)),
                })
            }
        }
    }

    fn page(&self, file: &FileBytes, as_hex: bool, save: &str) -> FilePage {
        let shown = bytes(file.bytes.len() as u64);
        let mut head = Vec::new();
        if !file.verified {
            head.push(Line::of(Tone::Warning, format!("the first {shown}; not verified")));
        }
        let text = (!as_hex)
            .then(|| FilePage::of_text(head.clone(), file.bytes.clone(), file.whole))
            .flatten();
        let mut page = text.unwrap_or_else(|| {
            let program = program(&file.bytes, self.size);
            if !program.is_empty() {
                head.extend(program.into_iter().map(|line| Line::of(Tone::Strong, line)));
                head.push(Line::default());
            }
            FilePage::of_hex(head, file.bytes.clone(), String::new())
        });
        let part = ((file.bytes.len() as u64) < self.size)
            .then(|| format!("the first {shown} of {}", bytes(self.size)));
        page.words = match (page.is_hex(), &part) {
            (true, part) => format!("{} as hex", part.as_ref().unwrap_or(&shown)),
            (false, Some(part)) => format!("{}, {part}", page.words),
            (false, None) => page.words,
        };
        if part.is_some() {
            page.words += &format!("; {save} saves the whole file");
        }
        page
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
            let bytes = vec![0; usize::try_from(size.min(4096)).unwrap()].into();
            viewer.take(FileBytes { bytes, whole: size == 16, verified: false }, "S");
            viewer.settle(80, 20);
            let ViewerState::Ready(page) = &viewer.state else { panic!("not ready") };
            assert_eq!(page.words, words);
            let first = page.shown(0, 1).iter().map(Line::text).collect::<String>();
            assert_eq!(first, warning);
        }
    }
}
