//! What a push comes to: how far each step is, what each tag holds afterwards, and what an undo
//! would put back.

mod entry;
mod held;
mod index_file;
mod join;
mod outcome;
mod progress;
mod receipt;
mod saved_file;
mod tagging;
mod undo;

pub use entry::{Entry, Kept};
pub use held::Held;
pub use index_file::{Listed, index_file};
pub use join::{Join, Next};
pub use outcome::{Outcome, Stopped, Tagged};
pub use progress::{Did, Progress, StepProgress, StepState};
pub use receipt::{Attachment, Choosing, Looked, Piece, Receipt};
pub use saved_file::{Saving, saved_file};
pub use tagging::{Copying, Listing, TagDone, TagPlan, TagWish, Untag, Untagged};
pub use undo::{NoUndo, Undo};
