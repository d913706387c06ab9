//! The page of a push: what it would do and whether to do it, how far it is, what it came to.

mod lines;
mod page;
mod undoing;

pub(super) use lines::lines;
pub use page::{Button, PushPage, Stage};
pub use undoing::{Asked, words as undo_words};
pub(super) use undoing::{last_of_each, refusal};
