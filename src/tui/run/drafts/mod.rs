//! Unsaved drafts, kept so that they survive a crash: a file for each in the state folder.
//!
//! Beside each `NAME.json` lies a `NAME.lock`, held by the process that has the draft open, so
//! that two processes never write to one draft. The text is replaced as a whole, by renaming.

mod files;
mod find;
mod worker;

pub use files::Folder;
pub(super) use worker::Drafts;
