//! All drafts: those that are open, and those that an earlier platy left unsaved.

use jiff::Timestamp;

use super::keeping::{assembled, is_one_name};
use super::{DraftOrder, KeptDraft, OpenDraft, text};
use crate::model::draft::{Draft, Format};
use crate::model::push::Entry;
use crate::oci::Assembled;
use crate::tui::app::SessionId;

/// A draft that was left unsaved.
#[derive(Debug, Clone)]
pub struct LeftDraft {
    /// Its name in the folder.
    pub name: String,
    /// What it is called; or why it cannot be read, in words.
    pub title: Result<String, String>,
    /// Its base, in the form that people write.
    pub base: Option<String>,
    /// How many edits it has.
    pub edits: usize,
    /// When it was kept last.
    pub at: Timestamp,
}

/// The drafts.
#[derive(Debug, Clone, Default)]
pub struct Drafts {
    /// Those that are open, the one used last at the end.
    pub open: Vec<OpenDraft>,
    /// Those that were left, newest first.
    pub left: Vec<LeftDraft>,
    /// The last push of each tag, newest first.
    pub pushes: Vec<Entry>,
    /// The address under which pushes are looked for and taken back.
    pub session: SessionId,
    prefix: String,
    count: u64,
}

impl Drafts {
    /// No drafts. Names begin with `prefix`, so that no two processes use the same.
    pub(in crate::tui::app) fn new(prefix: &str, session: SessionId) -> Self {
        Self { prefix: prefix.to_owned(), session, ..Self::default() }
    }

    /// An open draft.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&OpenDraft> {
        self.open.iter().find(|draft| draft.name == name)
    }

    pub(in crate::tui::app) fn get_mut(&mut self, name: &str) -> Option<&mut OpenDraft> {
        self.open.iter_mut().find(|draft| draft.name == name)
    }

    pub(in crate::tui::app) fn of_session(&mut self, session: SessionId) -> Option<&mut OpenDraft> {
        self.open.iter_mut().find(|draft| draft.session == session)
    }

    /// The draft used last.
    #[must_use]
    pub fn current(&self) -> Option<&OpenDraft> {
        self.open.last()
    }

    /// The list of the open draft of this name or title, as it is now.
    pub(in crate::tui::app) fn list(&self, name: &str) -> Option<Box<Assembled>> {
        let called = |open: &&OpenDraft| open.name == name || is_one_name(&open.title(), name);
        let open = self.open.iter().rev().find(called)?;
        assembled(&open.draft).ok().map(Box::new)
    }

    /// Makes a draft the one used last.
    pub(in crate::tui::app) fn use_now(&mut self, name: &str) {
        if let Some(at) = self.open.iter().position(|draft| draft.name == name) {
            let draft = self.open.remove(at);
            self.open.push(draft);
        }
    }

    /// Opens a draft; its name.
    pub(in crate::tui::app) fn add(
        &mut self,
        session: SessionId,
        draft: Draft,
        target: String,
        now: Timestamp,
    ) -> String {
        self.count += 1;
        let name = format!("{}-{}", self.prefix, self.count);
        self.open.push(OpenDraft::new(name.clone(), session, draft, target, now));
        name
    }

    /// Opens a new, empty draft; its name.
    pub(in crate::tui::app) fn add_empty(
        &mut self,
        format: Format,
        session: SessionId,
        now: Timestamp,
    ) -> String {
        self.add(session, Draft::new(format), String::new(), now)
    }

    /// Takes a draft that was left.
    ///
    /// # Errors
    /// In words: the text cannot be read.
    pub(in crate::tui::app) fn take_up(
        &mut self,
        name: &str,
        text: &str,
        session: SessionId,
        now: Timestamp,
    ) -> Result<(), String> {
        let (draft, target) = text::read(text)?;
        self.left.retain(|left| left.name != name);
        let open = OpenDraft::new(name.to_owned(), session, draft, target, now);
        self.open.push(open.kept());
        Ok(())
    }

    /// Closes a draft; what is to be done with what was kept of it.
    pub(in crate::tui::app) fn close(&mut self, name: &str, discard: bool) -> Option<DraftOrder> {
        let at = self.open.iter().position(|draft| draft.name == name)?;
        self.open.remove(at).release(discard)
    }

    /// Notes which drafts were left.
    pub(in crate::tui::app) fn found(&mut self, kept: &[KeptDraft]) {
        self.left = kept
            .iter()
            .filter(|kept| self.get(&kept.name).is_none())
            .map(|kept| {
                let read = text::read(&kept.text);
                let (base, edits) = read.as_ref().map_or((None, 0), |(draft, _)| {
                    let base = draft.base().map(|base| base.location.familiar());
                    (base, draft.edits().1)
                });
                let title = read.map(|(_, target)| match (target.is_empty(), &base) {
                    (false, _) => target,
                    (true, Some(base)) => base.clone(),
                    (true, None) => "a new list".to_owned(),
                });
                LeftDraft { name: kept.name.clone(), title, base, edits, at: kept.at }
            })
            .collect();
    }

    /// Keeps what is due, or everything at once.
    pub(in crate::tui::app) fn keep(&mut self, now: Timestamp, at_once: bool) -> Vec<DraftOrder> {
        self.open.iter_mut().filter_map(|draft| draft.keep(now, at_once)).collect()
    }

    /// Whether one waits to be kept.
    pub(in crate::tui::app) fn waits(&self) -> bool {
        self.open.iter().any(OpenDraft::waits)
    }
}
