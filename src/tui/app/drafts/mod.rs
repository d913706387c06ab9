//! Drafts: those that are open, and those that were left unsaved.

mod keeping;
mod knowing;
mod material;
mod open;
mod shelf;
mod surveying;
mod text;
mod weighed;
mod weighing;

pub use keeping::{DraftOrder, KeptDraft};
pub(in crate::tui::app) use knowing::learn_from;
pub use material::Offered;
pub(in crate::tui::app) use material::{along_words, of_list};
pub use open::{GatherFor, OpenDraft};
pub use shelf::{Drafts, LeftDraft};
pub use surveying::Surveying;
pub use weighing::Weighing;
