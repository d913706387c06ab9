//! One file, looked at.

use tui_input::InputRequest;

use super::SavedFile;
use crate::model::blame::{Blame, FACT_CELLS, page};
use crate::model::files::{FileBytes, Path, program};
use crate::oci::Failure;
use crate::text::{bytes, escape, plural, wrap};
use crate::tui::app::cx::Cx;
use crate::tui::app::detail::{Content, Line, Tone};
use crate::tui::app::view::Prompt;
use crate::tui::app::within::Searching;
use crate::tui::app::{Key, RequestId, SessionId, Sheet};

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
    /// What is read of it.
    pub sheet: Sheet,
    /// What is saved and copied of it while keys go to it; `None` if it has no content.
    pub(super) content: Option<SavedFile>,
    /// The layer (from 0) whose maker is shown, and not the file's content.
    pub(super) blamed: Option<usize>,
    /// Shows text as hex.
    pub(super) as_hex: bool,
    /// It is shown because the cursor is on it, and another one once the cursor is there.
    pub follows: bool,
    /// The cells that the sheet is for; `None` before it has anything.
    pub(super) cells: Option<usize>,
}

/// How far a file is read.
#[derive(Debug, Clone)]
pub enum ViewerState {
    /// It is being read.
    Loading,
    /// It is there.
    Ready(Viewed),
    /// It could not be read.
    Failed(Failure),
}

/// What is there of a file.
#[derive(Debug, Clone)]
pub enum Viewed {
    /// Its content, and whether that is the file that the layer's listing speaks of.
    File(FileBytes),
    /// What made it.
    Blame {
        /// In lines.
        lines: Vec<(Tone, String)>,
        /// What else is on the page.
        words: String,
    },
}

impl Viewer {
    pub(super) fn new(request: RequestId, path: Path, size: u64) -> Self {
        Self {
            request,
            path,
            size,
            note: String::new(),
            state: ViewerState::Loading,
            sheet: Sheet::default(),
            content: None,
            blamed: None,
            as_hex: false,
            follows: false,
            cells: None,
        }
    }

    /// Takes what made the file.
    pub(super) fn take_blame(&mut self, blame: &Blame) {
        let Some(layer) = self.blamed else { return };
        let file = blame.file(&self.path.text(), layer);
        let (facts, steps) = page(blame, &file);
        let mut lines: Vec<(Tone, String)> =
            facts.into_iter().map(|line| (Tone::Text, line)).collect();
        lines.push((Tone::Text, String::new()));
        lines.extend(steps.into_iter().map(|line| (Tone::Muted, line)));
        let layers = plural(blame.layers.len(), "layer");
        let words = format!("what made it, and the steps of {layers}");
        self.state = ViewerState::Ready(Viewed::Blame { lines, words });
    }

    /// Whether it could not be read.
    pub(super) fn has_failed(&self) -> bool {
        matches!(self.state, ViewerState::Failed(_))
    }

    /// The layer (from 0) that holds it.
    pub(super) fn layer(&self) -> Option<usize> {
        self.content.as_ref().map(|content| content.layer).or(self.blamed)
    }

    /// How many bytes of it are held.
    pub(super) fn held(&self) -> u64 {
        self.file().map_or(0, |file| file.bytes.len() as u64)
    }

    /// Whether it is being read.
    #[must_use]
    pub fn is_loading(&self) -> bool {
        matches!(self.state, ViewerState::Loading)
    }

    /// What was read of it.
    fn file(&self) -> Option<&FileBytes> {
        match &self.state {
            ViewerState::Ready(Viewed::File(file)) => Some(file),
            _ => None,
        }
    }

    /// Takes the file, or its start. What was looked for meanwhile is looked for now.
    pub(super) fn take(
        &mut self,
        file: FileBytes,
        (cells, height): (usize, usize),
        asker: (SessionId, &mut Cx),
    ) {
        let waits = self.sheet.within.searching == Searching::Waiting;
        self.state = ViewerState::Ready(Viewed::File(file));
        self.settle(cells, height);
        if waits {
            self.sheet.find(true, true, height, asker);
        }
    }

    /// Takes why it could not be read.
    pub(super) fn fail(&mut self, failure: Failure) {
        self.sheet.within.forget();
        self.state = ViewerState::Failed(failure);
    }

    /// Why it cannot be shown as text and as hex by turns; `None` if it can.
    pub(super) fn why_one_form(&self) -> Option<&'static str> {
        match self.file() {
            None => Some("no content of a file is shown"),
            Some(file) if file.text.is_none() => Some("it is not text"),
            Some(_) => None,
        }
    }

    /// Whether its content is shown as hex.
    pub(super) fn is_hex(&self) -> bool {
        self.file().is_some_and(|file| self.as_hex || file.text.is_none())
    }

    /// Shows text as hex, or as text again, from its start.
    pub(super) fn turn(&mut self) {
        self.as_hex = !self.as_hex;
        self.cells = None;
        self.sheet.scroll = 0;
    }

    /// A key of the line in which a needle is typed.
    pub(super) fn typed(
        &mut self,
        key: Key,
        request: Option<InputRequest>,
        height: usize,
        asker: (SessionId, &mut Cx),
    ) {
        if !self.is_loading() {
            self.sheet.typed(key, request, height, asker);
        } else if self.sheet.within.typed(key, request) {
            self.sheet.within.searching = Searching::Waiting;
        }
    }

    /// Goes to the next or previous match, as soon as there can be one.
    pub(super) fn find(&mut self, forward: bool, height: usize, asker: (SessionId, &mut Cx)) {
        if !self.is_loading() {
            self.sheet.find(forward, false, height, asker);
        }
    }

    /// Lays the rows out for the screen as it is now; what is on top stays there.
    pub(super) fn settle(&mut self, cells: usize, height: usize) {
        if let ViewerState::Ready(looked) = &self.state
            && self.cells != Some(cells)
        {
            let (head, content) = self.laid_out(looked, cells);
            match self.cells.replace(cells) {
                None => self.sheet.put(head, content),
                Some(_) => self.sheet.put_anew(head, content),
            }
        }
        self.sheet.settle(height);
    }

    /// What is shown of it, with the lines over that.
    fn laid_out(&self, looked: &Viewed, cells: usize) -> (Vec<Line>, Content) {
        let folded = |tone: Tone, text: &str| {
            wrap(text, cells).into_iter().map(move |line| Line::of(tone, line))
        };
        let file = match looked {
            Viewed::File(file) => file,
            Viewed::Blame { lines, .. } => {
                let lines = lines.iter().flat_map(|(tone, line)| {
                    let whole = match tone {
                        Tone::Text => hanging(line, cells),
                        _ => wrap(line, cells),
                    };
                    whole.into_iter().map(move |line| Line::of(*tone, line))
                });
                return (Vec::new(), Content::Lines(lines.collect()));
            }
        };
        let mut head = Vec::new();
        if !file.verified {
            let shown = bytes(file.bytes.len() as u64);
            head.extend(folded(Tone::Warning, &format!("the first {shown}; not verified")));
        }
        if let Some(text) = file.text.filter(|_| !self.as_hex) {
            let bytes = file.bytes.slice(..text.end);
            return (head, Content::file(bytes, text.lines, cells));
        }
        let program = program(&file.bytes, self.size);
        if !program.is_empty() {
            head.extend(program.iter().flat_map(|line| folded(Tone::Strong, line)));
            head.push(Line::default());
        }
        (head, Content::hex(file.bytes.clone(), cells))
    }

    /// The line in which a needle is typed, while it is.
    pub(super) fn prompt(&self) -> Option<Prompt<'_>> {
        self.sheet.prompt()
    }

    /// What the status line says of it; `next` is the key that searches on, `save` the one that saves
    /// all of it.
    pub(super) fn words(&self, next: &str, save: &str) -> String {
        let needle = &self.sheet.within.needle;
        match &self.state {
            ViewerState::Loading if needle.is_empty() => format!("reading {}", self.path),
            ViewerState::Loading => {
                format!("reading {}, to look for “{}” in it", self.path, escape(needle))
            }
            ViewerState::Failed(failure) => escape(&failure.to_string()).into_owned(),
            ViewerState::Ready(_) if !needle.is_empty() => self.sheet.words_of_search(next),
            ViewerState::Ready(Viewed::Blame { words, .. }) => words.clone(),
            ViewerState::Ready(Viewed::File(file)) => self.words_of(file, save),
        }
    }

    fn words_of(&self, file: &FileBytes, save: &str) -> String {
        let shown = bytes(file.bytes.len() as u64);
        let part = ((file.bytes.len() as u64) < self.size)
            .then(|| format!("the first {shown} of {}", bytes(self.size)));
        let mut words = match (file.text.filter(|_| !self.as_hex), &part) {
            (None, part) => format!("{} as hex", part.as_ref().unwrap_or(&shown)),
            (Some(text), Some(part)) => format!("{}, {part}", plural(text.lines, "line")),
            (Some(text), None) => plural(text.lines, "line"),
        };
        if part.is_some() {
            words += &format!("; {save} saves the whole file");
        }
        words
    }
}

/// A fact in as many lines as it takes: what there is no room for goes on under what is said, and not
/// under its label.
fn hanging(line: &str, cells: usize) -> Vec<String> {
    match line.split_at_checked(FACT_CELLS).filter(|_| cells >= 2 * FACT_CELLS) {
        None => wrap(line, cells),
        Some((label, said)) => {
            let pieces = wrap(said, cells - FACT_CELLS).into_iter().enumerate();
            let label = |at| if at == 0 { label } else { "" };
            pieces.map(|(at, piece)| format!("{:FACT_CELLS$}{piece}", label(at))).collect()
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
            let bytes = vec![0; usize::try_from(size.min(4096)).unwrap()].into();
            let file = FileBytes::new(bytes, size == 16, false);
            viewer.state = ViewerState::Ready(Viewed::File(file));
            viewer.settle(80, 20);
            assert_eq!(viewer.words("n", "S"), words);
            assert_eq!(viewer.sheet.line(0).unwrap().text(), warning);
        }
    }
}
