//! What is asked of the folder in which unsaved drafts are kept, and what a kept draft is.

use jiff::Timestamp;

use super::text;
use crate::model::draft::Draft;
use crate::oci::Assembled;
use crate::tui::app::target::parse as parse_target;

/// An unsaved draft as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptDraft {
    /// Its name in the folder.
    pub name: String,
    /// What was kept.
    pub text: String,
    /// When it was kept last.
    pub at: Timestamp,
}

impl KeptDraft {
    /// What it is called: its target as typed, else its base, else its name in the folder.
    ///
    /// # Errors
    /// In words: the text cannot be read.
    pub fn title(&self) -> Result<String, String> {
        let (draft, target) = text::read(&self.text)?;
        Ok(match (target.is_empty(), draft.base()) {
            (false, _) => target,
            (true, Some(base)) => base.location.familiar(),
            (true, None) => self.name.clone(),
        })
    }

    /// Whether somebody who writes this name means it: its name in the folder, or its title in
    /// any spelling.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.title().is_ok_and(|title| is_one_name(&title, name))
    }

    /// The list that it makes.
    ///
    /// # Errors
    /// In words: the text cannot be read.
    pub fn list(&self) -> Result<Assembled, String> {
        assembled(&text::read(&self.text)?.0)
    }
}

/// Whether two texts name one place to push to.
pub(in crate::tui::app) fn is_one_name(a: &str, b: &str) -> bool {
    a == b || parse_target(a).is_ok_and(|a| parse_target(b).is_ok_and(|b| a == b))
}

/// The list that a draft makes, as a source takes it.
///
/// # Errors
/// In words: its bytes hold no list; an edit cannot bring that about.
pub(in crate::tui::app) fn assembled(draft: &Draft) -> Result<Assembled, String> {
    let document = draft.document().parse()?;
    Ok(Assembled { document: document.into(), origins: draft.origins() })
}

/// Something to be done with a kept draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftOrder {
    /// Say which drafts there are that nobody has open.
    List,
    /// Take one, so that no other platy can.
    Take(String),
    /// Keep this text in place of what was kept before.
    Save {
        /// The draft's name.
        name: String,
        /// Its text.
        text: String,
    },
    /// Give one back, so that others can take it.
    Release(String),
    /// Remove one that was pushed or discarded.
    Remove(String),
}
