//! The editor: one draft, its entries as a table, the list that it makes, what a push would do.
//!
//! ```text
//!   1 Entries   2 Preview   3 Plan   4 Effects                  2 added · 1 removed
//!   #      platform         digest
//!   1      linux/amd64      33735bd63cf8
//!   2  +   linux/arm64/v8   9cee2b382fe2   from :arm64
//!   ────
//!   ! entry 2: its config says linux/arm/v7          f  take the config's platform
//! ```

mod acting;
mod annotation_form;
mod diff;
mod edited;
mod effects;
mod exporting;
mod foot;
mod forms;
mod gathering;
mod layer;
mod moving;
mod parts;
mod plan;
mod platform_form;
mod preview;
mod rows;
mod tab;
mod taking;
mod view;

use std::collections::HashSet;
use std::sync::Arc;

use crate::model::draft::{Entry, EntryId, Mark, Place, Problem, Severity};
use crate::tui::app::cx::Cx;
use crate::tui::app::detail::{Content, Line};
use crate::tui::app::drafts::OpenDraft;
use crate::tui::app::view::Reason;
use crate::tui::app::{Action, Areas, Pane, list};

pub(in crate::tui::app) use gathering::answered;
pub use layer::{OpenForm, Purpose};
pub use parts::Parts;
pub use preview::Against;
pub use rows::{EntryRow, Rows};
pub use tab::EditorTab;

/// The state of the editor.
#[derive(Debug, Clone, Default)]
pub struct Editor {
    /// The draft's name.
    pub draft: String,
    /// What is shown of it.
    pub tab: EditorTab,
    /// The row under the cursor.
    pub cursor: usize,
    /// The first row on the screen.
    pub top: usize,
    /// The first line of the other tabs on the screen.
    pub scroll: usize,
    /// The form that is open.
    pub form: Option<OpenForm>,
    /// What the preview shows.
    pub against: Against,
    /// The text of the tabs other than the entries.
    content: Content,
    content_of: Option<TextKey>,
    at: Option<EntryId>,
    open: HashSet<EntryId>,
    entries: Vec<Entry>,
    rows: Rows,
    problems: Arc<[Problem]>,
    problem: Option<usize>,
    foot: Vec<Line>,
    made: Option<u64>,
    parts: Parts,
}

/// What a text was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct TextKey {
    revision: u64,
    tab: EditorTab,
    against: Against,
    width: u16,
    /// Whether the effects are known.
    weighed: bool,
}

/// The keys that the texts name.
#[derive(Debug)]
struct Keys {
    fix: String,
    next: String,
    target: String,
    again: String,
}

impl Keys {
    fn of(cx: &Cx) -> Self {
        Self {
            fix: cx.key(Action::Fix),
            next: cx.key(Action::NextProblem),
            target: cx.key(Action::SetTarget),
            again: cx.key(Action::Survey),
        }
    }

    fn no_target(&self) -> String {
        format!("no target yet; {} says where to push", self.target)
    }
}

impl Editor {
    /// An editor of the draft with this name.
    fn new(draft: &str) -> Self {
        Self { draft: draft.to_owned(), ..Self::default() }
    }

    /// The rows of the table.
    #[must_use]
    pub fn rows(&self) -> &Rows {
        &self.rows
    }

    /// The lines under the table: what is wrong, and what mends it.
    #[must_use]
    pub fn foot(&self) -> &[Line] {
        &self.foot
    }

    /// Where its parts are.
    #[must_use]
    pub fn parts(&self) -> Parts {
        self.parts
    }

    /// The text of the tab shown.
    #[must_use]
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// How many errors and warnings there are.
    #[must_use]
    pub fn problems(&self) -> (usize, usize) {
        let errors = self.problems.iter().filter(|it| it.severity == Severity::Error).count();
        (errors, self.problems.len() - errors)
    }

    /// The row behind which the open form is shown; `None` if it is over all rows.
    #[must_use]
    pub fn form_behind(&self) -> Option<usize> {
        let entry = self.form.as_ref()?.purpose.entry()?;
        self.rows.rows.iter().position(|row| row.id == entry)
    }

    /// The entry under the cursor.
    #[must_use]
    pub fn entry(&self) -> Option<&Entry> {
        let id = self.rows.rows.get(self.cursor)?.id;
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// The entry under the cursor, if it is in the list.
    ///
    /// # Errors
    /// In words: there is none.
    fn present(&self) -> Result<&Entry, Reason> {
        match self.entry() {
            None => {
                Err(Reason::new("the list has no entries yet")
                    .then(Action::AddImage, "adds an image"))
            }
            Some(entry) if entry.mark == Mark::Removed => {
                Err(Reason::new("this entry is removed").then(Action::Undo, "takes edits back"))
            }
            Some(entry) => Ok(entry),
        }
    }

    /// Puts the cursor on a row.
    fn put_cursor(&mut self, row: usize) {
        self.cursor = row;
        self.at = self.rows.rows.get(row).map(|row| row.id);
    }

    /// Puts the cursor on an entry.
    fn go_to(&mut self, id: EntryId) {
        // One that hides below its image shows itself.
        if let Some(image) = self.entries.iter().find(|it| it.id == id).and_then(|it| it.attests) {
            self.open.insert(image);
            self.made = None;
        }
        self.at = Some(id);
    }

    /// Shows or hides the attestations of the image under the cursor; whether it has any.
    fn fold(&mut self) -> bool {
        let Some(row) = self.rows.rows.get(self.cursor) else { return false };
        let image = match row.open {
            Some(_) => row.id,
            // From an attestation back to its image.
            None => match self.entry().and_then(|entry| entry.attests) {
                Some(image) if row.below => image,
                _ => return false,
            },
        };
        if !self.open.remove(&image) {
            self.open.insert(image);
        }
        self.at = Some(image);
        self.made = None;
        true
    }

    /// The problem that the foot shows.
    fn shown_problem(&self) -> Option<&Problem> {
        self.problem.and_then(|at| self.problems.get(at))
    }

    /// Goes to the next problem, from the first one on.
    fn next_problem(&mut self) {
        let length = self.problems.len();
        let next = self.problem.map_or(0, |at| (at + 1) % length.max(1));
        self.problem = (next < length).then_some(next);
        if let Some(Place::Entry(id)) = self.shown_problem().map(|problem| problem.place) {
            self.go_to(id);
        }
        self.tab = EditorTab::Entries;
    }

    /// Shows a tab.
    fn show(&mut self, tab: EditorTab) {
        if self.tab != tab {
            self.tab = tab;
            self.scroll = 0;
        }
    }

    /// Moves the cursor, or the text of another tab.
    fn go(&mut self, action: Action) {
        let page = usize::from(self.parts.rows.height).max(1);
        if self.tab == EditorTab::Entries {
            let before = self.cursor;
            self.cursor = list::target(action, self.cursor, self.rows.rows.len(), page);
            if before != self.cursor {
                self.at = self.rows.rows.get(self.cursor).map(|row| row.id);
                self.problem = None;
            }
        } else {
            // Texts scroll by lines, the titles' line included.
            let last = self.content.len().saturating_sub(page + 1);
            self.scroll = list::target(action, self.scroll, last + 1, page);
        }
    }

    /// Turns the wheel over the entries, or the text of another tab.
    fn wheel_over(&mut self, lines: i32) {
        let height = usize::from(self.parts.rows.height);
        if self.tab == EditorTab::Entries {
            let mut cursor = self.cursor;
            list::wheel(&mut self.top, &mut cursor, (self.rows.rows.len(), height), lines);
            self.put_cursor(cursor);
        } else {
            let length = self.content.len();
            self.scroll = list::scrolled(self.scroll, length, height + 1, lines);
        }
    }

    /// Brings rows, texts and places up to date.
    fn settle(&mut self, draft: &mut OpenDraft, size: (u16, u16), keys: &Keys) {
        if self.made != Some(draft.revision) {
            self.made = Some(draft.revision);
            self.problems = draft.problems();
            self.entries = draft.draft.entries();
            self.rows = rows::rows(&draft.draft, &self.entries, &self.problems, &self.open);
            self.problem = self.problem.filter(|at| *at < self.problems.len());
        }
        let found = self.at.and_then(|id| self.rows.rows.iter().position(|row| row.id == id));
        self.cursor = found.unwrap_or(self.cursor).min(self.rows.rows.len().saturating_sub(1));
        self.at = self.rows.rows.get(self.cursor).map(|row| row.id);
        // The problem of the row under the cursor, unless another one was gone to.
        let here = |problem: &Problem| match (problem.place, self.at) {
            (Place::Entry(id), Some(at)) => id == at,
            _ => false,
        };
        let still = self.shown_problem().is_some_and(|it| it.place == Place::List || here(it));
        if !still {
            let of_list = || self.problems.iter().position(|it| it.place == Place::List);
            self.problem = self.problems.iter().position(here).or_else(of_list);
        }
        let body = Areas::of(size.0, size.1, Pane::Tree).body;
        let cells = usize::from(body.width.saturating_sub(2));
        self.foot = match self.tab {
            EditorTab::Entries => {
                foot::lines(&self.problems, self.problem, cells, &keys.fix, &keys.next)
            }
            _ => Vec::new(),
        };
        self.parts = Parts::of(body, self.foot.len());
        self.settle_scroll();
        self.settle_content(draft, body.width, keys);
        self.content.show(self.scroll, usize::from(body.height));
    }

    fn settle_scroll(&mut self) {
        let height = usize::from(self.parts.rows.height);
        let form = self.form.as_ref().map_or(0, OpenForm::lines).min(height.saturating_sub(1));
        let lowest = (self.cursor + 1 + form).saturating_sub(height).min(self.cursor);
        let length = self.rows.rows.len() + form;
        let last_top = length.saturating_sub(height).max(lowest);
        self.top = self.top.clamp(lowest, self.cursor).min(last_top);
    }

    fn settle_content(&mut self, draft: &OpenDraft, width: u16, keys: &Keys) {
        let (tab, against) = (self.tab, self.against);
        if tab == EditorTab::Entries {
            return;
        }
        let weighed = draft.effects().is_some();
        let key = TextKey { revision: draft.revision, tab, against, width, weighed };
        if self.content_of == Some(key) {
            return;
        }
        self.content_of = Some(key);
        let cells = usize::from(width.saturating_sub(4));
        self.content = match tab {
            EditorTab::Entries => Content::default(),
            EditorTab::Preview => preview::content(draft, against, cells, keys),
            EditorTab::Plan => Content::Lines(plan::tab(draft, cells, keys)),
            EditorTab::Effects => Content::Lines(effects::tab(draft, cells, keys)),
        };
        self.scroll = self.scroll.min(self.content.len().saturating_sub(1));
    }
}
