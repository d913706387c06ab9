//! The page that lists drafts and the last pushes.

mod lines;
mod page;
mod undoing;
mod view;

pub use lines::DraftLine;
pub use page::DraftsPage;
pub use undoing::words as undo_words;
pub(in crate::tui::app) use undoing::{answered, find_undo, taken_back};
