//! What is asked of the folder in which unsaved drafts are kept.

use jiff::Timestamp;

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
